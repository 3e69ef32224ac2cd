"""Trainings: how many were trained, where, by whom, and how many kits were given. No names."""

import sqlite3
from dataclasses import replace
from datetime import date

from bot.models.records import Training
from bot.storage.rows import Table


class Trainings(Table):
    """One row per training."""

    def add(self, new: Training) -> Training:
        """Store a training and return it with its id."""
        number = self._insert(
            "INSERT INTO trainings (event_id, event_on, held_on, trained, kits, place, trainer)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            *_values(new),
        )
        return replace(new, training_id=number)

    def find(self, training_id: int) -> Training | None:
        """Return a training, or None."""
        row = self._row("SELECT * FROM trainings WHERE training_id = ?", training_id)
        return None if row is None else _training(row)

    def find_of_event(self, event_id: int, on: date) -> Training | None:
        """Return the training that an event was on a date, or None."""
        row = self._row(
            "SELECT * FROM trainings WHERE event_id = ? AND event_on = ?", event_id, on.isoformat()
        )
        return None if row is None else _training(row)

    def list_between(self, first: date, before: date) -> list[Training]:
        """Return the trainings from a day on and before another, the earliest first."""
        rows = self._rows(
            "SELECT * FROM trainings WHERE held_on >= ? AND held_on < ?"
            " ORDER BY held_on, training_id",
            first.isoformat(),
            before.isoformat(),
        )
        return [_training(row) for row in rows]

    def list_years(self) -> list[int]:
        """Return the years in which any was, the earliest first."""
        sql = "SELECT DISTINCT substr(held_on, 1, 4) AS year FROM trainings ORDER BY 1"
        return [int(row["year"]) for row in self._rows(sql)]

    def put(self, training: Training) -> Training:
        """Store a training as it now is, also one that was removed; return it as it is kept."""
        kept = training
        if training.event_id is not None and not self._row(
            "SELECT 1 FROM events WHERE event_id = ?", training.event_id
        ):
            kept = replace(training, event_id=None, event_on=None)
        self._change(
            "INSERT INTO trainings (training_id, event_id, event_on, held_on, trained, kits,"
            " place, trainer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (training_id)"
            " DO UPDATE SET held_on = ?4, trained = ?5, kits = ?6, place = ?7, trainer = ?8",
            kept.training_id,
            *_values(kept),
        )
        return kept

    def remove(self, training_id: int) -> None:
        """Delete a training."""
        self._change("DELETE FROM trainings WHERE training_id = ?", training_id)


def _values(training: Training) -> tuple[object, ...]:
    return (
        training.event_id,
        training.event_on.isoformat() if training.event_on else None,
        training.held_on.isoformat(),
        training.trained,
        training.kits,
        training.place,
        training.trainer,
    )


def _training(row: sqlite3.Row) -> Training:
    return Training(
        training_id=row["training_id"],
        held_on=date.fromisoformat(row["held_on"]),
        trained=row["trained"],
        place=row["place"],
        trainer=row["trainer"],
        kits=row["kits"],
        event_id=row["event_id"],
        event_on=date.fromisoformat(row["event_on"]) if row["event_on"] else None,
    )
