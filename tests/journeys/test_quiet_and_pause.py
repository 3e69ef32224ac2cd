"""Quiet hours and pauses: what comes meanwhile waits and arrives once afterwards."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.models import BroadcastState, DeliveryState, MemberState, Workgroup
from bot.storage.deliveries import Outcome

CHICAGO = ZoneInfo("America/Chicago")
NIGHT = "10 PM to 7 AM"


@pytest.fixture
def at(clock):
    """Return a function that makes it a time in Chicago."""

    def at(*local):
        clock.move_to(datetime(*local, tzinfo=CHICAGO).astimezone(UTC))

    return at


@pytest.fixture
def copies(talk):
    """Return a function that sends what is due and counts a person's copies of the edition."""

    async def copies(person, text="Free Narcan training"):
        await talk.running.outbox_empty()
        return sum(text in message.text for message in person.messages)

    return copies


@pytest.fixture
def state_of(app):
    """Return a function that tells how a person's copy of the first broadcast stands."""

    async def state_of(person):
        def find(t):
            chat = t.members._sealer.id(person.id)
            (row,) = t.meta._connection.execute(
                "SELECT state FROM deliveries WHERE chat = ? AND broadcast_id = 1", (chat,)
            )
            return DeliveryState(row[0])

        return await app.database.read(find)

    return state_of


async def pause(talk, person, button):
    await talk.one(person, "/settings")
    await talk.press(person, "Pause")
    await talk.press(person, button)


async def resume(talk, person):
    await talk.one(person, "/settings")
    await talk.press(person, "Start again now")


async def quiet(talk, person, hours):
    await talk.one(person, "/settings")
    await talk.press(person, "More choices")
    await talk.press(person, "Quiet hours")
    await talk.press(person, hours)


async def begin(talk, sam):
    await talk.item(sam)
    await sam.press("Approve and send now", message=await talk.draft(sam))
    await talk.running.idle()


class TestWhatIsHeld:
    async def test_in_quiet_hours_it_arrives_at_their_end_once(
        self, talk, nia, darnell, sam, at, copies
    ):
        await talk.join(nia, darnell)
        await quiet(talk, nia, NIGHT)
        at(2026, 11, 18, 23, 0)
        report = await talk.send_edition(sam)
        assert "1 held back: they leave when a pause or quiet hours end" in report.text
        assert "quiet hours, until Thu, Nov 19, 7:00 AM CST at the latest: 1" in report.text
        assert [await copies(nia), await copies(darnell)] == [0, 1]
        at(2026, 11, 19, 6, 59)
        assert await copies(nia) == 0
        at(2026, 11, 19, 7, 0)
        assert await copies(nia) == 1
        at(2026, 11, 20, 7, 0)
        assert [await copies(nia), await copies(darnell)] == [1, 1]

    async def test_in_a_pause_it_arrives_on_the_morning_of_the_return_once(
        self, talk, nia, sam, at, copies
    ):
        await talk.join(nia)
        await pause(talk, nia, "Pause 1 week")
        assert "It arrives Wed, Nov 25, 9:00 AM CST." in nia.last.text
        report = await talk.send_edition(sam)
        assert "on a pause, until Wed, Nov 25, 9:00 AM CST at the latest: 1" in report.text
        at(2026, 11, 25, 8, 59)
        assert await copies(nia) == 0
        at(2026, 11, 25, 9, 0)
        assert await copies(nia) == 1
        at(2026, 11, 26, 9, 0)
        assert await copies(nia) == 1

    async def test_quiet_hours_on_the_morning_of_the_return_are_kept(
        self, talk, nia, sam, at, copies
    ):
        await talk.join(nia)
        await quiet(talk, nia, "midnight to noon")
        await pause(talk, nia, "Pause 1 week")
        assert "It arrives Wed, Nov 25, 12:00 PM CST." in nia.last.text
        await talk.send_edition(sam)
        at(2026, 11, 25, 11, 59)
        assert await copies(nia) == 0
        at(2026, 11, 25, 12, 0)
        assert await copies(nia) == 1

    @pytest.mark.parametrize(
        ("evening", "before", "end"),
        [
            ((2026, 10, 31, 23, 0), (2026, 11, 1, 6, 59), (2026, 11, 1, 7, 0)),
            ((2027, 3, 13, 23, 0), (2027, 3, 14, 6, 59), (2027, 3, 14, 7, 0)),
        ],
        ids=["winter time", "summer time"],
    )
    async def test_on_the_night_of_a_clock_change_the_clock_on_the_wall_counts(
        self, talk, nia, sam, at, copies, evening, before, end
    ):
        at(*evening[:3], 12, 0)
        await talk.join(nia)
        await quiet(talk, nia, NIGHT)
        at(*evening)
        await talk.send_edition(sam)
        at(*before)
        assert await copies(nia) == 0
        at(*end)
        assert await copies(nia) == 1

    async def test_quiet_hours_that_begin_while_it_is_sent_hold_what_has_not_left(
        self, talk, nia, darnell, sam, at, copies, app
    ):
        await talk.join(nia, darnell)
        await quiet(talk, nia, NIGHT)
        at(2026, 11, 18, 21, 59)
        app.courier._stopping = True  # it is busy with others
        app.courier.wake()
        await begin(talk, sam)
        at(2026, 11, 18, 22, 1)
        await talk.running.tick()
        app.courier._stopping = False
        app.courier.start()
        assert [await copies(nia), await copies(darnell)] == [0, 1]
        at(2026, 11, 19, 7, 0)
        assert await copies(nia) == 1

    async def test_resuming_in_the_quiet_hours_of_a_member_holds_their_copy_at_once(
        self, talk, nia, darnell, sam, at, copies, app, state_of
    ):
        await talk.join(nia, darnell)
        await quiet(talk, nia, NIGHT)
        at(2026, 11, 18, 21, 59)
        app.courier._stopping = True  # it is busy with others
        app.courier.wake()
        await begin(talk, sam)
        await talk.press(sam, "Pause sending", message=await talk.panel(sam))
        at(2026, 11, 18, 22, 1)
        app.courier._stopping = False
        app.courier.start()
        await talk.press_old(sam, sam.last, "blast:resume:1")  # and the clock does not tick
        await darnell.expect("Free Narcan training")
        assert await state_of(nia) is DeliveryState.PENDING
        assert [await copies(nia), await copies(darnell)] == [0, 1]
        at(2026, 11, 19, 7, 0)
        assert await copies(nia) == 1

    async def test_a_pause_of_months_outlasts_every_cleaning(
        self, talk, nia, sam, at, copies, app
    ):
        await talk.join(nia)
        await pause(talk, nia, "Pause 3 months")
        await talk.send_edition(sam)
        at(2027, 2, 10, 12, 0)
        await app.services.upkeep.clean()
        assert await copies(nia) == 0
        at(2027, 2, 17, 9, 0)
        assert await copies(nia) == 1

    async def test_a_restart_forgets_and_doubles_nothing(
        self, talk, nia, darnell, sam, at, copies
    ):
        await talk.join(nia, darnell)
        await pause(talk, nia, "Pause 1 week")
        await talk.send_edition(sam)
        await talk.running.stop()
        at(2026, 11, 22, 12, 0)
        await talk.running.start()
        assert [await copies(nia), await copies(darnell)] == [0, 1]
        await talk.running.stop()
        at(2026, 11, 25, 9, 30)
        await talk.running.start()
        assert [await copies(nia), await copies(darnell)] == [1, 1]

    async def test_it_is_not_offered_again(self, talk, nia, sam, copies, at):
        await talk.join(nia)
        await pause(talk, nia, "Pause 1 week")
        await talk.send_edition(sam)
        await nia.send("/start")
        await talk.running.idle()
        assert "Do you want it now" not in nia.last.text
        old = nia.last
        await talk.press_old(nia, old, "eblast:current")
        assert await copies(nia) == 0
        at(2026, 11, 25, 9, 0)
        assert await copies(nia) == 1


class TestAmendedMeanwhile:
    """What becomes of a held copy whose broadcast staff change before it leaves."""

    RIGHT = "The training is on Saturday"

    @pytest.fixture
    async def held(self, talk, nia, darnell, sam, at):
        """Send an edition in the quiet hours of one of two members; return its report."""
        await talk.join(nia, darnell)
        await quiet(talk, nia, NIGHT)
        at(2026, 11, 18, 23, 0)
        return await talk.send_edition(sam)

    async def send(self, talk, sam, panel):
        await talk.press(sam, "Approve and send now", message=panel)
        await talk.running.outbox_empty()

    async def change_text(self, talk, sam, report):
        await talk.press(sam, "Correct or recall", message=report)
        await talk.press(sam, "Change the text", message=report)
        await talk.press(sam, "Free Narcan training", message=report)
        await talk.press(sam, "English text", message=report)
        return await talk.one(sam, self.RIGHT)

    async def test_a_new_text_is_what_arrives(self, talk, held, nia, darnell, sam, at, copies):
        await self.send(talk, sam, await self.change_text(talk, sam, held))
        assert "1 message edited" in (await sam.expect("Report: New text")).text
        assert [await copies(nia, self.RIGHT), await copies(darnell, self.RIGHT)] == [0, 1]
        at(2026, 11, 19, 7, 0)
        assert [await copies(nia, self.RIGHT), await copies(darnell, self.RIGHT)] == [1, 1]
        assert [await copies(nia), await copies(darnell)] == [0, 0]

    async def test_what_is_recalled_never_arrives(
        self, talk, held, nia, darnell, sam, at, copies, state_of
    ):
        await talk.press(sam, "Correct or recall", message=held)
        await talk.press(sam, "Recall", message=held)
        await talk.press(sam, "Yes, prepare", message=held)
        await self.send(talk, sam, held)
        assert await state_of(nia) is DeliveryState.CANCELLED
        at(2026, 11, 19, 7, 0)
        await quiet(talk, nia, "No quiet hours")
        assert await copies(nia) == 0
        assert "1 asked to delete" in (await sam.expect("Report: Recall")).text
        old = await talk.one(nia, "/start")
        await talk.press_old(nia, old, "eblast:current")
        assert await copies(nia) == 0

    async def test_what_is_corrected_never_arrives_wrong(
        self, talk, held, nia, darnell, sam, at, copies
    ):
        await talk.press(sam, "Correct or recall", message=held)
        await talk.press(sam, "Send a correction", message=held)
        await self.send(talk, sam, await talk.one(sam, self.RIGHT))
        report = await sam.expect("Report: Correction")
        assert "1 corrected" in report.text
        assert not any(word in report.text for word in ("held", "not done", "unknown", "refused"))
        at(2026, 11, 19, 7, 0)
        assert [await copies(nia, self.RIGHT), await copies(darnell, self.RIGHT)] == [0, 1]
        assert [await copies(nia), await copies(darnell)] == [0, 1]

    async def test_a_new_text_overtakes_what_the_courier_has_read_already(
        self, talk, held, nia, sam, at, app, clock, copies
    ):
        at(2026, 11, 19, 7, 0)

        def due(t):
            return t.deliveries.list_due_of(1, clock.now(), 10)

        app.courier._stopping = True
        (read,) = await app.database.read(due)
        panel = await self.change_text(talk, sam, held)
        await talk.press(sam, "Approve and send now", message=panel)
        assert await app.database.write(lambda t: t.deliveries.claim([read], clock.now())) == set()
        app.courier._stopping = False
        app.courier.start()
        assert [await copies(nia, self.RIGHT), await copies(nia)] == [1, 0]

    @pytest.mark.parametrize("how", ["Recall", "Send a correction"])
    async def test_what_is_withdrawn_while_it_is_under_way_is_not_tried_again(
        self, talk, held, nia, sam, at, app, clock, copies, state_of, how
    ):
        at(2026, 11, 19, 7, 0)
        app.courier._stopping = True
        (due,) = await app.database.read(lambda t: t.deliveries.list_due_of(1, clock.now(), 10))
        await app.database.write(lambda t: t.deliveries.claim([due], clock.now()))
        await talk.press(sam, "Correct or recall", message=held)
        panel = held
        await talk.press(sam, how, message=held)
        if how == "Recall":
            await talk.press(sam, "Yes, prepare", message=held)
        else:
            panel = await talk.one(sam, self.RIGHT)
        await talk.press(sam, "Approve and send now", message=panel)
        again = Outcome(due.delivery_id, DeliveryState.PENDING, "429", due_at=clock.now())
        await app.database.write(lambda t: t.deliveries.finish([again], clock.now()))
        assert await state_of(nia) is DeliveryState.CANCELLED
        app.courier._stopping = False
        app.courier.start()
        assert await copies(nia) == 0

    async def test_a_correction_of_what_never_arrived_after_all_is_not_sent(
        self, talk, held, nia, sam, at, app, clock, copies
    ):
        at(2026, 11, 19, 7, 0)
        app.courier._stopping = True
        (due,) = await app.database.read(lambda t: t.deliveries.list_due_of(1, clock.now(), 10))
        await app.database.write(lambda t: t.deliveries.claim([due], clock.now()))
        await talk.press(sam, "Correct or recall", message=held)
        await talk.press(sam, "Send a correction", message=held)
        panel = await talk.one(sam, self.RIGHT)
        await talk.press(sam, "Approve and send now", message=panel)
        lost = Outcome(due.delivery_id, DeliveryState.UNCONFIRMED, "connection")
        await app.database.write(lambda t: t.deliveries.finish([lost], clock.now()))
        app.courier._stopping = False
        app.courier.start()
        assert [await copies(nia), await copies(nia, self.RIGHT)] == [0, 0]
        report = await sam.expect("Report: Correction")
        assert "1 corrected" in report.text
        assert "1 unknown" in report.text

    async def test_a_correction_keeps_the_quiet_hours_of_those_who_got_it(
        self, talk, nia, darnell, sam, at, copies
    ):
        await talk.join(nia, darnell)
        report = await talk.send_edition(sam)
        await quiet(talk, nia, NIGHT)
        at(2026, 11, 18, 23, 0)
        await talk.press(sam, "Correct or recall", message=report)
        await talk.press(sam, "Send a correction", message=report)
        await self.send(talk, sam, await talk.one(sam, self.RIGHT))
        assert [await copies(nia, self.RIGHT), await copies(darnell, self.RIGHT)] == [0, 1]
        at(2026, 11, 19, 7, 0)
        assert [await copies(nia, self.RIGHT), await copies(darnell, self.RIGHT)] == [1, 1]


class TestChanges:
    async def test_a_pause_moves_what_quiet_hours_hold_and_back(self, talk, nia, sam, at, copies):
        await talk.join(nia)
        await quiet(talk, nia, NIGHT)
        at(2026, 11, 18, 23, 0)
        await talk.send_edition(sam)
        await pause(talk, nia, "Pause 1 week")
        at(2026, 11, 19, 7, 0)
        assert await copies(nia) == 0
        at(2026, 11, 19, 23, 0)
        await resume(talk, nia)
        assert await copies(nia) == 0
        at(2026, 11, 20, 7, 0)
        assert await copies(nia) == 1

    async def test_other_quiet_hours_move_it(self, talk, nia, sam, at, copies):
        await talk.join(nia)
        await quiet(talk, nia, NIGHT)
        at(2026, 11, 18, 23, 0)
        await talk.send_edition(sam)
        await quiet(talk, nia, "11 PM to 9 AM")
        at(2026, 11, 19, 8, 59)
        assert await copies(nia) == 0
        at(2026, 11, 19, 9, 0)
        assert await copies(nia) == 1

    async def test_without_quiet_hours_it_comes_at_once(self, talk, nia, sam, at, copies):
        await talk.join(nia)
        await quiet(talk, nia, NIGHT)
        at(2026, 11, 18, 23, 0)
        await talk.send_edition(sam)
        await quiet(talk, nia, "No quiet hours")
        assert await copies(nia) == 1

    async def test_whoever_ends_a_pause_by_hand_gets_it_at_once(self, talk, nia, sam, copies):
        await talk.join(nia)
        await pause(talk, nia, "Pause 3 months")
        await talk.send_edition(sam)
        await resume(talk, nia)
        assert await copies(nia) == 1
        await resume(talk, nia)
        assert await copies(nia) == 1

    async def test_what_the_courier_has_read_already_is_held_too(
        self, talk, nia, sam, app, clock, state_of
    ):
        await talk.join(nia)
        app.courier._stopping = True
        app.courier.wake()
        await begin(talk, sam)

        def due(t):
            (broadcast,) = t.broadcasts.list_in(BroadcastState.SENDING)
            return t.deliveries.list_due_of(broadcast.broadcast_id, clock.now(), 10)

        (read,) = await app.database.read(due)
        await pause(talk, nia, "Pause 1 week")
        await app.database.write(lambda t: t.deliveries.claim([read], clock.now()))
        assert await state_of(nia) is DeliveryState.PENDING

    async def test_whoever_leaves_gets_nothing_that_was_held(
        self, talk, nia, sam, at, copies, state_of
    ):
        await talk.join(nia)
        await pause(talk, nia, "Pause 1 week")
        await talk.send_edition(sam)
        await talk.one(nia, "/stop")
        assert await state_of(nia) is DeliveryState.CANCELLED
        at(2026, 11, 25, 9, 0)
        assert await copies(nia) == 0

    async def test_whoever_blocks_the_bot_gets_nothing_that_was_held(
        self, talk, nia, sam, at, copies, state_of, find_member
    ):
        await talk.join(nia)
        await quiet(talk, nia, NIGHT)
        at(2026, 11, 18, 23, 0)
        await talk.send_edition(sam)
        await nia.block()
        await talk.running.idle()
        assert await state_of(nia) is DeliveryState.UNREACHABLE
        at(2026, 11, 19, 7, 0)
        assert await copies(nia) == 0
        assert (await find_member(nia)).state is MemberState.UNREACHABLE
        await nia.unblock()
        welcome = await talk.one(nia, "/start")
        assert "Do you want it now" in welcome.text


class TestTypedDay:
    @pytest.fixture
    async def asked(self, talk, nia):
        await talk.join(nia)
        await pause(talk, nia, "Another day")
        assert "Until which day" in nia.last.text

    @pytest.mark.parametrize(
        "text", ["Dec 20", "20/12", "20 de diciembre", "2026-12-20", "12/20/26", "until DEC. 20th"]
    )
    async def test_a_day_is_read_as_people_write_it(self, talk, nia, asked, find_member, text):
        shown = await talk.one(nia, text)
        assert "On hold until Dec 20, 2026" in shown.text
        assert (await find_member(nia)).paused_until == date(2026, 12, 20)
        assert "On hold" not in (await talk.one(nia, "Dec 24")).text

    @pytest.mark.parametrize("text", ["3/4", "soonish", "Feb 30", "2026-13-01", "Dec", "9" * 4000])
    async def test_what_is_no_clear_day_is_asked_again(self, talk, nia, asked, find_member, text):
        assert "Write it with the month as a word" in (await talk.one(nia, text)).text
        assert (await find_member(nia)).paused_until is None
        assert "On hold until Dec 20" in (await talk.one(nia, "Dec 20")).text

    @pytest.mark.parametrize("text", ["Nov 18", "2026-11-17", "2027-11-20", "2030-01-01"])
    async def test_a_day_that_is_over_or_too_far_is_refused(
        self, talk, nia, asked, find_member, text
    ):
        assert "has passed or is more than a year away" in (await talk.one(nia, text)).text
        assert (await find_member(nia)).paused_until is None

    async def test_a_year_may_be_the_whole_pause(self, talk, nia, asked, find_member):
        await talk.one(nia, "2027-11-19")
        assert (await find_member(nia)).paused_until == date(2027, 11, 19)

    async def test_help_and_leaving_do_not_wait_for_a_day(self, talk, nia, asked, find_member):
        assert "Call 911" in (await talk.one(nia, "my friend is not breathing")).text
        assert "naloxone" in (await talk.one(nia, "naloxone")).text.lower()
        await talk.one(nia, "stop")
        assert (await find_member(nia)).state is MemberState.LEFT

    async def test_after_cancel_or_ten_minutes_nothing_is_awaited(
        self, talk, nia, asked, find_member, clock
    ):
        await talk.press(nia, "Cancel")
        await talk.say(nia, "Dec 20")
        await pause(talk, nia, "Another day")
        clock.move(minutes=11)
        await talk.say(nia, "Dec 20")
        assert (await find_member(nia)).paused_until is None

    async def test_in_spanish(self, talk, rosa, find_member, english_in):
        await talk.join(rosa)
        await talk.one(rosa, "/settings")
        await talk.press(rosa, "Pausar")
        await talk.press(rosa, "Otro día")
        assert english_in(rosa.last) == []
        shown = await talk.one(rosa, "20 de diciembre")
        assert "En pausa hasta el 20 dic 2026" in shown.text
        assert english_in(shown) == []


class TestMoreChoices:
    async def test_alerts_are_off_until_a_yes_and_off_again_after_a_no(
        self, talk, nia, find_member
    ):
        await talk.join(nia)
        assert not (await find_member(nia)).wants_alerts
        shown = await talk.one(nia, "/settings")
        await talk.press(nia, "More choices")
        await talk.press(nia, "Danger alerts: off")
        assert (await find_member(nia)).wants_alerts
        assert shown.place("Danger alerts: on")
        await talk.press(nia, "Danger alerts: on")
        assert not (await find_member(nia)).wants_alerts

    async def test_alerts_are_offered_at_joining_and_need_a_new_yes_after_leaving(
        self, talk, nia, find_member
    ):
        await talk.join(nia)
        (shown,) = await talk.press(nia, "Send me danger alerts too")
        assert "Danger alerts are on" in shown.text
        assert (await find_member(nia)).wants_alerts
        await talk.one(nia, "/stop")
        await talk.join(nia)
        assert not (await find_member(nia)).wants_alerts

    async def test_workgroups_are_checked_and_unchecked(self, talk, nia, find_member):
        await talk.join(nia)
        shown = await talk.one(nia, "/settings")
        await talk.press(nia, "More choices")
        await talk.press(nia, "Fentanyl workgroup")
        await talk.press(nia, "Legislative and policy")
        assert (await find_member(nia)).workgroups == set(Workgroup)
        assert shown.place("✅ Fentanyl workgroup")
        await talk.press(nia, "Fentanyl workgroup")
        assert (await find_member(nia)).workgroups == {Workgroup.POLICY}

    async def test_quiet_hours_are_shown_with_the_place_whose_clock_counts(self, talk, nia):
        await talk.join(nia)
        await quiet(talk, nia, "midnight to noon")
        assert "midnight to noon, Chicago time" in nia.last.text
        await talk.press(nia, "Back")
        assert "Your e-blast" in nia.last.text

    async def test_all_of_it_in_spanish(self, talk, rosa, english_in):
        await talk.join(rosa)
        shown = await talk.one(rosa, "/settings")
        await talk.press(rosa, "Más opciones")
        await talk.press(rosa, "Horas de silencio")
        assert english_in(shown) == []
        await talk.press(rosa, "de 9 p. m. a 8 a. m.")
        assert "hora de Chicago" in shown.text
        assert english_in(shown) == []

    @pytest.mark.parametrize(
        "data",
        [
            "settings:alerts:on",
            "settings:quiet:2200-0700",
            "settings:workgroup:policy",
            "settings:more",
            "settings:ask-day",
            "eblast:alerts",
        ],
    )
    async def test_old_buttons_keep_nothing_of_whoever_is_no_member(self, talk, nia, rows, data):
        shown = await talk.one(nia, "/start")
        (refusal,) = await talk.press_old(nia, shown, data)
        assert "You don't get the e-blast yet" in refusal.text
        assert await rows("members", "forms") == {"members": 0, "forms": 0}
