"""What staff see of answers: the list, how a topic stands, a draft; and what people see."""

from collections.abc import Sequence

from bot.content.answers import Answer
from bot.content.telegram_html import truncate
from bot.context import Context
from bot.handlers.answer_view import answer_keyboard
from bot.models import AnswerVersion, Button, Content, Keyboard, Language
from bot.services.answerdrafts import DraftView
from bot.services.answerforms import Asked
from bot.services.answers import Standing
from bot.services.reviews import LISTED

PAGE = 8  # answers in a list
SHOWN_TEXT = 1500  # characters of a draft's text; more would not fit with the rest
SHOWN_DRAFTS = 20


async def show_start(context: Context) -> None:
    """Say how answers are found and changed, with the open drafts."""
    answers = context.services.answers
    drafts = (await context.services.answer_drafts.list_drafts())[:SHOWN_DRAFTS]
    due = len(context.services.reviews.list_due(context.language).all)
    await context.show(
        "staff/answer_how",
        keyboard=(
            *((_draft_button(context, each),) for each in drafts),
            (
                context.button("answer_all", "answer:list:1", "primary"),
                context.button("answer_find", "answer:find"),
            ),
            (
                context.button("answer_new", "answer:new"),
                Button(f"{context.label('answer_due')} ({due})", data="answer:due"),
            ),
        ),
        count=len(answers.list_all(context.language)),
        drafts=drafts,
    )
    await context.answer()


async def show_due(context: Context, said: str = "") -> None:
    """Show what should be checked again, the latest first."""
    due = context.services.reviews.list_due(context.language)
    await context.show(
        "staff/answer_review",
        keyboard=context.services.reviews.keyboard(due, context.language),
        due=due,
        shown=due.all[:LISTED],
    )
    await context.answer(said)


async def show_found(context: Context, found: Sequence[Answer]) -> None:
    """Show what was found."""
    keyboard = (*_answer_buttons(found), *_ways_on(context))
    await context.show("staff/answer_list", keyboard=keyboard, found=found, searched=True)
    await context.answer()


async def show_page(context: Context, page: int) -> None:
    """Show a page of all answers."""
    answers = context.services.answers.list_all(context.language)
    pages = max(1, -(-len(answers) // PAGE))
    page = min(max(page, 1), pages)
    found = answers[(page - 1) * PAGE : page * PAGE]
    turn = tuple(
        context.button(label, f"answer:list:{other}")
        for label, other in (("answer_before", page - 1), ("answer_after", page + 1))
        if 1 <= other <= pages
    )
    rows = (*_answer_buttons(found), *((turn,) if turn else ()), *_ways_on(context))
    await context.show(
        "staff/answer_list", keyboard=rows, found=found, searched=False, page=page, pages=pages
    )
    await context.answer()


async def show_standing(context: Context, standing: Standing, said: str = "") -> None:
    """Show how a topic stands, with what can be done to it."""
    answer = standing.answer
    await context.show(
        "staff/answer",
        keyboard=_standing_buttons(context, standing),
        standing=standing,
        overdue=answer is not None and answer.overdue(context.today),
    )
    await context.answer(said, alert=bool(said))


async def show_draft(context: Context, view: DraftView, said: str = "") -> None:
    """Show a draft, where the pressed button is or in a new message."""
    await context.show(
        "staff/answer_draft",
        keyboard=_draft_buttons(context, view),
        view=view,
        html=truncate(view.words.html, SHOWN_TEXT),
    )
    await context.answer(said, alert=bool(said))


async def preview(context: Context, answer: Answer, language: Language) -> None:
    """Send an answer exactly as people see it."""
    await context.answer()
    html = context.services.library.html_of(answer, language, context.today)
    await context.send(Content(html, keyboard=answer_keyboard(context, answer, language)))


def _standing_buttons(context: Context, standing: Standing) -> Keyboard:
    where = f"{standing.topic}:{standing.language}"
    other = standing.language.other
    name = context.words.language_name(other, context.language)
    change = "answer_open_draft" if standing.draft else "draft_change"
    rows: list[tuple[Button, ...]] = [(context.button(change, f"answer:edit:{where}", "primary"),)]
    look = (context.button("blast_preview", f"answer:look:{where}"),) if standing.answer else ()
    swap = context.button("answer_in", f"answer:show:{standing.topic}:{other}", name=name)
    rows.append((*look, swap))
    if standing.answer is not None and standing.answer.reviewed_on < context.today:
        rows.append((context.button("check_right", f"answer:still:{where}"),))
    if standing.version is not None:
        undo = context.button("blast_undo", f"answer:undo:{standing.version.version_id}", "danger")
        back = "answer_to_file" if standing.has_file else "answer_take_away"
        laid = standing.version.words is not None
        rows.append((undo, *((context.button(back, f"answer:file:{where}"),) if laid else ())))
    rows.append((context.button("answer_all", "answer:list:1"),))
    return tuple(rows)


def _draft_buttons(context: Context, view: DraftView) -> Keyboard:
    number, version = view.version.version_id, view.version
    other = version.language.other
    name = context.words.language_name(other, context.language)

    def ask(label: str, asked: Asked) -> Button:
        return context.button(label, f"answer:ask:{number}:{asked}")

    is_new = context.services.library.answers.find(version.topic, version.language) is None
    swap = (context.button("item_swap_language", f"answer:swap:{number}", name=name),)
    return (
        (ask("title", Asked.TITLE), ask("item_text", Asked.TEXT)),
        (ask("answer_questions", Asked.QUESTIONS), ask("answer_sources", Asked.SOURCES)),
        (
            context.button("answer_checked_today", f"answer:today:{number}"),
            ask("answer_checked", Asked.DATE),
        ),
        (
            context.button("blast_preview", f"answer:preview:{number}"),
            context.button("answer_in", f"answer:show:{version.topic}:{other}", name=name),
        ),
        *((swap,) if is_new else ()),
        (
            context.button(
                "blast_approve", f"answer:approve:{number}:{version.revision}", "success"
            ),
        ),
        (context.button("draft_throw_away", f"answer:drop:{number}", "danger"),),
    )


def _answer_buttons(found: Sequence[Answer]) -> Keyboard:
    return tuple(
        (Button(answer.title, data=f"answer:show:{answer.topic}:{answer.language}"),)
        for answer in found
    )


def _draft_button(context: Context, draft: AnswerVersion) -> Button:
    title = draft.words.title if draft.words else ""
    shown = title or context.label("answer_untitled")
    return Button(f"✏️ {shown} ({draft.language})", data=f"answer:draft:{draft.version_id}")


def _ways_on(context: Context) -> Keyboard:
    return (
        (
            context.button("answer_find", "answer:find"),
            context.button("answer_new", "answer:new"),
        ),
    )
