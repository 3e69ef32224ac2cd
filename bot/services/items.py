"""Items: staff collect news for the e-blast, choose a section, translate, date and remove them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.clock import Clock
from bot.content.telegram_html import visible_length
from bot.errors import Refusal
from bot.models import BroadcastKind, BroadcastState, Item, ItemState, Language, Media, Section
from bot.services.broadcasts import to_draft
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables

LONGEST_ITEM = 3000  # visible characters, so that a heading and a note still fit into one message
FORM_OPEN_FOR = timedelta(hours=6)
TRANSLATION, TEXT = "item-translation", "item-text"
_ASKED = (TRANSLATION, TEXT)


@dataclass(frozen=True, slots=True)
class Changed:
    """An item after a change, and whether that took an approval back."""

    item: Item
    approval_voided: bool


class Items:
    """Decides and stores what staff collect."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def collect(
        self, update_id: int, author_id: int, language: Language, html: str, media: Media | None
    ) -> Item:
        """Keep a new item, still without a section; the same update gives the same item."""
        check_item(html, media)
        now = self._clock.now()
        return await self._database.write(
            lambda t: t.items.add(update_id, author_id, language, html, media, now)
        )

    async def get(self, item_id: int) -> Item:
        """Return an item that is still there; raise Refusal otherwise."""
        return await self._database.read(lambda t: _open(t, item_id))

    async def list_open(self) -> list[Item]:
        """Return the items that wait for an edition."""
        return await self._database.read(lambda t: t.items.list_open())

    async def set_section(self, item_id: int, person_id: int, section: Section) -> Changed:
        """Put an item into a section."""
        return await self._change(
            item_id, person_id, lambda t: t.items.set_section(item_id, section)
        )

    async def swap_language(self, item_id: int, person_id: int) -> Changed:
        """Say that the text is in the other language."""

        def swap(t: Tables) -> None:
            t.items.set_language(item_id, _open(t, item_id).language.other)

        return await self._change(item_id, person_id, swap)

    async def set_until(self, item_id: int, person_id: int, until: date | None) -> Changed:
        """Set the last day on which the item is worth sending."""
        return await self._change(item_id, person_id, lambda t: t.items.set_until(item_id, until))

    async def toggle_standing(self, item_id: int, person_id: int) -> Changed:
        """Keep an item for every edition, or for one only."""

        def toggle(t: Tables) -> None:
            t.items.set_standing(item_id, standing=not _open(t, item_id).standing)

        return await self._change(item_id, person_id, toggle)

    async def remove(self, item_id: int, person_id: int) -> Changed:
        """Take an item out; it can be taken back."""
        return await self._change(
            item_id, person_id, lambda t: t.items.set_state(item_id, ItemState.REMOVED)
        )

    async def restore(self, item_id: int, person_id: int) -> Item:
        """Take a removed item back."""

        def work(t: Tables) -> Item:
            item = t.items.find(item_id)
            if item is None or item.state is ItemState.USED:
                raise Refusal("staff/item_gone")
            t.items.set_state(item_id, ItemState.OPEN)
            _set_author(t, item_id, person_id)
            return _open(t, item_id)

        return await self._database.write(work)

    async def ask(self, chat_id: int, person_id: int, kind: str, item_id: int) -> Item:
        """Remember that the person's next message is a translation or a text for an item."""
        expires_at = self._clock.now() + FORM_OPEN_FOR

        def work(t: Tables) -> Item:
            item = _open(t, item_id)
            t.forms.set(chat_id, person_id, Form(kind, item_id), expires_at)
            return item

        return await self._database.write(work)

    async def is_asked(self, chat_id: int, person_id: int) -> bool:
        """Return whether a text for an item was asked for."""
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        return form is not None and form.kind in _ASKED

    async def answer_form(self, chat_id: int, person_id: int, html: str) -> Changed | None:
        """Take a text for the item that was asked for and close the form; None if none was.

        A text that cannot be taken leaves the form open; an item that is gone closes it.
        """
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        if form is None or form.kind not in _ASKED:
            return None
        check_item(html, None)

        def change(t: Tables) -> None:
            set_html = t.items.set_translation if form.kind == TRANSLATION else t.items.set_text
            set_html(form.object_id, html)
            t.forms.remove(chat_id, person_id)

        try:
            return await self._change(form.object_id, person_id, change)
        except Refusal:
            await self.close_form(chat_id, person_id)
            raise

    async def close_form(self, chat_id: int, person_id: int) -> None:
        """Forget what was asked."""
        await self._database.write(lambda t: t.forms.remove(chat_id, person_id))

    async def _change(
        self, item_id: int, person_id: int, change: Callable[[Tables], None]
    ) -> Changed:
        now = self._clock.now()

        def work(t: Tables) -> Changed:
            _open(t, item_id)
            change(t)
            voided = False
            for broadcast in t.broadcasts.list_in(BroadcastState.APPROVED):
                if item_id in t.renditions.list_items(broadcast.broadcast_id):
                    voided = to_draft(t, broadcast, now)
            _set_author(t, item_id, person_id)
            item = t.items.find(item_id)
            if item is None:
                raise Refusal("staff/item_gone")
            return Changed(item, voided)

        return await self._database.write(work)


def _open(t: Tables, item_id: int) -> Item:
    item = t.items.find(item_id)
    if item is None or item.state is not ItemState.OPEN:
        raise Refusal("staff/item_gone")
    return item


def _set_author(t: Tables, item_id: int, person_id: int) -> None:
    """Make a person the one who wrote an item, and the draft that it belongs to, last."""
    t.items.set_author(item_id, person_id)
    for edition in t.broadcasts.list_of(BroadcastKind.EDITION, BroadcastState.DRAFT):
        t.broadcasts.set_author(edition.broadcast_id, person_id)


def check_item(html: str, media: Media | None) -> None:
    """Raise Refusal for an item that says nothing or too much."""
    length = visible_length(html)
    if not length and media is None:
        raise Refusal("staff/item_empty")
    if length > LONGEST_ITEM:
        raise Refusal("staff/item_too_long", length=length, limit=LONGEST_ITEM)
