"""Where a stranger looks for help stays with them: no row, no byte in the file, no log.

Every public command is followed by a place said in every way there is; every button of every
answer is pressed, and of what that brings.
"""

import asyncio
import re
import struct
from functools import partial

import pytest

from bot.content.commands import COMMANDS, Audience
from bot.models.sites import Trait
from tests.conftest import talkative_log

PUBLIC = [each.name for each in COMMANDS if each.audience is Audience.EVERYONE]
# Commands that say where, and what people type; none of it is in what ships.
ZIP, AREA, CORNER = "60688", "Burnside", "kilpatrick and potomac"
TYPED = (
    f"narcan {ZIP}", ZIP, f"strips near {CORNER}", CORNER, f"naloxone in {AREA}", AREA.upper(),
    f"where can I get syringes around {AREA}", f"jeringas cerca de {AREA}",
    "4712 w potomac ave", "necesito naloxona en kilpatrick y potomac",
)  # fmt: skip
LATITUDE, LONGITUDE = 41.8686912, -87.7061834
MOVED = (41.8701234, -87.7098765)
TITLE = "Aunt Philippa's porch"
TRACES = (
    ZIP, AREA, "kilpatrick", "potomac", "Philippa",
    "41.868", "87.706", "41.870", "87.709", "41.87,", "-87.705",
)  # fmt: skip
# By these a person asks that something be kept, and is told so; other tests watch over them. The
# guide of the overdose card keeps a timer, and knows of no place.
WISHES = ("overdose:", "eblast:join", "handoff:yes", "case:yes", "vote:")
NARROWING = re.compile(r"near:at:[\w-]+:[\w.-]+:(\d+):0")


@pytest.fixture
def written():
    """Everything that the bot's logging writes at its most talkative."""
    with talkative_log() as written:
        yield written


@pytest.fixture
def counted(app):
    """Return a function that counts the rows of every table there is."""

    def count(t):
        ask = t.meta._connection.execute
        tables = [row[0] for row in ask("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: ask(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}

    async def counted():
        return await app.database.read(count)

    return counted


@pytest.mark.parametrize("name", ["Nia", "Mateo"])
async def test_where_a_stranger_looks_for_help_stays_with_them(
    talk, sandbox, settings, written, counted, name
):
    stranger = sandbox.person(name)
    before = await counted()
    assert len(before) > 30
    pressed = set()
    for deed in _deeds(talk, stranger):
        sandbox.clock.advance(60)  # nobody may write so much in one minute
        for shown in await deed():
            await _press_everything(talk, sandbox, stranger, shown, pressed)
    assert len(pressed) > 45
    assert {f"narrow by {int(trait)}" for trait in Trait} <= pressed
    async with asyncio.timeout(5):
        while (await counted())["inbox"]:  # noqa: ASYNC110 - a task of the receiver's own
            await asyncio.sleep(0.02)
    assert await counted() == before
    raw = b"".join(path.read_bytes() for path in settings.database_path.parent.glob("bot.db*"))
    assert b"Legler" in raw  # so this looks at the right files
    said = written()
    for trace in TRACES:
        assert trace.lower() not in said.lower(), trace
        assert trace.lower().encode() not in raw.lower(), trace
    for degrees in (LATITUDE, LONGITUDE, *MOVED, 41.87, -87.705, -87.71):
        assert all(struct.pack(form, degrees) not in raw for form in ("<d", ">d")), degrees


def _deeds(talk, stranger):
    """Yield what a stranger does, each to be called when its turn comes."""
    for command in PUBLIC:
        for place in ("", ZIP, AREA, CORNER):
            yield partial(talk.say, stranger, f"/{command} {place}".strip())
    for text in TYPED:
        yield partial(talk.say, stranger, text)
    yield lambda: talk.after(stranger, stranger.send_location(LATITUDE, LONGITUDE))
    venue = {"latitude": LATITUDE, "longitude": LONGITUDE}
    yield lambda: talk.after(stranger, stranger.send_venue(TITLE, "4712 W Potomac Ave", **venue))
    yield lambda: _share_live(talk, stranger)


async def _share_live(talk, stranger):
    """Share a location that moves, and move."""
    live = {"latitude": LATITUDE, "longitude": LONGITUDE, "live_period": 900}
    shown = await talk.raw(stranger, {"location": live})
    own = next(m for m in reversed(stranger.chat.messages.values()) if "location" in m)
    moved = {**own, "edit_date": own["date"] + 30}
    moved["location"] = {**live, "latitude": MOVED[0], "longitude": MOVED[1]}

    async def move():
        stranger._people._updates.add("edited_message", moved, stranger.chat.id)

    assert await talk.after(stranger, move()) == []  # it is shared once, not watched
    return shown


async def _press_everything(talk, sandbox, stranger, shown, pressed):
    waiting = [shown]
    while waiting:
        message = waiting.pop()
        for data in _buttons(message):  # also those that another press has taken away since
            kind = _kind(data)
            if kind in pressed or data.startswith(WISHES):
                continue
            pressed.add(kind)
            sandbox.clock.advance(5)
            waiting += await talk.press_old(stranger, message, data)


def _kind(data):
    """Return what buttons have in common that need to be pressed but once."""
    if narrowed := NARROWING.fullmatch(data):
        traits = int(narrowed[1])
        return f"narrow by {traits if traits.bit_count() < 2 else 'more'}"
    return re.sub(r"\d+", "0", data)


def _buttons(message):
    rows = (message.raw.get("reply_markup") or {}).get("inline_keyboard") or []
    return [b["callback_data"] for row in rows for b in row if "callback_data" in b]


def test_these_places_are_understood(library):
    for place in (ZIP, AREA, *TYPED):
        assert library.places.find(place), place
