"""Members: who agreed to get the e-blast, and what they chose."""

import sqlite3
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.models import (
    ALL_SECTIONS,
    Language,
    Member,
    MemberState,
    QuietHours,
    Section,
    Workgroup,
    sections_of,
    sections_text,
    workgroups_of,
    workgroups_text,
)
from bot.storage.rows import Table, instant, milliseconds


class Members(Table):
    """One row per member; whoever only asks for help has none."""

    def find(self, chat_id: int) -> Member | None:
        """Return the member of a chat, also one who left, or None."""
        row = self._row("SELECT * FROM members WHERE chat = ?", self._sealer.id(chat_id))
        return None if row is None else self._member(row)

    def add(self, chat_id: int, language: Language, consent_version: str, now: datetime) -> Member:
        """Store a new member with all sections, or take back one who left; the consent is new.

        Who returns finds their choices, but alerts need a new yes.
        """
        self._change(
            "INSERT INTO members (chat, state, language, sections, joined_at, consent_at,"
            " consent_version, changed_at) VALUES (?1, 'active', ?2, ?3, ?4, ?4, ?5, ?4)"
            " ON CONFLICT (chat) DO UPDATE SET state = 'active', consent_at = ?4, joined_at = ?4,"
            " consent_version = ?5, language = ?2, paused_until = NULL, wants_alerts = 0,"
            " changed_at = ?4",
            self._sealer.id(chat_id),
            language,
            sections_text(ALL_SECTIONS),
            milliseconds(now),
            consent_version,
        )
        member = self.find(chat_id)
        if member is None:
            raise LookupError("the member was just stored")
        return member

    def set_state(self, chat_id: int, state: MemberState, now: datetime) -> bool:
        """Move a member to a state; return whether that changed anything."""
        return bool(
            self._change(
                "UPDATE members SET state = ?2, changed_at = ?3 WHERE chat = ?1 AND state != ?2",
                self._sealer.id(chat_id),
                state,
                milliseconds(now),
            )
        )

    def set_language(self, chat_id: int, language: Language) -> bool:
        """Remember the language; return whether there is such a member."""
        return bool(
            self._change(
                "UPDATE members SET language = ? WHERE chat = ?",
                language,
                self._sealer.id(chat_id),
            )
        )

    def set_sections(self, chat_id: int, sections: frozenset[Section]) -> None:
        """Remember the chosen sections."""
        self._change(
            "UPDATE members SET sections = ? WHERE chat = ?",
            sections_text(sections),
            self._sealer.id(chat_id),
        )

    def set_paused_until(self, chat_id: int, until: date | None) -> None:
        """Hold deliveries until that date, or resume them."""
        self._change(
            "UPDATE members SET paused_until = ? WHERE chat = ?",
            until.isoformat() if until else None,
            self._sealer.id(chat_id),
        )

    def set_quiet(self, chat_id: int, quiet: QuietHours | None) -> None:
        """Remember the hours of the day in which nothing is to arrive."""
        self._change(
            "UPDATE members SET quiet = ? WHERE chat = ?",
            None if quiet is None else str(quiet),
            self._sealer.id(chat_id),
        )

    def set_wants_alerts(self, chat_id: int, *, wants: bool) -> None:
        """Remember whether alerts may come."""
        self._change(
            "UPDATE members SET wants_alerts = ? WHERE chat = ?", wants, self._sealer.id(chat_id)
        )

    def set_workgroups(self, chat_id: int, workgroups: frozenset[Workgroup]) -> None:
        """Remember the workgroups that a member belongs to."""
        self._change(
            "UPDATE members SET workgroups = ? WHERE chat = ?",
            workgroups_text(workgroups),
            self._sealer.id(chat_id),
        )

    def zone_of(self, chat_id: int) -> ZoneInfo | None:
        """Return in which zone a member reads times, None for anybody else."""
        row = self._row("SELECT zone FROM members WHERE chat = ?", self._sealer.id(chat_id))
        return ZoneInfo(row["zone"]) if row and row["zone"] else None

    def set_zone(self, chat_id: int, zone: ZoneInfo | None) -> None:
        """Remember in which zone a member reads times."""
        self._change(
            "UPDATE members SET zone = ? WHERE chat = ?",
            zone.key if zone else None,
            self._sealer.id(chat_id),
        )

    def migrate(self, chat_id: int, new_chat_id: int) -> None:
        """Follow a chat to its new id."""
        self._change(
            "UPDATE OR IGNORE members SET chat = ? WHERE chat = ?",
            self._sealer.id(new_chat_id),
            self._sealer.id(chat_id),
        )

    def remove(self, chat_id: int) -> bool:
        """Forget a member; return whether there was one."""
        return bool(self._change("DELETE FROM members WHERE chat = ?", self._sealer.id(chat_id)))

    def remove_in(self, state: MemberState, before: datetime) -> int:
        """Forget those who came into a state before that instant; return how many."""
        return self._change(
            "DELETE FROM members WHERE state = ? AND changed_at < ?", state, milliseconds(before)
        )

    def count(self, state: MemberState) -> int:
        """Return how many members are in a state."""
        row = self._row("SELECT count(*) AS n FROM members WHERE state = ?", state)
        return int(row["n"]) if row else 0

    def _member(self, row: sqlite3.Row) -> Member:
        paused = row["paused_until"]
        return Member(
            member_id=row["member_id"],
            chat_id=self._sealer.open_id(row["chat"]),
            state=MemberState(row["state"]),
            language=Language(row["language"]),
            sections=sections_of(row["sections"]),
            joined_at=instant(row["joined_at"]),
            consent_at=instant(row["consent_at"]),
            consent_version=row["consent_version"],
            paused_until=date.fromisoformat(paused) if paused else None,
            quiet=QuietHours.parse(row["quiet"]) if row["quiet"] else None,
            wants_alerts=bool(row["wants_alerts"]),
            workgroups=workgroups_of(row["workgroups"]),
            zone=ZoneInfo(row["zone"]) if row["zone"] else None,
        )
