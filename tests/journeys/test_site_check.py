"""Is it still right? Contacts and staff are asked now and then; silence makes a place old."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.places import names, site
from tests.journeys.test_site import press

CHICAGO = ZoneInfo("America/Chicago")
TODAY = date(2026, 11, 18)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"site_check_days": 60})


@pytest.fixture
async def only(app):
    """Leave no place in the list but those that a test puts there."""
    await app.database.write(lambda t: t.meta._connection.execute("DELETE FROM sites"))
    await app.services.sitechecks.tick()  # the first day of a directory asks nothing


@pytest.fixture
def at(clock, running):
    """Return a function that lets a local time come, with what is due then."""

    async def at(day, hour=10, minute=1):
        clock.move_to(datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHICAGO))
        await running.outbox_empty()

    return at


def after(days):
    return TODAY + timedelta(days=days)


async def contact(talk, sam, person, place):
    """Make somebody the contact of a place, as they do it themselves."""
    shown = await talk.one(sam, f"/site {place}")
    (link,) = await talk.press(sam, "Invite a contact", message=shown)
    word = next(w for w in link.text.split() if "start=contact-" in w).partition("start=")[2]
    asked = await talk.one(person, f"/start {word}")
    spanish = person.account.language_code == "es"
    await talk.press(person, "Sí, pregúntame" if spanish else "Yes, ask me", message=asked)
    return word


# ---------------------------------------------------------------------- staff


async def test_staff_get_one_message_a_day_and_go_through_it_by_taps(
    talk, only, sam, put, at, nia
):
    old = TODAY - timedelta(days=61)
    await put(*(site(f"Van {n}", assured_on=old) for n in range(12)), site("Fresh"))
    await at(after(1))
    due = [m for m in sam.messages if "due for a check" in m.text]
    assert len(due) == 1
    assert "10 places" in due[0].text
    assert "Fresh" not in due[0].text
    page = await press(talk, sam, "Go through them", due[0])
    assert "Van 0" in page.text
    page = await press(talk, sam, "Still right", page)
    assert "Van 1" in page.text
    page = await press(talk, sam, "Later: the next one", page)
    assert "Van 2" in page.text
    closing = await press(talk, sam, "Close until", page)
    await press(talk, sam, "Until tomorrow", closing)
    assert "Checked on Nov 19, 2026." in (await talk.one(nia, "wound care 60624")).text
    await at(after(1), hour=15)
    assert len([m for m in sam.messages if "due for a check" in m.text]) == 1
    await at(after(2))
    due = [m for m in sam.messages if "due for a check" in m.text]
    assert "2 places" in due[-1].text  # nobody is asked twice about the same


async def test_what_was_asked_is_asked_again_only_in_the_next_round(talk, only, sam, put, at):
    await put(site("Van", assured_on=TODAY - timedelta(days=61)))
    for days in (1, 2, 3, 30, 60):
        await at(after(days))
    assert len([m for m in sam.messages if "due for a check" in m.text]) == 1
    await at(after(61))
    assert len([m for m in sam.messages if "due for a check" in m.text]) == 2


async def test_the_weekly_list_names_what_is_old_and_what_will_be_soon(talk, only, sam, put, at):
    monday = date(2026, 11, 23)
    await put(
        site("Old", assured_on=monday - timedelta(days=91)),
        site("Edge", assured_on=monday - timedelta(days=90)),
        site("Never", assured_on=None),
        site("Fresh", assured_on=monday - timedelta(days=70)),
        site("Closed", assured_on=monday - timedelta(days=300), closed=True),
    )
    await at(monday)
    (shown,) = [m for m in sam.messages if "Places this week" in m.text]
    stale, soon = shown.text.split("⏳")
    assert "2 not checked for more than 90 days" in stale
    assert "Old" in stale
    assert "Never" in stale
    assert "1 will be within two weeks" in soon
    assert "Edge" in soon
    assert "Fresh" not in shown.text
    assert "Closed" not in shown.text
    page = await press(talk, sam, "Go through them", shown)
    assert "Never" in page.text
    await at(monday + timedelta(days=1))
    assert len([m for m in sam.messages if "Places this week" in m.text]) == 1


async def test_nothing_comes_at_night_and_a_late_round_waits_for_the_next_day(
    talk, only, sam, put, at
):
    await put(site("Van", assured_on=TODAY - timedelta(days=61)))
    await at(after(1), hour=9, minute=59)
    await at(after(1), hour=18)
    await at(after(1), hour=23)
    assert not [m for m in sam.messages if "due for a check" in m.text]
    await at(after(2))
    assert [m for m in sam.messages if "due for a check" in m.text]


async def test_a_restart_asks_nothing_twice(talk, only, sam, put, at, running):
    await put(site("Van", assured_on=TODAY - timedelta(days=61)))
    await at(after(1))
    await running.stop()
    await running.start()
    await at(after(1), hour=12)
    assert len([m for m in sam.messages if "due for a check" in m.text]) == 1


# ---------------------------------------------------------------------- contacts


async def test_a_contact_agrees_is_asked_and_answers_with_one_tap(
    talk, only, sam, mateo, nia, put, at, english_in
):
    await put(site("Van", assured_on=TODAY - timedelta(days=61)))
    await contact(talk, sam, mateo, "Van")
    assert "nunca más de una vez al día" in mateo.last.text
    await at(after(1))
    assert not [m for m in sam.messages if "due for a check" in m.text]
    assert "¿Sigue bien esto de Van?" in mateo.last.text
    assert english_in(mateo.last) == []
    await press(talk, mateo, "Todo sigue bien", mateo.last)
    assert "Checked on Nov 19, 2026." in (await talk.one(nia, "wound care 60624")).text
    shown = await talk.one(sam, "/site Van")
    history = await press(talk, sam, "Changes", shown)
    assert "Checked by its contact: 2026-09-18 → 2026-11-19" in history.text
    assert "by itself" in history.text


async def test_what_a_contact_says_has_changed_goes_to_staff(
    talk, only, sam, nia, put, at, running
):
    await put(site("Van", assured_on=TODAY - timedelta(days=61)))
    await contact(talk, sam, nia, "Van")
    await at(after(1))
    asked = nia.last
    changed = await press(talk, nia, "Something has changed", asked)
    assert "Write it in a few words" in changed.text
    sure = await talk.one(nia, "we moved to the back door")
    await press(talk, nia, "Send it", sure)
    await running.outbox_empty()
    assert any("back door" in m.text for m in sam.messages)


async def test_a_contact_closes_it_for_today(talk, only, sam, nia, mateo, put, at):
    await put(site("Van", assured_on=TODAY - timedelta(days=61)))
    await contact(talk, sam, nia, "Van")
    await at(after(1))
    until = await press(talk, nia, "Closed today", nia.last)
    await press(talk, nia, "Today", until)
    assert names(await talk.one(mateo, "wound care 60624")) == []
    await at(after(2))
    assert names(await talk.one(mateo, "wound care 60624")) == ["Van"]


async def test_silence_makes_it_old(talk, only, sam, mateo, nia, put, at):
    await put(site("Van", assured_on=TODAY - timedelta(days=61)))
    await contact(talk, sam, mateo, "Van")
    for days in (1, 31):
        await at(after(days))
    assert "Last checked more than 90 days ago." in (await talk.one(nia, "wound care 60624")).text
    assert len([m for m in mateo.messages if "¿Sigue bien" in m.text]) == 1


async def test_a_contact_of_many_places_is_asked_once_a_day(talk, only, sam, mateo, put, at):
    await put(*(site(f"Van {n}", assured_on=TODAY - timedelta(days=61)) for n in range(3)))
    for n in range(3):
        await contact(talk, sam, mateo, f"Van {n}")
    for days in (1, 2, 3, 4):
        await at(after(days))
        asked = [m for m in mateo.messages if "¿Sigue bien" in m.text]
        assert len(asked) == min(days, 3)


async def test_a_contact_can_stop_be_removed_and_see_what_is_kept(
    talk, only, sam, nia, put, at, rows
):
    await put(site("Van", assured_on=TODAY - timedelta(days=61)))
    await contact(talk, sam, nia, "Van")
    assert "that you answer for 1 place" in (await talk.one(nia, "/mydata")).text
    await at(after(1))
    asked = nia.last
    await press(talk, nia, "Stop asking me", asked)
    assert (await rows("site_contacts"))["site_contacts"] == 0
    late = await talk.press_old(nia, asked, "contact:right:89")
    assert "do not answer for this place" in late[-1].text
    await contact(talk, sam, nia, "Van")
    shown = await talk.one(sam, "/site Van")
    await press(talk, sam, "Remove the contact", shown)
    assert (await rows("site_contacts"))["site_contacts"] == 0


async def test_a_link_works_once_and_not_for_ever(talk, only, sam, nia, mateo, put, clock, rows):
    await put(site("Van"))
    word = await contact(talk, sam, nia, "Van")
    assert "ya se usó" in (await talk.one(mateo, f"/start {word}")).text
    shown = await talk.one(sam, "/site Van")
    await press(talk, sam, "Remove the contact", shown)
    (link,) = await talk.press(sam, "Invite a contact", message=await talk.one(sam, "/site Van"))
    word = link.text.split("start=")[1].split()[0]
    clock.move(days=8)
    assert "es muy viejo" in (await talk.one(mateo, f"/start {word}")).text
    assert await rows("site_contacts") == {"site_contacts": 0}


async def test_who_says_no_leaves_nothing(talk, only, sam, nia, put, rows, settings):
    await put(site("Van"))
    (link,) = await talk.press(sam, "Invite a contact", message=await talk.one(sam, "/site Van"))
    asked = await talk.one(nia, f"/start {link.text.split('start=')[1].split()[0]}")
    assert "Staff do not see it" in asked.text
    assert (await rows("site_contacts"))["site_contacts"] == 0
    await press(talk, nia, "No, thank you", asked)
    assert await rows("site_contacts", "site_invites") == {"site_contacts": 0, "site_invites": 0}


async def test_it_can_be_turned_off(talk, sandbox, sam, put, running, clock, settings, app):
    app.services.sitechecks._every = timedelta(0)
    await put(site("Van", assured_on=TODAY - timedelta(days=61)))
    for days in (1, 5):
        clock.move_to(datetime(2026, 11, 18 + days, 10, 1, tzinfo=CHICAGO))
        await running.outbox_empty()
    assert not [m for m in sam.messages if "check" in m.text]
