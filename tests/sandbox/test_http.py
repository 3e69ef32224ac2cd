"""The wire: tokens, encodings, method names, and loud refusals."""

import io
import json
import logging

import pytest

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_every_encoding_gives_the_same(sandbox, call, nia):
    url = f"{sandbox.base_url}{sandbox.token}/sendMessage"
    fields = {"chat_id": str(nia.id), "text": "hi", "reply_markup": '{"force_reply": true}'}
    requests = [
        {"params": fields},
        {"data": fields},
        {"json": {"chat_id": nia.id, "text": "hi", "reply_markup": {"force_reply": True}}},
    ]
    for request in requests:
        async with call.session.post(url, **request) as answer:
            assert (await answer.json())["result"]["text"] == "hi"
    async with call.session.get(url, params=fields) as answer:
        assert answer.content_type == "application/json"
        assert (await answer.json())["ok"]


async def test_method_names_ignore_case(call):
    assert (await call("GETME"))["username"] == "sandbox_task_force_bot"


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("bot1:x/getMe", 401, "Unauthorized"),
        ("bot0:x/getMe", 401, "Unauthorized: invalid token specified"),
        ("botjunk/getMe", 401, "Unauthorized: invalid token specified"),
        ("{bot}/sendTelegram", 404, "Not Found: method not found"),
        ("{bot}/sendRichMessage", 404, "Not Found: method not found"),
        ("file/{bot}/nothing", 404, "Not Found"),
    ],
)
async def test_what_is_not_there_is_refused(sandbox, call, path, status, description):
    url = sandbox.url + path.format(bot=f"bot{sandbox.token}")
    async with call.session.get(url) as answer:
        body = await answer.json()
        assert answer.status == body["error_code"] == status
        assert body["description"] == description


async def test_a_broken_body_is_refused(sandbox, call):
    url = f"{sandbox.base_url}{sandbox.token}/getMe"
    for body in ("{", "[1]"):
        headers = {"Content-Type": "application/json"}
        async with call.session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 400


async def test_too_many_parameters_are_refused(sandbox, call):
    body = io.BytesIO(b"text=" + b"x" * (1 << 20) + b"x")
    url = f"{sandbox.base_url}{sandbox.token}/getMe"
    async with call.session.post(url, data=body, headers=FORM) as answer:
        assert answer.status == 413


async def test_refusals_are_kept_and_logged_without_token_or_text(sandbox, call, nia, caplog):
    caplog.set_level(logging.INFO)
    await call.refused("sendMessage", chat_id=nia.id, text="<x>secret text", parse_mode="HTML")
    await call.refused("inventedMethod")
    assert [(each.method, each.code) for each in sandbox.refusals] == [
        ("sendMessage", 400),
        ("inventedMethod", 404),
    ]
    assert "method not found" in caplog.text
    assert "secret text" not in caplog.text
    assert sandbox.token not in caplog.text


async def test_arguments_without_a_meaning_are_reported_and_ignored(sandbox, call, nia):
    await call("sendMessage", chat_id=nia.id, text="x", silent=True, disable_notification=True)
    refusal = sandbox.refusals[-1]
    assert refusal.description == "arguments without effect: silent"


async def test_numbers_and_flags_are_read_leniently(call, nia):
    sent = await call("sendMessage", chat_id=str(nia.id), text="x", reply_to_message_id="")
    arguments = {"chat_id": nia.id, "message_id": f" {sent['message_id']}x"}
    assert await call("deleteMessage", **arguments)
    assert await call("getUpdates", limit=0, timeout=-3)


async def test_an_argument_of_an_odd_shape_is_no_crash(call, nia, caplog):
    odd = [{"chat_id": nia.id, "text": "x", "reply_parameters": {"message_id": "?"}}]
    odd += [{"chat_id": nia.id, "text": "x", "entities": [{"type": "bold", "offset": "x"}]}]
    odd += [{"chat_id": nia.id, "text": "x", "reply_markup": {"inline_keyboard": [[5]]}}]
    for arguments in odd:
        assert (await call.refused("sendMessage", **arguments)).startswith("Bad Request: ")


async def test_a_truncated_request_of_json_text_stays_text(call, nia):
    message = await call("sendMessage", chat_id=nia.id, text=json.dumps({"a": 1}))
    assert message["text"] == '{"a": 1}'
