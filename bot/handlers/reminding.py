"""Reminders of events: how long before, again in a while, every time, or not any more."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.library import Library
from bot.context import Context
from bot.handlers.events import DATE, named, own_zone
from bot.handlers.keyboards import private_link
from bot.models import Button, Keyboard
from bot.services.reminders import CHOICES, MORE_CHOICES, Asked

WHEN = rf"^remind:(when|more):{DATE}$"
SET = rf"^remind:set:{DATE}:\d{{1,5}}$"
EVERY = rf"^remind:every:{DATE}:(yes|no)$"
SNOOZE = rf"^remind:snooze:{DATE}:\d{{1,3}}$"
OFF = rf"^remind:off:{DATE}$"


async def when(_: Update, context: Context) -> None:
    """Offer how long before; a group is not a place for one person's reminders."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
        await context.answer()
        return
    event_id, on = named(context)
    asked = await context.services.reminders.find(context.chat.id, event_id, on)
    await _show(context, asked, more=context.pressed[1] == "more")


async def set_(_: Update, context: Context) -> None:
    """Remind so long before."""
    event_id, on = named(context)
    asked = await context.services.reminders.ask(
        context.chat.id, context.language, event_id, on, int(context.pressed[4])
    )
    await _show(context, asked)


async def every(_: Update, context: Context) -> None:
    """Remind of the dates that follow, too, or of this one only."""
    event_id, on = named(context)
    asked = await context.services.reminders.every_time(
        context.chat.id, event_id, on, every=context.pressed[4] == "yes"
    )
    await _show(context, asked)


async def snooze(_: Update, context: Context) -> None:
    """Remind again in a while."""
    event_id, on = named(context)
    minutes = int(context.pressed[4])
    await context.services.reminders.snooze(context.chat.id, event_id, on, minutes)
    await context.answer("reminder_again", minutes=minutes)


async def off(_: Update, context: Context) -> None:
    """Remind not any more."""
    event_id, on = named(context)
    await context.services.reminders.off(context.chat.id, event_id, on)
    await context.answer("reminder_is_off")


async def off_here(_: Update, context: Context) -> None:
    """Remind not any more, from the screen that shows it."""
    event_id, on = named(context)
    await _show(context, await context.services.reminders.off(context.chat.id, event_id, on))


async def _show(context: Context, asked: Asked, *, more: bool = False) -> None:
    await context.show(
        "public/event_remind",
        keyboard=_buttons(context, asked, more=more),
        occurrence=asked.occurrence,
        reminder=asked.reminder,
        own_zone=await own_zone(context),
    )
    await context.answer()


def _buttons(context: Context, asked: Asked, *, more: bool) -> Keyboard:
    occurrence, reminder = asked.occurrence, asked.reminder
    where = f"{occurrence.event.event_id}:{occurrence.on}"
    now = context.services.clock.now()
    rows: list[tuple[Button, ...]] = [
        (_choice(context, where, minutes, chosen=bool(reminder and reminder.minutes == minutes)),)
        for minutes in (MORE_CHOICES if more else CHOICES)
        if occurrence.remind_at(minutes) > now
    ]
    if not more:
        rows.append((context.button("reminder_other", f"remind:more:{where}"),))
    if reminder:
        if occurrence.schedule.rule is not None:
            label, word = ("reminder_once", "no") if reminder.every else ("reminder_every", "yes")
            rows.append((context.button(label, f"remind:every:{where}:{word}"),))
        rows.append((context.button("reminder_off", f"remind:off-here:{where}"),))
    rows.append((context.button("back", f"events:one:{where}"),))
    return tuple(rows)


def _choice(context: Context, where: str, minutes: int, *, chosen: bool) -> Button:
    style = "success" if chosen else ""
    return context.button(f"before_{minutes}", f"remind:set:{where}:{minutes}", style)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(when, pattern=WHEN),
        CallbackQueryHandler(set_, pattern=SET),
        CallbackQueryHandler(every, pattern=EVERY),
        CallbackQueryHandler(snooze, pattern=SNOOZE),
        CallbackQueryHandler(off, pattern=OFF),
        CallbackQueryHandler(off_here, pattern=rf"^remind:off-here:{DATE}$"),
    ]
