"""Keyboard, names for screen readers, a phone's width, light and dark."""

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = {"width": 360, "height": 740}
BUTTONS = [
    [
        {"text": "Help", "callback_data": "1", "style": "danger"},
        {"text": "Yes", "callback_data": "2", "style": "success"},
    ],
    [
        {"text": "More", "callback_data": "3", "style": "primary"},
        {"text": "No", "callback_data": "4"},
    ],
]
# Controls without a name for screen readers, and controls too small to touch (the switch is as
# large as its label, and links within a text may be as small as the text).
NAMELESS = """() => [...document.querySelectorAll("button, input, select, textarea, a, summary")]
  .filter((each) => each.checkVisibility())
  .filter((each) => !(each.getAttribute("aria-label") || each.labels?.[0]?.textContent.trim()
    || each.textContent.trim()))
  .map((each) => each.outerHTML)"""
SMALL = """() => [
    ...document.querySelectorAll("button, input, select, textarea, summary, .switch")]
  .filter((each) => each.checkVisibility() && !each.closest(".words") && each.id !== "limits")
  .filter((each) => each.getBoundingClientRect().height < 43.9)
  .map((each) => each.outerHTML)"""
WIDTH = "document.documentElement.scrollWidth - innerWidth"
# WCAG contrast of a button's words on its ground.
CONTRAST = """(button) => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const style = getComputedStyle(button);
  const [dark, light] = [style.color, style.backgroundColor].map(luminance)
    .sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}"""


async def focused(page):
    return await page.evaluate("document.activeElement.dataset.testid ?? ''")


async def test_a_journey_without_a_mouse(sandbox, open_page):
    await sandbox.newcomer(started=False)
    person = await sandbox.newcomer(started=False)
    page = await open_page(sandbox)
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("Skip to the message box")).to_be_in_viewport()
    await page.keyboard.press("Tab")
    assert await focused(page) == "add-person"
    await page.keyboard.press("Tab")
    await page.keyboard.press("End")
    await page.keyboard.press("ArrowUp")
    assert await focused(page) == f"person-{person['id']}"
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("you-are")).to_contain_text(person["first_name"])
    await expect(page.get_by_test_id("start")).to_be_visible()
    for _ in range(6):
        await page.keyboard.press("Tab")
        if await focused(page) == "start":
            break
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("composer")).to_be_focused()

    markup = {"inline_keyboard": BUTTONS}
    await sandbox.bot("sendMessage", chat_id=person["id"], text="Choose", reply_markup=markup)
    await expect(page.get_by_test_id("announcer")).to_contain_text("Choose")
    await page.get_by_test_id("message").last.wait_for()
    for _ in range(12):
        await page.keyboard.press("Shift+Tab")
        if await focused(page) == "inline-button":
            break
    await page.keyboard.press("Enter")
    assert (await sandbox.next_update("callback_query"))["data"] == "4"


async def test_the_message_menu_without_a_mouse(page):
    message = page.get_by_test_id("message").last
    await message.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Reply")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(message).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Edit")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("composer")).to_have_value("/start")


async def test_every_control_has_a_name(page, sandbox, nia):
    keyboard = {"keyboard": [["Events"]]}
    await sandbox.bot("sendMessage", chat_id=nia["id"], text="Menu", reply_markup=keyboard)
    await expect(page.get_by_test_id("reply-key")).to_be_visible()
    for summary in await page.locator("summary").all():
        await summary.click()
    assert await page.evaluate(NAMELESS) == []


@pytest.mark.parametrize("width", [320, 360])
async def test_a_phone_never_scrolls_sideways(sandbox, open_page, nia, width):
    markup = {"inline_keyboard": [[{"text": "W" * 40, "callback_data": "1"}] * 4]}
    endless = "verylongword" * 30
    await sandbox.bot("sendMessage", chat_id=nia["id"], text=endless, reply_markup=markup)
    await sandbox.bot(
        "sendMessage",
        chat_id=nia["id"],
        text=f"<pre>{endless}</pre><blockquote>{endless}</blockquote>",
        parse_mode="HTML",
        reply_markup={"keyboard": [["Events", "Get help"], ["Q" * 50]]},
    )
    page = await open_page(sandbox, nia["id"], viewport={**PHONE, "width": width}, has_touch=True)
    for view in ("people", "chat", "crowd"):
        await page.get_by_test_id(f"view-{view}").click()
        assert await page.evaluate(WIDTH) <= 0, view
        assert await page.evaluate(SMALL) == [], view
    await page.get_by_test_id("view-chat").click()
    await expect(page.get_by_test_id("reply-key").first).to_be_in_viewport()
    log = "document.getElementById('log')"
    assert await page.evaluate(f"{log}.scrollWidth - {log}.clientWidth") <= 0
    await page.get_by_test_id("back").click()
    await page.get_by_test_id(f"person-{nia['id']}").click()
    await expect(page.get_by_test_id("you-are")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_buttons_are_readable_in_both_schemes(sandbox, open_page, nia, scheme):
    markup = {"inline_keyboard": BUTTONS}
    await sandbox.bot("sendMessage", chat_id=nia["id"], text="Choose", reply_markup=markup)
    page = await open_page(sandbox, nia["id"], color_scheme=scheme)
    await expect(page.get_by_test_id("inline-button")).to_have_count(4)
    for button in await page.get_by_test_id("inline-button").all():
        assert await button.evaluate(CONTRAST) >= 4.5
    ground = await page.locator("#people").evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")
