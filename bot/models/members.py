"""Who gets news, what they chose, and when they want to be left alone."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.models.content import Language, Section


class MemberState(StrEnum):
    """Whether a member gets deliveries."""

    ACTIVE = "active"
    LEFT = "left"  # asked to stop
    UNREACHABLE = "unreachable"  # blocked the bot, or Telegram says that the account is gone


class Workgroup(StrEnum):
    """The task force's groups that members can say they belong to."""

    FENTANYL = "fentanyl"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of each day, in wall time, in which nothing but alerts and help arrives."""

    begins: time
    ends: time

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """Return quiet hours from "22:00-07:00"; raise ValueError for anything else."""
        begins, _, ends = text.partition("-")
        hours = cls(time.fromisoformat(begins), time.fromisoformat(ends))
        if hours.begins == hours.ends:
            raise ValueError("quiet hours that last no time or all day")
        return hours

    def include(self, local: time) -> bool:
        """Return whether a time of day is in them; they may pass midnight."""
        if self.begins < self.ends:
            return self.begins <= local < self.ends
        return local >= self.begins or local < self.ends


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who agreed to get the e-blast."""

    member_id: int
    chat_id: int
    state: MemberState
    language: Language
    sections: frozenset[Section]
    joined_at: datetime
    consent_at: datetime
    consent_version: str
    paused_until: date | None = None
    quiet: QuietHours | None = None
    wants_alerts: bool = False
    workgroups: frozenset[Workgroup] = frozenset()
    zone: ZoneInfo | None = None  # in which they read times; None: only the coalition's


_SEPARATOR = ","


def workgroups_text(workgroups: frozenset[Workgroup]) -> str:
    """Return workgroups as stored: ids in their order, joined by commas."""
    return _SEPARATOR.join(w for w in Workgroup if w in workgroups)


def workgroups_of(text: str) -> frozenset[Workgroup]:
    """Return the workgroups written by workgroups_text."""
    return frozenset(Workgroup(w) for w in re.split(_SEPARATOR, text) if w)
