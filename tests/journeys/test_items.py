"""Items: staff collect news in any form; formatting, links and one photo or file are kept."""

import asyncio

import pytest
from telegram import Update

from bot.models import ItemState, Language, Section

URL = "https://example.org/a?b=1&c=2"


@pytest.fixture
def items(app):
    async def items():
        return await app.services.items.list_open()

    return items


def formatted(text, **parts):
    """Return a text with entities, each on a word: bold="word" or bold=("word", {more})."""
    entities = []
    for kind, part in parts.items():
        word, more = part if isinstance(part, tuple) else (part, {})
        entities.append({"type": kind, "offset": text.index(word), "length": len(word), **more})
    return {"text": text, "entities": entities}


def command(text, **parts):
    content = formatted(text, **parts)
    content["entities"].append({"type": "bot_command", "offset": 0, "length": 5})
    content["entities"].sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return content


async def test_text_after_the_command_keeps_its_formatting_and_links(talk, sam, items):
    content = command("/item Free Narcan here & <now>", bold="Narcan")
    content["entities"].append({"type": "text_link", "offset": 18, "length": 4, "url": URL})
    (shown,) = await talk.raw(sam, content)
    assert "Which section" in shown.text
    (item,) = await items()
    link = URL.replace("&", "&amp;")
    assert item.html == f'Free <b>Narcan</b> <a href="{link}">here</a> &amp; &lt;now&gt;'
    assert f'<a href="{link}">here</a>' in shown.html


async def test_formatting_that_begins_at_the_command_is_kept(talk, sam, items):
    await talk.raw(sam, command("/item All bold", bold="/item All bold"))
    assert (await items())[0].html == "<b>All bold</b>"


@pytest.mark.parametrize("name", ["/item", "/item@sandbox_task_force_bot"])
async def test_a_message_replied_to_becomes_an_item(talk, sam, items, name):
    (_,) = await talk.raw(sam, formatted("Vigil on Saturday", bold="Vigil"))
    news = sam.chat.messages[max(m for m in sam.chat.messages if m < sam.last.id)]
    shown = await talk.one(sam, name, reply_to=news)
    assert "Vigil on Saturday" in shown.text
    assert (await items())[0].html == "<b>Vigil</b> on Saturday"


async def test_a_forwarded_message_becomes_an_item(talk, sam, nia, items):
    told = await sam.send("Word from a partner")
    forwarded = await sam.forward(told)
    await talk.running.idle()
    await talk.one(sam, "/item", reply_to=forwarded)
    assert (await items())[0].html == "Word from a partner"


@pytest.mark.parametrize("kind", ["photo", "document"])
@pytest.mark.parametrize("caption", ["", "A flyer"])
async def test_a_photo_or_file_replied_to_becomes_an_item(talk, sam, items, kind, caption):
    send = {
        "photo": lambda: sam.send_photo(caption=caption),
        "document": lambda: sam.send_document(b"pdf", caption=caption),
    }
    sent = await send[kind]()
    await talk.running.idle()
    await talk.one(sam, "/item", reply_to=sent)
    (item,) = await items()
    assert item.media.kind == kind
    assert item.html == caption


async def test_a_photo_with_the_command_as_caption_becomes_an_item(talk, sam, items):
    (shown,) = await talk.after(sam, sam.send_photo(caption="/item Free Narcan training"))
    assert "Which section" in shown.text
    (item,) = await items()
    assert (item.html, item.media.kind) == ("Free Narcan training", "photo")
    await talk.after(sam, sam.send_document(b"x", caption="/item"))
    assert (await items())[1].html == ""


@pytest.mark.parametrize("kind", ["sticker", "voice", "location"])
async def test_other_kinds_are_refused_with_a_sentence(talk, sam, items, kind):
    sent = {
        "sticker": sam.send_sticker,
        "voice": sam.send_voice,
        "location": lambda: sam.send_location(41, -87),
    }
    message = await sent[kind]()
    await talk.running.idle()
    refusal = await talk.one(sam, "/item", reply_to=message)
    assert "An item can be text, one photo or one file" in refusal.text
    assert await items() == []


async def test_the_bare_command_explains_itself(talk, sam, items):
    assert "To add news" in (await talk.one(sam, "/item")).text
    assert await items() == []


async def test_a_text_that_is_too_long_is_refused_with_its_length(talk, sam, items):
    refusal = await talk.one(sam, "/item " + "x" * 3001)
    assert "3,001 characters" in refusal.text
    assert await items() == []
    await talk.one(sam, "/item " + "x" * 3000)
    assert len(await items()) == 1


async def test_two_long_texts_are_shown_by_their_beginnings_but_kept_whole(talk, sam, items):
    shown = await talk.item(sam, "<" * 3000)
    await talk.press(sam, "Add Spanish text", message=shown)
    answer = await talk.one(sam, "&" * 3000)
    assert "only the beginning" in answer.text
    (item,) = await items()
    assert item.html == "&lt;" * 3000
    assert item.translation == "&amp;" * 3000
    assert "Which section" in (await talk.one(sam, "/item " + "z" * 3000)).text


async def test_a_mention_of_a_person_without_username_does_not_give_away_the_id(
    talk, sam, nia, items
):
    who = {"user": nia.account.user()}
    content = command("/item Call Nia today", text_mention=("Nia", who))
    (shown,) = await talk.raw(sam, content)
    (item,) = await items()
    assert item.html == "Call Nia today"
    assert str(nia.id) not in shown.html


async def test_an_item_gets_a_section_and_can_change_it(talk, sam, items):
    shown = await talk.item(sam, "News", "Harm reduction")
    assert shown.text.startswith("Harm reduction")
    assert (await items())[0].section is Section.HARM_REDUCTION
    await talk.press(sam, "Section", message=shown)
    await talk.press(sam, "Community events", message=shown)
    assert (await items())[0].section is Section.EVENTS


async def test_a_translation_is_asked_for_and_taken_from_the_next_message(talk, sam, items):
    shown = await talk.item(sam)
    assert "No Spanish text yet" in shown.text
    (ask,) = await talk.press(sam, "Add Spanish text", message=shown)
    assert "Send me the Spanish text" in ask.text
    (done,) = await talk.raw(sam, formatted("Taller gratis de Narcan", bold="gratis"))
    assert "Taller gratis" in done.text
    (item,) = await items()
    assert item.translation == "Taller <b>gratis</b> de Narcan"
    assert item.html_in(Language.ES) == item.translation
    assert "Taller" not in (await talk.one(sam, "how long does naloxone last")).text


async def test_the_form_can_be_cancelled(talk, sam, items):
    shown = await talk.item(sam)
    (ask,) = await talk.press(sam, "Add Spanish text", message=shown)
    await talk.press(sam, "Cancel", message=ask)
    await talk.one(sam, "how long does naloxone last")
    assert (await items())[0].translation is None


async def test_a_form_survives_a_restart_and_ends_after_six_hours(talk, sam, items, clock):
    shown = await talk.item(sam)
    await talk.press(sam, "Add Spanish text", message=shown)
    await talk.running.stop()
    app = await talk.running.start()
    await talk.one(sam, "Taller gratis")
    assert (await app.services.items.list_open())[0].translation == "Taller gratis"
    await talk.press(sam, "Text", message=sam.last)
    clock.move(hours=7)
    await talk.one(sam, "how long does naloxone last")
    assert (await app.services.items.list_open())[0].html == "Free Narcan training"


async def test_the_text_is_changed_by_the_next_message(talk, sam, items):
    shown = await talk.item(sam)
    (ask,) = await talk.press(sam, "Text", message=shown)
    assert "Free Narcan training" in ask.text
    refusal = await talk.one(sam, "y" * 3001)
    assert "characters" in refusal.text  # and the form is still open
    await talk.one(sam, "Another training")
    assert (await items())[0].html == "Another training"


async def test_a_text_for_an_item_that_is_gone_is_refused_once(talk, sam, items):
    shown = await talk.item(sam)
    await talk.press(sam, "Text", message=shown)
    await talk.press(sam, "Remove", message=shown)
    assert "cannot be changed" in (await talk.one(sam, "Too late")).text
    assert "Checked" in (await talk.one(sam, "how long does naloxone last")).text


async def test_in_the_staff_group_a_form_takes_only_a_reply(talk, sam, group, items):
    inside = sam.in_group(group)
    shown = await talk.one(inside, "/item Free Narcan training")
    await talk.press(inside, "Trainings", message=shown)
    (ask,) = await talk.press(inside, "Add Spanish text", message=shown)
    assert await talk.say(inside, "just talking") == []
    (done,) = await talk.say(inside, "Taller gratis", reply_to=ask)
    assert "Taller gratis" in done.text
    assert (await items())[0].translation == "Taller gratis"
    assert await talk.say(inside, "Otro", reply_to=done) == []


async def test_the_last_day_is_chosen_and_after_it_the_item_drops_out(talk, sam, items, clock):
    shown = await talk.item(sam)
    await talk.press(sam, "Last day", message=shown)
    dates = [row[0] for row in shown.buttons]
    assert len(dates) == 6
    await talk.press(sam, dates[0], message=shown)
    assert "until" in shown.text
    assert "Trainings: 1" in (await talk.draft(sam)).text
    clock.move(days=7)
    draft = (await talk.draft(sam)).text
    assert "1 item is past its last day" in draft
    assert "No items yet" in draft
    await talk.press(sam, "Last day", message=shown)
    await talk.press(sam, "No last day", message=shown)
    assert (await items())[0].until is None


async def test_a_standing_item_stays_for_the_next_edition(talk, nia, sam, items):
    await talk.join(nia)
    shown = await talk.item(sam, "Helpline 833-234-6343", "Treatment")
    await talk.press(sam, "Every week", message=shown)
    assert "in every e-blast" in shown.text
    await talk.send_edition(sam)
    (left,) = await items()
    assert left.html == "Helpline 833-234-6343"
    assert "Treatment and recovery: 1" in (await talk.draft(sam)).text
    await talk.press(sam, "Only once", message=shown)
    assert not (await items())[0].standing


async def test_an_item_says_in_which_language_it_is(talk, sam, items):
    shown = await talk.item(sam, "Taller gratis")
    await talk.press(sam, "This text is Spanish", message=shown)
    (item,) = await items()
    assert item.language is Language.ES
    await talk.press(sam, "Add English text", message=shown)
    await talk.one(sam, "Free training")
    (item,) = await items()
    assert (item.html, item.translation) == ("Taller gratis", "Free training")


async def test_an_item_is_removed_and_taken_back(talk, sam, items):
    shown = await talk.item(sam)
    await talk.press(sam, "Remove", message=shown)
    assert shown.text == "Removed."
    assert await items() == []
    await talk.press(sam, "Take it back", message=shown)
    assert "Free Narcan training" in shown.text
    assert len(await items()) == 1


async def test_the_list_shows_what_is_collected_and_leads_to_each(talk, sam):
    assert "Nothing is collected yet" in (await talk.one(sam, "/items")).text
    await talk.item(sam, "First news\nwith two lines & more")
    await talk.one(sam, "/item Second news")
    listed = await talk.one(sam, "/items")
    assert "2 items" in listed.text
    assert listed.buttons == [
        ["First news with two lines & more"],
        ["⚠️ Second news"],
        ["The e-blast"],
    ]
    assert await talk.press(sam, "First news", message=listed) == []
    assert "First news" in listed.text
    await talk.press(sam, "All items", message=listed)
    assert "2 items" in listed.text


async def test_a_used_item_cannot_be_changed(talk, nia, sam, app):
    await talk.join(nia)
    shown = await talk.item(sam, "News", "Treatment")
    await talk.send_edition(sam)
    for button in ("Add Spanish text", "Section", "Last day", "Every week", "Remove"):
        (refusal,) = await talk.press(sam, button, message=shown)
        assert "has been sent or removed" in refusal.text, button
    used = await app.database.read(lambda t: t.items.find(1))
    assert used.state is ItemState.USED


async def test_the_same_update_taken_twice_makes_one_item(talk, sam, app, items, sandbox):
    raw = {}
    sandbox.updates.on_add = lambda entry: raw.update(entry.as_json())
    shown = await talk.one(sam, "/item Free Narcan training")
    sandbox.updates.on_add = None
    await talk.press(sam, "Trainings", message=shown)
    before = await items()
    await app.application.process_update(Update.de_json(raw, app.bot))
    assert await items() == before
    assert len(before) == 1


async def test_two_people_change_one_item_at_the_same_time(talk, sam, items):
    shown = await talk.item(sam)
    await asyncio.gather(
        sam.press("Every week", message=shown),
        sam.press("Remove", message=shown),
    )
    await talk.running.idle()
    assert await items() == []
