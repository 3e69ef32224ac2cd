""".env.example names every setting with its true default, and nothing else."""

import re

import pytest

from bot.config import Settings
from tests.process.botprocess import ROOT

EXAMPLE = (ROOT / ".env.example").read_text()
SETTING = re.compile(r"^#?([A-Z_]+)=(.*)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_it_names_all_settings_once_and_no_others():
    names = [name for name, _ in SETTING.findall(EXAMPLE)]
    assert sorted(names) == sorted(name.upper() for name in Settings.model_fields)


def test_as_it_stands_it_changes_nothing():
    assert not re.search(r"^[^#\n]", EXAMPLE, re.MULTILINE)


def test_each_default_that_it_shows_is_the_true_one(tmp_path):
    path = tmp_path / ".env"
    path.write_text(re.sub(r"^#(?=[A-Z_]+=)", "", EXAMPLE, flags=re.MULTILINE))
    assert Settings(_env_file=path) == Settings(_env_file=None)
    shown = {name.lower() for name, value in SETTING.findall(EXAMPLE) if value}
    silent = {name for name, field in Settings.model_fields.items() if not_worth_showing(field)}
    assert shown == Settings.model_fields.keys() - silent


def not_worth_showing(field):
    empty = ("", None, frozenset())
    value = field.default
    return (value.get_secret_value() if hasattr(value, "get_secret_value") else value) in empty


def test_each_setting_is_explained_above_it():
    lines = EXAMPLE.splitlines()
    for number, line in enumerate(lines):
        if SETTING.match(line):
            above = next(each for each in reversed(lines[:number]) if not SETTING.match(each))
            assert above.startswith("# "), line
