"""Reviewed answers for a case: staff choose one, see it in the person's language, and send it."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.library import Library
from bot.content.understanding import Kind
from bot.context import Context
from bot.errors import Refusal
from bot.models import Button, Case

READY_PAGE = 8  # answers in one message


async def answers(_: Update, context: Context) -> None:
    """Offer reviewed answers: first those that fit the question."""
    number, offset = (
        context.staff_number(),
        int(context.pressed[3]) if len(context.pressed) > 3 else 0,
    )
    cases = context.services.cases
    case = await cases.get(number)
    topics = _fitting(context, case, await cases.question(number))
    rows = [
        (_topic_button(context, case, topic),) for topic in topics[offset : offset + READY_PAGE]
    ]
    if offset + READY_PAGE < len(topics):
        further = f"case:answers:{number}:{offset + READY_PAGE}"
        rows.append((context.button("case_more_answers", further),))
    await context.reply("staff/case_answers", case=case, keyboard=tuple(rows))
    await context.answer()


async def preview(_: Update, context: Context) -> None:
    """Show a reviewed answer in the person's language before it is sent."""
    number, topic = context.staff_number(), context.pressed[3]
    case = await context.services.cases.get(number)
    html = context.services.library.answer_html(topic, case.language, context.today)
    send = context.button("case_send", f"case:send:{number}:{topic}", "success")
    await context.reply("staff/case_answer_preview", case=case, text=html, keyboard=((send,),))
    await context.answer()


async def send_ready(_: Update, context: Context) -> None:
    """Send a reviewed answer to the person."""
    number, topic = context.staff_number(), context.pressed[3]
    cases = context.services.cases
    case = await cases.get(number)
    html = context.services.library.answer_html(topic, case.language, context.today)
    sent = await context.services.replies.send_ready(number, html, context.incoming.update_id)
    if not sent.is_open:
        raise Refusal("staff/case_is_closed", case=sent)
    context.wake_courier()
    await context.show("staff/case_answer_sent", case=sent)
    await context.answer()


def _fitting(context: Context, case: Case, question: str) -> list[str]:
    """Return the topics of all answers, those that fit the question first."""
    library = context.services.library
    found = library.understanding.of(question, case.language) if question else None
    first = (
        [] if found is None or found.kind is Kind.EMERGENCY else [found.id, *found.alternatives]
    )
    topics = library.answers.topics()
    fitting = [topic for topic in first if topic in topics]
    return [
        *dict.fromkeys(each for each in fitting if each),
        *(t for t in topics if t not in fitting),
    ]


def _topic_button(context: Context, case: Case, topic: str) -> Button:
    title = context.services.library.answers.get(topic, context.language).title
    return Button(title, data=f"case:ready:{case.case_id}:{topic}")


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    n = r"\d{1,15}"
    return [
        CallbackQueryHandler(answers, pattern=rf"^case:answers:{n}(:\d{{1,4}})?$"),
        CallbackQueryHandler(preview, pattern=rf"^case:ready:{n}:[\w-]+$"),
        CallbackQueryHandler(send_ready, pattern=rf"^case:send:{n}:[\w-]+$"),
    ]
