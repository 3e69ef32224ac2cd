"""Record log: every change of a count or a training is written down, and can be taken back.

Called inside the transaction of the change.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from bot.models.records import Headcount, RecordChange, Training
from bot.storage.tables import Tables

SHOWN = 12  # changes in a list
COUNT, TRAINING, AFTERWORD = "count", "training", "afterword"  # what a change is about
_COUNTS: TypeAdapter[Headcount] = TypeAdapter(Headcount)
_TRAININGS: TypeAdapter[Training] = TypeAdapter(Training)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log as staff read it; what did not exist, before or after, is None."""

    change: RecordChange
    title: str = ""  # of the event that it is about
    before: Headcount | Training | None = None
    after: Headcount | Training | None = None
    told: int = 0  # to how many people an afterword went

    @property
    def kind(self) -> str:
        """Return what it is about."""
        return self.change.about.partition(":")[0]


def log_count(
    t: Tables, before: Headcount | None, after: Headcount, author_id: int, now: datetime
) -> int:
    """Write down that somebody said how many came."""
    about = f"{COUNT}:{after.event_id}:{after.on}"
    return t.record_changes.add(about, _text(before), _text(after), author_id, now)


def log_training(
    t: Tables, before: Training | None, after: Training | None, author_id: int, now: datetime
) -> int:
    """Write down that somebody added, changed or deleted a training."""
    training = after or before
    if training is None:
        raise ValueError("nothing has changed")
    about = f"{TRAINING}:{training.training_id}"
    return t.record_changes.add(about, _text(before), _text(after), author_id, now)


def log_afterword(
    t: Tables, event_id: int, on: str, told: int, author_id: int, now: datetime
) -> int:
    """Write down that somebody had a message sent to those who came."""
    return t.record_changes.add(f"{AFTERWORD}:{event_id}:{on}", "", str(told), author_id, now)


def unlog_afterword(t: Tables, event_id: int, on: str, author_id: int, now: datetime) -> None:
    """Write down that it was taken back before it left."""
    last = t.record_changes.last_of(f"{AFTERWORD}:{event_id}:{on}")
    if last is not None:
        t.record_changes.mark_undone(last.change_id, author_id, now)


def list_entries(t: Tables) -> list[Entry]:
    """Return the last changes, the latest first."""
    return [_entry(t, change) for change in t.record_changes.list_last(SHOWN)]


def undo(t: Tables, change_id: int, author_id: int, now: datetime) -> bool:
    """Put back what was before a change; return False if that was done, or it changed again."""
    change = t.record_changes.find(change_id)
    if change is None or change.undone or change.about.startswith(AFTERWORD):
        return False
    last = t.record_changes.last_of(change.about)
    if last is None or last.change_id != change_id:
        return False
    entry = _entry(t, change)
    match entry.before, entry.after:
        case Headcount() as count, _:
            t.headcounts.put(count)
        case None, Headcount() as count:
            t.headcounts.remove(count.event_id, count.on)
        case Training() as training, _:
            t.trainings.put(training)
        case None, Training() as training:
            t.trainings.remove(training.training_id)
        case _:
            return False
    return t.record_changes.mark_undone(change_id, author_id, now)


def _entry(t: Tables, change: RecordChange) -> Entry:
    kind, number, *_ = change.about.split(":")
    if kind == TRAINING:
        texts = (change.before, change.after)
        before, after = (_TRAININGS.validate_json(text) if text else None for text in texts)
        return Entry(change, before=before, after=after)
    event = t.events.find(int(number))
    titles = event.titles.values() if event else ()
    title = next(iter(titles), "")
    if kind == AFTERWORD:
        return Entry(change, title, told=int(change.after))
    counts = [
        _COUNTS.validate_json(text) if text else None for text in (change.before, change.after)
    ]
    return Entry(change, title, counts[0], counts[1])


def _text(record: Headcount | Training | None) -> str:
    match record:
        case Headcount():
            return _COUNTS.dump_json(record).decode()
        case Training():
            return _TRAININGS.dump_json(record).decode()
        case None:
            return ""
