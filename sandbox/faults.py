"""Faults that can be switched on: what a bot must survive from the real network."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from sandbox.errors import RefusedError
from sandbox.types import Json

Kind = Literal["429", "500", "502", "reset_before", "reset_after", "late", "truncated"]


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong.

    `method` and `chat_id` narrow it; `every` hits each n-th matching call; `count` is how many
    times are left (None: for ever). `retry_after` and `delay` are seconds.
    """

    kind: Kind
    method: str | None = None
    chat_id: int | None = None
    count: int | None = None
    every: int = 1
    retry_after: int = 1
    delay: float = 1.0
    seen: int = 0

    def strikes(self, method: str, chat_id: str) -> bool:
        """Return whether this call is hit, and count it."""
        if self.count == 0 or (self.method and self.method.lower() != method):
            return False
        if self.chat_id is not None and str(self.chat_id) != chat_id:
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        if self.count is not None:
            self.count -= 1
        return True


class Faults:
    """The faults that are switched on; the first that matches strikes."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, kind: Kind, **settings: Json) -> Fault:
        """Switch a fault on; see Fault for the settings."""
        if kind not in get_args(Kind):
            raise RefusedError(
                f"There is no fault {kind!r}; there are {', '.join(get_args(Kind))}."
            )
        try:
            fault = Fault(kind, **settings)
        except TypeError as error:
            raise RefusedError("A fault has method, chat_id, count, every and so on.") from error
        if fault.every < 1 or (fault.count is not None and fault.count < 1):
            raise RefusedError("The numbers of a fault start at 1.")
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Switch all faults off."""
        self._faults.clear()

    def strike(self, method: str, chat_id: str) -> Fault | None:
        """Return the fault that hits this call; `method` in lower case."""
        for fault in self._faults:
            if fault.strikes(method, chat_id):
                if fault.count == 0:
                    self._faults.remove(fault)
                return fault
        return None

    def __bool__(self) -> bool:
        return bool(self._faults)

    def as_json(self) -> list[dict[str, Any]]:
        """Return the list for the page."""
        faults = [asdict(fault) for fault in self._faults]
        return [{name: value for name, value in f.items() if name != "seen"} for f in faults]
