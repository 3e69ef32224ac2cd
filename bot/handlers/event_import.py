"""Calendars of partners: staff send one, see what it would bring, import it, can take it back."""

from typing import Any

from telegram import Document, InputFile, Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.icslines import LARGEST_FILE
from bot.content.library import Library
from bot.context import Context
from bot.errors import Refusal
from bot.handlers import guard, plan
from bot.handlers.incoming import fetch
from bot.models import Button, Keyboard, Lane
from bot.models.sites import Reason, Rejected
from bot.services.eventimports import Look
from bot.services.eventsteps import Deed

ASK = r"^calendar:ask$"
SEE = rf"^{guard.CALENDAR_SEE}$"
DO = r"^calendar:(import|import-all):\d{1,12}$"
STOP = r"^calendar:stop$"
NOTE = r"^calendar:note:\d{1,9}$"
NAME = r"^calendar:name:\d{1,12}$"
UNDO = r"^calendar:undo:\d{1,12}$"
SHOWN = 4  # events of each kind in a message
LINES_SHOWN = 6  # more come as a file


async def ask(_: Update, context: Context) -> None:
    """Ask for the file."""
    context.services.staff.require(context.person.id)
    await context.services.event_imports.ask(context.chat.id, context.person.id)
    limit = LARGEST_FILE // 1_000_000
    await context.reply("staff/calendar_how", limit=limit, keyboard=_cancel(context))
    await context.answer()


async def stop(update: Update, context: Context) -> None:
    """Stop waiting for a file or a name."""
    context.services.staff.require(context.person.id)
    await context.services.event_imports.close_form(context.chat.id, context.person.id)
    await plan.list_(update, context)


async def drop_note(update: Update, context: Context) -> None:
    """Take away the note that a partner wrote."""
    await context.services.event_imports.drop_note(context.staff_number())
    await plan.show(update, context)


async def see(_: Update, context: Context) -> None:
    """Look at a file that was sent without a word."""
    document = guard.source_of_question(context).document
    if document is None:
        raise Refusal("staff/guard_gone")
    await _look(context, document)
    await context.answer()


async def import_(_: Update, context: Context) -> None:
    """Import a file that was looked at."""
    imports, number = context.services.event_imports, context.staff_number()
    content = await fetch(context, await imports.file_id(number))
    missing = context.pressed[1] == "import-all"
    done = await imports.bring_in(number, content, missing=missing)
    context.wake_courier()
    undo = context.button("blast_undo", f"calendar:undo:{done.number}", "danger")
    all_events = context.button("event_all", "plan:list")
    await context.show(
        "staff/calendar_done", look=done.look, deeds=Deed, keyboard=((undo,), (all_events,))
    )
    await context.answer()


async def undo(_: Update, context: Context) -> None:
    """Take an import back."""
    count = await context.services.event_imports.undo(context.staff_number())
    context.wake_courier()
    await context.show("staff/calendar_undone", count=count)
    await context.answer()


async def ask_name(_: Update, context: Context) -> None:
    """Ask whose calendar it is."""
    await _ask_name(context, context.staff_number())
    await context.answer()


async def continue_form(context: Context) -> bool:
    """Take a calendar, or the name of its partner, that was asked for; else return False."""
    imports = context.services.event_imports
    chat_id, person_id = context.chat.id, context.person.id
    message = context.message
    if message.document is not None and await imports.is_asked(chat_id, person_id):
        await _look(context, message.document)
        return True
    number = await imports.named_file(chat_id, person_id) if message.text else None
    if number is None:
        return False
    content = await fetch(context, await imports.file_id(number))
    look = await imports.look_as(number, content, message.text or "")
    await imports.close_form(chat_id, person_id)
    await _show(context, look)
    return True


async def _look(context: Context, document: Document) -> None:
    if (document.file_size or 0) > LARGEST_FILE:
        reason = Reason("refused_size", {"limit": LARGEST_FILE // 1_000_000})
        raise Refusal("staff/calendar_refused", reason=reason)
    content = await fetch(context, document.file_id)
    look = await context.services.event_imports.look(document.file_id, content)
    await context.services.event_imports.close_form(context.chat.id, context.person.id)
    if look.number is not None and not look.name:
        await _ask_name(context, look.number)
    else:
        await _show(context, look)


async def _ask_name(context: Context, number: int) -> None:
    imports = context.services.event_imports
    await imports.ask_name(context.chat.id, context.person.id, number)
    await context.reply("staff/calendar_name", keyboard=_cancel(context))


async def _show(context: Context, look: Look) -> None:
    """Show what a file would do; where lines are many, all of them follow in a file."""
    lines = (*look.rejected, *look.left_out)
    await context.reply(
        "staff/calendar_look",
        look=look,
        deeds=Deed,
        shown=SHOWN,
        lines_shown=LINES_SHOWN,
        keyboard=_buttons(context, look),
    )
    if len(lines) > LINES_SHOWN:
        await _send_lines(context, lines)


def _buttons(context: Context, look: Look) -> Keyboard:
    if look.number is None:
        return ()
    rows: list[tuple[Button, ...]] = []
    if look.acts:
        rows.append((context.button("site_import", f"calendar:import:{look.number}", "primary"),))
    if look.of(Deed.MISSING):
        data = f"calendar:import-all:{look.number}"
        rows.append((context.button("calendar_missing", data, "danger"),))
    rows.append((context.button("calendar_name", f"calendar:name:{look.number}"),))
    return tuple(rows)


def _cancel(context: Context) -> Keyboard:
    return ((context.button("cancel", "calendar:stop"),),)


async def _send_lines(context: Context, lines: tuple[Rejected, ...]) -> None:
    text = "\n".join(_line(context, each) for each in sorted(lines, key=lambda each: each.line))
    await context.bot.send_document(
        context.chat.id,
        InputFile(text.encode(), filename="lines.txt"),
        caption=context.label("calendar_rejected"),
        message_thread_id=context.thread_id,
        rate_limit_args=Lane.REPLY,
    )


def _line(context: Context, each: Rejected) -> str:
    reason = context.label(each.why.label, **each.why.values) if each.why else each.reason
    return context.label("calendar_line", line=each.line, reason=reason)


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(ask, pattern=ASK),
        CallbackQueryHandler(stop, pattern=STOP),
        CallbackQueryHandler(drop_note, pattern=NOTE),
        CallbackQueryHandler(see, pattern=SEE),
        CallbackQueryHandler(import_, pattern=DO),
        CallbackQueryHandler(ask_name, pattern=NAME),
        CallbackQueryHandler(undo, pattern=UNDO),
    ]
