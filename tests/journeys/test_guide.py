"""The guided overdose help, as somebody beside an overdose plays it: timers, breaths, the end."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.errors import StorageUnavailableError
from tests.conftest import MovedClock, until
from tests.journeys.conftest import LANGUAGES

SAYS = {
    "en": {
        "cry": "he is not breathing",
        "given": "Naloxone given. Watch the breathing",
        "ask": "Are they breathing better?",
        "passed": "2 to 3 minutes have passed.",
        "again": "Give another dose now",
        "side": "Roll them on their side and stay",
        "woke": "They woke up: stay with them",
        "none": "Call 911 now and breathe for them",
        "late": "This message comes late.",
        "over": "I have stopped",
        "watch": "Please watch the clock yourself.",
        "before": "Tip the head back, lift the chin",
        "rest": "Not breathing? Go on",
        "breath": "Breath",
    },
    "es": {
        "cry": "no respira",
        "given": "Ya diste naloxona. Vigila cómo respira",
        "ask": "¿Respira mejor?",
        "passed": "Han pasado de 2 a 3 minutos.",
        "again": "Da otra dosis ya",
        "side": "Voltea a la persona de lado y quédate",
        "woke": "Ya despertó: quédate a su lado",
        "none": "Llama al 911 ya y da respiraciones",
        "late": "Este mensaje llega tarde.",
        "over": "Ya no pregunto más",
        "watch": "Por favor, mira tú el reloj.",
        "before": "Cabeza hacia atrás, barbilla hacia arriba",
        "rest": "¿No respira? Sigue",
        "breath": "Respiración",
    },
}


class QuickClock(MovedClock):
    """Seconds of waiting pass as fast as a test says; the time of day does not."""

    def __init__(self, speed):
        super().__init__()
        self.speed = speed

    def monotonic(self):
        return super().monotonic() * self.speed

    async def sleep(self, seconds):
        await super().sleep(seconds / self.speed)


@pytest.fixture
def speed():
    return 1


@pytest.fixture
def clock(speed):
    return QuickClock(speed) if speed > 1 else MovedClock()


quickly = pytest.mark.parametrize("speed", [25])


class Helper:
    """Somebody who helps, in one chat and one language."""

    def __init__(self, talk, rows, clock, person, language):
        self.talk, self.rows, self.clock, self.person = talk, rows, clock, person
        self.language = language
        self.said = SAYS[language]
        self.labels = talk.running.library.words

    async def card(self):
        (card,) = await self.talk.say(self.person, self.said["cry"])
        return card

    def button(self, label, language=None):
        return self.labels.label(label, language or self.language)

    async def begin(self, label="gave_naloxone"):
        """Cry for help, press a button of the card and return the screen that comes."""
        await self.card()
        (screen,) = await self.talk.press(self.person, self.button(label))
        return screen

    async def go(self, label, message):
        """Press a button of the guide; the screen changes in place."""
        assert await self.talk.press(self.person, self.button(label), message=message) == []
        return message

    async def later(self, **duration):
        """Let time pass and return what has come meanwhile."""
        before = len(self.person.messages)
        self.clock.move(**duration)
        await self.talk.running.outbox_empty()
        return self.person.messages[before:]

    async def timers(self):
        return (await self.rows("deliveries"))["deliveries"]

    async def until_timers(self, number):
        async with asyncio.timeout(5):
            while await self.timers() != number:  # noqa: ASYNC110 - no event tells of it
                await asyncio.sleep(0.05)

    async def until_inbox_is_empty(self):
        async with asyncio.timeout(5):
            while (await self.rows("inbox"))["inbox"]:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)


@pytest.fixture
def helper(talk, rows, clock, sandbox):
    def make(language="en", person=None):
        name = {"en": "Nia", "es": "Mateo"}[language]
        return Helper(talk, rows, clock, person or sandbox.person(name), language)

    return make


# ---------------------------------------------------------------------- the timer


@LANGUAGES
async def test_naloxone_given_then_asked_then_again_then_breathing(helper, language, english_in):
    nia = helper(language)
    given = await nia.begin()
    assert given.text.startswith(nia.said["given"])
    assert await nia.later(minutes=1, seconds=55) == []
    for _ in range(3):  # as often as needed
        (asks,) = await nia.later(seconds=10)
        assert nia.said["ask"] in asks.text
        assert nia.said["passed"] in asks.text
        assert nia.said["late"] not in asks.text
        assert await nia.timers() == 0
        again = await nia.go("not_better", asks)
        assert again.text.startswith(nia.said["again"])
        assert await nia.timers() == 1
        assert await nia.later(seconds=115) == []
    (asks,) = await nia.later(seconds=10)
    side = await nia.go("yes_better", asks)
    assert side.text.startswith(nia.said["side"])
    if language == "es":
        assert [english_in(shown) for shown in (given, again, asks, side)] == [[], [], [], []]
    assert await nia.later(hours=3) == []
    assert await nia.timers() == 0


@LANGUAGES
@pytest.mark.parametrize(
    ("label", "screen"),
    [("they_breathe", "side"), ("woke_up", "woke"), ("this_is_over", "over")],
)
async def test_the_timer_ends_when_they_breathe_or_woke_or_it_is_over(
    helper, language, label, screen
):
    nia = helper(language)
    given = await nia.begin()
    assert await nia.timers() == 1
    shown = await nia.go(label, given)
    assert shown.text.startswith(nia.said[screen])
    assert await nia.timers() == 0
    assert await nia.later(minutes=10) == []


@LANGUAGES
async def test_no_naloxone_gives_911_and_breaths_and_leads_on(helper, language, english_in):
    nia = helper(language)
    none = await nia.begin("no_naloxone")
    assert none.text.startswith(nia.said["none"])
    assert "911" in none.text.splitlines()[0]
    if language == "es":
        assert english_in(none) == []
    given = await nia.go("gave_naloxone", none)  # somebody brought some
    assert given.text.startswith(nia.said["given"])
    assert await nia.timers() == 1


async def test_each_screen_leads_back_to_the_steps_and_changes_its_language(helper):
    nia = helper()
    for label in ("gave_naloxone", "no_naloxone", "woke_up", "stays_asleep"):
        screen = await nia.begin(label)
        english = screen.text
        await nia.talk.press(nia.person, "Español", message=screen)
        assert screen.text != english
        await nia.talk.press(nia.person, "English", message=screen)
        assert screen.text == english
        (card,) = await nia.talk.press(nia.person, "Back to the steps", message=screen)
        assert card.text.startswith("Call 911")


async def test_what_they_do_after_waking_up_is_told_and_worse_leads_to_another_dose(helper):
    nia = helper()
    woke = await nia.begin("woke_up")
    assert "Ask them not to use more." in woke.text
    assert "No cold bath or shower." in woke.text
    again = await nia.go("bad_again", woke)
    assert again.text.startswith("Give another dose now")
    (asks,) = await nia.later(minutes=2)
    assert "Are they breathing better?" in asks.text


async def test_a_second_dose_renews_the_timer_and_timers_do_not_pile_up(helper):
    nia = helper()
    await nia.begin()
    nia.clock.move(seconds=90)
    await nia.begin()
    assert await nia.timers() == 1
    assert await nia.later(seconds=90) == []
    assert len(await nia.later(seconds=35)) == 1
    assert await nia.later(minutes=5) == []


async def test_a_double_tap_brings_one_screen_and_one_timer(helper):
    nia = helper()
    card = await nia.card()
    before = len(nia.person.messages)
    taps = [nia.person.press("I gave naloxone", message=card) for _ in range(3)]
    await asyncio.gather(*taps)
    await nia.talk.running.idle()
    assert len(nia.person.messages) == before + 1
    given = nia.person.messages[-1]
    await asyncio.gather(*(nia.person.press("They are breathing", message=given) for _ in "ab"))
    await nia.talk.running.idle()
    assert await nia.timers() == 0


async def test_of_presses_that_wait_together_the_last_one_counts(helper, app):
    """After an outage they come in one batch and are handled side by side."""
    nia = helper()
    given = await nia.begin()
    read, order = app.database.read, []

    async def slow_once(work):
        order.append(work)
        if len(order) == 1:  # the first to look up its language is held up
            await asyncio.sleep(0.1)
        return await read(work)

    app.database.read = slow_once
    await asyncio.gather(
        nia.person.press("I gave naloxone", message=nia.person.messages[0]),
        nia.person.press("They woke up", message=given),
    )
    await nia.talk.running.idle()
    app.database.read = read
    assert given.text.startswith("They woke up")
    assert await nia.timers() == 0


# ---------------------------------------------------------------------- languages


async def test_the_timer_asks_in_the_language_last_used(helper):
    nia = helper()
    given = await nia.begin()
    await nia.talk.press(nia.person, "Español", message=given)
    assert given.text.startswith(SAYS["es"]["given"])
    assert "12:02 p. m. CST" in given.text  # the promise is still shown
    (asks,) = await nia.later(minutes=2)
    assert SAYS["es"]["ask"] in asks.text
    await nia.talk.press(nia.person, "English", message=asks)
    assert SAYS["en"]["ask"] in asks.text
    assert SAYS["en"]["passed"] in asks.text


@pytest.mark.parametrize("way", ["card", "/language"])
async def test_a_switch_elsewhere_reaches_the_timer_too(helper, way):
    nia = helper()
    await nia.begin()
    if way == "card":
        await nia.talk.press(nia.person, "Español", message=nia.person.messages[0])
    else:
        (choice,) = await nia.talk.say(nia.person, "/language")
        await nia.talk.press(nia.person, "Español", message=choice)
    assert await nia.timers() == 1
    (asks,) = await nia.later(minutes=2)
    assert SAYS["es"]["ask"] in asks.text


async def test_a_switch_brings_no_timer_back(helper):
    nia = helper()
    given = await nia.begin()
    nia.clock.move(minutes=2)
    await nia.talk.running.outbox_empty()
    await nia.talk.press(nia.person, "Español", message=given)
    assert given.text.startswith(SAYS["es"]["given"])
    assert "CST" not in given.text  # it promises nothing that is over
    assert await nia.timers() == 0


# ---------------------------------------------------------------------- restarts


@LANGUAGES
async def test_a_timer_survives_a_restart_and_asks_in_time(helper, language, running):
    nia = helper(language)
    given = await nia.begin()
    await running.stop()
    nia.clock.move(seconds=100)
    await running.start()
    assert await nia.later(seconds=10) == []
    (asks,) = await nia.later(seconds=15)
    assert nia.said["passed"] in asks.text
    assert nia.said["late"] not in asks.text
    side = await nia.go("yes_better", asks)  # buttons from before work
    assert side.text.startswith(nia.said["side"])
    assert (await nia.go("woke_up", given)).text.startswith(nia.said["woke"])


@LANGUAGES
async def test_a_timer_that_is_ten_minutes_late_says_so_with_the_minutes(
    helper, language, running
):
    nia = helper(language)
    await nia.begin()
    await running.stop()
    nia.clock.move(minutes=12)
    await running.start()
    asks = await nia.person.expect(nia.said["late"])
    assert "12 min" in asks.text
    assert "12:00 p" in asks.text.lower()
    assert nia.said["passed"] not in asks.text
    assert nia.said["ask"] in asks.text


async def test_a_timer_that_is_ten_hours_late_says_nothing_and_is_forgotten(helper, running, rows):
    nia = helper()
    await nia.begin()
    await running.stop()
    before = len(nia.person.messages)
    nia.clock.move(hours=10)
    app = await running.start()
    await running.outbox_empty()
    assert nia.person.messages[before:] == []
    left = await app.database.read(
        lambda t: t.meta._connection.execute("SELECT count(*) FROM deliveries").fetchone()[0]
    )
    assert left == 0


async def test_a_timer_that_waits_for_the_network_says_how_late_it_is(helper, app, sandbox):
    nia = helper()
    await nia.begin()
    sandbox.faults.add("reset_before", method="sendMessage", chat_id=nia.person.id, count=1)
    await nia.later(minutes=2)
    nia.clock.move(minutes=7)
    await app.services.overdose.catch_up()
    (asks,) = await nia.later(minutes=1)
    assert "This message comes late." in asks.text
    assert "9 minutes have passed" in asks.text


# ---------------------------------------------------------------------- without a database


class Broken:
    """A database that can't be used for a while."""

    def __init__(self, app):
        self.app = app
        self.before = app.database.read, app.database.write

    def __enter__(self):
        async def broken(*_):
            raise StorageUnavailableError("gone")

        self.app.database.read = self.app.database.write = broken

    def __exit__(self, *_):
        self.app.database.read, self.app.database.write = self.before


@LANGUAGES
async def test_without_a_database_the_timer_runs_in_memory_and_says_so(helper, app, language):
    nia = helper(language)
    with Broken(app):
        given = await nia.begin()
        assert nia.said["watch"] in given.text
        other = {"en": "es", "es": "en"}[language]
        await nia.talk.press(nia.person, nia.button("switch_language"), message=given)
        assert SAYS[other]["watch"] in given.text
        nia.clock.move(minutes=2)
        asks = await nia.person.expect(SAYS[other]["ask"])
        assert SAYS[other]["passed"] in asks.text
        assert SAYS[other]["late"] not in asks.text
    assert await nia.later(minutes=5) == []
    assert await nia.timers() == 0


async def test_a_timer_in_memory_ends_when_they_breathe(helper, app):
    nia = helper()
    with Broken(app):
        side = await nia.go("they_breathe", await nia.begin())
        assert side.text.startswith("Roll them on their side")
        assert not await nia.talk.running.app.services.overdose.speak(nia.person.id, "es")
        nia.clock.move(minutes=5)
        await nia.person.expect_silence(1.5)  # longer than it takes to look at the clock again
    assert await nia.later(minutes=5) == []


async def test_when_the_database_is_back_the_timer_is_stored_and_asks_once(helper, app):
    nia = helper()
    with Broken(app):
        await nia.begin()
    await nia.until_timers(1)
    assert len(await nia.later(minutes=2)) == 1
    assert await nia.later(minutes=5) == []


async def test_the_end_says_that_the_timer_is_still_there_and_erases_it_later(helper, app):
    nia = helper()
    given = await nia.begin()
    with Broken(app):
        over = await nia.go("this_is_over", given)
        assert "I will erase this as soon as I can." in over.text
    assert await nia.timers() == 1
    await nia.until_timers(0)
    assert await nia.later(minutes=5) == []


async def test_while_another_program_locks_the_database_every_screen_comes_fast(
    helper, app, settings
):
    nia = helper()
    with closing(sqlite3.connect(settings.database_path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        await nia.person.send("/overdose")
        card = await nia.person.expect("Call 911 and give naloxone now", within=2)
        for button, first in (
            ("I gave naloxone", "Please watch the clock yourself."),
            ("No naloxone here", "Call 911 now and breathe for them"),
            ("Show me how", "Tip the head back, lift the chin"),
            ("They woke up", "They woke up: stay with them"),
        ):
            await nia.person.press(button, message=card, within=2)
            await nia.person.expect(first, within=2)
        other.execute("ROLLBACK")


# ---------------------------------------------------------------------- groups, broadcasts, traces


async def test_in_a_group_the_timer_asks_the_group(helper, sandbox, darnell, nia):
    place = darnell.in_group(sandbox.world.add_group("Neighbours"))
    helping = helper(person=place)
    await helping.begin()
    (asks,) = await helping.later(minutes=2)
    assert "Are they breathing better?" in asks.text
    assert asks in place.messages
    assert nia.messages == darnell.messages == []


@pytest.mark.parametrize("paced", [True])
async def test_a_broadcast_under_way_does_not_delay_the_help(helper, talk, sam, sandbox, app):
    crowd = [sandbox.person(f"Member {number}") for number in range(120)]
    for person in crowd:
        person.account.started = True

    def join(t):
        for person in crowd:
            t.members.add(person.id, "en", "v1", talk.running.clock.now())

    await app.database.write(join)
    await talk.item(sam)
    draft = await talk.draft(sam)
    await sam.press("Approve and send now", message=draft)
    await crowd[0].expect("Narcan", within=10)
    nia = helper()
    await nia.person.send("he is not breathing")
    await nia.person.expect("Call 911", within=1)
    await nia.person.press("I gave naloxone", within=1)
    await nia.person.expect("Naloxone given", within=1)
    talk.running.clock.move(minutes=2)
    app.courier.wake()
    await nia.person.expect("Are they breathing better?", within=1.5)
    assert not any(message.text for message in crowd[-1].messages)  # it was really under way


async def test_nothing_is_left_of_whoever_was_helped(helper, settings, running):
    nia = helper()
    for label in ("they_breathe", "this_is_over"):
        given = await nia.begin()
        await nia.later(minutes=2)
        again = await nia.go("not_better", nia.person.messages[-1])
        await nia.go(label, again)
        await nia.go("show_breaths", given)
        await nia.go("stop_breaths", given)
    await nia.until_inbox_is_empty()
    tables = ("deliveries", "inbox", "members", "forms")
    assert await nia.rows(*tables) == dict.fromkeys(tables, 0)
    raw = b"".join(path.read_bytes() for path in settings.database_path.parent.glob("bot.db*"))
    number = nia.person.id
    for trace in (str(number).encode(), *(number.to_bytes(8, end) for end in ("big", "little"))):
        assert trace not in raw
    assert b"breathing better" not in raw.lower()
    assert running.app.services.overdose._under_way == {}


async def test_whoever_blocks_the_bot_leaves_no_timer(helper):
    nia = helper()
    await nia.begin()
    await nia.person.block()
    await nia.talk.running.idle()
    assert await nia.timers() == 0


# ---------------------------------------------------------------------- breaths


def numbers(shown, said):
    """Return the numbers that one message has shown, in order."""
    return [int(t.split()[1]) for t in shown if t.split()[0] == said["breath"]]


@pytest.fixture
def history(sandbox):
    """Return a function that collects what a message shows over time."""

    def watch(message):
        texts = [message.text]
        sandbox.world.subscribe(
            lambda event: (
                texts.append(event["message"]["text"])
                if event["kind"] == "edit" and event["message"]["message_id"] == message.id
                else None
            ),
            None,
        )
        return texts

    return watch


@quickly
@LANGUAGES
async def test_a_minute_of_breaths_is_one_message_that_counts_to_twelve(
    helper, language, speed, history
):
    nia = helper(language)
    message = await nia.begin("show_breaths")
    texts = history(message)
    assert message.text.startswith(nia.said["before"])
    count = len(nia.person.messages)
    await until(lambda: message.text.startswith(nia.said["rest"]))
    assert numbers(texts, nia.said) == list(range(1, 13))
    assert len(texts) == 14  # one edit a breath, and the end
    assert all("911" in text for text in texts)
    assert len(nia.person.messages) == count
    await nia.go("show_breaths_again", message)
    await until(lambda: message.text.startswith(nia.said["breath"]))


@quickly
@pytest.mark.parametrize(
    ("label", "screen"),
    [("stop_breaths", "rest"), ("they_breathe", "side"), ("gave_naloxone", "given")],
)
async def test_breaths_stop_at_once_when_a_button_is_pressed(helper, speed, label, screen):
    nia = helper()
    message = await nia.begin("show_breaths")
    await until(lambda: message.text.startswith("Breath 2"))
    await nia.go(label, message)
    assert message.text.startswith(nia.said[screen])
    await asyncio.sleep(0.8)  # four breaths long
    assert message.text.startswith(nia.said[screen])


@quickly
async def test_breaths_change_their_language_in_the_middle_and_go_on(helper, speed):
    nia = helper()
    message = await nia.begin("show_breaths")
    await until(lambda: message.text.startswith("Breath 3"))
    await nia.talk.press(nia.person, "Español", message=message)
    assert message.text.startswith("Respiración")
    await until(lambda: message.text.startswith("Respiración 6"))
    await until(lambda: message.text.startswith(SAYS["es"]["rest"]))


@quickly
async def test_a_lost_number_is_left_out_and_the_next_one_is_right(
    helper, speed, sandbox, history
):
    nia = helper()
    message = await nia.begin("show_breaths")
    texts = history(message)
    await until(lambda: message.text.startswith("Breath 2"))
    sandbox.faults.add("500", method="editMessageText", count=3)
    await until(lambda: message.text.startswith(nia.said["rest"]))
    assert numbers(texts, nia.said) == [1, 2, 6, 7, 8, 9, 10, 11, 12]


@quickly
async def test_a_second_minute_in_the_chat_ends_the_first(helper, speed):
    nia = helper()
    card = await nia.card()
    (first,) = await nia.talk.press(nia.person, "Show me how", message=card)
    await until(lambda: first.text.startswith("Breath 1"))
    (second,) = await nia.talk.press(nia.person, "Show me how", message=card)
    await until(lambda: first.text.startswith(nia.said["rest"]))
    await until(lambda: second.text.startswith("Breath 3"))
    assert first.text.startswith(nia.said["rest"])


async def test_after_a_restart_the_buttons_below_the_number_still_work(helper, running):
    nia = helper()
    message = await nia.begin("show_breaths")
    await running.stop()
    await running.start()
    await nia.talk.press(nia.person, "Español", message=message)
    assert message.text.startswith(SAYS["es"]["rest"])
    await nia.talk.press(nia.person, "Ya respira", message=message)
    assert message.text.startswith(SAYS["es"]["side"])


@pytest.mark.parametrize("paced", [True])
async def test_breaths_draw_no_429_and_leave_room_for_help(helper, talk, sandbox, speed):
    nia = helper()
    message = await nia.begin("show_breaths")
    await nia.person.expect("Breath 1", within=6)
    await nia.go("stop_breaths", message)
    await nia.person.send("/overdose")
    await nia.person.expect("Call 911", within=2)
    assert sandbox.limits.refused == 0
