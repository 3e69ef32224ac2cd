"""Everything that the database holds about one person, to show it or to erase it."""

from bot.models import DeliveryState
from bot.storage.deliveries import FORGET
from bot.storage.rows import Table

# Every column that holds the sealed number of somebody for their own sake. A test compares this
# with the schema, so that no new table can be forgotten.
PERSONAL = (
    ("members", "chat"),
    ("forms", "chat"),
    ("forms", "person"),
    ("corrections", "chat"),
    ("site_contacts", "chat"),
    ("deliveries", "chat"),
    ("reminders", "chat"),
    ("attendances", "chat"),
    ("calendar_links", "chat"),
    ("cases", "person"),
    ("silences", "person"),
)
# What staff did as staff: it stays with the broadcast or the place, also when they go.
BY_STAFF = (
    ("items", "author"),
    ("broadcasts", "author"),
    ("broadcasts", "approved_by"),
    ("site_notices", "author"),
    ("site_changes", "author"),
    ("case_messages", "chat"),  # what the person wrote goes with their case
    ("site_changes", "undone_by"),
    ("answer_people", "person"),
    ("record_changes", "author"),
    ("record_changes", "undone_by"),
    ("afterwords", "author"),
)


class Traces(Table):
    """The rows of one person in all tables."""

    def count(self, chat_id: int) -> dict[str, int]:
        """Return how many rows of each table are about a person; deliveries by their state."""
        sealed = self._sealer.id(chat_id)
        counts: dict[str, int] = {}
        for table, column in PERSONAL:
            if table == "deliveries":
                continue
            row = self._row(f"SELECT count(*) AS n FROM {table} WHERE {column} = ?", sealed)  # noqa: S608 - our own names
            counts[table] = counts.get(table, 0) + (int(row["n"]) if row else 0)
        waiting = (DeliveryState.PENDING, DeliveryState.SENDING)
        for row in self._rows(
            "SELECT state, count(*) AS n FROM deliveries WHERE chat = ? GROUP BY state", sealed
        ):
            kind = "waiting" if row["state"] in waiting else "ended"
            counts[kind] = counts.get(kind, 0) + int(row["n"])
        return {name: n for name, n in counts.items() if n}

    def erase(self, chat_id: int) -> None:
        """Delete every row of a person; what is being sent this moment goes when it has ended."""
        sealed = self._sealer.id(chat_id)
        for table, column in PERSONAL:
            if table != "deliveries":
                self._change(f"DELETE FROM {table} WHERE {column} = ?", sealed)  # noqa: S608 - our own names
        self._change(
            "UPDATE deliveries SET forget = 1,"
            " state = CASE state WHEN 'pending' THEN 'cancelled' ELSE state END WHERE chat = ?",
            sealed,
        )
        # First what points at another message, such as a correction, then that message.
        while self._change(FORGET):
            pass
