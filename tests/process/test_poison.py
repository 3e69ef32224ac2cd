"""An update that cannot be read harms nobody."""

import pytest

TROUBLE = "Telegram sent something that the bot could not read"
POISON = [
    ("message", {"date": "x"}),
    ("message", 7),
    ("message", {"message_id": 1, "date": 10**30, "chat": {"id": 700100, "type": "private"}}),
    ("edited_message", {"text": ["overdose"]}),
    ("callback_query", []),
    ("callback_query", {"id": "1", "from": {"id": "x"}, "data": {"overdose": 1}}),
    ("my_chat_member", {"chat": None}),
]


@pytest.fixture
async def bot(make_bot, sandbox):
    sandbox.updates.next_id = 3
    sam = sandbox.person("Sam")
    await sam.send("/help")
    bot = await make_bot().start()
    await sam.expect("/overdose")
    return bot


async def test_an_update_without_sense_delays_no_other_and_staff_are_told(bot, sandbox, make_bot):
    nia, rosa, sam = (sandbox.person(name) for name in ("Nia", "Rosa", "Sam"))
    await nia.send("/help")
    sandbox.updates.add("message", {"date": "x"}, nia.id)
    await nia.send("/privacy")
    await rosa.send("/help")
    assert [entry.update_id for entry in sandbox.updates.pending()] == [4, 5, 6, 7]
    await rosa.expect("/overdose", within=1)
    await nia.expect("/overdose", within=1)
    await nia.expect(within=1)
    await sam.expect(TROUBLE)
    assert bot.err.count(" ERROR ") == 1

    await bot.kill()
    bot = await make_bot().start()
    await nia.send("/help")
    await nia.expect("/overdose")
    await bot.end()
    assert " ERROR " not in bot.err  # it is not tried again
    assert sum(TROUBLE in shown.text for shown in sam.messages) == 1


async def test_a_batch_full_of_nonsense_stops_nothing(bot, sandbox):
    nia, sam = sandbox.person("Nia"), sandbox.person("Sam")
    for kind, payload in POISON:
        sandbox.updates.add(kind, payload, nia.id)
    await nia.send("/overdose")
    await nia.send("/help")
    await nia.expect("Call 911", within=1)
    await nia.expect("/overdose", within=1)
    await sam.expect(TROUBLE)
    assert await bot.end() == 0
    assert "Traceback" not in bot.output
