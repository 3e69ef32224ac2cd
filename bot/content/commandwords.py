"""Plain words that mean a command: "stop", "baja", "narcan". Only a whole message counts."""

from pathlib import Path

from bot.content.files import layers, parse, read_yaml
from bot.content.normalise import words


class CommandWords:
    """Which command a message means, if it means one and says nothing else."""

    def __init__(self, content_dir: Path | None = None) -> None:
        self._commands: dict[str, str] = {}
        for path in layers("commandwords.yaml", content_dir):
            listed = parse(dict[str, dict[str, list[str]]], read_yaml(path), path)
            polite = listed.pop("polite", {})
            self._polite = frozenset(w for found in polite.values() for w in found)
            for command, by_language in listed.items():
                for phrases in by_language.values():
                    self._commands.update((self._key(phrase), command) for phrase in phrases)

    def command_of(self, text: str) -> str | None:
        """Return the command that the whole message means, such as "leave", or None."""
        return self._commands.get(self._key(text))

    def _key(self, text: str) -> str:
        return " ".join(word for word in words(text) if word not in self._polite)
