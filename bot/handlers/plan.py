"""Events for staff: enter one, change it, move or cancel a date or all; people hear of it."""

from datetime import date
from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.dates import short_date_text
from bot.content.labels import LANGUAGE_NAMES
from bot.content.library import Library
from bot.context import Context
from bot.errors import Refusal
from bot.models import Button, Content, Keyboard, Language
from bot.models.events import EventKind, EventState
from bot.services.planning import Asked, Proposal, Sheet

SHOWN_CHARACTERS = 40  # of a title in a list
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
USUAL = rf"^plan:usual:{_ID}:({_ON})$"


async def event(_: Update, context: Context) -> None:
    """Enter an event, or show what there is."""
    context.services.staff.require(context.person.id)
    words = (context.message.text or "").split(maxsplit=1)
    if len(words) < 2:
        await list_(_, context)
        return
    sheet = await context.services.planning.create(
        context.incoming.update_id, context.language, words[1]
    )
    await _show(context, sheet)


async def list_(_: Update, context: Context) -> None:
    """List drafts and what comes."""
    context.services.staff.require(context.person.id)
    sheets = await context.services.planning.list_coming()
    keyboard = tuple(
        (Button(_title(context, each), data=f"plan:show:{each.event.event_id}"),)
        for each in sheets[:50]
    )
    await context.show("staff/event_how", sheets=sheets, keyboard=keyboard)
    await context.answer()


async def show(_: Update, context: Context) -> None:
    """Show one event with what can be done to it."""
    await _show(context, await context.services.planning.sheet(context.staff_number()))


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
    await _show(context, await context.services.planning.sheet(number, on))


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
    await _show(context, await context.services.planning.set_kind(number, kind))


async def toggle_language(_: Update, context: Context) -> None:
    """Say that a language is spoken there, or not."""
    number, language = context.staff_number(), Language(context.pressed[3])
    await _show(context, await context.services.planning.toggle_language(number, language))


async def publish(_: Update, context: Context) -> None:
    """Show it to people."""
    await _show(context, await context.services.planning.publish(context.staff_number()))


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
            await _propose(context, found)
        case Sheet():
            await _show(context, found)
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
    await _show(context, sheet)


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
    """Let a moved date be at its usual time."""
    number, on = context.staff_number(), _on(context)
    if on is None:
        raise Refusal("staff/event_gone")
    sheet = await context.services.planning.move_back(number, on)
    context.wake_courier()
    await _show(context, sheet)


async def _set_cancelled(context: Context, *, cancelled: bool) -> None:
    number, on = context.staff_number(), _on(context)
    sheet = await context.services.planning.cancel(number, on, cancelled=cancelled)
    context.wake_courier()
    await _show(context, sheet)


async def _propose(context: Context, proposal: Proposal) -> None:
    before, after = proposal.before, proposal.after
    number = before.event.event_id
    where = f"{number}:{before.date.on if before.date else 'all'}"
    yes = context.button("event_change_sure", f"plan:sure:{where}:{proposal.asked_for}", "success")
    no = context.button("no", f"plan:show:{number}")
    html = context.words.render("staff/event_sure", context.language, before=before, after=after)
    content = Content(html, keyboard=((yes,), (no,)))
    await context.send(content, reply_to=context.message.message_id)


async def _show(context: Context, sheet: Sheet) -> None:
    """Show an event, or one date of it where that is what it is about."""
    if sheet.date is not None and sheet.date.schedule.rule is not None:
        keyboard = _date_buttons(context, sheet)
        await context.show("staff/event_date", sheet=sheet, keyboard=keyboard)
    else:
        await context.show("staff/event", sheet=sheet, keyboard=_buttons(context, sheet))
    await context.answer()


def _buttons(context: Context, sheet: Sheet) -> Keyboard:
    found = sheet.event
    number, draft = found.event_id, found.state is EventState.DRAFT

    def ask_for(label: str, asked: Asked, name: str = "") -> Button:
        return context.button(label, f"plan:ask:{number}:all:{asked}", name=name)

    other = context.words.language_name(context.language.other, context.language)
    rows: list[tuple[Button, ...]] = []
    if draft:
        rows.append((context.button("event_publish", f"plan:publish:{number}", "success"),))
    elif found.schedule and found.schedule.rule and sheet.coming:
        rows.append((context.button("event_dates", f"plan:dates:{number}", "primary"),))
    rows += [
        (ask_for("event_time", Asked.WHEN), ask_for("event_place", Asked.PLACE)),
        (
            ask_for("title", Asked.TITLE),
            ask_for("event_other_title", Asked.OTHER_TITLE, name=other),
        ),
        tuple(_spoken(sheet, language) for language in Language),
        _about_date(context, sheet, ask_for("event_seats", Asked.SEATS)),
        (
            context.button("event_kind", f"plan:kinds:{number}"),
            context.button("event_all", "plan:list"),
        ),
    ]
    if draft:
        rows.append((context.button("draft_throw_away", f"plan:drop:{number}", "danger"),))
    elif found.state is EventState.CANCELLED:
        rows.append((context.button("event_after_all", f"plan:back:{number}:all", "success"),))
    else:
        label = "event_cancel_all" if found.schedule and found.schedule.rule else "event_cancel"
        rows.append((context.button(label, f"plan:cancel:{number}:all", "danger"),))
    return tuple(rows)


def _about_date(context: Context, sheet: Sheet, seats: Button) -> tuple[Button, ...]:
    """Return the seats, and the topic of an event that is once: a series has one per date."""
    schedule = sheet.event.schedule
    if schedule is None or schedule.rule is not None:
        return (seats,)
    data = f"plan:ask:{sheet.event.event_id}:{schedule.first_on}:{Asked.TOPIC}"
    return (context.button("event_topic", data), seats)


def _spoken(sheet: Sheet, language: Language) -> Button:
    mark = "✅" if language in sheet.event.languages else "⬜"
    data = f"plan:spoken:{sheet.event.event_id}:{language}"
    return Button(f"{mark} {LANGUAGE_NAMES[language]}", data=data)


def _date_buttons(context: Context, sheet: Sheet) -> Keyboard:
    found = sheet.date
    if found is None:
        return ()
    number = sheet.event.event_id
    where = f"{number}:{found.on}"
    rows: list[tuple[Button, ...]] = [
        (
            context.button("event_topic", f"plan:ask:{where}:{Asked.TOPIC}"),
            context.button("event_move", f"plan:ask:{where}:{Asked.MOVE}"),
        )
    ]
    if found.is_moved:
        rows.append((context.button("event_usual", f"plan:usual:{where}"),))
    if found.change.cancelled:
        rows.append((context.button("event_after_all", f"plan:back:{where}", "success"),))
    else:
        rows.append((context.button("event_cancel_date", f"plan:cancel:{where}", "danger"),))
    rows.append((context.button("back", f"plan:show:{number}"),))
    return tuple(rows)


def _title(context: Context, sheet: Sheet) -> str:
    text = sheet.event.title(context.language)
    short = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
    if sheet.event.state is EventState.DRAFT:
        return f"✏️ {short}"
    return f"{short_date_text(sheet.coming[0].day, context.language)} · {short}"


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
