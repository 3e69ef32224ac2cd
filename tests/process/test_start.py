"""Starting: patience with the network, private files, and the sandbox for who has no token."""

import asyncio
import socket

import aiohttp
import pytest

from sandbox.server import Sandbox
from sandbox.world import STAFF_ID
from tests.process.botprocess import RUNNING

WAITING = "Telegram does not answer yet"
PAGE = "There is no BOT_TOKEN, so this is the sandbox. Open "


@pytest.fixture
def free_port():
    with socket.socket() as taken_for_a_moment:
        taken_for_a_moment.bind(("127.0.0.1", 0))
        return taken_for_a_moment.getsockname()[1]


async def test_it_waits_for_a_telegram_that_comes_later(make_any_bot, free_port):
    sandbox = Sandbox(port=free_port)
    bot = make_any_bot(BOT_TOKEN=sandbox.token, TELEGRAM_API_URL=f"http://127.0.0.1:{free_port}")
    await bot.launch()
    await bot.wait_for(WAITING, within=15)
    assert RUNNING not in bot.out
    async with sandbox:
        await bot.wait_for(RUNNING)
        assert await bot.end() == 0


async def test_a_network_without_names_is_waited_for_and_a_signal_ends_the_waiting(make_any_bot):
    bot = make_any_bot(
        BOT_TOKEN="1000000001:AAa_token_of_the_right_shape_1234567",
        TELEGRAM_API_URL="http://nowhere.invalid",
    )
    await bot.launch()
    await bot.wait_for(WAITING, within=15)
    assert await bot.end() == 0
    assert " ERROR " not in bot.err


async def test_a_telegram_in_trouble_is_asked_again(make_bot, sandbox):
    for fault, count in (("429", 1), ("502", 5)):
        sandbox.faults.add(fault, method="getMe", count=count)
    bot = await make_bot().start()
    assert not sandbox.faults
    assert bot.err.count(WAITING) == 1  # told once it has been tried a few times
    assert await bot.end() == 0


async def test_files_are_private(make_bot, tmp_path, sandbox):
    nia = sandbox.person("Nia")
    bot = await make_bot().start()
    await nia.send("/help")
    await nia.expect("/overdose")
    files = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "data").rglob("*")}
    assert {
        "bot.db",
        "bot.db-wal",
        "bot.db.heartbeat",
        "bot.db.key",
        "bot.db.lock",
    } <= files.keys()
    assert set(files.values()) == {0}
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    await bot.end()


async def test_without_a_token_there_is_a_page_to_try_it_on(make_any_bot):
    bot = await make_any_bot(SANDBOX_PORT=0, SANDBOX_CROWD=0).start()
    async with Page(bot) as page, page.http.get(page.url) as answer:
        assert answer.status == 200
        assert "<html" in await answer.text()
    assert await bot.end() == 0
    assert bot.err == ""


async def test_who_joined_in_the_sandbox_is_a_member_after_a_restart(make_any_bot):
    bot = await make_any_bot(SANDBOX_PORT=0, SANDBOX_CROWD=0).start()
    async with Page(bot) as page:
        await page.says("/start subscribe")
        await page.presses("Yes, send me the e-blast")
        await page.sees("You're in")
    assert await bot.end() == 0
    bot = await make_any_bot(SANDBOX_PORT=0, SANDBOX_CROWD=0).start()
    async with Page(bot) as page:
        await page.sees("You're in")
        await page.says("stop")
        await page.sees("You will not get the e-blast any more")
        await page.says("/item Free training on Monday", person=STAFF_ID)
        await page.sees("Trainings", person=STAFF_ID)  # Sam is staff here without OWNER_IDS
    assert await bot.end() == 0


async def test_a_port_that_is_taken_is_named(make_any_bot, sandbox):
    bot = await make_any_bot(SANDBOX_PORT=sandbox.port, SANDBOX_CROWD=0).launch()
    assert await bot.ended() == 1
    assert bot.out == ""
    assert bot.err.startswith(f"The sandbox cannot use port {sandbox.port} (")
    assert bot.err.endswith("set SANDBOX_PORT to another one.\n")
    assert bot.err.count("\n") == 1


async def test_a_damaged_state_of_the_sandbox_is_named(make_any_bot, tmp_path):
    path = tmp_path / "data/sandbox/telegram.json"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    bot = await make_any_bot(SANDBOX_PORT=0).launch()
    assert await bot.ended() == 1
    assert bot.err == "data/sandbox/telegram.json is not a state file of the sandbox.\n"
    assert path.read_text() == "{"


class Page:
    """The sandbox's page, used by Nia unless told otherwise."""

    def __init__(self, bot):
        self.url = bot.out.partition(PAGE)[2].splitlines()[0]
        self.nia = None

    async def __aenter__(self):
        self.http = aiohttp.ClientSession(self.url)
        people = (await self.get("/api/world"))["people"]
        self.nia = next(each["id"] for each in people if each["first_name"] == "Nia")
        return self

    async def __aexit__(self, *_):
        await self.http.close()

    async def get(self, path):
        async with self.http.get(path) as answer:
            return await answer.json()

    async def post(self, path, body):
        async with self.http.post(path, json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def says(self, text, person=None):
        await self.post(f"/api/people/{person or self.nia}/messages", {"text": text})

    async def presses(self, button):
        message = await self.sees(button)
        rows = message["reply_markup"]["inline_keyboard"]
        [(row, column)] = [
            (row, column)
            for row, buttons in enumerate(rows)
            for column, each in enumerate(buttons)
            if each["text"] == button
        ]
        place = {"message_id": message["message_id"], "row": row, "column": column}
        await self.post(f"/api/people/{self.nia}/press", place)

    async def sees(self, words, person=None):
        """Return the newest message with these words in its text or on its buttons."""
        async with asyncio.timeout(5):
            while True:
                path = f"/api/chats/{person or self.nia}/messages"
                for message in reversed((await self.get(path))["messages"]):
                    shown = f"{message.get('text')} {message.get('reply_markup')}"
                    if message["from"]["is_bot"] and words in shown:
                        return message
                await asyncio.sleep(0.02)
