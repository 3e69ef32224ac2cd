"""The guided help: short calm words, big buttons, a source everywhere, and no need of files."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.content.files import DEFAULT_DIR
from bot.content.guide import BREATHS, Guide, Screen
from bot.content.readability import grade, sentences, words
from bot.content.renderer import Words
from bot.content.sources import Sources
from bot.content.telegram_html import check, visible_length, visible_text
from bot.errors import StartupError
from bot.models import Language

CHICAGO = ZoneInfo("America/Chicago")
NOON = datetime(2026, 11, 18, 18, tzinfo=UTC)


def shown(guide, language):
    """Return every screen in every state, by a name."""
    plain = (Screen.SIDE, Screen.WOKE, Screen.NONE, Screen.REST)
    screens = {screen: guide.screen(screen, language) for screen in plain}
    for screen in (Screen.GIVEN, Screen.AGAIN):
        for stored in (True, False):
            content = guide.waiting(screen, language, CHICAGO, NOON, stored=stored)
            screens[f"{screen} {stored}"] = content
    for minutes, late in ((2, False), (12, True)):
        then = NOON + timedelta(minutes=minutes)
        screens[f"ask {minutes}"] = guide.ask(language, CHICAGO, NOON, then, late=late)
    for number in (0, 1, BREATHS):
        screens[f"breath {number}"] = guide.breath(number, language)
    for removed in (True, False):
        screens[f"over {removed}"] = guide.over(language, removed=removed)
    return screens


_GUIDE = Guide(Words(), Sources())
EVERY = [
    pytest.param(language, content, id=f"{language}-{name}")
    for language in Language
    for name, content in shown(_GUIDE, language).items()
]


@pytest.mark.parametrize(("language", "content"), EVERY)
def test_a_screen_is_one_short_calm_message(language, content):
    html = content.html
    assert check(html) == []
    assert visible_length(html) < 1000
    assert not set("!¡") & set(html)
    steps = re.findall(r"^(?:\d+\.|•) (.+)$", visible_text(html), re.MULTILINE)
    assert [step for step in steps if len(words(step)) > 10] == []
    assert [sentence for sentence in sentences(html) if len(words(sentence)) > 15] == []


@pytest.mark.parametrize(("language", "content"), EVERY)
def test_buttons_are_big_and_both_the_steps_and_the_other_language_are_one_tap_away(
    language, content
):
    assert {len(row) for row in content.keyboard} == {1}
    buttons = [row[0] for row in content.keyboard]
    assert buttons[-1].text == {"en": "Español", "es": "English"}[language]
    assert buttons[-2].data == f"overdose:card:opioid:{language}"
    assert all(len(button.data.encode()) <= 64 for button in buttons)
    assert all(button.data.startswith("overdose:") for button in buttons)  # passes every queue
    assert max(len(button.text) for button in buttons) <= 32  # not cut on a narrow phone


@pytest.mark.parametrize(("language", "content"), EVERY)
def test_a_screen_says_who_says_so_and_when_that_was_checked(language, content):
    if "overdose:say:over" in content.keyboard[-1][0].data:
        return  # it says nothing about health
    assert '<a href="http' in content.html
    assert {"en": "Checked Nov 21, 2026", "es": "Revisado el 21 nov 2026"}[
        language
    ] in content.html


def test_the_screens_read_at_fourth_grade():
    read = {name: grade(content.html) for name, content in shown(_GUIDE, Language.EN).items()}
    assert {name: level for name, level in read.items() if level > 4} == {}


def test_a_number_fills_one_more_circle():
    third = visible_text(_GUIDE.breath(3, Language.EN).html)
    assert third.splitlines()[:2] == ["Breath 3", "●●●○○○○○○○○○"]


def test_the_screens_need_no_file_once_they_are_loaded(tmp_path):
    shutil.copytree(DEFAULT_DIR / "templates", tmp_path / "templates")
    own = tmp_path / "templates" / "public" / "guide_none.html.j2"
    own.write_text("Our own words: 911")
    guide = Guide(Words(tmp_path), Sources(), tmp_path)
    shutil.rmtree(tmp_path / "templates")
    for language in Language:
        assert shown(guide, language)[Screen.NONE].html == "Our own words: 911"


def test_a_mistake_in_a_screen_stops_the_start(tmp_path):
    (tmp_path / "guide.yaml").write_text(
        "side: {template: public/guide_side, sources: [nosuch], checked_on: 2026-11-21}\n"
    )
    with pytest.raises(StartupError, match=r"guide\.yaml, side"):
        Guide(Words(), Sources(), tmp_path)
