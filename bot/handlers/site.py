"""Places for staff: find one, look at it, see what was changed and take it back."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.handlers import site_panel as panel
from bot.models import Button
from bot.models.sites import StoredSite
from bot.services.sitedrafts import ADD
from bot.services.siteforms import FIND

OPEN = r"^site:open$"
SHOW = r"^site:show:\d{1,12}$"
CHECKED = r"^site:checked:\d{1,12}$"
CHANGES = r"^site:changes:\d{1,12}$"
UNDO = r"^site:undo:\d{1,12}$"
_LONGEST_TITLE = 60  # characters of a button
CANCEL = r"^site:cancel:\d{1,12}$"


async def site(_: Update, context: Context) -> None:
    """Find places by what follows the command, or ask which one."""
    context.services.staff.require(context.person.id)
    if context.argument:
        await _find(context, context.argument)
        return
    await context.services.siteforms.ask(context.chat.id, context.person.id, FIND, 0)
    keyboard = (
        (context.button("site_add", "site:add", "primary"),),
        (context.button("site_history", "site:changes:0"),),
        (context.button("site_export", "site:export"),),
    )
    await context.show("staff/site_how", keyboard=keyboard)
    await context.answer()


async def show(_: Update, context: Context) -> None:
    """Show one place."""
    await panel.show(context, await context.services.sitedesk.get(context.staff_number()))


async def checked(_: Update, context: Context) -> None:
    """Note that all is right with a place today."""
    desk = await context.services.siteedits.confirm(context.staff_number(), context.person.id)
    await panel.show(context, desk)


async def changes(_: Update, context: Context) -> None:
    """Show what was changed, by whom, from what to what; 0 stands for all places."""
    site_id = context.staff_number()
    history = await context.services.sitedesk.history(site_id or None)
    undo = tuple(
        Button(
            context.label("site_undo_one", number=each.change_id),
            data=f"site:undo:{each.change_id}",
        )
        for each in history
        if not each.undone and each.kind != "shipped"
    )
    rows = tuple(undo[n : n + 3] for n in range(0, len(undo), 3))
    back = ((context.button("back", f"site:show:{site_id}"),),) if site_id else ()
    zone = context.services.sitedesk.zone
    await context.show("staff/site_changes", changes=history, zone=zone, keyboard=(*rows, *back))
    await context.answer()


async def undo(_: Update, context: Context) -> None:
    """Take a change back."""
    change_id = context.staff_number()
    site_id = await context.services.siteedits.undo(change_id, context.person.id)
    keyboard = ((context.button("site_look", f"site:show:{site_id}"),),) if site_id else ()
    await context.reply("staff/site_undone", number=change_id, keyboard=keyboard)
    await context.answer()


async def cancel(_: Update, context: Context) -> None:
    """Stop waiting for a text about a place."""
    site_id = context.staff_number()
    await context.services.siteforms.close_form(context.chat.id, context.person.id)
    await panel.show(context, await context.services.sitedesk.get(site_id))


async def continue_form(context: Context) -> bool:
    """Take a message as what was asked about a place; return False if nothing was."""
    forms = context.services.siteforms
    form = await forms.asked(context.chat.id, context.person.id)
    text = words_of(context)
    if form is None or form.kind == ADD or not text:
        return False
    if form.kind == FIND:
        await _find(context, text)
        return True
    changed = await forms.answer(form, text, context.person.id, context.language)
    await forms.close_form(context.chat.id, context.person.id)
    await panel.show(context, changed)
    return True


def words_of(context: Context) -> str:
    """Return what a message says: its text, or the degrees of a location or a venue."""
    message = context.message
    point = message.venue.location if message.venue else message.location
    if point is not None:
        return f"{point.latitude:.6f}, {point.longitude:.6f}"
    return message.text or message.caption or ""


async def _find(context: Context, text: str) -> None:
    desk = context.services.sitedesk
    found = await desk.find(text)
    await context.services.siteforms.close_form(context.chat.id, context.person.id)
    if len(found) == 1:
        await panel.show(context, await desk.get(found[0].site_id))
        return
    rows = tuple((Button(_title(each), data=f"site:show:{each.site_id}"),) for each in found)
    add = (context.button("site_add", "site:add"),)
    await context.reply("staff/site_found", found=found, text=text, keyboard=(*rows, add))


def _title(stored: StoredSite) -> str:
    site = stored.site
    closed = "⛔ " if site.closed else ""
    where = site.address or site.zip_code
    return f"{closed}{site.name} · {where}"[:_LONGEST_TITLE] if where else f"{closed}{site.name}"


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CommandHandler("site", site, filters=filters.UpdateType.MESSAGE),
        CallbackQueryHandler(site, pattern=OPEN),
        CallbackQueryHandler(show, pattern=SHOW),
        CallbackQueryHandler(checked, pattern=CHECKED),
        CallbackQueryHandler(changes, pattern=CHANGES),
        CallbackQueryHandler(undo, pattern=UNDO),
        CallbackQueryHandler(cancel, pattern=CANCEL),
    ]
