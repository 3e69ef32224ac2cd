"""Leaving: one word is enough in both languages, and no question is taken for a goodbye."""

import pytest

from bot.models import MemberState

GOODBYES = """stop|Stop!|STOP|stop it|stop sending me messages|unsubscribe|Unsubscribe me please
quit|cancel|opt out|remove me|take me off the list|no more messages|leave me alone
i want to stop the e-blast|baja|Baja por favor|alto|parar|¡Basta!|cancelar|salir
darme de baja|quiero darme de baja|ya no quiero mensajes|no me manden más mensajes"""
QUESTIONS = """how do I stop an overdose|how do I stop smoking|can I stop methadone suddenly
when does naloxone stop working|how do I quit heroin|my friend wants to quit
what happens when I stop using|does the bus stop near the clinic|I can't stop shaking
is it safe to stop suboxone|how can I leave an abusive program|where does the van stop
cómo paro una sobredosis|quiero dejar la heroína|cómo dejo de usar|la baja tolerancia es peligrosa
se me baja la presión|para qué sirve la naloxona|para mi hermano|puedo parar la metadona
me quiero salir de las drogas|cancel culture|stop stigma now training|end overdose"""


def _lines(text):
    return [each for line in text.splitlines() for each in line.split("|")]


@pytest.mark.parametrize("words", _lines(GOODBYES))
async def test_plain_words_end_the_eblast_at_once(talk, nia, find_member, words):
    await talk.join(nia)
    answer = await talk.one(nia, words)
    assert "You will not get the e-blast any more" in answer.text
    assert (await find_member(nia)).state is MemberState.LEFT


@pytest.mark.parametrize("words", _lines(QUESTIONS))
async def test_a_question_about_stopping_is_no_goodbye(talk, nia, find_member, words):
    await talk.join(nia)
    await talk.one(nia, words)
    assert (await find_member(nia)).state is MemberState.ACTIVE


@pytest.mark.parametrize("command", ["/stop", "/unsubscribe"])
async def test_a_command_ends_the_eblast(talk, nia, mateo, find_member, command):
    await talk.join(nia, mateo)
    assert (await talk.one(nia, command)).buttons == [["Get the e-blast again"]]
    assert "Ya no te llegará" in (await talk.one(mateo, command)).text
    assert (await find_member(mateo)).state is MemberState.LEFT


async def test_a_button_ends_the_eblast(talk, nia, find_member):
    await talk.join(nia)
    settings = await talk.one(nia, "/settings")
    assert await talk.press(nia, "Stop the e-blast") == []
    assert "You will not get the e-blast any more" in settings.text
    assert (await find_member(nia)).state is MemberState.LEFT


async def test_who_is_no_member_is_told_that_there_is_nothing_to_stop(talk, nia, mateo, rows):
    assert "nothing to stop" in (await talk.one(nia, "stop")).text
    assert "nada que cancelar" in (await talk.one(mateo, "/stop")).text
    assert await rows("members") == {"members": 0}


async def test_who_left_gets_no_edition(talk, nia, darnell, sam):
    await talk.join(nia, darnell)
    await talk.one(nia, "stop")
    count = len(nia.messages)
    await talk.send_edition(sam)
    await darnell.expect("Free Narcan training")
    assert len(nia.messages) == count
