"""Staff keep places right from a phone: find, add, change, notice, stock, closing, and undo."""

from datetime import date, timedelta

import pytest

from tests.journeys.places import names, site


@pytest.fixture
async def van(put):
    (site_id,) = await put(site("Wound Van", address="4000 W Madison St", city="Chicago"))
    return site_id


async def panel(talk, sam, name="Wound Van"):
    return await talk.one(sam, f"/site {name}")


async def press(talk, sam, button, shown):
    """Press a button and return the message as it stands, or the new one."""
    new = await talk.press(sam, button, message=shown)
    return new[-1] if new else next(m for m in sam.messages if m.id == shown.id)


# ---------------------------------------------------------------------- who, and finding


@pytest.mark.parametrize("text", ["/site", "/site Austin"])
async def test_others_are_told_that_it_is_for_staff(talk, nia, text):
    assert "Only staff" in (await talk.one(nia, text)).text


@pytest.mark.parametrize("data", ["site:close:1", "site:undo:1", "site:publish:1", "site:add"])
async def test_a_button_of_staff_does_nothing_for_others(talk, nia, rows, data):
    shown = await talk.one(nia, "/start")
    before = await rows("sites", "site_changes", "site_drafts")
    (refused,) = await talk.press_old(nia, shown, data)
    assert "Only staff" in refused.text
    assert await rows("sites", "site_changes", "site_drafts") == before


async def test_a_place_is_found_by_name_address_or_area(talk, sam, van):
    for text in ("/site wound van", "/site 4000 W Madison", "/site test/Wound"):
        assert (await talk.one(sam, text)).text.startswith("Wound Van")
    found = await talk.one(sam, "/site 60644")
    assert "Which one?" in found.text
    assert any("Austin Library" in row[0] for row in found.buttons)
    await talk.one(sam, "/site")
    assert (await talk.one(sam, "wound")).text.startswith("Wound Van")
    assert "I know no place like “xyzzy%”" in (await talk.one(sam, "/site xyzzy%")).text


# ---------------------------------------------------------------------- changing


async def test_a_change_is_seen_at_once_logged_and_undone(talk, sam, nia, van):
    shown = await panel(talk, sam)
    asked = await press(talk, sam, "Change something", shown)
    await press(talk, sam, "Hours", asked)
    changed = await talk.one(sam, "We 10:00-14:00")
    assert "Hours: Mo-Su 09:00-21:00; PH 09:00-21:00 → We 10:00-14:00" in changed.text
    assert "until 2:00 PM CST" in (await talk.one(nia, "wound care 60624")).text
    history = await press(talk, sam, "Changes", changed)
    assert "staff " in history.text
    assert "Wed, Nov 18, 12:00 PM CST" in history.text
    assert "→ We 10:00-14:00" in history.text
    (undone,) = await talk.press(sam, history.buttons[0][0], message=history)
    assert "is undone" in undone.text
    assert "until 9:00 PM CST" in (await talk.one(nia, "wound care 60624")).text
    again = await press(talk, sam, history.buttons[0][0], history)
    assert "cannot be undone" in again.text


async def test_what_cannot_be_taken_is_said_and_asked_again(talk, sam, van):
    fields = await press(talk, sam, "Change something", await panel(talk, sam))
    await press(talk, sam, "Hours", fields)
    wrong = await talk.one(sam, "nine to five")
    assert "I can't take that: the hours are not clear" in wrong.text
    assert "→ 24/7" in (await talk.one(sam, "24/7")).text


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("Name", "Wound Bus", "Wound Bus"),
        ("What is given", "naloxone; wound care", "naloxone;wound-care"),
        ("ZIP code", "60644", "60644"),
        ("Hours", "Mon-Fri 9am-5pm, Sat 10-2pm", "→ Mo-Fr 09:00-17:00; Sa 10:00-14:00"),
        ("Phone", "312-555-0199", "312-555-0199"),
        ("Phone", "-", "→ –"),
        ("Note in Spanish", "Toca el timbre", "Toca el timbre"),
        ("Position on the map", "41.9000, -87.7000", "41.90000, -87.70000"),
        ("Address", "5000 W Madison St", "5000 W Madison St"),
    ],
)
async def test_every_field_can_be_changed_by_a_short_text(talk, sam, van, field, text, told):
    fields = await press(talk, sam, "Change something", await panel(talk, sam))
    await press(talk, sam, field, fields)
    assert told in (await talk.one(sam, text)).text.split("\n")[0]


async def test_a_new_address_moves_the_place_on_the_map(talk, sam, van, app):
    fields = await press(talk, sam, "Change something", await panel(talk, sam))
    await press(talk, sam, "Address", fields)
    await talk.one(sam, "5000 W Madison St")
    stored = await app.services.finder.get(van)
    assert round(stored.site.longitude, 2) == -87.75


async def test_a_shared_location_puts_it_there(talk, sam, van, app):
    fields = await press(talk, sam, "Change something", await panel(talk, sam))
    await press(talk, sam, "Position on the map", fields)
    await talk.after(sam, sam.send_location(41.91, -87.71))
    stored = await app.services.finder.get(van)
    assert (stored.site.latitude, stored.site.longitude) == (41.91, -87.71)


async def test_yes_and_no_are_buttons(talk, sam, van, app):
    fields = await press(talk, sam, "Change something", await panel(talk, sam))
    flag = await press(talk, sam, "Without ID", fields)
    changed = await press(talk, sam, "Yes", flag)
    assert "Without ID: yes" in changed.text
    assert (await app.services.finder.get(van)).site.no_id is True


# ---------------------------------------------------------------------- for some time


async def test_a_notice_says_its_end_and_disappears_by_itself(talk, sam, nia, van, clock, rows):
    await press(talk, sam, "Notice", await panel(talk, sam))
    shown = await talk.one(sam, "Van at Chicago and Pulaski until 3 PM")
    assert "until Wed, Nov 18, 3:00 PM CST" in shown.text
    seen = await talk.one(nia, "wound care 60624")
    assert "📢 Van at Chicago and Pulaski until 3 PM" in seen.text
    clock.move(hours=3, minutes=1)
    assert "📢" not in (await talk.one(nia, "wound care 60624")).text


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("out of kits today", "Wed, Nov 18, 11:59 PM CST"),
        ("out of kits", "Wed, Nov 18, 11:59 PM CST"),
        ("no hay kits hasta mañana", "Thu, Nov 19, 11:59 PM CST"),
        ("closed early until Nov 20 4 pm", "Fri, Nov 20, 4:00 PM CST"),
    ],
)
async def test_a_notice_without_an_hour_ends_with_its_day(talk, sam, van, text, end):
    await press(talk, sam, "Notice", await panel(talk, sam))
    assert f"until {end}" in (await talk.one(sam, text)).text


async def test_a_notice_can_be_given_another_end_taken_down_and_be_undone(talk, sam, van):
    await press(talk, sam, "Notice", await panel(talk, sam))
    shown = await talk.one(sam, "out of kits")
    ends = await press(talk, sam, "Another end", shown)
    later = await press(talk, sam, "Until tomorrow", ends)
    assert "📢 out of kits (until Thu, Nov 19, 11:59 PM CST)" in later.text
    down = await press(talk, sam, "Take notices down", later)
    assert "📢" not in down.text
    await press(talk, sam, "Undo", down)
    assert "📢 out of kits (until Thu, Nov 19, 11:59 PM CST)" in (await panel(talk, sam)).text


async def test_a_notice_that_has_ended_already_is_refused(talk, sam, van, rows):
    await press(talk, sam, "Notice", await panel(talk, sam))
    assert "That time has passed" in (await talk.one(sam, "here until 9 AM")).text
    assert (await rows("site_notices"))["site_notices"] == 0


async def test_what_ran_out_is_not_found_until_it_is_back(talk, sam, nia, van, clock):
    stock = await press(talk, sam, "Out of something", await panel(talk, sam))
    until = await press(talk, sam, "Out of: Wound care", stock)
    shown = await press(talk, sam, "Today", until)
    assert "Out for now: Wound care" in shown.text
    assert names(await talk.one(nia, "wound care 60624")) == []
    stock = await press(talk, sam, "Out of something", shown)
    back = await press(talk, sam, "Back: Wound care", stock)
    assert names(await talk.one(nia, "wound care 60624")) == ["Wound Van"]
    await press(talk, sam, "Undo", back)
    assert names(await talk.one(nia, "wound care 60624")) == []
    clock.move(hours=12)
    assert names(await talk.one(nia, "wound care 60624")) == ["Wound Van"]


async def test_a_closed_place_is_not_shown_until_its_day(talk, sam, nia, van, clock):
    until = await press(talk, sam, "Close until", await panel(talk, sam))
    shown = await press(talk, sam, "Until tomorrow", until)
    assert "Closed. Open again on Nov 20, 2026." in shown.text
    assert names(await talk.one(nia, "wound care 60624")) == []
    clock.move(days=2)
    assert names(await talk.one(nia, "wound care 60624")) == ["Wound Van"]


async def test_a_day_can_be_typed(talk, sam, van, app):
    until = await press(talk, sam, "Close until", await panel(talk, sam))
    await press(talk, sam, "Another day", until)
    assert "I did not understand that date" in (await talk.one(sam, "soon")).text
    assert "Open again on Nov 30, 2026" in (await talk.one(sam, "Nov 30")).text
    assert (await app.services.finder.get(van)).site.closed_until == date(2026, 11, 30)


async def test_closed_for_good_disappears_and_can_come_back(talk, sam, nia, van):
    shown = await press(talk, sam, "Close for good", await panel(talk, sam))
    assert "Nobody sees it" in shown.text
    assert names(await talk.one(nia, "wound care 60624")) == []
    await press(talk, sam, "Undo", shown)
    assert names(await talk.one(nia, "wound care 60624")) == ["Wound Van"]


async def test_a_check_makes_it_fresh_and_a_file_may_still_change_it(talk, sam, nia, put, app):
    old = date(2026, 11, 18) - timedelta(days=200)
    (site_id,) = await put(site("Faraway", assured_on=old))
    await app.database.write(
        lambda t: t.meta._connection.execute(
            "UPDATE sites SET origin = 'import' WHERE name = 'Faraway'"
        )
    )
    assert "call first" in (await talk.one(nia, "wound care 60624")).text
    shown = await press(talk, sam, "Checked today: all right", await panel(talk, sam, "Faraway"))
    assert "Checked on: 2026-05-02 → 2026-11-18" in shown.text
    assert "Checked on Nov 18, 2026." in (await talk.one(nia, "wound care 60624")).text
    assert (await app.services.finder.get(site_id)).origin == "import"


async def test_all_of_it_survives_a_restart(talk, sam, nia, van, running):
    fields = await press(talk, sam, "Change something", await panel(talk, sam))
    await press(talk, sam, "Hours", fields)
    await running.stop()
    await running.start()
    shown = await talk.one(sam, "24/7")
    assert "→ 24/7" in shown.text
    assert "Open day and night" in (await talk.one(nia, "wound care 60624")).text
    await press(talk, sam, "Undo", shown)
    assert "Open day and night" not in (await talk.one(nia, "wound care 60624")).text


# ---------------------------------------------------------------------- adding


async def test_a_place_is_added_step_by_step(talk, sam, nia):
    asked = await press(talk, sam, "Add a place", await talk.one(sam, "/site"))
    assert "What is its name" in asked.text
    assert "What is given" in (await talk.one(sam, "West Van")).text
    assert "“cookies” among the needs is not known" in (await talk.one(sam, "cookies")).text
    assert "address" in (await talk.one(sam, "wound care; narcan")).text
    assert "cannot be told where it is" in (await talk.one(sam, "somewhere")).text
    assert "When is it open" in (await talk.one(sam, "4000 W Madison St, 60624")).text
    assert "phone" in (await talk.one(sam, "Mo-Su 08:00-20:00")).text
    draft = await talk.one(sam, "-")
    assert "Is that right?" in draft.text
    assert names(await talk.one(nia, "wound care 60624")) == []
    shown = await press(talk, sam, "Put it into the list", draft)
    assert "Added: West Van" in shown.text
    assert names(await talk.one(nia, "wound care 60624")) == ["West Van"]
    await press(talk, sam, "Undo", shown)
    assert names(await talk.one(nia, "wound care 60624")) == []


@pytest.mark.parametrize(
    "line",
    [
        'West Van,wound care;narcan,"4000 W Madison St",60624,Mo-Su 08:00-20:00,312-555-0100',
        "needs,name,zip\nwound-care,West Van,60624",
    ],
)
async def test_a_pasted_line_is_a_whole_place(talk, sam, nia, line):
    await press(talk, sam, "Add a place", await talk.one(sam, "/site"))
    draft = await talk.one(sam, line)
    await press(talk, sam, "Put it into the list", draft)
    assert names(await talk.one(nia, "wound care 60624")) == ["West Van"]
    await press(talk, sam, "Add a place", await talk.one(sam, "/site"))
    twice = await press(talk, sam, "Put it into the list", await talk.one(sam, line))
    assert "already" in twice.text


async def test_a_line_with_a_formula_is_refused(talk, sam, rows):
    await press(talk, sam, "Add a place", await talk.one(sam, "/site"))
    before = await rows("sites")
    refused = await talk.one(sam, "=1+1,naloxone,,60624")
    assert "as a formula does" in refused.text
    assert await rows("sites") == before


async def test_a_place_can_be_thrown_away_half_way(talk, sam, rows):
    await press(talk, sam, "Add a place", await talk.one(sam, "/site"))
    await talk.one(sam, "West Van")
    await press(talk, sam, "Throw it away", sam.last)
    assert await rows("site_drafts", "forms") == {"site_drafts": 0, "forms": 0}


# ---------------------------------------------------------------------- the log


async def test_the_log_names_nobody(talk, sam, van, settings, running):
    await press(talk, sam, "Close for good", await panel(talk, sam))
    history = await press(talk, sam, "Changes", await panel(talk, sam))
    assert "Sam" not in history.text
    assert str(sam.id) not in history.text
    raw = b"".join(path.read_bytes() for path in settings.database_path.parent.glob("bot.db*"))
    assert str(sam.id).encode() not in raw


async def test_what_ends_and_what_is_long_ago_is_cleaned(talk, sam, van, app, clock, rows):
    await press(talk, sam, "Notice", await panel(talk, sam))
    await talk.one(sam, "out of kits")
    await press(talk, sam, "Add a place", await talk.one(sam, "/site"))
    clock.move(days=3)
    await app.services.upkeep.clean()
    left = await rows("site_notices", "site_drafts", "site_changes")
    assert (left["site_notices"], left["site_drafts"]) == (0, 0)
    assert left["site_changes"]
    clock.move(days=370)
    await app.services.upkeep.clean()
    assert (await rows("site_changes"))["site_changes"] == 0
