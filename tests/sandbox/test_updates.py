"""Long polling: confirming, waiting, conflicts, what is kept and for how long."""

import asyncio

import aiohttp
import pytest

OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
    "running"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def texts(updates):
    return [update["message"]["text"] for update in updates if "message" in update]


async def test_an_offset_confirms_for_good(call, sandbox):
    nia = sandbox.person("Nia")
    for text in ("one", "two", "three"):
        await nia.send(text)
    updates = await call("getUpdates")
    assert texts(updates) == ["one", "two", "three"]
    second = updates[1]["update_id"]
    assert texts(await call("getUpdates", offset=second, limit=1)) == ["two"]
    assert texts(await call("getUpdates", offset=0)) == ["two", "three"]


async def test_a_negative_offset_keeps_only_the_last(call, sandbox):
    nia = sandbox.person("Nia")
    for text in ("one", "two", "three"):
        await nia.send(text)
    assert texts(await call("getUpdates", offset=-1)) == ["three"]
    assert texts(await call("getUpdates")) == ["three"]
    assert texts(await call("getUpdates", offset=-5)) == ["three"]


async def test_a_long_poll_answers_as_soon_as_something_happens(call, sandbox, begin):
    poll = begin(call("getUpdates", timeout=50))
    await sandbox.wait_for_bot()
    await sandbox.person("Nia").send("at last")
    assert texts(await poll) == ["at last"]


async def test_a_bot_that_no_longer_polls_is_gone(call, sandbox, begin):
    poll = begin(call("getUpdates", timeout=50))
    await sandbox.wait_for_bot()
    await sandbox.person("Nia").send("x")
    await poll
    assert sandbox.attended()
    sandbox.clock.advance(6)
    assert not sandbox.attended()


async def test_the_older_of_two_waiting_polls_gets_the_conflict(call, sandbox, begin):
    older = begin(call.raw("getUpdates", timeout=50))
    await sandbox.wait_for_bot()
    newer = begin(call("getUpdates", timeout=50))
    status, body = await older
    assert (status, body["description"]) == (409, OTHER_POLL)
    await sandbox.person("Nia").send("hello")
    assert texts(await newer) == ["hello"]


async def test_a_poll_whose_client_went_away_is_no_conflict(call, sandbox, begin):
    url = f"{sandbox.base_url}{sandbox.token}/getUpdates"
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.05)) as impatient:
        with pytest.raises(TimeoutError):
            await impatient.post(url, json={"timeout": 50})
    poll = begin(call("getUpdates", timeout=50))
    await asyncio.sleep(0.02)
    await sandbox.person("Nia").send("hello")
    assert texts(await poll) == ["hello"]
    assert not sandbox.refusals


async def test_only_the_wanted_kinds_are_kept(call, sandbox, nia):
    await call("getUpdates", offset=-1, allowed_updates=["callback_query"])
    updates = await call("getUpdates", offset=10**9, allowed_updates=["callback_query"])
    assert updates == []
    await nia.send("nobody hears this")
    assert await call("getUpdates") == []
    await call("getUpdates", allowed_updates=[])
    await nia.send("this is heard")
    assert texts(await call("getUpdates")) == ["this is heard"]


async def test_reactions_come_only_if_asked_for(call, sandbox, nia):
    message = await call("sendMessage", chat_id=nia.id, text="x")
    first = (await call("getUpdates"))[-1]["update_id"] + 1
    sandbox.people.react(nia.account, nia.chat, message["message_id"], "👍")
    assert await call("getUpdates", offset=first, allowed_updates=["message_reaction"]) == []
    sandbox.people.react(nia.account, nia.chat, message["message_id"], "👍")
    updates = await call("getUpdates", offset=first)
    assert updates[0]["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    await nia.react(message, None)
    (taken_back,) = await call("getUpdates", offset=updates[0]["update_id"] + 1)
    assert taken_back["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert taken_back["message_reaction"]["new_reaction"] == []


async def test_each_person_has_one_reaction_and_it_is_no_edit(call, nia):
    message = await call("sendMessage", chat_id=nia.id, text="x")
    await nia.expect("x")
    await nia.react(message, "👍")
    await nia.react(message, "❤")
    shown = nia.chat.messages[message["message_id"]]
    assert shown["sandbox_reactions_of"] == {str(nia.id): "❤"}
    assert "edit_date" not in shown
    await nia.expect_silence(0.05)


async def test_presses_are_forgotten_much_sooner_than_messages(call, sandbox, nia):
    button = {"text": "Yes", "callback_data": "yes"}
    markup = {"inline_keyboard": [[button]]}
    message = await call("sendMessage", chat_id=nia.id, text="x", reply_markup=markup)
    pressed = sandbox.people.press(nia.account, nia.chat, message["message_id"], (0, 0))
    sandbox.clock.advance(151)
    assert [set(update) - {"update_id"} for update in await call("getUpdates")] == [{"message"}]
    late = await call.refused("answerCallbackQuery", **pressed)
    assert late == TOO_OLD
    sandbox.clock.advance(24 * 3600)
    assert await call("getUpdates") == []


async def test_a_press_is_answered_once(call, sandbox, nia, begin):
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
    await call("sendMessage", chat_id=nia.id, text="x", reply_markup=markup)
    press = begin(nia.press("Yes"))
    await asyncio.sleep(0)
    query = (await call("getUpdates", offset=-1))[0]["callback_query"]
    assert (query["data"], query["message"]["text"]) == ("yes", "x")
    arguments = {"callback_query_id": query["id"], "text": "Thanks", "show_alert": True}
    assert await call("answerCallbackQuery", **arguments)
    answer = await press
    assert (answer.text, answer.show_alert) == ("Thanks", True)
    assert await call.refused("answerCallbackQuery", **arguments) == TOO_OLD


async def test_blocking_is_told_to_the_bot(call, sandbox, nia):
    await nia.block()
    await nia.unblock()
    updates = [u["my_chat_member"] for u in await call("getUpdates") if "my_chat_member" in u]
    assert [u["new_chat_member"]["status"] for u in updates] == ["kicked", "member"]
    assert updates[0]["chat"]["id"] == nia.id


async def test_polling_too_eagerly_is_slowed_down(sandbox, call, nia):
    sandbox.limits.on = True
    await nia.send("two")
    assert len(await call("getUpdates")) == 2
    assert len(await call("getUpdates")) == 1


async def test_a_press_shows_what_its_message_answers_as_that_is_now(call, nia, begin):
    told = await nia.send("news")
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
    reply = {"message_id": told["message_id"]}
    await call(
        "sendMessage", chat_id=nia.id, text="?", reply_parameters=reply, reply_markup=markup
    )
    shown = []
    for deed in (nia.edit(told, "newer"), nia.delete(told)):
        await deed
        press = begin(nia.press("Yes"))
        await asyncio.sleep(0)
        update = (await call("getUpdates", offset=-1))[0]["callback_query"]
        await call("answerCallbackQuery", callback_query_id=update["id"])
        await press
        shown.append(update["message"].get("reply_to_message", {}).get("text"))
    assert shown == ["newer", None]
