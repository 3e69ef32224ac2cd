"""Somebody may be dying: the card comes at once, everywhere, and it needs nothing."""

import asyncio

import pytest

from bot.errors import StorageUnavailableError

CRIES = [
    "he's not breathing",
    "my friend overdosed",
    "she is turning blue and wont wake up",
    "OVERDOSE",
    "i think hes ODing",
    "help someone od'd in the bathroom",
    "no respira",
    "mi hermana no despierta, usó fentanilo",
    "sobredosis",
    "se está poniendo morado",
]
CALM = ["how do I recognize an overdose", "what is an overdose", "overdose training dates"]


def is_card(shown):
    first_line = shown.text.splitlines()[0]
    return "911" in first_line and bool(shown.place("Español") or shown.place("English"))


@pytest.mark.parametrize("command", ["/overdose", "/od", "/OD", "/overdose now please"])
async def test_the_command_brings_the_card(talk, nia, command):
    card = await talk.one(nia, command)
    assert card.text.splitlines()[0] == "Call 911 and give naloxone now"
    assert card.raw["reply_markup"]["inline_keyboard"][0][0]["style"] == "danger"


@pytest.mark.parametrize("cry", CRIES)
async def test_a_cry_for_help_brings_the_card_in_its_own_language(talk, nia, mateo, cry):
    spanish = cry in CRIES[6:]
    for person in (nia, mateo):
        card = await talk.one(person, cry)
        assert card.text.startswith("Llama al 911" if spanish else "Call 911"), card.text


@pytest.mark.parametrize("question", CALM)
async def test_a_calm_question_is_answered_as_a_question(talk, nia, question):
    assert not is_card(await talk.one(nia, question))


async def test_a_caption_can_be_a_cry_for_help(talk, nia):
    (card,) = await talk.after(nia, nia.send_photo(caption="she is not breathing"))
    assert is_card(card)


async def test_a_cry_behind_a_command_is_heard(talk, nia):
    for text in ("/ask he is not breathing", "/help my friend overdosed", "/sobredosis"):
        assert is_card(await talk.one(nia, text)), text


async def test_an_edited_message_can_become_a_cry_for_help(talk, nia):
    message = await nia.send("hello")
    await talk.running.idle()
    (card,) = await talk.after(nia, nia.edit(message, "he is not breathing"))
    assert is_card(card)


async def test_the_card_comes_in_groups_too_also_in_the_staffs(talk, darnell, group, sandbox):
    other = sandbox.world.add_group("Neighbours")
    for place in (group, other):
        (card,) = await talk.say(darnell.in_group(place), "somebody is overdosing here")
        assert is_card(card)
        (card,) = await talk.say(darnell.in_group(place), "/od")
        assert is_card(card)


@pytest.mark.parametrize(
    "button",
    [
        "No naloxone here",
        "I gave naloxone",
        "Show me how to breathe for them",
        "Breathing, but asleep",
        "They woke up",
    ],
)
async def test_every_button_of_the_card_says_what_is_next_and_leads_back(talk, nia, button):
    card = await talk.one(nia, "/overdose")
    (more,) = await talk.press(nia, button)
    assert is_card(card)  # what was read stays readable
    (again,) = await talk.press(nia, "Back to the steps", message=more)
    assert again.text == card.text


async def test_the_card_changes_its_language_in_place_and_back(talk, nia, english_in):
    card = await talk.one(nia, "/overdose")
    first = card.text
    assert await talk.press(nia, "Español") == []
    assert english_in(card) == []
    for button in [row[0] for row in card.buttons[:-1]]:
        (more,) = await talk.press(nia, button, message=card)
        assert english_in(more) == []
    await talk.press(nia, "English", message=card)
    assert card.text == first


async def test_the_card_comes_without_a_database(talk, nia, mateo, app):
    async def broken(*_):
        raise StorageUnavailableError("gone")

    app.database.read = app.database.write = broken
    assert is_card(await talk.one(nia, "/overdose"))
    assert is_card(await talk.one(mateo, "no respira"))
    assert is_card(await talk.one(nia, "/start od"))
    assert "You don't sign up" in (await talk.one(nia, "/start")).text
    assert "Get naloxone" in (await talk.one(nia, "/naloxone")).text
    assert "Something went wrong" in (await talk.one(nia, "/eblast")).text
    (card,) = await talk.press(nia, "Overdose: help now")
    assert is_card(card)


async def test_the_card_comes_while_the_database_hangs(talk, nia, app):
    async def hangs(*_):
        await asyncio.sleep(30)

    read, app.database.read = app.database.read, hangs
    await nia.send("he is not breathing")
    assert is_card(await nia.expect("911", within=1))
    app.database.read = read


@pytest.mark.parametrize(
    ("cry", "card_begins", "answer_names"),
    [
        ("hes blue where can i get narcan", "Call 911", "Get naloxone"),
        ("no respira donde consigo narcan", "Llama al 911", "naloxona"),
        ("he is not breathing and where do I get syringes", "Call 911", "syringes"),
    ],
)
async def test_who_asks_for_supplies_in_a_cry_gets_them_after_the_card(
    talk, nia, cry, card_begins, answer_names
):
    card, answer = await talk.say(nia, cry)
    assert card.text.startswith(card_begins)
    assert is_card(card)
    assert answer_names in answer.text


async def test_in_doubt_the_answer_follows_the_card(talk, nia):
    card, answer = await talk.say(nia, "can i get arrested, she od'd")
    assert is_card(card)
    assert "arrest" in answer.text
    assert answer.place("👍")


async def test_who_is_surely_in_danger_gets_nothing_but_the_card(talk, nia, darnell, group):
    cry = "I gave her naloxone and she is still not breathing, how long until the second dose"
    assert is_card(await talk.one(nia, cry))
    (card,) = await talk.say(darnell.in_group(group), "hes blue where can i get narcan")
    assert is_card(card)


async def test_staff_get_the_card_and_their_news_is_kept(talk, sam):
    item = await talk.item(sam, "Training: he is not breathing, what now?")
    assert "not breathing" in item.text
    await talk.press(sam, "Add Spanish text", message=item)
    answers = await talk.say(sam, "Un amigo no respira, ¿qué hago?")
    assert is_card(answers[0])
    assert "Un amigo no respira" in answers[1].text
    assert len(answers) == 2


@pytest.mark.parametrize(
    ("cry", "first"),
    [
        ("too much coke, chest pain", "Call 911 now"),
        ("my kid swallowed pills", "Won't wake up or can't breathe? Call 911 now"),
        ("I want to kill myself", "Call or text 988 now"),
    ],
)
async def test_the_other_cards_lead_to_the_steps_for_who_does_not_breathe(talk, nia, cry, first):
    card = await talk.one(nia, cry)
    assert card.text.splitlines()[0] == first
    (steps,) = await talk.press(nia, "They are not breathing", message=card)
    assert steps.text.startswith("Call 911 and give naloxone now")


async def test_a_button_of_a_card_from_before_the_guide_still_answers(talk, nia):
    card = await talk.one(nia, "/overdose")
    (more,) = await talk.press_old(nia, card, "overdose:more:naloxone-second-dose:en")
    assert "other nostril" in more.text


@pytest.mark.parametrize("fault", ["500", "502", "reset_before", "truncated"])
async def test_the_card_comes_although_the_connection_breaks(app, nia, sandbox, fault):
    sandbox.faults.add(fault, method="sendMessage", chat_id=nia.id, count=2)
    await nia.send("/overdose")
    await nia.expect("Call 911 and give naloxone now", within=3)


async def test_a_cry_in_two_messages_brings_one_card(talk, nia, darnell, group):
    for person in (nia, darnell.in_group(group)):
        assert not any(is_card(answer) for answer in await talk.say(person, "my friend wont"))
        (card,) = await talk.say(person, "wake up")
        assert is_card(card)
        # What brought the card brings no second one with what follows.
        assert not any(is_card(answer) for answer in await talk.say(person, "ok thanks"))


async def test_two_messages_belong_together_for_a_minute_only(talk, nia, clock):
    await talk.say(nia, "mi primo no")
    clock.move(seconds=61)
    assert not any(is_card(answer) for answer in await talk.say(nia, "contesta"))


async def test_what_different_people_write_is_not_read_together(talk, nia, darnell, group):
    await talk.say(darnell.in_group(group), "mi primo no")
    for person in (nia, nia.in_group(group)):
        assert not any(is_card(answer) for answer in await talk.say(person, "contesta"))
    (card,) = await talk.say(darnell.in_group(group), "contesta")
    assert is_card(card)


async def test_the_end_of_a_cry_can_come_by_an_edit(talk, nia):
    await talk.say(nia, "mi primo no")
    message = await nia.send("hmm")
    await talk.running.idle()
    (card,) = await talk.after(nia, nia.edit(message, "despierta"))
    assert is_card(card)
