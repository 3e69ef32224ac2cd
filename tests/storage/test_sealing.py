"""A stolen database names nobody."""

import base64
import os

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StartupError
from bot.storage.sealing import KEY_BYTES, Sealer, load_key

SEALER = Sealer(b"k" * KEY_BYTES)
OTHER = Sealer(b"o" * KEY_BYTES)
IDS = st.integers(-(2**63), 2**63 - 1)


@given(number=IDS)
def test_an_id_can_be_looked_up_and_opened(number):
    sealed = SEALER.id(number)
    assert sealed == SEALER.id(number)
    assert SEALER.open_id(sealed) == number
    assert OTHER.id(number) != sealed
    assert number.to_bytes(8, "big", signed=True) not in sealed


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_text_is_opened_and_sealed_differently_each_time(text):
    sealed = SEALER.text(text)
    assert sealed != SEALER.text(text)
    assert SEALER.open_text(sealed) == ("" if text == "\0" else text)
    assert SEALER.opens(sealed)
    assert not OTHER.opens(sealed)


@given(
    text=st.text(alphabet="abc", max_size=30), place=st.integers(0, 10**6), bit=st.integers(0, 7)
)
def test_a_changed_byte_is_noticed(text, place, bit):
    sealed = bytearray(SEALER.text(text))
    sealed[place % len(sealed)] ^= 1 << bit
    assert not SEALER.opens(bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 16, b"x" * 40])
def test_what_was_never_sealed_does_not_open(sealed):
    assert not SEALER.opens(sealed)


def test_an_id_of_another_key_does_not_open():
    with pytest.raises(InvalidTag):
        SEALER.open_id(OTHER.id(5))


def test_a_pseudonym_holds_for_one_person_one_day_and_one_key():
    name = SEALER.pseudonym(77, "2026-03-03")
    assert name == SEALER.pseudonym(77, "2026-03-03")
    assert len(name) == 8
    others = {
        SEALER.pseudonym(78, "2026-03-03"),
        SEALER.pseudonym(77, "2026-03-04"),
        OTHER.pseudonym(77, "2026-03-03"),
    }
    assert name not in others
    assert len(others) == 3


def test_a_key_is_made_once_for_its_owner_only(tmp_path):
    key = load_key("", tmp_path / "bot.db")
    assert len(key) == KEY_BYTES
    assert (tmp_path / "bot.db.key").stat().st_mode & 0o777 == 0o600
    assert load_key("", tmp_path / "bot.db") == key


def test_a_key_in_the_settings_goes_before_the_file(tmp_path):
    mine = base64.b64encode(b"m" * KEY_BYTES).decode()
    assert load_key(mine, tmp_path / "bot.db") == b"m" * KEY_BYTES
    assert not (tmp_path / "bot.db.key").exists()


def test_no_new_key_is_made_for_a_database_that_has_lost_its_own(tmp_path):
    (tmp_path / "bot.db").touch()
    with pytest.raises(StartupError, match="put the key file back"):
        load_key("", tmp_path / "bot.db")
    assert not (tmp_path / "bot.db.key").exists()


@pytest.mark.parametrize("text", ["abc", "not base64!", base64.b64encode(b"short").decode()])
def test_a_key_that_is_none_is_refused_without_showing_it(tmp_path, text):
    with pytest.raises(StartupError, match="DATA_KEY must hold 64 bytes") as refused:
        load_key(text, tmp_path / "bot.db")
    assert text not in str(refused.value)


def test_a_key_file_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "bot.db.key").mkdir()
    with pytest.raises(StartupError, match=r"The key file .*bot\.db\.key cannot be used"):
        load_key("", tmp_path / "bot.db")
    with pytest.raises(StartupError, match="cannot be used"):
        load_key("", tmp_path / "missing" / "bot.db")
    (tmp_path / "other.db.key").write_bytes(os.urandom(5))
    with pytest.raises(StartupError):
        load_key("", tmp_path / "other.db")
