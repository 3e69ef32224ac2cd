"""When a broadcast goes out: by hand, at a time, before an ECHO session; the e-blast is moved."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.clock import local_instant
from bot.content.dates import datetime_text
from bot.content.library import Library
from bot.context import Context
from bot.errors import Refusal
from bot.handlers import broadcast_panel as panel
from bot.models import BroadcastKind, Button, Keyboard
from bot.models.events import EventKind, Occurrence
from bot.services.times import TIME, Timing

WHEN = r"^draft:when:\d+$"
BY_HAND = r"^draft:by-hand:\d+$"
AT = r"^draft:at:\d+:\d{1,11}$"  # seconds since 1970
BEFORE_ECHO = r"^draft:echo:\d+:\d{1,11}:\d{1,5}$"  # of which session, minutes before
ASK = rf"^draft:ask:\d+:{TIME}$"
OFFERED_HOURS = (9, 12, 17)  # of today and tomorrow, or of the planned day and the next
BEFORE = {1440: "echo_day_before", 60: "echo_hour_before"}  # minutes before a session


async def choose(_: Update, context: Context) -> None:
    """Offer times."""
    timing = await context.services.times.of(context.staff_number())
    is_edition = timing.broadcast.kind is BroadcastKind.EDITION
    session = await context.services.calendar.next_of(EventKind.ECHO)
    await context.show(
        "staff/draft_when",
        keyboard=_choices(context, timing, session),
        broadcast=timing.broadcast,
        session=None if is_edition else session,
        before=timing.before,
        zone=_zone(context),
    )
    await context.answer()


async def by_hand(_: Update, context: Context) -> None:
    """Let it go out when staff send it."""
    number, person_id = context.staff_number(), context.person.id
    changed = await context.services.times.set(number, person_id, None)
    await panel.show_changed(context, changed)


async def at(_: Update, context: Context) -> None:
    """Let it go out at a time that was offered."""
    instant = datetime.fromtimestamp(int(context.pressed[3]), UTC)
    number, person_id = context.staff_number(), context.person.id
    changed = await context.services.times.set(number, person_id, instant)
    await panel.show_changed(context, changed)


async def before_echo(_: Update, context: Context) -> None:
    """Let it go out some time before a session, if that is still the next one."""
    number = context.staff_number()
    starts_at = datetime.fromtimestamp(int(context.pressed[3]), UTC)
    minutes = int(context.pressed[4])
    session = await context.services.calendar.next_of(EventKind.ECHO)
    if session is None or session.starts_at != starts_at:
        raise Refusal("staff/echo_moved")
    occasion = f"event:{session.event.event_id}:{session.on}:-{minutes}"
    changed = await context.services.times.set(
        number, context.person.id, starts_at - timedelta(minutes=minutes), occasion
    )
    await panel.show_changed(context, changed)


async def ask(_: Update, context: Context) -> None:
    """Ask for a time: the next message is it."""
    number = context.staff_number()
    timing = await context.services.times.ask(context.chat.id, context.person.id, number)
    cancel = ((context.button("cancel", f"draft:cancel:{number}"),),)
    await context.reply(
        "staff/time_ask",
        keyboard=cancel,
        now=context.services.clock.now(),
        before=timing.before,
        zone=_zone(context),
    )
    await context.answer()


async def continue_form(context: Context) -> bool:
    """Take a message as the time that was asked for; return False if none was."""
    chat_id, person_id, times = context.chat.id, context.person.id, context.services.times
    if not await times.is_asked(chat_id, person_id):
        return False
    text = context.message.text or context.message.caption or ""
    changed = await times.answer(chat_id, person_id, text, context.language)
    if changed is not None:
        await panel.show_changed(context, changed)
    return True


def _choices(context: Context, timing: Timing, session: Occurrence | None) -> Keyboard:
    number = timing.broadcast.broadcast_id
    is_edition = timing.broadcast.kind is BroadcastKind.EDITION
    by_hand_ = ((context.button("time_by_hand", f"draft:by-hand:{number}"),),)
    skip = ((context.button("blast_skip", f"blast:skip:{number}"),),)
    times = tuple((_at_button(context, number, instant),) for instant in _offered(context, timing))
    return (
        *(() if is_edition else by_hand_),
        *times,
        *(() if is_edition else _echo_buttons(context, number, session)),
        (context.button("time_typed", f"draft:ask:{number}:{TIME}"),),
        *(skip if is_edition else ()),
        (context.button("back", f"blast:show:{number}"),),
    )


def _offered(context: Context, timing: Timing) -> list[datetime]:
    """Return hours of today and tomorrow; of an edition those about its planned day."""
    now, zone, planned = context.services.clock.now(), _zone(context), timing.broadcast.slot_at
    first = context.today
    if timing.before is not None and planned is not None:
        first = max(first, planned.astimezone(zone).date())
    hours = [
        local_instant(first + timedelta(days=days), time(hour), zone)
        for days in (0, 1)
        for hour in OFFERED_HOURS
    ]
    last = timing.before or hours[-1] + timedelta(days=1)
    return [each for each in hours if now < each < last and each != planned]


def _echo_buttons(context: Context, number: int, session: Occurrence | None) -> Keyboard:
    now = context.services.clock.now()
    return tuple(
        (context.button(label, f"draft:echo:{number}:{_seconds(session.starts_at)}:{minutes}"),)
        for minutes, label in BEFORE.items()
        if session and session.starts_at - timedelta(minutes=minutes) > now
    )


def _at_button(context: Context, number: int, instant: datetime) -> Button:
    text = datetime_text(instant, context.language, _zone(context))
    return Button(text, data=f"draft:at:{number}:{_seconds(instant)}")


def _zone(context: Context) -> ZoneInfo:
    return context.services.editions.schedule.zone


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(choose, pattern=WHEN),
        CallbackQueryHandler(by_hand, pattern=BY_HAND),
        CallbackQueryHandler(at, pattern=AT),
        CallbackQueryHandler(before_echo, pattern=BEFORE_ECHO),
        CallbackQueryHandler(ask, pattern=ASK),
    ]
