"""The anonymous line in a browser: a person asks, staff answer in the topic of the case."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from sandbox.world import STAFF_GROUP_ID

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]

REPOSITORY = Path(__file__).parents[2]
PATIENCE_MS = 20_000


@pytest_asyncio.fixture(loop_scope="session")
async def address(tmp_path, browser):
    """The page's address, of a bot with its staff group in topics and without a crowd."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot"),
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(REPOSITORY),
            "SANDBOX_PORT": "0",
            "SANDBOX_CROWD": "0",
            "STAFF_CHAT_ID": str(STAFF_GROUP_ID),
        },
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        line = (await process.stdout.readline()).decode()
    yield re.search(r"http://\S+", line)[0]
    process.terminate()
    await process.wait()


class Window:
    """The page of one person, in one chat."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def write(self, text: str) -> None:
        await self.page.get_by_test_id("composer").fill(text)
        await self.page.get_by_test_id("send").click()

    async def press(self, label: str) -> None:
        exactly = re.compile(f"^\\s*{re.escape(label)}\\s*$")
        await self.page.get_by_test_id("inline-button").filter(has_text=exactly).last.click()

    async def sees(self, text: str) -> Locator:
        message = self.page.get_by_test_id("message").filter(has_text=text).last
        await expect(message).to_be_visible(timeout=PATIENCE_MS)
        return message

    async def choose(self, message: Locator, action: str) -> None:
        await message.hover()
        await message.get_by_test_id("message-menu").click()
        await self.page.get_by_role("menuitem", name=action).click()

    async def reply(self, message: Locator, text: str) -> None:
        await self.choose(message, "Reply")
        await self.write(text)


async def test_a_person_asks_and_staff_answer_in_the_topic_of_the_case(open_page, address):
    class Server:
        url = address

    person = Window(await open_page(Server))
    await person.page.get_by_role("button", name="Nia").first.click()
    await person.page.get_by_test_id("start").click()
    staff = Window(await open_page(Server, STAFF_GROUP_ID))

    # Only a yes passes it on.
    await person.write("quantum chromodynamics? I am Keisha, 773-555-0142")
    await person.press("Ask a person")
    await person.sees("Staff see a case number. They see no name")
    await person.press("Yes, pass it to staff")
    await person.sees("Your case number is 1")

    # Staff: a topic, masked text, one tap, a claim.
    await staff.page.get_by_role("button", name="#case1 · English").first.click()
    question = await staff.sees("quantum chromodynamics? I am [name hidden], [phone hidden]")
    await expect(staff.page.get_by_text("773-555-0142")).to_have_count(0)
    await staff.press("Show what is hidden")
    await expect(staff.page.get_by_text("phone hidden: 773-555-0142").first).to_be_visible()
    alert = staff.page.get_by_test_id("accept")
    if await alert.count():
        await alert.last.click()
    await staff.press("I look after it")
    await staff.sees("looks after it")

    # The answer, signed; what is no reply stays.
    await staff.write("who may that be?")
    await staff.sees("Not sent. To answer the person, reply")
    await staff.reply(question, "It is about quarks.")
    answer = await person.sees("It is about quarks.")
    await expect(answer).to_contain_text("West Side Heroin/Opioid Task Force")
    await expect(person.page.get_by_text("who may that be?")).to_have_count(0)
    mine = await staff.sees("It is about quarks.")
    await expect(mine.get_by_test_id("reactions")).to_have_text("👍")

    # An edit, a reaction, a follow-up, an emergency.
    await staff.choose(mine, "Edit")
    await staff.write("It is about quarks and gluons.")
    answer = await person.sees("It is about quarks and gluons.")
    await person.choose(answer, "React 🙏")
    mine = await staff.sees("It is about quarks and gluons.")
    await expect(mine.get_by_test_id("reactions")).to_contain_text("🙏")
    await person.write("he is not breathing")
    await person.sees("Call 911 and give naloxone now")
    await staff.sees("he is not breathing")
    await staff.sees("I showed the emergency card at once")

    # The person deletes what they wrote and ends it so; the topic closes.
    await person.write("/delete")
    await person.press("Yes, delete it")
    await person.sees("Deleted: 2 messages")
    await staff.sees("They asked to delete what they wrote. 2 messages are erased.")
    await expect(staff.page.get_by_text("quantum chromodynamics")).to_have_count(0)
    await staff.sees("Topic closed")
