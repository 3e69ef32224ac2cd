"""Coming to an event: in person or online, a place in line, an offer, and not after all."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.library import Library
from bot.context import Context
from bot.handlers.events import DATE, named, own_zone
from bot.handlers.feeds import feed_button
from bot.handlers.keyboards import private_link
from bot.models import Keyboard
from bot.models.events import Standing, Way
from bot.services.attending import Place, ways_of

ASK = rf"^coming:ask:{DATE}$"
COME = rf"^coming:(yes):{DATE}:({'|'.join(Way)})$"
LEAVE = rf"^coming:leave:{DATE}$"
ACCEPT = rf"^coming:accept:{DATE}$"


async def ask(_: Update, context: Context) -> None:
    """Show whether one comes, and what can be chosen; a group has no place of its own."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
        await context.answer()
        return
    await _show(context, await context.services.attending.find(context.chat.id, *named(context)))


async def come(_: Update, context: Context) -> None:
    """Take a place, or stand in line."""
    event_id, on = named(context)
    way = Way(context.pressed[4])
    place = await context.services.attending.come(
        context.chat.id, context.language, event_id, on, way
    )
    await _show(context, place)


async def leave(_: Update, context: Context) -> None:
    """Give the place back."""
    place = await context.services.attending.leave(context.chat.id, *named(context))
    context.wake_courier()
    await _show(context, place)


async def accept(_: Update, context: Context) -> None:
    """Take the place that was offered."""
    await _show(context, await context.services.attending.accept(context.chat.id, *named(context)))


async def _show(context: Context, place: Place) -> None:
    await context.show(
        "public/event_coming",
        keyboard=_buttons(context, place),
        place=place,
        occurrence=place.occurrence,
        own_zone=await own_zone(context),
    )
    await context.answer()


def _buttons(context: Context, place: Place) -> Keyboard:
    where = f"{place.occurrence.event.event_id}:{place.occurrence.on}"
    mine = place.mine
    ways = [way for way in ways_of(place.occurrence) if mine is None or mine.way is not way]
    rows = [
        (context.button(f"coming_{way.name.lower()}", f"coming:yes:{where}:{way}"),)
        for way in ways
    ]
    if mine is not None and mine.standing is Standing.OFFERED:
        rows = [(context.button("offer_take", f"coming:accept:{where}", "success"),)]
    if mine is not None:
        rows.append((context.button("not_coming", f"coming:leave:{where}"),))
    link = feed_button(context) if mine is not None else ()
    return (*rows, *link, (context.button("back", f"events:one:{where}"),))


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(ask, pattern=ASK),
        CallbackQueryHandler(come, pattern=COME),
        CallbackQueryHandler(leave, pattern=LEAVE),
        CallbackQueryHandler(accept, pattern=ACCEPT),
    ]
