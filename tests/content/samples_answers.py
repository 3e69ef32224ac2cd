"""Sample values of the templates about answers of staff: name -> list of dicts."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.content.answers import Answer
from bot.content.sources import Source
from bot.models import (
    AnswerState,
    AnswerVersion,
    AnswerWords,
    Language,
    Unanswered,
    Votes,
    WrittenSource,
)
from bot.services.answerchecks import AnswerFlaw, Hint
from bot.services.answerdrafts import DraftView
from bot.services.answerforms import Asked
from bot.services.answers import Standing
from bot.services.checks import Flaw, Problem
from bot.services.feedback import Unhelpful
from bot.services.reviews import Due, ReviewList

WORDS = AnswerWords(
    title="Is the van out today?",
    html="Yes. <b>Call first</b> & ask.",
    questions=tuple(f"question <{n}>" for n in range(10)),
    sources=(
        WrittenSource("The van's list", "example.org", "https://example.org/?a=1&b=2"),
        WrittenSource("Our van team"),
    ),
    reviewed_on=date(2026, 11, 21),
)
DRAFT = AnswerVersion(7, "own-van", Language.EN, AnswerState.DRAFT, None, 3, WORDS, file_digest="")
LIVE = replace(DRAFT, state=AnswerState.LIVE, number=2)
BARE = replace(DRAFT, words=AnswerWords())
ANSWER = Answer(
    topic="own-van",
    language=Language.EN,
    title=WORDS.title,
    questions=WORDS.questions,
    sources=(Source("", "The van's list", "", "https://example.org/?a=1&b=2"),),
    reviewed_on=date(2026, 11, 21),
    review_every=180,
    text="Yes.",
    html="Yes.",
)
TODAY = date(2027, 5, 24)
LATE = Due("own-van", "Is the van <out>?", date(2027, 5, 20))
SOON = Due("own-van", "Is the van out?", TODAY)
HINTS = tuple(Hint(flaw, "911, /stop", n) for flaw in AnswerFlaw for n in (1, 17))


def _standing(**values: Any) -> Standing:
    return replace(
        Standing("own-van", Language.EN, ANSWER, LIVE, DRAFT, has_file=True, votes=Votes(3, 1)),
        **values,
    )


SAMPLES: dict[str, list[Any]] = {
    "staff/answer": [
        {"standing": _standing(), "overdue": True},
        {"standing": _standing(version=None, draft=None), "overdue": False},
        {"standing": _standing(answer=None), "overdue": False},
    ],
    "staff/answer_ask": [{"asked": asked.value} for asked in Asked],
    "staff/answer_changed": [{}],
    "staff/answer_draft": [
        {
            "view": DraftView(DRAFT, WORDS, ANSWER, "", HINTS, (Problem(Flaw.LINK, detail="x"),)),
            "html": WORDS.html,
        },
        {"view": DraftView(BARE, AnswerWords(), ANSWER, "", (), ()), "html": ""},
    ],
    "staff/answer_dropped": [{}],
    "staff/answer_flawed": [{}],
    "staff/answer_future_day": [{}],
    "staff/answer_gone": [{}],
    "staff/answer_how": [
        {"count": 49, "drafts": []},
        {"count": 1, "drafts": [DRAFT]},
        {"count": 2, "drafts": [DRAFT, BARE]},
    ],
    "staff/answer_language": [{}],
    "staff/answer_list": [
        {"found": [], "searched": True},
        {"found": [ANSWER], "searched": True},
        {"found": [ANSWER], "searched": False, "page": 1, "pages": 7},
    ],
    "staff/answer_moved_on": [{}],
    "staff/answer_of_person": [{}],
    "staff/answer_review": [
        {"due": ReviewList(TODAY, (LATE,), (SOON,)), "shown": (LATE, SOON)},
        {"due": ReviewList(TODAY, (LATE,) * 9, (SOON,) * 4), "shown": (LATE,) * 9},
        {"due": ReviewList(TODAY, (), ()), "shown": ()},
    ],
    "staff/answer_second_person": [{"title": "Is it <free>?"}],
    "staff/answer_text_only": [{}],
    "staff/asked_week": [
        {"unanswered": [], "unhelpful": [Unhelpful(ANSWER, Votes(1, 3))]},
        {
            "unanswered": [Unanswered(f"dental, {n}", Language.EN, n) for n in (1, 3)],
            "unhelpful": [Unhelpful(ANSWER, Votes(1, 3))] * 2,
        },
    ],
}
