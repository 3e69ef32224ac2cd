"""What people think of answers, and what has none: counts only, no person in any row."""

from datetime import date

from bot.models import Language, Unanswered, Votes
from bot.storage.rows import Table


class Feedback(Table):
    """Counts of thumbs for each answer and wording, and of words that found no answer."""

    def vote(self, topic: str, language: Language, digest: str, change: Votes) -> None:
        """Add to the counts of an answer; a thumb that is taken back is subtracted."""
        self._change(
            "INSERT INTO answer_votes (topic, language, digest) VALUES (?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            topic,
            language,
            digest,
        )
        self._change(
            "UPDATE answer_votes SET helpful = max(0, helpful + ?),"
            " unhelpful = max(0, unhelpful + ?)"
            " WHERE topic = ? AND language = ? AND digest = ?",
            change.helpful,
            change.unhelpful,
            topic,
            language,
            digest,
        )

    def votes(self, topic: str, language: Language, digest: str) -> Votes:
        """Return the counts of an answer in one wording."""
        row = self._row(
            "SELECT helpful, unhelpful FROM answer_votes"
            " WHERE topic = ? AND language = ? AND digest = ?",
            topic,
            language,
            digest,
        )
        return Votes() if row is None else Votes(row["helpful"], row["unhelpful"])

    def list_unhelpful(self, least: int) -> list[tuple[str, Language, str, Votes]]:
        """Return (topic, language, digest, counts) of what more people found unhelpful."""
        rows = self._rows(
            "SELECT * FROM answer_votes WHERE unhelpful >= ? AND unhelpful > helpful"
            " ORDER BY unhelpful DESC, topic, language",
            least,
        )
        return [
            (
                row["topic"],
                Language(row["language"]),
                row["digest"],
                Votes(row["helpful"], row["unhelpful"]),
            )
            for row in rows
        ]

    def count_unanswered(self, week_of: date, language: Language, words: str) -> None:
        """Count a question of that week by its words."""
        self._change(
            "INSERT INTO unanswered (week_of, language, words, times) VALUES (?, ?, ?, 1)"
            " ON CONFLICT DO UPDATE SET times = times + 1",
            week_of.isoformat(),
            language,
            words,
        )

    def list_unanswered(self, week_of: date, limit: int) -> list[Unanswered]:
        """Return what was asked in that week, the most frequent first."""
        rows = self._rows(
            "SELECT * FROM unanswered WHERE week_of = ? ORDER BY times DESC, words LIMIT ?",
            week_of.isoformat(),
            limit,
        )
        return [Unanswered(row["words"], Language(row["language"]), row["times"]) for row in rows]

    def remove_unanswered(self, before: date) -> int:
        """Forget the weeks that began before a day; return how many rows."""
        return self._change("DELETE FROM unanswered WHERE week_of < ?", before.isoformat())
