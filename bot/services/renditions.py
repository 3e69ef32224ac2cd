"""Renditions: what each kind of member gets of a broadcast, by the kind of broadcast."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.content.renderer import Words
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
)
from bot.services.composer import Composer, Rendition, choose_items
from bot.storage import contents
from bot.storage.tables import Tables


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
        draft = self.draft(t, broadcast)
        if draft is None:
            return []
        return [
            (str(language), part, contents.to_json(content))
            for language in Language
            for part, content in enumerate(self._announcement(broadcast, draft, language))
        ]

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
        draft = self.draft(t, broadcast)
        return [] if draft is None else self._announcement(broadcast, draft, language)

    def items(self, t: Tables, broadcast: Broadcast, now: datetime) -> list[Item]:
        """Return the items of an edition: frozen ones once it is approved, else what fits now."""
        if broadcast.state is BroadcastState.DRAFT:
            day = broadcast.local_date or now.astimezone(self._zone).date()
            return choose_items(t.items.list_open(), day)
        numbers = t.broadcasts.list_items(broadcast.broadcast_id)
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
