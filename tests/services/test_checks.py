"""Checks: what staff are told before they approve."""

from datetime import date, timedelta

import pytest

from bot.content.dates import dates_in
from bot.models import Content, Item, ItemState, Language, Media, MediaKind, Section
from bot.services import checks
from bot.services.checks import Flaw, Problem

DAY = date(2026, 11, 24)


def item(section=Section.EVENTS, language=Language.EN, translation=None, until=None):
    return Item(
        1,
        section,
        language,
        "News",
        None,
        translation,
        until,
        standing=False,
        state=ItemState.OPEN,
    )


def flaws(html, attachment=None):
    found = checks.of_messages([(Language.EN, Content(html, attachment))], DAY)
    return [(problem.flaw, problem.detail) for problem in found]


def test_items_are_counted_by_what_staff_should_know():
    items = [
        item(),
        item(translation="Noticias"),
        item(section=None),
        item(until=DAY - timedelta(days=1)),
        item(language=Language.ES, until=DAY),
    ]
    found = list(checks.of_items(items, DAY))
    assert Problem(Flaw.NO_SECTION, 1) in found
    assert Problem(Flaw.PAST_LAST_DAY, 1) in found
    assert Problem(Flaw.NO_TRANSLATION, 1, Language.EN) in found
    assert Problem(Flaw.NO_TRANSLATION, 1, Language.ES) in found
    empty = {problem.section for problem in found if problem.flaw is Flaw.EMPTY_SECTION}
    assert empty == set(Section) - {Section.EVENTS}
    assert list(checks.of_items([], DAY)) == []


@pytest.mark.parametrize(
    "link",
    [
        "https://wshotf.org/events?a=1&amp;b=2",
        "http://example.org:8080/x",
        "mailto:info@example.org",
        "tel:+18886362637",
        "https://t.me/some_bot",
    ],
)
def test_a_link_that_leads_somewhere_is_fine(link):
    assert flaws(f'<a href="{link}">here</a>') == []


@pytest.mark.parametrize(
    "link",
    [
        "http:/example.org",
        "https://",
        "https://example",
        "htp://example.org",
        "https://exa mple.org",
        "https://example.org:port/",
    ],
)
def test_a_malformed_link_is_shown(link):
    assert (Flaw.LINK, link) in flaws(f'<a href="{link}">here</a>')


def test_bare_links_in_the_text_are_looked_at_without_the_point_behind_them():
    assert flaws("See https://example.org/a, www.example.org.") == []
    assert flaws("See http:/example and so on") == [(Flaw.LINK, "http:/example")]


def test_what_telegram_would_refuse_stops():
    assert flaws("a" * 4096) == []
    assert flaws("a" * 4097) == [(Flaw.TOO_LONG, "")]
    assert flaws("<b>" + "a" * 4096 + "</b>") == [], "formatting does not count"
    assert flaws("a" * 1025, Media(MediaKind.PHOTO, "file")) == [(Flaw.TOO_LONG, "")]
    assert flaws("<b>open") == [(Flaw.MARKUP, "")]
    assert {flaw for flaw in Flaw if flaw.stops} == {Flaw.TOO_LONG, Flaw.MARKUP}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on Nov 20 at noon", date(2026, 11, 20)),
        ("on November 23rd, 2026", date(2026, 11, 23)),
        ("el 20 de noviembre de 2026", date(2026, 11, 20)),
        ("el 3 de noviembre", date(2026, 11, 3)),
        ("11/20", date(2026, 11, 20)),
        ("2026-11-01", date(2026, 11, 1)),
        ("Aug 31", date(2026, 8, 31)),
    ],
)
def test_a_date_that_has_passed_is_shown(text, day):
    [(shown, meant)] = dates_in(text, DAY - checks.OLD_DATE)
    assert meant == day
    assert flaws(text) == [(Flaw.PAST_DATE, shown)]


@pytest.mark.parametrize(
    "text",
    [
        "on Nov 24",
        "Dec 8",
        "Jan 12",
        "12 de enero",
        "open 24/7",
        "Feb 30",
        "may 988 help",
        "1/2 dose",
    ],
)
def test_a_date_to_come_or_no_date_is_not(text):
    assert flaws(text) == []


def test_the_same_words_as_before_are_counted_whatever_their_formatting():
    before = ["<b>Free</b>  Narcan training", ""]
    assert checks.same_texts(["Free narcan TRAINING", "Other"], before) == [
        Problem(Flaw.SAME_TEXT, 1)
    ]
    assert checks.same_texts(["Other", ""], before) == []
