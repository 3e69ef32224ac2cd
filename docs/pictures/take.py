# ruff: noqa: INP001 - a script, not a package
"""Takes the pictures of the README from the running bot: `.venv/bin/python docs/pictures/take.py`.

It starts `python -m bot` in an empty folder with the sandbox, plays a staff member who sends the
week's e-blast, and photographs the page with Chromium.
"""

import asyncio
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

FOLDER = Path(__file__).parent
REPOSITORY = FOLDER.parents[1]
CROWD = 120
STAFF, MATEO = 700000, 700101
SETTINGS = {"SANDBOX_PORT": "0", "SANDBOX_CROWD": str(CROWD), "UNDO_SECONDS": "0"}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ITEMS = (
    (
        "Free Narcan training this Friday at noon, Austin library",
        "Trainings",
        "Taller gratis de Narcan este viernes al mediodía, biblioteca de Austin",
    ),
    (
        "Outreach tables on Madison: Narcan and test strips, Monday to Friday",
        "Harm reduction",
        "Mesas en la calle Madison: Narcan y tiras reactivas, de lunes a viernes",
    ),
)


@asynccontextmanager
async def running_bot() -> AsyncIterator[str]:
    """Run the bot without a token in an empty folder; yield the address of its page."""
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), **SETTINGS},  # noqa: TID251
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            line = (await process.stdout.readline()).decode() if process.stdout else ""
            match = re.search(r"http://\S+", line)
            if match is None:
                sys.exit("the bot did not name its page")
            yield match[0]
        finally:
            process.terminate()
            await process.wait()


async def open_page(browser: Browser, address: str, width: int, height: int, scale: float) -> Page:
    """Open the page as a light screen of that size shows it."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        color_scheme="light",
        locale="en-US",
    )
    page = await context.new_page()
    await page.goto(address)
    return page


async def write(page: Page, text: str) -> None:
    """Send a message."""
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("send").click()


async def press(message: Locator, label: str) -> None:
    """Press a button of a message."""
    exactly = re.compile(f"^\\s*{re.escape(label)}\\s*$")
    await message.get_by_test_id("inline-button").filter(has_text=exactly).click()


async def sees(page: Page, text: str | re.Pattern[str], also: str = "") -> Locator:
    """Wait for a message with that text."""
    message = page.get_by_test_id("message").filter(has_text=text).filter(has_text=also).last
    await expect(message).to_be_visible(timeout=30_000)
    return message


async def send_the_eblast(page: Page) -> None:
    """Collect two items in both languages, approve and send, and wait until half is out."""
    await page.get_by_test_id(f"person-{STAFF}").click()
    await page.get_by_test_id("start").click()
    for english, section, spanish in ITEMS:
        await write(page, f"/item {english}")
        await press(await sees(page, "Which section is this for?", also=english), section)
        await press(await sees(page, "No Spanish text yet", also=english), "Add Spanish text")
        await sees(page, "Send me the Spanish text now", also=english)
        await write(page, spanish)
        await sees(page, english, also=spanish)
    everybody = page.get_by_test_id("crowd-arrived")
    await expect(everybody).to_contain_text(f"{CROWD} of {CROWD}", timeout=120_000)
    await write(page, "/blast")
    await press(await sees(page, "members would get it"), "Approve")
    await press(await sees(page, "Approved. It goes out"), "Send now")
    await sees(page, re.compile(r"It is on its way.*Sent: [1-9]", re.DOTALL))


async def main() -> None:
    """Take both pictures."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("Chromium is needed.")
    async with running_bot() as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        page = await open_page(browser, address, 1280, 800, 1)
        await send_the_eblast(page)
        await page.screenshot(path=FOLDER / "page.png")
        phone = await open_page(browser, address, 390, 1420, 1.5)
        await phone.get_by_test_id(f"person-{MATEO}").click()
        await phone.get_by_test_id("start").click()
        await write(phone, "mi amigo no despierta y esta azul")
        card = await sees(phone, "Llama al 911 y da naloxona ya")
        await card.evaluate("element => element.scrollIntoView({block: 'start'})")
        await phone.wait_for_timeout(500)
        await phone.screenshot(path=FOLDER / "card-es.png")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
