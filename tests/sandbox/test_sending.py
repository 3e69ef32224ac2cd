"""Sending: what arrives, and what Telegram would refuse."""

import aiohttp
import pytest

from sandbox import STAFF_GROUP_ID
from sandbox.contents import TINY_GIF
from sandbox.files import image_size

BAD_URL = "Bad Request: inline keyboard button URL 'http://localhost' is invalid"
BAD_BUTTON = "Bad Request: can't parse inline keyboard button"


async def test_a_message_arrives_and_has_its_fields(call, nia):
    message = await call("sendMessage", chat_id=nia.id, text="<b>Hello</b>", parse_mode="HTML")
    assert message["text"] == "Hello"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    assert message["chat"]["type"] == "private"
    assert message["from"]["is_bot"]
    assert (await nia.expect("Hello")).html == "<b>Hello</b>"


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"chat_id": ""}, "Bad Request: chat_id is empty"),
        ({"chat_id": 5}, "Bad Request: chat not found"),
        ({"chat_id": "@nobody"}, "Bad Request: chat not found"),
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n "}, "Bad Request: text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: text must be non-empty"),
        ({"text": "é" * 4097}, "Bad Request: message is too long"),
        ({"text": "x" * 32769}, "Bad Request: text is too long"),
        ({"parse_mode": "junk"}, "Bad Request: unsupported parse_mode"),
        ({"message_thread_id": 99}, "Bad Request: message thread not found"),
        (
            {"reply_parameters": {"message_id": 999}},
            "Bad Request: message to be replied not found",
        ),
    ],
)
async def test_a_message_is_refused_in_telegrams_words(call, nia, arguments, description):
    given = {"chat_id": nia.id, "text": "Hello", **arguments}
    assert await call.refused("sendMessage", **given) == description
    assert nia.messages == []


async def test_length_counts_code_points_after_parsing(call, nia):
    text = "<b>" + "😀" * 4096 + "</b>"
    assert await call("sendMessage", chat_id=nia.id, text=text, parse_mode="HTML")


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "x", "callback_data": "é" * 32 + "x"}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "Bad Request: BUTTON_DATA_INVALID"),
        (
            {"text": "x", "url": "http://localhost"},
            f"{BAD_URL}: Wrong HTTP URL",
        ),
        (
            {"text": "x"},
            f"{BAD_BUTTON}: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "callback_data": "y", "style": "pink"},
            f"{BAD_BUTTON}: invalid button style specified",
        ),
        (
            {"text": "x", "web_app": {"url": "https://a.org"}},
            "Not Found: the sandbox does not model inline keyboard buttons with web_app",
        ),
    ],
)
async def test_a_button_is_refused(call, nia, button, description):
    markup = {"inline_keyboard": [[button]]}
    arguments = {"chat_id": nia.id, "text": "x", "reply_markup": markup}
    assert await call.refused("sendMessage", **arguments) == description


async def test_a_button_may_have_64_bytes_and_a_style(call, nia):
    button = {"text": "Go", "callback_data": "é" * 32, "style": "success"}
    markup = {"inline_keyboard": [[button]]}
    message = await call("sendMessage", chat_id=nia.id, text="x", reply_markup=markup)
    assert message["reply_markup"] == markup


@pytest.mark.parametrize("markup", ["{", "[]", '{"inline_keyboard": 1}', '{"keyboard": [1]}'])
async def test_a_broken_keyboard_is_refused(call, nia, markup):
    text = await call.refused("sendMessage", chat_id=nia.id, text="x", reply_markup=markup)
    assert text.startswith("Bad Request: ")


async def test_a_reply_keyboard_stands_until_it_is_removed(call, nia):
    keyboard = {"keyboard": [[{"text": "Where am I?", "request_location": True}]]}
    await call("sendMessage", chat_id=nia.id, text="x", reply_markup=keyboard)
    assert nia.keyboard == [["Where am I?"]]
    await call("sendMessage", chat_id=nia.id, text="x")
    assert nia.keyboard == [["Where am I?"]]
    await call("sendMessage", chat_id=nia.id, text="x", reply_markup={"remove_keyboard": True})
    assert nia.keyboard == []


async def test_people_the_bot_cannot_write_to(call, sandbox, nia):
    stranger = sandbox.person("Stranger")
    never = "Forbidden: bot can't initiate conversation with a user"
    assert await call.refused("sendMessage", chat_id=stranger.id, text="x") == never
    await nia.block()
    blocked = "Forbidden: bot was blocked by the user"
    assert await call.refused("sendMessage", chat_id=nia.id, text="x") == blocked
    await nia.unblock()
    await call("sendMessage", chat_id=nia.id, text="x")
    await nia.deactivate()
    gone = "Forbidden: user is deactivated"
    assert await call.refused("sendMessage", chat_id=nia.id, text="x") == gone


async def test_a_reply_shows_what_it_answers_one_level_deep(call, nia):
    first = await call("sendMessage", chat_id=nia.id, text="one")
    second = await nia.reply(first, "two")
    reply = {"message_id": second["message_id"]}
    third = await call("sendMessage", chat_id=nia.id, text="three", reply_parameters=reply)
    assert third["reply_to_message"]["text"] == "two"
    assert "reply_to_message" not in third["reply_to_message"]


async def test_a_reply_to_nothing_can_be_sent_all_the_same(call, nia):
    reply = {"message_id": 999, "allow_sending_without_reply": True}
    message = await call("sendMessage", chat_id=nia.id, text="x", reply_parameters=reply)
    assert "reply_to_message" not in message


async def test_a_migrated_group_names_the_new_chat(call, sandbox):
    old = sandbox.world.add_group("Old", [sandbox.person("Sam").account], kind="group")
    new = sandbox.people.migrate(old)
    status, body = await call.raw("sendMessage", chat_id=old.id, text="x")
    assert (status, body["parameters"]) == (400, {"migrate_to_chat_id": new.id})
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    kinds = [set(update["message"]) for update in await call("getUpdates")]
    assert ["migrate_to_chat_id" in kinds[0], "migrate_from_chat_id" in kinds[1]] == [True, True]


async def test_a_group_that_removed_the_bot_is_closed_to_it(call, sandbox):
    sandbox.people.kick_bot(sandbox.person("Sam").account, sandbox.staff_group)
    kicked = "Forbidden: bot was kicked from the supergroup chat"
    assert await call.refused("sendMessage", chat_id=STAFF_GROUP_ID, text="x") == kicked


async def upload(call, method, fields, **files):
    form = aiohttp.FormData(fields)
    for name, (filename, content) in files.items():
        form.add_field(name, content, filename=filename)
    url = f"{call.sandbox.base_url}{call.sandbox.token}/{method}"
    async with call.session.post(url, data=form) as answer:
        return await answer.json()


async def test_a_file_goes_up_and_comes_down(call, nia):
    fields = {"chat_id": str(nia.id), "caption": "Read this"}
    sent = await upload(call, "sendDocument", fields, document=("plan.pdf", b"%PDF-1.7"))
    document = sent["result"]["document"]
    assert document["file_name"] == "plan.pdf"
    assert document["mime_type"] == "application/pdf"
    found = await call("getFile", file_id=document["file_id"])
    url = f"{call.sandbox.base_file_url}{call.sandbox.token}/{found['file_path']}"
    async with call.session.get(url) as answer:
        assert await answer.read() == b"%PDF-1.7"
    again = await call("sendDocument", chat_id=nia.id, document=document["file_id"])
    assert again["document"] == document


async def test_a_photo_has_to_be_one(call, nia):
    fields = {"chat_id": str(nia.id)}
    sent = await upload(call, "sendPhoto", fields, photo=("x.gif", TINY_GIF))
    assert sent["result"]["photo"][0]["width"] == 1
    refused = await upload(call, "sendPhoto", fields, photo=("x.jpg", b"no picture"))
    assert refused["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    missing = await call.refused("sendPhoto", chat_id=nia.id)
    assert missing == "Bad Request: there is no photo in the request"
    unknown = await call.refused("sendPhoto", chat_id=nia.id, photo="photo-00000099")
    assert unknown == "Bad Request: wrong file identifier/HTTP URL specified"


async def test_a_caption_is_shorter_than_a_text(call, nia):
    fields = {"chat_id": str(nia.id), "caption": "x" * 1025}
    refused = await upload(call, "sendDocument", fields, document=("a.txt", b"x"))
    assert refused["description"] == "Bad Request: message caption is too long"


async def test_a_place_arrives(call, nia):
    place = await call("sendLocation", chat_id=nia.id, latitude=40.5, longitude=-80)
    assert place["location"] == {"latitude": 40.5, "longitude": -80.0}
    wrong = await call.refused("sendLocation", chat_id=nia.id, latitude=91, longitude=0)
    assert wrong == "Bad Request: invalid location specified"
    named = {"title": "Church", "address": "1 Main St", "latitude": 91, "longitude": 0}
    wrong = await call.refused("sendVenue", chat_id=nia.id, **named)
    assert wrong == "Bad Request: wrong venue location specified"


async def test_a_contact_arrives(call, nia):
    card = {"phone_number": "833-234-6343", "first_name": "Help"}
    sent = await call("sendContact", chat_id=nia.id, **card)
    assert sent["contact"] == card
    nobody = await call.refused("sendContact", chat_id=nia.id, phone_number="833")
    assert nobody == 'Bad Request: parameter "first_name" is required'


async def test_copies_and_forwards(call, nia, sandbox):
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}
    message = await call("sendMessage", chat_id=nia.id, text="Hello", reply_markup=markup)
    where = {"chat_id": STAFF_GROUP_ID, "from_chat_id": nia.id}
    copied = await call("copyMessage", **where, message_id=message["message_id"])
    forwarded = await call("forwardMessage", **where, message_id=message["message_id"])
    stored = sandbox.staff_group.messages[copied["message_id"]]
    assert stored["text"] == "Hello"
    assert "reply_markup" not in stored
    assert forwarded["forward_origin"]["sender_user"]["is_bot"]
    ids = [message["message_id"], 999]
    assert len(await call("copyMessages", **where, message_ids=ids)) == 1
    missing = await call.refused("copyMessage", **where, message_id=999)
    assert missing == "Bad Request: message to copy not found"
    many = await call.refused("copyMessages", **where, message_ids=list(range(1, 102)))
    assert many == "Bad Request: too many message identifiers specified"
    none = await call.refused("copyMessages", **where)
    assert none == "Bad Request: message identifiers are not specified"


async def test_a_copy_of_a_file_can_have_another_caption_and_a_forward_keeps_it(call, nia):
    sent = await nia.send_document(b"%PDF", "x.pdf", caption="first")
    where = {"chat_id": STAFF_GROUP_ID, "from_chat_id": nia.id, "message_id": sent["message_id"]}
    await call("copyMessage", **where, caption="<i>second</i>", parse_mode="HTML")
    forwarded = await call("forwardMessage", **where)
    assert forwarded["caption"] == "first"
    assert forwarded["forward_origin"]["sender_user"]["first_name"] == "Nia"
    stored = call.sandbox.staff_group.messages[1]
    assert (stored["caption"], stored["caption_entities"][0]["type"]) == ("second", "italic")
    ids = {"chat_id": nia.id, "from_chat_id": nia.id, "message_ids": [sent["message_id"]]}
    assert await call("copyMessages", **ids, remove_caption=True)
    assert nia.last.text == ""
    assert await call("forwardMessages", **ids)
    assert nia.last.text == "first"
    assert await call.refused("copyMessages", **{**ids, "message_ids": [999]}) == (
        "Bad Request: there are no messages to copy"
    )


async def test_service_messages_cannot_be_sent_on(call, nia):
    await call("createForumTopic", chat_id=STAFF_GROUP_ID, name="x")
    where = {"chat_id": nia.id, "from_chat_id": STAFF_GROUP_ID, "message_id": 1}
    assert await call.refused("copyMessage", **where) == "Bad Request: message can't be copied"
    assert await call.refused("forwardMessage", **where) == (
        "Bad Request: message can't be forwarded"
    )


async def test_a_file_of_another_kind_or_from_the_web_is_refused(call, nia):
    sent = await nia.send_document(b"%PDF", "x.pdf")
    file_id = sent["document"]["file_id"]
    assert await call.refused("sendPhoto", chat_id=nia.id, photo=file_id) == (
        "Bad Request: can't use file of type Document as Photo"
    )
    web = await call.refused("sendPhoto", chat_id=nia.id, photo="https://a.org/x.png")
    assert web == "Not Found: the sandbox does not model files that Telegram fetches from the web"


def test_the_size_of_a_jpeg_and_a_png_is_read_from_their_heads():
    frame = b"\xff\xc0\x00\x11\x08\x00\x20\x00\x40\x03" + bytes(12)
    assert image_size(b"\xff\xd8\xff\xe0\x00\x04\x00\x00" + frame) == (64, 32)
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    assert image_size(head + b"\x00\x00\x00\x05\x00\x00\x00\x07") == (5, 7)
    assert image_size(b"text") is None
