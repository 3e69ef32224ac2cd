"""Joining: by any door, with one tap of consent that is kept with its date."""

import pytest

from bot.models import ALL_SECTIONS, Language, MemberState
from bot.services.members import CONSENT_VERSION

DOORS = [
    "/start subscribe",
    "/eblast",
    "/subscribe",
    "subscribe me",
    "Subscribe",
    "sign me up please",
    "quiero el boletín",
    "Suscribirme",
]


@pytest.mark.parametrize("words", DOORS)
async def test_every_door_leads_to_the_notice_and_one_tap_joins(talk, nia, find_member, words):
    notice = await talk.one(nia, words)
    assert "The weekly e-blast" in notice.text
    assert notice.buttons == [["Yes, send me the e-blast"], ["Not now"]]
    assert await find_member(nia) is None
    assert await talk.press(nia, "Yes") == []
    assert "You're in" in notice.text


async def test_consent_is_kept_with_its_date_and_the_notices_version(
    talk, mateo, find_member, clock
):
    await talk.join(mateo)
    member = await find_member(mateo)
    assert member.state is MemberState.ACTIVE
    assert member.language is Language.ES
    assert member.sections == ALL_SECTIONS
    assert member.consent_version == CONSENT_VERSION
    assert abs((member.consent_at - clock.now()).total_seconds()) < 5


async def test_a_no_is_taken_for_an_answer(talk, nia, find_member):
    notice = await talk.one(nia, "/eblast")
    await talk.press(nia, "Not now")
    assert "Nothing is kept about you" in notice.text
    assert notice.buttons == []
    assert await find_member(nia) is None


async def test_joining_twice_changes_nothing(talk, nia, find_member, rows):
    first, second = await talk.one(nia, "/eblast"), await talk.one(nia, "/eblast")
    await talk.press(nia, "Yes", message=first)
    joined = await find_member(nia)
    await talk.press(nia, "Yes", message=second)
    assert "You get the weekly e-blast" in second.text
    assert await find_member(nia) == joined
    assert "You get the weekly e-blast" in (await talk.one(nia, "/eblast")).text
    assert await rows("members") == {"members": 1}


async def test_the_whole_way_in_is_spanish_for_rosa(talk, rosa, english_in):
    aviso = await talk.one(rosa, "/eblast")
    assert english_in(aviso) == []
    await talk.press(rosa, "Sí")
    assert english_in(aviso) == []
    await talk.press(rosa, "temas")
    assert english_in(rosa.last) == []
    assert english_in(await talk.one(rosa, "baja")) == []


async def test_who_comes_back_finds_the_old_choices_and_gives_a_new_consent(
    talk, nia, find_member, clock
):
    await talk.join(nia)
    await talk.one(nia, "/settings")
    await talk.press(nia, "Trainings")
    before = await find_member(nia)
    gone = await talk.one(nia, "/stop")
    clock.move(days=20)
    await talk.press(nia, "Get the e-blast again", message=gone)
    after = await find_member(nia)
    assert "Good to have you back" in gone.text
    assert "the topics you chose before" in gone.text
    assert after.sections == before.sections
    assert (after.consent_at - before.consent_at).days == 20


async def test_after_a_month_nothing_is_left_of_who_went(talk, nia, find_member, app, clock):
    await talk.join(nia)
    await talk.one(nia, "/stop")
    clock.move(days=31)
    await app.services.upkeep.clean()
    assert await find_member(nia) is None
