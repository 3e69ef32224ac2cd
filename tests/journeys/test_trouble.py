"""When something breaks: the person hears what to do, staff and the log hear what happened."""

import logging

import pytest

from bot.errors import StorageUnavailableError


@pytest.fixture
def broken(app, monkeypatch):
    """Return a function that makes a service fail."""

    def broken(error):
        async def fails(*_, **__):
            raise error

        monkeypatch.setattr(type(app.services.members), "join", fails)

    return broken


@pytest.mark.parametrize(
    "error", [RuntimeError("a mistake"), StorageUnavailableError("disk is full")]
)
async def test_the_person_hears_it_in_their_language_with_what_to_do(
    talk, nia, rosa, broken, error, caplog, english_in
):
    broken(error)
    for person, yes in ((nia, "Yes"), (rosa, "Sí")):
        await talk.one(person, "/eblast")
        (answer,) = await talk.press(person, yes)
        assert "911" in answer.text
        assert answer.buttons[0][0].startswith(("Overdose", "Sobredosis"))
    assert "Something went wrong" in nia.last.text
    assert english_in(rosa.last) == []
    errors = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert len(errors) == 2
    assert "Nia" not in caplog.text
    assert str(nia.id) not in caplog.text


async def test_a_group_is_not_bothered_with_errors(talk, darnell, group, app, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("a mistake")

    monkeypatch.setattr("bot.handlers.keyboards.Context.link", fails)
    assert await talk.say(darnell.in_group(group), "/start") == []


async def test_a_hiccup_of_telegram_costs_nobody_their_answer(talk, nia, sandbox, caplog):
    sandbox.faults.add("500", method="sendMessage", count=1)
    assert "What I can do" in (await talk.one(nia, "/help")).text


async def test_telegrams_trouble_does_not_make_a_second_message(
    talk, nia, sandbox, caplog, monkeypatch
):
    monkeypatch.setattr("bot.delivery.pacing.NETWORK_WAITS", (0, 0, 0, 0))
    sandbox.faults.add("500", method="sendMessage", count=5)
    assert await talk.say(nia, "/help") == []
    assert "Telegram did not take an answer" in caplog.text
    assert "What I can do" in (await talk.one(nia, "/help")).text


async def test_who_has_blocked_the_bot_makes_no_noise(talk, nia, caplog):
    await nia.send("/help")
    nia.account.blocked = True
    await talk.running.idle()
    assert [r for r in caplog.records if r.name.startswith("bot.handlers")] == []


async def test_staff_hear_of_an_update_that_nobody_can_read(talk, sam, nia, sandbox):
    broken = {"message_id": 1, "date": "x", "chat": {"id": nia.id, "type": "private"}}
    sandbox.updates.add("message", broken, nia.id)
    await sam.expect("could not read")
    assert "What I can do" in (await talk.one(nia, "/help")).text
