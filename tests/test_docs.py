"""The documentation against the code: what the docs say is there, and what is there is said."""

import ast
import importlib
import re
from datetime import timedelta
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

import scheduler
from bot.config import Settings
from bot.content.commands import COMMANDS, Audience
from bot.content.labels import Label
from bot.delivery import courier, pacing
from bot.models import BroadcastState, DeliveryState, Language
from bot.models.sites import Need
from bot.services import items, members, patience, slots, upkeep

REPOSITORY = Path(__file__).parents[1]
DOCS = sorted([REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")])
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
GUIDES = ("README.md", "docs/staff-guide.md", "docs/member-guide.md")
# Made while the bot runs, or by whoever runs it: no clone has them.
MADE_LATER = re.compile(r"data/|sandbox/$|bot\.db|backup\.db|\.env$|\.venv/|templates/member/")
WEB = {"api.telegram.org", "127.0.0.1"}
# An example server; paths of the sandbox and of the web server
FIRST_FOLDERS = {"opt", "etc", "api", "static", "file", "calendar"}


def text_of(name: str) -> str:
    """Return a document in one line, without marks of emphasis."""
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    return " ".join(text.replace("**", "").replace("*", "").split())


def section(name: str, heading: str) -> str:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    found = re.search(
        rf"^#+ {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE
    )
    assert found, f"{name} has no section {heading}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """Return the cells of all table rows but heads and rules."""
    lines = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip(" |") for cell in line] for line in lines]
    return [row for row in cells if not re.fullmatch(r"[-|]+", row[0])]


def ticked(text: str) -> list[str]:
    """Return what stands in backticks, outside blocks of code."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def is_said(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


# ---------------------------------------------------------------------- commands


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.available], ids=lambda c: c.name)
def test_an_available_command_is_in_the_right_guide(command):
    assert is_said(README, f"/{command.name}")
    if command.audience is Audience.STAFF:
        assert is_said(text_of("docs/staff-guide.md"), f"/{command.name}")


@pytest.mark.parametrize("name", GUIDES)
def test_guides_name_only_commands_that_work(name):
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    named = {m[1] for word in ticked(text) if (m := re.match(r"/([a-z]+)\b(?!/)", word))}
    assert named - {c.name for c in COMMANDS if c.available} - {"newbot"} == set()


def test_both_halves_of_the_member_guide_name_the_same_commands():
    halves = (section("docs/member-guide.md", language) for language in ("English", "Español"))
    english, spanish = ({word for word in ticked(half) if word[0] == "/"} for half in halves)
    assert english == spanish


# ---------------------------------------------------------------------- buttons


def buttons(text: str) -> set[str]:
    return set(re.findall(r"\[([^\]\n]+)\](?!\()", text))


def labels(words, language: Language) -> set[str]:
    name = words.language_name(language.other, language)
    needs = {words.label(need.label, language) for need in Need}
    return {
        words.label(label, language).replace("%(name)s", each)
        for label in Label
        for each in (name, *needs)
    }


def test_buttons_in_the_staff_guide_are_those_of_the_bot(library):
    found = buttons(section("docs/staff-guide.md", "Staff guide") + text_of("docs/staff-guide.md"))
    assert found - labels(library.words, Language.EN) == {"Square brackets"}


@pytest.mark.parametrize(("heading", "language"), [("English", "en"), ("Español", "es")])
def test_buttons_in_the_member_guide_are_those_of_the_bot(heading, language, library):
    found = buttons(section("docs/member-guide.md", heading))
    assert found
    assert found - labels(library.words, Language(language)) == set()


# ---------------------------------------------------------------------- settings


def default_of(name: str) -> str:
    match Settings.model_fields[name].default:
        case SecretStr() | frozenset() | None:
            return "none"
        case ZoneInfo(key=key):
            return f"`{key}`"
        case Path() as path:
            return f"`{path.as_posix()}`"
        case bool() as switch:
            return f"`{str(switch).lower()}`"
        case default:
            return f"`{default}`"


def test_every_setting_is_in_the_readme_with_its_default():
    table = rows(section("README.md", "Settings"))[1:]
    told = {cells[0]: cells[1] for cells in table}
    assert told == {f"`{name.upper()}`": default_of(name) for name in Settings.model_fields}
    assert all(cells[2] for cells in table)


# ---------------------------------------------------------------------- files and folders


def has_files(folder: Path) -> bool:
    return any(
        path.is_file() and path.suffix != ".pyc" for path in folder.rglob("*") if path.exists()
    )


def test_the_map_shows_every_top_level_folder_and_no_other():
    shown = [cells[0].strip("`/") for cells in rows(section("README.md", "Where things are"))[1:]]
    assert [name for name in shown if not (REPOSITORY / name).is_dir()] == []
    ignored = {"data", "htmlcov", "build"}
    there = {
        path.name
        for path in REPOSITORY.iterdir()
        if path.is_dir()
        and (not path.name.startswith(".") or path.name == ".ci")
        and path.name not in ignored
        and has_files(path)
    }
    assert there - set(shown) == set()


def named_files(doc: Path) -> set[str]:
    """Return the paths that a document names, in backticks or as the target of a link."""
    text = doc.read_text(encoding="utf-8")
    a_file = re.compile(r"\.?[\w*][\w./*-]*(?:\.(?:py|md|yaml|toml|lock|po|j2|png|db)|/|/run)")
    links = re.findall(r"\]\(([^)#\s]+)\)|src=\"([^\"]+)\"", text)
    found = {word for word in ticked(text) if a_file.fullmatch(word)}
    found |= {link for link in chain.from_iterable(links) if link}
    return {name for name in found if not MADE_LATER.search(name) and "://" not in name}


def is_there(name: str, doc: Path) -> bool:
    """Return whether a name is a path from the top, from the document or among the content."""
    content = REPOSITORY / "bot/content"
    places = (REPOSITORY, doc.parent, content)
    return any(any(place.glob(name)) for place in places) or (
        "/" not in name and any(content.rglob(name))
    )


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_every_file_that_is_named_exists(doc):
    assert {name for name in named_files(doc) if not is_there(name, doc)} == set()


def test_the_template_for_the_name_of_the_coalition_is_where_the_readme_says():
    (name,) = [word for word in ticked(README) if word.startswith("templates/member/")]
    assert (REPOSITORY / "bot/content" / name).is_file()


@pytest.mark.parametrize("doc", DOCS[1:], ids=lambda doc: doc.name)
def test_every_document_can_be_reached_from_the_readme(doc):
    assert f"](docs/{doc.name})" in README


def test_every_make_target_that_is_named_exists():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w./-]+):", makefile, re.MULTILINE))
    named = {
        target
        for doc in DOCS
        for line in re.findall(r"`[^`\n]+`|^.*\bmake .*$", doc.read_text(), re.MULTILINE)
        for target in re.findall(r"(?:^|`|taskforce )make ([\w./-]+)", line)
    }
    assert {"run", "test", "check", "words"} <= named
    assert named - targets == set()


PICTURES = sorted((REPOSITORY / "docs/pictures").glob("*.png"))
SHOWN = re.compile(r'!\[([^\]]+)\]\((\S+)\)|<img src="(\S+)" width="\d+" alt="([^"]+)">')


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_is_small_and_shown(path):
    picture = path.read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 100_000
    shown = {
        (doc.parent / (found[1] or found[2])).resolve()
        for doc in DOCS
        for found in SHOWN.findall(doc.read_text(encoding="utf-8"))
    }
    assert path.resolve() in shown


def test_every_picture_has_words_in_its_place():
    for doc in DOCS:
        text = doc.read_text(encoding="utf-8")
        assert text.count("<img") + text.count("![") == len(SHOWN.findall(text))


# ---------------------------------------------------------------------- figures

FIGURES = rows(section("docs/architecture.md", "Figures"))[1:]


def written(value: float | timedelta) -> str:
    if not isinstance(value, timedelta):
        return f"{value:g}" if isinstance(value, float) else str(value)
    units = (("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1))
    seconds = value.total_seconds()
    name, size = next(unit for unit in units if seconds >= unit[1])
    # Hours are clearer than "1 days"; the docs count days from two on.
    return f"{seconds / size:g} {name}"


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row[0].strip("`"))
def test_a_figure_of_the_architecture_is_the_constant(row):
    module, _, name = row[0].strip("`").rpartition(".")
    assert row[1] == written(getattr(importlib.import_module(module), name))


RATE = Settings.model_fields["broadcast_rate"].default
UNDO = Settings.model_fields["undo_seconds"].default
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SENTENCES = [
    (
        "architecture",
        f"gets a burst of {pacing.CHAT_BURST:g}, then {pacing.CHAT_REFILL:g} a second",
    ),
    ("architecture", f"gets {pacing.GROUP_MESSAGES} in {pacing.GROUP_SECONDS:g} seconds"),
    ("architecture", f"{pacing.LONGEST_HOLD:g} seconds at most"),
    ("architecture", f"at {pacing.SLOWER} of the speed"),
    ("architecture", f"every {pacing.FASTER_EACH:g} seconds"),
    ("architecture", f"At {RATE} a second these are {courier.LEAST_IN_FLIGHT} at most"),
    ("architecture", f"Slot more than {slots.LATE // MINUTE} minutes ago"),
    ("architecture", f"older than {upkeep.SILENCE // MINUTE} minutes"),
    ("architecture", f"cleaning, every {scheduler.CLEAN_SECONDS // 3600} hours"),
    ("architecture", f"until {upkeep.KEEP_LEFT.days} days after leaving"),
    ("architecture", f"set aside: {upkeep.KEEP_PROBLEMS.days} days"),
    ("architecture", f"single messages: {upkeep.KEEP_FINISHED.days} days"),
    ("architecture", f"more than {patience.PER_MINUTE} messages in a minute"),
    ("member-guide", f"more than {patience.PER_MINUTE} messages in a minute"),
    ("staff-guide", f"An item can have {items.LONGEST_ITEM:,} characters"),
    ("staff-guide", f"waits {items.FORM_OPEN_FOR // HOUR} hours for a text"),
    ("staff-guide", f"For {UNDO} seconds (`UNDO_SECONDS`)"),
    ("staff-guide", f"about {RATE - 1} messages a second"),
    ("staff-guide", f"Up to {courier.LEAST_IN_FLIGHT} messages that are under way"),
    ("staff-guide", f"more than {slots.LATE // MINUTE} minutes late"),
    ("staff-guide", f"{courier.STORM} messages in a row"),
    ("staff-guide", f"off for more than {upkeep.SILENCE // MINUTE} minutes"),
    ("staff-guide", f"within {members.CURRENT_FOR.days} days after an e-blast"),
    ("privacy", f"until {upkeep.KEEP_LEFT.days} days after they leave"),
    ("privacy", f"the choices stay for {upkeep.KEEP_LEFT.days} days"),
    ("privacy", f"messages from the bot to staff, sealed | {upkeep.KEEP_FINISHED.days} days"),
    ("privacy", f"sealed chat and person | {items.FORM_OPEN_FOR // HOUR} hours"),
    ("privacy", f"kept sealed for {upkeep.KEEP_PROBLEMS.days} days"),
    ("privacy", f"runs every {scheduler.CLEAN_SECONDS // 3600} hours"),
    ("operations", f"no sign of life for more than {upkeep.SILENCE // MINUTE} minutes"),
    ("operations", f"more than {upkeep.SILENCE // MINUTE} minutes old, the bot was only off"),
]


@pytest.mark.parametrize(("name", "sentence"), SENTENCES)
def test_a_figure_in_the_text_is_the_constant(name, sentence):
    assert sentence in text_of(f"docs/{name}.md")


# ---------------------------------------------------------------------- what there is


@pytest.mark.parametrize("state", [*BroadcastState, *DeliveryState])
def test_the_architecture_names_every_state(state):
    assert is_said(text_of("docs/architecture.md"), state)


def test_the_architecture_lists_every_table():
    listed = {row[0] for row in rows(section("docs/architecture.md", "Storage"))[1:]}
    migrations = (REPOSITORY / "bot/storage/migrations").glob("*.sql")
    tables = {
        table
        for path in migrations
        for table in re.findall(r"^CREATE TABLE (\w+)", path.read_text(), re.MULTILINE)
    }
    assert listed == {f"`{table}`" for table in tables}


def test_the_architecture_explains_every_dependency():
    explained = ticked(section("docs/architecture.md", "Dependencies"))
    listed = re.findall(
        r'^    "([\w-]+)[^"]*",$',
        (REPOSITORY / "pyproject.toml").read_text().split("[tool.ruff]")[0],
        re.MULTILINE,
    )
    assert len(listed) > 20
    assert set(listed) - set(explained) == set()


def sentences_of_the_code() -> str:
    """Return every string in the bot, each joined as Python joins it."""
    found = []
    for path in (REPOSITORY / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    part.value if isinstance(part, ast.Constant) else "64" for part in node.values
                ]
                found.append("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return "\n".join(found)


def test_operators_are_told_the_sentences_that_the_bot_says():
    starting = section(
        "docs/operations.md", "What the bot says when it cannot start, and what to do"
    )
    told = [
        cells[0]
        for text in (starting, section("docs/operations.md", "While it runs"))
        for cells in rows(text)[1:]
    ]
    said = sentences_of_the_code()
    quoted = [cell.strip("`") for cell in told if cell.startswith("`")]
    assert len(quoted) > 15
    assert [sentence for sentence in quoted if sentence not in said] == []


# ---------------------------------------------------------------------- what must not be there


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_a_document_names_no_other_host(doc):
    addresses = re.findall(r"https?://[^\s)>`\"']+", doc.read_text(encoding="utf-8"))
    assert {urlsplit(address).hostname for address in addresses} - WEB == set()


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_a_document_names_no_place_of_one_machine(doc):
    places = re.findall(r"(?<![\w./<>…*-])/(\w[\w.-]*)/", doc.read_text(encoding="utf-8"))
    assert set(places) - FIRST_FOLDERS == set()
