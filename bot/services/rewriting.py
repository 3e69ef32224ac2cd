"""Rewriting: a message of staff takes the place of a text that has gone out.

Called inside the transaction of the decision.
"""

from dataclasses import replace

from bot.content.telegram_html import visible_length
from bot.errors import Refusal
from bot.models import Album, BroadcastKind, Content, Language, Media, MediaKind
from bot.services.broadcasts import get
from bot.services.composer import CAPTION_LIMIT, TEXT_LIMIT
from bot.services.items import check_item
from bot.storage.tables import Tables

ROOM_FOR_NOTES = 200  # characters that the bot adds to a text: a heading, its language, a source


def take(t: Tables, broadcast_id: int, language: Language, item_id: int, content: Content) -> None:
    """Take a message for a text of an amendment, or of an item in it; raise Refusal if it cannot.

    item_id is 0 for what is no edition.
    """
    if item_id:
        _amend_item(t, broadcast_id, language, item_id, content)
    else:
        _amend_draft(t, broadcast_id, language, content)


def _amend_item(
    t: Tables, broadcast_id: int, language: Language, item_id: int, content: Content
) -> None:
    item = t.items.find(item_id)
    if item is None:
        raise Refusal("staff/item_gone")
    if content.attachment is not None:
        raise Refusal("staff/amend_kind")
    check_item(content.html, None)
    is_own = item.language is language
    html, translation = (content.html, None) if is_own else (None, content.html)
    t.drafts.amend_item(broadcast_id, item_id, html, translation)


def _amend_draft(t: Tables, broadcast_id: int, language: Language, content: Content) -> None:
    draft = t.drafts.find(broadcast_id)
    if draft is None:
        raise Refusal("staff/broadcast_gone")
    if get(t, broadcast_id).kind is BroadcastKind.EDIT:
        content = _in_place_of(draft.content_in(language), content)
    check_length(content)
    if language is draft.language:
        t.drafts.set_content(broadcast_id, content, draft.album)
    else:
        t.drafts.set_translation(broadcast_id, content, draft.translation_album)


def _in_place_of(old: Content, new: Content) -> Content:
    """Return a new message that an old one can be edited into; raise Refusal if it cannot."""
    match old.attachment, new.attachment:
        case None, None:
            return new
        case (Media() | Album()) as kept, None:  # other words below the same files
            return replace(new, attachment=kept)
        case Media(kind=kind), Media(kind=other) if kind is other is not MediaKind.VOICE:
            return new
    raise Refusal("staff/amend_kind")


def check_length(content: Content) -> None:
    """Raise Refusal for a text that is empty or too long for one message."""
    limit = (CAPTION_LIMIT if content.attachment else TEXT_LIMIT) - ROOM_FOR_NOTES
    length = visible_length(content.html)
    if not length and content.attachment is None:
        raise Refusal("staff/item_empty")
    if length > limit:
        raise Refusal("staff/amend_too_long", length=length, limit=limit)
