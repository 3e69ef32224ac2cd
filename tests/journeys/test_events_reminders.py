"""Reminders of events: in time, through restarts, moves and changed clocks, and nothing after."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot import app as app_module
from bot.models.events import DateChange, EventKind
from bot.services import occurrences
from bot.services.reminders import News

DEC_1 = datetime(2026, 12, 1, 15, tzinfo=UTC)
ON = date(2026, 12, 8)
STARTS_AT = datetime(2026, 12, 8, 16, tzinfo=UTC)  # 10 AM in Chicago
TUESDAYS = "FREQ=WEEKLY;BYDAY=TU"


@pytest.fixture
async def echo(add_event, clock):
    clock.move_to(DEC_1)
    return await add_event("Street talk", ON, rule=TUESDAYS, kind=EventKind.ECHO, place="Austin")


@pytest.fixture
def ask(talk):
    """Return a function with which a person asks for a reminder; it returns the screen."""

    async def ask(person, when="1 hour before", *more, title="Street talk"):
        shown = await talk.one(person, "/events")
        await talk.press(person, title, message=shown)
        spanish = person.account.language_code == "es"
        await talk.press(person, "Avísame" if spanish else "Remind me", message=shown)
        for button in (when, *more):
            await talk.press(person, button, message=shown)
        return shown

    return ask


@pytest.fixture
def change_date(app, clock):
    """Return a function that changes any date as staff do; it returns how many are told."""

    async def change_date(event, on, news, **values):
        now = clock.now()

        def work(t):
            t.events.put_change(event.event_id, DateChange(on, **values))
            t.events.update(t.events.find(event.event_id), now)
            found = occurrences.find(t, event.event_id, on)
            return app.services.reminders.follow(t, found, news, now)

        return await app.database.write(work)

    return change_date


@pytest.fixture
def change(change_date):
    """Return a function that changes the date of most tests as staff do."""

    async def change(event, news, **values):
        return await change_date(event, ON, news, **values)

    return change


async def test_a_reminder_comes_once_at_its_minute_and_leaves_nothing(
    echo, ask, pass_to, nia, rows, app
):
    shown = await ask(nia)
    assert "I will remind you: Tue, Dec 8, 9:00 AM CST" in shown.text
    assert await rows("reminders", "members") == {"reminders": 1, "members": 0}
    due_at = STARTS_AT - timedelta(hours=1)
    assert await pass_to(due_at - timedelta(seconds=2), nia) == [[]]
    ((reminder,),) = await pass_to(due_at + timedelta(seconds=1), nia)
    assert "Street talk" in reminder
    assert "In Chicago: 10:00 AM CST to 11:00 AM CST" in reminder
    assert "Austin" in reminder
    assert "late" not in reminder
    assert await pass_to(STARTS_AT, nia) == [[]]
    await pass_to(STARTS_AT + timedelta(hours=1, seconds=1), nia)
    assert await rows("reminders") == {"reminders": 0}
    sql = "SELECT 1 FROM deliveries WHERE key LIKE 'reminder%'"
    assert await app.database.read(lambda t: t.deliveries._rows(sql)) == []


async def test_it_comes_in_the_language_in_which_it_was_asked_for(
    echo, ask, pass_to, mateo, english_in
):
    await ask(mateo, "1 día antes")
    await pass_to(STARTS_AT - timedelta(days=1), mateo)
    assert "En Chicago: de 10:00" in mateo.last.text
    assert english_in(mateo.last) == []


async def test_a_day_before_keeps_the_wall_time_when_the_clocks_change(
    talk, add_event, ask, pass_to, nia, clock
):
    """On March 14, 2027 Chicago's clocks go forward: the day before 10 AM is 23 hours before."""
    clock.move_to(datetime(2027, 3, 5, 15, tzinfo=UTC))
    await add_event("Walk", date(2027, 3, 14))
    shown = await ask(nia, "1 day before", title="Walk")
    assert "I will remind you: Sat, Mar 13, 10:00 AM CST" in shown.text
    start = datetime(2027, 3, 14, 15, tzinfo=UTC)
    assert await pass_to(start - timedelta(hours=23, seconds=2), nia) == [[]]
    ((reminder,),) = await pass_to(start - timedelta(hours=23), nia)
    assert "10:00 AM CDT" in reminder


async def test_every_time_goes_on_with_each_date_and_a_snooze_changes_one_only(
    echo, ask, pass_to, talk, nia, rows
):
    shown = await ask(nia, "1 hour before", "Remind me every time")
    assert "I also remind you of the dates that follow" in shown.text
    await pass_to(STARTS_AT - timedelta(hours=1), nia)
    await talk.press(nia, "In 10 minutes", message=nia.last)
    assert await pass_to(STARTS_AT - timedelta(minutes=51), nia) == [[]]
    ((again,),) = await pass_to(STARTS_AT - timedelta(minutes=49), nia)
    assert "Street talk" in again
    week = timedelta(days=7)
    await pass_to(STARTS_AT + timedelta(hours=2), nia)
    assert await pass_to(STARTS_AT + week - timedelta(minutes=61), nia) == [[]]
    ((following,),) = await pass_to(STARTS_AT + week - timedelta(minutes=60), nia)
    assert "Street talk" in following
    await talk.press(nia, "Do not remind me", message=nia.last)
    assert await rows("reminders") == {"reminders": 0}
    assert await pass_to(STARTS_AT + 2 * week, nia) == [[]]


async def test_a_restart_loses_none_and_doubles_none(echo, ask, pass_to, nia, running, clock):
    await ask(nia)
    await running.stop()
    await running.start()
    ((_,),) = await pass_to(STARTS_AT - timedelta(minutes=59), nia)
    await running.stop()
    await running.start()
    assert await pass_to(STARTS_AT, nia) == [[]]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-50, "This reminder is late"), (10, "It has begun. This reminder is late")],
)
async def test_one_that_is_late_says_so(echo, ask, pass_to, nia, running, minutes, words):
    await ask(nia)
    await running.stop()
    running.clock.move_to(STARTS_AT + timedelta(minutes=minutes))
    await running.start()
    ((reminder,),) = await pass_to(STARTS_AT + timedelta(minutes=minutes), nia)
    assert words in reminder


async def test_one_that_would_help_nobody_any_more_is_dropped(
    echo, ask, pass_to, nia, running, rows, caplog
):
    await ask(nia)
    await running.stop()
    running.clock.move_to(STARTS_AT + timedelta(hours=3))
    await running.start()
    assert await pass_to(STARTS_AT + timedelta(hours=3), nia) == [[]]
    assert "1 reminders came too late to be of use" in caplog.text


async def test_one_that_waits_for_telegram_says_that_it_is_late_or_is_dropped(
    echo, ask, nia, mateo, running, sandbox, clock, app
):
    """It was in the outbox in time, but Telegram could not be reached."""
    await ask(nia)
    app.courier._stopping = True  # as if every connection failed
    app.courier.wake()
    clock.move_to(STARTS_AT - timedelta(minutes=60))
    await app.services.reminders.tick()
    clock.move_to(STARTS_AT - timedelta(minutes=40))
    await app.services.reminders.catch_up()
    written = await app.database.read(lambda t: t.reminders.list_written(clock.now()))
    (row,) = await app.database.read(lambda t: t.deliveries.list_due(clock.now(), 9))
    (waiting,) = await app.database.read(lambda t: t.deliveries.list_by_id([row.delivery_id]))
    assert len(written) == 1
    assert "This reminder is late" in waiting.content.html
    clock.move_to(STARTS_AT + timedelta(hours=2))
    await app.services.reminders.catch_up()
    assert await app.database.read(lambda t: t.reminders.list_written(clock.now())) == []


async def test_a_moved_date_is_told_at_once_and_the_reminder_moves_along(
    echo, ask, change, pass_to, nia, mateo
):
    await ask(nia)
    await ask(mateo, "1 día antes")
    told = await change(echo, News.MOVED, moved_to=date(2026, 12, 10), starts=time(14))
    assert told == 2
    (to_nia,), (to_mateo,) = await pass_to(DEC_1 + timedelta(minutes=9), nia, mateo)
    assert "This has a new time" in to_nia
    assert "2:00 PM CST" in to_nia
    assert "Cambió de fecha" in to_mateo
    assert await pass_to(STARTS_AT, nia, mateo) == [[], []]
    new_start = datetime(2026, 12, 10, 20, tzinfo=UTC)
    nothing, (to_mateo,) = await pass_to(new_start - timedelta(days=1), nia, mateo)
    assert nothing == []
    ((to_nia,),) = await pass_to(new_start - timedelta(hours=1), nia)
    assert "2:00 PM" in to_nia


async def test_a_cancelled_date_is_told_also_to_whom_was_reminded_and_comes_back(
    echo, ask, change, pass_to, nia, mateo
):
    await ask(nia)
    await ask(mateo, "1 día antes")
    await pass_to(STARTS_AT - timedelta(hours=23), nia, mateo)
    await change(echo, News.CANCELLED, cancelled=True)
    (to_nia,), (to_mateo,) = await pass_to(STARTS_AT - timedelta(hours=22), nia, mateo)
    assert "This is cancelled" in to_nia
    assert "Se canceló" in to_mateo
    await change(echo, News.BACK, cancelled=False)
    ((back,),) = await pass_to(STARTS_AT - timedelta(hours=21), nia)
    assert "takes place after all" in back
    ((reminder,),) = await pass_to(STARTS_AT - timedelta(hours=1), nia)
    assert "Street talk" in reminder


async def test_a_day_without_a_time_is_remembered_from_nine_in_the_morning(
    talk, ask, pass_to, nia, clock
):
    clock.move_to(datetime(2027, 8, 20, 15, tzinfo=UTC))
    shown = await ask(nia, "1 day before", title="Overdose Awareness")
    assert "Mon, Aug 30, 9:00 AM CDT" in shown.text
    ((reminder,),) = await pass_to(datetime(2027, 8, 30, 14, tzinfo=UTC), nia)
    assert "Aug 31, 2027, all day" in reminder


async def test_only_moments_that_lie_ahead_are_offered(echo, talk, nia, clock):
    shown = await talk.one(nia, "/events")
    clock.move_to(STARTS_AT - timedelta(minutes=50))
    await talk.press(nia, "Street talk", message=shown)
    await talk.press(nia, "Remind me", message=shown)
    assert not [b for row in shown.buttons for b in row if "1 day" in b or "1 hour" in b]
    await talk.press(nia, "Another moment", message=shown)
    assert "30 minutes before" in [b for row in shown.buttons for b in row]
    answers = await talk.press_old(nia, shown, f"remind:set:{echo.event_id}:{ON}:60")
    assert "That moment has passed" in answers[-1].text
    answers = await talk.press_old(nia, shown, f"remind:snooze:{echo.event_id}:{ON}:10")
    assert "There is no reminder" in answers[-1].text
    clock.move_to(STARTS_AT)
    answers = await talk.press_old(nia, shown, f"remind:set:{echo.event_id}:{ON}:10")
    assert "has begun, is over or was cancelled" in answers[-1].text


async def test_a_group_is_not_reminded_for_one_person(echo, talk, nia, group, rows):
    place = nia.in_group(group)
    shown = await talk.one(place, "/events")
    await talk.press(place, "Street talk", message=shown)
    (answer,) = await talk.press(place, "Remind me", message=shown)
    assert "Write to me privately" in [b for row in answer.buttons for b in row]
    assert await rows("reminders") == {"reminders": 0}


async def test_whoever_blocks_the_bot_is_forgotten(echo, ask, nia, rows, running):
    await ask(nia, "1 hour before", "Remind me every time")
    await nia.block()
    await running.idle()
    assert await rows("reminders") == {"reminders": 0}


async def test_a_double_tap_asks_once(echo, ask, talk, pass_to, nia):
    shown = await ask(nia)
    await talk.press(nia, "1 hour before", message=shown)
    ((_,),) = await pass_to(STARTS_AT - timedelta(hours=1), nia)


async def test_the_clock_moved_through_a_whole_year_brings_each_date_once(
    echo, ask, pass_to, nia, clock
):
    await ask(nia, "1 day before", "Remind me every time")
    got = 0
    then = STARTS_AT - timedelta(days=1)
    for _ in range(52):
        ((*texts,),) = await pass_to(then + timedelta(hours=2), nia)
        got += len(texts)
        await pass_to(then + timedelta(days=2), nia)
        then += timedelta(days=7)
    assert got == 52


async def test_a_date_moved_across_a_change_of_the_clocks_is_an_hour_before_by_the_wall(
    add_event, ask, pass_to, nia, app, clock
):
    clock.move_to(datetime(2027, 3, 5, 15, tzinfo=UTC))
    event = await add_event("Walk", date(2027, 3, 10))
    await ask(nia, title="Walk")
    now = clock.now()

    def move(t):
        change = DateChange(date(2027, 3, 10), moved_to=date(2027, 3, 17), starts=time(10))
        t.events.put_change(event.event_id, change)
        found = occurrences.find(t, event.event_id, date(2027, 3, 10))
        return app.services.reminders.follow(t, found, News.MOVED, now)

    await app.database.write(move)
    (told,) = (await pass_to(now + timedelta(minutes=1), nia))[0]
    assert "10:00 AM CDT" in told
    nine = datetime(2027, 3, 17, 14, tzinfo=UTC)  # in summer time
    assert await pass_to(nine - timedelta(seconds=2), nia) == [[]]
    assert len((await pass_to(nine, nia))[0]) == 1


async def test_what_was_due_in_a_backup_does_not_leave_a_second_time(
    echo, ask, pass_to, nia, running, clock, tmp_path, monkeypatch
):
    monkeypatch.setattr(app_module, "COPY_SECONDS", 0)
    await ask(nia, "1 hour before", "Remind me every time")
    path, copy = running.settings.database_path, tmp_path / "backup.db"
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(copy)) as backup:
        live.backup(backup)
    await running.app.services.upkeep.beat()
    ((_,),) = await pass_to(STARTS_AT - timedelta(minutes=60), nia)
    await running.stop()
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    copy.rename(path)
    await running.start()
    assert await pass_to(STARTS_AT - timedelta(minutes=50), nia) == [[]]
    await pass_to(STARTS_AT + timedelta(hours=2), nia)
    week = timedelta(days=7)
    assert len((await pass_to(STARTS_AT + week - timedelta(minutes=59), nia))[0]) == 1


async def due_on_days(pass_to, person, since, days):
    """Return the days on which a person is reminded, a day looked at by half days."""
    found = []
    for n in range(days * 2):
        then = since + timedelta(hours=12 * n)
        (texts,) = await pass_to(then, person)
        found += [each.partition("\n")[2].partition("\n")[0] for each in texts if "🔔" in each]
    return found


async def test_a_date_moved_behind_the_next_ones_hides_none_of_them(
    echo, ask, pass_to, change_date, nia
):
    await ask(nia, "1 hour before", "Remind me every time")
    told = await change_date(echo, ON, News.MOVED, moved_to=date(2026, 12, 17), starts=time(10))
    assert told == 1
    days = await due_on_days(pass_to, nia, datetime(2026, 12, 2, 15, 0, 1, tzinfo=UTC), 30)
    assert [each[:11] for each in days] == [
        *("Tue, Dec 15", "Thu, Dec 17", "Tue, Dec 22", "Tue, Dec 29"),
    ]


async def test_a_date_moved_before_the_next_one_is_told_and_reminded_of(
    echo, ask, pass_to, change_date, nia
):
    await ask(nia, "1 hour before", "Remind me every time")
    week_later = ON + timedelta(days=7)
    told = await change_date(
        echo, week_later, News.MOVED, moved_to=date(2026, 12, 4), starts=time(10)
    )
    assert told == 1
    days = await due_on_days(pass_to, nia, datetime(2026, 12, 2, 15, 0, 1, tzinfo=UTC), 24)
    assert [each[:11] for each in days] == ["Fri, Dec 4,", "Tue, Dec 8,", "Tue, Dec 22"]


async def test_whoever_wants_every_date_hears_of_a_later_one_that_is_cancelled(
    echo, ask, pass_to, change_date, nia, mateo
):
    await ask(nia, "1 hour before", "Remind me every time")
    await ask(mateo, "1 día antes")
    week_later = ON + timedelta(days=7)
    assert await change_date(echo, week_later, News.CANCELLED, cancelled=True) == 1
    (told,), to_mateo = await pass_to(DEC_1 + timedelta(minutes=1), nia, mateo)
    assert "This is cancelled" in told
    assert "Dec 15" in told
    assert to_mateo == []


async def test_a_snooze_outlives_news_of_the_place(echo, ask, pass_to, talk, change, nia):
    await ask(nia)
    await pass_to(STARTS_AT - timedelta(minutes=60), nia)
    await talk.press(nia, "In 10 minutes", message=nia.last)
    await change(echo, News.PLACE, place="The library")
    (told,) = (await pass_to(STARTS_AT - timedelta(minutes=59), nia))[0]
    assert "Your reminder stays as it is" in told
    ((again,),) = await pass_to(STARTS_AT - timedelta(minutes=49), nia)
    assert "The library" in again


async def test_a_member_in_another_zone_reads_both_times_in_all_that_comes(
    echo, ask, pass_to, change, talk, live_in, nia, mateo, app, clock
):
    await talk.join(nia)
    await live_in(nia, "Los Angeles")
    await ask(nia)
    await ask(mateo, "1 hora antes")
    await change(echo, News.PLACE, place="The library")
    (news,), (others,) = await pass_to(DEC_1 + timedelta(minutes=1), nia, mateo)
    both = ("In Chicago: 10:00 AM CST", "In Los Angeles: Tue, Dec 8, 8:00 AM PST")
    assert all(each in news for each in both)
    assert "Los Angeles" not in others
    app.courier._stopping = True  # as if every connection failed
    clock.move_to(STARTS_AT - timedelta(minutes=60))
    await app.services.reminders.tick()
    clock.move_to(STARTS_AT - timedelta(minutes=40))
    await app.services.reminders.catch_up()
    app.courier._stopping = False
    await pass_to(STARTS_AT - timedelta(minutes=39), nia, mateo)
    assert all(each in nia.last.text for each in (*both, "is late"))
    assert "Los Angeles" not in mateo.last.text


async def test_a_series_that_becomes_more_frequent_hides_none_of_its_new_dates(
    add_event, ask, pass_to, talk, clock, nia, sam
):
    clock.move_to(DEC_1)
    await add_event("Street talk", ON, rule="FREQ=MONTHLY;BYDAY=2TU")
    await ask(nia, "1 hour before", "Remind me every time")
    await pass_to(STARTS_AT + timedelta(hours=2), nia)  # the next one is in January
    shown = await talk.one(sam, "/event")
    for button in ("Street talk", "Time"):
        await talk.press(sam, button, message=shown)
    proposal = await talk.one(sam, "every Tuesday 10:00-11:00")
    await talk.press(sam, "Yes, change it and tell them", message=proposal)
    await pass_to(STARTS_AT + timedelta(hours=3), nia)
    days = await due_on_days(pass_to, nia, datetime(2026, 12, 9, 15, 0, 1, tzinfo=UTC), 40)
    assert [each[:11] for each in days] == [
        *("Tue, Dec 15", "Tue, Dec 22", "Tue, Dec 29"),
        *("Tue, Jan 5,", "Tue, Jan 12"),
    ]


async def test_no_more_of_a_date_ends_its_series_too_after_dates_changed_places(
    echo, ask, change_date, talk, nia, rows
):
    shown = await ask(nia, "1 hour before", "Remind me every time")
    await change_date(echo, ON, News.MOVED, moved_to=date(2026, 12, 17), starts=time(10))
    assert await rows("reminders") == {"reminders": 2}
    await talk.press_old(nia, shown, f"remind:off:{echo.event_id}:{ON}")
    assert await rows("reminders") == {"reminders": 0}


async def test_a_date_that_is_cancelled_and_comes_back_is_reminded_of_with_its_series(
    echo, ask, pass_to, change_date, nia, rows
):
    await ask(nia, "1 hour before", "Remind me every time")
    await change_date(echo, ON, News.CANCELLED, cancelled=True)
    await change_date(echo, ON, News.BACK)
    assert await rows("reminders") == {"reminders": 1}
    days = await due_on_days(pass_to, nia, datetime(2026, 12, 2, 15, 0, 1, tzinfo=UTC), 15)
    assert [each[:11] for each in days] == ["Tue, Dec 8,", "Tue, Dec 15"]
