"""Nobody but staff can do what staff do: no command, no button, not from the staff's own group."""

import re

import pytest

from bot.handlers import announce, answers, blast, draft_audience, draft_time, items
from bot.models import BroadcastState

COMMANDS = [
    *("/staff", "/item", "/item Buy pills here", "/items", "/blast"),
    *("/announce", "/announce Buy pills here", "/alert", "/alert Buy pills here"),
    *("/answer", "/answer narcan"),
]
PATTERNS = [
    value
    for module in (blast, items, announce, draft_audience, draft_time, answers)
    for value in vars(module).values()
    if isinstance(value, str) and value.startswith(("^item:", "^blast:", "^draft:", "^answer:"))
]
# What each part of a pattern may look like in a real button.
_SAMPLES = {
    r"\d+": ["1"],
    r"\d{1,11}": ["1795000000"],
    r"\d{1,5}": ["60"],
    r"\d{1,3}": ["24"],
    "(en|es)": ["en"],
    r"[\w-]+": ["trainings"],
    r"(\d{4}-\d\d-\d\d|none)": ["none", "2026-12-01"],
    "(item-translation|item-text)": ["item-text", "item-translation"],
}


def data_of(pattern):
    """Return button data that fit a pattern."""
    found = [pattern.strip("^$")]
    for part, samples in _SAMPLES.items():
        found = [each.replace(part, sample) for each in found for sample in samples]
    alternatives = re.search(r"\(([a-z|-]+)\)", found[0])
    if alternatives:
        found = [found[0].replace(alternatives[0], each) for each in alternatives[1].split("|")]
    assert all(re.match(pattern, each) for each in found), found
    return found


BUTTONS = [data for pattern in PATTERNS for data in data_of(pattern)]


def test_every_button_of_staff_is_tried():
    assert len(PATTERNS) >= 18
    assert {data.split(":")[1] for data in BUTTONS} >= {"approve", "now", "remove", "sure-stop"}


@pytest.mark.parametrize("command", COMMANDS)
async def test_staff_commands_are_refused(talk, nia, mateo, joy, group, rows, command):
    assert "Only staff can use that" in (await talk.one(nia, command)).text
    assert "Eso solo lo puede usar el equipo" in (await talk.one(mateo, command)).text
    (refusal,) = await talk.say(joy.in_group(group), command)
    assert "Only staff" in refusal.text
    assert set((await rows("items", "broadcasts", "forms")).values()) == {0}


@pytest.mark.parametrize("data", BUTTONS)
async def test_staff_buttons_are_refused(talk, nia, joy, sam, group, app, data):
    await talk.item(sam)
    await talk.draft(sam)
    before = await _state(app)
    for person in (nia, joy.in_group(group)):
        welcome = (await talk.say(person, "/help"))[0]
        answers = await talk.press_old(person, welcome, data)
        assert ["Only staff" in each.text for each in answers] == [True]
    assert await _state(app) == before


async def _state(app):
    return await app.database.read(
        lambda t: (
            t.items.list_open(),
            t.broadcasts.list_in(*BroadcastState),
            t.forms._rows("SELECT * FROM forms"),
            len(t.deliveries._rows("SELECT * FROM deliveries")),
        )
    )


async def test_help_lists_staff_commands_to_staff_only(talk, nia, sam):
    assert "/blast" in (await talk.one(sam, "/help")).text
    assert "/blast" not in (await talk.one(nia, "/help")).text


async def test_the_staff_menu_leads_everywhere(talk, sam):
    menu = await talk.one(sam, "/staff")
    titles = [row[0] for row in menu.buttons]
    assert titles[:3] == ["The e-blast", "Items", "Announcements"]
    assert titles[3:] == ["Events", "Questions of people", "Places", "Answers"]
    await talk.press(sam, "The e-blast", message=menu)
    assert "Draft for" in menu.text
    await talk.press(sam, "Items", message=menu)
    assert "Nothing is collected" in menu.text


async def test_a_stranger_is_never_asked_for_a_text_of_staff(talk, joy, sam, group, app):
    inside = sam.in_group(group)
    shown = await talk.one(inside, "/item Free Narcan training")
    (ask,) = await talk.press(inside, "Remove", message=shown) or [shown]
    assert await talk.say(joy.in_group(group), "my text", reply_to=ask) == []
    assert await app.services.items.list_open() == []
