"""Events for people: what comes, one of them closely, its calendar file, the next ECHO."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from telegram import InputFile, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.dates import month_text, short_date_text
from bot.content.ics import CalendarFile
from bot.content.library import Library
from bot.context import Context
from bot.handlers.feeds import feed_button
from bot.models import Button, Keyboard, Lane
from bot.models.events import EventKind, Occurrence, Reminder
from bot.services.calendar import View

MOST_SHOWN = 10  # in one message
MOST_CHARACTERS = 40  # of a title on a button
_KINDS = "|".join(EventKind)
DATE = r"\d{1,9}:\d{4}-\d\d-\d\d"
LIST = rf"^events:list:(soon|\d{{4}}-\d\d):(any|{_KINDS})$"
ONE = rf"^events:(one|look):{DATE}$"
FILE = rf"^events:file:{DATE}$"
SERIES = r"^events:series:\d{1,9}$"


async def events(_: Update, context: Context) -> None:
    """Show what comes within two weeks, as the beginning of looking around."""
    await _show_list(context, None, None)


async def list_(_: Update, context: Context) -> None:
    """Show another month or kind in place."""
    window, kind = context.pressed[2:]
    month = None if window == "soon" else date.fromisoformat(f"{window}-01")
    await _show_list(context, month, None if kind == "any" else EventKind(kind))


async def next_echo(_: Update, context: Context) -> None:
    """Tell about the next session, or plainly that none is known."""
    session = await context.services.calendar.next_of(EventKind.ECHO)
    propose = ((context.button("echo_propose", "case:propose"),),) if context.in_private else ()
    keyboard = (*one_buttons(context, session, None), *propose) if session else ()
    await context.reply(
        "public/next_echo",
        keyboard=keyboard,
        own_zone=await own_zone(context),
        **context.services.library.echo.values(context.language, session),
    )


async def one(_: Update, context: Context) -> None:
    """Show one event: in place of a list, or below a reminder."""
    event_id, on = named(context)
    asked = await context.services.reminders.find(context.chat.id, event_id, on)
    values = {
        "occurrence": asked.occurrence,
        "reminder": asked.reminder,
        "own_zone": await own_zone(context),
    }
    keyboard = one_buttons(context, asked.occurrence, asked.reminder)
    if context.pressed[1] == "look":
        await context.reply("public/event", keyboard=keyboard, **values)
    else:
        await context.show("public/event", keyboard=keyboard, **values)
    await context.answer()


async def file_of_date(_: Update, context: Context) -> None:
    """Send the calendar file of one date."""
    event_id, on = named(context)
    await _send(
        context, await context.services.calendar.file_of_date(event_id, on, context.language)
    )


async def file_of_series(_: Update, context: Context) -> None:
    """Send the calendar file of a whole series."""
    number = int(context.pressed[2])
    await _send(context, await context.services.calendar.file_of_series(number, context.language))


def named(context: Context) -> tuple[int, date]:
    """Return the event and the date that a button names."""
    return int(context.pressed[2]), date.fromisoformat(context.pressed[3])


async def own_zone(context: Context) -> ZoneInfo | None:
    """Return the zone that a member chose, None for anybody else."""
    return await context.services.members.zone_of(context.chat.id)


def one_buttons(context: Context, occurrence: Occurrence, reminder: Reminder | None) -> Keyboard:
    """Return what can be done with an event."""
    where = f"{occurrence.event.event_id}:{occurrence.on}"
    rows: list[tuple[Button, ...]] = []
    if occurrence.starts_at > context.services.clock.now() and not occurrence.is_cancelled:
        label = "reminder_change" if reminder else "reminder_ask"
        rows.append((context.button(label, f"remind:when:{where}", "primary"),))
        rows.append((context.button("coming", f"coming:ask:{where}"),))
    rows.append((context.button("event_calendar", f"events:file:{where}"),))
    if occurrence.schedule.rule is not None:
        number = occurrence.event.event_id
        rows.append((context.button("event_calendar_series", f"events:series:{number}"),))
    rows += feed_button(context)
    rows.append((context.button("event_all", "events:list:soon:any"),))
    return tuple(rows)


async def _show_list(context: Context, month: date | None, kind: EventKind | None) -> None:
    view = await context.services.calendar.look(month, kind)
    await context.show(
        "public/events",
        keyboard=_list_buttons(context, view, month, kind),
        found=view.found[:MOST_SHOWN],
        left=max(0, len(view.found) - MOST_SHOWN),
        month=month,
        kind=kind,
        own_zone=await own_zone(context),
        meeting_known=EventKind.MEETING in view.kinds,
        countdown=None if month or kind else view.countdown,
    )
    await context.answer()


def _list_buttons(
    context: Context, view: View, month: date | None, kind: EventKind | None
) -> Keyboard:
    """Return the events, then the other months and the other kinds."""
    window, chosen = f"{month:%Y-%m}" if month else "soon", kind or "any"
    rows: list[tuple[Button, ...]] = [
        (Button(_title(context, each), data=f"events:one:{each.event.event_id}:{each.on}"),)
        for each in view.found[:MOST_SHOWN]
    ]
    others = [context.button("events_soon", f"events:list:soon:{chosen}")] if month else []
    others += [
        Button(month_text(each, context.language), data=f"events:list:{each:%Y-%m}:{chosen}")
        for each in view.months
        if each != month
    ]
    others += [
        context.button(f"event_{each}", f"events:list:{window}:{each}")
        for each in view.kinds
        if each is not kind
    ]
    if kind:
        others.append(context.button("events_any", f"events:list:{window}:any"))
    rows += [tuple(others[n : n + 2]) for n in range(0, len(others), 2)]
    rows += feed_button(context)
    return tuple(rows)


def _title(context: Context, occurrence: Occurrence) -> str:
    day = short_date_text(occurrence.day, context.language)
    title = occurrence.title(context.language)
    short = title if len(title) <= MOST_CHARACTERS else f"{title[: MOST_CHARACTERS - 1]}…"
    return f"{day} · {short}"


async def _send(context: Context, file: CalendarFile) -> None:
    caption = context.label("event_calendar_how")
    await context.bot.send_document(
        context.chat.id,
        InputFile(file.data, filename=file.name),
        caption=caption,
        message_thread_id=context.thread_id,
        rate_limit_args=Lane.REPLY,
    )
    await context.answer()


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("nextecho", next_echo, filters=new),
        CommandHandler("events", events, filters=new),
        CallbackQueryHandler(list_, pattern=LIST),
        CallbackQueryHandler(one, pattern=ONE),
        CallbackQueryHandler(file_of_date, pattern=FILE),
        CallbackQueryHandler(file_of_series, pattern=SERIES),
    ]
