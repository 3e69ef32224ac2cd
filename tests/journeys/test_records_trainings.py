"""The record of trainings: numbers without names, by month, in a table, each change undoable."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.journeys.conftest import LANGUAGES

DEC_9 = datetime(2026, 12, 9, 18, tzinfo=UTC)
ON = date(2026, 12, 8)
HOW = "Dec 4; 25; Austin library; Prevention Partnership; 20 kits"


@pytest.fixture(autouse=True)
def december(clock, app):
    clock.move_to(DEC_9)


@pytest.fixture
def record(talk):
    """Return a function with which staff record a training that was no event."""

    async def record(staff, text=HOW):
        spanish = staff.account.language_code == "es"
        shown = await talk.one(staff, "/event")
        await talk.press(staff, "Capacitaciones" if spanish else "Trainings", message=shown)
        add = "Agregar capacitación" if spanish else "Add a training"
        await talk.press(staff, add, message=shown)
        return await talk.one(staff, text)

    return record


@pytest.fixture
def table_of(talk, sandbox):
    """Return a function that has a table sent and returns its rows."""

    async def table_of(staff, shown, period="All"):
        await talk.press_old(staff, shown, "training:files")
        (file,) = await talk.press(staff, period, message=shown)
        data = sandbox.world.files.find(file.raw["document"]["file_id"]).content
        assert data.startswith(b"\xef\xbb\xbf")
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))

    return table_of


async def year(talk, staff):
    shown = await talk.one(staff, "/event")
    await talk.press(staff, "Trainings", message=shown)
    return shown


async def test_a_training_by_hand_is_kept_without_names(talk, sam, record, rows):
    shown = await record(sam)
    assert "Training of Dec 4, 2026" in shown.text
    assert "Trained: 25" in shown.text
    assert "Kits given: 20" in shown.text
    assert "Where: Austin library" in shown.text
    assert "By: Prevention Partnership" in shown.text
    assert "Never write who was trained" in shown.text
    listed = await year(talk, sam)
    assert "1 training · 25 people trained · 20 kits" in listed.text
    assert "Dec 25 ██████████████" in listed.text
    await talk.press(sam, "Dec · 1", message=listed)
    await talk.press(sam, "Austin library", message=listed)
    assert "Prevention Partnership" in listed.text


@LANGUAGES
async def test_both_languages(talk, sam, record, english_in, language):
    sam.account.language_code = language.value
    spanish = language.value == "es"
    text = "4 dic; 25; biblioteca; enlace comunitario; 20" if spanish else HOW
    shown = await record(sam, text)
    assert ("Personas capacitadas: 25" if spanish else "Trained: 25") in shown.text
    if spanish:
        assert english_in(shown) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Dec 4; 3; library; Ana Ruiz, Joe Poe, Li Wu", "looks like names"),
        ("Dec 4; 3; library\nana ruiz, joe poe and li wu", "looks like names"),
        ("Dec 4; 3; library; call 312-555-0199", "looks like names"),
        ("Dec 4; Ana, Joe and Li", "I need a number"),
        ("some day; 3", "did not understand the day"),
        ("Dec 30, 2026; 3", "has not been yet"),
        ("Dec 4", "Use semicolons"),
        ("Dec 4; 3; a; b; 5; Ana Ruiz", "Use semicolons"),
        ("Dec 4; 999999", "I need a number"),
    ],
)
async def test_names_and_unclear_words_are_refused_with_what_to_do(
    talk, sam, record, rows, text, reason
):
    assert reason in (await record(sam, text)).text
    assert (await rows("trainings"))["trainings"] == 0
    assert "Trained: 25" in (await talk.one(sam, HOW)).text  # it still waits for it


async def test_every_part_can_be_changed_and_undone(talk, sam, record):
    shown = await record(sam)
    for button, text, told in (
        ("How many", "27", "Trained: 27"),
        ("Kits given", "18 kits", "Kits given: 18"),
        ("Where it was", "Garfield Park", "Where: Garfield Park"),
        ("By whom", "peer trainer AB", "By: peer trainer AB"),
        ("Day", "Nov 30", "Training of Nov 30, 2026"),
    ):
        (ask,) = await talk.press(sam, button, message=shown)
        assert "Training of" in ask.text
        shown = await talk.one(sam, text)
        assert told in shown.text
    await talk.press(sam, "Undo", message=shown)
    assert "What was changed" in shown.text
    assert "undone" in shown.text
    assert "staff " in shown.text
    await talk.press_old(sam, shown, "training:show:1")
    assert "Training of Dec 4, 2026" in shown.text
    assert "peer trainer AB" in shown.text


async def test_an_older_change_is_not_undone_over_a_newer_one(talk, sam, record):
    shown = await record(sam)
    await talk.press(sam, "How many", message=shown)
    shown = await talk.one(sam, "27")
    (refused,) = await talk.press_old(sam, shown, "training:undo:1")
    assert "cannot be undone" in refused.text


async def test_deleting_asks_nothing_because_one_tap_takes_it_back(
    talk, sam, record, rows, table_of
):
    shown = await record(sam)
    await talk.press(sam, "Delete", message=shown)
    assert "is deleted" in shown.text
    assert (await rows("trainings"))["trainings"] == 0
    await talk.press(sam, "Undo", message=shown)
    (row,) = await table_of(sam, shown)
    assert row["trained"] == "25"
    assert row["place"] == "Austin library"


async def test_a_training_that_was_an_event_follows_its_count(add_event, talk, sam):
    event = await add_event("Narcan class", ON, place="Austin")
    shown = await talk.one(sam, "/event")
    await talk.press_old(sam, shown, f"after:show:{event.event_id}:{ON}")
    await talk.press(sam, "15 in person", message=shown)
    assert "Training record: 15 people trained · Austin" in shown.text
    await talk.press(sam, "Change the number", message=shown)
    await talk.press(sam, "20 in person", message=shown)
    assert "Training record: 20 people trained" in shown.text
    await talk.press(sam, "Training record", message=shown)
    await talk.press(sam, "How many", message=shown)
    card = await talk.one(sam, "18")
    assert "Trained: 18" in card.text
    await talk.press_old(sam, card, f"after:again:{event.event_id}:{ON}")
    await talk.press(sam, "30 in person", message=card)
    assert "Training record: 18 people trained" in card.text  # what staff wrote stays


async def test_a_record_that_staff_deleted_does_not_come_back_by_counting(
    add_event, talk, sam, rows
):
    event = await add_event("Narcan class", ON, place="Austin")
    shown = await talk.one(sam, "/event")
    await talk.press_old(sam, shown, f"after:show:{event.event_id}:{ON}")
    await talk.press(sam, "15 in person", message=shown)
    await talk.press(sam, "Training record", message=shown)
    await talk.press(sam, "Delete", message=shown)
    await talk.press_old(sam, shown, f"after:again:{event.event_id}:{ON}")
    await talk.press(sam, "20 in person", message=shown)
    assert await rows("trainings", "headcounts") == {"trainings": 0, "headcounts": 1}


async def test_tables_hold_a_month_a_quarter_a_year_or_all(talk, sam, record, table_of):
    for day in ("Dec 4, 2026", "Oct 2, 2026", "Mar 3, 2026", "Mar 3, 2025"):
        shown = await record(sam, f"{day}; 10; A; B")
    for period, days in (
        ("This month", ["2026-12-04"]),
        ("This quarter", ["2026-10-02", "2026-12-04"]),
        ("This year", ["2026-03-03", "2026-10-02", "2026-12-04"]),
        ("All", ["2025-03-03", "2026-03-03", "2026-10-02", "2026-12-04"]),
    ):
        assert [row["date"] for row in await table_of(sam, shown, period)] == days
    listed = await year(talk, sam)
    await talk.press(sam, "2025", message=listed)
    assert "Trainings 2025" in listed.text
    assert "1 training · 10 people trained" in listed.text


async def test_an_empty_table_is_not_sent(talk, sam, record):
    shown = await record(sam, "Mar 3, 2025; 10")
    await talk.press_old(sam, shown, "training:files")
    (refused,) = await talk.press(sam, "This month", message=shown)
    assert "no training in that time" in refused.text


async def test_no_cell_runs_as_a_formula(talk, sam, record, table_of):
    shown = await record(sam, "Dec 4; 10; =HYPERLINK(evil); +office")
    (row,) = await table_of(sam, shown)
    assert row["place"] == "'=HYPERLINK(evil)"
    assert row["by"] == "'+office"


async def test_it_survives_a_restart_and_a_form_does_too(talk, sam, record, running):
    shown = await record(sam)
    await talk.press(sam, "Kits given", message=shown)
    await running.stop()
    await running.start()
    assert "Kits given: 31" in (await talk.one(sam, "31")).text


async def test_only_staff_see_and_change_it(talk, sam, nia, record, rows):
    await record(sam)
    before = await rows("trainings", "record_changes", "forms")
    shown = await talk.one(nia, "/events")
    for data in (
        "training:year:0",
        "training:month:2026-12",
        "training:show:1",
        "training:add",
        "training:ask:1:training-kits",
        "training:stop:0",
        "training:delete:1",
        "training:undo:1",
        "training:changes",
        "training:files",
        "training:file:all",
    ):
        (answer,) = await talk.press_old(nia, shown, data)
        assert "staff" in answer.text
    assert await rows("trainings", "record_changes", "forms") == before


async def test_the_log_is_kept_for_a_year_the_numbers_for_good(
    talk, sam, record, clock, app, rows
):
    await record(sam)
    clock.move_to(DEC_9 + timedelta(days=366))
    await app.services.upkeep.clean()
    assert await rows("trainings", "record_changes") == {"trainings": 1, "record_changes": 0}
