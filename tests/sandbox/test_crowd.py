"""The crowd: it comes by itself, subscribes, and shows how far a broadcast has got."""

import asyncio
from contextlib import asynccontextmanager

from sandbox.crowd import UNASKED_AFTER
from sandbox.wave import WAVE_ENDS_AFTER
from sandbox.world import FIRST_CROWD_ID

CHOICE = {
    "inline_keyboard": [
        [{"text": "No", "callback_data": "no"}],
        [{"text": "Yes", "callback_data": "yes", "style": "success"}],
    ]
}


@asynccontextmanager
async def bot_that_subscribes(call, begin):
    """A bot that asks everybody who starts it and thanks for the answer."""
    answers: list[str] = []

    async def serve():
        offset = 0
        while True:
            for update in await call("getUpdates", offset=offset, timeout=50):
                offset = update["update_id"] + 1
                if query := update.get("callback_query"):
                    answers.append(query["data"])
                    await call("answerCallbackQuery", callback_query_id=query["id"])
                elif "message" in update:
                    chat_id = update["message"]["chat"]["id"]
                    await call("sendMessage", chat_id=chat_id, text="?", reply_markup=CHOICE)

    task = begin(serve())
    yield answers
    task.cancel()


async def test_nobody_comes_before_there_is_a_bot(sandbox):
    sandbox.crowd.grow(5)
    sandbox.crowd.tick()
    assert FIRST_CROWD_ID not in sandbox.world.people


async def test_the_crowd_presses_the_green_button_and_has_arrived(sandbox, call, begin):
    sandbox.crowd.grow(12)
    async with bot_that_subscribes(call, begin) as answers:
        await sandbox.crowd.wait_until_arrived(within=10)
    assert answers == ["yes"] * 12
    crowd = [sandbox.world.people[FIRST_CROWD_ID + index] for index in range(12)]
    assert [person.language_code for person in crowd].count("es") == 2
    assert sandbox.crowd.as_json()["sample"] == [FIRST_CROWD_ID + index for index in range(8)]


async def test_while_limits_are_on_it_comes_gently(sandbox, call, begin):
    sandbox.limits.on = True
    sandbox.crowd.grow(100)
    async with bot_that_subscribes(call, begin):
        await asyncio.sleep(1)
    assert 5 <= len([each for each in sandbox.world.people if each >= FIRST_CROWD_ID]) <= 15


async def test_a_wave_counts_people_who_were_written_to_unasked(sandbox, call, begin):
    sandbox.crowd.grow(6)
    async with bot_that_subscribes(call, begin):
        await sandbox.crowd.wait_until_arrived(within=10)
    await call("sendMessage", chat_id=FIRST_CROWD_ID, text="an answer, not a broadcast")
    assert sandbox.crowd.as_json()["wave"] is None
    sandbox.people.block(sandbox.world.people[FIRST_CROWD_ID + 5])
    sandbox.clock.advance(UNASKED_AFTER)
    for index in (0, 1, 2, 2):
        await call("sendMessage", chat_id=FIRST_CROWD_ID + index, text="News")
    wave = sandbox.crowd.as_json()["wave"]
    assert (wave["got"], wave["of"], wave["finished"]) == (3, 5, False)
    sandbox.clock.advance(WAVE_ENDS_AFTER)
    assert sandbox.crowd.as_json()["wave"]["finished"]
    await call("sendMessage", chat_id=FIRST_CROWD_ID, text="The next")
    assert sandbox.crowd.as_json()["wave"]["got"] == 1


async def test_the_crowd_goes_on_when_the_bot_comes_back(sandbox, call, begin):
    sandbox.crowd.grow(3)
    await call("getUpdates")
    sandbox.crowd.tick()
    assert len(sandbox.updates) == 3
    async with bot_that_subscribes(call, begin):
        await sandbox.crowd.wait_until_arrived(within=10)


async def test_who_gets_no_answer_asks_again_and_then_gives_up(sandbox, call):
    sandbox.crowd.grow(1)
    for _ in range(5):
        await call("getUpdates")
        sandbox.crowd.tick()
        sandbox.clock.advance(4)
        sandbox.crowd.tick()
        for _ in range(9):
            await call("getUpdates")
            sandbox.clock.advance(4)
            sandbox.crowd.tick()
    assert len(sandbox.updates) == 3


async def test_only_the_last_messages_of_the_crowd_are_kept(sandbox, call, begin):
    sandbox.crowd.grow(1)
    async with bot_that_subscribes(call, begin):
        await sandbox.crowd.wait_until_arrived(within=10)
    for number in range(9):
        await call("sendMessage", chat_id=FIRST_CROWD_ID, text=str(number))
    kept = sandbox.world.chats[FIRST_CROWD_ID].messages.values()
    assert [message["text"] for message in kept] == ["4", "5", "6", "7", "8"]
