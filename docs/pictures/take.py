# ruff: noqa: INP001 - a script, not a package
"""Takes the pictures of the documents: `.venv/bin/python docs/pictures/take.py`.

It starts `python -m bot` in an empty folder with the sandbox, plays staff who send the week's
e-blast and somebody in an emergency, and photographs the page with Chromium. It takes two minutes.
With the word "readme" or "staff" it takes only the pictures of that document.
"""

import asyncio
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from playwright.async_api import (
    Browser,
    Error,
    FloatRect,
    Locator,
    Page,
    async_playwright,
    expect,
)
from shrink import shrink

FOLDER = Path(__file__).parent
REPOSITORY = FOLDER.parents[1]
CROWD = 120
LARGER_CROWD = 400  # so that its e-blast takes long enough to be photographed
STAFF, NIA, MATEO = 700000, 700100, 700101
UNCERTAIN = (700000011, 700000022)  # people of the crowd: the connection breaks at their message
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
async def running_bot(crowd: int, undo_seconds: int) -> AsyncIterator[str]:
    """Run the bot without a token in an empty folder; yield the address of its page."""
    settings = {
        "SANDBOX_PORT": "0",
        "SANDBOX_CROWD": str(crowd),
        "UNDO_SECONDS": str(undo_seconds),
        "PYTHONPATH": str(REPOSITORY),
    }
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            cwd=folder,
            env={**os.environ, **settings},  # noqa: TID251
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            line = (await process.stdout.readline()).decode() if process.stdout else ""
            match = re.search(r"http://\S+", line)
            if match is None:
                sys.exit("the bot did not name its page")
            yield match[0].rstrip("/")
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
        timezone_id="America/Chicago",
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


async def picture(page: Page, name: str, *messages: Locator) -> None:
    """Photograph messages that stand below each other, or the whole page; make it small."""
    path = FOLDER / f"{name}.png"
    if messages:
        await page.screenshot(path=path, clip=await place_of(page, *messages))
    else:
        await page.screenshot(path=path)
    shrink(path)


async def place_of(page: Page, *messages: Locator) -> FloatRect:
    """Return where messages are, over the whole width of the page."""
    await page.mouse.move(0, 0)  # no button is looked at by chance
    for _ in range(9):
        try:
            await messages[0].scroll_into_view_if_needed()
            await page.wait_for_timeout(300)
            boxes = [box for each in messages if (box := await each.bounding_box())]
        except Error:  # it was just changed
            continue
        top = min(box["y"] for box in boxes) - 6
        bottom = max(box["y"] + box["height"] for box in boxes) + 6
        width = page.viewport_size["width"] if page.viewport_size else 0
        return {"x": 0, "y": top, "width": width, "height": bottom - top}
    sys.exit("a message does not hold still")


async def become(page: Page, person_id: int) -> None:
    """Choose who one is, and press Start."""
    await page.get_by_test_id(f"person-{person_id}").click()
    await page.get_by_test_id("start").click()


async def collect(page: Page, english: str, section: str, spanish: str) -> None:
    """Collect an item in both languages."""
    await write(page, f"/item {english}")
    await press(await sees(page, "Which section is this for?", also=english), section)
    await press(await sees(page, "No Spanish text yet", also=english), "Add Spanish text")
    await sees(page, "Send me the Spanish text now", also=english)
    await write(page, spanish)
    await sees(page, english, also=spanish)


async def everybody_arrived(page: Page, crowd: int) -> None:
    """Wait until the crowd has joined."""
    arrived = page.get_by_test_id("crowd-arrived")
    await expect(arrived).to_contain_text(f"{crowd} of {crowd}", timeout=240_000)


async def send_the_eblast(page: Page) -> None:
    """Collect two items in both languages, approve and send, and wait until half is out."""
    await become(page, STAFF)
    for item in ITEMS:
        await collect(page, *item)
    await everybody_arrived(page, CROWD)
    await write(page, "/blast")
    await press(await sees(page, "members would get it"), "Approve")
    await press(await sees(page, "Approved. It goes out"), "Send now")
    await sees(page, re.compile(r"It is on its way.*Sent: [1-9]", re.DOTALL))


async def take_readme(browser: Browser) -> None:
    """Take the pictures of the README: the page, and help in an emergency."""
    async with running_bot(CROWD, 0) as address:
        page = await open_page(browser, address, 1280, 800, 1)
        await send_the_eblast(page)
        await picture(page, "page")
        phone = await open_page(browser, address, 360, 1500, 1.5)
        await become(phone, MATEO)
        await write(phone, "mi amigo no despierta y esta azul")
        card = await sees(phone, "Llama al 911 y da naloxona ya")
        await picture(phone, "card-es", card)
        await press(card, "Ya di naloxona")
        await picture(phone, "given-es", await sees(phone, "Ya diste naloxona"))
        await press(card, "Cómo dar respiraciones")
        await picture(phone, "breaths-es", await sees(phone, re.compile("Respiración [3-9]")))


async def take_staff(browser: Browser) -> None:
    """Take the pictures of the staff guide: every control of a broadcast, on a phone."""
    async with running_bot(LARGER_CROWD, 60) as address:
        wide = await open_page(browser, address, 1280, 800, 1)
        for person in (NIA, MATEO):
            await ask_for_alerts(await open_page(browser, address, 390, 1500, 1), person)
        await everybody_arrived(wide, LARGER_CROWD)
        phone = await open_page(browser, address, 390, 1500, 1.5)
        await become(phone, STAFF)
        await ask_about_news(phone)
        await write_an_alert(phone)
        await check_and_preview(phone)
        for person in UNCERTAIN:
            fault = {"kind": "reset_after", "method": "sendMessage", "chat_id": person, "count": 1}
            await phone.request.post(f"{address}/api/faults", data=fault)
        await send_and_report(phone)


async def ask_for_alerts(phone: Page, person_id: int) -> None:
    """Join the e-blast, with alerts."""
    await become(phone, person_id)
    await write(phone, "/start subscribe")
    spanish = person_id == MATEO
    joining = await sees(phone, "boletín" if spanish else "e-blast")
    await press(joining, "Sí, mándenme el boletín" if spanish else "Yes, send me the e-blast")
    alerts = "Quiero también las alertas" if spanish else "Send me danger alerts too"
    with_alerts = phone.get_by_test_id("inline-button").filter(has_text=alerts)
    await with_alerts.last.click()
    await phone.wait_for_timeout(1000)


async def ask_about_news(phone: Page) -> None:
    """Write news and forget the command; choose whom the announcement is for."""
    friday = f"{datetime.now() + timedelta(days=9):%A, %B %-d}"  # noqa: DTZ005, TID251 - real dates
    await write(phone, f"Free Narcan training on {friday} at noon, Austin library")
    question = await sees(phone, "looks like an announcement")
    await picture(phone, "staff-guard", question)
    await press(question, "Make an announcement")
    draft = await sees(phone, "Announcement 1")
    await press(draft, "Who gets it")
    await sees(phone, "makes no difference")
    await press(draft, "⚪ Español")
    await sees(phone, "read the other language")
    await picture(phone, "staff-who", draft)
    await press(draft, "Back")


async def write_an_alert(phone: Page) -> None:
    """Write an alert with all that it needs, and its Spanish."""
    text = "A very strong batch is around. Do not use alone. Carry naloxone."
    await write(phone, f"/alert {text}")
    await sees(phone, "Where is it?")
    await write(phone, "Garfield Park")
    await sees(phone, "Who says so?")
    await write(phone, "Chicago Department of Public Health")
    await press(await sees(phone, "Until when does it hold?"), "24 hours")
    alert = await sees(phone, "Draft. It goes out when you send it", also=text)
    await press(alert, "Add Spanish version")
    await sees(phone, "Send me the Spanish version")
    await write(phone, "Circula una dosis muy fuerte. No consumas a solas. Lleva naloxona.")
    whole = phone.get_by_test_id("message").filter(has_text="Change Spanish version")
    await expect(whole).to_be_visible()
    await picture(phone, "staff-alert", whole.last)


async def check_and_preview(phone: Page) -> None:
    """Show the e-blast with what looks wrong, how it can be moved, and what members get."""
    for item in ITEMS:
        await collect(phone, *item)
    past = datetime.now() - timedelta(days=9)  # noqa: DTZ005, TID251 - real dates
    await write(phone, f"/item Vigil for those we lost, {past:%b %-d}, details: https://vigil")
    await press(await sees(phone, "Which section is this for?", also="Vigil"), "Community events")
    await write(phone, "/blast")
    panel = await sees(phone, "members would get it", also="This date has passed")
    await picture(phone, "staff-panel", panel)
    await press(panel, "Move")
    choice = await sees(phone, "When should it go out?")
    await picture(phone, "staff-move", choice)
    await press(choice, "Back")
    await press(panel, "Preview")
    shown = await sees(phone, "Free Narcan training", also="Stop: /stop")
    await picture(phone, "staff-preview", shown, await sees(phone, "Show it"))


async def send_and_report(phone: Page) -> None:
    """Send the e-blast: the undo window, the progress, the report, and what can be amended."""
    await press(await sees(phone, "Show it"), "Back to the e-blast")
    await press(await sees(phone, "members would get it"), "Approve and send now")
    await picture(phone, "staff-undo", await sees(phone, "It leaves in"))
    moving = re.compile(r"It is on its way.*Sent: [1-9]", re.DOTALL)
    progress = phone.get_by_test_id("message").filter(has_text=moving).last
    await expect(progress).to_be_visible(timeout=90_000)
    await picture(phone, "staff-progress", progress)
    report = phone.get_by_test_id("message").filter(has_text="Report:").last
    await expect(report).to_be_visible(timeout=90_000)
    await picture(phone, "staff-report", report)
    await press(report, "Correct or recall")
    await picture(phone, "staff-amend", await sees(phone, "Recall"))


async def main() -> None:
    """Take all pictures, or those of the document that is named."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("Chromium is needed.")
    takes = {"readme": take_readme, "staff": take_staff}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for name in sys.argv[1:] or takes:
            await takes[name](browser)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
