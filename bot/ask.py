"""The command `ask`: what the bot would understand, without network, token or database."""

import argparse
import json
import sys
from pathlib import Path

from bot.content.answers import Answers
from bot.content.sources import Sources
from bot.content.understanding import Understanding, Understood
from bot.models import Language

_FROM_INPUT = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("text", help='the question, or "-" to read one a line from standard input')
    parser.add_argument("--lang", type=Language, choices=list(Language), default=Language.EN)
    parser.add_argument("--json", action="store_true", help="print JSON (always so for -)")


def run(arguments: argparse.Namespace, content_dir: Path | None = None) -> int:
    """Print what is understood, a line for each question; return the exit code."""
    understanding = Understanding(Answers(Sources(content_dir), content_dir), content_dir)
    several = arguments.text == _FROM_INPUT
    for question in sys.stdin if several else [arguments.text]:
        found = understanding.of(question.rstrip("\n"), arguments.lang)
        line = as_json(found) if several or arguments.json else as_text(found)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    return 0


def as_json(found: Understood) -> str:
    """Return what is understood as one JSON object on one line."""
    fields = {
        "kind": found.kind,
        "id": found.id,
        "lang": found.language,
        "alternatives": found.alternatives,
        "score": found.score,
    }
    return json.dumps(fields, ensure_ascii=False)


def as_text(found: Understood) -> str:
    """Return what is understood in one line for people."""
    what = f"{found.kind} {found.id or ''}".strip()
    beside = f", or {', '.join(found.alternatives)}" if found.alternatives else ""
    return f"{what} ({found.language}, {found.score:.2f}){beside}"
