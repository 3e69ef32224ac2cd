"""Hands and eyes for the journeys: people by name, and shortcuts through the front door."""

import re
from datetime import time

import pytest

from bot.models import Language
from bot.models.events import Event, EventKind, EventState, Schedule
from bot.recurrence import Rule
from tests.journeys.line import Line

# Words that no Spanish message of the bot has, outside of names, links and small print.
ENGLISH = re.compile(
    r"\b(the|and|you|your|with|they|this|what|from|for|press|send|will|is|are|not|can)\b",
    re.IGNORECASE,
)
SMALL_PRINT = re.compile(r"<i>.*?</i>|<[^>]+>", re.DOTALL)  # sources keep their own titles
NOT_OURS = re.compile(
    r"https?://\S+|/\w+|West Side|Heroin/Opioid Task Force|Harm Reduction ECHO|English"
)


class Talk:
    """What people do, and what exactly the bot answers to it, once it is idle again."""

    def __init__(self, running):
        self.running = running
        self.seen = {}  # by person: how many messages they had when they last did something

    async def say(self, person, text, **kwargs):
        """Send a text and return the new messages of the bot."""
        return await self.after(person, person.send(text, **kwargs))

    async def one(self, person, text, **kwargs):
        """Send a text and return the only answer."""
        answers = await self.say(person, text, **kwargs)
        assert len(answers) == 1, f"{text!r}: {[str(a) for a in answers]}"
        return answers[0]

    async def press(self, person, button, **kwargs):
        """Press a button and return the new messages of the bot."""
        return await self.after(person, person.press(button, **kwargs))

    async def press_old(self, person, shown, data):
        """Press a button that no message shows any more; return the new messages."""
        button = {"text": "Old button", "callback_data": data}
        keyboard = {"inline_keyboard": [[button]]}
        # A new object: the sandbox shares equal keyboards among messages.
        shown.raw = {**shown.raw, "reply_markup": keyboard}
        person.chat.messages[shown.id] = shown.raw
        return await self.press(person, "Old button", message=shown)

    async def panel(self, staff):
        """Return the e-blast's panel as it stands, with its controls."""
        await self.say(staff, "/blast")
        states = ("Draft", "Approved. It", "Sending starts", "Being sent", "On hold")
        return next(
            m
            for m in reversed(staff.messages)
            if m.text.startswith("E-blast") and any(each in m.text for each in states)
        )

    async def raw(self, person, content):
        """Send Message fields, such as formatted text, and return the new messages."""

        async def deed():
            person._people.send(person.account, person.chat, content)

        return await self.after(person, deed())

    async def after(self, person, deed):
        before = len(person.messages)
        await deed
        await self.running.idle()
        self.seen[id(person)] = len(person.messages)
        return person.messages[before:]

    async def join(self, *people):
        """Make members of people, as they do it themselves."""
        for person in people:
            await self.one(person, "/start subscribe")
            spanish = person.account.language_code == "es"
            await person.press("Sí" if spanish else "Yes", message=person.last)
            await self.running.idle()

    async def item(self, staff, text="Free Narcan training", section="Trainings"):
        """Collect an item and return the message that shows it."""
        shown = await self.one(staff, f"/item {text}")
        await staff.press(section, message=shown)
        await self.running.idle()
        return shown

    async def draft(self, staff):
        """Return the message that shows the edition in work."""
        return await self.one(staff, "/blast")

    async def send_edition(self, staff, text="Free Narcan training", section="Trainings"):
        """Send an edition of one item and wait for its report."""
        await self.item(staff, text, section)
        draft = await self.draft(staff)
        await staff.press("Approve and send now", message=draft)
        await self.running.outbox_empty()
        return await staff.expect("Report: E-blast")


@pytest.fixture
def talk(running, app):
    return Talk(running)


@pytest.fixture
def nia(sandbox):
    return sandbox.person("Nia")


@pytest.fixture
def mateo(sandbox):
    return sandbox.person("Mateo")


@pytest.fixture
def rosa(sandbox):
    return sandbox.person("Rosa")


@pytest.fixture
def darnell(sandbox):
    return sandbox.person("Darnell")


@pytest.fixture
def sam(sandbox):
    """Return a member of staff."""
    person = sandbox.person("Sam")
    person.account.started = True
    return person


@pytest.fixture
def joy(sandbox):
    """Return somebody in the staff's group who is not staff: no owner of the bot."""
    return sandbox.person("Joy")


@pytest.fixture
def group(sandbox):
    return sandbox.staff_group


@pytest.fixture
def words(library):
    return library.words


@pytest.fixture
def english_in():
    """Return a function that finds English words in what should be Spanish."""

    def find(shown):
        ours = NOT_OURS.sub("", SMALL_PRINT.sub("", shown.html))
        buttons = " ".join(b for row in shown.buttons for b in row if b != "English")
        return ENGLISH.findall(ours) + ENGLISH.findall(buttons)

    return find


@pytest.fixture
def find_member(app):
    async def find(person):
        return await app.database.read(lambda t: t.members.find(person.id))

    return find


@pytest.fixture
def rows(app):
    """Return a function that counts the rows of a table, or of all."""

    def count(t, table):
        return t.meta._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    async def rows(*tables):
        return await app.database.read(lambda t: {table: count(t, table) for table in tables})

    return rows


@pytest.fixture
async def add_event(app, clock):
    """Return a function that enters an event as staff do."""

    async def add(title, on, starts=time(10), rule="", kind=EventKind.TRAINING, **more):
        schedule = Schedule(
            app.services.calendar.zone, on, starts, 60 if starts else 0, rule and Rule.parse(rule)
        )
        event = Event(
            0,
            f"{title}@test",
            kind,
            EventState.OPEN,
            schedule,
            {Language.EN: title, Language.ES: f"{title} (es)"},
            **more,
        )
        now = clock.now()
        return await app.database.write(lambda t: t.events.add(event, now, by_staff=True))

    return add


@pytest.fixture
def pass_to(clock, running):
    """Return a function that moves the clock and returns what each person then got."""

    async def pass_to(then, *people):
        before = [len(person.messages) for person in people]
        clock.move_to(then)
        await running.app.services.reminders.tick()
        await running.app.services.reminders.catch_up()
        await running.app.services.attending.tick()
        await running.outbox_empty()
        return [
            [m.text for m in person.messages[n:]] for n, person in zip(before, people, strict=True)
        ]

    return pass_to


@pytest.fixture
def remind(talk):
    """Return a function with which a person asks to be reminded an hour before."""

    async def remind(person, title):
        shown = await talk.one(person, "/events")
        for button in (title, "Remind me", "1 hour before"):
            await talk.press(person, button, message=shown)
        return shown

    return remind


@pytest.fixture
def live_in(talk):
    """Return a function with which a member chooses a time zone of their own."""

    async def live_in(person, city):
        spanish = person.account.language_code == "es"
        shown = await talk.one(person, "/settings")
        await talk.press(person, "Más opciones" if spanish else "More choices", message=shown)
        await talk.press(person, "Mi zona horaria" if spanish else "My time zone", message=shown)
        await talk.press(person, city, message=shown)

    return live_in


@pytest.fixture
def line(talk, running, group):
    return Line(talk, running, group)


@pytest.fixture
def put(app):
    """Return a function that staff's hands stand for: it stores sites."""

    async def put(*sites):
        def work(t):
            return [t.sites.put(each, 1, app.clock.now())[0] for each in sites]

        return await app.database.write(work)

    return put


LANGUAGES = pytest.mark.parametrize("language", list(Language))
