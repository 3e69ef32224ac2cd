"""CONTENT_DIR: a coalition's own folder lies over what ships, for answers and for cards."""

import pytest

ANSWER = """---
title: {title}
questions: [{question}, where is our zebra office, our zebra office]
sources: [our-page]
reviewed_on: 2026-11-01
review_every: 90
---
{text}
"""
SOURCES = """our-page:
  title: Our own page
  publisher: South Side Task Force
  url: https://example.org/south
"""
CARDS = """opioid:
  template: public/overdose_card
  sources: [our-page]
  checked_on: 2026-11-02
"""


@pytest.fixture
def library():
    """Let the bot load its content by itself."""


@pytest.fixture
def settings(settings, tmp_path):
    folder = tmp_path / "content"
    texts = {
        "answers/en/naloxone-harmless.md": (
            "It is safe",
            "is narcan safe",
            "Our nurse says: safe.",
        ),
        "answers/es/naloxone-harmless.md": (
            "Es segura",
            "es segura",
            "Nuestra enfermera dice: segura.",
        ),
        "answers/en/our-office.md": ("Our office", "where is the zebra office", "On 79th Street."),
        "answers/es/our-office.md": ("Oficina", "dónde está la oficina cebra", "En la calle 79."),
    }
    for name, (title, question, text) in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ANSWER.format(title=title, question=question, text=text), "utf-8")
    templates = folder / "templates" / "public"
    templates.mkdir(parents=True)
    (templates / "stimulant_card.html.j2").write_text("Our own card: call 911.", "utf-8")
    (folder / "sources.yaml").write_text(SOURCES, "utf-8")
    (folder / "cards.yaml").write_text(CARDS, "utf-8")
    return settings.model_copy(update={"content_dir": folder})


async def test_its_answers_replace_and_join_those_that_ship(talk, nia, mateo):
    told = await talk.one(nia, "can naloxone hurt someone")
    assert "Our nurse says: safe." in told.text
    assert "South Side Task Force" in told.text
    assert "On 79th Street." in (await talk.one(nia, "where is the zebra office")).text
    assert "calle 79" in (await talk.one(mateo, "dónde está la oficina cebra")).text
    assert "Checked Nov 21, 2026" in (await talk.one(nia, "how long does naloxone last")).text


async def test_its_cards_name_its_own_sources(talk, nia, mateo):
    card = await talk.one(nia, "/overdose")
    assert "South Side Task Force" in card.text
    assert "Checked Nov 2, 2026" in card.text
    assert "911" in card.text
    assert "South Side Task Force" in (await talk.one(mateo, "no respira")).text
    assert (
        "Our own card: call 911." in (await talk.one(nia, "my friend is overamping on meth")).text
    )
    assert "988" in (await talk.one(nia, "i want to kill myself")).text


async def test_staff_write_over_it_and_go_back_to_it(talk, nia, sam):
    found = await talk.one(sam, "/answer where is the zebra office")
    await talk.press(sam, "Our office", message=found)
    await talk.press(sam, "Change it", message=found)
    await talk.press(sam, "Text", message=found)
    draft = await talk.one(sam, "On 80th Street.")
    await talk.press(sam, "Approve", message=draft)
    assert "On 80th Street." in (await talk.one(nia, "where is the zebra office")).text
    await talk.press(sam, "Back to the file's text", message=draft)
    assert "On 79th Street." in (await talk.one(nia, "where is the zebra office")).text
