"""Every kind of message on the page: albums, films, polls, places, people, replies, deletions."""

import pytest
from playwright.async_api import expect

from tests.browser.test_page_access import CONTRAST, NAMELESS, SMALL, WIDTH
from tests.browser.test_page_people import png

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def last(page):
    return page.get_by_test_id("message").last


def picture(number):
    return {"name": f"{number}.png", "mimeType": "image/png", "buffer": png(30 + number, 20)}


async def attach(page, what):
    await page.get_by_test_id("attach").click()
    await page.get_by_test_id(f"attach-{what}").click()


@pytest.fixture
def client(sandbox, nia):
    """The person of the open chat, as tests of the bot have her."""
    return sandbox.server.person(nia["first_name"])


async def test_several_pictures_become_one_album(page, sandbox):
    await page.get_by_test_id("file").set_input_files([picture(number) for number in range(3)])
    await expect(page.get_by_test_id("dialog")).to_contain_text("Send an album of 3")
    await page.get_by_test_id("caption").fill("Our park")
    await page.get_by_test_id("accept").click()
    await expect(page.get_by_test_id("message")).to_have_count(2)  # /start, and the album
    pictures = last(page).get_by_test_id("album-part").locator("img")
    await expect(pictures).to_have_count(3)
    widths = await pictures.evaluate_all(
        "all => Promise.all(all.map(each => each.decode().then(() => each.naturalWidth)))"
    )
    assert widths == [30, 31, 32]
    await expect(last(page).locator(".words")).to_have_text("Our park")
    messages = [update["message"] for update in await sandbox.updates()][-3:]
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [message.get("caption") for message in messages] == ["Our park", None, None]
    await page.reload()
    await expect(last(page).get_by_test_id("album-part")).to_have_count(3)


async def test_a_refused_album_is_a_sentence(page):
    paper = {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    await page.get_by_test_id("file").set_input_files([picture(1), paper])
    await page.get_by_test_id("accept").click()
    await expect(page.get_by_test_id("toast")).to_contain_text("An album has photos and videos")
    await page.get_by_test_id("file").set_input_files([picture(number) for number in range(11)])
    await expect(page.get_by_test_id("toast").last).to_contain_text("at most 10")


async def test_an_album_loses_a_part_and_gets_other_words(page, sandbox, nia, client):
    sent = await client.send_album([png(9, 9), png(8, 8)])
    media = [{"type": "photo", "media": each["photo"][0]["file_id"]} for each in sent]
    first, second = await sandbox.bot("sendMediaGroup", chat_id=nia["id"], media=media)
    await expect(last(page).get_by_test_id("album-part")).to_have_count(2)
    where = {"chat_id": nia["id"]}
    await sandbox.bot("deleteMessage", **where, message_id=first["message_id"])
    await expect(last(page).get_by_test_id("album-part").first).to_have_text("deleted")
    await sandbox.bot(
        "editMessageCaption", **where, message_id=second["message_id"], caption="new"
    )
    await expect(last(page).locator(".words")).to_have_text("new")
    await expect(last(page).locator(".footer")).to_contain_text("edited")
    await sandbox.bot("deleteMessage", **where, message_id=second["message_id"])
    await expect(last(page).locator(".gone")).to_have_text("deleted")
    await expect(last(page).get_by_test_id("album-part")).to_have_count(0)


async def test_a_poll_is_sent_and_voted_in(page, sandbox, nia):
    await attach(page, "poll")
    await page.get_by_test_id("question").fill("When?")
    await page.get_by_test_id("options").fill("Now\n\nLater\n")
    await page.get_by_test_id("anonymous").uncheck()
    await page.get_by_test_id("accept").click()
    await expect(last(page)).to_contain_text("Public poll")
    await expect(last(page).get_by_test_id("poll-option")).to_have_count(2)
    assert (await sandbox.next_update("message"))["poll"]["question"] == "When?"

    options = ["At the church", "In the park"]
    asked = {"chat_id": nia["id"], "question": "Where?", "options": options}
    sent = await sandbox.bot("sendPoll", **asked)
    park = page.get_by_role("button", name="In the park")
    await park.click()
    await expect(park).to_have_attribute("aria-pressed", "true")
    await expect(park).to_contain_text("1 vote")
    await expect(last(page)).to_contain_text("1 person voted")
    assert (await sandbox.next_update("poll"))["options"][1]["voter_count"] == 1
    await page.reload()
    await expect(park).to_have_attribute("aria-pressed", "true")
    await park.click()
    await expect(park).to_have_attribute("aria-pressed", "false")
    await page.get_by_role("button", name="At the church").click()
    await sandbox.bot("stopPoll", chat_id=nia["id"], message_id=sent["message_id"])
    await expect(park).to_be_disabled()
    await expect(last(page)).to_contain_text("closed")


async def test_a_venue_and_a_contact_are_sent(page, sandbox):
    await attach(page, "venue")
    await page.get_by_test_id("title").fill("Clinic")
    await page.get_by_test_id("address").fill("1 Main St")
    await page.get_by_role("button", name="Roosevelt & Kedzie").click()
    await page.get_by_test_id("accept").click()
    await expect(last(page)).to_contain_text("1 Main St (41.86640, -87.70566)")
    assert (await sandbox.next_update("message"))["venue"]["title"] == "Clinic"
    await attach(page, "contact")
    await page.get_by_test_id("first_name").fill("Helpline")
    await page.get_by_test_id("phone_number").fill("833-234-6343")
    await page.get_by_test_id("accept").click()
    await expect(last(page)).to_contain_text("833-234-6343")
    assert (await sandbox.next_update("message"))["contact"]["first_name"] == "Helpline"


async def test_the_bot_can_ask_for_the_own_contact(page, sandbox, nia):
    keyboard = {"keyboard": [[{"text": "My number", "request_contact": True}]]}
    await sandbox.bot("sendMessage", chat_id=nia["id"], text="Who?", reply_markup=keyboard)
    await page.get_by_test_id("reply-key").click()
    await page.get_by_test_id("accept").click()
    await expect(last(page)).to_contain_text("+1312555")
    assert (await sandbox.next_update("message"))["contact"]["user_id"] == nia["id"]


async def test_a_sticker_can_be_a_reply_and_shows_to_what(page, sandbox, nia):
    asked = {"chat_id": nia["id"], "question": "Where shall we meet?", "options": ["Here"]}
    await sandbox.bot("sendPoll", **asked)
    await last(page).hover()
    await last(page).get_by_test_id("message-menu").click()
    await page.get_by_role("menuitem", name="Reply").click()
    await expect(page.get_by_test_id("mode")).to_contain_text("Poll: Where shall we meet?")
    await attach(page, "sticker")
    await expect(last(page).locator(".quote")).to_contain_text("Poll: Where shall we meet?")
    await expect(page.get_by_test_id("mode")).to_be_hidden()
    message = await sandbox.next_update("message")
    assert "sticker" in message
    assert message["reply_to_message"]["poll"]["question"] == "Where shall we meet?"
    await sandbox.bot(
        "deleteMessage",
        chat_id=nia["id"],
        message_id=message["reply_to_message"]["message_id"],
    )
    await expect(last(page).locator(".quote")).to_contain_text("Deleted message")


async def test_a_caption_can_be_changed(page, sandbox):
    await page.get_by_test_id("file").set_input_files(picture(1))
    await page.get_by_test_id("caption").fill("Our prak")
    await page.get_by_test_id("accept").click()
    await last(page).hover()
    await last(page).get_by_test_id("message-menu").click()
    await page.get_by_role("menuitem", name="Edit").click()
    await page.get_by_test_id("composer").fill("Our park")
    await page.keyboard.press("Enter")
    await expect(last(page).locator(".words")).to_have_text("Our park")
    assert (await sandbox.next_update("edited_message"))["caption"] == "Our park"


async def test_an_account_is_deleted_for_good(page, sandbox, nia):
    await page.get_by_test_id("delete-account").click()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_test_id("composer")).to_be_visible()
    await page.get_by_test_id("delete-account").click()
    await page.get_by_test_id("accept").click()
    await expect(page.get_by_test_id("situation")).to_have_text("account deleted")
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    await expect(page.get_by_test_id("delete-account")).to_have_count(0)
    await expect(page.get_by_test_id("block")).to_have_count(0)
    people = (await sandbox.api("world"))["people"]
    assert next(each for each in people if each["id"] == nia["id"])["deactivated"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_kind_fits_a_phone(sandbox, open_page, nia, client, scheme):
    long = "Averylongnameofsomething" * 4
    await client.send_album([png(400, 300), "video", png(30, 300)], caption=long)
    await client.send_album(["document", "document"])
    for send in (
        *(client.send_video, client.send_animation, client.send_audio, client.send_voice),
        *(client.send_video_note, client.send_sticker, client.send_contact),
    ):
        await send()
    await client.send_venue(long, long)
    await client.send_document(b"%PDF", f"{long}.pdf")
    await client.send_poll(long, [long, "Yes"], allows_multiple_answers=True)
    phone = {"viewport": {"width": 320, "height": 640}, "color_scheme": scheme}
    page = await open_page(sandbox, nia["id"], **phone)
    await page.get_by_test_id("view-chat").click()
    await expect(page.get_by_test_id("message")).to_have_count(13)
    for name in ("Video", "Animation", "Somebody – Song", "Voice note", "Video message"):
        await expect(
            page.locator(".card-title").get_by_text(name, exact=True).last
        ).to_be_visible()
    log = "document.getElementById('log')"
    assert await page.evaluate(WIDTH) <= 0
    assert await page.evaluate(f"{log}.scrollWidth - {log}.clientWidth") <= 0
    assert await page.evaluate(SMALL) == []
    assert await page.evaluate(NAMELESS) == []
    option = page.get_by_test_id("poll-option").first
    assert await option.evaluate(CONTRAST) >= 4.5
    parts = page.get_by_test_id("album-part")
    boxes = [await parts.nth(place).bounding_box() for place in range(3)]
    assert boxes[1]["y"] == boxes[2]["y"] > boxes[0]["y"]  # the odd one on top, two below
    assert all(box["x"] + box["width"] <= 320 for box in boxes)
