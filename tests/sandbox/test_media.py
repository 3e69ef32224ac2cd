"""Files of every kind: what people send, the bot can send on by its file_id, copy and change."""

import io

import aiohttp
import pytest

from sandbox import STAFF_GROUP_ID
from sandbox.contents import TINY_GIF

SENDS = {
    "photo": "sendPhoto",
    "video": "sendVideo",
    "animation": "sendAnimation",
    "audio": "sendAudio",
    "voice": "sendVoice",
    "video_note": "sendVideoNote",
    "sticker": "sendSticker",
}
CAPTIONED = ("photo", "video", "animation", "audio", "voice")
NOT_MODIFIED = "Bad Request: message is not modified"


def png(width, height):
    """Return the head of a picture of this size: all that anybody reads of it."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + size + b"\x08\x00\x00\x00\x00"


async def upload(call, method, fields, **files):
    form = aiohttp.FormData(fields)
    for name, (filename, content) in files.items():
        form.add_field(name, io.BytesIO(content), filename=filename)
    url = f"{call.sandbox.base_url}{call.sandbox.token}/{method}"
    async with call.session.post(url, data=form) as answer:
        return await answer.json()


def file_of(message, kind):
    return message["photo"][-1] if kind == "photo" else message[kind]


@pytest.mark.parametrize("kind", SENDS)
async def test_the_bot_sends_on_what_a_person_sent(call, nia, kind):
    sent = await getattr(nia, f"send_{kind}")()
    file_id = file_of(sent, kind)["file_id"]
    again = await call(SENDS[kind], chat_id=nia.id, **{kind: file_id})
    assert again[kind] == sent[kind]
    assert nia.last.kind == kind
    where = {"chat_id": STAFF_GROUP_ID, "from_chat_id": nia.id, "message_id": sent["message_id"]}
    copied = await call("copyMessage", **where)
    assert call.sandbox.staff_group.messages[copied["message_id"]][kind] == sent[kind]
    assert (await call("getFile", file_id=file_id))["file_size"] > 0


@pytest.mark.parametrize("kind", CAPTIONED)
async def test_a_caption_goes_along_and_can_be_changed(call, nia, kind):
    sent = await getattr(nia, f"send_{kind}")(caption="first")
    assert sent["caption"] == "first"
    arguments = {"chat_id": nia.id, kind: file_of(sent, kind)["file_id"]}
    too_long = await call.refused(SENDS[kind], **arguments, caption="x" * 1025)
    assert too_long == "Bad Request: message caption is too long"
    mine = await call(SENDS[kind], **arguments, caption="x" * 1024)
    named = {"chat_id": nia.id, "message_id": mine["message_id"]}
    edited = await call("editMessageCaption", **named, caption="<b>new</b>", parse_mode="HTML")
    assert (edited["caption"], edited[kind]) == ("new", sent[kind])
    assert "edit_date" in edited
    assert len(call.sandbox.refusals) == 1


@pytest.mark.parametrize("kind", ["sticker", "video_note"])
async def test_what_has_no_caption_gets_none(call, nia, kind):
    sent = await getattr(nia, f"send_{kind}")()
    where = {"chat_id": nia.id, "from_chat_id": nia.id, "message_id": sent["message_id"]}
    copied = await call("copyMessage", **where, caption="words")
    named = {"chat_id": nia.id, "message_id": copied["message_id"]}
    assert "caption" not in nia.last.raw
    refused = await call.refused("editMessageCaption", **named, caption="x")
    assert refused == "Bad Request: there is no caption in the message to edit"


async def test_an_animation_is_a_document_too(call, nia):
    sent = await nia.send_animation()
    assert sent["document"]["file_id"] == sent["animation"]["file_id"]
    again = await call("sendDocument", chat_id=nia.id, document=sent["document"]["file_id"])
    assert again["animation"] == sent["animation"]


async def test_an_upload_is_what_its_sender_says(call, nia):
    fields = {"chat_id": str(nia.id), "duration": "65", "width": "320", "height": "99999"}
    sent = await upload(call, "sendVideo", fields, video=("x.bin", b"film"))
    video = sent["result"]["video"]
    assert (video["duration"], video["width"], video["height"]) == (65, 320, 10000)
    assert (video["mime_type"], video["file_name"]) == ("video/mp4", "x.bin")
    fields = {"chat_id": str(nia.id), "title": "Song", "performer": "Nia"}
    sent = await upload(call, "sendAudio", fields, audio=("x.mp3", b"song"))
    assert (sent["result"]["audio"]["title"], sent["result"]["audio"]["performer"]) == (
        "Song",
        "Nia",
    )


@pytest.mark.parametrize(
    ("method", "kind", "description"),
    [
        ("sendVideo", "photo", "can't use file of type Photo as Video"),
        ("sendPhoto", "voice", "can't use file of type VoiceNote as Photo"),
        ("sendVideoNote", "video", "can't use file of type Video as VideoNote"),
    ],
)
async def test_a_file_id_is_good_for_its_kind_only(call, nia, method, kind, description):
    sent = await getattr(nia, f"send_{kind}")()
    argument = next(each for each, name in SENDS.items() if name == method)
    given = {argument: file_of(sent, kind)["file_id"]}
    assert await call.refused(method, chat_id=nia.id, **given) == f"Bad Request: {description}"
    missing = f"Bad Request: there is no {argument.replace('_', ' ')} in the request"
    assert await call.refused(method, chat_id=nia.id) == missing


async def test_a_photo_has_a_size_that_telegram_takes(call, nia):
    fields = {"chat_id": str(nia.id)}
    wide = await upload(call, "sendPhoto", fields, photo=("x.png", png(2100, 100)))
    assert wide["description"] == "Bad Request: PHOTO_INVALID_DIMENSIONS"
    heavy = await upload(call, "sendPhoto", fields, photo=("x.gif", TINY_GIF + bytes(10 << 20)))
    size = len(TINY_GIF) + (10 << 20)
    assert heavy["description"] == (
        f"Bad Request: file of size {size} bytes is too big for a photo; "
        "the maximum size is 10485760 bytes"
    )


async def test_a_file_is_replaced_by_another_kind(call, nia):
    photo, film = await nia.send_photo(caption="old"), await nia.send_video()
    mine = await call("sendPhoto", chat_id=nia.id, photo=photo["photo"][0]["file_id"], caption="x")
    named = {"chat_id": nia.id, "message_id": mine["message_id"]}
    new = {"type": "video", "media": film["video"]["file_id"], "caption": "new"}
    edited = await call("editMessageMedia", **named, media=new)
    assert ("photo" in edited, edited["caption"]) == (False, "new")
    assert edited["video"] == film["video"]
    again = await call.refused("editMessageMedia", **named, media=new)
    assert again.startswith(NOT_MODIFIED)


async def test_some_files_are_never_replaced(call, nia):
    photo, voice = await nia.send_photo(), await nia.send_voice()
    mine = await call("sendVoice", chat_id=nia.id, voice=voice["voice"]["file_id"])
    new = {"type": "photo", "media": photo["photo"][0]["file_id"]}
    refused = "Bad Request: message media can't be edited"
    for message in (mine, photo):
        named = {"chat_id": nia.id, "message_id": message["message_id"]}
        assert await call.refused("editMessageMedia", **named, media=new) == refused
    sent = await call("sendPhoto", chat_id=nia.id, photo=new["media"])
    named = {"chat_id": nia.id, "message_id": sent["message_id"]}
    for media, description in (
        ({"type": "voice_note", "media": "x"}, 'type "voice_note" is not allowed'),
        ({"type": "sticker", "media": "x"}, 'type "sticker" is unsupported'),
        ({"type": "photo"}, "media not found"),
        ({"type": "photo", "media": "attach://nothing"}, "media not found"),
    ):
        refused = await call.refused("editMessageMedia", **named, media=media)
        assert refused == f"Bad Request: can't parse InputMedia: {description}"


async def test_a_reply_to_something_gone_is_refused_for_files_too(call, nia):
    sent = await nia.send_photo()
    await nia.delete(sent)
    arguments = {"chat_id": nia.id, "photo": sent["photo"][0]["file_id"]}
    reply = {"message_id": sent["message_id"]}
    refused = await call.refused("sendPhoto", **arguments, reply_parameters=reply)
    assert refused == "Bad Request: message to be replied not found"
    reply["allow_sending_without_reply"] = True
    assert "reply_to_message" not in await call("sendPhoto", **arguments, reply_parameters=reply)


async def test_a_hundred_messages_are_deleted_at_once(call, nia):
    ids = [(await nia.send("x"))["message_id"] for _ in range(101)]
    many = await call.refused("deleteMessages", chat_id=nia.id, message_ids=ids)
    assert many == "Bad Request: too many message identifiers specified"
    assert await call("deleteMessages", chat_id=nia.id, message_ids=ids[:100])
    assert ids[99] not in nia.chat.messages
    assert ids[100] in nia.chat.messages
