"""A message's content as JSON, the form in which renditions, drafts and deliveries keep it."""

import json
from functools import lru_cache
from typing import Any

from bot.models import (
    Album,
    Attachment,
    Button,
    Content,
    Media,
    MediaKind,
    Place,
    Poll,
    Reaction,
    Topic,
    TopicDeed,
)


def to_json(content: Content) -> str:
    """Return content as JSON; equal contents give equal text."""
    return json.dumps(
        {
            "html": content.html,
            "attachment": _packed(content.attachment),
            "keyboard": [
                [[b.text, b.data, b.url, b.style] for b in row] for row in content.keyboard
            ],
        },
        ensure_ascii=False,
    )


@lru_cache(maxsize=256)
def from_json(text: str) -> Content:
    """Return the content written by to_json; a broadcast's copies share one object."""
    data = json.loads(text)
    return Content(
        html=data["html"],
        attachment=_unpacked(data),
        keyboard=tuple(tuple(Button(*button) for button in row) for row in data["keyboard"]),
    )


def _packed(attachment: Attachment | None) -> list[Any] | None:  # noqa: PLR0911 - one each
    """Return an attachment as its name and its values."""
    match attachment:
        case None:
            return None
        case Media():
            return ["media", attachment.kind, attachment.file_id, attachment.covered]
        case Album():
            return ["album", *([each.kind, each.file_id] for each in attachment.media)]
        case Poll():
            return ["poll", attachment.question, attachment.several, *attachment.options]
        case Place():
            point = (attachment.latitude, attachment.longitude)
            return ["place", *point, attachment.title, attachment.address]
        case Reaction():
            return ["reaction", attachment.emoji]
        case Topic():
            return ["topic", attachment.deed, attachment.name]


def _unpacked(data: dict[str, Any]) -> Attachment | None:  # noqa: PLR0911 - one each
    match data.get("attachment"):
        case None if data.get("media"):  # as written before there were other attachments
            kind, file_id = data["media"]
            return Media(MediaKind(kind), file_id)
        case ["media", kind, file_id, *covered]:
            return Media(MediaKind(kind), file_id, covered=any(covered))
        case ["album", *media]:
            return Album(tuple(Media(MediaKind(kind), file_id) for kind, file_id in media))
        case ["poll", question, several, *options]:
            return Poll(question, tuple(options), several)
        case ["place", latitude, longitude, title, address]:
            return Place(latitude, longitude, title, address)
        case ["reaction", emoji]:
            return Reaction(emoji)
        case ["topic", deed, name]:
            return Topic(TopicDeed(deed), name)
        case _:
            return None
