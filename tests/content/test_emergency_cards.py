"""The emergency cards: first line, order of the steps, short words, and no need of files later."""

import re
import shutil

import pytest

from bot.content.cards import Cards
from bot.content.emergency import EmergencyKind
from bot.content.files import DEFAULT_DIR
from bot.content.readability import grade, words
from bot.content.renderer import Words
from bot.content.sources import Sources
from bot.content.telegram_html import check, visible_length, visible_text
from bot.models import Language

EVERY = [(kind, language) for kind in EmergencyKind for language in Language]


def _steps(html):
    return re.findall(r"^\d+\. (.+)$", visible_text(html), re.MULTILINE)


def _in_order(text, *parts):
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_step_has_at_most_ten_words(cards, kind, language):
    assert [step for step in _steps(cards.card(kind, language)) if len(words(step)) > 10] == []


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_a_card_is_one_short_calm_message(cards, kind, language):
    html = cards.card(kind, language)
    assert check(html) == []
    assert visible_length(html) < 1500
    assert not set("!¡") & set(html)
    assert re.search(r"911|988", html.splitlines()[0])


@pytest.mark.parametrize("kind", EmergencyKind)
def test_a_card_reads_at_fourth_grade(cards, kind):
    assert grade(cards.card(kind, Language.EN)) <= 4


def test_the_overdose_card_says_first_what_matters_first(cards):
    english = cards.card(EmergencyKind.OPIOID, Language.EN)
    spanish = cards.card(EmergencyKind.OPIOID, Language.ES)
    assert english.splitlines()[0] == "<b>Call 911 and give naloxone now</b>"
    assert spanish.splitlines()[0] == "<b>Llama al 911 y da naloxona ya</b>"


def test_the_steps_come_in_the_order_that_sources_agree_on(cards):
    english = visible_text(cards.card(EmergencyKind.OPIOID, Language.EN))
    _in_order(
        english,
        *("breastbone", "Tell 911", "nostril", "2 breaths", "every 5 seconds", "dispatcher"),
        *("2 to 3 minutes", "other nostril", "side", "Stay until help comes"),
    )
    spanish = visible_text(cards.card(EmergencyKind.OPIOID, Language.ES))
    _in_order(
        spanish,
        *("pecho", "Di al 911", "nariz", "2 respiraciones", "cada 5 segundos", "en el 911"),
        *("2 a 3 minutos", "otro lado", "de lado", "Quédate"),
    )


def test_the_overdose_card_speaks_of_two_helpers_of_breathing_and_of_the_law(cards):
    english = visible_text(cards.card(EmergencyKind.OPIOID, Language.EN))
    assert "One calls, one sprays." in english
    assert "The goal is breathing, not waking up." in english
    assert "No naloxone? Call 911 and give breaths." in english
    assert "There are limits." in english


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_a_card_names_its_sources_and_the_day_of_the_check(cards, kind, language):
    html = cards.card(kind, language)
    assert '<a href="http' in html
    assert {"en": "Checked Nov 21, 2026", "es": "Revisado el 21 nov 2026"}[language] in html


def test_cards_need_no_file_once_they_are_made(tmp_path):
    shutil.copytree(DEFAULT_DIR / "templates", tmp_path / "templates")
    own = tmp_path / "templates" / "public" / "overdose_card.html.j2"
    own.write_text("Our own card: 911")
    made = Cards(Words(tmp_path), Sources(), tmp_path)
    shutil.rmtree(tmp_path / "templates")
    assert made.card(EmergencyKind.OPIOID, Language.ES) == "Our own card: 911"
