"""The nearest place: by ZIP code, area, words and shared location, in both languages, honestly."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.models.sites import Need, Notice
from tests.journeys.places import names, site

CHICAGO_NOON = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)  # a Wednesday
LATITUDE, LONGITUDE = 41.8807, -87.7266


# ---------------------------------------------------------------------- where people say they are


@pytest.mark.parametrize(
    "text",
    ["/naloxone 60624", "narcan 60624", "narcan in west garfield park", "/narcan 60624",
     "/narcan pulaski & madison", "where can I get narcan near Garfield Park",
     "naloxone near the west side"],
)  # fmt: skip
async def test_two_words_are_enough_to_see_the_nearest_library(talk, nia, text):
    shown = await talk.one(nia, text)
    assert "Legler Regional Library" in shown.text
    assert "Open now, until 8:00 PM CST" in shown.text
    assert "call first" in shown.text
    assert "Checked on Aug 1, 2025." in shown.text


@pytest.mark.parametrize(
    "text", ["naloxona en La Villita", "narcan 60623", "naloxona la 26 y Kostner"]
)
async def test_the_same_in_spanish(talk, mateo, english_in, text):
    shown = await talk.one(mateo, text)
    assert "Abierto ahora" in shown.text
    assert "Toman" in shown.text or "Little Village" in shown.text
    assert "llama antes" in shown.text
    assert english_in(shown) == []


@pytest.mark.parametrize("command", ["/naloxone", "/supplies", "/teststrips", "/syringes"])
async def test_a_place_that_is_not_known_is_told_and_areas_are_offered(
    talk, nia, mateo, english_in, command
):
    shown = await talk.one(nia, f"{command} xyzzy")
    assert "I don't know the place you wrote. The nearest place: press your area" in shown.text
    assert ["Austin", "West Garfield Park"] in shown.buttons
    assert "the place you wrote" not in (await talk.one(nia, command)).text
    assert english_in(await talk.one(mateo, f"{command} xyzzy")) == []


async def test_two_taps_from_the_command_to_the_nearest_place(talk, nia):
    ways = await talk.one(nia, "/naloxone")
    (shown,) = await talk.press(nia, "Austin", message=ways)
    assert "Austin Library" in names(shown)


async def test_a_place_that_follows_is_a_place_for_what_was_asked(talk, nia, put):
    await put(site("Wound Van"))
    shown = await talk.one(nia, "wound care")
    assert "Wound care" in shown.text
    found = await talk.one(nia, "60624")
    assert names(found) == ["Wound Van"]


@pytest.mark.parametrize(
    "text", ["strips near pulaski and madison", "tiras cerca de pulaski y madison"]
)
async def test_a_corner_and_what_is_wanted_there_is_not_only_a_corner(talk, nia, put, text):
    await put(site("Strips Van", needs=frozenset({Need.TEST_STRIPS})))
    assert names(await talk.one(nia, text)) == ["Strips Van"]


async def test_a_shared_location_finds_what_is_near(talk, mateo, nia):
    await talk.one(nia, "/naloxone")
    (shown,) = await talk.after(nia, nia.send_location(LATITUDE, LONGITUDE))
    assert names(shown)[0] == "Legler Regional Library"
    (shown,) = await talk.after(mateo, mateo.send_location(LATITUDE, LONGITUDE))
    assert "Legler Regional Library" in shown.text
    assert "Abierto ahora" in shown.text


async def test_telegrams_own_button_shares_the_location(talk, nia):
    ways = await talk.one(nia, "/naloxone")
    await talk.press(nia, "Share my location once", message=ways)
    assert nia.chat.keyboard["keyboard"][0][0]["request_location"] is True


async def test_the_middle_of_nowhere_gets_the_helpline_and_the_mail(talk, nia):
    (shown,) = await talk.after(nia, nia.send_location(64.1, -21.9))
    assert names(shown) == []
    assert "833-234-6343" in shown.text
    assert "nextdistro.org" in shown.text
    assert "833-234-6343.\n" in shown.text
    assert "No ID" not in str(shown.buttons)  # nothing to narrow


# ---------------------------------------------------------------------- how old it is


@pytest.mark.parametrize(
    ("age", "words", "first"),
    [
        (89, None, "Near"),
        (90, None, "Near"),
        (91, "Last checked more than 90 days ago.", "Far"),
        (180, "Last checked more than 90 days ago.", "Far"),
        (181, "Last checked more than 180 days ago: call first.", "Far"),
    ],
)
async def test_what_is_old_says_so_and_ranks_lower(talk, nia, put, clock, age, words, first):
    today = date(2026, 11, 18)
    near = site("Near", assured_on=today - timedelta(days=age))
    far = site("Far", assured_on=today - timedelta(days=1), latitude=41.9)
    await put(near, far)
    shown = await talk.one(nia, "wound care 60624")
    assert names(shown)[0] == first
    assert ("Last checked" in shown.text) is (words is not None)
    assert words is None or words in shown.text


# ---------------------------------------------------------------------- when it is open


async def test_never_open_without_hours(talk, nia, put):
    await put(site("No Hours", hours=""))
    shown = await talk.one(nia, "wound care 60624")
    assert "Call for hours." in shown.text
    assert "Open now" not in shown.text


async def test_at_11_59_pm_what_closes_at_midnight_is_open_and_then_closed(talk, nia, put, clock):
    await put(site("Late", hours="Mo-Su 12:00-24:00; PH 12:00-24:00"))
    clock.move_to(datetime(2026, 11, 19, 5, 59, tzinfo=UTC))
    assert (
        "Open now, until Thu, Nov 19, 12:00 AM CST"
        in (await talk.one(nia, "wound care 60624")).text
    )
    clock.move_to(datetime(2026, 11, 19, 6, 0, 1, tzinfo=UTC))
    shown = await talk.one(nia, "wound care 60624")
    assert "Open now" not in shown.text
    assert "Closed. Opens 12:00 PM CST" in shown.text
    assert "These open next" in shown.text


async def test_on_a_holiday_usual_hours_are_not_believed(talk, nia, clock):
    clock.move_to(datetime(2026, 11, 26, 18, 0, tzinfo=UTC))  # Thanksgiving, noon
    shown = await talk.one(nia, "/naloxone 60624")
    assert "Open now" not in shown.text
    assert "Holiday: hours may differ. Call first." in shown.text


@pytest.mark.parametrize(
    ("instant", "until"),
    [
        (datetime(2027, 3, 14, 7, 30, tzinfo=UTC), "3:30 AM CDT"),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "3:30 AM CST"),
    ],
)
async def test_in_the_night_of_the_change_of_clocks(talk, nia, put, clock, instant, until):
    await put(site("Night", hours="Mo-Su 00:15-03:30", assured_on=date(2026, 10, 1)))
    clock.move_to(instant)
    assert f"Open now, until {until}" in (await talk.one(nia, "wound care 60624")).text


async def test_a_van_says_where_it_is_today_and_when_it_comes_next(talk, nia, put, clock):
    await put(
        site("Stop Today", mobile=True, hours="We 10:00-14:00"),
        site("Stop Tomorrow", mobile=True, hours="Th 10:00-14:00", latitude=41.89),
    )
    shown = await talk.one(nia, "wound care 60624")
    assert names(shown) == ["Stop Today"]
    assert "The van is here now, until 2:00 PM CST" in shown.text
    await talk.press(nia, "✓ Open now", message=shown)
    shown = next(m for m in nia.messages if m.id == shown.id)
    assert "The van comes next on Thu, Nov 19, 10:00 AM CST" in shown.text
    clock.move(hours=-3)
    assert "The van comes today at 10:00 AM CST" in (await talk.one(nia, "wound care 60624")).text


async def test_a_stop_of_a_van_says_where_it_is_instead_and_goes_next(talk, nia, put, clock, app):
    def stop(name, hours, **more):
        return site(name, mobile=True, hours=hours, organization="Van People", **more)

    await put(
        stop("Stop Today", "We 10:00-14:00"),
        stop("Stop Tomorrow", "Th 10:00-14:00", latitude=41.885),
        stop("Stop on Friday", "Fr 10:00-14:00", latitude=41.89),
        stop("Stop that is over", "We 15:00-16:00", latitude=41.9, closed_until=date(2026, 12, 1)),
        replace(stop("Van of Others", "We 14:00-15:00", latitude=41.887), organization="Others"),
        site("House", hours="We 14:30-15:00", organization="Van People", latitude=41.91),
    )
    shown = await talk.one(nia, "wound care 60624")
    assert names(shown) == ["Stop Today"]
    assert "Their next stop: Stop Tomorrow, Thu, Nov 19, 10:00 AM CST" in shown.text
    (second,) = await put(stop("Their other van", "We 11:00-13:00", latitude=41.95))
    both = await talk.one(nia, "wound care 60624")
    assert names(both) == ["Stop Today", "Their other van"]
    assert "Now at" not in both.text
    await app.database.write(lambda t: t.sites.set_closed_until(second, date(2027, 1, 1)))
    await talk.press(nia, "✓ Open now", message=shown)
    shown = next(m for m in nia.messages if m.id == shown.id)
    by_name = dict(zip(names(shown), re.split(r"\n\d\. ", shown.text)[1:], strict=True))
    assert "Now at: Stop Today" in by_name["Stop Tomorrow"]
    assert "Now at" not in by_name["Stop Today"] + by_name["Van of Others"]
    clock.move(hours=3)
    shown = await talk.one(nia, "wound care 60624")
    assert "Their next stop: Stop Tomorrow" in shown.text
    assert shown.text.count("Their next stop") == 1  # where it goes next needs no such line


# ---------------------------------------------------------------------- notices and stock


async def test_a_notice_disappears_by_itself(talk, nia, put, clock, app):
    (site_id,) = await put(site("Van"))
    until = clock.now() + timedelta(hours=1)
    notice = Notice("Van at Chicago and Pulaski", until)
    await app.database.write(lambda t: t.sites.add_notice(site_id, notice, 1))
    assert "Van at Chicago and Pulaski" in (await talk.one(nia, "wound care 60624")).text
    clock.move(minutes=61)
    assert "Van at Chicago" not in (await talk.one(nia, "wound care 60624")).text


async def test_what_ran_out_is_not_found_until_it_is_back(talk, nia, put, clock, app):
    (site_id,) = await put(site("Van"))
    until = clock.now() + timedelta(hours=1)
    await app.database.write(lambda t: t.sites.set_out(site_id, Need.WOUND_CARE, until))
    assert names(await talk.one(nia, "wound care 60624")) == []
    clock.move(minutes=61)
    assert names(await talk.one(nia, "wound care 60624")) == ["Van"]


# ---------------------------------------------------------------------- narrowing, more, map


async def test_buttons_narrow_in_place(talk, nia, put):
    await put(
        site("Plain"),
        site("Spanish", languages=frozenset({"es"}), latitude=41.89, walk_in=True, no_id=True),
    )
    shown = await talk.one(nia, "wound care 60624")
    assert names(shown) == ["Plain", "Spanish"]
    assert await talk.press(nia, "In Spanish", message=shown) == []
    narrowed = next(m for m in nia.messages if m.id == shown.id)
    assert names(narrowed) == ["Spanish"]
    assert "No appointment · No ID · Spanish spoken" in narrowed.text
    await talk.press(nia, "Wheelchair", message=narrowed)
    none = next(m for m in nia.messages if m.id == shown.id)
    assert names(none) == []
    assert "ask for less" in none.text


NARROWING = [
    ("Walk-in", {"walk_in": True}, {"walk_in": False}),
    ("No ID", {"no_id": True}, {"no_id": False}),
    ("Free", {"free": True}, {}),
    ("By mail", {"by_mail": True}, {}),
    ("In Spanish", {"languages": frozenset({"es", "pl"})}, {"languages": frozenset({"pl"})}),
    ("Wheelchair", {"wheelchair": True}, {"wheelchair": False}),
    ("Open now", {}, {"hours": "We 01:00-02:00"}),
]


@pytest.mark.parametrize(("button", "has", "lacks"), NARROWING)
async def test_each_button_keeps_what_is_known_to_have_it(talk, nia, put, button, has, lacks):
    await put(site("Has it", latitude=41.9, **has), site("Lacks it", **lacks))
    shown = await talk.one(nia, "wound care 60624")
    if button != "Open now":  # that one is pressed to begin with, if something is open
        assert names(shown) == ["Lacks it", "Has it"]
        await talk.press(nia, button, message=shown)
        shown = next(m for m in nia.messages if m.id == shown.id)
    assert any(f"✓ {button}" in row for row in shown.buttons)
    assert names(shown) == ["Has it"]
    await talk.press(nia, f"✓ {button}", message=shown)
    shown = next(m for m in nia.messages if m.id == shown.id)
    assert names(shown) == ["Lacks it", "Has it"]


async def test_when_nothing_is_open_the_other_ways_and_the_next_to_open_are_told(
    talk, nia, mateo, clock, english_in
):
    clock.move_to(datetime(2026, 11, 19, 9, 0, tzinfo=UTC))  # three at night
    shown = await talk.one(nia, "narcan 60624")
    assert "Open now" not in shown.text
    assert "These open next:" in shown.text
    assert "Legler Regional Library (0.2 mi): 9:00 AM CST" in shown.text
    for way in ("833-234-6343", "Any pharmacy", "public libraries", "nextdistro.org"):
        assert way in shown.text
    assert english_in(await talk.one(mateo, "narcan 60624")) == []


async def test_more_places_come_in_a_new_message_until_all_are_shown(talk, nia, put):
    await put(*(site(f"Place {n}", latitude=41.8807 + n / 1000) for n in range(5)))
    first = await talk.one(nia, "wound care 60624")
    assert names(first) == ["Place 0", "Place 1", "Place 2"]
    (second,) = await talk.press(nia, "More places", message=first)
    assert names(second) == ["Place 3", "Place 4"]
    assert "4. Place 3" in second.text
    assert not any("More places" in row for row in second.buttons)


async def test_the_map_is_a_venue(talk, nia):
    shown = await talk.one(nia, "/naloxone 60624")
    (venue,) = await talk.press(nia, "Map 1", message=shown)
    assert venue.raw["venue"]["title"] == "Legler Regional Library"
    assert venue.raw["venue"]["address"] == "115 S. Pulaski Rd."


async def test_the_citys_words_are_one_tap_away(talk, nia):
    shown = await talk.one(nia, "/naloxone 60624")
    (about,) = await talk.press(nia, "About this list", message=shown)
    assert "The City of Chicago makes no claims as to the content" in about.text
    assert "Connor Ulrich Blandford, CC BY 4.0" in about.text


async def test_the_library_that_is_closed_is_not_shown(talk, nia):
    shown = await talk.one(nia, "/naloxone 60707")
    assert "Galewood" not in shown.text


OLD_BUTTONS = [
    "near:at:naloxone:a99:0:0",
    "near:first:naloxone:zzz",
    "near:map:999999",
    "near:at:naloxone:p99999.1:0:0",
    "near:at:naloxone:a25:999:0",
]


@pytest.mark.parametrize("data", OLD_BUTTONS)
async def test_a_button_that_nobody_made_harms_nothing(talk, nia, data):
    shown = await talk.one(nia, "/naloxone 60624")
    assert await talk.press_old(nia, shown, data) == []
