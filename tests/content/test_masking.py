"""What could say who or where somebody is, is masked; what cannot, is left."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.masking import find_marks, masked_parts
from bot.content.telegram_html import check, visible_text
from bot.models import Hidden

PLACEHOLDERS = {kind: kind.value for kind in Hidden}


def masked(text, names=(), limit=3900):
    parts = masked_parts(text, find_marks(text, names), PLACEHOLDERS, limit)
    return "|".join(visible_text(part) for part in parts)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("my name is Keisha Brown and I need help", "my name is [name] and I need help"),
        ("my name is maria lopez and im scared", "my name is [name] and im scared"),
        ("I'm Keisha. I am scared", "I'm [name]. I am scared"),
        ("I'm Scared", "I'm Scared"),
        ("my son's name is Luis he is 15", "my son's name is [name] he is 15"),
        ("me llamo José Pérez, ayuda", "me llamo [name], ayuda"),
        ("soy María", "soy [name]"),
        ("soy adicto y tengo miedo", "soy adicto y tengo miedo"),
        ("mi hija se llama Ana y no come", "mi hija se llama [name] y no come"),
        ("call 773-555-0142 now", "call [phone] now"),
        ("call (773) 555 0142", "call [phone]"),
        ("+1 773.555.0142", "[phone]"),
        ("seven seven three five five five oh one four two", "[phone]"),
        ("siete siete tres cinco cinco cinco cero", "[phone]"),
        ("ssn 123-45-6789", "ssn [number]"),
        ("zip 60624", "zip [number]"),
        ("I live at 3450 W Madison St apt 3", "[address]"),
        ("come to 123 Main Street please", "come to [address] please"),
        ("calle Durango 2145", "[address]"),
        ("vivo en la Villita", "[address]"),
        ("mail a.b+c@example.org", "mail [email]"),
        ("I am @keisha_b there", "I am [handle] there"),
        ("see https://example.org/x?y=1 and t.me/keisha", "see [link] and [link]"),
        ("facebook.com/keisha.brown", "[link]"),
        ("call 911 or 988, I took 30 mg at 10:30", "call 911 or 988, I took 30 mg at 10:30"),
        ("2 doses of 4 mg, 3 minutes apart", "2 doses of 4 mg, 3 minutes apart"),
        ("<b>&", "<b>&"),
    ],
)
def test_examples(text, shown):
    assert masked(text) == shown


def test_the_names_of_the_account_are_masked_wherever_they_stand():
    text = "tell her Nia said hi, NIA not Niagara"
    assert masked(text, ["Nia", "", "x"]) == "tell her [name] said hi, [name] not Niagara"


@given(st.text(max_size=400), st.lists(st.text(min_size=2, max_size=6), max_size=3))
def test_any_text_gives_parts_that_telegram_takes_and_marks_in_order(text, names):
    marks = find_marks(text, names)
    assert all(a.end <= b.start for a, b in pairwise(marks))
    parts = masked_parts(text, marks, PLACEHOLDERS, 60)
    assert all(check(part) == [] for part in parts)
    assert all(len(visible_text(part).encode("utf-16-le")) <= 120 for part in parts)
    shown = "".join(visible_text(part) for part in parts)
    for mark in reversed(marks):
        text = f"{text[: mark.start]}[{mark.kind}]{text[mark.end :]}"
    assert shown == text


def test_four_thousand_handles_are_quick_and_all_hidden():
    text = "@ab " * 1024
    parts = masked_parts(text, find_marks(text), PLACEHOLDERS, 3900)
    assert len(parts) == 3
    assert "@" not in "".join(parts)
