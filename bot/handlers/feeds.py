"""A calendar that updates itself: what its link gives away, the link, and an end to it."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.library import Library
from bot.context import Context
from bot.handlers.keyboards import private_link
from bot.models import Button, Keyboard
from bot.services.upkeep import KEEP_CALENDAR_LINKS

ABOUT = r"^feed:about$"
MAKE = r"^feed:(make|new)$"
OFF = r"^feed:off$"
PUBLIC = r"^feed:public$"


def feed_button(context: Context) -> Keyboard:
    """Return the way here, for other screens; nothing where no web server is configured."""
    if not (context.in_private and context.services.feeds.are_offered):
        return ()
    return ((context.button("feed", "feed:about"),),)


async def about(_: Update, context: Context) -> None:
    """Say what a link gives away, before there is one."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
        await context.answer()
        return
    read_on = await context.services.feeds.last_read(context.chat.id)
    mine = _own(context) if read_on else ((context.button("feed_make", "feed:make"),),)
    public = (context.button("feed_public", "feed:public"),)
    await context.show(
        "public/feed_about",
        keyboard=(*mine, public, _to_events(context)),
        read_on=read_on,
        keep_days=KEEP_CALENDAR_LINKS.days,
    )
    await context.answer()


async def make(_: Update, context: Context) -> None:
    """Make a link and show it, once; the one before stops."""
    if not context.in_private:
        await about(_, context)
        return
    link = await context.services.feeds.make_link(context.chat.id, context.language)
    await context.show(
        "public/feed_link",
        keyboard=(*_own(context), _to_events(context)),
        link=link,
        is_new=context.pressed[1] == "new",
    )
    await context.answer()


async def off(_: Update, context: Context) -> None:
    """End the link."""
    await context.services.feeds.switch_off(context.chat.id)
    await context.show("public/feed_off", keyboard=(_to_events(context),))
    await context.answer()


async def public(_: Update, context: Context) -> None:
    """Show the link that says nothing about anybody."""
    link = context.services.feeds.public_link(context.language)
    back = (context.button("back", "feed:about"),)
    await context.show("public/feed_public", keyboard=(back,), link=link)
    await context.answer()


def _own(context: Context) -> Keyboard:
    return (
        (context.button("feed_new", "feed:new"),),
        (context.button("feed_off", "feed:off", "danger"),),
    )


def _to_events(context: Context) -> tuple[Button, ...]:
    return (context.button("event_all", "events:list:soon:any"),)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(about, pattern=ABOUT),
        CallbackQueryHandler(make, pattern=MAKE),
        CallbackQueryHandler(off, pattern=OFF),
        CallbackQueryHandler(public, pattern=PUBLIC),
    ]
