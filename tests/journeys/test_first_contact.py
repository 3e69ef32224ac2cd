"""Newcomers: the first message, links that lead somewhere, groups, the language."""

import pytest

from bot.content.commands import COMMANDS, Audience

PUBLIC = [
    c.name for c in COMMANDS if c.audience is Audience.EVERYONE and (c.available or c.alias_of)
]
LINKS = {
    "naloxone": ("Get naloxone", "naloxona"),
    "narcan": ("Get naloxone", "naloxona"),
    "supplies": ("Supplies", "Materiales"),
    "treatment": ("Treatment and support", "Tratamiento"),
    "echo": ("Harm Reduction ECHO", "ECHO"),
    "nextecho": ("Harm Reduction ECHO", "ECHO"),
    "ask": ("What do you want to know", "¿Qué quieres saber"),
    "subscribe": ("The weekly e-blast", "El boletín semanal"),
    "eblast": ("The weekly e-blast", "El boletín semanal"),
    "overdose": ("Call 911 and give naloxone now", "Llama al 911"),
    "od": ("Call 911 and give naloxone now", "Llama al 911"),
    "OVERDOSE": ("Call 911 and give naloxone now", "Llama al 911"),
}


async def test_start_shows_four_big_buttons_and_the_other_language(talk, nia, mateo):
    welcome = await talk.one(nia, "/start")
    assert "You don't sign up" in welcome.text
    assert welcome.buttons == [
        ["Overdose: help now"],
        ["Get naloxone and supplies"],
        ["Ask a question"],
        ["Weekly e-blast"],
        ["Español"],
    ]
    assert welcome.button("Overdose")["style"] == "danger"
    bienvenida = await talk.one(mateo, "/start")
    assert bienvenida.buttons[-1] == ["English"]


@pytest.mark.parametrize("payload", LINKS)
async def test_a_link_leads_straight_to_what_it_names(talk, nia, mateo, payload):
    english, spanish = LINKS[payload]
    assert english in (await talk.one(nia, f"/start {payload}")).text
    assert spanish.lower() in (await talk.one(mateo, f"/start {payload}")).text.lower()


@pytest.mark.parametrize("payload", ["poster-17", "x" * 64, "<b>", "overdose-2"])
async def test_an_unknown_link_leads_to_the_first_message(talk, nia, payload):
    assert "You don't sign up" in (await talk.one(nia, f"/start {payload}")).text


@pytest.mark.parametrize(
    ("button", "answer"),
    [
        ("Overdose", "Call 911 and give naloxone now"),
        ("Get naloxone", "Get naloxone (Narcan)"),
        ("Ask", "What do you want to know"),
        ("Weekly", "The weekly e-blast"),
    ],
)
async def test_each_button_of_the_first_message_answers_once(talk, nia, button, answer):
    await talk.one(nia, "/start")
    answers = await talk.press(nia, button)
    assert len(answers) == 1
    assert answer in answers[0].text


async def test_the_first_message_changes_its_language_in_place(talk, nia, english_in):
    welcome = await talk.one(nia, "/start")
    assert await talk.press(nia, "Español") == []
    assert welcome.buttons[-1] == ["English"]
    assert english_in(welcome) == []
    assert english_in(await talk.one(nia, "/help")) == []
    await talk.press(nia, "English", message=welcome)
    assert "What I can do" in (await talk.one(nia, "/help")).text


@pytest.mark.parametrize("command", PUBLIC)
async def test_every_public_command_answers_exactly_once_in_the_persons_language(
    talk, nia, mateo, english_in, command
):
    assert (await talk.one(nia, f"/{command}")).text
    respuesta = await talk.one(mateo, f"/{command}")
    assert english_in(respuesta) == [], respuesta.text
    assert not talk.running.sandbox.refusals


@pytest.mark.parametrize("command", PUBLIC)
async def test_a_command_with_words_behind_it_answers_once_too(talk, nia, command):
    await talk.one(nia, f"/{command} something else")


@pytest.mark.parametrize("command", ["start", "help", "naloxone", "nextecho", "overdose"])
async def test_a_command_with_the_bots_name_is_understood(talk, nia, command, app):
    await talk.one(nia, f"/{command}@{app.bot.username}")


@pytest.mark.parametrize("command", PUBLIC)
async def test_a_command_in_a_group_gets_one_short_answer(talk, darnell, group, command):
    inside = darnell.in_group(group)
    answers = await talk.say(inside, f"/{command}")
    assert len(answers) == 1
    personal = {"start", "eblast", "subscribe", "settings", "stop", "unsubscribe"}
    if command in personal | {"language", "ask"}:
        assert "Let's talk in private" in answers[0].text
        assert answers[0].button("Write to me")["url"].startswith("https://t.me/")


async def test_a_command_for_another_bot_is_not_answered(talk, darnell, group):
    assert await talk.say(darnell.in_group(group), "/help@some_other_bot") == []


async def test_talk_in_a_group_is_none_of_the_bots_business(talk, darnell, group):
    inside = darnell.in_group(group)
    for text in ("where can I get narcan?", "stop", "/nosuchcommand", "subscribe me"):
        assert await talk.say(inside, text) == []


async def test_the_language_is_chosen_by_command_and_by_plain_words(talk, nia, find_member):
    shown = await talk.one(nia, "/language")
    assert shown.buttons == [["English", "Español"]]
    await talk.press(nia, "Español")
    assert "español" in shown.text
    assert "¿Cómo" in (await talk.one(nia, "/start")).text or "Hola" in nia.last.text
    assert "English" in (await talk.one(nia, "english please")).text
    assert "español" in (await talk.one(nia, "en español")).text
    assert await find_member(nia) is None


async def test_the_commands_menu_is_there_in_both_languages(app):
    await app._publish_commands()
    english = await app.bot.get_my_commands()
    spanish = await app.bot.get_my_commands(language_code="es")
    assert [c.command for c in english] == [c.command for c in spanish]
    assert english[0].command == "overdose"
    assert english[0].description != spanish[0].description
