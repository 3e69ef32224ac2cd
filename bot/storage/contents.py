"""A message's content as JSON, the form in which renditions and deliveries keep it."""

import json
from functools import lru_cache

from bot.models import Button, Content, Media


def to_json(content: Content) -> str:
    """Return content as JSON; equal contents give equal text."""
    return json.dumps(
        {
            "html": content.html,
            "media": [content.media.kind, content.media.file_id] if content.media else None,
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
        media=Media(*data["media"]) if data["media"] else None,
        keyboard=tuple(tuple(Button(*button) for button in row) for row in data["keyboard"]),
    )
