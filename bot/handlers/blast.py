"""The e-blast: staff look at it, test it, approve it, send it, undo it, stop it."""

from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.labels import LANGUAGE_NAMES
from bot.content.library import Library
from bot.context import Context
from bot.handlers import broadcast_panel as panel
from bot.models import BroadcastState, Button, DeliveryState, Keyboard, Language, Section
from bot.services.overview import Overview
from bot.services.panel import NO_CHOICE

SHOW = r"^blast:show:\d+$"
PREVIEW = r"^blast:preview:\d+:(en|es):\d+$"
CHOOSE = r"^blast:choose:\d+:(en|es):\d+$"
DO = r"^blast:(approve|take-back|now|undo|pause|resume|stop|skip|resend|retry):\d+$"
SURE = r"^blast:sure-stop:\d+$"
TEST = r"^blast:test:\d+$"


async def staff(_: Update, context: Context) -> None:
    """Show what staff can do."""
    context.services.staff.require(context.person.id)
    keyboard = (
        (context.button("staff_blast", "blast:show:0", "primary"),),
        (context.button("staff_items", "item:list"),),
        (context.button("staff_announcements", "draft:list"),),
        (context.button("staff_events", "plan:list"),),
        (context.button("inbox", "case:inbox"),),
        (context.button("staff_sites", "site:open"),),
        (context.button("staff_answers", "answer:start"),),
    )
    await context.reply("staff/menu", keyboard=keyboard)


async def blast(_: Update, context: Context) -> None:
    """Show the edition in work and what can be done with it."""
    context.services.staff.require(context.person.id)
    await panel.show(context, await context.services.editions.overview())


async def show(_: Update, context: Context) -> None:
    """Show an edition; number 0 stands for the one in work."""
    number = context.staff_number()
    editions, broadcasts = context.services.editions, context.services.broadcasts
    await panel.show(
        context, await (broadcasts.overview(number) if number else editions.overview())
    )


async def preview(_: Update, context: Context) -> None:
    """Send exactly what a member with that language and those sections gets, then offer others."""
    number, language, mask = (
        context.staff_number(),
        Language(context.pressed[3]),
        int(context.pressed[4]),
    )
    sections = frozenset(s for n, s in enumerate(Section) if mask >> n & 1)
    messages = await context.services.previews.messages(number, language, sections)
    await context.answer()
    for content in messages:
        await context.send(content)
    keyboard = _choices(context, number, language, mask)
    await context.reply(
        "staff/preview",
        keyboard=keyboard,
        messages=len(messages),
        reader=language,
        sections=None if mask == NO_CHOICE else [s for s in Section if s in sections],
    )


async def choose_preview(_: Update, context: Context) -> None:
    """Change whose eyes to look through."""
    number, language, mask = (
        context.staff_number(),
        Language(context.pressed[3]),
        int(context.pressed[4]),
    )
    chosen = [s for n, s in enumerate(Section) if mask >> n & 1]
    sections = None if mask == NO_CHOICE else chosen
    await context.show(
        "staff/preview",
        keyboard=_choices(context, number, language, mask),
        messages=None,
        reader=language,
        sections=sections,
    )
    await context.answer()


async def test(_: Update, context: Context) -> None:
    """Send the edition to the person who asks, as every member gets it but for a marker."""
    number, person_id = context.staff_number(), context.person.id
    marker = context.words.render("staff/test_marker", context.language)
    count = await context.services.previews.send(
        number, person_id, context.incoming.update_id, context.language, marker
    )
    context.wake_courier()
    await context.answer("blast_test_comes" if count else "blast_test_empty")


async def do(_: Update, context: Context) -> None:
    """Approve, take back, send, undo, pause, resume, skip: one decision, one new state."""
    number, person_id = context.staff_number(), context.person.id
    broadcasts = context.services.broadcasts
    deeds: dict[str, Callable[[], Awaitable[Overview]]] = {
        "approve": lambda: broadcasts.approve(number, person_id),
        "take-back": lambda: broadcasts.take_back(number),
        "now": lambda: broadcasts.send_now(number, person_id),
        "undo": lambda: broadcasts.undo(number),
        "pause": lambda: broadcasts.pause(number),
        "resume": lambda: broadcasts.resume(number),
        "skip": lambda: broadcasts.skip(number),
        "resend": lambda: broadcasts.send_again(number, DeliveryState.UNCONFIRMED),
        "retry": lambda: broadcasts.send_again(number, DeliveryState.FAILED),
    }
    verb = context.pressed[1]
    if verb == "stop":
        await _ask_whether_sure(context, number)
        return
    overview = await deeds[verb]()
    if verb in ("approve", "now") and overview.broadcast.state is BroadcastState.DRAFT:
        await panel.show(context, overview, "blast_second_person")
        context.wake_courier()
        return
    await _tell_staff(context, overview, started=verb == "now")


async def stop(_: Update, context: Context) -> None:
    """Stop for good."""
    number = context.staff_number()
    overview = await context.services.broadcasts.stop(number)
    await _tell_staff(context, overview)


async def _ask_whether_sure(context: Context, number: int) -> None:
    overview = await context.services.broadcasts.overview(number)
    keyboard = (
        (context.button("blast_stop_sure", f"blast:sure-stop:{number}", "danger"),),
        (context.button("back", f"blast:show:{number}"),),
    )
    await context.reply("staff/stop_sure", keyboard=keyboard, tally=overview.tally)
    await context.answer()


async def _tell_staff(context: Context, overview: Overview, *, started: bool = False) -> None:
    # Where the progress message appears anyway, one set of buttons is enough.
    if started and context.chat.id in context.services.staff.chats:
        await context.show("staff/started")
        await context.answer()
    else:
        await panel.show(context, overview)
    context.wake_courier()


def _choices(context: Context, number: int, language: Language, mask: int) -> Keyboard:
    """Return languages and sections to choose among, and the button that shows the result."""
    languages = tuple(
        Button(
            f"{'🔘' if each is language else '⚪'} {LANGUAGE_NAMES[each]}",
            data=f"blast:choose:{number}:{each}:{mask}",
        )
        for each in Language
    )
    sections = tuple(
        (
            Button(
                f"{_mark(mask >> n & 1)} {context.words.section(section, context.language)}",
                data=f"blast:choose:{number}:{language}:{mask ^ (1 << n)}",
            ),
        )
        for n, section in enumerate(Section)
        if mask != NO_CHOICE
    )
    look = context.button(
        "blast_show_preview", f"blast:preview:{number}:{language}:{mask}", "primary"
    )
    back_label = "back" if mask == NO_CHOICE else "blast_back"
    back = context.button(back_label, f"blast:show:{number}")
    return (languages, *sections, (look,), (back,))


def _mark(chosen: int) -> str:
    return "✅" if chosen else "⬜"


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("staff", staff, filters=new),
        CommandHandler("blast", blast, filters=new),
        CallbackQueryHandler(show, pattern=SHOW),
        CallbackQueryHandler(preview, pattern=PREVIEW),
        CallbackQueryHandler(choose_preview, pattern=CHOOSE),
        CallbackQueryHandler(test, pattern=TEST),
        CallbackQueryHandler(do, pattern=DO),
        CallbackQueryHandler(stop, pattern=SURE),
    ]
