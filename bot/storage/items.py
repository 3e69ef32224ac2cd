"""Items: the news that staff collect for the e-blast through the week."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime

from bot.models import Item, ItemState, Language, Media, MediaKind, Section
from bot.storage.rows import Table, milliseconds


class Items(Table):
    """Items that are open, used or removed."""

    def add(
        self,
        update_id: int,
        author_id: int,
        language: Language,
        html: str,
        media: Media | None,
        now: datetime,
    ) -> Item:
        """Store a new item without a section; the same update gives the same item."""
        self._change(
            "INSERT OR IGNORE INTO items (update_id, author, language, html, media_kind,"
            " media_file_id, state, created_at) VALUES (?, ?, ?, ?, ?, ?, 'open', ?)",
            update_id,
            self._sealer.id(author_id),
            language,
            html,
            media.kind if media else None,
            media.file_id if media else None,
            milliseconds(now),
        )
        row = self._row("SELECT * FROM items WHERE update_id = ?", update_id)
        if row is None:
            raise LookupError("the item was just stored")
        return _item(row)

    def find(self, item_id: int) -> Item | None:
        """Return an item, or None."""
        row = self._row("SELECT * FROM items WHERE item_id = ?", item_id)
        return None if row is None else _item(row)

    def list_open(self) -> list[Item]:
        """Return the open items, oldest first."""
        return [
            _item(r) for r in self._rows("SELECT * FROM items WHERE state = 'open' ORDER BY 1")
        ]

    def knows_update(self, update_id: int) -> bool:
        """Return whether an update brought an item, also one that was removed or used."""
        return self._row("SELECT 1 FROM items WHERE update_id = ?", update_id) is not None

    def list_of_updates(self, first: int, last: int) -> list[tuple[int, Item]]:
        """Return (update, item) of the updates with numbers from first to last."""
        rows = self._rows("SELECT * FROM items WHERE update_id BETWEEN ? AND ?", first, last)
        return [(row["update_id"], _item(row)) for row in rows]

    def wrote_any(self, item_ids: Sequence[int], person_id: int) -> bool:
        """Return whether a person wrote or changed any of these items last."""
        marks = ",".join("?" * len(item_ids))
        sql = f"SELECT 1 FROM items WHERE author = ? AND item_id IN ({marks}) LIMIT 1"  # noqa: S608 - marks only
        return self._row(sql, self._sealer.id(person_id), *item_ids) is not None

    def list_sent_lately(self, but: int) -> list[str]:
        """Return the texts of the items of the last edition that went out, but for one edition."""
        rows = self._rows(
            "SELECT i.html FROM items i JOIN broadcast_items USING (item_id) WHERE broadcast_id ="
            " (SELECT broadcast_id FROM broadcasts WHERE kind = 'edition' AND broadcast_id != ?"
            " AND state IN ('sending', 'paused', 'sent') ORDER BY starts_at DESC LIMIT 1)",
            but,
        )
        return [row["html"] for row in rows]

    def went_out(self, item_id: int) -> bool:
        """Return whether an edition has told members of it."""
        sql = (
            "SELECT 1 FROM broadcast_items JOIN broadcasts USING (broadcast_id) WHERE item_id = ?"
            " AND kind = 'edition' AND state IN ('sending', 'paused', 'sent') LIMIT 1"
        )
        return self._row(sql, item_id) is not None

    def set_author(self, item_id: int, person_id: int) -> None:
        """Remember who changed it last."""
        self._change(
            "UPDATE items SET author = ? WHERE item_id = ?", self._sealer.id(person_id), item_id
        )

    def set_section(self, item_id: int, section: Section) -> None:
        """Put an item into a section."""
        self._change("UPDATE items SET section = ? WHERE item_id = ?", section, item_id)

    def set_text(self, item_id: int, html: str) -> None:
        """Replace the text."""
        self._change("UPDATE items SET html = ? WHERE item_id = ?", html, item_id)

    def set_language(self, item_id: int, language: Language) -> None:
        """Say which language the text is in; a translation changes places with it."""
        self._change(
            "UPDATE items SET language = ?1, html = coalesce(translation, html),"
            " translation = CASE WHEN translation IS NULL THEN NULL ELSE html END"
            " WHERE item_id = ?2 AND language != ?1",
            language,
            item_id,
        )

    def set_translation(self, item_id: int, html: str | None) -> None:
        """Set the same text in the other language."""
        self._change("UPDATE items SET translation = ? WHERE item_id = ?", html, item_id)

    def set_until(self, item_id: int, until: date | None) -> None:
        """Set the last day on which it is worth sending."""
        self._change(
            "UPDATE items SET until = ? WHERE item_id = ?",
            until.isoformat() if until else None,
            item_id,
        )

    def set_standing(self, item_id: int, *, standing: bool) -> None:
        """Say whether it stays for later editions too."""
        self._change("UPDATE items SET standing = ? WHERE item_id = ?", standing, item_id)

    def set_state(self, item_id: int, state: ItemState) -> None:
        """Remove an item or take it back."""
        self._change("UPDATE items SET state = ? WHERE item_id = ?", state, item_id)

    def mark_used(self, item_ids: Sequence[int]) -> None:
        """Close items that went out, but for the standing ones."""
        self._connection.executemany(
            "UPDATE items SET state = 'used' WHERE item_id = ? AND standing = 0",
            [(item_id,) for item_id in item_ids],
        )

    def mark_open(self, item_ids: Sequence[int]) -> None:
        """Open items again whose sending was undone."""
        self._connection.executemany(
            "UPDATE items SET state = 'open' WHERE item_id = ? AND state = 'used'",
            [(item_id,) for item_id in item_ids],
        )


def _item(row: sqlite3.Row) -> Item:
    return Item(
        item_id=row["item_id"],
        section=Section(row["section"]) if row["section"] else None,
        language=Language(row["language"]),
        html=row["html"],
        media=Media(MediaKind(row["media_kind"]), row["media_file_id"])
        if row["media_kind"]
        else None,
        translation=row["translation"],
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        standing=bool(row["standing"]),
        state=ItemState(row["state"]),
    )
