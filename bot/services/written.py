"""Messages of either side as they come, and what both sides of the relay do with them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.content.masking import find_marks
from bot.models import Case, CaseMessage, CasePart, Media, Said
from bot.services.caseposts import CasePosts
from bot.services.caserows import CaseRows
from bot.storage.case_messages import NewCaseMessage
from bot.storage.tables import Tables

DELETES_WITHIN = timedelta(hours=48)  # Telegram's own limit for taking a message from a chat


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it came, in plain words and with its formatting; names are never stored."""

    update_id: int
    chat_id: int
    message_id: int
    text: str
    html: str = ""
    media: Media | None = None
    names: tuple[str, ...] = ()


def new_message(case: Case, part: CasePart, written: Written, said: Said) -> NewCaseMessage:
    """Return a message of either side as it is stored."""
    return NewCaseMessage(
        case.case_id, part, written.update_id, written.chat_id, written.message_id, said
    )


def said_by_person(written: Written) -> Said:
    """Return what a person says, with marks where it may show who or where they are."""
    marks = find_marks(written.text, written.names)
    return Said(written.text, written.media, marks)


def erase(t: Tables, case: Case, message: CaseMessage, posts: CasePosts, now: datetime) -> bool:
    """Erase what a message says, wherever it is shown; return False if it was erased before."""
    if message.said is None:
        return False
    posts.withdraw(t, case, message, now)
    t.case_messages.set_said(message.case_message_id, None)
    if message.part is CasePart.PERSON:
        t.answers.forget_questions(case.case_id)
    young = now - message.sent_at < DELETES_WITHIN
    if message.part is CasePart.PERSON and young and message.chat_id and message.message_id:
        place = (message.chat_id, message.message_id)
        CaseRows(t, case, now).delete_written(message.case_message_id, *place)
    return True
