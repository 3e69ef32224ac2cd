"""When a draft goes out: by hand, at a time, or before the next ECHO session."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.clock import local_instant
from bot.content.dates import datetime_text
from bot.content.library import Library
from bot.context import Context
from bot.errors import Refusal
from bot.handlers import broadcast_panel as panel
from bot.models import Button, Keyboard
from bot.services.announcements import Asked

WHEN = r"^draft:when:\d+$"
BY_HAND = r"^draft:by-hand:\d+$"
AT = r"^draft:at:\d+:\d{1,11}$"  # seconds since 1970
BEFORE_ECHO = r"^draft:echo:\d+:\d{1,11}:\d{1,5}$"  # of which session, minutes before
OFFERED_HOURS = (9, 12, 17)  # of today and tomorrow
BEFORE = {1440: "echo_day_before", 60: "echo_hour_before"}  # minutes before a session


async def choose(_: Update, context: Context) -> None:
    """Offer times."""
    number = _number(context)
    overview = await context.services.broadcasts.overview(number)
    session = context.services.library.echo.next_session(context.services.clock.now())
    await context.show(
        "staff/draft_when",
        keyboard=_choices(context, number),
        broadcast=overview.broadcast,
        session=session,
        zone=context.services.editions.schedule.zone,
    )
    await context.answer()


async def by_hand(_: Update, context: Context) -> None:
    """Let it go out when staff send it."""
    changed = await context.services.announcements.set_time(_number(context), None)
    await panel.show_changed(context, changed)


async def at(_: Update, context: Context) -> None:
    """Let it go out at a time that was offered."""
    instant = datetime.fromtimestamp(int(context.pressed[3]), UTC)
    changed = await context.services.announcements.set_time(_number(context), instant)
    await panel.show_changed(context, changed)


async def before_echo(_: Update, context: Context) -> None:
    """Let it go out some time before a session, if that is still the next one."""
    number = _number(context)
    starts_at = datetime.fromtimestamp(int(context.pressed[3]), UTC)
    minutes = int(context.pressed[4])
    session = context.services.library.echo.next_session(context.services.clock.now())
    if session is None or session.starts_at != starts_at:
        raise Refusal("staff/echo_moved")
    occasion = f"echo:{starts_at.astimezone(session.zone).date()}:-{minutes}"
    changed = await context.services.announcements.set_time(
        number, starts_at - timedelta(minutes=minutes), occasion
    )
    await panel.show_changed(context, changed)


def _choices(context: Context, number: int) -> Keyboard:
    now, zone = context.services.clock.now(), context.services.editions.schedule.zone
    offered = [
        local_instant(context.today + timedelta(days=days), time(hour), zone)
        for days in (0, 1)
        for hour in OFFERED_HOURS
    ]
    times = tuple((_at_button(context, number, instant),) for instant in offered if instant > now)
    session = context.services.library.echo.next_session(now)
    echo = tuple(
        (context.button(label, f"draft:echo:{number}:{_seconds(session.starts_at)}:{minutes}"),)
        for minutes, label in BEFORE.items()
        if session and session.starts_at - timedelta(minutes=minutes) > now
    )
    return (
        (context.button("time_by_hand", f"draft:by-hand:{number}"),),
        *times,
        *echo,
        (context.button("time_typed", f"draft:ask:{number}:{Asked.TIME}"),),
        (context.button("back", f"blast:show:{number}"),),
    )


def _at_button(context: Context, number: int, instant: datetime) -> Button:
    zone = context.services.editions.schedule.zone
    text = datetime_text(instant, context.language, zone)
    return Button(text, data=f"draft:at:{number}:{_seconds(instant)}")


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _number(context: Context) -> int:
    context.services.staff.require(context.person.id)
    return int(context.pressed[2])


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(choose, pattern=WHEN),
        CallbackQueryHandler(by_hand, pattern=BY_HAND),
        CallbackQueryHandler(at, pattern=AT),
        CallbackQueryHandler(before_echo, pattern=BEFORE_ECHO),
    ]
