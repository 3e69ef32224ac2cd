"""Staff: who may do what, and how the bot speaks to them of its own accord."""

from datetime import datetime

from bot.content.renderer import Words
from bot.errors import Refusal
from bot.models import Button, Content, Keyboard, Lane, Language
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables


class Staff:
    """The owners from the settings, and the staff chat if there is one."""

    def __init__(self, owner_ids: frozenset[int], staff_chat_id: int | None, words: Words) -> None:
        self._words = words
        self._owner_ids = owner_ids
        self._staff_chat_id = staff_chat_id

    def includes(self, person_id: int) -> bool:
        """Return whether a person is staff."""
        return person_id in self._owner_ids

    def require(self, person_id: int) -> None:
        """Raise Refusal unless the person is staff."""
        if not self.includes(person_id):
            raise Refusal("public/refused_staff")

    @property
    def owners(self) -> frozenset[int]:
        """Return the ids of the owners."""
        return self._owner_ids

    @property
    def chats(self) -> list[int]:
        """Return where staff are told of things: their group, or else each owner."""
        return [self._staff_chat_id] if self._staff_chat_id else sorted(self._owner_ids)

    @property
    def group(self) -> int | None:
        """Return the id of the staff group if there is one."""
        return self._staff_chat_id

    @property
    def language(self) -> Language:
        """Return the language in which the bot speaks to staff of its own accord."""
        return Language.EN

    def render(self, template: str, **values: object) -> str:
        """Return a template in the language of staff."""
        return self._words.render(template, self.language, **values)

    def button(self, label: str, data: str, style: str = "") -> Button:
        """Return a button with a label in the language of staff."""
        return Button(self._words.label(label, self.language), data, style=style)

    def tell(
        self,
        t: Tables,
        key: str,
        html: str,
        keyboard: Keyboard = (),
        *,
        now: datetime,
        lane: Lane = Lane.NOTICE,
    ) -> bool:
        """Write one message per staff chat; return False if this key was used before."""
        return self.show(t, key, Content(html, keyboard=keyboard), now=now, lane=lane)

    def show(
        self, t: Tables, key: str, content: Content, *, now: datetime, lane: Lane = Lane.NOTICE
    ) -> bool:
        """Write content that is ready to each staff chat; return False if the key was used."""
        written = [
            t.deliveries.add(NewDelivery(chat_id, content, lane, now, key=f"{key}:{n}"))
            for n, chat_id in enumerate(self.chats)
        ]
        return any(written)

    def was_told(self, t: Tables, key: str) -> bool:
        """Return whether staff were told of that lately; upkeep.KEEP_FINISHED says how lately."""
        return t.deliveries.find_by_key(f"{key}:0") is not None
