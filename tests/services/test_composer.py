"""Composing: whatever staff collect, every message fits, nothing is lost, the order is kept."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.telegram_html import visible_length, visible_text
from bot.models import ALL_SECTIONS, Item, ItemState, Language, Media, Section
from bot.services.composer import (
    Composer,
    _pack,
    all_choices,
    choose_items,
    content_hash,
)
from bot.services.items import LONGEST_ITEM

DAY = date(2026, 11, 24)
TELEGRAM_TEXT, TELEGRAM_CAPTION = 4096, 1024


def build(number, section, words, media, translated, language, until):
    text = f"[{number}] <b>x</b>&amp;" + "y" * words
    return Item(
        item_id=number,
        section=section,
        language=language,
        html=text,
        media=Media(media, f"file{number}") if media else None,
        translation=f"[{number}] otra" if translated else None,
        until=until,
        standing=False,
        state=ItemState.OPEN,
    )


PARTS = st.tuples(
    st.sampled_from([*Section, None]),
    st.integers(0, LONGEST_ITEM - 10),
    st.sampled_from(["", "", "", "photo", "document"]),
    st.booleans(),
    st.sampled_from(list(Language)),
    st.sampled_from([None, None, DAY, DAY - timedelta(days=1), DAY + timedelta(days=1)]),
)
ITEMS = st.lists(PARTS, max_size=12).map(
    lambda parts: [build(n, *each) for n, each in enumerate(parts)]
)
SECTIONS = st.sampled_from(all_choices())
slow = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def composer(words):
    return Composer(words)


@pytest.fixture
def words(library):
    return library.words


@given(items=ITEMS, sections=SECTIONS, language=st.sampled_from(list(Language)))
@slow
def test_every_message_fits_and_nothing_is_lost_or_out_of_order(
    composer, items, sections, language
):
    messages = composer.compose(choose_items(items, DAY), language, sections)
    expected = [
        f"[{item.item_id}]"
        for section in Section
        for item in items
        if item.section is section and section in sections and (item.until or DAY) >= DAY
    ]
    if not expected:
        assert messages == []
        return
    for message in messages:
        limit = TELEGRAM_CAPTION if message.attachment else TELEGRAM_TEXT
        assert 0 < visible_length(message.html) <= limit
    text = "\n".join(visible_text(message.html) for message in messages)
    assert sorted(mark for mark in expected if mark in text) == sorted(expected)
    for item in items:
        if f"[{item.item_id}]" not in expected:
            assert f"[{item.item_id}]" not in text
    in_text = [mark for mark in expected if mark in visible_text(messages[0].html)]
    places = [messages[0].html.index(mark) for mark in in_text]
    assert places == sorted(places)
    media = [message.attachment.file_id for message in messages if message.attachment]
    assert media == [f"file{i.item_id}" for m in expected for i in items if _is(i, m)]
    assert [bool(m.keyboard) for m in messages if not m.attachment][-1]


def _is(item, mark):
    return item.media is not None and mark == f"[{item.item_id}]"


@given(st.lists(st.integers(1, 3500), min_size=1, max_size=20))
@settings(deadline=None)
def test_packing_keeps_blocks_whole_in_order_and_in_few_messages(lengths):
    blocks = [f"{n}:" + "x" * length for n, length in enumerate(lengths)]
    packed = list(_pack(blocks))
    assert "\n\n".join(packed) == "\n\n".join(blocks)
    assert all(visible_length(text) <= 4000 for text in packed)
    for one, other in pairwise(packed):
        assert visible_length(one) + 2 + visible_length(other.split("\n\n")[0]) > 4000


@given(items=ITEMS, data=st.data())
@settings(slow, max_examples=5)
def test_the_hash_sees_every_change_and_nothing_else(composer, items, data):
    chosen = choose_items(items, DAY)
    renditions = composer.renditions(chosen)
    assert content_hash(renditions) == content_hash(list(reversed(renditions)))
    if not renditions:
        return
    place = data.draw(st.integers(0, len(renditions) - 1))
    variant, part, content = renditions[place]
    changed = [*renditions]
    changed[place] = (variant, part, content.replace("html", "HTML"))
    assert content_hash(changed) != content_hash(renditions)
    assert content_hash(renditions[1:]) != content_hash(renditions)


def test_there_is_a_rendition_for_each_kind_of_member_that_gets_anything(composer):
    items = [build(1, Section.TREATMENT, 1, "", False, Language.EN, None)]
    variants = {variant for variant, _, _ in composer.renditions(items)}
    assert len(variants) == 2 * 16  # the choices with that section, in both languages
    assert composer.compose(items, Language.EN, ALL_SECTIONS - {Section.TREATMENT}) == []
