"""Content files: where they are, how a coalition's own cover them, how a mistake is told."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from bot.errors import StartupError

DEFAULT_DIR = Path(__file__).parent

T = TypeVar("T")

_BOOLEAN = "tag:yaml.org,2002:bool"
_FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n(.*)", re.DOTALL)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # only known when it runs
    """A safe loader, in C where there is one, to which yes, no, on and off are words."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own name and type
        letter: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(_BOOLEAN, re.compile("(?:true|false)$"), list("tf"))


def layers(name: str, content_dir: Path | None) -> list[Path]:
    """Return the existing paths of that name, the default first, the coalition's own after it."""
    places = [DEFAULT_DIR] if content_dir is None else [DEFAULT_DIR, content_dir]
    return [place / name for place in places if (place / name).exists()]


def read_yaml(path: Path) -> object:
    """Return what the YAML file holds."""
    return parse_yaml(path.read_text(encoding="utf-8"), path)


def parse_yaml(text: str, path: Path) -> object:
    """Return what the YAML text holds; path is named when it cannot be read."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - it is a safe loader
    except yaml.YAMLError as error:
        message = f"{path} is not valid YAML: {' '.join(str(error).split())}"
        raise StartupError(message) from error


def read_front_matter(path: Path) -> tuple[object, str]:
    """Return the YAML head and the text below it."""
    match = _FRONT_MATTER.fullmatch(path.read_text(encoding="utf-8"))
    if match is None:
        raise StartupError(f"{path} must begin with a YAML head between two lines of ---")
    return parse_yaml(match[1], path), match[2].strip()


def parse(kind: type[T], data: object, where: object) -> T:
    """Return data as that type; raise StartupError naming the place and what is wrong."""
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'content'}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        )
        message = f"{where}: {faults}"
        raise StartupError(message) from error


def merged_mapping(name: str, content_dir: Path | None) -> dict[str, object]:
    """Return a YAML mapping with the coalition's entries laid over the default's, by key."""
    merged: dict[str, object] = {}
    for path in layers(name, content_dir):
        merged |= parse(dict[str, object], read_yaml(path) or {}, path)
    return merged


def merged_entries(name: str, content_dir: Path | None) -> Iterator[tuple[str, object]]:
    """Yield key and entry of such a mapping; an entry that a coalition set to null is left out."""
    for key, entry in merged_mapping(name, content_dir).items():
        if entry is not None:
            yield key, entry
