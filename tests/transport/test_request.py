"""The errors of requests: surely not sent, or perhaps sent; none tells the address."""

import asyncio
import gc
import socket
import traceback
from contextlib import asynccontextmanager

import pytest
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import NotSentError
from bot.transport import request as request_module
from bot.transport.request import Request
from tests.transport.wire import TOKEN, eventually

pytestmark = pytest.mark.filterwarnings("ignore:.*`retry_after`")  # PTB warns of its own plans

OK = b'{"ok":true,"result":true}'


def http(status, body, *headers):
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


@asynccontextmanager
async def server(*answers):
    """Answer the nth request with the nth answer: bytes, None to hang up, or seconds to wait."""
    left = list(answers)
    requests = []

    serving = set()

    async def serve(reader, writer):
        serving.add(asyncio.current_task())
        try:
            while left:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                lengths = [
                    x for x in head.lower().split("\r\n") if x.startswith("content-length:")
                ]
                length = int(lengths[0].split(":")[1]) if lengths else 0
                requests.append((head, await reader.readexactly(length)))
                answer = left.pop(0)
                if isinstance(answer, (int, float)):
                    await asyncio.sleep(answer)
                if not isinstance(answer, bytes):
                    break
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/bot", requests
    finally:
        listener.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving)


@asynccontextmanager
async def bot_on(root, **options):
    request = Request(**options)
    await request.initialize()
    try:
        yield Bot(TOKEN, base_url=root, request=request, get_updates_request=request)
    finally:
        await request.shutdown()


def nothing_is_told(error):
    """The whole traceback, contexts included, names neither the token nor the address."""
    link = error
    while link is not None:
        assert TOKEN not in str(link)
        assert "127.0.0.1" not in repr(link)
        assert (
            link.__suppress_context__ or link.__context__ is None or link.__context__ is not link
        )
        link = link.__cause__ or link.__context__
    assert TOKEN not in "".join(traceback.format_exception(error))
    return True


async def fails(root, **options):
    async with bot_on(root, **options) as bot:
        with pytest.raises(TelegramError) as caught:
            await bot.send_message(1, "hello")
    assert nothing_is_told(caught.value)
    return caught.value


async def test_parameters_arrive_url_encoded_and_the_connection_is_kept():
    async with server(http(200, OK), http(200, OK)) as (root, requests), bot_on(root) as bot:
        assert await bot.delete_message(5, 6)
        assert await bot.delete_message(5, 7)
    assert [body for _, body in requests] == [
        b"chat_id=5&message_id=6",
        b"chat_id=5&message_id=7",
    ]
    assert "application/x-www-form-urlencoded" in requests[0][0]
    assert f"POST /bot{TOKEN}/deleteMessage" in requests[0][0]


async def test_files_are_uploaded_with_their_names_as_they_are():
    sent = b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"}}}'
    async with server(http(200, sent)) as (root, requests), bot_on(root) as bot:
        await bot.send_document(5, InputFile(b"content", filename="información.txt"))
    head, body = requests[0]
    assert "multipart/form-data" in head
    assert 'filename="información.txt"'.encode() in body
    assert b"content" in body
    assert b'name="chat_id"' in body


async def test_files_are_downloaded():
    async with server(http(200, b"\x00\x01")) as (root, _), bot_on(root) as bot:
        assert await bot.request.retrieve(f"{root}/file") == b"\x00\x01"


async def test_a_refused_connection_is_surely_not_sent():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        root = f"http://127.0.0.1:{free.getsockname()[1]}/bot"
    error = await fails(root)
    assert isinstance(error, NotSentError)
    assert isinstance(error, NetworkError)


async def test_an_unknown_host_is_surely_not_sent():
    assert isinstance(await fails("http://telegram.invalid/bot"), NotSentError)


async def test_a_server_without_tls_is_surely_not_sent():
    async def greet(_reader, writer):
        writer.write(b"220 this is something else\r\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        assert isinstance(await fails(f"https://127.0.0.1:{port}/bot"), NotSentError)


async def test_a_connection_that_is_never_made_is_surely_not_sent(monkeypatch):
    monkeypatch.setattr(request_module, "CONNECT_SECONDS", 0.1)

    async def never(*_args, **_options):
        await asyncio.sleep(5)

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", never)
    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", never)
    assert isinstance(await fails("http://127.0.0.1:9/bot"), NotSentError)


async def test_an_address_that_is_none_is_surely_not_sent():
    assert isinstance(await fails("http://:80/bot"), NotSentError)


async def test_a_closed_request_object_sends_nothing_and_can_be_opened_again():
    request = Request()
    await request.shutdown()
    bot = Bot(TOKEN, base_url="http://127.0.0.1:9/bot", request=request)
    with pytest.raises(NotSentError):
        await bot.send_message(1, "hello")
    await request.initialize()
    await request.initialize()
    await request.shutdown()
    await request.shutdown()


async def test_an_answer_that_does_not_come_is_perhaps_sent():
    async with server(5) as (root, _):
        error = await fails(root, read_timeout=0.1)
    assert isinstance(error, TimedOut)
    assert not isinstance(error, NotSentError)


async def test_an_answer_that_trickles_for_ever_is_given_up():
    async def trickle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            pass
        finally:
            writer.close()

    listener = await asyncio.start_server(trickle, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with bot_on(f"http://127.0.0.1:{port}/bot") as bot:
        with pytest.raises(TimedOut) as caught:
            await bot.send_message(
                1, "hello", read_timeout=0.1, write_timeout=0.1, connect_timeout=0.1
            )
    assert nothing_is_told(caught.value)
    listener.close()


async def test_a_connection_cut_after_the_request_is_perhaps_sent():
    async with server(None) as (root, requests):
        error = await fails(root)
    assert len(requests) == 1
    assert type(error) is NetworkError


async def test_a_kept_connection_cut_at_the_next_request_is_perhaps_sent_and_not_repeated():
    answers = (http(200, OK), None, http(200, OK))
    async with server(*answers) as (root, requests), bot_on(root) as bot:
        await bot.delete_message(5, 6)
        with pytest.raises(NetworkError) as caught:
            await bot.delete_message(5, 7)
    assert not isinstance(caught.value, NotSentError)
    assert len(requests) == 2


async def test_a_kept_connection_known_to_be_closing_is_surely_not_sent():
    async with server(http(200, OK), http(200, OK)) as (root, requests), bot_on(root) as bot:
        await bot.delete_message(5, 6)
        ((protocol, _),) = next(iter(bot.request._session.connector._conns.values()))
        # The transport closes, and the pool has not heard of it yet.
        protocol.is_connected = lambda: True
        transport = protocol.transport
        transport._closing = True
        with pytest.raises(NotSentError) as caught:
            await bot.delete_message(5, 7)
        transport._closing = False
        transport.close()
    assert nothing_is_told(caught.value)
    assert len(requests) == 1


async def test_an_answer_cut_in_its_middle_is_perhaps_sent():
    async with server(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{") as (root, _):
        error = await fails(root)
    assert type(error) is NetworkError


@pytest.mark.parametrize("body", [b"<html>bot123456789:AAE is here</html>", b"[1]", b'"x"', b""])
async def test_an_error_page_of_a_proxy_is_not_repeated_in_the_exception(body, caplog):
    async with server(http(502, body)) as (root, _):
        error = await fails(root)
    assert type(error) is NetworkError
    assert str(error) == "Bad Gateway (502)"
    assert not caplog.records


@pytest.mark.parametrize("body", [b"<html>Alice</html>", b"[]", b"[" * 100_000])
async def test_a_success_that_cannot_be_read_is_perhaps_sent_and_not_logged(body, caplog):
    async with server(http(200, body)) as (root, _):
        error = await fails(root)
    assert type(error) is NetworkError
    assert "Alice" not in str(error)
    assert not caplog.records


async def test_a_flood_limit_of_the_front_end_is_understood():
    async with server(http(429, b"<html>", "Retry-After: 7")) as (root, _):
        error = await fails(root)
    assert isinstance(error, RetryAfter)
    assert error._retry_after.total_seconds() == 7


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"ok":false,"description":"Bad Request: chat not found"}', BadRequest),
        (403, b'{"ok":false,"description":"Forbidden: user is deactivated"}', Forbidden),
        (429, b'{"ok":false,"parameters":{"retry_after":3}}', RetryAfter),
        (400, b'{"ok":false,"parameters":{"migrate_to_chat_id":-100}}', ChatMigrated),
    ],
)
async def test_telegrams_own_errors_reach_ptb_as_they_are(status, body, kind):
    async with server(http(status, body)) as (root, _):
        assert isinstance(await fails(root), kind)


async def test_a_redirect_is_not_followed():
    async with server(http(302, b"", "Location: http://127.0.0.1:9/")) as (root, requests):
        error = await fails(root)
    assert type(error) is NetworkError
    assert len(requests) == 1


async def test_a_cancelled_request_closes_its_connection():
    async with server(5) as (root, requests), bot_on(root) as bot:
        sending = asyncio.ensure_future(bot.send_message(1, "hello"))
        await eventually(lambda: requests)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert not bot.request._session.connector._acquired
    gc.collect()


async def test_two_pools_do_not_wait_for_each_other():
    async with server(5, http(200, OK)) as (root, _), bot_on(root) as busy, bot_on(root) as free:
        slow = asyncio.ensure_future(busy.delete_message(1, 2))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(1):
            assert await free.delete_message(1, 2)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
