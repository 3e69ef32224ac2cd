"""Answers of staff: a row for each version, drafts among them; what went live is never changed."""

import json
import sqlite3
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from bot.models import AnswerState, AnswerVersion, AnswerWords, Language, WrittenSource
from bot.storage.rows import Table, milliseconds

_LIVE = (
    "SELECT * FROM answer_versions v WHERE state = 'live' AND number = (SELECT max(number)"
    " FROM answer_versions WHERE topic = v.topic AND language = v.language AND state = 'live')"
)


class Answers(Table):
    """Versions of answers, by topic and language."""

    def add_draft(
        self,
        topic: str,
        language: Language,
        words: AnswerWords,
        *,
        file_digest: str,
        now: datetime,
        update_id: int | None = None,
    ) -> AnswerVersion:
        """Store a draft; raise IntegrityError if the topic has one in that language."""
        number = self._insert(
            "INSERT INTO answer_versions"
            " (update_id, topic, language, state, words, file_digest, changed_at)"
            " VALUES (?, ?, ?, 'draft', ?, ?, ?)",
            update_id,
            topic,
            language,
            _to_json(words),
            file_digest,
            milliseconds(now),
        )
        return self.get(number)

    def add_live(
        self,
        topic: str,
        language: Language,
        words: AnswerWords | None,
        *,
        file_digest: str,
        reviewed_on: date | None,
        now: datetime,
    ) -> AnswerVersion:
        """Store a version that is shown at once; words None: what the file says."""
        number = self._insert(
            "INSERT INTO answer_versions"
            " (topic, language, state, words, file_digest, reviewed_on, changed_at)"
            " VALUES (?, ?, 'undone', ?, ?, ?, ?)",
            topic,
            language,
            None if words is None else _to_json(words),
            file_digest,
            reviewed_on.isoformat() if reviewed_on else None,
            milliseconds(now),
        )
        self.go_live(number, now)
        return self.get(number)

    def get(self, version_id: int) -> AnswerVersion:
        """Return a version; raise LookupError if there is none."""
        row = self._row("SELECT * FROM answer_versions WHERE version_id = ?", version_id)
        if row is None:
            raise LookupError("no such version")
        return _version(row)

    def find_by_update(self, update_id: int) -> AnswerVersion | None:
        """Return the draft that an update brought, or None."""
        row = self._row("SELECT * FROM answer_versions WHERE update_id = ?", update_id)
        return None if row is None else _version(row)

    def find_draft(self, topic: str, language: Language) -> AnswerVersion | None:
        """Return the open draft, or None."""
        row = self._row(
            "SELECT * FROM answer_versions WHERE topic = ? AND language = ? AND state = 'draft'",
            topic,
            language,
        )
        return None if row is None else _version(row)

    def find_live(self, topic: str, language: Language) -> AnswerVersion | None:
        """Return the version that is shown, or None."""
        row = self._row(f"{_LIVE} AND topic = ? AND language = ?", topic, language)
        return None if row is None else _version(row)

    def list_live(self) -> list[AnswerVersion]:
        """Return the versions that are shown."""
        return [_version(row) for row in self._rows(f"{_LIVE} ORDER BY topic, language")]

    def list_drafts(self) -> list[AnswerVersion]:
        """Return the open drafts, the oldest first."""
        rows = self._rows("SELECT * FROM answer_versions WHERE state = 'draft' ORDER BY 1")
        return [_version(row) for row in rows]

    def is_known(self, topic: str) -> bool:
        """Return whether any version has that topic."""
        return self._row("SELECT 1 FROM answer_versions WHERE topic = ?", topic) is not None

    # ------------------------------------------------------------------ changing

    def set_words(self, version_id: int, words: AnswerWords, now: datetime) -> None:
        """Give a draft other words."""
        self._change(
            "UPDATE answer_versions SET words = ?, revision = revision + 1, changed_at = ?"
            " WHERE version_id = ? AND state = 'draft'",
            _to_json(words),
            milliseconds(now),
            version_id,
        )

    def set_language(self, version_id: int, language: Language, file_digest: str) -> None:
        """Say that a draft is in that language."""
        self._change(
            "UPDATE answer_versions SET language = ?, file_digest = ?, revision = revision + 1"
            " WHERE version_id = ? AND state = 'draft'",
            language,
            file_digest,
            version_id,
        )

    def go_live(self, version_id: int, now: datetime) -> None:
        """Show a version from now on."""
        self._change(
            "UPDATE answer_versions AS v SET state = 'live', changed_at = ?, number = 1 +"
            " coalesce((SELECT max(number) FROM answer_versions WHERE topic = v.topic"
            " AND language = v.language), 0) WHERE version_id = ?",
            milliseconds(now),
            version_id,
        )

    def set_state(
        self, version_id: int, state: AnswerState, now: datetime, *, since: AnswerState
    ) -> bool:
        """Move a version to a state if it is in the one before; return whether it was."""
        return bool(
            self._change(
                "UPDATE answer_versions SET state = ?, changed_at = ?"
                " WHERE version_id = ? AND state = ?",
                state,
                milliseconds(now),
                version_id,
                since,
            )
        )

    def note_case(self, version_id: int, case_id: int) -> None:
        """Remember from which case the questions of a draft come."""
        self._change(
            "UPDATE answer_versions SET case_id = ? WHERE version_id = ?", case_id, version_id
        )

    def forget_questions(self, case_id: int) -> None:
        """Empty the questions of drafts that were begun from what was asked in a case."""
        self._change(
            "UPDATE answer_versions SET words = json_set(words, '$.questions', json('[]')),"
            " revision = revision + 1, case_id = NULL"
            " WHERE case_id = ? AND state IN ('draft', 'dropped')",
            case_id,
        )

    def remove_drafts(self, before: datetime) -> int:
        """Forget drafts that nobody has touched since then; return how many."""
        return self._change(
            "DELETE FROM answer_versions WHERE state IN ('draft', 'dropped') AND changed_at < ?",
            milliseconds(before),
        )

    # ------------------------------------------------------------------ who

    def note_writer(self, version_id: int, person_id: int) -> None:
        """Remember that a person wrote in a version."""
        self._note(version_id, person_id, "wrote")

    def note_approver(self, version_id: int, person_id: int) -> None:
        """Remember that a person approved a version."""
        self._note(version_id, person_id, "approved")

    def wrote(self, version_id: int, person_id: int) -> bool:
        """Return whether a person wrote in a version."""
        sql = "SELECT 1 FROM answer_people WHERE version_id = ? AND person = ? AND deed = 'wrote'"
        return self._row(sql, version_id, self._sealer.id(person_id)) is not None

    def _note(self, version_id: int, person_id: int, deed: str) -> None:
        self._change(
            "INSERT OR IGNORE INTO answer_people (version_id, person, deed) VALUES (?, ?, ?)",
            version_id,
            self._sealer.id(person_id),
            deed,
        )


def _version(row: sqlite3.Row) -> AnswerVersion:
    return AnswerVersion(
        version_id=row["version_id"],
        topic=row["topic"],
        language=Language(row["language"]),
        state=AnswerState(row["state"]),
        number=row["number"],
        revision=row["revision"],
        words=_from_json(row["words"]) if row["words"] else None,
        file_digest=row["file_digest"],
        reviewed_on=_day(row["reviewed_on"]),
    )


def _to_json(words: AnswerWords) -> str:
    reviewed_on = words.reviewed_on.isoformat() if words.reviewed_on else None
    return json.dumps({**asdict(words), "reviewed_on": reviewed_on}, ensure_ascii=False)


def _from_json(text: str) -> AnswerWords:
    data: dict[str, Any] = json.loads(text)
    return AnswerWords(
        title=data["title"],
        html=data["html"],
        questions=tuple(data["questions"]),
        sources=tuple(WrittenSource(**source) for source in data["sources"]),
        reviewed_on=_day(data["reviewed_on"]),
        review_every=data["review_every"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
