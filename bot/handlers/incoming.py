"""What staff send, as content of the bot: formatting, links and what is attached are kept."""

import re
from html import escape

from telegram import Message

from bot.context import Context
from bot.errors import Refusal
from bot.models import Attachment, Content, Media, MediaKind, Place, Poll
from bot.services.written import Written

_COMMAND_WORD = re.compile(r"/\w+(?:@\w+)?\s*")
_COMMAND = re.compile(r"^((?:<[^>]+>)*)/\w+(?:@\w+)?\s*")  # inside formatting too
# A mention without a username carries a person's id; members must not get that.
_PERSON = re.compile(r'<a href="tg://user\?id=\d+">(.*?)</a>', re.DOTALL)

# python-telegram-bot leaves links as they are, but "&lt=1" in one would be read as "<=1".
_LINK = re.compile(r'(?<=<a href=")[^"]*')
# An animation is also sent as a document, for old apps: the first kind that fits counts.
_FILES = (*(kind for kind in MediaKind if kind is not MediaKind.DOCUMENT), MediaKind.DOCUMENT)


async def fetch(context: Context, file_id: str) -> bytes:
    """Return a file that was sent, whole."""
    file = await context.bot.get_file(file_id)
    return bytes(await file.download_as_bytearray())


def content_of(message: Message) -> Content:
    """Return a message as content, without a command at its start.

    Raise Refusal for kinds of messages that cannot be passed on to many.
    """
    html = _html_of(message)
    attachment = _attachment(message)
    if attachment is None and not message.text:
        raise Refusal("staff/message_kind")
    return Content(html, attachment)


def _html_of(message: Message) -> str:
    html = message.text_html if message.text else message.caption_html if message.caption else ""
    html = _PERSON.sub(r"\1", _COMMAND.sub(r"\1", html)).strip()
    return _LINK.sub(lambda link: escape(link[0]), html)


def written_of(message: Message, update_id: int) -> Written:
    """Return what a person wrote to staff, without who they are.

    The names of their account go along so that they can be masked, and no further. A place is
    never passed on: what is shared by mistake cannot be taken back. Raise Refusal for kinds of
    messages that would lose something on the way.
    """
    text = message.text or message.caption or ""
    if match := _COMMAND_WORD.match(text):
        text = text[match.end() :]
    if contact := message.contact:
        text = f"👤 {contact.first_name} {contact.last_name or ''} {contact.phone_number}"
    media = _attachment(message)
    if not isinstance(media, Media):
        media = None
    if not text.strip() and media is None:
        raise Refusal("public/case_kind")
    person = message.from_user
    names = (person.first_name, person.last_name, person.username) if person else ()
    return Written(
        update_id,
        message.chat.id,
        message.message_id,
        text.strip(),
        _html_of(message),
        media,
        tuple(name for name in names if name),
    )


def answer_of(message: Message, update_id: int) -> Written:
    """Return what staff answer; raise Refusal for kinds that cannot be passed on."""
    if message.contact or not (message.text or isinstance(_attachment(message), Media)):
        raise Refusal("staff/case_kind")
    return written_of(message, update_id)


def item_of(message: Message) -> tuple[str, Media | None]:
    """Return (HTML, media) of a message; raise Refusal for what an e-blast cannot carry."""
    content = content_of(message)
    match content.attachment:
        case None:
            return content.html, None
        case Media(kind=MediaKind.PHOTO | MediaKind.DOCUMENT) as media:
            return content.html, media
        case _:
            raise Refusal("staff/item_kind")


def source_of(message: Message) -> Message:
    """Return the message that a command is about: its own, or the one that it answers."""
    has_text = len((message.text or message.caption or "").split(maxsplit=1)) > 1
    replied = message.reply_to_message
    if has_text or message.effective_attachment or replied is None:
        return message
    # Whatever is written into a topic of a forum answers the message that made the topic.
    return message if replied.forum_topic_created else replied


def _attachment(message: Message) -> Attachment | None:
    for kind in _FILES:
        file = getattr(message, kind)
        if file:
            largest = file[-1] if kind is MediaKind.PHOTO else file
            return Media(kind, largest.file_id)
    if message.poll:
        return _poll(message)
    return _place(message)


def _poll(message: Message) -> Poll | None:
    poll = message.poll
    if poll is None:
        return None
    if poll.type != poll.REGULAR:
        raise Refusal("staff/no_quiz")
    options = tuple(option.text for option in poll.options)
    return Poll(poll.question, options, poll.allows_multiple_answers)


def _place(message: Message) -> Place | None:
    if venue := message.venue:
        spot = venue.location
        return Place(spot.latitude, spot.longitude, venue.title, venue.address)
    point = message.location
    if point is None or point.live_period:  # where a person is just now is nobody's business
        return None
    return Place(point.latitude, point.longitude)
