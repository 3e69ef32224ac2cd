"""The web server of `python -m bot`: it answers, says nothing in the log, refuses and ends."""

import asyncio
import re
import socket
from dataclasses import replace

import aiohttp
import pytest

from sandbox.chats import Person
from tests.conftest import until
from tests.process.test_start_refusals import WRONG_TOKEN, refusal

# A short id: the log's search for long numbers does not hide those.
NIA = Person(91827, "Nyarlatha", "Quillfeather", "nyarlatha_quill", "en")
ADDRESS = "https://bot.example.org"
LINK = re.compile(rf"{ADDRESS}(/calendar/([\w-]+)\.ics)")


@pytest.fixture
def port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def nia(sandbox):
    sandbox.world.admit(replace(NIA))
    return sandbox.person(NIA.first_name)


async def send_raw(port, text):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text.encode())
    await writer.drain()
    answer = await reader.read(200)
    writer.close()
    await writer.wait_closed()
    return answer


async def test_health_answers_and_a_signal_ends_it_also_with_a_connection_open(make_bot, port):
    bot = await make_bot(WEB_PORT=port).start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        async with http.get("/health") as answer:
            assert (answer.status, await answer.text()) == (200, "OK\n")
        assert await bot.end() == 0
    assert bot.err == ""


async def test_a_port_that_is_taken_is_named(make_bot):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = await refusal(make_bot(WEB_PORT=port))
    assert said.startswith(f"The web server cannot use port {port} of 127.0.0.1 (")
    assert said.endswith("): set WEB_PORT or WEB_HOST to another one.\n")


async def test_an_address_that_is_not_of_this_machine_is_named(make_bot, port):
    said = await refusal(make_bot(WEB_PORT=port, WEB_HOST="192.0.2.1"))
    assert said.startswith(f"The web server cannot use port {port} of 192.0.2.1 (")


async def test_it_is_in_the_way_of_no_other_refusal(make_bot, port):
    said = await refusal(make_bot(WEB_PORT=port, BOT_TOKEN=WRONG_TOKEN))
    assert said == "Telegram does not accept the BOT_TOKEN: copy it again.\n"


async def test_the_log_at_the_lowest_level_has_neither_link_nor_reader(make_bot, nia, port):
    bot = await make_bot(LOG_LEVEL="DEBUG", WEB_PORT=port, WEB_URL=ADDRESS).start()
    await nia.send("/events")
    shown = await nia.expect()
    await nia.press("Calendar that updates itself", message=shown)
    await nia.press("Make my link", message=shown)
    await until(lambda: LINK.search(nia.last.text))
    path, secret = LINK.search(nia.last.text).groups()
    wrong = "b" * 43
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        for asked, status in ((path, 200), (f"/calendar/{wrong}.ics", 404), (f"{path}/x", 404)):
            async with http.get(asked, headers={"User-Agent": "Spyglass/7"}) as answer:
                assert answer.status == status
        async with http.post(path, data=b"x" * 5000) as answer:
            assert answer.status == 405
    assert b"400" in await send_raw(port, f"GET {path}?{'c' * 3000} HTTP/1.1\r\n\r\n")
    assert b"400" in await send_raw(port, f"GET {path} HTTP/9\r\nBroken {secret}\r\n\r\n")
    await nia.press("Switch off", message=nia.last)
    await nia.expect("switched off")
    assert await bot.end() == 0
    told = [secret, wrong, "/calendar", "Spyglass", "127.0.0.1", str(NIA.id), NIA.first_name]
    assert [each for each in told if each in bot.output] == []
    assert " ERROR " not in bot.err
