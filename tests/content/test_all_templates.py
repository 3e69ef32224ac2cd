"""Every template is rendered in both languages, as Telegram takes it and without leftovers."""

import re

import pytest

from bot.content.renderer import Words
from bot.content.telegram_html import check, visible_text
from bot.models import Language
from tests.content.samples import SAMPLES, values_of

CASES = [
    pytest.param(name, sample, language, id=f"{name}-{number}-{language}")
    for name, samples in SAMPLES.items()
    for number, sample in enumerate(samples)
    for language in Language
]
ENGLISH_ONLY = re.compile(
    r"\b(the|and|you|your|with|they|this|what|from|for|press)\b", re.IGNORECASE
)
# A line break that was lost: the tags of templates take the one behind them along.
JOINED = re.compile(r"[^\W\d_]{3}[.!?:][A-ZÁÉÍÓÚÑ¿¡][^\W\d_]+ ")
SMALL_PRINT = re.compile(r"<i>.*?</i>|https?://\S+", re.DOTALL)


def test_every_template_has_a_sample(words):
    assert sorted(set(words.templates()) - SAMPLES.keys()) == []


def test_no_sample_is_left_of_a_template_that_is_gone(words):
    assert sorted(SAMPLES.keys() - set(words.templates())) == []


@pytest.mark.parametrize(("name", "sample", "language"), CASES)
def test_telegram_takes_it(words, name, sample, language):
    html = words.render(name, language, **values_of(sample, language))
    assert check(html) == []
    assert "\n\n\n" not in html
    assert html == html.strip()
    assert "{" not in visible_text(html)
    assert "%(" not in html
    assert JOINED.findall(visible_text(html)) == []


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        pytest.param(name, sample, id=f"{name}-{number}")
        for name, samples in SAMPLES.items()
        for number, sample in enumerate(samples)
        if name.startswith("public/")
    ],
)
def test_no_english_is_left_in_spanish(words, name, sample):
    html = words.render(name, Language.ES, **values_of(sample, Language.ES))
    assert ENGLISH_ONLY.findall(visible_text(SMALL_PRINT.sub("", html))) == []


def test_what_people_type_is_escaped(words, tmp_path):
    folder = tmp_path / "templates" / "public"
    folder.mkdir(parents=True)
    (folder / "echoed.html.j2").write_text("{% trans %}You said {{ text }}{% endtrans %}")
    html = Words(tmp_path).render("public/echoed", Language.EN, text="<b>&")
    assert html == "You said &lt;b&gt;&amp;"


def test_a_coalitions_own_template_is_laid_over_the_default(tmp_path):
    folder = tmp_path / "templates" / "public"
    folder.mkdir(parents=True)
    (folder / "start.html.j2").write_text("Welcome to the South Side")
    own = Words(tmp_path)
    assert own.render("public/start", Language.EN) == "Welcome to the South Side"
    assert own.render("public/trouble", Language.EN) == Words().render(
        "public/trouble", Language.EN
    )


def test_a_coalition_may_translate_its_own_words(tmp_path):
    (tmp_path / "templates" / "public").mkdir(parents=True)
    (tmp_path / "templates" / "public" / "start.html.j2").write_text(
        "{% trans %}Welcome{% endtrans %}"
    )
    catalogs = tmp_path / "locale" / "es" / "LC_MESSAGES"
    catalogs.mkdir(parents=True)
    (catalogs / "own.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "Welcome"\nmsgstr "Hola"\n')
    assert Words(tmp_path).render("public/start", Language.ES) == "Hola"


def test_a_missing_value_is_an_error_not_a_gap(words):
    with pytest.raises(Exception, match="commands"):
        words.render("public/help", Language.EN)
