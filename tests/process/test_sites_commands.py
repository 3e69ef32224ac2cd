"""`near` and `import-sites` as an operator runs them: dry run, whole or nothing, undo, export."""

import io
import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.content.places import Places
from bot.content.sitetable import SiteTable
from bot.import_sites import Bar
from bot.services.sitefiles import read_sites

ROOT = Path(__file__).parents[2]
HEAD = "id,name,needs,latitude,longitude\n"


@pytest.fixture
def bot(tmp_path):
    def bot(*arguments):
        environment = {**os.environ, "DATABASE_PATH": str(tmp_path / "bot.db"), "BOT_TOKEN": ""}
        return subprocess.run(
            [sys.executable, "-m", "bot", *map(str, arguments)],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return bot


@pytest.fixture
def file(tmp_path):
    def file(*rows):
        path = tmp_path / "sites.csv"
        path.write_text(HEAD + "".join(f"{row}\n" for row in rows))
        return path

    return file


def near(bot, place="60624", *more):
    lines = bot("near", place, "--need", "wound-care", "--json", *more).stdout.splitlines()
    return [json.loads(line)["id"] for line in lines]


A, B = "a,Alpha,wound care,41.88,-87.72", "b,Beta,wound care,41.89,-87.73"


def test_near_answers_without_a_database_and_makes_none(bot, tmp_path):
    done = bot("near", "pulaski and madison", "--need", "naloxone", "--json")
    first = json.loads(done.stdout.splitlines()[0])
    assert first["name"] == "Legler Regional Library"
    assert first["freshness"] == "call-first"
    assert list(tmp_path.iterdir()) == []
    unknown = bot("near", "xyzzy")
    assert unknown.returncode == 1
    assert "I don't know the place" in unknown.stderr


def test_a_dry_run_tells_and_changes_nothing(bot, file):
    done = bot("import-sites", file(A, B, "c,Gamma,cookies,41.9,-87.7"), "--dry-run")
    assert "rejected: line 4" in done.stdout
    assert "added 2, changed 0, same 0, removed 0, rejected 1" in done.stdout
    assert "nothing has been changed" in done.stdout
    assert near(bot) == []


def test_an_import_adds_changes_removes_and_can_be_taken_back(bot, file):
    assert "added 2" in bot("import-sites", file(A, B)).stdout
    assert near(bot) == ["directory/a", "directory/b"]
    again = bot("import-sites", file(A, B)).stdout
    assert "added 0, changed 0, same 2, removed 0" in again
    changed = bot("import-sites", file("a,Alpha,syringes,41.88,-87.72")).stdout
    assert "added 0, changed 1, same 0, removed 1" in changed
    assert near(bot) == []
    change = changed.rsplit(" ", 1)[1].strip()
    assert "2 sites are as they were" in bot("import-sites", "--undo", change).stdout
    assert near(bot) == ["directory/a", "directory/b"]
    twice = bot("import-sites", "--undo", change)
    assert twice.returncode == 1
    assert "cannot be undone" in twice.stderr


def test_a_change_that_others_built_on_is_not_undone(bot, file):
    first = bot("import-sites", file(A)).stdout.rsplit(" ", 1)[1].strip()
    bot("import-sites", file("a,Alpha Two,wound care,41.88,-87.72"))
    assert bot("import-sites", "--undo", first).returncode == 1
    assert near(bot) == ["directory/a"]


def test_a_bar_shows_how_far_it_is(tmp_path, monkeypatch):
    out = io.StringIO()
    out.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", out)
    path, bar = tmp_path / "sites.csv", Bar()
    path.write_text(
        HEAD + "".join(f"{n},Place {n},wound care,41.88,-87.72\n" for n in range(8000))
    )
    list(read_sites(path, SiteTable(Places()), "bar", date(2026, 11, 21), bar.show))
    steps = re.findall(r"\r(█*)(░*) +(\d+)%  ([\d,]+) rows", out.getvalue())
    assert [rows for *_, rows in steps] == ["2,000", "4,000", "6,000", "8,000"]
    shares = [int(share) for _, _, share, _ in steps]
    assert shares == sorted(shares)
    assert 20 < shares[0] < 35
    assert shares[-1] > 95
    assert all(len(done) + len(rest) == 30 for done, rest, _, _ in steps)
    bar.clear()
    assert out.getvalue().endswith("\r\x1b[K")


def test_a_refused_file_changes_nothing(bot, file, tmp_path):
    bot("import-sites", file(A))
    refused = bot("import-sites", file("a,=1+1,wound care,41.88,-87.72"))
    assert refused.returncode == 1
    assert "formula" in refused.stderr
    assert "Nothing has been changed." in refused.stderr
    assert near(bot) == ["directory/a"]
    assert bot("import-sites", tmp_path / "none.csv").returncode == 1


def test_what_is_exported_can_be_imported_elsewhere(bot, file, tmp_path):
    bot("import-sites", file(A, B))
    out = tmp_path / "out.csv"
    assert "sites are in" in bot("import-sites", "--export", out).stdout
    assert "directory/a,Alpha" in out.read_text()
    again = bot("import-sites", out, "--dry-run").stdout
    assert "added 0, changed 0, same" in again
