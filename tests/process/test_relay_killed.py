"""Killed again and again in the middle of a conversation: nothing is lost."""

import asyncio
import re

from sandbox.world import STAFF_GROUP_ID

MESSAGES = 8
KILLS = 4


async def test_no_message_of_either_side_is_lost(make_bot, sandbox):
    nia, sam = sandbox.person("Nia"), sandbox.person("Sam")
    group = sandbox.staff_group
    inside = sam.in_group(group)

    def new_bot():
        return make_bot(STAFF_CHAT_ID=STAFF_GROUP_ID)

    bot = await new_bot().start()
    await nia.send("quantum chromodynamics")
    offered = await nia.expect("I won't guess")
    await nia.press("Ask a person", message=offered)
    await nia.press("Yes", message=offered)
    question = await inside.expect("quantum", within=15)

    for n in range(MESSAGES):
        await nia.send(f"question {n}.")
        await inside.reply(question, f"answer {n}.")
        if n % (MESSAGES // KILLS) == 1:
            await asyncio.sleep(0.02 * n)  # at another moment of the work each time
            await bot.kill()
            bot = await new_bot().start()
    await inside.expect(f"question {MESSAGES - 1}.", within=30)
    await nia.expect(f"answer {MESSAGES - 1}.", within=30)
    assert await bot.end() == 0

    def numbers(hands, word):
        texts = [m.text for m in hands.messages if not m.deleted]
        return [int(m[1]) for text in texts if (m := re.search(rf"\b{word} (\d+)\.", text))]

    for said in (numbers(inside, "question"), numbers(nia, "answer")):
        # Cut off in the middle of a call nobody knows whether it arrived: then it comes again.
        assert sorted(set(said)) == list(range(MESSAGES))
        assert len(said) <= MESSAGES + KILLS
    assert len(group.topics) <= 1 + KILLS
    assert nia.account.first_name not in inside.transcript()
