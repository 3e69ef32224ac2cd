"""The other front door: the clock. Jobs are short; what is due is in the database."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.errors import StorageUnavailableError
from bot.services import Services

log = logging.getLogger(__name__)

TICK_SECONDS = 1
BEAT_SECONDS = 60
LATE_SECONDS = 20
CLEAN_SECONDS = 6 * 3600
SET_BACK_SECONDS = 5.0  # a clock that loses more than that at once was set back

Job = Callable[[], Awaitable[object]]


class _Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """So many seconds after the last time.

    APScheduler's own interval trigger lists every time that was missed: a small computer whose
    clock jumps from 1970 to today would be busy with that for hours.
    """

    def __init__(self, seconds: int) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, _: datetime | None, now: datetime) -> datetime:
        return now + self._interval


def build(services: Services, wake_courier: Callable[[], None]) -> AsyncIOScheduler:
    """Return the scheduler with all jobs, not started.

    A job that is late runs all the same, once: APScheduler's own grace of a second would drop it.
    """
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    jobs: dict[str, tuple[Job, int]] = {
        "tick": (partial(tick, services, wake_courier), TICK_SECONDS),
        "beat": (services.upkeep.beat, BEAT_SECONDS),
        "late timers": (services.overdose.catch_up, LATE_SECONDS),
        "reminders": (partial(remind, services, wake_courier), TICK_SECONDS),
        "late reminders": (services.reminders.catch_up, LATE_SECONDS),
        "clean": (services.upkeep.clean, CLEAN_SECONDS),
        "clean cases": (services.case_watch.clean, CLEAN_SECONDS),
    }
    for name, (job, seconds) in jobs.items():
        scheduler.add_job(partial(guarded, job, name), _Every(seconds), id=name)
    return scheduler


async def watch_clock(
    scheduler: AsyncIOScheduler, services: Services, wake_courier: Callable[[], None]
) -> None:
    """Notice a clock that is set back: jobs and deliveries were planned by the old one."""
    clock = services.clock
    lost = timedelta()
    while True:
        wall, began_at = clock.now(), clock.monotonic()
        await clock.sleep(TICK_SECONDS)
        step = wall + timedelta(seconds=clock.monotonic() - began_at) - clock.now()
        if step > timedelta(seconds=SET_BACK_SECONDS):
            lost += step
        if not lost:
            continue
        for job in scheduler.get_jobs():
            job.reschedule(job.trigger)
        try:
            await services.upkeep.clock_set_back(lost)
        except StorageUnavailableError as error:
            log.error("What is due cannot follow the clock yet: %s", error)  # noqa: TRY400 - expected
        else:
            lost = timedelta()
            wake_courier()


async def tick(services: Services, wake_courier: Callable[[], None]) -> None:
    """Start what is due, show how far it is, look after cases, places and answers."""
    ticks = (
        services.slots.tick,
        services.progress.tick,
        services.case_watch.tick,
        services.sitechecks.tick,
        services.reviews.tick,
        services.feedback.tick,
        services.headcounts.tick,
        services.occasions.tick,
    )
    if any([await each() for each in ticks]):
        wake_courier()


async def remind(services: Services, wake_courier: Callable[[], None]) -> None:
    """Hand the reminders that are due to the outbox, and places to the next in line."""
    if await services.reminders.tick() | await services.attending.tick():
        wake_courier()


async def guarded(job: Job, name: str) -> None:
    """Run a job; without a database there is nothing to do until the next time."""
    try:
        await job()
    except StorageUnavailableError as error:
        log.error("The job %s found no database: %s", name, error)  # noqa: TRY400 - expected
