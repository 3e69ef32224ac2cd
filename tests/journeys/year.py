"""The hands of a year: deeds of staff and readers, what should come of them, and what came."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import scheduler
from bot.content.dates import month_text, short_date_text
from bot.models import Language
from sandbox.shown import Shown
from tests.journeys.reckoning import DAY, Series, Wish, instant

SHOWN = 39  # characters of a title on a button
AHEAD = timedelta(days=14)  # of which an edition tells
NEWS = {
    *("This is cancelled:", "This has a new time:", "This takes place after all:"),
    *("The place or the link has changed:", "Cambió el lugar o el enlace:"),
    *("Se canceló:", "Cambió de fecha u hora:", "Sí se hará:"),
}


@dataclass
class Year:
    """The hands that do the deeds, and what people got."""

    talk: object
    running: object
    clock: object
    words: object
    people: dict
    sam: object
    all: tuple  # series
    class_: Series  # the one with few seats
    wishes: list = field(default_factory=list)
    news: Counter = field(default_factory=Counter)  # expected: (who, minute, title)
    got: list = field(default_factory=list)  # (who, minute, message)
    seen: dict = field(default_factory=dict)
    snoozed: list = field(default_factory=list)  # expected: (who, minute, title)
    told_of: set = field(default_factory=set)  # dates that an edition has told of
    once_more: set = field(default_factory=set)  # those of them that have changed since
    restarts: int = 0

    # ------------------------------------------------------------------ the clock

    async def go(self, then):
        """Go to an instant, from one thing that is due to the next."""
        while (due := await self._next_due()) is not None and due <= then:
            await self._at(due)
        await self._at(then)

    async def _at(self, then):
        self.clock.move_to(max(then, self.clock.now()))
        await self.leave()

    async def leave(self):
        """Let all that is due leave, and note what people got."""
        services = self.running.app.services
        await scheduler.remind(services, self.running.app.courier.wake)
        await services.reminders.catch_up()
        await self.running.outbox_empty()
        minute = self._minute()
        for who, person in self.people.items():
            new = person.messages[self.seen.get(who, 0) :]
            self.seen[who] = len(person.messages)
            self.got += [(who, minute, Shown(message.raw)) for message in new]  # as it came

    async def _next_due(self):
        now = self.clock.now().timestamp() * 1000
        columns = (
            ("reminders", "due_at"),
            ("reminders", "over_at"),
            ("attendances", "over_at"),
            ("attendances", "offered_until"),
        )
        sql = " UNION ".join(
            f"SELECT min({c}) AS due FROM {t} WHERE {c} > {now}" for t, c in columns
        )
        rows = await self.running.app.database.read(lambda t: t.meta._rows(sql))
        found = [row["due"] for row in rows if row["due"]]
        return datetime.fromtimestamp(min(found) / 1000, UTC) if found else None

    async def restart(self):
        await self.running.app.services.upkeep.beat()
        await self.running.stop()
        await self.running.start()
        await self.running.app.services.upkeep.clean()
        self.restarts += 1

    # ------------------------------------------------------------------ readers

    async def look(self, who, series, day):
        """Open a date in /events."""
        person, language = self.people[who], self._language(who)
        shown = await self.talk.one(person, "/events")
        title = series.spanish if language is Language.ES and series.spanish else series.title
        label = f"{short_date_text(day, language)} · {title[:SHOWN]}"
        if shown.place(label) is None:
            await self.talk.press(person, month_text(day, language), message=shown)
        await self.talk.press(person, label, message=shown)
        return shown

    async def remind(self, who, series, day, minutes, *, every=False):
        """Ask for a reminder."""
        shown = await self.look(who, series, day)
        labels = ["reminder_ask", f"before_{minutes}"]
        if minutes not in (DAY, 60):
            labels.insert(1, "reminder_other")
        if every:
            labels.append("reminder_every")
        await self._press(who, shown, *labels)
        self.wishes.append(Wish(who, series, minutes, day, every, self.clock.now()))

    async def snooze(self, who, minutes):
        """Snooze the reminder that came last."""
        shown = self._last_reminder(who)
        await self._press(who, shown, f"snooze_{minutes}")
        again = self._minute() + timedelta(minutes=minutes)
        self.snoozed.append((who, again, shown.text.split("\n")[0].removeprefix("🔔 ")))

    async def off(self, who, series):
        """Ask for no more, from the reminder that came last."""
        await self._press(who, self._last_reminder(who), "reminder_off")
        for wish in self.wishes:
            if wish.who == who and wish.series is series:
                wish.until = self.clock.now()

    async def block(self, who):
        await self.people[who].block()
        await self.running.idle()
        for wish in self.wishes:
            if wish.who == who:
                wish.until = self.clock.now()

    async def come(self, who):
        shown = await self.look(who, self.class_, self.class_.first.date())
        await self._press(who, shown, "coming", "coming_in_person")
        return shown

    async def give_back(self, who):
        shown = await self.look(who, self.class_, self.class_.first.date())
        await self._press(who, shown, "coming", "not_coming")

    async def take(self, who):
        offer = next(m for m in reversed(self.people[who].messages) if is_offer(m))
        await self._press(who, offer, "offer_take")
        self.wishes.append(
            Wish(
                who, self.class_, 60, self.class_.first.date(), every=False, since=self.clock.now()
            )
        )

    async def _press(self, who, shown, *labels):
        for label in labels:
            text = self.words.label(label, self._language(who))
            await self.talk.press(self.people[who], text, message=shown)

    def _last_reminder(self, who):
        return next(m for w, _, m in reversed(self.got) if w == who and is_reminder(m))

    def _language(self, who):
        return Language(self.people[who].account.language_code)

    # ------------------------------------------------------------------ staff

    async def enter(self, series):
        shown = await self.talk.one(self.sam, f"/event {series.words}")
        (press,) = shown.raw["reply_markup"]["inline_keyboard"][0]
        series.number = int(press["callback_data"].split(":")[2])
        await self.talk.press(self.sam, "Show it to people", message=shown)

    async def open(self, series, day=None):
        listed = await self.talk.one(self.sam, "/event")
        await self.talk.press(self.sam, series.title, message=listed)
        if day:
            await self.talk.press(self.sam, "Dates", message=listed)
            await self.talk.press(self.sam, short_date_text(day, Language.EN), message=listed)
        return listed

    async def topic(self, series, day, text):
        await self.talk.press(self.sam, "Topic", message=await self.open(series, day))
        await self.talk.one(self.sam, text)

    async def seats(self, number):
        await self.talk.press(self.sam, "Seats", message=await self.open(self.class_))
        await self.talk.one(self.sam, str(number))

    async def move(self, series, day, words, starts):
        """Move a date, or without one all of them."""
        shown = await self.open(series, day)
        button = "Move this date" if day else "Time"
        await self.talk.press(self.sam, button, message=shown)
        proposal = await self.talk.one(self.sam, words)
        await self.talk.press(self.sam, "Yes, change it and tell them", message=proposal)
        self._changed(series, day, starts)

    async def cancel(self, series, day=None):
        shown = await self.open(series, day)
        button = "Cancel this date" if day else "Cancel all dates"
        await self.talk.press(self.sam, button, message=shown)
        await self.talk.press(self.sam, "Yes, cancel", message=shown)
        self._changed(series, day, None)

    async def after_all(self, series, day):
        shown = await self.open(series, day)
        await self.talk.press(self.sam, "It takes place after all", message=shown)
        self._changed(series, day, series.plans[day][0].starts)

    async def place(self, series, day, words):
        shown = await self.open(series, day)
        await self.talk.press(self.sam, "Place or link", message=shown)
        proposal = await self.talk.one(self.sam, words)
        await self.talk.press(self.sam, "Yes, change it and tell them", message=proposal)
        self._told(series, day)

    def _changed(self, series, day, starts):
        self._told(series, day)
        series.change(self.clock.now(), day, starts)

    def _told(self, series, day):
        now = self.clock.now()
        told = {
            each.who for each in self.wishes if each.series is series and each.is_told(now, day)
        }
        minute = self._minute()
        self.news.update((who, minute, series.title) for who in told)
        days = [day] if day else series.plans
        self.once_more |= {(series.title, each) for each in days} & self.told_of

    # ------------------------------------------------------------------ the e-blast

    async def cut_off(self):
        """Approve what the bot put together; note what it should tell of."""
        await self.running.tick()
        slot_day = datetime.combine(self._today() + timedelta(days=1), time())
        slot = instant(slot_day.replace(hour=10))
        self.expected_edition = Counter()
        for series in self.all:
            for day, wall in series.at(self.clock.now()):
                told = (series.title, day)
                if told in self.once_more and (wall or series.plans[day][0].starts) >= slot_day:
                    self.expected_edition[series.title] += 1
                if wall is None or not slot <= instant(wall) < slot + AHEAD:
                    continue
                if (series.title, day) not in self.told_of:
                    self.told_of.add((series.title, day))
                    self.expected_edition[series.title] += 1
        self.once_more.clear()
        if self.expected_edition:
            await self.talk.press(self.sam, "Approve", message=await self.talk.panel(self.sam))

    async def slot(self):
        """Read the edition as both readers got it."""
        now = self._minute()
        for who in ("nia", "mateo"):
            text = "\n".join(m.text for w, then, m in self.got if (w, then) == (who, now))
            found = Counter(
                {each.title: sum(text.count(f"{t}\n") for t in each.titles) for each in self.all}
            )
            assert +found == self.expected_edition, (self._today(), who, text)

    def _minute(self):
        return self.clock.now().replace(second=0, microsecond=0)

    def _today(self):
        return self.clock.now().astimezone(ZoneInfo("America/Chicago")).date()


def is_reminder(message):
    return message.text.startswith("🔔") and "\n" in message.text


def is_offer(message):
    return "A place is free for you" in message.text or "Hay un lugar para ti" in message.text


def is_news(message):
    lines = message.text.split("\n")
    return len(lines) > 1 and lines[1] in NEWS
