"""Composing an edition: which items, in which order, as which messages. Pure."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations

from bot.content.renderer import Words
from bot.content.telegram_html import visible_length
from bot.models import Button, Content, Item, Language, Section, sections_text
from bot.storage import contents

Rendition = tuple[str, int, str]  # variant, part, content as JSON
TEXT_LIMIT = 4000  # a little under Telegram's 4,096
CAPTION_LIMIT = 1000  # a little under Telegram's 1,024


class Composer:
    """Makes the messages of an edition for one kind of member."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def compose(
        self, items: Sequence[Item], language: Language, sections: frozenset[Section]
    ) -> list[Content]:
        """Return the messages for a member with that language and those sections, if any."""
        chosen = [i for s in Section if s in sections for i in items if i.section is s]
        if not chosen:
            return []
        blocks = [self._words.render("member/edition_head", language)]
        blocks += self._section_blocks(chosen, language)
        texts = list(_pack(blocks))
        foot = self._words.render("member/edition_foot", language)
        if visible_length(texts[-1]) + visible_length(foot) < TEXT_LIMIT:
            texts[-1] = f"{texts[-1]}\n\n{foot}"
        else:
            texts.append(foot)
        settings = Button(self._words.label("settings", language), data="settings:open")
        messages = [Content(text) for text in texts]
        messages[-1] = Content(texts[-1], keyboard=((settings,),))
        return messages + [self._media(item, language) for item in chosen if item.media]

    def renditions(self, items: Sequence[Item]) -> list[Rendition]:
        """Return (variant, part, content) of every kind of member that gets anything."""
        return [
            (f"{language}:{sections_text(sections)}", part, contents.to_json(content))
            for language in Language
            for sections in all_choices()
            for part, content in enumerate(self.compose(items, language, sections))
        ]

    def _section_blocks(self, items: Iterable[Item], language: Language) -> Iterator[str]:
        """Return one block per item with text; the first of a section carries its name."""
        shown: Section | None = None
        for item in items:
            if item.section is None or _fits_caption(item, language):
                continue
            heading = item.section is not shown
            shown = item.section
            yield self._words.render(
                "member/edition_item",
                language,
                item=item,
                html=item.html_in(language),
                heading=heading,
                other_language=item.language is not language and not item.translation,
            )

    def _media(self, item: Item, language: Language) -> Content:
        html = item.html_in(language) if _fits_caption(item, language) else ""
        caption = self._words.render(
            "member/edition_media",
            language,
            item=item,
            html=html,
            other_language=item.language is not language and not item.translation,
        )
        return Content(caption, item.media)


def choose_items(items: Iterable[Item], day: date) -> list[Item]:
    """Return the items for the edition of a day: with a section and not past their date."""
    return [i for i in items if i.section and (i.until is None or i.until >= day)]


def all_choices() -> list[frozenset[Section]]:
    """Return every choice of sections that a member can make."""
    return [
        frozenset(choice)
        for size in range(1, len(Section) + 1)
        for choice in combinations(Section, size)
    ]


def content_hash(renditions: Iterable[Rendition]) -> str:
    """Return what approval freezes: a hash over everything that anybody would get."""
    text = "\n".join("\t".join(map(str, rendition)) for rendition in sorted(renditions))
    return hashlib.sha256(text.encode()).hexdigest()


def _fits_caption(item: Item, language: Language) -> bool:
    """Return whether the whole item can be the caption of its photo or document."""
    return item.media is not None and visible_length(item.html_in(language)) <= CAPTION_LIMIT - 100


def _pack(blocks: Iterable[str]) -> Iterator[str]:
    """Join blocks into as few messages as Telegram's limit allows, never cutting a block."""
    text = ""
    for block in blocks:
        joined = f"{text}\n\n{block}" if text else block
        if text and visible_length(joined) > TEXT_LIMIT:
            yield text
            text = block
        else:
            text = joined
    yield text
