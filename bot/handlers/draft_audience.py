"""Who gets a draft: sections, workgroups, language and time of joining, each with its counts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.labels import LANGUAGE_NAMES
from bot.content.library import Library
from bot.context import Context
from bot.models import AudienceFilter, Button, Keyboard, Language, Section, Workgroup
from bot.services.announcements import Asked
from bot.services.overview import Overview

T = TypeVar("T")
WHO = r"^draft:who:\d+$"
SECTION = r"^draft:section:\d+:[\w-]+:(any|only|not)$"
WORKGROUP = r"^draft:workgroup:\d+:[\w-]+:(any|only|not)$"
LANGUAGE = r"^draft:language:\d+:(any|en|es)$"
JOINED = r"^draft:joined:\d+:(any|lately|before)$"
LATELY = timedelta(days=30)
_NEXT = {"any": "only", "only": "not", "not": "any"}  # what a press on a button makes of it
_MARKS = {"any": "⬜", "only": "✅", "not": "🚫"}


async def choose(_: Update, context: Context) -> None:
    """Show who gets it, with what can be chosen."""
    number = context.staff_number()
    overview = await context.services.broadcasts.overview(number)
    await _show(context, overview, approval_voided=False)


async def set_section(_: Update, context: Context) -> None:
    """Ask for readers of a section, leave them out, or do not care."""
    number, wanted = context.staff_number(), context.pressed[4]
    section = Section(context.pressed[3])

    def change(audience: AudienceFilter) -> AudienceFilter:
        only, without = _moved(section, wanted, audience.sections, audience.without_sections)
        return replace(audience, sections=only, without_sections=without)

    await _change(context, number, change)


async def set_workgroup(_: Update, context: Context) -> None:
    """Ask for members of a workgroup, leave them out, or do not care."""
    number, wanted = context.staff_number(), context.pressed[4]
    workgroup = Workgroup(context.pressed[3])

    def change(audience: AudienceFilter) -> AudienceFilter:
        only, without = _moved(workgroup, wanted, audience.workgroups, audience.without_workgroups)
        return replace(audience, workgroups=only, without_workgroups=without)

    await _change(context, number, change)


async def set_language(_: Update, context: Context) -> None:
    """Ask for readers of one language, or of any."""
    number, word = context.staff_number(), context.pressed[3]
    languages: frozenset[Language] = frozenset() if word == "any" else frozenset({Language(word)})
    await _change(context, number, lambda audience: replace(audience, languages=languages))


async def set_joined(_: Update, context: Context) -> None:
    """Ask for new members, for all others, or do not care."""
    number, word = context.staff_number(), context.pressed[3]
    day = context.today - LATELY
    since = day if word == "lately" else None
    before = day if word == "before" else None
    await _change(context, number, lambda a: replace(a, joined_from=since, joined_before=before))


async def _change(
    context: Context, number: int, change: Callable[[AudienceFilter], AudienceFilter]
) -> None:
    changed = await context.services.broadcasts.set_audience(number, context.person.id, change)
    await _show(context, changed.overview, approval_voided=changed.approval_voided)


async def _show(context: Context, overview: Overview, *, approval_voided: bool) -> None:
    await context.show(
        "staff/draft_who",
        keyboard=_choices(context, overview),
        overview=overview,
        broadcast=overview.broadcast,
        approval_voided=approval_voided,
    )
    await context.answer()


def _choices(context: Context, overview: Overview) -> Keyboard:
    number, audience = overview.broadcast.broadcast_id, overview.broadcast.audience
    sections = tuple(
        (_tri_state(context.words.section(each, context.language), state, data),)
        for each in Section
        for state in [_state(each, audience.sections, audience.without_sections)]
        for data in [f"draft:section:{number}:{each}:{_NEXT[state]}"]
    )
    workgroups = tuple(
        (_tri_state(context.label(f"workgroup_{each.name.lower()}"), state, data),)
        for each in Workgroup
        for state in [_state(each, audience.workgroups, audience.without_workgroups)]
        for data in [f"draft:workgroup:{number}:{each}:{_NEXT[state]}"]
    )
    back = (context.button("back", f"blast:show:{number}"),)
    anybody, *languages = _languages(context, number, audience)
    rows = (*sections, *workgroups, (anybody,), tuple(languages))
    return (*rows, *_joined(context, number, audience), back)


def _languages(context: Context, number: int, audience: AudienceFilter) -> tuple[Button, ...]:
    names = {"any": context.label("any_language"), **LANGUAGE_NAMES}
    chosen = next(iter(audience.languages), "any") if len(audience.languages) == 1 else "any"
    return tuple(
        Button(_one_of(name, word == chosen), data=f"draft:language:{number}:{word}")
        for word, name in names.items()
    )


def _joined(context: Context, number: int, audience: AudienceFilter) -> Keyboard:
    since, before = audience.joined_from, audience.joined_before
    lately = context.today - LATELY
    chosen = _chosen_joined(since, before, lately)
    rows = tuple(
        (
            Button(
                _one_of(context.label(f"joined_{word}"), word == chosen),
                data=f"draft:joined:{number}:{word}",
            ),
        )
        for word in ("any", "lately", "before")
    )
    typed = Button(
        _one_of(context.label("joined_typed"), chosen == "typed"),
        data=f"draft:ask:{number}:{Asked.JOINED}",
    )
    return (*rows, (typed,))


def _chosen_joined(since: date | None, before: date | None, lately: date) -> str:
    if before is not None:
        return "before"
    if since is None:
        return "any"
    return "lately" if since == lately else "typed"


def _moved(
    each: T, wanted: str, only: frozenset[T], without: frozenset[T]
) -> tuple[frozenset[T], frozenset[T]]:
    """Return both choices with one of their members where it is wanted."""
    only, without = only - {each}, without - {each}
    match wanted:
        case "only":
            return only | {each}, without
        case "not":
            return only, without | {each}
        case _:
            return only, without


def _state(each: T, only: frozenset[T], without: frozenset[T]) -> str:
    return "only" if each in only else "not" if each in without else "any"


def _tri_state(name: str, state: str, data: str) -> Button:
    return Button(f"{_MARKS[state]} {name}", data=data)


def _one_of(name: str, chosen: bool) -> str:  # noqa: FBT001 - a mark is all it decides
    return f"{'🔘' if chosen else '⚪'} {name}"


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(choose, pattern=WHO),
        CallbackQueryHandler(set_section, pattern=SECTION),
        CallbackQueryHandler(set_workgroup, pattern=WORKGROUP),
        CallbackQueryHandler(set_language, pattern=LANGUAGE),
        CallbackQueryHandler(set_joined, pattern=JOINED),
    ]
