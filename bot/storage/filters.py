"""Audience filters: as JSON, and as SQL that says why a member is left out."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from bot.clock import local_midnight
from bot.models import AudienceFilter, Language, LeftOut, Section, Workgroup
from bot.storage.rows import milliseconds


def to_json(audience: AudienceFilter) -> str | None:
    """Return a filter as stored; nothing for everybody."""
    if audience.is_everybody:
        return None
    return json.dumps(
        {
            "languages": sorted(audience.languages),
            "sections": sorted(audience.sections),
            "without_sections": sorted(audience.without_sections),
            "workgroups": sorted(audience.workgroups),
            "without_workgroups": sorted(audience.without_workgroups),
            "joined_from": audience.joined_from and audience.joined_from.isoformat(),
            "joined_before": audience.joined_before and audience.joined_before.isoformat(),
        }
    )


def from_json(text: str | None) -> AudienceFilter:
    """Return the filter written by to_json."""
    if text is None:
        return AudienceFilter()
    data = json.loads(text)
    return AudienceFilter(
        languages=frozenset(map(Language, data["languages"])),
        sections=frozenset(map(Section, data["sections"])),
        without_sections=frozenset(map(Section, data["without_sections"])),
        workgroups=frozenset(map(Workgroup, data["workgroups"])),
        without_workgroups=frozenset(map(Workgroup, data["without_workgroups"])),
        joined_from=_date(data["joined_from"]),
        joined_before=_date(data["joined_before"]),
    )


@dataclass(slots=True)
class LeftOutSql:
    """An expression over members m: null for whoever gets it, else why not (models.LeftOut)."""

    _cases: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, why: LeftOut, condition: str, *values: object) -> None:
        """Leave out whom the condition is true for; the first that is counts."""
        self._cases.append(f"WHEN {condition} THEN '{why}'")
        self.values += values

    def __str__(self) -> str:
        return f"CASE {' '.join(self._cases)} END" if self._cases else "NULL"


def left_out(
    audience: AudienceFilter,
    zone: ZoneInfo,
    *,
    only_alerts: bool = False,
    filled: Iterable[Section] | None = None,
) -> LeftOutSql:
    """Return why members are left out: by the filter, by their choices, or as unreachable.

    filled are the sections that a broadcast has something for; None: it is for every reader.
    """
    sql = LeftOutSql()
    sql.add(LeftOut.UNREACHABLE, "m.state = 'unreachable'")
    if only_alerts:
        sql.add(LeftOut.NO_ALERTS, "m.wants_alerts = 0")
    if audience.languages:
        sql.add(LeftOut.LANGUAGE, *_none_of("m.language", audience.languages))
    _by_ids(
        sql, LeftOut.WORKGROUP, "m.workgroups", audience.workgroups, audience.without_workgroups
    )
    _by_date(sql, audience, zone)
    _by_ids(sql, LeftOut.SECTION, "m.sections", audience.sections, audience.without_sections)
    if filled is not None:
        sql.add(LeftOut.NOTHING, *_none_of("m.sections", filled))
    return sql


def _by_ids(
    sql: LeftOutSql, why: LeftOut, column: str, wanted: Iterable[str], unwanted: Iterable[str]
) -> None:
    if wanted:
        sql.add(why, *_none_of(column, wanted))
    if unwanted:
        sql.add(why, *_any_of(column, unwanted))


def _by_date(sql: LeftOutSql, audience: AudienceFilter, zone: ZoneInfo) -> None:
    if audience.joined_from:
        since = milliseconds(local_midnight(audience.joined_from, zone))
        sql.add(LeftOut.JOINED, "m.joined_at < ?", since)
    if audience.joined_before:
        until = milliseconds(local_midnight(audience.joined_before, zone))
        sql.add(LeftOut.JOINED, "m.joined_at >= ?", until)


def _any_of(column: str, wanted: Iterable[str]) -> list[str]:
    """Return the condition, with its values, that a column of ids has one of these."""
    ids = sorted(wanted)
    each = f"instr(',' || {column} || ',', ',' || ? || ',') > 0"
    return [f"({' OR '.join([each] * len(ids))})" if ids else "0", *ids]


def _none_of(column: str, wanted: Iterable[str]) -> list[str]:
    condition, *ids = _any_of(column, wanted)
    return [f"NOT {condition}", *ids]


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
