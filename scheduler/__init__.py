"""The other front door: the clock. Jobs are short; what is due is in the database."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import StorageUnavailableError
from bot.services import Services

log = logging.getLogger(__name__)

TICK_SECONDS = 1
BEAT_SECONDS = 60
LATE_SECONDS = 20
CLEAN_SECONDS = 6 * 3600

Job = Callable[[], Awaitable[object]]


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
        "clean": (services.upkeep.clean, CLEAN_SECONDS),
    }
    for name, (job, seconds) in jobs.items():
        scheduler.add_job(partial(guarded, job, name), "interval", id=name, seconds=seconds)
    return scheduler


async def tick(services: Services, wake_courier: Callable[[], None]) -> None:
    """Start editions whose slot has come and show how far those under way are."""
    if await services.slots.tick() | await services.progress.tick():
        wake_courier()


async def guarded(job: Job, name: str) -> None:
    """Run a job; without a database there is nothing to do until the next time."""
    try:
        await job()
    except StorageUnavailableError as error:
        log.error("The job %s found no database: %s", name, error)  # noqa: TRY400 - expected
