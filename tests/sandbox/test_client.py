"""The people for tests: what they do, and that their expectations can fail."""

import asyncio

import pytest

from sandbox.errors import RefusedError
from sandbox.shown import Shown


async def test_expect_takes_each_message_and_edit_once(call, nia):
    sent = await call("sendMessage", chat_id=nia.id, text="Hello there")
    shown = await nia.expect("Hello")
    assert shown.id == sent["message_id"]
    with pytest.raises(AssertionError, match="Nia expected 'Hello'"):
        await nia.expect("Hello", within=0.05)
    named = {"chat_id": nia.id, "message_id": shown.id}
    await call("editMessageText", **named, text="Hello again")
    assert (await nia.expect("again")) is shown
    assert nia.last.text == "Hello again"


async def test_a_failed_expectation_shows_the_transcript(call, nia):
    await call("sendMessage", chat_id=nia.id, text="Something else")
    with pytest.raises(AssertionError) as failure:
        await nia.expect("Welcome", within=0.01)
    assert "'Something else'" in str(failure.value)


async def test_expect_waits_for_what_comes_later(call, nia, begin):
    expected = begin(nia.expect("later"))
    await asyncio.sleep(0)
    await call("sendMessage", chat_id=nia.id, text="later")
    assert (await expected).text == "later"


async def test_silence_can_be_broken(call, nia, begin):
    await nia.expect_silence(for_=0.02)
    silence = begin(nia.expect_silence(for_=2))
    await asyncio.sleep(0)
    await call("sendMessage", chat_id=nia.id, text="noise")
    with pytest.raises(AssertionError, match="noise"):
        await silence


async def test_a_press_needs_a_button_and_an_answer(call, nia):
    with pytest.raises(AssertionError, match="no message has a button 'Yes'"):
        await nia.press("Yes")
    buttons = [{"text": "Yes", "callback_data": "y"}, {"text": "Web", "url": "https://a.org"}]
    keyboard = {"inline_keyboard": [buttons]}
    await call("sendMessage", chat_id=nia.id, text="x", reply_markup=keyboard)
    assert nia.last.buttons == [["Yes", "Web"]]
    assert nia.last.button("Web")["url"] == "https://a.org"
    with pytest.raises(AssertionError, match="did not answer the press"):
        await nia.press("Yes", within=0.05)
    with pytest.raises(AssertionError, match="no button for the bot"):
        await nia.press("Web")


async def test_people_send_all_kinds_of_things(call, nia):
    first = await nia.send("text")
    for sending in (
        nia.send_photo(caption="look"),
        nia.send_video(),
        nia.send_animation(),
        nia.send_audio(),
        nia.send_document(b"%PDF", "x.pdf"),
        nia.send_voice(),
        nia.send_video_note(),
        nia.send_sticker(),
        nia.send_poll("When?", ["Now", "Later"]),
        nia.send_venue("Church", "1 Main St"),
        nia.send_location(40, -80),
        nia.send_contact("Help", "833-234-6343"),
    ):
        await nia.reply(await sending, "what I mean")
    await nia.forward(first)
    updates = [update["message"] for update in await call("getUpdates", offset=-25)]
    assert [Shown(message).kind for message in updates[::2]] == [
        *("photo", "video", "animation", "audio", "document", "voice", "video_note", "sticker"),
        *("poll", "venue", "location", "contact", "text"),
    ]
    replies = updates[1::2]
    assert [reply["reply_to_message"]["message_id"] for reply in replies] == [
        message["message_id"] for message in updates[:-1:2]
    ]
    assert "forward_origin" in updates[-1]


async def test_everything_can_be_a_reply(nia):
    first = await nia.send("Look at this")
    for sent in (
        await nia.send_video(reply_to=first),
        await nia.send_contact(reply_to=first),
        *await nia.send_album(["photo", "video"], reply_to=first),
    ):
        assert sent["reply_to_message"]["text"] == "Look at this"


async def test_the_own_contact_names_its_person(nia):
    contact = (await nia.send_contact())["contact"]
    assert (contact["user_id"], contact["first_name"]) == (nia.id, "Nia")


async def test_people_are_found_or_made(sandbox):
    assert sandbox.person("Nia") is sandbox.person("Nia")
    assert sandbox.person("Alice", language="es").account.language_code == "es"


async def test_nobody_writes_over_their_own_block(nia):
    await nia.block()
    with pytest.raises(RefusedError):
        await nia.send("x")


async def test_only_the_own_topic_is_heard(call, sandbox):
    group = sandbox.staff_group
    one = await call("createForumTopic", chat_id=group.id, name="1")
    sam = sandbox.person("Sam").in_group(group, topic=one["message_thread_id"])
    await call("sendMessage", chat_id=group.id, text="for all")
    place = {"chat_id": group.id, "message_thread_id": one["message_thread_id"]}
    await call("sendMessage", **place, text="for the topic")
    assert [shown.text for shown in sam.messages] == ["", "for the topic"]
