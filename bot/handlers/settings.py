"""A member's settings: sections, language and pauses, all in one message that changes in place."""

from datetime import date
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.labels import LANGUAGE_NAMES
from bot.content.library import Library
from bot.context import Context
from bot.handlers.keyboards import private_link
from bot.models import Button, Keyboard, Language, Member, Section

OPEN = r"^settings:open$"
BACK = r"^settings:back$"
SECTION = r"^settings:section:[\w-]+$"
LANGUAGE = r"^settings:language:(en|es)$"
PAUSES = r"^settings:pauses$"
PAUSE = r"^settings:pause:(\d{4}-\d\d-\d\d|none)$"


async def settings(_: Update, context: Context) -> None:
    """Show the settings in a new message: the button may stand below an e-blast."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
    else:
        member = await context.services.members.get_active(context.chat.id)
        await context.reply(
            "member/settings", keyboard=_buttons(context, member), **_values(context, member)
        )
    await context.answer()


async def back(_: Update, context: Context) -> None:
    """Show the settings again in place of the pauses."""
    await _show(context, await context.services.members.get_active(context.chat.id))


async def toggle_section(_: Update, context: Context) -> None:
    """Choose a section or drop it."""
    section = Section(context.pressed[2])
    member = await context.services.members.toggle_section(context.chat.id, section)
    await _show(context, member)


async def set_language(_: Update, context: Context) -> None:
    """Get the e-blast and all answers in the other language."""
    context.language = Language(context.pressed[2])
    await context.services.languages.choose(context.chat.id, context.language)
    await _show(context, await context.services.members.get_active(context.chat.id))


async def offer_pauses(_: Update, context: Context) -> None:
    """Offer dates until which to pause."""
    dates = context.services.members.pause_dates()
    keyboard = tuple(
        (context.button(label, f"settings:pause:{until.isoformat()}"),)
        for label, until in dates.items()
    )
    back = (context.button("back", "settings:back"),)
    await context.show("member/choose_pause", keyboard=(*keyboard, back))
    await context.answer()


async def pause(_: Update, context: Context) -> None:
    """Pause until a date, or go on."""
    word = context.pressed[2]
    until = None if word == "none" else date.fromisoformat(word)
    member = await context.services.members.pause(context.chat.id, until)
    await _show(context, member)


async def _show(context: Context, member: Member) -> None:
    await context.show(
        "member/settings", keyboard=_buttons(context, member), **_values(context, member)
    )
    await context.answer()


def _values(context: Context, member: Member) -> dict[str, object]:
    paused = context.services.members.is_paused(member)
    return {
        "sections": [s for s in Section if s in member.sections],
        "paused_until": member.paused_until if paused else None,
    }


def _buttons(context: Context, member: Member) -> Keyboard:
    """Return one row per section with its state, then language, pause and leave."""
    sections = tuple(
        (_section_button(context, section, chosen=section in member.sections),)
        for section in Section
    )
    other = member.language.other
    if context.services.members.is_paused(member):
        pausing = context.button("pause_resume", "settings:pause:none", "success")
    else:
        pausing = context.button("pause", "settings:pauses")
    return (
        *sections,
        (Button(LANGUAGE_NAMES[other], data=f"settings:language:{other}"), pausing),
        (context.button("leave", "eblast:leave"),),
    )


def _section_button(context: Context, section: Section, *, chosen: bool) -> Button:
    mark = "✅" if chosen else "⬜"
    name = context.words.section(section, context.language)
    return Button(f"{mark} {name}", data=f"settings:section:{section}")


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CommandHandler("settings", settings, filters=filters.UpdateType.MESSAGE),
        CallbackQueryHandler(settings, pattern=OPEN),
        CallbackQueryHandler(back, pattern=BACK),
        CallbackQueryHandler(toggle_section, pattern=SECTION),
        CallbackQueryHandler(set_language, pattern=LANGUAGE),
        CallbackQueryHandler(offer_pauses, pattern=PAUSES),
        CallbackQueryHandler(pause, pattern=PAUSE),
    ]
