"""Cases and silences; every change of state is conditional, so that only one of two wins."""

import sqlite3
from datetime import datetime

from bot.models import CASE_MOVES, Case, CaseState, Language, Silence
from bot.storage.rows import Table, instant, instant_or_none, milliseconds, milliseconds_or_none

_OPEN = "('waiting', 'answered')"


class Cases(Table):
    """One row per case. Who asks is sealed, and gone with the case's texts."""

    def add(self, chat_id: int, language: Language, now: datetime) -> Case:
        """Open a case; its number was never given before."""
        case_id = self._insert(
            "INSERT INTO cases (person, state, language, opened_at, changed_at)"
            " VALUES (?, 'waiting', ?, ?, ?)",
            self._sealer.id(chat_id),
            language,
            milliseconds(now),
            milliseconds(now),
        )
        return self.get(case_id)

    def get(self, case_id: int) -> Case:
        """Return a case; raise LookupError if there never was one of that number."""
        case = self.find(case_id)
        if case is None:
            raise LookupError("there is no such case")
        return case

    def find(self, case_id: int) -> Case | None:
        """Return a case, or None."""
        row = self._row("SELECT * FROM cases WHERE case_id = ?", case_id)
        return None if row is None else self._case(row)

    def find_open(self, chat_id: int) -> Case | None:
        """Return the open case of a chat, or None."""
        row = self._row(
            f"SELECT * FROM cases WHERE person = ? AND state IN {_OPEN}",  # noqa: S608
            self._sealer.id(chat_id),
        )
        return None if row is None else self._case(row)

    def list_of(self, chat_id: int) -> list[Case]:
        """Return all cases of a chat that are not erased, the newest first."""
        rows = self._rows(
            "SELECT * FROM cases WHERE person = ? ORDER BY case_id DESC", self._sealer.id(chat_id)
        )
        return [self._case(row) for row in rows]

    def list_open(self) -> list[Case]:
        """Return open cases: first those that wait, the longest first."""
        rows = self._rows(
            f"SELECT * FROM cases WHERE state IN {_OPEN}"  # noqa: S608
            " ORDER BY state = 'answered', changed_at, case_id"
        )
        return [self._case(row) for row in rows]

    def list_since(self, state: CaseState, before: datetime) -> list[Case]:
        """Return cases that are in a state since before that instant."""
        rows = self._rows(
            "SELECT * FROM cases WHERE state = ? AND changed_at <= ? ORDER BY case_id",
            state,
            milliseconds(before),
        )
        return [self._case(row) for row in rows]

    def move(self, case: Case, state: CaseState, now: datetime) -> bool:
        """Move a case on; return False if it is elsewhere by now or that move is not allowed."""
        if state not in CASE_MOVES[case.state]:
            return False
        waits_anew = state is CaseState.WAITING
        return bool(
            self._change(
                "UPDATE cases SET state = ?, changed_at = ?,"
                " reminded_at = CASE WHEN ? THEN NULL ELSE reminded_at END,"
                " escalated_at = CASE WHEN ? THEN NULL ELSE escalated_at END"
                " WHERE case_id = ? AND state = ?",
                state,
                milliseconds(now),
                waits_anew,
                waits_anew,
                case.case_id,
                case.state,
            )
        )

    def touch(self, case_id: int, now: datetime) -> None:
        """Note that a case that is answered was answered once more."""
        self._change(
            "UPDATE cases SET changed_at = ? WHERE case_id = ? AND state = ?",
            milliseconds(now),
            case_id,
            CaseState.ANSWERED,
        )

    def set_claim(self, case_id: int, name: str) -> None:
        """Note who of staff looks after a case."""
        self._change(
            "UPDATE cases SET claimed_by = ? WHERE case_id = ?", self._sealer.text(name), case_id
        )

    def set_language(self, case_id: int, language: Language) -> None:
        """Note the language that a person speaks now."""
        self._change("UPDATE cases SET language = ? WHERE case_id = ?", language, case_id)

    def mark_reminded(self, case_id: int, now: datetime) -> None:
        """Note that staff were reminded of a case that waits."""
        self._change(
            "UPDATE cases SET reminded_at = ? WHERE case_id = ?", milliseconds(now), case_id
        )

    def mark_escalated(self, case_id: int, now: datetime) -> None:
        """Note that the owners were told of a case that waits."""
        self._change(
            "UPDATE cases SET escalated_at = ? WHERE case_id = ?", milliseconds(now), case_id
        )

    def forget_person(self, case_id: int) -> None:
        """Forget who asked, and who looked after it."""
        self._change(
            "UPDATE cases SET person = NULL, claimed_by = NULL WHERE case_id = ?", case_id
        )

    # ------------------------------------------------------------------ silences

    def silence(self, chat_id: int, case_id: int, until: datetime | None) -> None:
        """Take no messages of a chat until then; for good if there is no end."""
        self._change(
            "INSERT OR REPLACE INTO silences (person, case_id, until) VALUES (?, ?, ?)",
            self._sealer.id(chat_id),
            case_id,
            milliseconds_or_none(until),
        )

    def find_silence(self, chat_id: int, now: datetime) -> Silence | None:
        """Return the silence that holds for a chat now, or None."""
        row = self._row(
            "SELECT case_id, until FROM silences WHERE person = ? AND coalesce(until, ?) >= ?",
            self._sealer.id(chat_id),
            milliseconds(now),
            milliseconds(now),
        )
        return None if row is None else Silence(row["case_id"], instant_or_none(row["until"]))

    def unsilence(self, case: Case) -> bool:
        """End the silence of whoever asked in a case, also if it was decided in another one."""
        person = None if case.chat_id is None else self._sealer.id(case.chat_id)
        return bool(
            self._change(
                "DELETE FROM silences WHERE case_id = ? OR person = ?", case.case_id, person
            )
        )

    def remove_ended_silences(self, now: datetime) -> int:
        """Forget silences that are over; return how many."""
        return self._change("DELETE FROM silences WHERE until < ?", milliseconds(now))

    def _case(self, row: sqlite3.Row) -> Case:
        return Case(
            case_id=row["case_id"],
            chat_id=None if row["person"] is None else self._sealer.open_id(row["person"]),
            state=CaseState(row["state"]),
            language=Language(row["language"]),
            opened_at=instant(row["opened_at"]),
            changed_at=instant(row["changed_at"]),
            claimed_by=self._sealer.open_text(row["claimed_by"]) if row["claimed_by"] else "",
            reminded_at=instant_or_none(row["reminded_at"]),
            escalated_at=instant_or_none(row["escalated_at"]),
        )
