"""August 31: a countdown, one nudge on July 20, and items that staff put in by a tap."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.models import ItemState
from tests.journeys.conftest import LANGUAGES

AWARENESS_DAY = "International Overdose Awareness Day"
DIA = "Día Internacional de Concientización sobre la Sobredosis"


def noon(month, day):
    """Return noon in Chicago, in summer."""
    return datetime(2027, month, day, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def summer(clock, app):
    clock.move_to(noon(6, 1))


@pytest.fixture
def pass_to(clock, running):
    async def pass_to(then):
        clock.move_to(then)
        await running.outbox_empty()

    return pass_to


def nudges(staff):
    return [m for m in staff.messages if "ready for the e-blast" in m.text]


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (noon(7, 5), None),
        (noon(7, 6), "56 days until"),
        (noon(7, 21), "41 days until"),
        (noon(8, 30), "1 day until"),
        (noon(8, 31), f"Today: {AWARENESS_DAY}"),
        (noon(9, 1), None),
    ],
)
async def test_people_see_how_many_days_are_left(talk, nia, clock, now, told):
    clock.move_to(now)
    shown = await talk.one(nia, "/events")
    if told:
        assert told in shown.text
    else:
        assert "days until" not in shown.text
        assert "Today" not in shown.text


async def test_it_is_said_in_spanish_too(talk, mateo, clock, english_in):
    clock.move_to(noon(7, 21))
    shown = await talk.one(mateo, "/events")
    assert f"Faltan 41 días: {DIA}, 31 ago 2027." in shown.text
    assert english_in(shown) == []


async def test_staff_see_it_in_the_panel_of_the_e_blast(talk, sam, clock):
    assert "days until" not in (await talk.panel(sam)).text
    clock.move_to(noon(7, 21))
    assert f"41 days until {AWARENESS_DAY}, Aug 31, 2027." in (await talk.panel(sam)).text


async def test_staff_are_nudged_once_on_july_20_by_day(pass_to, sam, running):
    await pass_to(datetime(2027, 7, 20, 4, 30, tzinfo=UTC))  # still July 19, at night
    assert nudges(sam) == []
    await pass_to(datetime(2027, 7, 20, 13, 0, tzinfo=UTC))  # 8 AM
    assert nudges(sam) == []
    await pass_to(datetime(2027, 7, 20, 14, 1, tzinfo=UTC))  # 9 AM
    (nudge,) = nudges(sam)
    assert "42 days until" in nudge.text
    await running.stop()
    await running.start()
    for day in (21, 28, 31):
        await pass_to(noon(7, day))
        await running.app.services.upkeep.clean()  # the sent message is forgotten after a week
    await pass_to(noon(8, 30))
    assert len(nudges(sam)) == 1


async def test_a_bot_that_starts_later_nudges_then_and_every_year_anew(pass_to, sam, clock):
    await pass_to(noon(8, 10))
    assert len(nudges(sam)) == 1
    await pass_to(datetime(2028, 7, 20, 17, tzinfo=UTC))
    assert len(nudges(sam)) == 2


async def test_nobody_is_nudged_when_the_day_is_cancelled(pass_to, sam, app, talk, nia):
    event, _ = await app.database.read(lambda t: t.events.find_shipped("awareness-day"))
    await app.services.planning.cancel(event.event_id, date(2027, 8, 31), cancelled=True)
    await pass_to(noon(7, 20))
    assert nudges(sam) == []
    assert "days until" not in (await talk.one(nia, "/events")).text


@LANGUAGES
async def test_one_tap_puts_an_item_in_and_staff_approve_as_always(
    pass_to, talk, sam, nia, mateo, app, running, language, english_in
):
    await talk.join(nia, mateo)
    await pass_to(noon(7, 20))
    sam.account.language_code = language.value
    spanish = language.value == "es"
    shown = nudges(sam)[0]
    await talk.press(sam, "See what is ready", message=shown)
    assert "SafeSpot" in shown.text
    assert ("Nobody asks questions" in shown.text) is not spanish
    assert ("Fuente" if spanish else "Source") in shown.text
    if spanish:
        assert english_in(shown) == []
    assert await app.services.items.list_open() == []
    for _ in range(2):  # a double tap
        await talk.press_old(sam, shown, "occasion:put:awareness-day:alone")
    (item,) = await app.services.items.list_open()
    assert item.until == date(2027, 8, 31)
    assert item.state is ItemState.OPEN
    assert "SafeSpot" in item.html
    assert item.translation
    assert len(nia.messages) == len([m for m in nia.messages if "SafeSpot" not in m.text])
    sam.account.language_code = "en"
    panel = await talk.panel(sam)
    await talk.press(sam, "Approve and send now", message=panel)
    await running.outbox_empty()
    assert any("Somebody stays on the line" in m.text for m in nia.messages)
    assert any("Alguien se queda en la línea" in m.text for m in mateo.messages)
    await talk.press_old(sam, shown, "occasion:look:awareness-day")
    assert "It went out." in shown.text


async def test_what_staff_took_out_can_be_put_in_again(pass_to, talk, sam, app):
    await pass_to(noon(8, 2))
    listed = await talk.one(sam, "/items")
    await talk.press(sam, "Ready for Tue, Aug 31", message=listed)
    await talk.press(sam, "Put 2 into the e-blast", message=listed)
    assert "In the e-blast." in listed.text
    (item,) = await app.services.items.list_open()
    await talk.press(sam, "✅ Change 2", message=listed)
    await talk.press(sam, "Remove", message=listed)
    assert await app.services.items.list_open() == []
    await talk.press_old(sam, listed, "occasion:put:awareness-day:signs")
    (again,) = await app.services.items.list_open()
    assert again.item_id == item.item_id


async def test_next_year_it_is_ready_anew(pass_to, talk, sam, app):
    await pass_to(noon(8, 2))
    shown = await talk.one(sam, "/items")
    await talk.press_old(sam, shown, "occasion:put:awareness-day:day")
    await pass_to(datetime(2028, 8, 2, 17, tzinfo=UTC))
    await talk.press_old(sam, shown, "occasion:put:awareness-day:day")
    ends = [item.until for item in await app.services.items.list_open()]
    assert ends == [date(2027, 8, 31), date(2028, 8, 31)]


async def test_the_day_comes_into_the_edition_by_itself(pass_to, app, running):
    await pass_to(datetime(2027, 8, 23, 20, 0, 5, tzinfo=UTC))  # Monday 3 PM: the cut-off
    (item,) = await app.services.items.list_open()
    assert AWARENESS_DAY in item.html
    assert DIA in (item.translation or "")
    await pass_to(datetime(2027, 8, 23, 20, 0, 5, tzinfo=UTC) + timedelta(hours=1))
    assert len(await app.services.items.list_open()) == 1


async def test_when_the_day_is_far_there_is_nothing_to_put(talk, sam, nia, clock, rows):
    shown = await talk.one(sam, "/items")
    assert "Ready for" not in str(shown.buttons)
    (refused,) = await talk.press_old(sam, shown, "occasion:put:awareness-day:day")
    assert "not near now" in refused.text
    clock.move_to(noon(8, 2))
    (refused,) = await talk.press_old(sam, shown, "occasion:put:awareness-day:nothing")
    assert "not near now" in refused.text
    listed = await talk.one(nia, "/events")
    for data in ("occasion:look:awareness-day", "occasion:put:awareness-day:day"):
        (answer,) = await talk.press_old(nia, listed, data)
        assert "staff" in answer.text
    assert await rows("items") == {"items": 0}
