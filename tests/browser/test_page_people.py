"""Being somebody: writing, sending things, keyboards, blocking, the staff group."""

import struct
import zlib

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def last(page):
    return page.get_by_test_id("message").last


def png(width, height):
    """Return a grey picture."""

    def chunk(kind, data):
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x99" * width) * height)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


async def test_start_then_write(sandbox, open_page):
    person = await sandbox.newcomer(started=False, language="es")
    page = await open_page(sandbox, person["id"])
    await expect(page.get_by_test_id("you-are")).to_have_text(f"You are {person['first_name']}")
    await expect(page.get_by_test_id("situation")).to_contain_text("Spanish")
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    await page.get_by_test_id("start").click()
    assert (await sandbox.next_update("message"))["text"] == "/start"
    await page.get_by_test_id("composer").fill("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Enter")
    await expect(last(page).locator(".words")).to_have_text("one\ntwo")
    assert (await sandbox.next_update("message"))["text"] == "one\ntwo"


async def test_add_a_person(page):
    await page.get_by_test_id("add-person").click()
    await page.get_by_test_id("new-name").fill("Zofia <b>")
    await page.get_by_test_id("new-language").select_option("pl")
    await page.get_by_test_id("accept").click()
    await expect(page.get_by_test_id("you-are")).to_have_text("You are Zofia <b>")
    await expect(page.get_by_test_id("start")).to_be_visible()


async def test_unread_counts_and_drafts(page, sandbox, nia):
    other = await sandbox.newcomer()
    await sandbox.bot("sendMessage", chat_id=other["id"], text="For you")
    await expect(page.get_by_test_id(f"unread-{other['id']}")).to_contain_text("1")
    await page.get_by_test_id("composer").fill("half a thought")
    await page.get_by_test_id(f"person-{other['id']}").click()
    await expect(last(page)).to_contain_text("For you")
    await expect(page.get_by_test_id(f"unread-{other['id']}")).to_have_count(0)
    await expect(page.get_by_test_id("composer")).to_have_value("")
    await page.get_by_test_id(f"person-{nia['id']}").click()
    await expect(page.get_by_test_id("composer")).to_have_value("half a thought")


async def test_photo_with_caption(page, sandbox):
    picture = {"name": "corner.png", "mimeType": "image/png", "buffer": png(40, 30)}
    await page.get_by_test_id("file").set_input_files(picture)
    await page.get_by_test_id("caption").fill("Our corner")
    await page.get_by_test_id("accept").click()
    await expect(last(page).locator(".words")).to_have_text("Our corner")
    image = last(page).locator("img.photo")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40
    message = await sandbox.next_update("message")
    assert message["photo"]
    assert message["caption"] == "Our corner"


async def test_document(page, sandbox):
    paper = {"name": "flyer.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-" + b"x" * 2043}
    await page.get_by_test_id("file").set_input_files(paper)
    await page.get_by_test_id("accept").click()
    await expect(last(page)).to_contain_text("flyer.pdf")
    await expect(last(page)).to_contain_text("2.0 KB")
    assert (await sandbox.next_update("message"))["document"]["file_name"] == "flyer.pdf"


async def test_location_sticker_and_voice(page, sandbox):
    await page.get_by_test_id("attach").click()
    await page.get_by_test_id("attach-location").click()
    await page.get_by_role("button", name="Roosevelt & Kedzie").click()
    await page.get_by_test_id("accept").click()
    await expect(last(page)).to_contain_text("41.86640, -87.70566")
    assert (await sandbox.next_update("message"))["location"]["latitude"] == 41.8664
    await page.get_by_test_id("attach").click()
    await page.get_by_test_id("attach-sticker").click()
    await expect(last(page).get_by_role("img", name="Sticker")).to_be_visible()
    await page.get_by_test_id("attach").click()
    await page.get_by_test_id("attach-voice").click()
    await expect(last(page)).to_contain_text("Voice note")


async def test_block_and_unblock(page, sandbox):
    await page.get_by_test_id("block").click()
    await expect(page.get_by_test_id("situation")).to_have_text("blocked the bot")
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    member = await sandbox.next_update("my_chat_member")
    assert member["new_chat_member"]["status"] == "kicked"
    await page.get_by_test_id("unblock-wide").click()
    await expect(page.get_by_test_id("composer")).to_be_focused()
    member = await sandbox.next_update("my_chat_member")
    assert member["new_chat_member"]["status"] == "member"


async def test_commands_menu_and_completion(page, sandbox):
    commands = [
        {"command": "events", "description": "What is coming up"},
        {"command": "help", "description": "What I can do"},
    ]
    await sandbox.bot("setMyCommands", commands=commands)
    await page.get_by_test_id("commands").click()
    await page.get_by_test_id("command").filter(has_text="/help").click()
    assert (await sandbox.next_update("message"))["text"] == "/help"
    await page.get_by_test_id("composer").press_sequentially("/ev")
    await expect(page.get_by_test_id("suggestion")).to_have_text("/eventsWhat is coming up")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(last(page).locator(".words")).to_have_text("/events")
    await last(page).get_by_role("button", name="/events", exact=True).click()
    await expect(page.get_by_role("button", name="/events", exact=True)).to_have_count(2)


async def test_reply_keyboard_and_forced_reply(page, sandbox, nia):
    keyboard = {
        "keyboard": [[{"text": "Events"}], [{"text": "I am here", "request_location": True}]],
        "one_time_keyboard": True,
        "input_field_placeholder": "Choose one",
    }
    await sandbox.bot("sendMessage", chat_id=nia["id"], text="Menu", reply_markup=keyboard)
    await expect(page.get_by_test_id("reply-key")).to_have_count(2)
    await expect(page.get_by_test_id("composer")).to_have_attribute("placeholder", "Choose one")
    await page.get_by_test_id("reply-key").first.click()
    assert (await sandbox.next_update("message"))["text"] == "Events"
    await expect(page.get_by_test_id("reply-keyboard")).to_be_hidden()
    await page.get_by_test_id("keyboard-toggle").click()
    await page.get_by_test_id("reply-key").last.click()
    await page.get_by_test_id("accept").click()
    assert "location" in await sandbox.next_update("message")

    forced = {"force_reply": True}
    await sandbox.bot("sendMessage", chat_id=nia["id"], text="Your name?", reply_markup=forced)
    await expect(page.get_by_test_id("mode")).to_contain_text("Your name?")
    await expect(page.get_by_test_id("composer")).to_be_focused()


async def test_staff_group_with_topics(sandbox, open_page):
    world = await sandbox.api("world")
    group = next(chat for chat in world["chats"] if chat["is_forum"])
    topics = [
        await sandbox.bot("createForumTopic", chat_id=group["id"], name=name)
        for name in ("Requests", "Alerts")
    ]
    first, second = (topic["message_thread_id"] for topic in topics)
    page = await open_page(sandbox, group["id"])
    await expect(page.get_by_text("Topic created: Requests")).to_be_visible()
    await sandbox.bot("sendMessage", chat_id=group["id"], text="alert", message_thread_id=second)
    await expect(last(page)).to_contain_text("alert")
    await page.get_by_test_id(f"topic-{first}").click()
    await expect(page.locator(".words")).to_have_count(0)
    await page.get_by_test_id("composer").fill("I take it")
    await page.keyboard.press("Enter")
    await expect(last(page)).to_contain_text("I take it")
    message = await sandbox.next_update("message")
    assert message["message_thread_id"] == first
    members = page.get_by_test_id("member")
    names = await members.locator("option").all_text_contents()
    assert len(names) > 1
    await members.select_option(index=1)
    await page.get_by_test_id("composer").fill("Me too")
    await page.keyboard.press("Enter")
    await expect(last(page)).to_contain_text("Me too")
    assert (await sandbox.next_update("message"))["from"]["first_name"] == names[1]
