"""The guard: what staff send without a command goes to nobody; news is asked about."""

import asyncio
import random

import pytest

ALBUM = "13000000000000002"
NEWS = {
    "en": "Free Narcan training on Friday at 6 PM, Austin library. RSVP: https://example.org/rsvp",
    "es": "Taller gratis de Narcan el viernes a las 6 pm. Inscríbete: https://example.org/taller",
}
ASKED = {"en": "This looks like an announcement", "es": "Esto parece un anuncio"}
MAKE = {"en": "Make an announcement", "es": "Hacer un anuncio"}
ADD = {"en": "Add to the e-blast", "es": "Agregarlo al boletín"}
ANSWER = {"en": "No, answer it", "es": "No, respóndelo"}
CLEAR = (
    "Free Narcan training! Join us on Friday, December 4 at 6 PM in the Austin library, 5615 W"
    " Race Avenue. Everyone is welcome and food is provided."
)
LANGUAGES = pytest.mark.parametrize("language", ["en", "es"])


@pytest.fixture
def speak(sam):
    def speak(language):
        sam.account.language_code = language

    return speak


@pytest.fixture
def settings(settings, group):
    """Return settings with the staff group."""
    return settings.model_copy(update={"staff_chat_id": group.id})


@pytest.fixture
async def here(talk, sam, group):
    """Return the member of staff in the staff group."""
    return sam.in_group(group)


async def stored(rows):
    """Return how many drafts, items and messages of broadcasts there are, and what waits."""
    return await rows("drafts", "items", "broadcasts", "deliveries", "forms")


@LANGUAGES
async def test_news_without_a_command_is_asked_about_and_sent_to_nobody(
    talk, nia, sam, speak, rows, language, english_in
):
    await talk.join(nia)
    speak(language)
    before = await stored(rows)
    asked = await talk.one(sam, NEWS[language])
    assert ASKED[language] in asked.text
    assert asked.buttons == [[MAKE[language]], [ADD[language]], [ANSWER[language]]]
    assert asked.raw["reply_to_message"]["text"] == NEWS[language]
    assert await stored(rows) == before
    assert NEWS[language] not in nia.last.text
    if language == "es":
        assert english_in(asked) == []


@LANGUAGES
async def test_one_tap_makes_the_draft_that_the_command_makes(talk, nia, sam, speak, language):
    await talk.join(nia)
    speak(language)
    told = await sam.send(NEWS[language])
    await talk.running.idle()
    by_tap = sam.last
    by_command = await talk.one(sam, "/announce", reply_to=told)
    await talk.press(sam, MAKE[language], message=by_tap)
    assert by_tap.buttons == by_command.buttons
    assert by_tap.html.splitlines()[1:] == by_command.html.splitlines()[1:]
    app = talk.running.app
    one, two = [await app.database.read(lambda t, n=n: t.drafts.find(n)) for n in (1, 2)]
    assert (one.content, one.language) == (two.content, two.language)
    assert NEWS[language] not in nia.last.text


@LANGUAGES
async def test_one_tap_makes_the_item_that_the_command_makes(talk, app, sam, speak, language):
    speak(language)
    told = await sam.send(NEWS[language])
    await talk.running.idle()
    by_tap = sam.last
    by_command = await talk.one(sam, "/item", reply_to=told)
    await talk.press(sam, ADD[language], message=by_tap)
    assert by_tap.text == by_command.text
    one, two = await app.services.items.list_open()
    assert (one.html, one.language, one.media) == (two.html, two.language, two.media)


@LANGUAGES
async def test_a_question_after_all_is_answered(talk, sam, speak, language):
    speak(language)
    asked = await talk.one(sam, NEWS[language])
    (answer,) = await talk.press(sam, ANSWER[language], message=asked)
    assert (
        "I have sent it to nobody" if language == "en" else "No se lo he enviado"
    ) in asked.text
    assert asked.buttons == []
    assert ASKED[language] not in answer.text


async def test_a_question_that_nobody_can_answer_is_still_the_one_below_the_offer(talk, sam):
    asked = await talk.one(sam, "Blorf zxqv on Dec 4")
    (answer,) = await talk.press(sam, ANSWER["en"], message=asked)
    assert answer.raw["reply_to_message"]["text"] == "Blorf zxqv on Dec 4"


async def test_each_button_works_once(talk, sam, rows):
    asked = await talk.one(sam, NEWS["en"])
    number = asked.raw["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[2]
    await talk.press(sam, MAKE["en"], message=asked)
    await talk.press_old(sam, asked, f"guard:announce:{number}")
    assert asked.text.startswith("Announcement 1")
    await talk.press_old(sam, asked, f"guard:item:{number}")
    await talk.press_old(sam, asked, f"guard:item:{number}")
    assert await rows("drafts", "broadcasts", "items") == {
        "drafts": 1,
        "broadcasts": 1,
        "items": 1,
    }


@pytest.mark.parametrize("button", [MAKE, ADD, ANSWER])
async def test_two_quick_taps_do_one_thing(talk, sam, rows, button):
    asked = await talk.one(sam, NEWS["en"])
    before = len(sam.messages)
    taps = (sam.press(button["en"], message=asked) for _ in range(2))
    await asyncio.gather(*taps)
    await talk.running.idle()
    assert len(sam.messages) - before == (1 if button is ANSWER else 0)
    made = await rows("drafts", "items")
    assert made == {"drafts": int(button is MAKE), "items": int(button is ADD)}


async def test_a_restart_between_question_and_tap_changes_nothing(talk, running, sam):
    asked = await talk.one(sam, NEWS["en"])
    await running.stop()
    await running.start()
    await talk.press(sam, MAKE["en"], message=asked)
    assert asked.text.startswith("Announcement 1")
    assert len(await running.app.services.announcements.list_open()) == 1


@pytest.mark.parametrize("button", [MAKE, ADD, ANSWER])
async def test_what_was_deleted_meanwhile_is_gone(talk, sam, rows, button):
    told = await sam.send(NEWS["en"])
    await talk.running.idle()
    asked = sam.last
    await sam.delete(told)
    (answer,) = await talk.press(sam, button["en"], message=asked)
    assert "That message is gone" in answer.text
    assert await rows("drafts", "items") == {"drafts": 0, "items": 0}


async def test_what_was_edited_meanwhile_is_taken_as_it_is_now(talk, sam):
    told = await sam.send(NEWS["en"])
    await talk.running.idle()
    asked = sam.last
    await sam.edit(told, "Free Narcan training on Saturday at 6 PM")
    await talk.press(sam, MAKE["en"], message=asked)
    assert "Saturday" in asked.text


async def test_pictures_with_a_long_caption_and_forwarded_posts_are_asked_about(talk, sam):
    caption = (
        "Our new flyer for the outreach tables, please hang it up wherever many people come by"
    )
    assert ASKED["en"] not in (await talk.after(sam, sam.send_photo(caption="Hi")))[-1].text
    (asked,) = await talk.after(sam, sam.send_photo(caption=caption))
    assert asked.buttons == [[MAKE["en"]], [ADD["en"]], ["No, leave it"]]
    await talk.press(sam, "No, leave it", message=asked)
    assert "I have sent it to nobody" in asked.text
    (asked,) = await talk.after(sam, sam.send_video(caption=caption))
    assert asked.buttons == [[MAKE["en"]], ["No, leave it"]]  # no film fits into an e-blast
    told = await sam.send("hello")
    for forward in (told, await sam.send_photo()):
        await talk.running.idle()
        (asked,) = await talk.after(sam, sam.forward(forward))
        assert ASKED["en"] in asked.text
    question = await sam.send("Where can I get Narcan?")
    await talk.running.idle()
    (answer,) = await talk.after(sam, sam.forward(question))
    assert ASKED["en"] not in answer.text


async def test_an_album_is_asked_about_once_and_announced_whole(talk, sandbox, nia, sam):
    await talk.join(nia)
    answers = []
    for n in range(3):
        file = sandbox.world.files.add("photo", f"{n}.jpg", "", b"file", {}).reference()
        photo = {"photo": [{**file, "width": 1, "height": 1}], "media_group_id": ALBUM}
        answers += await talk.raw(sam, {**photo, **({"caption": NEWS["en"]} if n < 2 else {})})
    (asked,) = answers
    await talk.press(sam, MAKE["en"], message=asked)
    before = len(nia.messages)
    await talk.press(sam, "Approve and send now", message=asked)
    await talk.running.outbox_empty()
    assert len(nia.messages[before:]) == 3


async def test_what_was_asked_for_is_taken_and_not_asked_about(talk, sam):
    shown = await talk.item(sam)
    await talk.press(sam, "Add Spanish text", message=shown)
    (taken,) = await talk.say(sam, NEWS["es"])
    assert ASKED["en"] not in taken.text
    assert "Inscríbete" in taken.text


@pytest.mark.parametrize(
    "text",
    ["60624", "stop", "how long does naloxone last", "Where can I get Narcan on Friday at 6 PM?"],
)
async def test_questions_of_staff_are_answered_at_once(talk, sam, text):
    assert all(ASKED["en"] not in each.text for each in await talk.say(sam, text))


async def test_an_emergency_gets_the_card_and_nothing_else(talk, sam):
    (card,) = await talk.say(sam, "He is not breathing! Friday Dec 4, 6 PM. RSVP: example.org")
    assert "911" in card.text
    assert ASKED["en"] not in card.text


@LANGUAGES
async def test_members_and_strangers_are_never_asked(talk, nia, rosa, joy, here, language):
    await talk.join(nia)
    for person in (nia, rosa):
        for answer in await talk.say(person, NEWS[language]):
            assert ASKED["en"] not in answer.text
            assert ASKED["es"] not in answer.text
    assert await talk.say(joy.in_group(here.chat), CLEAR) == []


async def test_in_the_staff_group_only_clear_news_is_asked_about(talk, here, sam, rows):
    assert await talk.say(here, NEWS["en"]) == []
    assert await talk.say(here, "Meeting Friday 3 PM: https://zoom.us/j/1") == []
    (asked,) = await talk.say(here, CLEAR)
    assert asked.buttons == [[MAKE["en"]], [ADD["en"]], ["No, leave it"]]
    await talk.press(here, MAKE["en"], message=asked)
    assert asked.text.startswith("Announcement 1")


async def test_in_the_staff_group_what_is_said_to_the_bot_is_asked_about(talk, app, here):
    named = f"@{app.bot.username} {NEWS['en']}"
    (asked,) = await talk.say(here, named)
    assert ASKED["en"] in asked.text
    (again,) = await talk.say(here, NEWS["en"], reply_to=asked)
    assert ASKED["en"] in again.text
    assert await talk.say(here, "Thanks, that was all.", reply_to=asked) == []


async def test_others_in_the_staff_group_cannot_press(talk, here, joy, rows):
    (asked,) = await talk.say(here, CLEAR)
    (answer,) = await talk.press(joy.in_group(here.chat), MAKE["en"], message=asked)
    assert "only staff" in answer.text.lower()
    assert (await rows("drafts"))["drafts"] == 0


async def test_other_groups_are_silent(talk, sandbox, app, sam, group, running):
    await running.stop()
    running.settings = running.settings.model_copy(update={"staff_chat_id": None})
    await running.start()
    assert await talk.say(sam.in_group(group), CLEAR) == []


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_staff_type_and_tap_nothing_goes_out_without_approval(
    talk, nia, mateo, sam, here, rows, app, seed
):
    await talk.join(nia, mateo)
    before = [len(nia.messages), len(mateo.messages)]
    chance = random.Random(seed)
    parts = [*NEWS.values(), CLEAR, "Narcan", "Friday", "6 PM", "send", "yes", "/announce", "?\n"]
    approving = ("Approve", "Send now", "Resume")
    for _ in range(25):
        who = chance.choice((sam, here))
        text = " ".join(chance.sample(parts, chance.randint(1, 4)))
        for answer in await talk.say(who, text):
            labels = [b for row in answer.buttons for b in row]
            harmless = [b for b in labels if not b.startswith(approving)]
            if harmless and chance.random() < 0.6:
                await talk.press(who, chance.choice(harmless), message=answer)
    await talk.running.outbox_empty()
    assert [len(nia.messages), len(mateo.messages)] == before
    sql = "SELECT count(*) FROM deliveries WHERE broadcast_id IS NOT NULL"
    assert await app.database.read(lambda t: t.meta._connection.execute(sql).fetchone()[0]) == 0
    assert (await rows("drafts"))["drafts"] > 0
