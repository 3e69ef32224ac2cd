"""Albums: several files as one group, of people and of the bot."""

import json

import aiohttp
import pytest

from sandbox import STAFF_GROUP_ID
from sandbox.contents import TINY_GIF
from sandbox.errors import RefusedError


async def upload(call, media, **files):
    form = aiohttp.FormData({"chat_id": str(call.chat_id), "media": json.dumps(media)})
    for name, content in files.items():
        form.add_field(name, content, filename=f"{name}.gif")
    url = f"{call.sandbox.base_url}{call.sandbox.token}/sendMediaGroup"
    async with call.session.post(url, data=form) as answer:
        return await answer.json()


def media_of(message):
    """Return the InputMedia that sends the file of a message once more."""
    kind = next(each for each in ("photo", "video", "audio", "document") if each in message)
    file = message["photo"][-1] if kind == "photo" else message[kind]
    return {"type": kind, "media": file["file_id"]}


async def test_a_persons_album_comes_as_one_batch(call, nia, begin):
    await call("getUpdates", offset=-1)
    polled = begin(call("getUpdates", offset=2 << 60, timeout=5))
    await call.sandbox.updates.poll_waits.wait()
    sent = await nia.send_album(["photo", TINY_GIF, "video"], caption="Our park")
    updates = [update["message"] for update in await polled]
    assert updates == sent
    assert len({message["media_group_id"] for message in updates}) == 1
    assert [message.get("caption") for message in updates] == ["Our park", None, None]
    assert (await nia.send_album(["audio", "audio"]))[0]["media_group_id"] != (
        sent[0]["media_group_id"]
    )


@pytest.mark.parametrize(
    "parts", [["photo"], ["photo"] * 11, ["photo", "document"], ["audio", "video"], ["voice"] * 2]
)
async def test_a_person_cannot_send_every_album(nia, parts):
    with pytest.raises(RefusedError, match="An album has"):
        await nia.send_album(parts)


@pytest.mark.parametrize("parts", [["photo", "video"], ["document"] * 2, ["audio"] * 10])
async def test_the_bot_sends_an_album_on(call, nia, parts):
    album = await nia.send_album(parts, caption="words")
    media = [media_of(message) for message in album]
    media[0]["caption"] = "<i>words</i>"
    media[0]["parse_mode"] = "HTML"
    sent = await call("sendMediaGroup", chat_id=nia.id, media=media)
    assert [media_of(message) for message in sent] == [media_of(message) for message in album]
    assert sent[0]["caption_entities"][0]["type"] == "italic"
    groups = {message["media_group_id"] for message in sent}
    assert len(groups) == 1
    assert groups != {album[0]["media_group_id"]}


async def test_uploads_make_an_album(call, nia):
    call.chat_id = nia.id
    media = [{"type": "photo", "media": f"attach://p{n}", "caption": str(n)} for n in range(3)]
    files = {f"p{n}": TINY_GIF for n in range(3)}
    sent = (await upload(call, media, **files))["result"]
    assert [message["caption"] for message in sent] == ["0", "1", "2"]
    broken = await upload(call, media, **{**files, "p1": b"no picture"})
    assert broken["description"] == (
        'Bad Request: failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"'
    )
    assert len(nia.messages) == 3


async def test_albums_that_telegram_refuses(call, nia):
    photo, video, paper, song = [
        media_of(await sending)
        for sending in (
            nia.send_photo(),
            nia.send_video(),
            nia.send_document(b"%PDF"),
            nia.send_audio(),
        )
    ]
    cases = (
        ([], "there are no messages to send"),
        ([photo], "wrong number of messages in the media group, must be between 2 and 10"),
        ([photo] * 11, "too many messages to send as an album"),
        ([photo, paper], "document can't be mixed with other media types"),
        ([song, video], "audio can't be mixed with other media types"),
        (
            [photo, {**photo, "type": "animation"}],
            "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup",
        ),
        (
            [photo, {**photo, "type": "sticker"}],
            'can\'t parse InputMedia: type "sticker" is unsupported',
        ),
        ([photo, {"type": "photo"}], "can't parse InputMedia: media not found"),
        ([photo, {**photo, "caption": "x" * 1025}], "message caption is too long"),
        (
            [photo, {**photo, "show_caption_above_media": True}],
            "parameter show_caption_above_media must be the same for all messages",
        ),
    )
    for media, description in cases:
        refused = await call.refused("sendMediaGroup", chat_id=nia.id, media=media)
        assert refused == f"Bad Request: {description}"
    assert nia.messages == []


async def test_an_album_counts_its_size_against_the_limits(call, nia):
    album = [media_of(message) for message in await nia.send_album(["photo"] * 10)]
    call.sandbox.limits.on = True
    await call("sendMediaGroup", chat_id=nia.id, media=album)
    refused = await call.refused("sendMessage", chat_id=nia.id, text="x")
    assert refused == "Too Many Requests: retry after 8"


async def test_a_copied_album_stays_one(call, nia):
    album = await nia.send_album(["photo", "video"], caption="words")
    single = await nia.send("and this")
    ids = [message["message_id"] for message in (*album, single)]
    where = {"chat_id": STAFF_GROUP_ID, "from_chat_id": nia.id}
    for method in ("copyMessages", "forwardMessages"):
        made = await call(method, **where, message_ids=ids)
        messages = [call.sandbox.staff_group.messages[each["message_id"]] for each in made]
        groups = [message.get("media_group_id") for message in messages]
        assert groups[0] == groups[1] != album[0]["media_group_id"]
        assert groups[2] is None
    alone = await call("copyMessages", **where, message_ids=ids[1:])
    first = call.sandbox.staff_group.messages[alone[0]["message_id"]]
    assert "media_group_id" not in first
    unsorted = await call.refused("copyMessages", **where, message_ids=ids[::-1])
    assert unsorted == ("Bad Request: message identifiers must be in a strictly increasing order")


async def test_a_part_of_an_album_keeps_its_place_and_its_kind(call, nia):
    album = [media_of(message) for message in await nia.send_album(["photo", "video"])]
    paper = media_of(await nia.send_document(b"%PDF"))
    film = await nia.send_animation()
    sent = await call("sendMediaGroup", chat_id=nia.id, media=album)
    named = {"chat_id": nia.id, "message_id": sent[0]["message_id"]}
    edited = await call("editMessageMedia", **named, media=album[1])
    assert edited["media_group_id"] == sent[0]["media_group_id"]
    refused = await call.refused("editMessageMedia", **named, media=paper)
    assert refused == "Bad Request: can't change media type in the album"
    media = {"type": "animation", "media": film["animation"]["file_id"]}
    refused = await call.refused("editMessageMedia", **named, media=media)
    assert refused == "Bad Request: message content type can't be used in an album"
