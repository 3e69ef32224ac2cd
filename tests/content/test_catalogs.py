"""Translations: complete, plural where they must be, kept when sentences are collected again."""

import pytest
from babel.messages.pofile import PoFileError

from bot.content import catalogs
from bot.content.catalogs import Translations
from bot.content.labels import Label, section_label
from bot.models import Language, Section


def test_nothing_is_untranslated_fuzzy_or_obsolete():
    assert [str(gap) for gap in catalogs.missing()] == []


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A content folder with one room, one template, no catalog."""
    monkeypatch.setattr(catalogs, "DEFAULT_DIR", tmp_path)
    monkeypatch.setattr("bot.content.files.DEFAULT_DIR", tmp_path)
    templates = tmp_path / "templates" / "public"
    templates.mkdir(parents=True)
    (templates / "a.html.j2").write_text(
        "{% trans %}Second{% endtrans %}{% trans %}First{% endtrans %}"
        "{% trans n=2 %}One day{% pluralize %}{{ n }} days{% endtrans %}"
        '{% trans "button" %}Open{% endtrans %}'
    )
    catalogs.update()
    return tmp_path


def _po(room):
    return room / "locale" / "es" / "LC_MESSAGES" / "public.po"


def _faults(room_name="public"):
    return {(gap.message, gap.fault) for gap in catalogs.missing() if gap.room == room_name}


def test_new_sentences_are_collected_in_their_order(room):
    text = _po(room).read_text()
    assert text.index("Second") < text.index("First") < text.index("One day")
    assert _faults() == {(m, "untranslated") for m in ("Second", "First", "One day", "Open")}


def _translate(room):
    text = _po(room).read_text()
    for english, spanish in (("Second", "Segundo"), ("First", "Primero"), ("Open", "Abrir")):
        text = text.replace(
            f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{spanish}"'
        )
    text = text.replace('msgstr[0] ""', 'msgstr[0] "Un día"')
    _po(room).write_text(text.replace('msgstr[1] ""', 'msgstr[1] "%(n)s días"'))


def test_the_mark_of_a_conflict_is_an_error(room):
    text = _po(room).read_text()
    _po(room).write_text(text.replace('msgid "First"', '<<<<<<< HEAD\nmsgid "First"'))
    with pytest.raises(PoFileError):
        catalogs.missing()


def test_translations_are_kept_and_a_second_update_changes_nothing(room):
    _translate(room)
    before = _po(room).read_text()
    catalogs.update()
    assert _po(room).read_text() == before
    assert _faults() == set()


def test_plurals_and_contexts_are_translated(room):
    _translate(room)
    words = Translations(Language.ES)
    assert words.ngettext("One day", "%(n)s days", 1) == "Un día"
    assert words.ngettext("One day", "%(n)s days", 3) == "%(n)s días"
    assert words.pgettext("button", "Open") == "Abrir"
    assert words.gettext("Open") == "Open"


def test_english_stands_for_itself():
    words = Translations(Language.EN)
    assert words.gettext("Anything") == "Anything"
    assert words.pgettext("button", "Open") == "Open"
    assert words.ngettext("One", "Many", 2) == "Many"
    assert words.npgettext("button", "One", "Many", 1) == "One"


def test_a_changed_sentence_is_a_gap_until_somebody_looked_at_it(room):
    _translate(room)
    template = room / "templates" / "public" / "a.html.j2"
    template.write_text(template.read_text().replace("Second", "Seconds"))
    assert ("Second", "obsolete") in _faults()
    catalogs.update()
    assert _faults() == {("Seconds", "fuzzy")}
    assert Translations(Language.ES).gettext("Seconds") == "Seconds"


def test_two_rooms_may_not_translate_a_sentence_differently(room):
    _translate(room)
    other = room / "templates" / "staff"
    other.mkdir()
    (other / "b.html.j2").write_text("{% trans %}First{% endtrans %}")
    catalogs.update()
    po = room / "locale" / "es" / "LC_MESSAGES" / "staff.po"
    po.write_text(po.read_text().replace('msgstr "Primero"', 'msgstr "Uno"'))
    assert ("First", "two translations") in _faults("staff")


def test_a_sentence_that_another_room_has_translated_is_not_asked_for_again(room):
    _translate(room)
    other = room / "templates" / "staff"
    other.mkdir()
    (other / "b.html.j2").write_text("{% trans %}First{% endtrans %}{% trans %}New{% endtrans %}")
    catalogs.update()
    assert _faults("staff") == {("New", "untranslated")}


def test_the_command_line_updates_and_names_the_gaps(room, capsys):
    assert catalogs.main(["update"]) == 0
    assert "es public: untranslated: First" in capsys.readouterr().out
    assert catalogs.main([]) == 2


def test_labels_come_in_both_languages(words):
    assert words.label("get_naloxone", Language.EN) == "Get naloxone and supplies"
    assert words.label(Label.GET_NALOXONE, Language.ES) == "Conseguir naloxona y más"
    assert words.label(Label.SWITCH_LANGUAGE, Language.ES) == "English"


def test_an_unknown_label_is_an_error(words):
    with pytest.raises(KeyError):
        words.label("no_such_label", Language.EN)


@pytest.mark.parametrize("section", Section)
def test_every_section_has_a_name(words, section):
    assert words.section(section, Language.EN) == section_label(section).value
    assert words.section(section, Language.ES) != words.section(section, Language.EN)
