"""Albums: Telegram sends them as single messages; what staff sent lately is put together here."""

from datetime import datetime

from bot.models import Album, Content, Media
from bot.storage import contents
from bot.storage.rows import Table, milliseconds


class Albums(Table):
    """One row per file of an album that a staff member sent."""

    def add(self, album: str, message_id: int, content: Content, now: datetime) -> None:
        """Keep one file of an album; the same message takes the place of its earlier version."""
        self._change(
            "INSERT INTO album_parts (album, message_id, media, received_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (album, message_id) DO UPDATE SET media = excluded.media",
            album,
            message_id,
            contents.to_json(content),
            milliseconds(now),
        )

    def find(self, album: str) -> Content | None:
        """Return an album as one content with its first caption, or None if nothing is known."""
        rows = self._rows(
            "SELECT media FROM album_parts WHERE album = ? ORDER BY message_id", album
        )
        parts = [contents.from_json(row["media"]) for row in rows]
        media = tuple(p.attachment for p in parts if isinstance(p.attachment, Media))
        if not media:
            return None
        caption = next((p.html for p in parts if p.html), "")
        return Content(caption, media[0] if len(media) == 1 else Album(media))

    def is_later(self, album: str, message_id: int, *, words: bool) -> bool:
        """Return whether another file of the album came before, or words: one with words."""
        rows = self._rows(
            "SELECT media FROM album_parts WHERE album = ? AND message_id < ?", album, message_id
        )
        return any(not words or contents.from_json(row["media"]).html for row in rows)

    def remove_old(self, before: datetime) -> int:
        """Forget what came before that instant and is in no draft; return how many."""
        return self._change(
            "DELETE FROM album_parts WHERE received_at < ? AND NOT EXISTS (SELECT 1 FROM drafts d"
            " WHERE album_parts.album IN (d.album, d.translation_album))",
            milliseconds(before),
        )
