"""Is it still right? Staff and contacts of places answer with one tap."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler
from telegram.helpers import create_deep_linked_url

from bot.content.library import Library
from bot.context import Context
from bot.handlers import site_panel as panel
from bot.handlers import wrong
from bot.handlers.site_edit import DAYS
from bot.models import Content, Keyboard
from bot.models.sites import Correction, CorrectionKind
from bot.services.sitecontacts import INVITE_GOOD_FOR

LINK = "contact-"  # what the parameter of /start begins with, before the token
_WHICH = r"(?:20\d\d-[01]\d-[0-3]\d|old)"
GO = rf"^check:go:{_WHICH}$"
PAGE = rf"^check:page:{_WHICH}:\d{{1,4}}$"
RIGHT = rf"^check:right:\d{{1,12}}:{_WHICH}:\d{{1,4}}$"
INVITE = r"^check:invite:\d{1,12}$"
REMOVE = r"^check:remove:\d{1,12}$"
JOIN = r"^contact:(?:yes|no):[0-9a-f]{24}$"
ANSWER = r"^contact:(?:right|stop|changed|closed):\d{1,12}$"
CLOSED = r"^contact:until:\d{1,12}:\d{1,2}$"


# ---------------------------------------------------------------------- staff


async def go(_: Update, context: Context) -> None:
    """Show the first place of a list, below the list."""
    context.services.staff.require(context.person.id)
    html, keyboard = await _page(context, context.pressed[2], 0)
    await context.send(Content(html, keyboard=keyboard))
    await context.answer()


async def page(_: Update, context: Context) -> None:
    """Show one place of a list that staff go through."""
    context.services.staff.require(context.person.id)
    await _show_page(context, context.pressed[2], int(context.pressed[3]))


async def right(_: Update, context: Context) -> None:
    """Note that all is right with it, and show the next one."""
    site_id, which, index = context.staff_number(), context.pressed[3], int(context.pressed[4])
    await context.services.siteedits.confirm(site_id, context.person.id)
    await _show_page(context, which, index)


async def invite(_: Update, context: Context) -> None:
    """Make a link for somebody who is to answer for a place."""
    site_id = context.staff_number()
    token = await context.services.sitecontacts.invite(site_id)
    desk = await context.services.sitedesk.get(site_id)
    link = create_deep_linked_url(context.bot.username, f"{LINK}{token}")
    await context.reply(
        "staff/contact_link", site=desk.stored.site, link=link, days=INVITE_GOOD_FOR.days
    )
    await context.answer()


async def remove(_: Update, context: Context) -> None:
    """Let nobody answer for a place any more."""
    site_id = context.staff_number()
    await context.services.sitecontacts.remove(site_id)
    await panel.show(context, await context.services.sitedesk.get(site_id))


async def _show_page(context: Context, which: str, index: int) -> None:
    html, keyboard = await _page(context, which, index)
    await context.replace(Content(html, keyboard=keyboard))
    await context.answer()


async def _page(context: Context, which: str, index: int) -> tuple[str, Keyboard]:
    """Return one place of a list with what can be done about it."""
    shown = await context.services.sitechecks.page(which, index)
    keyboard: Keyboard = ()
    if shown.desk is not None:
        site_id = shown.desk.stored.site_id
        keyboard = (
            (context.button("check_right", f"check:right:{site_id}:{which}:{index}", "success"),),
            (
                context.button("check_changed", f"site:show:{site_id}"),
                context.button("site_close_until", f"site:closing:{site_id}"),
            ),
            (context.button("check_later", f"check:page:{which}:{index + 1}"),),
        )
    zone = context.services.sitedesk.zone
    html = context.words.render("staff/check_page", context.language, page=shown, zone=zone)
    return html, keyboard


# ---------------------------------------------------------------------- contacts


async def invited(context: Context, token: str) -> None:
    """Ask somebody who opened a link of staff whether they want to answer for a place."""
    site = await context.services.sitecontacts.invited_to(token)
    keyboard = (
        (context.button("contact_yes", f"contact:yes:{token}", "success"),),
        (context.button("contact_no", f"contact:no:{token}"),),
    )
    await context.reply("public/contact_ask", site=site, keyboard=keyboard)


async def join(_: Update, context: Context) -> None:
    """Take them on, or not."""
    agreed, token = context.pressed[1] == "yes", context.pressed[2]
    contacts = context.services.sitecontacts
    if agreed:
        site = await contacts.accept(token, context.chat.id, context.language)
        await context.show("public/contact_taken", site=site)
    else:
        await contacts.refuse(token)
        await context.show("public/contact_refused")
    await context.answer()


async def answer(_: Update, context: Context) -> None:
    """Take what a contact says about their place."""
    deed, site_id, chat_id = context.pressed[1], int(context.pressed[2]), context.chat.id
    contacts = context.services.sitecontacts
    match deed:
        case "right":
            await contacts.confirm(site_id, chat_id)
            await context.show("public/contact_thanks")
        case "stop":
            await contacts.stop(site_id, chat_id)
            await context.show("public/contact_stopped")
        case "changed":
            await contacts.require(site_id, chat_id)
            await wrong.begin_words(context, Correction(site_id, CorrectionKind.OTHER))
        case _:
            await contacts.require(site_id, chat_id)
            rows = tuple(
                (context.button(f"site_until_{days}", f"contact:until:{site_id}:{days}"),)
                for days in DAYS
            )
            await context.show("public/contact_closed", keyboard=rows)
    await context.answer()


async def closed(_: Update, context: Context) -> None:
    """Close a place for some days, as its contact says."""
    site_id, days = int(context.pressed[2]), int(context.pressed[3])
    await context.services.sitecontacts.close(site_id, context.chat.id, days)
    await context.show("public/contact_thanks")
    await context.answer()


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; the link of an invite is opened by /start."""
    return [
        CallbackQueryHandler(go, pattern=GO),
        CallbackQueryHandler(page, pattern=PAGE),
        CallbackQueryHandler(right, pattern=RIGHT),
        CallbackQueryHandler(invite, pattern=INVITE),
        CallbackQueryHandler(remove, pattern=REMOVE),
        CallbackQueryHandler(join, pattern=JOIN),
        CallbackQueryHandler(answer, pattern=ANSWER),
        CallbackQueryHandler(closed, pattern=CLOSED),
    ]
