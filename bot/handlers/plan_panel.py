"""What staff see of events: one with its buttons, one date of a series, a change to look at."""

from bot.content.dates import short_date_text
from bot.content.labels import LANGUAGE_NAMES
from bot.context import Context
from bot.models import Button, Content, Keyboard, Language
from bot.models.events import EventState
from bot.services.eventforms import Asked
from bot.services.eventsheets import Sheet
from bot.services.planning import Proposal

SHOWN_CHARACTERS = 40  # of a title in a list


async def show_proposal(context: Context, proposal: Proposal) -> None:
    """Show what a change would make of an event, and how many are told of it."""
    before, after = proposal.before, proposal.after
    number = before.event.event_id
    where = f"{number}:{before.date.on if before.date else 'all'}"
    yes = context.button("event_change_sure", f"plan:sure:{where}:{proposal.asked_for}", "success")
    no = context.button("no", f"plan:show:{number}")
    html = context.words.render("staff/event_sure", context.language, before=before, after=after)
    content = Content(html, keyboard=((yes,), (no,)))
    await context.send(content, reply_to=context.message.message_id)


async def show_sheet(context: Context, sheet: Sheet) -> None:
    """Show an event, or one date of it where that is what it is about."""
    if sheet.date is not None and sheet.date.schedule.rule is not None:
        keyboard = _date_buttons(context, sheet)
        await context.show("staff/event_date", sheet=sheet, keyboard=keyboard)
    else:
        await context.show("staff/event", sheet=sheet, keyboard=_buttons(context, sheet))
    await context.answer()


def list_button_text(context: Context, sheet: Sheet) -> str:
    """Return what stands on an event's button in the list."""
    text = sheet.event.title(context.language)
    short = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
    if sheet.event.state is EventState.DRAFT:
        return f"✏️ {short}"
    return f"{short_date_text(sheet.coming[0].day, context.language)} · {short}"


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
    if found.notes:
        rows.append((context.button("event_drop_note", f"calendar:note:{number}"),))
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
        ),
        (
            context.button("event_place", f"plan:ask:{where}:{Asked.PLACE}"),
            context.button("event_seats", f"plan:ask:{where}:{Asked.SEATS}"),
        ),
    ]
    if found.is_moved:
        rows.append((context.button("event_usual", f"plan:usual:{where}"),))
    if found.change.place or found.change.url:
        rows.append((context.button("event_usual_place", f"plan:usual-place:{where}"),))
    if found.change.cancelled:
        rows.append((context.button("event_after_all", f"plan:back:{where}", "success"),))
    else:
        rows.append((context.button("event_cancel_date", f"plan:cancel:{where}", "danger"),))
    rows.append((context.button("back", f"plan:show:{number}"),))
    return tuple(rows)
