"""Many reminders that are due in one minute, at Telegram's pace; help waits for none of them."""

from datetime import UTC, date, datetime, timedelta

import pytest

import scheduler
from bot.models import Language
from bot.models.events import Reminder

STARTS_AT = datetime(2026, 12, 8, 16, tzinfo=UTC)
MANY = 150  # at 30 a second these are five seconds


@pytest.mark.parametrize("paced", [True])
async def test_help_comes_at_once_in_the_middle_of_many_reminders(
    talk, running, app, sandbox, clock, add_event, nia
):
    clock.move_to(STARTS_AT - timedelta(hours=1))
    event = await add_event("Street talk", date(2026, 12, 8))
    crowd = [sandbox.person(f"Neighbor {number}") for number in range(MANY)]
    for person in crowd:
        person.account.started = True

    def ask(t):
        for person in crowd:
            wish = Reminder(
                0,
                event.event_id,
                date(2026, 12, 8),
                person.id,
                Language.EN,
                60,
                False,
                clock.now(),
            )
            t.reminders.put(wish, STARTS_AT + timedelta(hours=1))

    await app.database.write(ask)
    await scheduler.remind(app.services, app.courier.wake)
    await crowd[20].expect("Street talk", within=10)
    asked_at = clock.monotonic()
    await nia.send("/overdose")
    await nia.expect("911", within=5)
    waited = clock.monotonic() - asked_at
    got = sum(len(person.messages) for person in crowd)
    assert got < MANY - 20, "the reminders were over already"
    assert waited < 1
    await running.outbox_empty(within=20)
    assert [len(person.messages) for person in crowd] == [1] * MANY
    assert sandbox.limits.refused == 0
