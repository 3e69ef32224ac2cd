"""What an update must stay in order with."""

import pytest

from bot.transport.raw import key_of, update_id_of

CHAT = {"chat": {"id": -100}, "from": {"id": 7}}


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ({"message": CHAT}, ("chat", -100)),
        ({"edited_message": CHAT}, ("chat", -100)),
        ({"my_chat_member": CHAT}, ("chat", -100)),
        ({"callback_query": {"message": CHAT, "from": {"id": 8}}}, ("chat", -100)),
        ({"callback_query": {"from": {"id": 8}}}, ("chat", 8)),
        ({"something_new": {"from": {"id": 9}}}, ("chat", 9)),
        ({"poll": {"id": "5"}}, ("update", 1)),
        ({"message": {"chat": {"id": True}}}, ("update", 1)),
    ],
)
def test_the_key_is_the_chat_else_the_person_else_the_update(raw, key):
    assert key_of({"update_id": 1, **raw}, 1) == key


@pytest.mark.parametrize("raw", [None, 5, "x", [], {}, {"update_id": -5}, {"update_id": 2**63}])
def test_what_has_no_usable_id_is_not_an_update(raw):
    assert update_id_of(raw) is None
