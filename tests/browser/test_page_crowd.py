"""The crowd's panel, Telegram's switches, and losing the connection."""

import asyncio

import pytest
import pytest_asyncio
from playwright.async_api import expect

from sandbox.server import Sandbox
from sandbox.world import FIRST_CROWD_ID

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SIZE = 12


@pytest_asyncio.fixture(loop_scope="session")
async def crowded(browser, drive, monkeypatch):
    """A sandbox of its own, whose crowd has walked in."""
    monkeypatch.setattr("sandbox.crowd.UNASKED_AFTER", 0)
    async with Sandbox(crowd=SIZE, limits=False) as server:
        driver = drive(server)
        await let_in(driver, SIZE)
        yield driver


async def let_in(driver, size):
    """Answer as a bot does until so many have come."""
    markup = {"inline_keyboard": [[{"text": "Subscribe", "callback_data": "yes"}]]}
    async with asyncio.timeout(10):
        while driver.server.crowd.arrived < size:
            for update in await driver.updates():
                if "message" in update:
                    chat_id = update["message"]["chat"]["id"]
                    await driver.bot(
                        "sendMessage", chat_id=chat_id, text="Hi", reply_markup=markup
                    )
                elif "callback_query" in update:
                    query_id = update["callback_query"]["id"]
                    await driver.bot("answerCallbackQuery", callback_query_id=query_id)


async def test_the_crowd_and_a_broadcast(crowded, open_page):
    page = await open_page(crowded)
    await expect(page.get_by_test_id("crowd-arrived")).to_have_text(f"{SIZE} of {SIZE} arrived")
    for number in range(SIZE // 2):
        await crowded.bot("sendMessage", chat_id=FIRST_CROWD_ID + number, text="News for all")
    await expect(page.get_by_test_id("wave-got")).to_contain_text(f"{SIZE // 2} of {SIZE}")
    await expect(page.get_by_test_id("wave-percent")).to_have_text("50 %")

    sample = (await crowded.api("crowd"))["crowd"]["sample"]
    seen = next(each for each in sample if each < FIRST_CROWD_ID + SIZE // 2)
    await page.get_by_test_id(f"shoulder-{seen}").click()
    await expect(page.get_by_test_id("message").last).to_contain_text("News for all")
    await expect(page.get_by_test_id(f"person-{seen}")).to_have_attribute("aria-current", "true")

    await page.get_by_test_id("crowd-size").fill(str(SIZE + 3))
    await page.get_by_test_id("crowd-grow").click()
    await let_in(crowded, SIZE + 3)
    await expect(page.get_by_test_id("crowd-arrived")).to_have_text(
        f"{SIZE + 3} of {SIZE + 3} arrived"
    )
    await page.get_by_test_id("crowd-size").fill("100001")
    assert await page.get_by_test_id("crowd-size").evaluate("(field) => !field.validity.valid")


async def test_limits_faults_and_refusals(page, sandbox, nia):
    limits = page.get_by_test_id("limits")
    await expect(limits).not_to_be_checked()
    await limits.check()
    assert (await sandbox.api("world"))["limits"] == {"on": True}
    await limits.uncheck()

    await page.get_by_text("Faults to order").click()
    await page.get_by_test_id("fault-kind").select_option("429")
    await page.get_by_test_id("fault-method").fill("sendMessage")
    await page.get_by_test_id("fault-seconds").fill("7")
    await page.get_by_test_id("fault-add").click()
    await expect(page.get_by_test_id("fault-list")).to_contain_text("Too many requests (429)")
    fault = (await sandbox.api("world"))["faults"][0]
    assert (fault["method"], fault["count"], fault["retry_after"]) == ("sendMessage", 1, 7)
    await page.get_by_test_id("fault-clear").click()
    await expect(page.get_by_test_id("fault-list").locator("li")).to_have_count(0)

    await page.get_by_text("What the Bot API refused").click()
    with pytest.raises(AssertionError, match="text is empty"):
        await sandbox.bot("sendMessage", chat_id=nia["id"], text="")
    await expect(page.get_by_test_id("refused")).to_contain_text("text is empty")


async def test_the_page_catches_up_after_a_lost_connection(drive, open_page):
    async with Sandbox(limits=False) as first:
        port = first.port
        page = await open_page(drive(first))
        await expect(page.get_by_test_id("start")).to_be_visible()
    await expect(page.get_by_test_id("connection")).to_be_visible()
    async with Sandbox(port=port, limits=False) as second:
        person = await drive(second).newcomer()
        await expect(page.get_by_test_id("connection")).to_be_hidden(timeout=9000)
        await expect(page.get_by_test_id(f"person-{person['id']}")).to_be_visible()
