"""A member's settings, all in one message that changes in place: what comes, and when."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.dates import hours_text, zone_text
from bot.content.days import day_of
from bot.content.labels import LANGUAGE_NAMES
from bot.content.library import Library
from bot.context import Context
from bot.errors import Refusal
from bot.handlers.keyboards import private_link
from bot.models import Button, Keyboard, Language, Member, QuietHours, Section, Workgroup
from bot.services.members import QUIET_CHOICES, ZONE_CHOICES

OPEN = r"^settings:open$"
BACK = r"^settings:back$"
SECTION = r"^settings:section:[\w-]+$"
LANGUAGE = r"^settings:language:(en|es)$"
PAUSES = r"^settings:pauses$"
PAUSE = r"^settings:pause:(\d{4}-\d\d-\d\d|none)$"
ASK_DAY = r"^settings:ask-day$"
KEEP_GOING = r"^settings:keep-going$"
MORE = r"^settings:more$"
ALERTS = r"^settings:alerts:(on|off)$"
QUIETS = r"^settings:quiets$"
QUIET = r"^settings:quiet:(\d{4}-\d{4}|none)$"
ZONES = r"^settings:zones$"
ZONE = r"^settings:zone:(\d|none)$"
WORKGROUP = r"^settings:workgroup:\w+$"


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
    other = (context.button("pause_other_day", "settings:ask-day"),)
    back = (context.button("back", "settings:back"),)
    await context.show("member/choose_pause", keyboard=(*keyboard, other, back))
    await context.answer()


async def pause(_: Update, context: Context) -> None:
    """Pause until a date, or go on."""
    word = context.pressed[2]
    until = None if word == "none" else date.fromisoformat(word)
    member = await context.services.members.pause(context.chat.id, until)
    context.wake_courier()
    await _show(context, member)


async def ask_day(_: Update, context: Context) -> None:
    """Ask for the day until which to pause: the next message names it."""
    await context.services.members.ask_pause_day(context.chat.id)
    keyboard = ((context.button("cancel", "settings:keep-going"),),)
    await context.show("member/pause_day", keyboard=keyboard)
    await context.answer()


async def keep_going(_: Update, context: Context) -> None:
    """Stop waiting for a day."""
    await _show(context, await context.services.members.stop_asking(context.chat.id))


async def awaits_day(context: Context) -> bool:
    """Return whether a message may be the day that was asked for."""
    return context.in_private and await context.services.members.awaits_pause_day(context.chat.id)


async def take_day(context: Context, text: str) -> None:
    """Pause until the day that a message names."""
    until = day_of(text, context.today)
    if until is None:
        raise Refusal("member/pause_day_unclear")
    await _show(context, await context.services.members.pause(context.chat.id, until))


async def more(_: Update, context: Context) -> None:
    """Show what else can be chosen."""
    await _show_more(context, await context.services.members.get_active(context.chat.id))


async def set_alerts(_: Update, context: Context) -> None:
    """Say yes or no to alerts."""
    wants = context.pressed[2] == "on"
    await _show_more(
        context, await context.services.members.set_alerts(context.chat.id, wants=wants)
    )


async def offer_quiet(_: Update, context: Context) -> None:
    """Offer quiet hours."""
    choices = tuple(
        (Button(hours_text(hours, context.language), data=f"settings:quiet:{_data(hours)}"),)
        for hours in QUIET_CHOICES
    )
    off = (context.button("quiet_off", "settings:quiet:none"),)
    back = (context.button("back", "settings:more"),)
    zone = context.services.editions.schedule.zone
    await context.show("member/choose_quiet", zone=zone, keyboard=(*choices, off, back))
    await context.answer()


async def set_quiet(_: Update, context: Context) -> None:
    """Choose quiet hours or none."""
    word = context.pressed[2]
    quiet = next((hours for hours in QUIET_CHOICES if _data(hours) == word), None)
    member = await context.services.members.set_quiet(context.chat.id, quiet)
    context.wake_courier()
    await _show_more(context, member)


async def offer_zones(_: Update, context: Context) -> None:
    """Offer zones in which times are shown, too."""
    choices = tuple(
        (Button(zone_text(ZoneInfo(key)), data=f"settings:zone:{n}"),)
        for n, key in enumerate(ZONE_CHOICES)
    )
    off = (context.button("zone_off", "settings:zone:none"),)
    back = (context.button("back", "settings:more"),)
    zone = context.services.editions.schedule.zone
    await context.show("member/choose_zone", zone=zone, keyboard=(*choices, off, back))
    await context.answer()


async def set_zone(_: Update, context: Context) -> None:
    """Choose a zone or none."""
    word = context.pressed[2]
    number = len(ZONE_CHOICES) if word == "none" else int(word)
    zone = ZoneInfo(ZONE_CHOICES[number]) if number < len(ZONE_CHOICES) else None
    await _show_more(context, await context.services.members.set_zone(context.chat.id, zone))


async def toggle_workgroup(_: Update, context: Context) -> None:
    """Belong to a workgroup, or no longer."""
    workgroup = Workgroup(context.pressed[2])
    await _show_more(
        context, await context.services.members.toggle_workgroup(context.chat.id, workgroup)
    )


async def _show(context: Context, member: Member) -> None:
    await context.show(
        "member/settings", keyboard=_buttons(context, member), **_values(context, member)
    )
    await context.answer()


def _values(context: Context, member: Member) -> dict[str, object]:
    members = context.services.members
    return {
        "paused_until": member.paused_until if members.is_paused(member) else None,
        "returns_at": members.returns_at(member),
        "zone": context.services.editions.schedule.zone,
    }


def _buttons(context: Context, member: Member) -> Keyboard:
    """Return one row per section with its state, then language, pause, more and leave."""
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
        (context.button("settings_more", "settings:more"),),
        (context.button("leave", "eblast:leave"),),
    )


async def _show_more(context: Context, member: Member) -> None:
    await context.show(
        "member/settings_more",
        quiet=member.quiet,
        own_zone=member.zone,
        zone=context.services.editions.schedule.zone,
        keyboard=_more_buttons(context, member),
    )
    await context.answer()


def _more_buttons(context: Context, member: Member) -> Keyboard:
    """Return alerts and quiet hours, then one row per workgroup with its state."""
    if member.wants_alerts:
        alerts = context.button("alerts_are_on", "settings:alerts:off", "success")
    else:
        alerts = context.button("alerts_are_off", "settings:alerts:on")
    workgroups = tuple(
        (_workgroup_button(context, workgroup, chosen=workgroup in member.workgroups),)
        for workgroup in Workgroup
    )
    return (
        (alerts,),
        (
            context.button("quiet", "settings:quiets"),
            context.button("zone", "settings:zones"),
        ),
        *workgroups,
        (context.button("back", "settings:back"),),
    )


def _workgroup_button(context: Context, workgroup: Workgroup, *, chosen: bool) -> Button:
    name = context.label(f"workgroup_{workgroup}")
    return Button(f"{_mark(chosen=chosen)} {name}", data=f"settings:workgroup:{workgroup}")


def _section_button(context: Context, section: Section, *, chosen: bool) -> Button:
    name = context.words.section(section, context.language)
    return Button(f"{_mark(chosen=chosen)} {name}", data=f"settings:section:{section}")


def _mark(*, chosen: bool) -> str:
    return "✅" if chosen else "⬜"


def _data(quiet: QuietHours) -> str:
    """Return quiet hours without colons, which part a button's data."""
    return str(quiet).replace(":", "")


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
        CallbackQueryHandler(ask_day, pattern=ASK_DAY),
        CallbackQueryHandler(keep_going, pattern=KEEP_GOING),
        CallbackQueryHandler(more, pattern=MORE),
        CallbackQueryHandler(set_alerts, pattern=ALERTS),
        CallbackQueryHandler(offer_quiet, pattern=QUIETS),
        CallbackQueryHandler(set_quiet, pattern=QUIET),
        CallbackQueryHandler(offer_zones, pattern=ZONES),
        CallbackQueryHandler(set_zone, pattern=ZONE),
        CallbackQueryHandler(toggle_workgroup, pattern=WORKGROUP),
    ]
