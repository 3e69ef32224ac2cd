"""Staff import a partner's calendar: a look first, then all of it at once, and a way back."""

import asyncio
import time
from datetime import UTC, date, datetime

import pytest

from bot.content import ics
from bot.models import Language
from tests.journeys.test_site import press

START = datetime(2026, 12, 1, 15, tzinfo=UTC)
TABLES = ("events", "event_dates", "event_sources", "event_imports", "event_versions")


@pytest.fixture(autouse=True)
def december(clock, app):
    clock.move_to(START)


def calendar(*events, name="Austin Library", head=""):
    named = f"X-WR-CALNAME:{name}\n" if name else ""
    body = "".join(f"BEGIN:VEVENT\n{each}\nEND:VEVENT\n" for each in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{named}{body}END:VCALENDAR\n"


def event(uid, title, start="20261204T100000", *lines, minutes=60):
    return "\n".join(
        [
            f"UID:{uid}@library",
            f"SUMMARY:{title}",
            f"DTSTART;TZID=America/Chicago:{start}",
            f"DURATION:PT{minutes}M",
            *lines,
        ]
    )


MOVIE = event("movie", "Movie night", "20261204T180000")
MOVED_MOVIE = event("movie", "Movie night", "20261211T180000", "STATUS:CANCELLED")
GROUP = event("group", "Reading group", "20261202T100000", "RRULE:FREQ=WEEKLY;UNTIL=20270131")


@pytest.fixture
def send(talk):
    """Return a function with which staff ask for the import and send a file."""

    async def send(staff, text):
        shown = await talk.one(staff, "/event")
        await talk.press(staff, "Import a calendar", message=shown)
        content = text if isinstance(text, bytes) else text.encode()
        return (await talk.after(staff, staff.send_document(content, "calendar.ics")))[0]

    return send


@pytest.fixture
def bring(talk, send):
    """Return a function with which staff import a file at once."""

    async def bring(staff, text):
        return await press(talk, staff, "Import it", await send(staff, text))

    return bring


@pytest.fixture
def news(talk, running):
    """Return a function that returns what a person was told meanwhile."""

    async def news(person):
        before = talk.seen.get(id(person), len(person.messages))
        await running.outbox_empty()
        talk.seen[id(person)] = len(person.messages)
        return [str(message.text) for message in person.messages[before:]]

    return news


async def titles(talk, person):
    shown = await talk.one(person, "/events")
    return [row[0].partition(" · ")[2] for row in shown.buttons if " · " in row[0]]


# ---------------------------------------------------------------------- the way through


async def test_a_calendar_is_looked_at_imported_at_once_and_taken_back(talk, sam, nia, send, rows):
    before = await rows(*TABLES)
    look = await send(sam, calendar(MOVIE, GROUP, event("bad", "Bad", "20261240T100000")))
    assert "Calendar of “Austin Library”: what this file would do" in look.text
    assert "2 added" in look.text
    assert "Movie night · Fri, Dec 4, 6:00 PM CST" in look.text
    assert "Reading group · Wed, Dec 2, 10:00 AM CST · repeats" in look.text
    assert "1 rejected\nline 20: this is no date or time that can be read" in look.text
    assert "Nothing has been changed yet." in look.text
    assert await rows(*TABLES) == before
    assert await titles(talk, nia) == []
    done = await press(talk, sam, "Import it", look)
    assert "Imported: 2 added, 0 changed, 0 cancelled.\n🚫 1 rejected" in done.text
    assert await titles(talk, nia) == ["Reading group", "Movie night", "Reading group"]
    shown = await talk.one(nia, "/events")
    await talk.press(nia, "Movie night", message=shown)
    assert "From Austin Library, imported on Dec 1, 2026" in shown.text
    undone = await press(talk, sam, "Undo", done)
    assert "Taken back: 2 events are as they were." in undone.text
    assert await titles(talk, nia) == []


async def test_the_same_file_again_changes_nothing(talk, sam, send, bring, rows):
    await bring(sam, calendar(MOVIE, GROUP))
    before = await rows(*TABLES, "event_files")
    same = await send(sam, calendar(MOVIE, GROUP))
    assert "2 stay as they are" in same.text
    assert "Nothing would change." in same.text
    assert same.buttons == []
    assert await rows(*TABLES, "event_files") == before


async def test_a_newer_file_shows_what_changed_and_an_older_one_changes_nothing(
    talk, sam, nia, send, bring
):
    one = event("movie", "Movie night", "20261204T180000", "SEQUENCE:1")
    two = event("movie", "Movie night", "20261204T190000", "SEQUENCE:2", "LOCATION:Room 2")
    await bring(sam, calendar(one))
    look = await send(sam, calendar(two))
    assert "1 changed\n– Movie night: time, place · Fri, Dec 4, 6:00 PM CST → Fri" in look.text
    await press(talk, sam, "Import it", look)
    shown = await talk.one(nia, "/events")
    assert "7:00 PM CST to 8:00 PM CST" in shown.text
    older = await send(sam, calendar(one))
    assert "1 stay as they are" in older.text
    assert "Nothing would change." in older.text


async def test_what_staff_made_of_it_stays_when_the_partner_changes_something_else(
    talk, sam, nia, mateo, bring
):
    await bring(sam, calendar(MOVIE))
    listed = await talk.one(sam, "/event")
    await talk.press(sam, "Movie night", message=listed)
    assert "From Austin Library, imported on Dec 1, 2026" in listed.text
    await talk.press(sam, "Spanish title", message=listed)
    await talk.one(sam, "Noche de cine")
    await bring(sam, calendar(f"{MOVIE}\nLOCATION:Room 9"))
    shown = await talk.one(mateo, "/events")
    await talk.press(mateo, "Noche de cine", message=shown)
    assert "Room 9" in shown.text
    assert "De Austin Library, importado el 1 dic 2026" in shown.text


async def test_staff_who_read_spanish_go_the_same_way(talk, sam, mateo, english_in):
    sam.account.language_code = "es"
    cine = event("cine", "Noche de cine", "20261204T180000")
    seen = [await talk.one(sam, "/event")]
    seen += await talk.press(sam, "Importar un calendario", message=seen[0])
    broken = [event(str(n), "Feria", "20261204", "X") for n in range(9)]
    odd = event("odd", "Paseo", "20261204T100000", "RRULE:FREQ=MINUTELY;INTERVAL=90")
    text = calendar(cine, *broken, odd, name="").encode()
    seen += await talk.after(sam, sam.send_document(text, "calendar.ics"))
    assert "¿De quién es el calendario?" in seen[-1].text
    look, file = await talk.say(sam, "Biblioteca Austin")
    assert "1 nuevos\n– Noche de cine · vie 4 dic, 6:00 p. m. CST" in look.text
    assert file.text == "Todas las líneas que no pude tomar"
    seen.append(look)
    done = await press(talk, sam, "Importarlo", look)
    assert "Importado: 1 agregados" in done.text
    shown = await talk.one(mateo, "/events")
    await talk.press(mateo, "Noche de cine", message=shown)
    assert "De Biblioteca Austin, importado el 1 dic 2026" in shown.text
    undone = await press(talk, sam, "Deshacer", done)
    assert "Deshecho: 1 evento está como estaba." in undone.text
    for each in (*seen[1:], done, undone):
        assert english_in(each) == [], each.text


async def test_an_import_can_be_taken_back_for_thirty_days(talk, sam, bring, app, clock, rows):
    done = await bring(sam, calendar(MOVIE))
    clock.move(days=29)
    await app.services.upkeep.clean()
    assert (await rows("event_versions"))["event_versions"] == 1
    clock.move(days=2)
    await app.services.upkeep.clean()
    assert (await rows("event_versions", "event_files")) == {"event_versions": 0, "event_files": 0}
    assert "cannot be taken back" in (await press(talk, sam, "Undo", done)).text


# ---------------------------------------------------------------------- who is told


async def test_who_asked_is_told_at_once_of_a_move_and_of_a_cancellation(
    talk, sam, nia, send, bring, remind, news
):
    await bring(sam, calendar(MOVIE))
    await remind(nia, "Movie night")
    look = await send(sam, calendar(event("movie", "Movie night", "20261205T180000")))
    assert "1 person who asked to be reminded is told at once." in look.text
    assert await news(nia) == []
    await press(talk, sam, "Import it", look)
    (told,) = await news(nia)
    assert "This has a new time" in told
    assert "Sat, Dec 5, 6:00 PM CST" in told
    look = await send(sam, calendar(f"{MOVIE}\nSTATUS:CANCELLED"))
    assert "1 cancelled by the partner\n– Movie night · Sat, Dec 5" in look.text
    await press(talk, sam, "Import it", look)
    (told,) = await news(nia)
    assert "This is cancelled" in told
    assert "Cancelled" in (await talk.one(nia, "/events")).text


async def test_a_single_date_of_a_series_is_moved_or_missing_and_told(
    talk, sam, nia, bring, remind, news
):
    await bring(sam, calendar(GROUP))
    await remind(nia, "Wed, Dec 2 · Reading group")
    moved = event("group", "Reading group", "20261203T140000").replace(
        "DURATION", "RECURRENCE-ID;TZID=America/Chicago:20261202T100000\nDURATION"
    )
    await bring(sam, calendar(GROUP, moved))
    (told,) = await news(nia)
    assert "Thu, Dec 3, 2:00 PM CST" in told
    await bring(sam, calendar(f"{GROUP}\nEXDATE;TZID=America/Chicago:20261202T100000"))
    (told,) = await news(nia)
    assert "This is cancelled" in told
    assert "Wed, Dec 9" in (await talk.one(nia, "/events")).text


async def test_what_somebody_waits_for_stays_as_cancelled_when_an_import_is_taken_back(
    talk, sam, nia, bring, send, remind, news
):
    done = await bring(sam, calendar(MOVIE, GROUP))
    await remind(nia, "Movie night")
    await press(talk, sam, "Undo", done)
    (told,) = await news(nia)
    assert "This is cancelled" in told
    assert await titles(talk, nia) == ["Movie night"]
    again = await send(sam, calendar(MOVIE, GROUP))
    assert "1 added" in again.text
    assert "1 changed\n– Movie night: takes place after all" in again.text
    await press(talk, sam, "Import it", again)
    (told,) = await news(nia)
    assert "takes place after all" in told


async def test_taking_back_a_change_tells_the_old_time_again(talk, sam, nia, bring, remind, news):
    await bring(sam, calendar(MOVIE))
    await remind(nia, "Movie night")
    done = await bring(sam, calendar(event("movie", "Movie night", "20261205T180000")))
    await news(nia)
    await press(talk, sam, "Undo", done)
    (told,) = await news(nia)
    assert "Fri, Dec 4, 6:00 PM CST" in told


async def test_an_import_is_not_taken_back_when_an_event_changed_since(talk, sam, bring, rows):
    done = await bring(sam, calendar(MOVIE, GROUP))
    listed = await talk.one(sam, "/event")
    await talk.press(sam, "Movie night", message=listed)
    await talk.press(sam, "Title", message=listed)
    await talk.one(sam, "Film night")
    before = await rows(*TABLES)
    assert "cannot be taken back any more" in (await press(talk, sam, "Undo", done)).text
    assert await rows(*TABLES) == before


# ---------------------------------------------------------------------- doubles


async def test_what_is_already_here_is_not_added_twice(talk, sam, nia, send, bring):
    shown = await talk.one(sam, "/event Movie Night!; Dec 4 6:30 pm; Austin library")
    await talk.press(sam, "Show it to people", message=shown)
    look = await send(sam, calendar(MOVIE, GROUP, GROUP.replace("group@", "copy@")))
    assert "1 added" in look.text
    assert "2 already here, not from this calendar: left alone\n– Movie night\n– Rea" in look.text
    await press(talk, sam, "Import it", look)
    assert await titles(talk, nia) == ["Reading group", "Movie Night!", "Reading group"]


async def test_a_later_hour_or_another_day_is_another_event(talk, sam, nia, bring):
    await bring(
        sam,
        calendar(MOVIE, MOVIE.replace("T18", "T20").replace("movie@", "late@")).replace(
            "END:VCALENDAR\n", f"BEGIN:VEVENT\n{event('n', 'Movie night', '20261205T180000')}"
        )
        + "\nEND:VEVENT\nEND:VCALENDAR\n",
    )
    assert await titles(talk, nia) == ["Movie night"] * 3


async def test_the_files_of_the_bot_itself_change_nothing(talk, sam, send, add_event, app):
    own = await add_event("Own thing", date(2026, 12, 4), rule="FREQ=WEEKLY;BYDAY=FR")
    file = ics.of_series(own, [], Language.EN, START)
    look = await send(sam, file.data)
    assert "1 already here" in look.text
    assert "Nothing would change." in look.text


async def test_a_series_that_was_split_in_two_is_whole_and_nobody_is_told(
    talk, sam, nia, send, bring, remind, news
):
    """As calendar programs do it when somebody changes a date "and all that follow"."""
    whole = GROUP.replace(";UNTIL=20270131", "")
    await bring(sam, calendar(whole))
    await remind(nia, "Wed, Dec 2 · Reading group")
    until = whole.replace("WEEKLY", "WEEKLY;UNTIL=20261215T000000Z")
    rest = event("rest", "Reading group", "20261216T100000", "RRULE:FREQ=WEEKLY", "LOCATION:New")
    look = await send(sam, calendar(until, rest))
    assert "1 added\n– Reading group · Wed, Dec 16" in look.text
    assert "1 changed\n– Reading group: time" in look.text
    assert "told at once" not in look.text
    await press(talk, sam, "Import it", look)
    assert await news(nia) == []
    shown = await talk.one(nia, "/events")
    days = [row[0].partition(" · ")[0] for row in shown.buttons if "Reading" in row[0]]
    assert days == ["Wed, Dec 2", "Wed, Dec 9"]
    await talk.press(nia, "Dec 2026", message=shown)
    days = [row[0].partition(" · ")[0] for row in shown.buttons if "Reading" in row[0]]
    assert days == [f"Wed, Dec {day}" for day in (2, 9, 16, 23, 30)]


async def test_who_waits_for_a_date_behind_the_new_end_of_a_series_is_told(
    talk, sam, nia, bring, remind, news
):
    await bring(sam, calendar(GROUP))
    await remind(nia, "Wed, Dec 9 · Reading group")
    await bring(sam, calendar(GROUP.replace("20270131", "20261203")))
    (told,) = await news(nia)
    assert "Wed, Dec 2, 10:00 AM CST" in told


async def test_what_a_partner_cancels_and_makes_anew_is_there_again(talk, sam, nia, bring):
    await bring(sam, calendar(MOVIE))
    cancelled = f"{MOVIE}\nSTATUS:CANCELLED"
    await bring(sam, calendar(cancelled, MOVIE.replace("movie@", "anew@")))
    shown = await talk.one(nia, "/events")
    assert len([row for row in shown.buttons if "Movie night" in row[0]]) == 2
    assert shown.text.count("Cancelled") == 1


async def test_new_names_for_everything_double_nothing(talk, sam, nia, send, bring):
    await bring(sam, calendar(MOVIE, GROUP))
    listed = await talk.one(sam, "/event")
    await talk.press(sam, "Movie night", message=listed)
    await talk.press(sam, "Cancel the event", message=listed)
    await talk.press(sam, "Yes, cancel and tell them", message=listed)
    look = await send(sam, calendar(MOVIE, GROUP).replace("@library", "@exported-anew"))
    assert "0 added" in look.text
    assert "2 already here" in look.text


async def test_what_is_missing_in_a_later_file_stays_unless_staff_cancel_it(
    talk, sam, nia, send, bring, remind, news
):
    later = event("later", "Later thing", "20261220T100000")
    await bring(sam, calendar(MOVIE, GROUP, later))
    await remind(nia, "Movie night")
    look = await send(sam, calendar(GROUP, name="Somebody else"))
    assert "not in this file any more" not in look.text
    broken = MOVIE.replace("DURATION:PT60M", "DURATION:soon")
    look = await send(sam, calendar(GROUP, broken))
    assert "not in this file any more" not in look.text
    look = await send(sam, calendar(GROUP))
    assert "not in this file any more" not in look.text  # it tells of Dec 2 only
    look = await send(sam, calendar(GROUP, later))
    assert "1 not in this file any more: they stay, unless you cancel them" in look.text
    assert "– Movie night · Fri, Dec 4, 6:00 PM CST" in look.text
    assert [row[0] for row in look.buttons] == [
        "Import it, and cancel what is missing",
        "Another name",
    ]
    done = await press(talk, sam, "Import it, and cancel", look)
    assert "0 changed, 1 cancelled" in done.text
    (told,) = await news(nia)
    assert "This is cancelled" in told
    await press(talk, sam, "Undo", done)
    (told,) = await news(nia)
    assert "takes place after all" in told


async def test_dates_beside_a_rule_come_and_go_with_it(talk, sam, nia, bring, send):
    more = "RDATE;TZID=America/Chicago:20261205T100000,20261206T100000"
    await bring(sam, calendar(f"{GROUP}\n{more}"))
    assert (await titles(talk, nia)).count("Reading group") == 4
    look = await send(sam, calendar(f"{GROUP}\n{more[:-16]}"))
    assert "1 cancelled by the partner\n– Reading group · Sun, Dec 6" in look.text
    await press(talk, sam, "Import it", look)
    assert (await talk.one(nia, "/events")).text.count("Cancelled") == 1


async def test_a_note_of_a_partner_is_seen_by_staff_and_can_be_taken_away(
    talk, sam, nia, bring, send
):
    noted = f"{MOVIE}\nDESCRIPTION:Call Maria at home"
    await bring(sam, calendar(noted))
    listed = await talk.one(sam, "/event")
    await talk.press(sam, "Movie night", message=listed)
    assert "Call Maria at home" in listed.text
    await talk.press(sam, "Take the note away", message=listed)
    assert "Maria" not in listed.text
    assert "Nothing would change." in (await send(sam, calendar(noted))).text
    await bring(sam, calendar(f"{noted}\nLOCATION:Room 2"))
    shown = await talk.one(nia, "/events")
    await talk.press(nia, "Movie night", message=shown)
    assert "Room 2" in shown.text
    assert "Maria" not in shown.text


# ---------------------------------------------------------------------- safe


async def test_two_taps_import_once_and_what_was_shown_is_what_happens(
    talk, sam, nia, send, bring, rows
):
    look = await send(sam, calendar(MOVIE))
    other = await send(sam, calendar(MOVIE, GROUP))
    await press(talk, sam, "Import it", other)
    stale = await press(talk, sam, "Import it", look)
    assert "Something has changed since I showed you this" in stale.text
    before = await rows(*TABLES)
    (twice,) = await talk.press_old(sam, other, "calendar:import:2")
    assert "imported already" in twice.text
    (undone,) = await talk.press_old(sam, other, "calendar:undo:7")
    assert "cannot be taken back" in undone.text
    assert await rows(*TABLES) == before


async def test_it_survives_a_restart_between_look_and_import(talk, sam, nia, send, running):
    look = await send(sam, calendar(MOVIE))
    await running.stop()
    await running.start()
    done = await press(talk, sam, "Import it", look)
    await running.stop()
    await running.start()
    assert await titles(talk, nia) == ["Movie night"]
    await press(talk, sam, "Undo", done)
    assert await titles(talk, nia) == []


async def test_a_calendar_without_a_name_asks_whose_it_is(talk, sam, nia, send, running):
    for name in ("", "maria@example.org", "Calendar"):
        asked = await send(sam, calendar(MOVIE, name=name))
        assert "Whose calendar is it?" in asked.text, name
    await running.stop()
    await running.start()
    assert "without an e-mail address" in (await talk.one(sam, "maria@example.org")).text
    look = await talk.one(sam, "  West Side   Library ")
    assert "Calendar of “West Side Library”" in look.text
    other = await press(talk, sam, "Another name", look)
    assert "Whose calendar is it?" in other.text
    look = await talk.one(sam, "Austin <Library>")
    await press(talk, sam, "Import it", look)
    shown = await talk.one(nia, "/events")
    await talk.press(nia, "Movie night", message=shown)
    assert "From Austin <Library>, imported on" in shown.text


async def test_two_taps_at_once_import_once(talk, sam, send, rows):
    look = await send(sam, calendar(MOVIE))
    await asyncio.gather(*(sam.press("Import it", message=look) for _ in range(2)))
    await talk.running.idle()
    assert (await rows("event_imports", "event_sources")) == {
        "event_imports": 1,
        "event_sources": 1,
    }


async def test_what_was_asked_for_can_be_left(talk, sam, rows):
    shown = await talk.one(sam, "/event")
    (asked,) = await talk.press(sam, "Import a calendar", message=shown)
    await talk.press(sam, "Cancel", message=asked)
    assert (await rows("forms"))["forms"] == 0
    assert "To add one, write what, when and where" in asked.text


async def test_a_file_without_a_word_is_offered_and_is_no_news(
    talk, sam, nia, joy, group, running
):
    offered = (await talk.after(sam, sam.send_document(calendar(MOVIE).encode(), "party.ics")))[-1]
    assert "This is a calendar file." in offered.text
    look = await press(talk, sam, "See what it would bring", offered)
    assert "1 added" in look.text
    captioned = await talk.after(
        sam, sam.send_document(calendar(MOVIE).encode(), "a.ics", caption="Come Dec 4 at 6 pm!")
    )
    assert "This is a calendar file." in captioned[-1].text
    await talk.press(sam, "No, leave it", message=captioned[-1])
    for answer in await talk.after(nia, nia.send_document(calendar(MOVIE).encode(), "a.ics")):
        assert "calendar" not in answer.text


class TestInTheStaffGroup:
    @pytest.fixture
    def settings(self, settings, group):
        return settings.model_copy(update={"staff_chat_id": group.id})

    async def test_a_file_is_offered_to_staff_and_to_nobody_else(self, talk, sam, joy, group):
        here = sam.in_group(group)
        await joy.in_group(group).send_document(calendar(MOVIE).encode(), "party.ics")
        await talk.running.idle()
        await here.send_document(calendar(MOVIE).encode(), "party.ics")
        await talk.running.idle()
        answers = [each for each in here.messages if "calendar file" in each.text]
        assert len(answers) == 1
        await here.press("See what it would bring", message=answers[0])
        await talk.running.idle()
        assert "1 added" in here.last.text


@pytest.mark.parametrize(
    "data",
    [
        *("calendar:ask", "calendar:see", "calendar:import:1", "calendar:import-all:1"),
        *("calendar:undo:1", "calendar:name:1", "calendar:note:1", "calendar:stop"),
    ],
)
async def test_a_button_of_staff_does_nothing_for_others(talk, nia, rows, data):
    shown = await talk.one(nia, "/start")
    before = await rows(*TABLES, "event_files", "forms")
    (refused,) = await talk.press_old(nia, shown, data)
    assert "Only staff" in refused.text
    assert await rows(*TABLES, "event_files", "forms") == before


REFUSED = [
    (calendar(event("a", "Reunión")).encode("latin-1"), "not in UTF-8"),
    (b"hello", "no calendar file"),
    (calendar(), "holds no event"),
    (b"x" * 1_000_001, "larger than 1 MB"),
    (calendar(*(["UID:1"] * 2001)), "more than 2,000 events"),
]


@pytest.mark.parametrize(("content", "sentence"), REFUSED)
async def test_a_file_that_cannot_be_taken_is_refused_and_changes_nothing(
    talk, sam, rows, send, content, sentence
):
    before = await rows(*TABLES, "event_files")
    assert sentence in (await send(sam, content)).text
    assert await rows(*TABLES, "event_files") == before


# ---------------------------------------------------------------------- what is not taken


async def test_what_is_over_is_skipped_and_a_rule_that_never_occurs_is_refused(talk, sam, send):
    past = event("past", "Past", "20261101T100000")
    ended = event("ended", "Ended", "20250107T100000", "RRULE:FREQ=WEEKLY;UNTIL=20250601")
    never = event("never", "Never", "20270228T100000", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    gone = f"{event('gone', 'Gone')}\nSTATUS:CANCELLED"
    look = await send(sam, calendar(past, ended, never, gone))
    assert "3 are over: skipped. Series among them that have ended: 1." in look.text
    assert "1 rejected\nline 22: it never occurs: there is no such day" in look.text
    assert "Nothing would change." in look.text


async def test_of_a_thousand_events_every_broken_line_is_told(talk, sam, nia, send, sandbox, rows):
    events, lines, line = [], [], 4
    for number in range(1000):
        bad = ["BROKEN LINE"] if number % 5 == 0 else []
        hour = f"202612{number % 27 + 2:02}T{number % 24:02}{number % 60:02}00"
        events.append(event(str(number), f"Thing {number}", hour, *bad))
        lines += [line + 5] if bad else []
        line += 6 + len(bad)
    began = time.monotonic()
    look = await send(sam, calendar(*events))
    assert "800 added" in look.text
    assert "200 rejected" in look.text
    (file,) = [
        each for each in sam.messages if "document" in each.raw and "lines" in str(each.raw)
    ]
    told = sandbox.world.files.find(file.raw["document"]["file_id"]).content.decode().split("\n")
    assert told == [f"line {number}: this line cannot be read" for number in lines]
    await press(talk, sam, "Import it", look)
    assert time.monotonic() - began < 60
    assert (await rows("events"))["events"] >= 800


async def test_an_import_holds_up_nobody(talk, sam, nia, send):
    events = [
        event(str(n), f"Thing {n}", f"202612{n % 27 + 2:02}T100000", "RRULE:FREQ=DAILY;COUNT=900")
        for n in range(1500)
    ]
    longest = 0.0

    async def watch():
        nonlocal longest
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - began)

    watching = asyncio.create_task(watch())
    await send(sam, calendar(*events))
    watching.cancel()
    # On the loop itself it would be seconds. Other programs on this computer count here.
    assert longest < 1


async def test_a_title_that_wants_to_be_more_is_only_a_title(talk, sam, nia, bring):
    evil = event(
        "evil", "<a href='tg://x'>Win</a> <script>x</script> & {{ 7*7 }} %s", "20261204T100000"
    )
    await bring(sam, calendar(f"{evil}\nURL:javascript:alert(1)", name="<b>Partner</b>"))
    shown = await talk.one(nia, "/events")
    assert "Win & {{ 7*7 }} %s" in shown.text
    await talk.press(nia, "Win", message=shown)
    assert "javascript" not in shown.html
    assert "From Partner, imported" in shown.text


async def test_several_days_are_shown_as_such(talk, sam, nia, bring):
    days = "DTSTART;VALUE=DATE:20261205\nDTEND;VALUE=DATE:20261208"
    await bring(sam, calendar(f"UID:week@library\nSUMMARY:Health week\n{days}"))
    assert "Dec 5, 2026 to Dec 7, 2026, all day" in (await talk.one(nia, "/events")).text


async def test_an_imported_event_is_in_the_edition_and_leaves_it_when_it_is_cancelled(
    talk, sam, bring, running, clock, app
):
    await bring(sam, calendar(event("movie", "Movie night", "20261211T180000")))
    clock.move_to(datetime(2026, 12, 7, 21, 0, 5, tzinfo=UTC))  # the cut-off
    await running.tick()
    (item,) = await app.services.items.list_open()
    assert "Movie night" in item.html
    assert "From Austin Library" in item.html
    assert "This date has passed" not in (await talk.panel(sam)).text
    await sam.send_document(calendar(MOVED_MOVIE).encode(), "calendar.ics")
    await running.idle()
    offered = next(each for each in reversed(sam.messages) if "calendar file" in each.text)
    look = await press(talk, sam, "See what it would bring", offered)
    await press(talk, sam, "Import it", look)
    assert await app.services.items.list_open() == []


async def test_an_import_after_the_cut_off_still_comes_into_a_draft(
    talk, sam, send, running, clock, app
):
    clock.move_to(datetime(2026, 12, 7, 21, 0, 5, tzinfo=UTC))  # the cut-off
    await running.tick()
    await running.outbox_empty()
    assert await app.services.items.list_open() == []
    for _ in range(2):
        look = await send(sam, calendar(MOVED_MOVIE.replace("CANCELLED", "CONFIRMED")))
        done = await press(talk, sam, "Import it", look)
        (item,) = await app.services.items.list_open()
        assert "Movie night" in item.html
        await press(talk, sam, "Undo", done)
        assert await app.services.items.list_open() == []


async def test_nobody_is_asked_how_many_came_to_a_training_of_a_partner(
    talk, sam, send, bring, running, clock
):
    await bring(sam, calendar(event("t", "Narcan training", "20261204T100000")))
    shown = await talk.one(sam, "/event Our training; Dec 4 10-11 am; Austin library")
    await talk.press(sam, "Show it to people", message=shown)
    before = len(sam.messages)
    clock.move_to(datetime(2026, 12, 4, 17, 31, tzinfo=UTC))
    await running.outbox_empty()
    asked = [each.text for each in sam.messages[before:] if "how many came" in each.text.lower()]
    assert len(asked) == 1
    assert "Our training" in asked[0]
