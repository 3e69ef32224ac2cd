"""Polls: what can be asked, who can vote, and what the bot hears of it."""

import pytest

from sandbox import STAFF_GROUP_ID
from sandbox.errors import RefusedError


@pytest.fixture
async def updates(call):
    """What the bot has not seen yet, oldest first; what was there before is forgotten."""
    seen = 0

    async def fetch():
        nonlocal seen
        found = await call("getUpdates", offset=seen)
        call.sandbox.updates.last_poll_at = float("-inf")  # not so eager that it is slowed down
        seen = found[-1]["update_id"] + 1 if found else seen
        return found

    await fetch()
    return fetch


def counts(poll):
    return [option["voter_count"] for option in poll["options"]], poll["total_voter_count"]


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"question": ""}, "Bad Request: text must be non-empty"),
        ({"question": "x" * 301}, "Bad Request: poll question length must not exceed 300"),
        ({"options": []}, "Bad Request: poll must have at least one answer option"),
        ({"options": ["a"] * 13}, "Bad Request: poll can't have more than 12 options"),
        ({"options": ["a", " "]}, "Bad Request: text must be non-empty"),
        ({"options": ["x" * 101]}, "Bad Request: poll options length must not exceed 100"),
        ({"options": [{}]}, "Bad Request: can't parse InputPollOption: Can't find field \"text\""),
        ({"type": "survey"}, "Bad Request: unsupported poll type specified"),
        ({"type": "quiz"}, "Not Found: the sandbox does not model quizzes"),
    ],
)
async def test_a_poll_is_refused(call, nia, arguments, description):
    given = {"question": "When?", "options": ["Now", "Later"], **arguments}
    assert await call.refused("sendPoll", chat_id=nia.id, **given) == description
    assert nia.messages == []


async def test_a_poll_of_the_largest_size_arrives(call, nia):
    options = [{"text": "😀" * 100}, *["x" * 100] * 11]
    sent = await call("sendPoll", chat_id=nia.id, question="x" * 300, options=options)
    assert [option["text"] for option in sent["poll"]["options"]] == [
        "😀" * 100,
        *["x" * 100] * 11,
    ]


async def test_votes_in_an_anonymous_poll_are_counted_and_nobody_is_named(call, nia, updates):
    options = ["Now", "Later"]
    sent = await call("sendPoll", chat_id=nia.id, question="When?", options=options)
    await nia.expect("")
    await updates()
    await nia.vote(sent, "Later")
    (update,) = await updates()
    assert set(update) == {"update_id", "poll"}
    assert counts(update["poll"]) == ([0, 1], 1)
    assert "Nia" not in str(update)
    await nia.vote(nia.last, "Later")
    assert await updates() == []
    await nia.vote(nia.last)
    (update,) = await updates()
    assert counts(update["poll"]) == ([0, 0], 0)
    with pytest.raises(AssertionError, match="expected"):
        await nia.expect("", within=0.02)  # for her, votes are nothing new


async def test_votes_in_an_open_poll_name_the_person(call, nia, updates):
    given = {"question": "When?", "options": ["Now", "Later", "Never"], "is_anonymous": False}
    sent = await call("sendPoll", chat_id=nia.id, **given, allows_multiple_answers=True)
    await updates()
    await nia.vote(sent, "Never", "Now")
    (update,) = await updates()
    answer = update["poll_answer"]
    assert (answer["poll_id"], answer["option_ids"]) == (sent["poll"]["id"], [0, 2])
    assert answer["user"]["first_name"] == "Nia"
    assert counts(nia.last.raw["poll"]) == ([1, 0, 1], 1)


async def test_what_nobody_can_vote_for(call, nia):
    sent = await call("sendPoll", chat_id=nia.id, question="When?", options=["Now", "Later"])
    number = sent["message_id"]
    for choice, reason in (([0, 1], "only one"), ([2], "no such option"), ([-1], "no such")):
        with pytest.raises(RefusedError, match=reason):
            call.sandbox.people.vote(nia.account, nia.chat, number, choice)
    with pytest.raises(RefusedError, match="no poll"):
        await nia.vote(await nia.send("x"), "Now")
    await call("stopPoll", chat_id=nia.id, message_id=number)
    with pytest.raises(RefusedError, match="closed"):
        await nia.vote(sent, "Now")


async def test_a_poll_is_stopped_once(call, nia, updates):
    sent = await call("sendPoll", chat_id=nia.id, question="When?", options=["Now", "Later"])
    await nia.vote(sent, "Now")
    await updates()
    named = {"chat_id": nia.id, "message_id": sent["message_id"]}
    poll = await call("stopPoll", **named)
    assert (poll["is_closed"], counts(poll)) == (True, ([1, 0], 1))
    assert [update["poll"] for update in await updates()] == [poll]
    assert nia.last.raw["poll"]["is_closed"]
    theirs = await nia.send_poll("When?", ["Now", "Later"])
    words = await call("sendMessage", chat_id=nia.id, text="x")
    for number, description in (
        (sent["message_id"], "poll has already been closed"),
        (theirs["message_id"], "poll can't be stopped"),
        (words["message_id"], "message is not a poll"),
        (9999, "message with poll to stop not found"),
    ):
        refused = await call.refused("stopPoll", chat_id=nia.id, message_id=number)
        assert refused == f"Bad Request: {description}"


async def test_a_forward_shows_the_same_poll_and_a_copy_a_new_one(call, sandbox, nia, updates):
    sam = sandbox.person("Sam").in_group(sandbox.staff_group)
    asked = await sam.send_poll("When?", ["Now", "Later"])
    await sam.vote(asked, "Now")
    where = {"from_chat_id": STAFF_GROUP_ID, "message_id": asked["message_id"]}
    await call("forwardMessage", chat_id=nia.id, **where)
    forwarded = nia.last
    await call("copyMessage", chat_id=nia.id, **where, caption="ignored")
    copied = nia.last
    await updates()
    await nia.vote(forwarded, "Later")
    assert counts(sandbox.staff_group.messages[asked["message_id"]]["poll"]) == ([1, 1], 2)
    assert counts(copied.raw["poll"]) == ([0, 0], 0)
    assert await updates() == []  # a bot hears nothing of the votes in a person's poll
    await nia.vote(copied, "Later")
    (update,) = await updates()
    assert counts(update["poll"]) == ([0, 1], 1)
    assert update["poll"]["id"] != asked["poll"]["id"]


@pytest.mark.parametrize(
    ("question", "options"),
    [("", ["a", "b"]), ("x" * 301, ["a", "b"]), ("?", ["a"]), ("?", ["a"] * 13), ("?", ["a", ""])],
)
async def test_a_person_cannot_ask_everything(nia, question, options):
    with pytest.raises(RefusedError):
        await nia.send_poll(question, options)
