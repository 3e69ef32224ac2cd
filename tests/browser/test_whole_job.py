"""The whole job in a browser, as somebody sees it who has just typed the first command."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from sandbox.world import STAFF_ID

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]

REPOSITORY = Path(__file__).parents[2]
CROWD = 500
MINUTES_MS = 120_000


@pytest_asyncio.fixture(loop_scope="session")
async def address(tmp_path, browser):
    """The page's address, as the bot prints it when there is no token."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(REPOSITORY),
            "SANDBOX_PORT": "0",
            "SANDBOX_CROWD": str(CROWD),
            "UNDO_SECONDS": "3",
        },
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        line = (await process.stdout.readline()).decode()
    yield re.search(r"http://\S+", line)[0]
    process.terminate()
    await process.wait()


@pytest_asyncio.fixture(loop_scope="session")
async def page(address, browser):
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    page = await context.new_page()
    await page.goto(address)
    yield page
    await context.close()


class Chat:
    """What a person does with the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def be(self, person_id: int | str) -> None:
        await self.page.get_by_test_id(f"person-{person_id}").click()

    async def write(self, text: str) -> None:
        await self.page.get_by_test_id("composer").fill(text)
        await self.page.get_by_test_id("send").click()

    async def press(self, label: str) -> None:
        exactly = re.compile(f"^\\s*{re.escape(label)}\\s*$")
        await self.page.get_by_test_id("inline-button").filter(has_text=exactly).last.click()

    async def sees(self, text: str, also: str = "", patience_ms: float = 10_000) -> Locator:
        message = self.page.get_by_test_id("message").filter(has_text=text)
        message = message.filter(has_text=also).last
        await expect(message).to_be_visible(timeout=patience_ms)
        return message


async def test_newcomer_joins_staff_send_and_the_crowd_receives(page: Page) -> None:
    chat = Chat(page)

    await page.get_by_role("button", name="Nia").first.click()
    await page.get_by_test_id("start").click()
    await chat.sees("You don't sign up")
    await chat.press("Weekly e-blast")
    await chat.sees("If you say yes")
    await chat.press("Yes, send me the e-blast")
    await chat.sees("You're in")
    await chat.write("/overdose")
    card = await chat.sees("Call 911 and give naloxone now")
    assert (await card.get_by_test_id("inline-button").all_inner_texts())[0] == "No naloxone here"
    await chat.write("/nextecho")
    await chat.sees("I don't know of a coming session")

    await chat.be(STAFF_ID)
    await page.get_by_test_id("start").click()
    await chat.sees("You don't sign up")
    for text, section in [
        ("Free Narcan training on Friday", "Trainings"),
        ("Train the trainer in December", "Trainings"),
        ("Outreach tables on Madison", "Harm reduction"),
    ]:
        await chat.write(f"/item {text}")
        await chat.sees("Which section is this for?", also=text)
        await chat.press(section)
        await chat.sees("Spanish", also=text)

    await expect(page.get_by_test_id("crowd-arrived")).to_contain_text(
        f"{CROWD} of {CROWD}", timeout=MINUTES_MS
    )
    await chat.write("/blast")
    await chat.sees("Trainings: 2")
    await chat.press("Preview")
    await chat.sees("That is what this member gets")
    await chat.press("Back to the e-blast")
    await chat.press("Approve")
    await chat.sees("It goes out")
    await chat.press("Send now")
    await chat.sees("leaves in")

    await expect(page.get_by_test_id("wave-got")).to_contain_text(f"{CROWD} of", timeout=60_000)
    await chat.sees("accepted by Telegram", also=str(CROWD + 1), patience_ms=30_000)
    await expect(page.get_by_test_id("refused")).not_to_contain_text("Too Many Requests")

    await page.get_by_role("button", name="Nia").first.click()
    await chat.sees("Free Narcan training on Friday")
