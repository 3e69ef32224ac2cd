"""The end of a case: everything of it goes, but for its number."""

from dataclasses import replace
from datetime import datetime

from bot.models import Case, CasePart, CaseState, Content, Lane, Operation, Topic, TopicDeed
from bot.services.caseposts import CasePosts
from bot.services.caserows import CaseRows
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables

MOST_DELETED = 100  # messages in one call, Telegram's limit


def erase_case(t: Tables, case: Case, posts: CasePosts, now: datetime) -> None:
    """Erase a case, in the staff chats too, whatever its state."""
    for chat_id in posts.staff_chats:
        _erase_in(t, case, posts, chat_id, now)
    t.case_messages.remove_case(case.case_id)
    t.answers.forget_questions(case.case_id)
    t.cases.forget_person(case.case_id)
    for state in (CaseState.CLOSED, CaseState.ERASED):
        t.cases.move(t.cases.get(case.case_id), state, now)


def _erase_in(t: Tables, case: Case, posts: CasePosts, chat_id: int, now: datetime) -> None:
    """Take what is shown of a case out of a staff chat: the topic, or every message."""
    rows = CaseRows(t, case, now)
    topics = rows.shown_in(chat_id, CasePart.TOPIC)
    for thread_id in topics:
        content = Content("", Topic(TopicDeed.DELETE))
        t.deliveries.add(NewDelivery(chat_id, content, Lane.NOTICE, now, thread_id=thread_id))
    if chat_id > 0:  # here only what is younger than two days can be deleted
        posts.blank(t, case, chat_id, now)
    elif not topics:
        ids = rows.shown_in(chat_id, *CasePart)
        for start in range(0, len(ids), MOST_DELETED):
            new = NewDelivery(chat_id, Content(""), Lane.NOTICE, now, Operation.DELETE)
            some = tuple(ids[start : start + MOST_DELETED])
            t.deliveries.add(replace(new, about_ids=some))
