"""Renditions: what each kind of member gets of a broadcast, by the kind of broadcast."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.content.renderer import Words
from bot.errors import Refusal
from bot.models import (
    Broadcast,
    BroadcastKind,
    BroadcastState,
    Button,
    Content,
    Draft,
    Item,
    Language,
    Section,
    sections_text,
)
from bot.services.composer import Composer, Rendition, choose_items
from bot.storage import contents
from bot.storage.tables import Tables


def day_of(broadcast: Broadcast, now: datetime, zone: ZoneInfo) -> date:
    """Return the date on which a broadcast goes out as planned; today if that has passed."""
    return max(broadcast.slot_at or now, now).astimezone(zone).date()


class Renditions:
    """Makes the messages of a broadcast of any kind."""

    def __init__(self, words: Words, zone: ZoneInfo) -> None:
        self._words = words
        self._zone = zone
        self._composer = Composer(words)

    def of(self, t: Tables, broadcast: Broadcast, now: datetime) -> list[Rendition]:
        """Return (variant, part, content) of every kind of member that gets anything."""
        if broadcast.kind is BroadcastKind.EDITION:
            return self._composer.renditions(self.items(t, broadcast, now))
        if broadcast.kind is BroadcastKind.EDIT:
            return self._edited(t, broadcast, now)
        draft = self.draft(t, broadcast)
        return [] if draft is None else self._announced(broadcast, draft)

    def preview(
        self,
        t: Tables,
        broadcast: Broadcast,
        language: Language,
        sections: frozenset[Section],
        now: datetime,
    ) -> list[Content]:
        """Return exactly what a member with that language and those sections gets."""
        if broadcast.kind is BroadcastKind.EDITION:
            return self._composer.compose(self.items(t, broadcast, now), language, sections)
        if broadcast.kind is BroadcastKind.EDIT:
            variants = (str(language), f"{language}:{sections_text(sections)}")
            edited = sorted(self._edited(t, broadcast, now))
            return [contents.from_json(text) for variant, _, text in edited if variant in variants]
        draft = self.draft(t, broadcast)
        return [] if draft is None else self._announcement(broadcast, draft, language)

    def items(self, t: Tables, broadcast: Broadcast, now: datetime) -> list[Item]:
        """Return the items of an edition: frozen ones once it is approved, else what fits now."""
        if broadcast.kind is not BroadcastKind.EDITION:
            return []
        if broadcast.state is BroadcastState.DRAFT:
            day = day_of(broadcast, now, self._zone)
            return choose_items(t.items.list_open(), day)
        numbers = t.renditions.list_items(broadcast.broadcast_id)
        found = [t.items.find(item_id) for item_id in numbers]
        return [item for item in found if item]

    def draft(self, t: Tables, broadcast: Broadcast) -> Draft | None:
        """Return what staff wrote, with the albums that it is the first file of."""
        draft = t.drafts.find(broadcast.broadcast_id)
        if draft is None:
            return None
        whole = draft.album and t.albums.find(draft.album)
        other = draft.translation_album and t.albums.find(draft.translation_album)
        return replace(
            draft, content=whole or draft.content, translation=other or draft.translation
        )

    def _edited(self, t: Tables, edit: Broadcast, now: datetime) -> list[Rendition]:
        """Return the messages of an edit that differ from those that members have.

        Raise Refusal if there would be more or fewer of them: only texts can change in place.
        """
        if edit.amends is None:
            return []
        original = t.broadcasts.get(edit.amends)
        before = {(v, part): text for v, part, text in t.renditions.list_of(edit.amends)}
        if original.kind is BroadcastKind.EDITION:
            new = self._composer.renditions(self.amended_items(t, edit, original, now))
        elif draft := self.draft(t, edit):
            new = self._announced(original, draft)
        else:
            return []
        if {(variant, part) for variant, part, _ in new} != before.keys():
            raise Refusal("staff/amend_parts")
        return [(v, part, text) for v, part, text in new if text != before[v, part]]

    def amended_items(
        self, t: Tables, edit: Broadcast, original: Broadcast, now: datetime
    ) -> list[Item]:
        """Return the items of an edition with the texts that an edit gives them."""
        texts = t.drafts.list_amended(edit.broadcast_id)
        amended = []
        for item in self.items(t, original, now):
            html, translation = texts.get(item.item_id, (None, None))
            amended.append(
                replace(item, html=html or item.html, translation=translation or item.translation)
            )
        return amended

    def _announced(self, broadcast: Broadcast, draft: Draft) -> list[Rendition]:
        """Return (variant, part, content) of what staff wrote, in both languages."""
        return [
            (str(language), part, contents.to_json(content))
            for language in Language
            for part, content in enumerate(self._announcement(broadcast, draft, language))
        ]

    def _announcement(
        self, broadcast: Broadcast, draft: Draft, language: Language
    ) -> list[Content]:
        content = draft.content_in(language)
        if not content.has_words:
            return [content]
        html = self._words.render(
            f"member/{broadcast.kind}",
            language,
            broadcast=broadcast,
            draft=draft,
            html=content.html,
            zone=self._zone,
            other_language=draft.language is not language and draft.translation is None,
        )
        settings = Button(self._words.label("settings", language), data="settings:open")
        return [replace(content, html=html, keyboard=((settings,),))]
