"""Drafts: what staff wrote for an announcement, an alert, a correction or a new text."""

import sqlite3

from bot.models import Content, Draft, Language
from bot.storage import contents
from bot.storage.rows import Table


class Drafts(Table):
    """One row per broadcast that is not an edition; and new texts for items of editions."""

    def add(self, draft: Draft, update_id: int) -> None:
        """Store what was written for a broadcast."""
        self._change(
            "INSERT INTO drafts (broadcast_id, update_id, language, content, album, area, source)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            draft.broadcast_id,
            update_id,
            draft.language,
            contents.to_json(draft.content),
            draft.album,
            draft.area,
            draft.source,
        )

    def find(self, broadcast_id: int) -> Draft | None:
        """Return what was written for a broadcast, or None."""
        row = self._row("SELECT * FROM drafts WHERE broadcast_id = ?", broadcast_id)
        return None if row is None else _draft(row)

    def find_by_update(self, update_id: int) -> Draft | None:
        """Return the draft that an update brought, or None."""
        row = self._row("SELECT * FROM drafts WHERE update_id = ?", update_id)
        return None if row is None else _draft(row)

    def list_sent_lately(self, but: int) -> list[str]:
        """Return the texts of the last announcements and alerts that went out, but for one."""
        rows = self._rows(
            "SELECT d.content FROM drafts d JOIN broadcasts b USING (broadcast_id)"
            " WHERE b.broadcast_id != ? AND b.amends IS NULL"
            " AND b.state IN ('sending', 'paused', 'sent') ORDER BY b.starts_at DESC LIMIT 10",
            but,
        )
        return [contents.from_json(row["content"]).html for row in rows]

    def set_content(self, broadcast_id: int, content: Content, album: str | None) -> None:
        """Give it another message in its own language."""
        self._change(
            "UPDATE drafts SET content = ?, album = ? WHERE broadcast_id = ?",
            contents.to_json(content),
            album,
            broadcast_id,
        )

    def set_translation(
        self, broadcast_id: int, content: Content | None, album: str | None
    ) -> None:
        """Give it a message in the other language, or take that away."""
        self._change(
            "UPDATE drafts SET translation = ?, translation_album = ? WHERE broadcast_id = ?",
            None if content is None else contents.to_json(content),
            album,
            broadcast_id,
        )

    def set_language(self, broadcast_id: int, language: Language) -> None:
        """Say that the message is in that language, its translation in the other one."""
        self._change(
            "UPDATE drafts SET language = ? WHERE broadcast_id = ?", language, broadcast_id
        )

    def set_alert(self, broadcast_id: int, *, area: str, source: str) -> None:
        """Remember where the danger is and who says so."""
        self._change(
            "UPDATE drafts SET area = ?, source = ? WHERE broadcast_id = ?",
            area,
            source,
            broadcast_id,
        )

    def amend_item(
        self, broadcast_id: int, item_id: int, html: str | None, translation: str | None
    ) -> None:
        """Remember new texts for an item of an edition that is out; None keeps the old one."""
        self._change(
            "INSERT INTO amended_items (broadcast_id, item_id, html, translation)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (broadcast_id, item_id) DO UPDATE SET"
            " html = coalesce(excluded.html, html),"
            " translation = coalesce(excluded.translation, translation)",
            broadcast_id,
            item_id,
            html,
            translation,
        )

    def swap(self, broadcast_id: int, amended: int) -> None:
        """Exchange the texts of an amendment and of what it amends; twice is as before."""
        new, old = self.find(broadcast_id), self.find(amended)
        if new is not None and old is not None:
            for draft, number in ((new, amended), (old, broadcast_id)):
                self.set_content(number, draft.content, draft.album)
                self.set_translation(number, draft.translation, draft.translation_album)
                self.set_language(number, draft.language)
        for item_id, (html, translation) in self.list_amended(broadcast_id).items():
            item = self._row("SELECT html, translation FROM items WHERE item_id = ?", item_id)
            self._change(
                "UPDATE items SET html = coalesce(?, html),"
                " translation = coalesce(?, translation) WHERE item_id = ?",
                html,
                translation,
                item_id,
            )
            self._change(
                "UPDATE amended_items SET html = ?, translation = ?"
                " WHERE broadcast_id = ? AND item_id = ?",
                item["html"] if item else None,
                item["translation"] if item else None,
                broadcast_id,
                item_id,
            )

    def list_amended(self, broadcast_id: int) -> dict[int, tuple[str | None, str | None]]:
        """Return the new (text, translation) of each amended item."""
        rows = self._rows("SELECT * FROM amended_items WHERE broadcast_id = ?", broadcast_id)
        return {row["item_id"]: (row["html"], row["translation"]) for row in rows}


def _draft(row: sqlite3.Row) -> Draft:
    translation = row["translation"]
    return Draft(
        broadcast_id=row["broadcast_id"],
        language=Language(row["language"]),
        content=contents.from_json(row["content"]),
        album=row["album"],
        translation=contents.from_json(translation) if translation else None,
        translation_album=row["translation_album"],
        area=row["area"],
        source=row["source"],
    )
