"""Whom an announcement is for and when it goes: what is shown is what happens."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.content.library import Library
from bot.models import QuietHours, Section, Workgroup

NOON = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)  # the tests' now: a Wednesday in Chicago


@pytest.fixture
def library(tmp_path_factory):
    """Return what a coalition says that has entered a coming session of ECHO."""
    folder = tmp_path_factory.mktemp("content")
    session = "sessions:\n  - on: 2026-12-08\n    topic: {en: Youth, es: Jóvenes}\n"
    (folder / "echo.yaml").write_text(session, encoding="utf-8")
    return Library(folder)


@pytest.fixture
async def members(talk, app, clock, sandbox):
    """Return three members: old and Spanish, new and English, new and in a workgroup."""
    rosa, nia, darnell = map(sandbox.person, ("Rosa", "Nia", "Darnell"))
    await talk.join(rosa)
    clock.move(days=40)
    await talk.join(nia, darnell)

    def choose(t):
        t.members.set_sections(nia.id, frozenset({Section.TRAININGS}))
        t.members.set_sections(darnell.id, frozenset({Section.EVENTS}))
        t.members.set_workgroups(darnell.id, frozenset({Workgroup.FENTANYL}))

    await app.database.write(choose)
    return {"Rosa": rosa, "Nia": nia, "Darnell": darnell}


CHOICES = [
    (("Trainings",), {"Rosa", "Nia"}),
    (("Trainings", "Trainings"), {"Darnell"}),
    (("Trainings",) * 3, {"Rosa", "Nia", "Darnell"}),
    (("Fentanyl workgroup",), {"Darnell"}),
    (("Fentanyl workgroup",) * 2, {"Rosa", "Nia"}),
    (("Español",), {"Rosa"}),
    (("Español", "Any language"), {"Rosa", "Nia", "Darnell"}),
    (("Joined in the last 30 days",), {"Nia", "Darnell"}),
    (("Joined before that",), {"Rosa"}),
    (("Joined in the last 30 days", "Community events"), {"Darnell"}),
    (("Español", "Fentanyl workgroup"), set()),
]


@pytest.mark.parametrize(("presses", "expected"), CHOICES, ids=range(len(CHOICES)))
async def test_those_who_are_counted_are_those_who_get_it(talk, sam, members, presses, expected):
    shown = await talk.one(sam, "/announce News for some of you")
    await talk.press(sam, "Who gets it", message=shown)
    for button in presses:
        await talk.press(sam, button, message=shown)
    count = f"{len(expected)} member" if expected else "Nobody would get it"
    assert count in shown.text
    if not expected:
        return
    await talk.press(sam, "Back", message=shown)
    assert count in shown.text
    await talk.press(sam, "send now", message=shown)
    await talk.running.outbox_empty()
    got = {name for name, person in members.items() if "News for some" in person.last.text}
    assert got == expected


async def test_a_date_of_joining_can_be_typed(talk, sam, members, clock):
    shown = await talk.one(sam, "/announce News")
    await talk.press(sam, "Who gets it", message=shown)
    (question,) = await talk.press(sam, "Joined since a date", message=shown)
    assert "since which day" in question.text
    unclear = await talk.one(sam, "long ago")
    assert "did not understand that date" in unclear.text
    since = (clock.now() - timedelta(days=2)).strftime("%b %-d, %Y")
    assert "2 members would get it" in (await talk.one(sam, since)).text


async def test_who_is_held_or_left_out_is_said_with_the_reason(talk, app, sam, members):
    quiet = QuietHours.parse("00:00-23:59")
    await app.database.write(lambda t: t.members.set_quiet(members["Nia"].id, quiet))
    shown = await talk.one(sam, "/announce News")
    await talk.press(sam, "Who gets it", message=shown)
    await talk.press(sam, "Any language", message=shown)
    assert "1 of them has quiet hours" in shown.text
    await talk.press(sam, "Community events", message=shown)
    assert "1 is left out by your choice of sections" in shown.text


async def test_another_audience_takes_the_approval_back(talk, sam, members):
    shown = await talk.one(sam, "/announce News")
    await talk.press(sam, "Approve", message=shown)
    assert "Approved" in shown.text
    await talk.press_old(sam, shown, "draft:language:1:es")
    assert "It is a draft again" in shown.text
    await talk.press(sam, "Back", message=shown)
    assert "Draft." in shown.text


async def test_it_goes_out_at_its_time_also_after_a_restart(talk, nia, sam, clock, running):
    await talk.join(nia)
    shown = await talk.one(sam, "/announce We open at ten")
    await talk.press(sam, "When", message=shown)
    assert shown.buttons[1][0] == "Wed, Nov 18, 5:00 PM CST"  # 9 AM and noon have passed
    await talk.press(sam, "Thu, Nov 19, 9:00 AM CST", message=shown)
    assert "Draft for Thu, Nov 19, 9:00 AM CST" in shown.text
    await talk.press(sam, "Approve", message=shown)
    await running.stop()
    await running.start()
    clock.move_to(NOON + timedelta(hours=20, minutes=59))
    await running.app.services.upkeep.beat()
    await running.outbox_empty()
    assert "We open at ten" not in nia.last.text
    clock.move(minutes=2)
    await running.outbox_empty()
    assert nia.last.text == "We open at ten"


async def test_what_nobody_approved_is_asked_about_at_its_time(talk, nia, sam, clock):
    await talk.join(nia)
    shown = await talk.one(sam, "/announce We open at ten")
    await talk.press(sam, "When", message=shown)
    await talk.press(sam, "Wed, Nov 18, 5:00 PM CST", message=shown)
    clock.move_to(NOON + timedelta(hours=5, minutes=1))
    await talk.running.outbox_empty()
    asked = await sam.expect("nobody has approved it")
    assert asked.buttons == [
        ["Look at it"],
        ["Approve and send now"],
        ["Move"],
        ["Throw away"],
    ]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("Nov 30 10:00", "Draft for Mon, Nov 30, 10:00 AM CST"),
        ("mañana 9:00", "Draft for Thu, Nov 19, 9:00 AM CST"),
        ("Nov 1 10:00", "That time has passed: Sun, Nov 1, 10:00 AM CST"),
        ("soon", "did not understand that time"),
    ],
)
async def test_a_time_can_be_typed_and_is_shown_as_understood(talk, sam, typed, answer):
    shown = await talk.one(sam, "/announce News")
    await talk.press(sam, "When", message=shown)
    await talk.press(sam, "Another time", message=shown)
    assert answer in (await talk.one(sam, typed)).text


async def test_it_can_go_out_before_the_next_echo_session(talk, sam):
    shown = await talk.one(sam, "/announce ECHO is tomorrow")
    await talk.press(sam, "When", message=shown)
    assert "The next ECHO session is Tue, Dec 8, 10:00 AM CST" in shown.text
    await talk.press(sam, "1 hour before ECHO", message=shown)
    assert "Draft for Tue, Dec 8, 9:00 AM CST" in shown.text
    assert "before the ECHO session of Dec 8, 2026" in shown.text
    await talk.press(sam, "When", message=shown)
    await talk.press(sam, "1 day before ECHO", message=shown)
    assert "Draft for Mon, Dec 7, 10:00 AM CST" in shown.text
    await talk.press(sam, "When", message=shown)
    await talk.press(sam, "When I send it", message=shown)
    assert "Draft. It goes out when you send it." in shown.text
    assert "ECHO session" not in shown.text


class TestFrozen:
    """From the start on, nothing changes who gets it."""

    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"undo_seconds": 60})

    async def test_who_joins_or_chooses_in_the_undo_window_changes_nothing(
        self, talk, app, sam, members, mateo, clock
    ):
        shown = await talk.one(sam, "/announce News for the workgroup")
        await talk.press(sam, "Who gets it", message=shown)
        await talk.press(sam, "Fentanyl workgroup", message=shown)
        await talk.press(sam, "Back", message=shown)
        await talk.press(sam, "send now", message=shown)
        await talk.join(mateo)
        for person in (mateo, members["Nia"], members["Darnell"]):
            await app.services.members.toggle_workgroup(person.id, Workgroup.FENTANYL)
        clock.move(seconds=61)
        await talk.running.outbox_empty()
        people = {**members, "Mateo": mateo}
        got = {name for name, person in people.items() if "News for the" in person.last.text}
        assert got == {"Darnell"}
