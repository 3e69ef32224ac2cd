"""Staff send a file of places: a look first, then all of it at once, and a way back."""

import asyncio
import gc
import io
import sys
import time
import zipfile

import pytest

from bot.services.directory import Directory
from bot.smooth import smooth
from bot.storage.sitenews import MOST_TOUCHED
from tests.journeys.places import names, site
from tests.journeys.test_site import press

HEAD = "id,name,needs,zip,hours\n"
A = 'a,Alpha,wound care,60624,"Mo-Su 08:00-20:00"\n'
B = "b,Beta,wound care,60624,\n"
BAD = "c,Gamma,cookies,60624,\n"


async def send(talk, sam, text, caption="/importsites idhs", name="sites.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return (await talk.after(sam, sam.send_document(content, name, caption=caption)))[-1]


def package(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return buffer.getvalue()


async def test_a_file_is_looked_at_imported_at_once_and_taken_back(talk, sam, nia, rows):
    before = await rows("sites", "site_changes")
    look = await send(talk, sam, HEAD + A + B + BAD)
    assert "2 added: Alpha, Beta" in look.text
    assert "1 rejected" in look.text
    assert "line 4: “cookies” among the needs is not known" in look.text
    assert "Nothing has been changed yet." in look.text
    assert await rows("sites", "site_changes") == before
    done = await press(talk, sam, "Import it", look)
    assert "Imported: 2 added, 0 changed, 0 removed." in done.text
    assert set(names(await talk.one(nia, "wound care 60624"))) >= {"Alpha"}
    again = await send(talk, sam, HEAD + "a,Alpha Two,wound care,60624,24/7\n")
    assert "1 changed: Alpha Two" in again.text
    assert "1 removed: Beta" in again.text
    await press(talk, sam, "Import it", again)
    assert names(await talk.one(nia, "wound care 60624")) == ["Alpha Two"]
    await press(talk, sam, "Undo", again)
    await press(talk, sam, "Undo", done)
    assert names(await talk.one(nia, "wound care 60624")) == []
    assert (await rows("sites"))["sites"] == before["sites"]


async def test_the_same_file_again_changes_nothing_and_keeps_a_check(talk, sam, nia, app):
    await press(talk, sam, "Import it", await send(talk, sam, HEAD + A))
    await press(talk, sam, "Checked today: all right", await talk.one(sam, "/site Alpha"))
    same = await send(talk, sam, HEAD + A)
    assert "Nothing would change." in same.text
    assert same.buttons == []
    assert "Checked on Nov 18, 2026." in (await talk.one(nia, "wound care 60624")).text


async def test_a_file_leaves_what_staff_changed_and_closed(talk, sam, nia):
    await press(talk, sam, "Import it", await send(talk, sam, HEAD + A + B))
    until = await press(talk, sam, "Close until", await talk.one(sam, "/site Alpha"))
    await press(talk, sam, "For 7 days", until)
    fields = await press(talk, sam, "Change something", await talk.one(sam, "/site Beta"))
    await press(talk, sam, "Name", fields)
    await talk.one(sam, "Beta by hand")
    look = await send(talk, sam, HEAD + A.replace("Alpha", "Alpha Two") + B + BAD)
    assert "1 changed: Alpha Two" in look.text
    await press(talk, sam, "Import it", look)
    assert names(await talk.one(nia, "wound care 60624")) == ["Beta by hand"]


async def test_what_was_shown_is_what_happens(talk, sam, rows):
    look = await send(talk, sam, HEAD + A)
    other = await send(talk, sam, HEAD + B, caption="/importsites other")
    await press(talk, sam, "Import it", other)
    stale = await press(talk, sam, "Import it", look)
    assert "The list has changed since I showed you this" in stale.text
    before = await rows("sites")
    twice = await talk.press_old(sam, other, "site:import:2")
    assert "imported already" in twice[-1].text
    assert await rows("sites") == before


async def test_it_survives_a_restart_between_look_and_import(talk, sam, nia, running):
    look = await send(talk, sam, HEAD + A)
    await running.stop()
    await running.start()
    await press(talk, sam, "Import it", look)
    assert names(await talk.one(nia, "wound care 60624")) == ["Alpha"]


async def test_the_command_alone_asks_for_the_file(talk, sam):
    asked = await talk.one(sam, "/importsites")
    assert "Nothing happens before you press a button" in asked.text
    assert "1 added: Alpha" in (await send(talk, sam, HEAD + A, caption="")).text


async def test_a_reply_to_a_file_is_about_that_file(talk, sam):
    document = await sam.send_document((HEAD + A).encode(), "sites.csv")
    await talk.running.idle()
    assert "1 added: Alpha" in (await talk.one(sam, "/importsites idhs", reply_to=document)).text


async def test_a_package_of_hsds_is_taken(talk, sam, nia):
    files = {
        "locations.csv": "id,name,latitude,longitude\n1,Alpha,41.8807,-87.7266\n",
        "services.csv": "id,name,status\ns,Wound care,active\n",
        "service_at_locations.csv": "id,service_id,location_id\nx,s,1\n",
    }
    look = await send(talk, sam, package(files), name="hsds.zip")
    assert "1 added: Alpha" in look.text


REFUSED = [
    (b"\xff\xfe\x00name", "sites.csv", "not UTF-8"),
    ((HEAD + A).encode("utf-16"), "sites.csv", "not UTF-8"),
    (f"{HEAD}a,=HYPERLINK(1),wound care,60624,\n", "sites.csv", "holds a formula: in line 2"),
    (b"PK\x03\x04 no zip", "sites.zip", "damaged"),
    (package({"a.csv": "x"}), "sites.zip", "has no locations.csv"),
    (package({"locations.csv": "id,name\n" + "0" * 60_000_000}), "bomb.zip", "far more"),
    (b"\x89PNG\r\n", "photo.png.csv", "not UTF-8"),
    ("hello\n", "sites.csv", "has no column name and needs"),
    (HEAD + BAD, "sites.csv", "“cookies” among the needs"),
]


@pytest.mark.parametrize(("content", "name", "sentence"), REFUSED)
async def test_a_file_that_cannot_be_taken_is_refused_and_changes_nothing(
    talk, sam, rows, content, name, sentence
):
    before = await rows("sites", "site_changes", "site_files")
    refused = await send(talk, sam, content, name=name)
    assert sentence in refused.text
    assert "Nothing has been changed" in refused.text
    assert await rows("sites", "site_changes", "site_files") == before


async def test_a_refused_file_leaves_nothing_behind(talk, sam, app):
    refused = await send(talk, sam, HEAD + A * 300 + "x,=1+1,naloxone,60624,\n")
    assert "formula" in refused.text

    def left(t):
        temporary = "SELECT count(*) FROM temp.sqlite_master"
        return t.meta._connection.execute(temporary).fetchone()[0]

    assert await app.database.write(left) == 0


async def test_a_file_larger_than_telegram_gives_is_refused(talk, sam):
    refused = await send(talk, sam, HEAD + A + " " * 20_000_001)
    assert "larger than 20 MB" in refused.text


async def test_all_places_come_as_a_file_that_changes_nothing(talk, sam, nia):
    await press(talk, sam, "Import it", await send(talk, sam, HEAD + A))
    how = await talk.one(sam, "/site")
    (file,) = await talk.press(sam, "All places as a file", message=how)
    assert file.raw["document"]["file_name"] == "places-2026-11-18.csv"
    content = talk.running.sandbox.world.files.find(file.raw["document"]["file_id"]).content
    assert b"idhs/a,Alpha" in content
    assert "Nothing would change." in (await send(talk, sam, content)).text


async def test_others_cannot_bring_in_files(talk, nia, rows):
    before = await rows("sites", "site_files")
    assert "Only staff" in (await send(talk, nia, HEAD + A)).text
    assert await rows("sites", "site_files") == before


@pytest.fixture
def as_the_bot_runs():
    before = sys.getswitchinterval()
    smooth()
    yield
    gc.unfreeze()
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("as_the_bot_runs")
async def test_a_large_file_holds_up_nobody(talk, sam, nia):
    lines = "".join(f"{n},Place {n},naloxone,60624,24/7\n" for n in range(8000))
    longest = 0.0

    async def watch():
        nonlocal longest
        while True:
            began, used = time.perf_counter(), time.process_time()
            await asyncio.sleep(0.001)
            # Other programs on this computer take time, too: only what this one used counts.
            late = min(time.perf_counter() - began, time.process_time() - used)
            longest = max(longest, late)

    watching = asyncio.ensure_future(watch())
    look = await send(talk, sam, HEAD + lines)
    assert "8,000 added" in look.text
    done = await press(talk, sam, "Import it", look)
    watching.cancel()
    # Whoever is told that it is done can show it to people.
    assert "Place " in names(await talk.one(nia, "narcan 60624"))[0]
    await press(talk, sam, "Undo", done)
    assert "Library" in names(await talk.one(nia, "narcan 60624"))[0]
    # In one go each part of it would take a good part of a second.
    assert longest < 0.05


async def test_before_a_new_index_is_made_nothing_closed_is_shown(talk, nia, app, settings):
    """Another process imports; nobody waits for the index, and nothing untrue is shown."""
    directory = Directory(app.database, app.clock, settings.timezone, ())

    def rows(count, **changes):
        return iter([site(f"Place {n}", key=f"many/{n}", **changes) for n in range(count)])

    await directory.bring_in(rows(MOST_TOUCHED + 1), "many", dry_run=False)
    await app.services.finder.refresh()
    assert "Place" in names(await talk.one(nia, "wound care 60624"))[0]
    await directory.bring_in(rows(MOST_TOUCHED + 1, closed=True), "many", dry_run=False)
    assert names(await talk.one(nia, "wound care 60624")) == []
    await directory.bring_in(rows(MOST_TOUCHED + 1), "many", dry_run=False)
    await talk.one(nia, "wound care 60624")
    async with asyncio.timeout(10):
        while not names(await talk.one(nia, "wound care 60624")):  # noqa: ASYNC110 - beside us
            await asyncio.sleep(0.05)
