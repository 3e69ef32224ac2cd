"""Trainings, for staff: a year with its chart, a month, one training, and tables to take along."""

from datetime import date
from typing import Any

from telegram import InputFile, Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.bars import bars
from bot.content.dates import month_text, short_date_text
from bot.content.library import Library
from bot.context import Context
from bot.errors import Refusal
from bot.models import Button, Keyboard, Lane
from bot.models.records import Training
from bot.services.trainingfiles import Period
from bot.services.trainings import NEW, Asked, Shown, Year, totals

SHOWN_CHARACTERS = 24  # of a place in a list
YEAR = r"^training:year:(0|\d{4})$"
MONTH = r"^training:month:\d{4}-\d\d$"
SHOW = r"^training:show:\d{1,9}$"
ADD = r"^training:add$"
ASK = rf"^training:ask:\d{{1,9}}:({'|'.join(Asked)})$"
STOP = r"^training:stop:\d{1,9}$"
DELETE = r"^training:delete:\d{1,9}$"
UNDO = r"^training:undo:\d{1,9}$"
CHANGES = r"^training:changes$"
FILES = r"^training:files$"
FILE = rf"^training:file:({'|'.join(Period)})$"


async def show_year(_: Update, context: Context) -> None:
    """Show how many were trained in a year, month by month."""
    year = await context.services.trainings.year(context.staff_number() or None)
    chart = bars([(_month(context, first), each.trained) for first, each in year.months])
    await context.show(
        "staff/trainings", year=year, chart=chart, keyboard=_year_buttons(context, year)
    )
    await context.answer()


async def show_month(_: Update, context: Context) -> None:
    """List the trainings of a month."""
    context.services.staff.require(context.person.id)
    first = date.fromisoformat(f"{context.pressed[2]}-01")
    found = await context.services.trainings.month(first)
    rows = tuple(
        (Button(_title(context, each), data=f"training:show:{each.training_id}"),)
        for each in found[:90]
    )
    back = (context.button("back", f"training:year:{first.year}"),)
    await context.show(
        "staff/training_month", first=first, total=totals(found), keyboard=(*rows, back)
    )
    await context.answer()


async def show(_: Update, context: Context) -> None:
    """Show one training."""
    await _show(context, Shown(await context.services.trainings.get(context.staff_number())))


async def add(_: Update, context: Context) -> None:
    """Ask for a training that was no event: the next message is it."""
    context.services.staff.require(context.person.id)
    await context.services.trainings.ask(context.chat.id, context.person.id, NEW)
    cancel = ((context.button("cancel", "training:stop:0"),),)
    await context.reply("staff/training_how", keyboard=cancel)
    await context.answer()


async def ask(_: Update, context: Context) -> None:
    """Ask for something of a training: the next message is it."""
    number, asked = context.staff_number(), Asked(context.pressed[3])
    training = await context.services.trainings.ask(
        context.chat.id, context.person.id, asked, number
    )
    cancel = ((context.button("cancel", f"training:stop:{number}"),),)
    await context.reply("staff/training_ask", training=training, asked=asked, keyboard=cancel)
    await context.answer()


async def stop(update: Update, context: Context) -> None:
    """Stop waiting for an answer."""
    number = context.staff_number()
    await context.services.trainings.close_form(context.chat.id, context.person.id)
    await (show(update, context) if number else show_year(update, context))


async def continue_form(context: Context) -> bool:
    """Take a message as what was asked for; return False if nothing was."""
    text = context.message.text or context.message.caption or ""
    shown = await context.services.trainings.answer(
        context.chat.id, context.person.id, text, context.language
    )
    if shown is None:
        return False
    await _show(context, shown)
    return True


async def delete(_: Update, context: Context) -> None:
    """Delete a training; one tap takes it back."""
    shown = await context.services.trainings.delete(context.staff_number(), context.person.id)
    undo = context.button("blast_undo", f"training:undo:{shown.change_id}")
    back = context.button("section_trainings", "training:year:0")
    await context.show(
        "staff/training_deleted", training=shown.training, keyboard=((undo,), (back,))
    )
    await context.answer()


async def undo(_: Update, context: Context) -> None:
    """Take a change back."""
    await context.services.trainings.undo(context.staff_number(), context.person.id)
    await _show_changes(context)


async def changes(_: Update, context: Context) -> None:
    """Show who changed what."""
    context.services.staff.require(context.person.id)
    await _show_changes(context)


async def choose_file(_: Update, context: Context) -> None:
    """Offer tables of this month, quarter, year, and of all."""
    context.services.staff.require(context.person.id)
    rows = tuple(
        (context.button(f"period_{period}", f"training:file:{period}"),) for period in Period
    )
    back = (context.button("back", "training:year:0"),)
    await context.show("staff/training_files", keyboard=(*rows, back))
    await context.answer()


async def send_file(_: Update, context: Context) -> None:
    """Send a table for a spreadsheet."""
    context.services.staff.require(context.person.id)
    file = await context.services.trainings.file(Period(context.pressed[2]))
    if not file.count:
        raise Refusal("staff/training_none")
    await context.bot.send_document(
        context.chat.id,
        InputFile(file.data, filename=file.name),
        caption=context.label("training_file", count=file.count),
        message_thread_id=context.thread_id,
        rate_limit_args=Lane.REPLY,
    )
    await context.answer()


async def _show(context: Context, shown: Shown) -> None:
    number = shown.training.training_id

    def ask_for(label: str, asked: Asked) -> Button:
        return context.button(label, f"training:ask:{number}:{asked}")

    rows: list[tuple[Button, ...]] = [
        (ask_for("training_trained", Asked.TRAINED), ask_for("training_kits", Asked.KITS)),
        (ask_for("training_place", Asked.PLACE), ask_for("training_trainer", Asked.TRAINER)),
        (
            ask_for("training_day", Asked.DAY),
            context.button("training_delete", f"training:delete:{number}", "danger"),
        ),
    ]
    if shown.change_id is not None:
        rows.append((context.button("blast_undo", f"training:undo:{shown.change_id}"),))
    month = f"{shown.training.held_on:%Y-%m}"
    rows.append((context.button("section_trainings", f"training:month:{month}"),))
    await context.show("staff/training", training=shown.training, keyboard=tuple(rows))
    await context.answer()


async def _show_changes(context: Context) -> None:
    entries = await context.services.trainings.history()
    undos = [
        context.button(
            "site_undo_one", f"training:undo:{e.change.change_id}", number=e.change.change_id
        )
        for e in entries
        if not (e.change.undone or e.told)
    ]
    rows = tuple(tuple(undos[n : n + 3]) for n in range(0, len(undos), 3))
    back = (context.button("back", "training:year:0"),)
    await context.show(
        "staff/record_changes",
        entries=entries,
        zone=context.services.trainings.zone,
        keyboard=(*rows, back),
    )
    await context.answer()


def _year_buttons(context: Context, year: Year) -> Keyboard:
    months = [
        Button(
            f"{_month(context, first)} · {each.trainings}", data=f"training:month:{first:%Y-%m}"
        )
        for first, each in year.months
        if each.trainings
    ]
    others = [Button(str(each), data=f"training:year:{each}") for each in year.others]
    return (
        *(tuple(months[n : n + 3]) for n in range(0, len(months), 3)),
        *(tuple(others[n : n + 4]) for n in range(0, len(others), 4)),
        (
            context.button("training_add", "training:add", "primary"),
            context.button("training_files", "training:files"),
        ),
        (
            context.button("site_history", "training:changes"),
            context.button("events_past", "after:past"),
        ),
        (context.button("count_kinds", "after:kinds"),),
    )


def _title(context: Context, training: Training) -> str:
    day = short_date_text(training.held_on, context.language)
    place = training.place
    short = place if len(place) <= SHOWN_CHARACTERS else f"{place[: SHOWN_CHARACTERS - 1]}…"
    return " · ".join(part for part in (day, str(training.trained), short) if part)


def _month(context: Context, first: date) -> str:
    """Return a month without its year, for a chart of one year."""
    return month_text(first, context.language).split()[0]


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(show_year, pattern=YEAR),
        CallbackQueryHandler(show_month, pattern=MONTH),
        CallbackQueryHandler(show, pattern=SHOW),
        CallbackQueryHandler(add, pattern=ADD),
        CallbackQueryHandler(ask, pattern=ASK),
        CallbackQueryHandler(stop, pattern=STOP),
        CallbackQueryHandler(delete, pattern=DELETE),
        CallbackQueryHandler(undo, pattern=UNDO),
        CallbackQueryHandler(changes, pattern=CHANGES),
        CallbackQueryHandler(choose_file, pattern=FILES),
        CallbackQueryHandler(send_file, pattern=FILE),
    ]
