"""Telegram's HTML: what is refused, what a reader sees, how text is mended and cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.markdown import telegram_html
from bot.content.telegram_html import check, sanitize, truncate, visible_length, visible_text

PIECES = (
    *("<b>", "</b>", "<i>", "</i>", "<a href='https://a.b'>", "</a>", "<br>", "<span>", "</>"),
    *("<blockquote>", "</blockquote>", "<", "&", "&lt;", "word ", "ñ", '"'),
)
HTML = st.lists(st.sampled_from(PIECES)).map("".join)


@pytest.mark.parametrize(
    "html",
    [
        "plain & simple",
        "<b>bold <i>both</i></b>",
        '<a href="https://example.org/?a=1&amp;b=2">link</a>',
        '<tg-time unix="1796140800" format="wDt">Tue</tg-time>',
        '<pre><code class="language-python">x</code></pre>',
        "<blockquote expandable>q</blockquote>",
        '<span class="tg-spoiler">s</span>',
        "<B>x</b> &quot; &#39; <u>y</>",
    ],
)
def test_what_telegram_takes_has_no_fault(html):
    assert check(html) == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("a<br>b", "unsupported tag <br>"),
        ("<b>open", "unclosed tag <b>"),
        ("<b><i>x</b></i>", "expected </i>, found </b>"),
        ("x</b>", "unexpected end tag </b>"),
        ("2 < 3", 'a bare "<"'),
        ("<span>x</span>", "<span> needs class"),
        ('<b class="x">y</b>', 'bad attribute class="x" of <b>'),
        ('<tg-time unix="1" format="zz">x</tg-time>', 'bad attribute format="zz" of <tg-time>'),
        ("<blockquote><blockquote>x</blockquote></blockquote>", "blockquotes do not nest"),
        ("x" * 4097, "4097 characters, 4096 are allowed"),
        ("<b>x</b>" * 101, "101 entities, 100 are shown"),
    ],
)
def test_what_telegram_refuses_is_named(html, fault):
    assert fault in check(html)


def test_a_caption_has_a_shorter_limit():
    assert check("x" * 1025, limit=1024) == ["1025 characters, 1024 are allowed"]


def test_length_is_counted_without_tags_and_with_entities_read():
    assert visible_text("<b>a &lt; b</b> &amp;&#33; &nbsp;") == "a < b &! &nbsp;"
    assert visible_length("<b>ñandú</b>") == 5


def test_sanitizing_keeps_the_text_and_what_is_allowed():
    assert sanitize("<p>a<b>b<script>c</p>") == "a<b>bc</b>"
    assert sanitize('<a href="x" onclick="y">z</a>') == '<a href="x">z</a>'
    assert sanitize("a < b") == "a &lt; b"


def test_cutting_closes_tags_and_marks_the_cut():
    assert truncate("<b>hello</b> world", 4) == "<b>hel</b>…"
    assert truncate("<b>short</b>", 10) == "<b>short</b>"


@given(HTML)
def test_sanitized_html_is_always_taken_and_says_the_same(html):
    assert check(sanitize(html)) == []
    assert visible_text(sanitize(html)) == visible_text(html)


@given(HTML, st.integers(1, 20))
def test_cut_html_is_always_taken_and_short_enough(html, limit):
    assert check(truncate(sanitize(html), limit), limit) == []


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**b** *i* `c<d`", "<b>b</b> <i>i</i> <code>c&lt;d</code>"),
        ("# Head\n\ntext", "<b>Head</b>\n\ntext"),
        ("- one\n- two", "• one\n• two"),
        ("1. one\n2. two\n\nend", "1. one\n2. two\n\nend"),
        ("- one\n  - in\n- two", "• one\n  • in\n• two"),
        ("> quote", "<blockquote>quote</blockquote>"),
        ("[l](https://a.b/?x=1&y=2)", '<a href="https://a.b/?x=1&amp;y=2">l</a>'),
        ("<b>not html</b>", "&lt;b&gt;not html&lt;/b&gt;"),
        ("one\ntwo", "one two"),
        ("```\nx < y\n```", "<pre>x &lt; y</pre>"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
    ],
)
def test_markdown_becomes_telegrams_html(markdown, html):
    assert telegram_html(markdown) == html
    assert check(html) == []
