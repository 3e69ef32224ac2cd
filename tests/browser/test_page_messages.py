"""What messages look like and what can be done with them."""

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FORMATTED = (
    "\N{WAVING HAND SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-5} <b>bold <i>both</i></b> "
    "<u>under</u> "
    '<s>gone</s> <tg-spoiler>secret</tg-spoiler> <a href="https://example.org/x">site</a> '
    '<code>co</code><pre><code class="language-python">print()</code></pre>'
    "<blockquote>quote</blockquote><blockquote expandable>1\n2\n3\n4\n5</blockquote>"
    '<tg-time unix="1800000000" format="wD">Friday</tg-time> \N{PARTY POPPER} <b>end</b>'
)
BUTTONS = [
    [{"text": "Help", "callback_data": "help", "style": "danger"}],
    [
        {"text": "Yes", "callback_data": "yes", "style": "success"},
        {"text": "More", "callback_data": "more", "style": "primary"},
        {"text": "No", "callback_data": "no"},
    ],
    [
        {"text": "Site", "url": "https://example.org/"},
        {"text": "Num", "copy_text": {"text": "833"}},
    ],
]


def last(page):
    return page.get_by_test_id("message").last


async def choose(page, message, action):
    await message.hover()
    await message.get_by_test_id("message-menu").click()
    await page.get_by_role("menuitem", name=action).click()


async def test_formatted_text_counts_emoji_as_telegram_does(page, sandbox, nia):
    await sandbox.bot("sendMessage", chat_id=nia["id"], text=FORMATTED, parse_mode="HTML")
    words = last(page).locator(".words")
    await expect(words.locator("strong").first).to_have_text("bold both")
    await expect(words.locator("strong em")).to_have_text("both")
    await expect(words.locator("strong").last).to_have_text("end")
    await expect(words.locator("u")).to_have_text("under")
    await expect(words.locator("s")).to_have_text("gone")
    await expect(words.locator("a")).to_have_attribute("href", "https://example.org/x")
    await expect(words.locator("code")).to_have_text("co")
    await expect(words.locator("pre")).to_have_attribute("data-language", "python")
    await expect(words.locator("blockquote").first).to_have_text("quote")
    await expect(words.locator("time")).to_have_text("Friday, January 15, 2027")
    await words.get_by_role("button", name="Hidden text").press("Enter")
    await expect(words.get_by_role("button", name="Hidden text")).to_have_count(0)
    await words.get_by_role("button", name="Show more").click()
    await expect(words.get_by_role("button", name="Show less")).to_be_visible()


async def test_hostile_text_stays_text(page, sandbox, nia):
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    await sandbox.bot("sendMessage", chat_id=nia["id"], text=evil)
    await expect(last(page).locator(".words")).to_have_text(evil)
    await expect(page.locator("#messages img, #messages script")).to_have_count(0)


@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        (
            "abcdef",
            [
                {"type": "bold", "offset": 0, "length": 4},
                {"type": "italic", "offset": 2, "length": 4},
            ],
            "<strong>ab<em>cd</em></strong><em>ef</em>",
        ),
        (
            "click",
            [{"type": "text_link", "offset": 0, "length": 5, "url": "javascript:alert(1)"}],
            '<span title="javascript:alert(1)">click</span>',
        ),
        (
            "a\N{GRINNING FACE}b",
            [{"type": "bold", "offset": 3, "length": 1}],
            "a😀<strong>b</strong>",
        ),
        ("x", [{"type": "bold", "offset": 0, "length": 99}], "<strong>x</strong>"),
        ("x", [{"type": "from_the_future", "offset": 0, "length": 1}], "x"),
    ],
)
async def test_odd_entities(page, text, entities, html):
    rendered = await page.evaluate(
        """async ([text, entities]) => {
            const { formatted } = await import("/static/entities.js");
            const box = document.createElement("div");
            box.append(formatted(text, entities, { language: "en", send() {}, follow() {} }));
            return box.innerHTML;
        }""",
        [text, entities],
    )
    assert rendered == html


async def test_pressing_a_button_waits_for_the_answer(page, sandbox, nia):
    markup = {"inline_keyboard": BUTTONS}
    await sandbox.bot("sendMessage", chat_id=nia["id"], text="Choose", reply_markup=markup)
    for label, colour in (("Help", "danger"), ("Yes", "success"), ("More", "primary")):
        await expect(page.get_by_role("button", name=label, exact=True)).to_have_class(
            f"key {colour}"
        )
    yes = page.get_by_role("button", name="Yes", exact=True)
    await yes.click()
    await expect(yes).to_have_attribute("aria-busy", "true")
    query = await sandbox.next_update("callback_query")
    assert query["data"] == "yes"
    await sandbox.bot("answerCallbackQuery", callback_query_id=query["id"], text="Noted")
    await expect(page.get_by_test_id("toast")).to_have_text("Noted")
    await expect(yes).to_have_attribute("aria-busy", "false")

    await page.get_by_role("button", name="No", exact=True).click()
    query = await sandbox.next_update("callback_query")
    answer = {"callback_query_id": query["id"], "text": "Read this", "show_alert": True}
    await sandbox.bot("answerCallbackQuery", **answer)
    await expect(page.get_by_test_id("dialog")).to_contain_text("Read this")
    await page.get_by_test_id("accept").click()


async def test_link_and_copy_buttons(page, sandbox, nia):
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    markup = {"inline_keyboard": BUTTONS}
    await sandbox.bot("sendMessage", chat_id=nia["id"], text="Choose", reply_markup=markup)
    await page.get_by_role("button", name="Num").click()
    await expect(page.get_by_test_id("toast")).to_have_text("Copied.")
    assert await page.evaluate("navigator.clipboard.readText()") == "833"
    await page.get_by_role("button", name="Site").click()
    await expect(page.get_by_test_id("dialog")).to_contain_text("https://example.org/")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("dialog")).to_have_count(0)


async def test_a_deep_link_talks_to_the_bot(page, sandbox, nia):
    address = f"https://t.me/{sandbox.server.world.bot['username']}?start=event_7"
    await sandbox.bot("sendMessage", chat_id=nia["id"], text=f"Sign up: {address}")
    await last(page).get_by_role("button", name=address, exact=True).click()
    await expect(last(page).locator(".words")).to_have_text("/start event_7")
    assert (await sandbox.next_update("message"))["text"] == "/start event_7"


async def test_a_venue_shows_its_address(page, sandbox, nia):
    place = {"latitude": 41.8863, "longitude": -87.7171}
    about = {"title": "Community Council", "address": "300 N Central Park Ave"}
    await sandbox.bot("sendVenue", chat_id=nia["id"], **place, **about)
    await expect(last(page)).to_contain_text("Community Council")
    await expect(last(page)).to_contain_text("300 N Central Park Ave (41.88630, -87.71710)")


async def test_reply_edit_and_forward(page, sandbox, nia):
    await sandbox.bot("sendMessage", chat_id=nia["id"], text="What is your name?")
    await choose(page, last(page), "Reply")
    await expect(page.get_by_test_id("mode")).to_contain_text("What is your name?")
    await page.get_by_test_id("composer").fill("Nya")
    await page.keyboard.press("Enter")
    await expect(last(page).locator(".quote")).to_contain_text("What is your name?")
    update = await sandbox.next_update("message")
    assert update["reply_to_message"]["text"] == "What is your name?"

    await choose(page, last(page), "Edit")
    await expect(page.get_by_test_id("composer")).to_have_value("Nya")
    await page.get_by_test_id("composer").fill("Nia")
    await page.get_by_test_id("send").click()
    await expect(last(page).locator(".words")).to_have_text("Nia")
    await expect(last(page)).to_contain_text("edited")
    assert (await sandbox.next_update("edited_message"))["text"] == "Nia"

    await choose(page, last(page), "Forward")
    await page.get_by_test_id("accept").click()
    await expect(last(page)).to_contain_text("Forwarded from")
    assert "forward_origin" in await sandbox.next_update("message")


async def test_escape_cancels_a_reply(page):
    await choose(page, last(page), "Reply")
    await page.get_by_test_id("composer").press("Escape")
    await expect(page.get_by_test_id("mode")).to_be_hidden()


async def test_edits_and_deletions_by_the_bot(page, sandbox, nia):
    keyboard = {"inline_keyboard": [[{"text": "Next", "callback_data": "next"}]]}
    sent = await sandbox.bot("sendMessage", chat_id=nia["id"], text="1", reply_markup=keyboard)
    where = {"chat_id": nia["id"], "message_id": sent["message_id"]}
    button = page.get_by_role("button", name="Next")
    await button.focus()
    await sandbox.bot("editMessageText", **where, text="2", reply_markup=keyboard)
    await expect(last(page).locator(".words")).to_have_text("2")
    await expect(button).to_be_focused()
    await sandbox.bot("deleteMessage", **where)
    await expect(last(page).locator(".gone")).to_have_text("deleted")


async def test_new_messages_wait_below_for_a_reader_who_scrolled_up(page, sandbox, nia):
    for number in range(6):
        await sandbox.bot("sendMessage", chat_id=nia["id"], text=f"{number}\n" * 8)
    await expect(last(page)).to_be_in_viewport()
    await page.locator("#log").hover()
    await page.mouse.wheel(0, -2000)
    await expect(page.get_by_test_id("message").first).to_be_in_viewport()
    await sandbox.bot("sendMessage", chat_id=nia["id"], text="newest")
    await expect(page.get_by_test_id("new-messages")).to_have_text("1 new message")
    await page.get_by_test_id("new-messages").click()
    await expect(last(page)).to_be_in_viewport()
    await expect(page.get_by_test_id("new-messages")).to_be_hidden()
