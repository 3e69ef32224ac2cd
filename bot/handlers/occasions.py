"""Days that the task force prepares for: staff see what is ready and put it into the e-blast."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.library import Library
from bot.context import Context
from bot.models import Button, ItemState
from bot.services.occasions import View

LOOK = r"^occasion:look:[\w-]{1,20}$"
PUT = r"^occasion:put:[\w-]{1,20}:[\w-]{1,20}$"


async def look(_: Update, context: Context) -> None:
    """Show what is ready for a day."""
    context.services.staff.require(context.person.id)
    await _show(context, await context.services.occasions.look(context.pressed[2]))


async def put(_: Update, context: Context) -> None:
    """Put one piece of news into the e-blast in work."""
    context.services.staff.require(context.person.id)
    key, item_key = context.pressed[2:]
    await _show(context, await context.services.occasions.put(key, item_key, context.person.id))


async def _show(context: Context, view: View) -> None:
    key = view.countdown.occasion.key
    rows: list[tuple[Button, ...]] = []
    for number, each in enumerate(view.ready, 1):
        if each.item is None or each.item.state is ItemState.REMOVED:
            data = f"occasion:put:{key}:{each.news.key}"
            rows.append((context.button("occasion_put", data, "primary", number=number),))
        elif each.item.state is ItemState.OPEN:
            data = f"item:show:{each.item.item_id}"
            rows.append((context.button("occasion_change", data, number=number),))
    rows.append((context.button("staff_items", "item:list"),))
    await context.show("staff/occasion", view=view, keyboard=tuple(rows))
    await context.answer()


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(look, pattern=LOOK),
        CallbackQueryHandler(put, pattern=PUT),
    ]
