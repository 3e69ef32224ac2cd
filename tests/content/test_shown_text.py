"""What may never be shown: unconfirmed numbers and places, labels for people, hard words."""

import re

import pytest

from bot.content.files import DEFAULT_DIR
from bot.content.readability import grade, sentences
from bot.content.readability import words as words_of
from bot.content.telegram_html import visible_text
from bot.models import Language
from tests.content.samples import SAMPLES, values_of

DO_NOT_SHIP = [
    *("877-696-1996", "800-484-3731", "800-928-5330", "312-953-3797", "773-471-0999"),
    *("3110 W", "W. Taylor", "1234", "at least 4 hours", "4 horas", "Brave"),
    *("10 S. Kedzie", "929 W. Buena", "OSU.CDPH", "Never Use Alone", "$"),
]
LABELS_FOR_PEOPLE = re.compile(
    r"\b(addict|addicts|abuser|abusers|junkie|junkies|clean|dirty|druggie|habit|"
    r"adicto|adicta|adictos|drogadicto|drogadicta|drogadictos|vicioso|yonqui)\b",
    re.IGNORECASE,
)
FILES = [
    path
    for path in DEFAULT_DIR.rglob("*")
    if path.suffix in (".md", ".yaml", ".j2", ".po") or path.name == "labels.py"
]
PUBLIC = [
    pytest.param(name, values_of(sample, language), language, id=f"{name}-{number}-{language}")
    for name, samples in SAMPLES.items()
    for number, sample in enumerate(samples)
    for language in Language
    if name.startswith(("public/", "member/"))
]


@pytest.mark.parametrize("banned", DO_NOT_SHIP)
def test_what_is_not_confirmed_is_in_no_file(banned):
    shown = re.compile(rf"(?<![\d.]){re.escape(banned)}(?!\d)")
    assert [path.name for path in FILES if shown.search(_shown_part(path))] == []


def _shown_part(path):
    """Return what a person may see of a file: phrases to match are not shown."""
    text = path.read_text(encoding="utf-8")
    if path.name in ("emergency.yaml", "synonyms.yaml"):
        return ""
    return re.sub(r"^questions:\n(?:  - .*\n)+", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize(("name", "values", "language"), PUBLIC)
def test_nobody_is_given_a_label(words, name, values, language):
    shown = visible_text(words.render(name, language, **values))
    assert LABELS_FOR_PEOPLE.findall(shown) == []


def test_no_answer_gives_anybody_a_label(answers):
    shown = {
        a.topic: LABELS_FOR_PEOPLE.findall(a.title + visible_text(a.html)) for a in answers.all()
    }
    assert {topic: found for topic, found in shown.items() if found} == {}


@pytest.mark.parametrize(("name", "values", "language"), PUBLIC)
def test_sentences_of_templates_are_short(words, name, values, language):
    html = words.render(name, language, **values)
    assert [s for s in sentences(html) if len(words_of(s)) > 15] == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        pytest.param(*case.values[:2], id=case.id)
        for case in PUBLIC
        if case.values[2] is Language.EN
    ],
)
def test_english_templates_read_at_sixth_grade(words, name, values):
    html = words.render(name, Language.EN, **values)
    heading_alone = re.fullmatch("<b>[^<]*</b>", html)  # a section's name is no prose
    assert heading_alone or not sentences(html) or grade(html) <= 6


def test_a_hard_text_is_noticed():
    hard = "Pharmacological antagonism precipitates withdrawal symptomatology immediately."
    assert grade(hard) > 12
    assert grade("Call 911. Stay with them. Help is on the way.") < 3
