"""Whoever only asks leaves no row and no byte: help costs nothing."""

import asyncio
import struct

from bot.content.commands import COMMANDS

SECRETS = ["my brother Terrence uses at Madison", "¿dónde consigo naloxona cerca de Pulaski?"]
LATITUDE, LONGITUDE = 41.8807123, -87.7266123
TABLES = (
    "members",
    "items",
    "broadcasts",
    "renditions",
    "broadcast_items",
    "deliveries",
    "forms",
    "inbox",
    "site_notices",
    "site_stock",
    "site_drafts",
    "site_files",
    "site_contacts",
    "site_invites",
    "site_asks",
    "corrections",
    "answer_versions",
    "answer_people",
)


async def test_a_stranger_leaves_no_row_and_no_byte(talk, nia, mateo, rows, settings, running):
    before = await rows("site_changes", "sites")
    await _ask_everything(talk, nia, "naloxone")
    await _ask_everything(talk, mateo, "naloxona")
    await _inbox_tidied(rows)
    assert await rows(*TABLES) == dict.fromkeys(TABLES, 0)
    files = list(settings.database_path.parent.glob("bot.db*"))
    raw = b"".join(path.read_bytes() for path in files)
    assert len(raw) > 4096
    for person in (nia, mateo):
        for trace in _forms_of(person.id):
            assert trace not in raw, trace
    for text in (*SECRETS, "Terrence", "consigo", "Nia", "Mateo", "41.88", "-17545"):
        assert text.encode() not in raw, text
    for degrees in (LATITUDE, LONGITUDE, 41.88, -87.725):  # as shared, and as it was rounded
        assert all(struct.pack(form, degrees) not in raw for form in ("<d", ">d")), degrees
    assert await rows("site_changes", "sites") == before


async def _ask_everything(talk, person, button):
    for command in COMMANDS:
        await talk.say(person, f"/{command.name}")
    talk.running.sandbox.clock.advance(60)  # nobody may write so much in one minute
    for text in (*SECRETS, "he is not breathing", "how long does narcan last", "stop"):
        await talk.say(person, text)
    await talk.say(person, "narcan near Pulaski and Madison")
    (found,) = await talk.after(person, person.send_location(LATITUDE, LONGITUDE))
    for pressed in [text for row in found.buttons for text in row]:
        await talk.press(person, pressed, message=found)
    await talk.after(person, person.send_photo(caption="is this fentanyl?"))
    await talk.say(person, "/start")
    await talk.press(person, button, message=person.last)


def _forms_of(number):
    """Return how an id may stand in a file: digits, and binary in either order of bytes."""
    return [str(number).encode(), *(number.to_bytes(8, order) for order in ("big", "little"))]


async def _inbox_tidied(rows):
    async with asyncio.timeout(5):
        while (await rows("inbox"))["inbox"]:  # noqa: ASYNC110 - a task of the receiver's own
            await asyncio.sleep(0.02)


async def test_a_member_is_in_the_file_without_a_name_or_a_number(talk, nia, settings, sam, rows):
    await talk.join(nia)
    await talk.send_edition(sam)
    await _inbox_tidied(rows)
    raw = b"".join(path.read_bytes() for path in settings.database_path.parent.glob("bot.db*"))
    assert b"Free Narcan training" in raw  # so this looks at the right files
    for trace in (*_forms_of(nia.id), *_forms_of(sam.id), b"Nia", b"Rivera"):
        assert trace not in raw, trace
