"""Events for staff: enter one, change it, move or cancel a date or all; people hear of it."""

from datetime import date
from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.dates import short_date_text
from bot.content.library import Library
from bot.context import Context
from bot.errors import Refusal
from bot.handlers import afterwords
from bot.handlers.incoming import source_of
from bot.handlers.plan_panel import list_button_text, show_proposal, show_sheet
from bot.models import Button, Language
from bot.models.events import EventKind
from bot.services.eventforms import Asked
from bot.services.eventsheets import Sheet
from bot.services.planning import Proposal

_ID, _ON = r"\d{1,9}", r"\d{4}-\d\d-\d\d|all"
_ASKED = "|".join(Asked)
LIST = r"^plan:list$"
SHOW = rf"^plan:show:{_ID}$"
DATES = rf"^plan:dates:{_ID}$"
DATE = rf"^plan:date:{_ID}:({_ON})$"
KINDS = rf"^plan:kinds:{_ID}$"
KIND = rf"^plan:kind:{_ID}:({'|'.join(EventKind)})$"
SPOKEN = rf"^plan:spoken:{_ID}:(en|es)$"
PUBLISH = rf"^plan:publish:{_ID}$"
DROP = rf"^plan:drop:{_ID}$"
ASK = rf"^plan:ask:{_ID}:({_ON}):({_ASKED})$"
STOP = rf"^plan:stop:{_ID}$"
SURE = rf"^plan:sure:{_ID}:({_ON}):({_ASKED})$"
CANCEL = rf"^plan:cancel:{_ID}:({_ON})$"
CANCEL_SURE = rf"^plan:cancel-sure:{_ID}:({_ON})$"
BACK = rf"^plan:back:{_ID}:({_ON})$"
USUAL = rf"^plan:(usual|usual-place):{_ID}:({_ON})$"


async def event(_: Update, context: Context) -> None:
    """Enter an event, show what there is, or send what it answers to those who came to one."""
    context.services.staff.require(context.person.id)
    words = (context.message.text or "").split(maxsplit=1)
    source = source_of(context.message)
    is_ours = source.from_user is not None and source.from_user.id == context.bot.id
    if source is not context.message and not is_ours:
        await afterwords.offer(context, source)
        return
    if len(words) < 2:
        await list_(_, context)
        return
    sheet = await context.services.planning.create(
        context.incoming.update_id, context.language, words[1]
    )
    await show_sheet(context, sheet)


async def list_(_: Update, context: Context) -> None:
    """List drafts and what comes."""
    context.services.staff.require(context.person.id)
    sheets = await context.services.planning.list_coming()
    keyboard = tuple(
        (Button(list_button_text(context, each), data=f"plan:show:{each.event.event_id}"),)
        for each in sheets[:50]
    )
    calendar = (context.button("calendar_import", "calendar:ask"),)
    was = (
        context.button("events_past", "after:past"),
        context.button("section_trainings", "training:year:0"),
    )
    await context.show("staff/event_how", sheets=sheets, keyboard=(*keyboard, was, calendar))
    await context.answer()


async def show(_: Update, context: Context) -> None:
    """Show one event with what can be done to it."""
    await show_sheet(context, await context.services.planning.sheet(context.staff_number()))


async def choose_date(_: Update, context: Context) -> None:
    """Offer the next dates of a series."""
    number = context.staff_number()
    sheet = await context.services.planning.sheet(number)
    rows = tuple(
        (
            Button(
                short_date_text(each.day, context.language), data=f"plan:date:{number}:{each.on}"
            ),
        )
        for each in sheet.coming
    )
    back = (context.button("back", f"plan:show:{number}"),)
    await context.show("staff/event_dates", sheet=sheet, keyboard=(*rows, back))
    await context.answer()


async def show_date(_: Update, context: Context) -> None:
    """Show one date of a series."""
    number, on = context.staff_number(), _on(context)
    await show_sheet(context, await context.services.planning.sheet(number, on))


async def choose_kind(_: Update, context: Context) -> None:
    """Offer the kinds."""
    number = context.staff_number()
    sheet = await context.services.planning.sheet(number)
    rows = tuple((context.button(f"event_{k}", f"plan:kind:{number}:{k}"),) for k in EventKind)
    await context.show("staff/event_kind", sheet=sheet, keyboard=rows)
    await context.answer()


async def set_kind(_: Update, context: Context) -> None:
    """Say what kind of event it is."""
    number, kind = context.staff_number(), EventKind(context.pressed[3])
    await show_sheet(context, await context.services.planning.set_kind(number, kind))


async def toggle_language(_: Update, context: Context) -> None:
    """Say that a language is spoken there, or not."""
    number, language = context.staff_number(), Language(context.pressed[3])
    await show_sheet(context, await context.services.planning.toggle_language(number, language))


async def publish(_: Update, context: Context) -> None:
    """Show it to people."""
    await show_sheet(context, await context.services.planning.publish(context.staff_number()))


async def drop(_: Update, context: Context) -> None:
    """Throw a draft away."""
    await context.services.planning.throw_away(context.staff_number())
    await context.show("staff/event_dropped")
    await context.answer()


async def ask(_: Update, context: Context) -> None:
    """Ask for something: the next message is it."""
    number, on, asked = context.staff_number(), _on(context), Asked(context.pressed[4])
    sheet = await context.services.planning.ask(
        context.chat.id, context.person.id, asked, number, on
    )
    cancel = ((context.button("cancel", f"plan:stop:{number}"),),)
    await context.reply("staff/event_ask", sheet=sheet, asked=asked, keyboard=cancel)
    await context.answer()


async def stop(_: Update, context: Context) -> None:
    """Stop waiting for an answer."""
    await context.services.planning.close_form(context.chat.id, context.person.id)
    await show(_, context)


async def continue_form(context: Context) -> bool:
    """Take a message as what was asked for; return False if nothing was."""
    chat_id, person_id = context.chat.id, context.person.id
    planning = context.services.planning
    if not await planning.is_asked(chat_id, person_id):
        return False
    text = context.message.text or context.message.caption or ""
    found = await planning.answer(chat_id, person_id, text, context.language)
    match found:
        case Proposal():
            await show_proposal(context, found)
        case Sheet():
            await show_sheet(context, found)
        case _:
            return False
    return True


async def sure(_: Update, context: Context) -> None:
    """Make the change that was proposed, from the words that the proposal answers."""
    number, on, asked = context.staff_number(), _on(context), Asked(context.pressed[4])
    shown = context.query.message
    source = shown.reply_to_message if isinstance(shown, Message) else None
    text = (source.text or source.caption or "") if source else ""
    if not text:
        raise Refusal("staff/event_again")
    sheet = await context.services.planning.confirm(asked, number, on, text, context.language)
    context.wake_courier()
    await show_sheet(context, sheet)


async def cancel(_: Update, context: Context) -> None:
    """Ask whether to cancel a date, or all."""
    number, on = context.staff_number(), _on(context)
    sheet = await context.services.planning.sheet(number, on)
    where = f"{number}:{on or 'all'}"
    yes = context.button("event_cancel_sure", f"plan:cancel-sure:{where}", "danger")
    no = context.button("no", f"plan:date:{where}" if on else f"plan:show:{number}")
    await context.show("staff/event_sure", before=sheet, after=None, keyboard=((yes,), (no,)))
    await context.answer()


async def cancel_sure(_: Update, context: Context) -> None:
    """Cancel a date, or all; who asked is told at once."""
    await _set_cancelled(context, cancelled=True)


async def back(_: Update, context: Context) -> None:
    """Let it take place after all."""
    await _set_cancelled(context, cancelled=False)


async def usual(_: Update, context: Context) -> None:
    """Let a date be at its usual time, or at its usual place."""
    number, on = context.staff_number(), _on(context)
    if on is None:
        raise Refusal("staff/event_gone")
    planning = context.services.planning
    take_back = planning.place_back if context.pressed[1] == "usual-place" else planning.move_back
    sheet = await take_back(number, on)
    context.wake_courier()
    await show_sheet(context, sheet)


async def _set_cancelled(context: Context, *, cancelled: bool) -> None:
    number, on = context.staff_number(), _on(context)
    sheet = await context.services.planning.cancel(number, on, cancelled=cancelled)
    context.wake_courier()
    await show_sheet(context, sheet)


def _on(context: Context) -> date | None:
    word = context.pressed[3]
    return None if word == "all" else date.fromisoformat(word)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CommandHandler("event", event, filters=filters.UpdateType.MESSAGE),
        CallbackQueryHandler(list_, pattern=LIST),
        CallbackQueryHandler(show, pattern=SHOW),
        CallbackQueryHandler(choose_date, pattern=DATES),
        CallbackQueryHandler(show_date, pattern=DATE),
        CallbackQueryHandler(choose_kind, pattern=KINDS),
        CallbackQueryHandler(set_kind, pattern=KIND),
        CallbackQueryHandler(toggle_language, pattern=SPOKEN),
        CallbackQueryHandler(publish, pattern=PUBLISH),
        CallbackQueryHandler(drop, pattern=DROP),
        CallbackQueryHandler(ask, pattern=ASK),
        CallbackQueryHandler(stop, pattern=STOP),
        CallbackQueryHandler(sure, pattern=SURE),
        CallbackQueryHandler(cancel, pattern=CANCEL),
        CallbackQueryHandler(cancel_sure, pattern=CANCEL_SURE),
        CallbackQueryHandler(back, pattern=BACK),
        CallbackQueryHandler(usual, pattern=USUAL),
    ]
