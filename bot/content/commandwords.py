"""Plain words that mean a command: "stop", "baja", "narcan". Only a whole message counts."""

from pathlib import Path

from bot.content.files import layers, parse, read_yaml
from bot.content.normalise import words
from bot.models import Language

_File = dict[str, dict[Language, list[str]]]  # command -> phrases by language


class CommandWords:
    """Which command a message means, if it means one and says nothing else."""

    def __init__(self, content_dir: Path | None = None) -> None:
        self._polite: set[str] = set()
        self._commands: dict[str, str] = {}
        files = [
            parse(_File, read_yaml(path), path)
            for path in layers("commandwords.yaml", content_dir)
        ]
        for file in files:
            self._polite |= {word for found in file.pop("polite", {}).values() for word in found}
        for file in files:
            self._commands |= {
                self._key(phrase): command
                for command, by_language in file.items()
                for phrases in by_language.values()
                for phrase in phrases
            }

    def command_of(self, text: str) -> str | None:
        """Return the command that the whole message means, such as "leave", or None."""
        return self._commands.get(self._key(text))

    def _key(self, text: str) -> str:
        return " ".join(word for word in words(text) if word not in self._polite)
