"""Single values that belong to the whole database."""

from bot.storage.rows import Table


class Meta(Table):
    """Named values."""

    def find(self, name: str) -> object | None:
        """Return a value, or None."""
        row = self._row("SELECT value FROM meta WHERE name = ?", name)
        return None if row is None else row["value"]

    def set(self, name: str, value: str | int | bytes) -> None:
        """Set a value."""
        self._change(
            "INSERT INTO meta (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            value,
        )
