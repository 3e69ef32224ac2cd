"""What the bot does about a message: one entry point for emergencies, commands and answers."""

import argparse
import io
import json
import re

import pytest

from benchmarks.understanding import labels
from bot import ask
from bot.content.answers import Answers
from bot.content.concepts import Concepts
from bot.content.emergency import EmergencyKind
from bot.content.files import DEFAULT_DIR
from bot.content.learned import Learned
from bot.content.phrases import Phrases
from bot.content.understanding import Kind, Understanding
from bot.content.wording import Wording
from bot.errors import StartupError
from bot.models import Language

OWN_ANSWER = """---
title: Our picnic
questions: [when is the summer picnic, what food is at the picnic, picnic place]
sources: [taskforce-page]
reviewed_on: 2026-11-01
review_every: 90
---
We meet **here**.
"""


@pytest.fixture(scope="module")
def understanding(answers):
    return Understanding(answers)


@pytest.fixture(scope="module")
def wording():
    return Wording(Concepts())


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("he is not breathing", Kind.EMERGENCY, "opioid"),
        ("where can i get narcan right now he is turning blue", Kind.EMERGENCY, "opioid"),
        ("where can i get narcan near pulaski", Kind.SUPPLIES, "naloxone"),
        ("jeringas 60624", Kind.SUPPLIES, "syringes"),
        ("is my narcan expired", Kind.ANSWER, "naloxone-expired"),
        ("UNSUBSCRIBE", Kind.COMMAND, "stop"),
        ("baja", Kind.COMMAND, "stop"),
        ("en español", Kind.COMMAND, "spanish"),
        ("who won the bears game", Kind.NONE, None),
        ("👍🏾", Kind.NONE, None),
        ("", Kind.NONE, None),
    ],
)
def test_a_message_is_an_emergency_supplies_an_answer_a_command_or_none(
    understanding, text, kind, found
):
    understood = understanding.of(text, Language.EN)
    assert (understood.kind, understood.id) == (kind, found)


def test_an_emergency_inside_another_request_names_that_too(understanding):
    understood = understanding.of("he wont wake up where can i get narcan", Language.EN)
    assert understood.kind is Kind.EMERGENCY
    assert "naloxone" in understood.alternatives


def test_a_near_miss_has_its_answer_and_the_card_beside(understanding):
    understood = understanding.of("how do you know if someone is not breathing", Language.EN)
    assert understood.kind is not Kind.EMERGENCY
    assert understood.card is not None
    assert understood.card.kind is EmergencyKind.OPIOID


def test_a_calm_question_has_no_card(understanding):
    assert understanding.of("when is the next echo", Language.EN).card is None


def test_suggestions_are_at_most_three_and_the_best_comes_first(understanding):
    understood = understanding.of("is it legal", Language.EN)
    assert understood.kind is Kind.SUGGESTIONS
    assert 1 < len(understood.alternatives) <= 3
    assert understood.id == understood.alternatives[0]


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("¿cuánto dura?", Language.EN, Language.ES),
        ("how long does it last", Language.ES, Language.EN),
        ("narcan", Language.ES, Language.ES),
        ("narcan", Language.EN, Language.EN),
    ],
)
def test_the_hint_decides_only_where_the_words_do_not(understanding, text, hint, language):
    assert understanding.of(text, hint).language is language


def test_the_same_words_mean_the_same(understanding):
    first = understanding.of("can i keep narcan in my car", Language.EN)
    assert first == understanding.of("can i keep narcan in my car", Language.EN)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("wat do u do", "what do you do"),
        ("ov\u200berdose", "overdose"),
        ("o\u0301verd\u0336ose", "overdose"),
        ("narcaan", "narcan"),
        ("he is here question mark", "he is here "),
        ("60624", "zip"),
        ("onde ta mi ermano", "donde esta mi hermano"),
        ("naloxona bensida", "naloxona vencida"),
    ],
)
def test_short_forms_typos_and_unseen_letters_are_mended(wording, written, read):
    assert wording.read(written, Language.EN).text == read.strip()


@pytest.mark.parametrize("word", ["breath", "needed", "policy", "recent", "commit"])
def test_real_words_are_not_taken_for_typos(wording, word):
    assert wording.read(word, Language.EN).text == word


def test_phrases_match_whole_words_prefixes_and_gaps():
    phrases = Phrases({"expired": ["expir*"], "use": ["how .. use"], "id": ["id"]})
    assert phrases.names_in(["how", "do", "i", "use", "expired", "narcan"]) == {"expired", "use"}
    assert phrases.names_in(["did", "you"]) == frozenset()
    assert phrases.names_in(["how", "one", "two", "three", "four", "use"]) == frozenset()


@pytest.mark.parametrize("phrase", ["", "Narcan", "don't", ".. use", "use ..", "* use"])
def test_a_phrase_that_could_never_match_is_refused(phrase):
    with pytest.raises(ValueError, match="name"):
        Phrases({"name": [phrase]})


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("concepts.yaml", "new:\n  en: [Upper]\n  es: []\n", "Upper"),
        ("concepts.yaml", "new:\n  fr: [mot]\n", "fr"),
    ],
)
def test_a_mistake_in_the_content_is_told_at_the_start(tmp_path, file, text, said):
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(StartupError, match=said):
        Concepts(tmp_path)


def test_every_topic_that_was_learned_is_there_to_be_shown_and_every_answer_was(answers):
    labels = Learned().labels
    topics = {label.removeprefix("topic/") for label in labels if label.startswith("topic/")}
    assert topics == set(answers.topics())


def test_an_answer_that_was_not_learned_is_found_by_its_own_questions(tmp_path, sources):
    for language in Language:
        folder = tmp_path / "answers" / language
        folder.mkdir(parents=True)
        (folder / "picnic.md").write_text(OWN_ANSWER, encoding="utf-8")
    own = Understanding(Answers(sources, tmp_path), tmp_path)
    understood = own.of("when is the summer picnic?", Language.EN)
    assert (understood.kind, understood.id) == (Kind.ANSWER, "picnic")


def test_an_answers_own_questions_are_understood(understanding, answers):
    missed = [
        question
        for answer in answers.all()
        for question in answer.questions
        if f"topic/{answer.topic}" not in labels(found := understanding.of(question, Language.EN))
        and found.kind not in (Kind.EMERGENCY, Kind.COMMAND)
    ]
    assert missed == []


def _asked(monkeypatch, capsys, *arguments, typed=""):
    parser = argparse.ArgumentParser()
    ask.add_arguments(parser)
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert ask.run(parser.parse_args(arguments)) == 0
    return capsys.readouterr().out.splitlines()


def test_ask_prints_one_json_object(monkeypatch, capsys):
    (line,) = _asked(monkeypatch, capsys, "donde hay narcan", "--lang", "es", "--json")
    found = json.loads(line)
    assert list(found) == ["kind", "id", "lang", "alternatives", "score"]
    assert (found["kind"], found["id"], found["lang"]) == ("supplies", "naloxone", "es")


def test_ask_answers_every_line_of_its_input(monkeypatch, capsys):
    lines = _asked(monkeypatch, capsys, "-", typed="he is not breathing\n\nstop\n")
    assert [json.loads(line)["kind"] for line in lines] == ["emergency", "none", "command"]


def test_ask_speaks_to_people_too(monkeypatch, capsys):
    (line,) = _asked(monkeypatch, capsys, "stop")
    assert line == "command stop (en, 1.00), or eblast-subscription"


@pytest.mark.parametrize("name", ["concepts", "emergency", "spelling", "synonyms"])
def test_no_key_is_written_twice(name):
    written = (DEFAULT_DIR / f"{name}.yaml").read_text(encoding="utf-8")
    keys = re.findall(r"^[^\s#][^:]*(?=:)", written, re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))
