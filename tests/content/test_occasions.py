"""What is ready for August 31: in both languages, in short sentences, only as sources say."""

import re

import pytest

from bot.content.occasions import read_occasions
from bot.content.readability import sentences
from bot.content.sources import Sources
from bot.errors import StartupError
from bot.models import Language

# Phone numbers and the number for texts, as the answers and the ways have them.
NUMBERS = re.compile(r"\b\d{3}-\d{3}-\d{4}\b|\b\d{6}\b")
LONGEST_SENTENCE = 15  # words
LONGEST_KEY = 20  # characters, so that a button's data fits


@pytest.fixture(scope="module")
def ready(library):
    return [item for occasion in library.occasions for item in occasion.items]


def test_the_day_is_one_that_ships(library):
    shipped = {each.event.key for each in library.events}
    assert {each.event_key for each in library.occasions} <= shipped
    assert all(len(each.key) <= LONGEST_KEY for each in library.occasions)
    assert all(0 < each.nudge_days <= each.countdown_days for each in library.occasions)


def test_every_text_names_its_sources_and_fits_a_button(ready):
    assert ready
    assert all(item.sources and len(item.key) <= LONGEST_KEY for item in ready)


@pytest.mark.parametrize("language", list(Language))
def test_sentences_are_short(ready, language):
    for item in ready:
        for sentence in sentences(item.texts[language]):
            assert len(sentence.split()) <= LONGEST_SENTENCE, sentence


def test_both_languages_name_the_same_numbers_and_only_known_ones(ready, library):
    known = {
        number
        for topic in library.answers.topics()
        for number in NUMBERS.findall(library.answers.get(topic, Language.EN).html)
    }
    for item in ready:
        english, spanish = (set(NUMBERS.findall(item.texts[each])) for each in Language)
        assert english == spanish
        assert english <= known


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("text: {en: Only English}", "not in both languages"),
        ("text: {en: A, es: B}\n      sources: [no-such-source]", "no-such-source"),
    ],
)
def test_a_mistake_is_named(tmp_path, text, fault):
    sources = "" if "sources" in text else "\n      sources: []"
    (tmp_path / "occasions.yaml").write_text(
        "ours:\n  event: e\n  countdown_days: 5\n  nudge_days: 3\n  checked_on: 2026-11-21\n"
        f"  items:\n    one:\n      section: events\n      {text}{sources}\n",
        "utf-8",
    )
    with pytest.raises(StartupError, match=fault):
        read_occasions(Sources(), tmp_path)


def test_a_coalition_leaves_one_out(tmp_path):
    (tmp_path / "occasions.yaml").write_text("awareness-day: null\n", "utf-8")
    assert read_occasions(Sources(), tmp_path) == ()
