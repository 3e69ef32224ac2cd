"""The HTML parse mode: the tags, the nesting and the exact refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import BotApiError
from sandbox.render import as_html
from sandbox.text import format_text


def parse(source: str) -> tuple[str, list[tuple]]:
    text, entities = format_text(source, "HTML", "")
    return text, [(e["type"], e["offset"], e["length"]) for e in entities]


def error(source: str) -> str:
    with pytest.raises(BotApiError) as caught:
        format_text(source, "HTML", "")
    assert caught.value.code == 400
    return caught.value.description.removeprefix("Bad Request: can't parse entities: ")


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>a</b><STRONG>b</STRONG>", "ab", [("bold", 0, 1), ("bold", 1, 1)]),
        ("<i>a</i> <em>b</em>", "a b", [("italic", 0, 1), ("italic", 2, 1)]),
        ("<b>a <i>b</i></b>", "a b", [("bold", 0, 3), ("italic", 2, 1)]),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("<span class='tg-spoiler'>x</span>", "x", [("spoiler", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ("<blockquote>x <blockquote>y</blockquote></blockquote>", "x y", [("blockquote", 0, 3)]),
        ("😀 <b>x</b>", "😀 x", [("bold", 3, 1)]),
        ("  <b> x</b>  ", "x", [("bold", 0, 1)]),
        ("<b>a<code>b</code>c</b>", "abc", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
        ("<code><a href='https://a.org'>x</a></code>", "x", [("code", 0, 1)]),
        ("<a href='nowhere'>x</a>", "x", []),
        ("1 < 2".replace("<", "&lt;"), "1 < 2", []),
        ("a & b &nbsp; &apos; &copy;", "a & b &nbsp; &apos; &copy;", []),
        ("&lt&gt;&quot;&#65;&#x42;", '<>"AB', []),
        ("<b>x</b\t>", "x", [("bold", 0, 1)]),
    ],
)
def test_markup_becomes_text_and_entities(source, text, entities):
    assert parse(source) == (text, entities)


def test_pre_with_a_language_is_one_entity():
    _, entities = format_text('<pre><code class="language-python">x</code></pre>', "html", "")
    assert entities == [{"type": "pre", "offset": 0, "length": 1, "language": "python"}]


def test_links_are_normalised_and_mentions_name_the_user():
    _, entities = format_text(
        '<a href="EXAMPLE.org">a</a> <a href="tg://user?id=5">b</a>', "html", ""
    )
    assert entities[0]["url"] == "http://EXAMPLE.org/"
    assert entities[1]["user"] == {"id": 5}


def test_a_time_is_shown_in_the_readers_zone():
    _, entities = format_text('<tg-time unix="1700000000" format="wDT">x</tg-time>', "html", "")
    expected = {"unix_time": 1700000000, "date_time_format": "wDT"}
    assert entities == [{"type": "date_time", "offset": 0, "length": 1, **expected}]


@pytest.mark.parametrize(
    ("source", "description"),
    [
        ("é<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("x<br>", 'Unsupported start tag "br" at byte offset 1'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b>é</i>",
            'Unmatched end tag at byte offset 5, expected "</b>", found "</i>"',
        ),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a href=x/y>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-time unix='1' format='x'>x</tg-time>", "Invalid date format used"),
        ("<tg-emoji emoji-id='x'>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_broken_markup_is_refused_with_telegrams_words(source, description):
    assert error(source) == description


def test_what_is_not_modelled_is_no_junk():
    with pytest.raises(BotApiError, match="unsupported parse_mode"):
        format_text("x", "xml", "")
    with pytest.raises(BotApiError, match="does not model parse_mode MarkdownV2"):
        format_text("x", "MarkdownV2", "")


def test_text_is_cleaned_and_entities_move_along():
    text, entities = format_text("a\r\x01<b>b\u202ec</b>\t", "html", "")
    assert text == "a bc"
    assert entities == [{"type": "bold", "offset": 2, "length": 2}]


@pytest.mark.parametrize(
    ("text", "kind", "length"),
    [
        ("/start@some_bot x", "bot_command", 15),
        ("https://a.org/x?y=1.", "url", 19),
        ("me@a.org", "email", 8),
        ("@somebody", "mention", 9),
        ("#naloxone", "hashtag", 9),
        ("+1 555 010 9999", "phone_number", 15),
    ],
)
def test_commands_and_links_are_found_in_plain_text(text, kind, length):
    assert format_text(text, "", "").entities == [{"type": kind, "offset": 0, "length": length}]


def test_a_path_or_a_closing_tag_is_no_command():
    assert format_text("and/or 1/2 a/b/c", "", "").entities == []


def test_explicit_entities_must_lie_on_the_text():
    given = '[{"type":"bold","offset":0,"length":2}]'
    assert format_text("😀x", "", given).entities == [{"type": "bold", "offset": 0, "length": 2}]
    with pytest.raises(BotApiError, match="in a middle of a UTF-16 symbol"):
        format_text("😀x", "", '[{"type":"bold","offset":0,"length":1}]')
    with pytest.raises(BotApiError, match="ends after the end of the text at UTF-16 offset 9"):
        format_text("x", "", '[{"type":"bold","offset":0,"length":9}]')


@given(st.text(alphabet="ab<>/&;=\"'é😀 \n", max_size=40))
def test_any_text_is_parsed_or_refused(source):
    try:
        text, entities = format_text(source, "HTML", "")
    except BotApiError:
        return
    size = len(text.encode("utf-16-le")) // 2
    assert all(0 <= e["offset"] < e["offset"] + e["length"] <= size for e in entities)


@given(st.text(alphabet="ab😀 &", min_size=1, max_size=20))
def test_what_is_rendered_parses_to_the_same(text):
    source = f"<b>{text.replace('&', '&amp;')}</b>"
    first = format_text(source, "HTML", "")
    again = format_text(as_html(*first), "HTML", "")
    assert again == first
