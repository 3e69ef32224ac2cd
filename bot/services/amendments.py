"""Amendments: what staff do to a broadcast that has gone out: new text, correction, recall."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.clock import Clock
from bot.errors import Refusal
from bot.models import (
    Broadcast,
    BroadcastKind,
    BroadcastState,
    Content,
    Draft,
    Item,
    Language,
)
from bot.services import rewriting
from bot.services.broadcasts import Tools, get, to_draft
from bot.services.items import FORM_OPEN_FOR
from bot.services.overview import Overview
from bot.storage.database import Database
from bot.storage.forms import Form
from bot.storage.tables import Tables

DELETABLE_FOR = timedelta(hours=48)  # Telegram's limit for deleting, from the Bot API's manual
LATELY = 8  # broadcasts that are offered
CORRECTION, TEXT = "amend-correction", "amend-text"  # forms; a text's goes on with its language
_OPEN = (BroadcastState.DRAFT, BroadcastState.APPROVED)
Found = TypeVar("Found")
_UNFINISHED = (*_OPEN, BroadcastState.SENDING, BroadcastState.PAUSED)


@dataclass(frozen=True, slots=True)
class Reach:
    """A broadcast that went out, and what can still be done about it; counts of messages."""

    broadcast: Broadcast
    arrived: int
    young: int  # of those, the ones that Telegram may still delete
    readers: int  # members who have it
    waiting: int  # not left yet
    unknown: int  # perhaps arrived: they cannot be changed
    done: list[Broadcast]  # what was done before


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of an edit or a correction that can be written: of its items, or of itself."""

    broadcast: Broadcast
    items: list[Item]  # of the edition that is edited, with their new texts
    draft: Draft | None

    def text_in(self, language: Language, item_id: int = 0) -> str:
        """Return the text as it stands, empty if there is none in that language."""
        for item in self.items:
            if item.item_id == item_id:
                return item.html if item.language is language else item.translation or ""
        if self.draft is None:
            return ""
        content = self.draft.content
        if self.draft.language is not language:
            return self.draft.translation.html if self.draft.translation else ""
        return content.html


class Amendments:
    """Makes the broadcasts that amend another; services.broadcasts decides about them."""

    def __init__(self, database: Database, tools: Tools, clock: Clock) -> None:
        self._database = database
        self._tools = tools
        self._clock = clock

    # ------------------------------------------------------------------ what went out

    async def list_latest(self) -> list[Broadcast]:
        """Return what went out lately, the newest first."""
        return await self._database.read(lambda t: t.broadcasts.list_latest(LATELY))

    async def hold(self, broadcast_id: int) -> Reach:
        """Look at what went out; if it is still being sent it is paused first."""
        now = self._clock.now()

        def work(t: Tables) -> Reach:
            broadcast = _amendable(t, broadcast_id)
            if t.broadcasts.move(broadcast, BroadcastState.PAUSED, now):
                broadcast = get(t, broadcast_id)
                self._tools.progress.show(t, broadcast, now)
            return _reach(t, broadcast, now)

        return await self._database.write(work)

    # ------------------------------------------------------------------ beginning

    async def recall(self, broadcast_id: int, person_id: int) -> Overview:
        """Prepare a recall; one that is prepared or under way is shown instead."""
        now = self._clock.now()

        def work(t: Tables) -> Overview:
            recall = _begin(t, broadcast_id, BroadcastKind.RECALL, person_id, now)
            return self._tools.overviews.of(t, recall, now)

        return await self._database.write(work)

    async def edit(self, broadcast_id: int, person_id: int, update_id: int) -> Texts:
        """Prepare new texts; what is prepared already is shown instead."""
        now = self._clock.now()

        def work(t: Tables) -> Texts:
            _ = _amendable(t, broadcast_id)
            draft = t.drafts.find(broadcast_id)
            if draft is not None and not draft.content.has_words:
                raise Refusal("staff/amend_kind")
            edit = _begin(t, broadcast_id, BroadcastKind.EDIT, person_id, now)
            if draft is not None and t.drafts.find(edit.broadcast_id) is None:
                t.drafts.add(replace(draft, broadcast_id=edit.broadcast_id), update_id)
                _keep_translation(t, edit.broadcast_id, draft)
            return self._texts(t, edit, now)

        return await self._database.write(work)

    async def texts(self, broadcast_id: int) -> Texts:
        """Return the texts of an amendment that has not gone out."""
        now = self._clock.now()
        return await self._database.read(lambda t: self._texts(t, _open(t, broadcast_id), now))

    async def swap_language(self, broadcast_id: int, person_id: int) -> Overview:
        """Say that the text is in the other language."""

        def swap(t: Tables, draft: Draft) -> None:
            t.drafts.set_language(broadcast_id, draft.language.other)

        now = self._clock.now()

        def work(t: Tables) -> Overview:
            draft = t.drafts.find(broadcast_id)
            if draft is None:
                raise Refusal("staff/broadcast_gone")
            return self._change(t, broadcast_id, person_id, lambda: swap(t, draft), now)

        return await self._database.write(work)

    # ------------------------------------------------------------------ texts, by messages

    async def ask_correction(self, chat_id: int, person_id: int, broadcast_id: int) -> None:
        """Remember that the person's next message is the correction of a broadcast."""

        def check(t: Tables) -> None:
            _amendable(t, broadcast_id)

        await self._ask(chat_id, person_id, Form(CORRECTION, broadcast_id), check)

    async def ask_text(
        self, chat_id: int, person_id: int, broadcast_id: int, language: Language, item_id: int
    ) -> Texts:
        """Remember that the next message is a text of an amendment, or of an item in it."""
        now = self._clock.now()
        kind = f"{TEXT}:{language}:{item_id}"
        return await self._ask(
            chat_id,
            person_id,
            Form(kind, broadcast_id),
            lambda t: self._texts(t, _open(t, broadcast_id), now),
        )

    async def answer_form(
        self, chat_id: int, person_id: int, update_id: int, language: Language, content: Content
    ) -> Overview | None:
        """Take a message for what was asked and close the form; None if nothing was.

        A message that cannot be taken leaves the form open.
        """
        now = self._clock.now()

        def work(t: Tables) -> Overview | None:
            form = t.forms.find(chat_id, person_id, now)
            kind, _, rest = form.kind.partition(":") if form else ("", "", "")
            if form is None or kind not in (CORRECTION, TEXT):
                return None
            t.forms.remove(chat_id, person_id)
            if kind == CORRECTION:
                new = Draft(form.object_id, language, content)
                return self._correct(t, new, person_id, update_id, now)
            code, item_id = rest.split(":")
            deed = partial(
                rewriting.take, t, form.object_id, Language(code), int(item_id), content
            )
            return self._change(t, form.object_id, person_id, deed, now)

        return await self._database.write(work)

    async def is_asked(self, chat_id: int, person_id: int) -> bool:
        """Return whether the person's next message belongs to an amendment."""
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        return form is not None and form.kind.partition(":")[0] in (CORRECTION, TEXT)

    async def close_form(self, chat_id: int, person_id: int) -> None:
        """Forget what was asked."""
        await self._database.write(lambda t: t.forms.remove(chat_id, person_id))

    # ------------------------------------------------------------------ inside a transaction

    async def _ask(
        self, chat_id: int, person_id: int, form: Form, check: Callable[[Tables], Found]
    ) -> Found:
        expires_at = self._clock.now() + FORM_OPEN_FOR

        def work(t: Tables) -> Found:
            found = check(t)
            t.forms.set(chat_id, person_id, form, expires_at)
            return found

        return await self._database.write(work)

    def _correct(
        self, t: Tables, new: Draft, person_id: int, update_id: int, now: datetime
    ) -> Overview:
        """Make a correction of the broadcast that the draft names, or give it other words."""
        rewriting.check_length(new.content)
        number = new.broadcast_id
        correction = _begin(t, number, BroadcastKind.CORRECTION, person_id, now)
        if t.drafts.find(correction.broadcast_id) is None:
            t.drafts.add(replace(new, broadcast_id=correction.broadcast_id), update_id)
        else:
            _require_open(correction)
            to_draft(t, correction, now)
            t.broadcasts.set_author(correction.broadcast_id, person_id)
            t.drafts.set_content(correction.broadcast_id, new.content, None)
            t.drafts.set_language(correction.broadcast_id, new.language)
        return self._tools.overviews.of(t, get(t, correction.broadcast_id), now)

    def _change(
        self,
        t: Tables,
        broadcast_id: int,
        person_id: int,
        change: Callable[[], None],
        now: datetime,
    ) -> Overview:
        """Change an amendment before it goes out; an approval is taken back."""
        to_draft(t, _open(t, broadcast_id), now)
        t.broadcasts.set_author(broadcast_id, person_id)
        change()
        return self._tools.overviews.of(t, get(t, broadcast_id), now)

    def _texts(self, t: Tables, broadcast: Broadcast, now: datetime) -> Texts:
        items: list[Item] = []
        original = get(t, broadcast.amends or 0)
        is_of_edition = original.kind is BroadcastKind.EDITION
        if broadcast.kind is BroadcastKind.EDIT and is_of_edition:
            items = self._tools.renditions.amended_items(t, broadcast, original, now)
            items = [item for item in items if item.html]
        return Texts(broadcast, items, t.drafts.find(broadcast.broadcast_id))


def _amendable(t: Tables, broadcast_id: int) -> Broadcast:
    """Return what has gone out and has messages of its own; raise Refusal otherwise."""
    broadcast = get(t, broadcast_id)
    if broadcast.state in _OPEN or broadcast.kind in (BroadcastKind.EDIT, BroadcastKind.RECALL):
        raise Refusal("staff/moved_on", state=broadcast.state)
    return broadcast


def _open(t: Tables, broadcast_id: int) -> Broadcast:
    broadcast = get(t, broadcast_id)
    _require_open(broadcast)
    return broadcast


def _require_open(broadcast: Broadcast) -> None:
    if broadcast.state not in _OPEN or not broadcast.kind.amends:
        raise Refusal("staff/moved_on", state=broadcast.state)


def _reach(t: Tables, broadcast: Broadcast, now: datetime) -> Reach:
    number = broadcast.broadcast_id
    arrived, young = t.arrived.count_arrived(number, now - DELETABLE_FOR)
    tally = t.copies.tally(number)
    before = t.broadcasts.list_amendments(number)
    return Reach(
        broadcast=broadcast,
        arrived=arrived,
        young=young,
        readers=t.arrived.count_readers(number),
        waiting=tally.pending,
        unknown=tally.unconfirmed,
        done=[each for each in before if each.state not in _OPEN and each.starts_at is not None],
    )


def _begin(
    t: Tables, broadcast_id: int, kind: BroadcastKind, person_id: int, now: datetime
) -> Broadcast:
    """Return the unfinished amendment of that kind, or a new one: two taps make one."""
    original = _amendable(t, broadcast_id)
    for each in t.broadcasts.list_amendments(broadcast_id):
        if each.kind is kind and each.state in _UNFINISHED:
            return each
    is_urgent = original.urgent and kind is BroadcastKind.CORRECTION
    return t.broadcasts.add(
        kind, None, None, now, author_id=person_id, amends=broadcast_id, urgent=is_urgent
    )


def _keep_translation(t: Tables, broadcast_id: int, draft: Draft) -> None:
    if draft.translation is not None:
        t.drafts.set_translation(broadcast_id, draft.translation, draft.translation_album)
