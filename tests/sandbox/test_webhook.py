"""Webhooks: order, secret, retries, and the way back to polling."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

SECRET = "a-secret_1"


class Bot:
    """A bot's web server; `answers` are the statuses that it gives first."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[dict] = []
        self.secrets: list[str | None] = []
        self.answers: list[web.Response] = []
        self.asked = asyncio.Event()
        self._more = asyncio.Event()

    async def receive(self, request: web.Request) -> web.Response:
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        update = await request.json()
        answer = self.answers.pop(0) if self.answers else web.Response()
        if answer.status == 200:
            self.got.append(update)
        self.asked.set()
        self._more.set()
        return answer

    async def wait_for(self, number: int) -> list[str]:
        async with asyncio.timeout(10):
            while len(self.got) < number:
                self._more.clear()
                await self._more.wait()
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    bot = Bot()
    application = web.Application()
    application.router.add_post("/", bot.receive)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield bot
    await runner.cleanup()


async def test_updates_are_posted_in_order_with_the_secret(call, sandbox, bot):
    await sandbox.person("Nia").send("before")
    await call("setWebhook", url=bot.url, secret_token=SECRET)
    for text in ("one", "two"):
        await sandbox.person("Nia").send(text)
    assert await bot.wait_for(3) == ["before", "one", "two"]
    assert set(bot.secrets) == {SECRET}
    info = await call("getWebhookInfo")
    assert (info["url"], info["max_connections"]) == (bot.url, 40)


async def test_a_failure_is_tried_again_and_holds_up_only_its_own_chat(call, sandbox, bot):
    bot.answers = [web.Response(status=500)]
    await call("setWebhook", url=bot.url)
    await sandbox.person("Nia").send("one")
    await sandbox.person("Nia").send("two")
    await bot.asked.wait()
    await sandbox.person("Rosa").send("other")
    assert await bot.wait_for(3) == ["other", "one", "two"]
    info = await call("getWebhookInfo")
    assert info["last_error_message"] == (
        "Wrong response from the webhook: 500 Internal Server Error"
    )


async def test_polling_and_a_webhook_exclude_each_other(call, sandbox, bot, begin):
    poll = begin(call.raw("getUpdates", timeout=50))
    await sandbox.wait_for_bot()
    await call("setWebhook", url=bot.url)
    assert (await poll)[1]["description"] == "Conflict: terminated by setWebhook request"
    assert await call.refused("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    await call("deleteWebhook", drop_pending_updates=True)
    assert await call("getUpdates") == []


async def test_setting_and_deleting_say_what_was(call, bot):
    said = [
        (await call.raw(method, url=bot.url))[1]["description"]
        for method in ("setWebhook", "setWebhook", "deleteWebhook", "deleteWebhook")
    ]
    assert said == [
        "Webhook was set",
        "Webhook is already set",
        "Webhook was deleted",
        "Webhook is already deleted",
    ]


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"url": "http://a.org/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://a.org:81/"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"secret_token": "ñ"}, "secret token contains unallowed characters"),
        ({"secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_a_bad_webhook_is_refused(call, bot, arguments, description):
    given = {"url": bot.url, **arguments}
    assert await call.refused("setWebhook", **given) == f"Bad Request: {description}"
