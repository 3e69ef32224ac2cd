"""Editing and deleting: what may be changed, how long, and what counts as a change."""

import pytest

from sandbox import STAFF_GROUP_ID

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)
DAY = 24 * 3600
BUTTON = {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}


@pytest.fixture
async def sent(call, nia):
    """A message of the bot, as the arguments that name it."""
    arguments = {"chat_id": nia.id, "text": "<b>one</b>", "parse_mode": "HTML"}
    message = await call("sendMessage", **arguments, reply_markup=BUTTON)
    return {"chat_id": nia.id, "message_id": message["message_id"]}


async def test_an_edit_changes_what_the_person_sees(call, sent, nia):
    edited = await call("editMessageText", **sent, text="two")
    assert edited["text"] == "two"
    assert "edit_date" in edited
    assert "entities" not in edited
    assert "reply_markup" not in edited
    assert [shown.text for shown in nia.messages] == ["two"]


async def test_the_same_content_is_not_a_change(call, sent):
    same = {**sent, "text": "  <strong>one</strong>", "parse_mode": "HTML"}
    assert await call.refused("editMessageText", **same, reply_markup=BUTTON) == NOT_MODIFIED
    assert await call("editMessageText", **same)
    assert await call.refused("editMessageText", **same) == NOT_MODIFIED


async def test_taking_the_buttons_away_is_no_edit_of_the_text(call, sent):
    edited = await call("editMessageReplyMarkup", **sent)
    assert "edit_date" not in edited
    assert await call.refused("editMessageReplyMarkup", **sent) == NOT_MODIFIED


async def test_what_cannot_be_edited(call, sent, nia):
    gone = {**sent, "message_id": 999, "text": "x"}
    assert await call.refused("editMessageText", **gone) == (
        "Bad Request: message to edit not found"
    )
    own = await nia.send("mine")
    theirs = {**sent, "message_id": own["message_id"], "text": "x"}
    assert await call.refused("editMessageText", **theirs) == (
        "Bad Request: message can't be edited"
    )
    assert await call.refused("editMessageCaption", **sent, caption="x") == (
        "Bad Request: there is no caption in the message to edit"
    )


async def test_a_bot_may_edit_its_own_message_for_ever(call, sent, sandbox):
    sandbox.clock.advance(30 * DAY)
    assert await call("editMessageText", **sent, text="late")


async def test_a_message_can_be_deleted_for_48_hours(call, sent, sandbox, nia):
    later = await call("sendMessage", chat_id=nia.id, text="x")
    sandbox.clock.advance(2 * DAY - 5)
    assert await call("deleteMessage", **sent)
    assert nia.messages[0].deleted
    assert await call.refused("deleteMessage", **sent) == (
        "Bad Request: message to delete not found"
    )
    sandbox.clock.advance(10)
    old = {"chat_id": nia.id, "message_id": later["message_id"]}
    assert await call.refused("deleteMessage", **old) == (
        "Bad Request: message can't be deleted for everyone"
    )


async def test_an_administrator_may_delete_in_its_supergroup_for_ever(call, sandbox):
    message = await call("sendMessage", chat_id=STAFF_GROUP_ID, text="x")
    sandbox.clock.advance(30 * DAY)
    arguments = {"chat_id": STAFF_GROUP_ID, "message_id": message["message_id"]}
    assert await call("deleteMessage", **arguments)


async def test_bulk_deletion_skips_what_is_gone(call, sent, nia):
    assert await call("deleteMessages", chat_id=nia.id, message_ids=[sent["message_id"], 999])
    assert nia.messages[0].deleted


async def test_a_waiting_update_still_shows_what_was_true(call, nia):
    message = await nia.send("before")
    await nia.edit(message, "after")
    updates = await call("getUpdates", offset=-2)
    assert updates[0]["message"]["text"] == "before"
    assert updates[1]["edited_message"]["text"] == "after"
    assert updates[1]["edited_message"]["edit_date"]
