"""Ways to get things and the ECHO series, as data that a coalition lays its own over."""

from datetime import UTC, datetime

import pytest

from bot.content.files import parse_yaml
from bot.content.sources import Sources
from bot.content.ways import Ways
from bot.errors import StartupError
from bot.models import Language
from bot.models.sites import SUPPLIES, Need


def test_the_helpline_is_the_first_way_to_naloxone_and_treatment(ways):
    for need in (Need.NALOXONE, Need.TREATMENT):
        first = ways.listing(need, Language.EN)[0]
        assert (first.key, first.phone) == ("helpline", "833-234-6343")


def test_every_way_names_its_sources_and_the_day_of_the_check(ways):
    for need in Need:
        for way in ways.listing(need, Language.ES):
            assert way.sources
            assert way.checked_on.year == 2026


def test_any_supplies_means_all_but_treatment(ways):
    found = ways.listing(Need.ANY, Language.EN)
    assert all(way.needs & SUPPLIES for way in found)
    assert {"cra", "libraries"} <= {way.key for way in found}
    assert "mar-now" not in {way.key for way in found}


def test_a_need_without_a_checked_way_is_an_empty_list(ways, words):
    values = ways.values(Need.WOUND_CARE, Language.EN)
    assert values["ways"] == ()
    shown = words.render("public/supplies", Language.EN, unknown=False, **values)
    assert "no checked place" in shown


def test_both_languages_list_the_same_ways(ways):
    for need in Need:
        english, spanish = (ways.listing(need, language) for language in Language)
        assert [way.key for way in english] == [way.key for way in spanish]


def test_a_coalition_adds_changes_and_removes_ways(tmp_path, sources):
    (tmp_path / "ways.yaml").write_text(
        "libraries: null\n"
        "church:\n"
        "  needs: [naloxone]\n"
        "  name: {en: Our church, es: Nuestra iglesia}\n"
        "  what: {en: Ask inside., es: Pregunta adentro.}\n"
        "  sources: [taskforce-page]\n"
        "  checked_on: 2026-11-20\n"
    )
    keys = [way.key for way in Ways(sources, tmp_path).listing(Need.NALOXONE, Language.ES)]
    assert keys[0] == "helpline"
    assert keys[-1] == "church"
    assert "libraries" not in keys


def test_a_way_with_an_unknown_field_is_refused(tmp_path, sources):
    (tmp_path / "ways.yaml").write_text("helpline:\n  fax: 1\n")
    with pytest.raises(StartupError, match=r"helpline.*fax"):
        Ways(sources, tmp_path)


def test_a_coalition_adds_sources(tmp_path):
    (tmp_path / "sources.yaml").write_text("ours: {title: T, publisher: P, url: https://a.b}\n")
    assert Sources(tmp_path).get("ours", "test").publisher == "P"


def test_the_seven_sessions_of_2025_are_history(echo):
    assert [s.starts_at.date().isoformat() for s in echo.sessions] == [
        *("2025-01-14", "2025-02-11", "2025-03-11", "2025-04-08"),
        *("2025-05-13", "2025-06-10", "2025-07-08"),
    ]
    assert all(s.starts_at.astimezone(s.zone).hour == 10 for s in echo.sessions)
    assert echo.sessions[0].starts_at == datetime(2025, 1, 14, 16, tzinfo=UTC)  # winter time
    assert echo.sessions[6].starts_at == datetime(2025, 7, 8, 15, tzinfo=UTC)  # summer time


def test_without_a_coming_session_no_date_is_guessed(echo, words, now):
    assert not [session for session in echo.sessions if session.ends_at > now]
    values = echo.values(Language.EN, None)
    html = words.render("public/next_echo", Language.EN, own_zone=None, **values)
    assert "I don't know of a coming session" in html.replace("&#39;", "'")
    assert "second Tuesdays, from 10 to 11 AM" in html
    assert "prevention.org/leadership-center" in html
    assert "tg-time" not in html
    assert "cognitoforms" not in html


def test_yes_no_and_on_are_words_in_content_files(tmp_path):
    assert parse_yaml("{on: no, really: true}", tmp_path) == {"on": "no", "really": True}
