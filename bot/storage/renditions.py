"""Renditions: the frozen messages of a broadcast for each kind of member, and its items."""

from collections.abc import Iterable, Sequence

from bot.storage.rows import Table

_FORMER = "former:"  # marks the renditions that an amendment keeps of what it changes


class Renditions(Table):
    """One row per message of each kind of member, and one per item that is in a broadcast."""

    def set(
        self,
        broadcast_id: int,
        renditions: Iterable[tuple[str, int, str]],
        item_ids: Sequence[int],
    ) -> None:
        """Freeze what each variant gets (variant, part, content) and which items are in it."""
        self.remove(broadcast_id)
        self._connection.executemany(
            "INSERT INTO renditions (broadcast_id, variant, part, content) VALUES (?, ?, ?, ?)",
            [(broadcast_id, *rendition) for rendition in renditions],
        )
        self._connection.executemany(
            "INSERT INTO broadcast_items (broadcast_id, item_id) VALUES (?, ?)",
            [(broadcast_id, item_id) for item_id in item_ids],
        )

    def remove(self, broadcast_id: int) -> None:
        """Forget the frozen content."""
        self._change("DELETE FROM renditions WHERE broadcast_id = ?", broadcast_id)
        self._change("DELETE FROM broadcast_items WHERE broadcast_id = ?", broadcast_id)

    def list_of(self, broadcast_id: int) -> list[tuple[str, int, str]]:
        """Return (variant, part, content) of everything that was frozen."""
        rows = self._rows(
            "SELECT variant, part, content FROM renditions WHERE broadcast_id = ?", broadcast_id
        )
        return [(row["variant"], row["part"], row["content"]) for row in rows]

    def apply(self, broadcast_id: int, amended: int) -> None:
        """Give a broadcast the new messages of its amendment, which keeps the former ones."""
        self._change(
            "INSERT INTO renditions (broadcast_id, variant, part, content)"
            " SELECT n.broadcast_id, ?1 || n.variant, n.part, o.content FROM renditions n"
            " JOIN renditions o ON o.broadcast_id = ?3 AND o.variant = n.variant"
            " AND o.part = n.part WHERE n.broadcast_id = ?2",
            _FORMER,
            broadcast_id,
            amended,
        )
        self._change(
            "INSERT OR REPLACE INTO renditions (broadcast_id, variant, part, content)"
            " SELECT ?2, variant, part, content FROM renditions"
            " WHERE broadcast_id = ?1 AND substr(variant, 1, length(?3)) != ?3",
            broadcast_id,
            amended,
            _FORMER,
        )

    def restore(self, broadcast_id: int, amended: int) -> None:
        """Give a broadcast back what apply() took."""
        self._change(
            "INSERT OR REPLACE INTO renditions (broadcast_id, variant, part, content)"
            " SELECT ?2, substr(variant, length(?3) + 1), part, content FROM renditions"
            " WHERE broadcast_id = ?1 AND substr(variant, 1, length(?3)) = ?3",
            broadcast_id,
            amended,
            _FORMER,
        )

    def has(self, broadcast_id: int, variant: str) -> bool:
        """Return whether a kind of member gets anything of it."""
        row = self._row(
            "SELECT 1 FROM renditions WHERE broadcast_id = ? AND variant = ? LIMIT 1",
            broadcast_id,
            variant,
        )
        return row is not None

    def list_items(self, broadcast_id: int) -> list[int]:
        """Return the ids of the items in it."""
        rows = self._rows(
            "SELECT item_id FROM broadcast_items WHERE broadcast_id = ?", broadcast_id
        )
        return [row["item_id"] for row in rows]
