"""Adding a place: a few short texts one after the other, or one pasted line of a table."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.library import Library
from bot.context import Context
from bot.handlers import site_panel as panel
from bot.handlers.site import words_of
from bot.services.sitedrafts import ADD, SHORT, SiteDraft

BEGIN = r"^site:add$"
PUBLISH = r"^site:publish:\d{1,12}$"
DROP = r"^site:drop:\d{1,12}$"


async def begin(_: Update, context: Context) -> None:
    """Begin a new place."""
    context.services.staff.require(context.person.id)
    draft = await context.services.sitedrafts.begin(context.chat.id, context.person.id)
    await _ask(context, draft)
    await context.answer()


async def publish(_: Update, context: Context) -> None:
    """Put a place into the list and show it."""
    draft_id = context.staff_number()
    site_id = await context.services.sitedrafts.publish(draft_id, context.person.id)
    await panel.show(context, await context.services.sitedesk.get_added(site_id))


async def drop(_: Update, context: Context) -> None:
    """Throw it away."""
    draft_id = context.staff_number()
    await context.services.sitedrafts.drop(context.chat.id, context.person.id, draft_id)
    await context.show("staff/site_dropped")
    await context.answer()


async def continue_form(context: Context) -> bool:
    """Take a message as the next thing about a new place; return False if none is awaited."""
    form = await context.services.siteforms.asked(context.chat.id, context.person.id)
    text = words_of(context)
    if form is None or form.kind != ADD or not text:
        return False
    draft = await context.services.sitedrafts.answer(
        context.chat.id, context.person.id, form.object_id, text
    )
    await _ask(context, draft)
    return True


async def _ask(context: Context, draft: SiteDraft) -> None:
    drop_button = context.button("amend_drop", f"site:drop:{draft.draft_id}")
    if draft.step:
        await context.reply(
            "staff/site_step", step=draft.step, columns=SHORT, keyboard=((drop_button,),)
        )
        return
    publish_button = context.button("site_publish", f"site:publish:{draft.draft_id}", "success")
    await context.reply(
        "staff/site_draft", site=draft.site, keyboard=((publish_button,), (drop_button,))
    )


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(begin, pattern=BEGIN),
        CallbackQueryHandler(publish, pattern=PUBLISH),
        CallbackQueryHandler(drop, pattern=DROP),
    ]
