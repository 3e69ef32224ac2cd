"""Naloxone, supplies, treatment and the ECHO: what is confirmed, with its dates, and no guess."""

from datetime import UTC, datetime

import pytest

from bot.content.library import Library

HELPLINE = "833-234-6343"
SESSION = """
sessions:
  - on: 2026-12-08
    topic: {en: Winter and overdose, es: El invierno y la sobredosis}
    sign_up_url: https://example.org/sign-up
"""


@pytest.mark.parametrize("command", ["/naloxone", "/narcan", "/treatment", "/supplies"])
async def test_the_helpline_comes_first(talk, nia, mateo, command):
    answer = (await talk.one(nia, command)).text
    assert answer.index(HELPLINE) < answer.index("Checked")
    respuesta = (await talk.one(mateo, command)).text
    assert respuesta.index(HELPLINE) < respuesta.index("Revisado")


@pytest.mark.parametrize(
    "command",
    ["/naloxone", "/narcan", "/teststrips", "/syringes", "/treatment", "/supplies"],
)
async def test_every_way_has_its_source_and_the_date_of_its_check(talk, nia, mateo, command):
    answer = (await talk.one(nia, command)).text
    respuesta = (await talk.one(mateo, command)).text
    assert answer.count("Checked ") == answer.count("Source") >= 2
    assert respuesta.count("Revisado ") == respuesta.count("Fuente") == answer.count("Checked ")


async def test_from_each_supply_the_others_are_one_tap_away(talk, nia):
    first = await talk.one(nia, "/naloxone")
    (strips,) = await talk.press(nia, "Test strips", message=first)
    (syringes,) = await talk.press(nia, "Syringes", message=strips)
    (treatment,) = await talk.press(nia, "Treatment", message=syringes)
    assert "Treatment and support" in treatment.text
    assert "Get naloxone" in first.text


async def test_without_a_coming_session_the_bot_says_so_and_does_not_guess(talk, nia, mateo):
    answer = (await talk.one(nia, "/nextecho")).text
    assert "I don't know of a coming session" in answer
    assert "second Tuesdays" in answer
    assert "https://prevention.org" in answer
    assert "Sign up" not in answer
    assert "2027" not in answer
    respuesta = (await talk.one(mateo, "/nextecho")).text
    assert "segundos martes" in respuesta


@pytest.fixture
def overlay(tmp_path, settings, running):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "echo.yaml").write_text(SESSION, encoding="utf-8")
    running.settings = settings.model_copy(update={"content_dir": folder})
    running.library = None
    return folder


async def test_a_session_that_was_entered_is_shown_in_the_readers_own_time(
    overlay, talk, nia, mateo, clock
):
    clock.move_to(datetime(2026, 12, 8, 15, 0, tzinfo=UTC))
    answer = await talk.one(nia, "/nextecho")
    times = [e for e in answer.raw["entities"] if e["type"] == "date_time"]
    start = datetime(2026, 12, 8, 16, 0, tzinfo=UTC)  # 10 AM in Chicago
    assert [e["unix_time"] for e in times] == [start.timestamp()]
    assert "In Chicago: 10:00" in answer.text
    assert "Winter and overdose" in answer.text
    assert "https://example.org/sign-up" in answer.text
    assert "Who should come" in answer.text
    respuesta = await talk.one(mateo, "próximo echo")
    assert "El invierno y la sobredosis" in respuesta.text


async def test_a_session_is_shown_until_its_end_and_not_after(overlay, talk, nia, clock):
    clock.move_to(datetime(2026, 12, 8, 16, 58, tzinfo=UTC))
    assert "Winter and overdose" in (await talk.one(nia, "/nextecho")).text
    clock.move_to(datetime(2026, 12, 8, 17, 1, tzinfo=UTC))
    assert "I don't know of a coming session" in (await talk.one(nia, "/nextecho")).text


async def test_the_seven_sessions_of_2025_ship_as_history(library: Library):
    assert len([s for s in library.echo.sessions if s.starts_at.year == 2025]) == 7
