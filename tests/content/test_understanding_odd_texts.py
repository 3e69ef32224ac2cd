"""Odd texts: split, hidden, overlong or dressed up; none may crash, mislead or take long."""

import subprocess
import sys
import time

import pytest

from bot.content.features import Features
from bot.content.understanding import Kind, Understanding
from bot.models import Language

URGENT = [
    "o\u200bv\u200be\u200br\u200bd\u200bo\u200bs\u200be help",
    "\u202eno respira\u202c",
    "n\u0301o\u0300 r\u0308espira",
    "\u0301\u0302" * 2000 + "he is not breathing",
    "<b>he's not breathing</b> <a href='x'>help</a>",
    "can i type /stop or /help if my brother is not breathing right now",
    "well it is a long story " * 150 + "and now he wont wake up and is blue",
    "ａｙｕｄａ no respira",
]
CALM = [
    "🙂" * 4096,
    "\u202e\u200f" * 2048,
    "a" * 4096,
    "<" * 4096,
    "/ " * 2048,
    "\x00\ud800",
    ". " * 2048,
]


@pytest.fixture(scope="module")
def understanding(answers):
    return Understanding(answers)


@pytest.mark.parametrize("text", URGENT)
def test_a_cry_for_help_is_found_whatever_it_wears(understanding, text):
    assert understanding.of(text, Language.EN).kind is Kind.EMERGENCY


@pytest.mark.parametrize("text", CALM)
def test_nothing_is_made_of_nothing(understanding, text):
    assert understanding.of(text, Language.EN).kind is Kind.NONE


@pytest.mark.parametrize("text", ["/privacy", "xyzzy", "he wont", "privacy", "ok so", "mi primo"])
def test_a_word_that_nobody_knows_is_no_emergency(understanding, text):
    assert understanding.of(text, Language.EN).kind is not Kind.EMERGENCY


@pytest.mark.parametrize("text", [*URGENT, *CALM])
def test_no_text_takes_long(understanding, text):
    started = time.process_time()
    for _ in range(5):
        understanding.of(text, Language.EN)
    assert (time.process_time() - started) / 5 < 0.1


@pytest.mark.parametrize(
    "texts",
    [
        ["he is not breathing"],
        ["its my brother", "he wont", "wake up"],
        ["my girl took a blue pill and now shes", "turning gray and cold"],
        ["mi primo no", "respira"],
    ],
)
def test_an_emergency_in_several_messages_is_found(emergencies, texts):
    assert emergencies.detect_together(texts) is not None


@pytest.mark.parametrize(
    "texts",
    [
        ["where can i get narcan", "60624"],
        ["hi", "thanks"],
        ["mi hermano", "gracias"],
    ],
)
def test_messages_that_only_follow_each_other_are_no_emergency(emergencies, texts):
    assert emergencies.detect_together(texts) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my toddler gulped drano", "poison"),
        ("snorted coke chest is tight", "stimulant"),
        ("holding the razor goodbye", "suicide"),
        ("smoked meth chest tight and breathing stopped", None),
    ],
)
def test_the_families_tell_which_card_helps(text, kind):
    assert Features().kind_of(text) == kind


def test_asking_on_the_command_line_loads_no_more_than_it_needs():
    code = "import sys, bot.__main__; print({'telegram', 'bot.app', 'aiohttp'} & {*sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
