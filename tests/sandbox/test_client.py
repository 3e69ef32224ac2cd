"""The people for tests: what they do, and that their expectations can fail."""

import asyncio

import pytest

from sandbox.errors import RefusedError


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


async def test_people_send_all_kinds_of_things(call, sandbox):
    nia = sandbox.person("Nia")
    await nia.send_photo(caption="look")
    await nia.send_document(b"%PDF", "x.pdf")
    await nia.send_location(40, -80)
    await nia.send_sticker()
    await nia.send_voice()
    await nia.forward(await nia.send("text"))
    updates = [update["message"] for update in await call("getUpdates")]
    kinds = ("photo", "document", "location", "sticker", "voice", "text", "forward_origin")
    assert [kind in message for kind, message in zip(kinds, updates, strict=True)] == [True] * 7


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
