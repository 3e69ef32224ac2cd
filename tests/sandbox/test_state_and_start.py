"""The state file, and starting from the command line."""

import asyncio
import json
import sys

import aiohttp
import pytest

from sandbox import DEFAULT_TOKEN, STAFF_GROUP_ID, Sandbox
from sandbox.__main__ import main
from sandbox.state import StateError


async def test_everything_survives_a_restart(tmp_path, connect):
    path = tmp_path / "folder" / "sandbox.json"
    async with Sandbox(state=path, crowd=2) as first:
        call = connect(first)
        alice = first.person("Alice", language="es")
        await alice.send_document(b"%PDF", "x.pdf")
        poll = await call("sendPoll", chat_id=alice.id, question="?", options=["Yes", "No"])
        await alice.vote(poll, "Yes")
        sent = await call("sendMessage", chat_id=alice.id, text="Hello")
        topic = await call("createForumTopic", chat_id=STAFF_GROUP_ID, name="Topic")
        await call("setMyCommands", commands=[{"command": "start", "description": "x"}])
    async with Sandbox(state=path, limits=False) as second:
        call = connect(second)
        assert second.crowd.size == 2
        alice = second.person("Alice")
        assert alice.account.language_code == "es"
        assert [shown.text for shown in alice.messages] == ["", "Hello"]
        await alice.vote(alice.messages[0], "No")
        counts = [each["voter_count"] for each in alice.messages[0].raw["poll"]["options"]]
        assert counts == [0, 1]
        assert list(second.staff_group.topics) == [topic["message_thread_id"]]
        update = (await call("getUpdates"))[0]
        file_id = update["message"]["document"]["file_id"]
        assert (await call("getFile", file_id=file_id))["file_size"] == 4
        again = await call("sendMessage", chat_id=alice.id, text="x")
        assert again["message_id"] == sent["message_id"] + 1
        assert second.profile.menu_for(alice.account)


async def test_a_press_from_before_a_restart_can_still_be_answered(tmp_path, connect):
    path = tmp_path / "sandbox.json"
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    async with Sandbox(state=path) as first:
        nia = first.person("Nia")
        await nia.send("/start")
        arguments = {"chat_id": nia.id, "text": "?", "reply_markup": markup}
        message = await connect(first)("sendMessage", **arguments)
        first.people.press(nia.account, nia.chat, message["message_id"], (0, 0))
    async with Sandbox(state=path) as second:
        query = (await connect(second)("getUpdates"))[-1]["callback_query"]
        assert await connect(second)("answerCallbackQuery", callback_query_id=query["id"])


async def test_a_state_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    sandbox = Sandbox(state=tmp_path / "file" / "state.json")
    with pytest.raises(StateError, match="cannot be"):
        await sandbox.start()


async def test_a_long_poll_ends_with_the_sandbox(connect, begin):
    async with Sandbox() as sandbox:
        poll = begin(connect(sandbox)("getUpdates", timeout=50))
        await sandbox.wait_for_bot()
    assert await poll == []


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 99}', '{"version": 1}'])
async def test_a_file_that_is_no_state_is_not_overwritten(tmp_path, text):
    path = tmp_path / "notes.txt"
    path.write_text(text)
    with pytest.raises(StateError):
        await Sandbox(state=path).start()
    assert path.read_text() == text


async def run(*arguments):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    return process


async def test_the_command_says_where_it_is_and_ends_politely(tmp_path):
    state = tmp_path / "state.json"
    process = await run("--port", "0", "--crowd", "3", "--state", str(state))
    page = (await process.stdout.readline()).decode().split()[-1]
    token = (await process.stdout.readline()).decode().split()[-1]
    assert token == DEFAULT_TOKEN
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{page}bot{token}/getMe") as answer,
    ):
        assert (await answer.json())["ok"]
    process.terminate()
    out, errors = await process.communicate()
    assert (process.returncode, out, errors) == (0, b"", b"")
    assert json.loads(state.read_text())["version"] == 2


async def test_a_taken_port_is_one_sentence(sandbox):
    process = await run("--port", str(sandbox.port))
    out, errors = await process.communicate()
    assert process.returncode == 1
    assert out == b""
    assert errors.decode().startswith(f"The sandbox cannot listen on 127.0.0.1:{sandbox.port}")
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["--port", "x"], ["--port", "65536"], ["--crowd", "-1"], ["--token", "x"]]
)
def test_a_bad_value_is_a_sentence_and_not_a_trace(monkeypatch, capsys, arguments):
    monkeypatch.setattr(sys, "argv", ["sandbox", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert arguments[0] in capsys.readouterr().err
