"""After events, for staff: what was, how many came, and after which kinds the bot asks."""

from datetime import date
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.dates import short_date_text
from bot.content.library import Library
from bot.context import Context
from bot.models import Button, Keyboard
from bot.models.events import EventKind, Way
from bot.services.headcounts import Past, quick_buttons, where

SHOWN = 20  # events in the list
SHOWN_CHARACTERS = 34  # of a title in the list
ON = r"\d{1,9}:\d{4}-\d\d-\d\d"  # an event and a date of it
PAST = r"^after:past$"
SHOW = rf"^after:(show|again|dismiss):{ON}$"
COUNT = rf"^after:count:{ON}:({'|'.join(Way)}):\d{{1,6}}$"
ASK = rf"^after:ask:{ON}$"
STOP = rf"^after:stop:{ON}$"
KINDS = r"^after:kinds$"
KIND = rf"^after:kind:({'|'.join(EventKind)})$"


def named(context: Context) -> tuple[int, date]:
    """Return the event and the date that a button of staff names."""
    return context.staff_number(), date.fromisoformat(context.pressed[3])


async def list_past(_: Update, context: Context) -> None:
    """List what was in the last weeks, with how many came."""
    context.services.staff.require(context.person.id)
    found = await context.services.headcounts.list_past()
    rows = tuple(
        (Button(_title(context, each), data=f"after:show:{where(each.occurrence)}"),)
        for each in found[:SHOWN]
    )
    more = (
        context.button("section_trainings", "training:year:0"),
        context.button("event_all", "plan:list"),
    )
    await context.show("staff/events_past", keyboard=(*rows, more), found=found)
    await context.answer()


async def show(_: Update, context: Context) -> None:
    """Show what was, with the likely numbers where nobody has counted or it is counted again."""
    event_id, on = named(context)
    past = await context.services.headcounts.get(event_id, on)
    verb = context.pressed[1]
    await show_past(context, past, again=verb == "again", dismissed=verb == "dismiss")


async def count(_: Update, context: Context) -> None:
    """Keep a number from a button."""
    event_id, on = named(context)
    number = int(context.pressed[5])
    is_online = Way(context.pressed[4]) is Way.ONLINE
    counts = (None, number) if is_online else (number, None)
    past = await context.services.headcounts.count(event_id, on, counts, context.person.id)
    await show_past(context, past)


async def ask(_: Update, context: Context) -> None:
    """Ask for a number: the next message is it."""
    event_id, on = named(context)
    past = await context.services.headcounts.ask(context.chat.id, context.person.id, event_id, on)
    cancel = ((context.button("cancel", f"after:stop:{event_id}:{on}"),),)
    await context.reply("staff/count_how", occurrence=past.occurrence, keyboard=cancel)
    await context.answer()


async def stop(_: Update, context: Context) -> None:
    """Stop waiting for a number."""
    event_id, on = named(context)
    await context.services.headcounts.close_form(context.chat.id, context.person.id)
    await show_past(context, await context.services.headcounts.get(event_id, on))


async def continue_form(context: Context) -> bool:
    """Take a message as the number that was asked for; return False if none was."""
    text = context.message.text or context.message.caption or ""
    past = await context.services.headcounts.answer(context.chat.id, context.person.id, text)
    if past is None:
        return False
    await show_past(context, past)
    return True


async def choose_kinds(_: Update, context: Context) -> None:
    """Show after which kinds of events the bot asks."""
    context.services.staff.require(context.person.id)
    await _show_kinds(context, await context.services.headcounts.kinds())


async def toggle_kind(_: Update, context: Context) -> None:
    """Ask after events of a kind, or not any more."""
    context.services.staff.require(context.person.id)
    kind = EventKind(context.pressed[2])
    await _show_kinds(context, await context.services.headcounts.toggle_kind(kind))


async def show_past(
    context: Context, past: Past, *, again: bool = False, dismissed: bool = False
) -> None:
    """Show an event on a date that is over, with what staff can do about it."""
    keyboard = _buttons(context, past, again=again, dismissed=dismissed)
    await context.show("staff/event_past_date", past=past, dismissed=dismissed, keyboard=keyboard)
    await context.answer()


def _buttons(context: Context, past: Past, *, again: bool, dismissed: bool) -> Keyboard:
    here = where(past.occurrence)
    other = context.button("count_other", f"after:ask:{here}")
    rows: list[tuple[Button, ...]] = []
    if again or (past.count is None and not dismissed):
        rows += quick_buttons(context.words, context.language, past.occurrence, past.said)
        rows.append((other,))
    else:
        label = "count_change" if past.count else "count_after_all"
        rows.append((context.button(label, f"after:again:{here}"),))
    if past.training is not None:
        data = f"training:show:{past.training.training_id}"
        rows.append((context.button("training_record", data, "primary"),))
    if past.afterword is not None:
        rows.append((context.button("afterword_look", f"after:look:{here}"),))
    elif past.has_come:
        rows.append((context.button("afterword_write", f"after:write:{here}"),))
    rows.append((context.button("events_past", "after:past"),))
    return tuple(rows)


async def _show_kinds(context: Context, kinds: frozenset[EventKind]) -> None:
    rows = tuple(
        (
            Button(
                f"{'✅' if kind in kinds else '⬜'} {context.label(f'event_{kind}')}",
                data=f"after:kind:{kind}",
            ),
        )
        for kind in EventKind
    )
    back = (context.button("events_past", "after:past"),)
    await context.show("staff/count_kinds", keyboard=(*rows, back))
    await context.answer()


def _title(context: Context, past: Past) -> str:
    day = short_date_text(past.occurrence.day, context.language)
    title = past.occurrence.title(context.language)
    short = title if len(title) <= SHOWN_CHARACTERS else f"{title[: SHOWN_CHARACTERS - 1]}…"
    shown = "?" if past.count is None else str(past.count.total)
    return f"{day} · {shown} · {short}"


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(list_past, pattern=PAST),
        CallbackQueryHandler(show, pattern=SHOW),
        CallbackQueryHandler(count, pattern=COUNT),
        CallbackQueryHandler(ask, pattern=ASK),
        CallbackQueryHandler(stop, pattern=STOP),
        CallbackQueryHandler(choose_kinds, pattern=KINDS),
        CallbackQueryHandler(toggle_kind, pattern=KIND),
    ]
