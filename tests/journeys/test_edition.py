"""The edition before it leaves: what staff see, preview, test, approve and change."""

import asyncio

import pytest

from bot.models import BroadcastState, Language, Section

ALL = (1 << len(Section)) - 1


@pytest.fixture
def state(app):
    async def state():
        overview = await app.services.editions.overview()
        return overview.broadcast.state

    return state


def content(shown):
    """Return what makes a message: text with formatting, file, buttons."""
    file = [shown.raw[k] for k in ("photo", "document") if k in shown.raw]
    ids = [(f[-1] if isinstance(f, list) else f)["file_id"] for f in file]
    return shown.html, ids, shown.buttons


async def fill(talk, sam):
    """Collect items of every kind: texts, a translation, a photo, a file with a long text."""
    first = await talk.item(sam, "Free Narcan training <3", "Trainings")
    await talk.press(sam, "Add Spanish text", message=first)
    await talk.one(sam, "Taller gratis de Narcan")
    await talk.item(sam, "New detox beds", "Treatment")
    for send, text in ((sam.send_photo, "A flyer"), (sam.send_document, "Report " * 120)):
        arguments = () if send == sam.send_photo else (b"pdf",)
        (shown,) = await talk.after(sam, send(*arguments, caption=f"/item {text}"[:1024]))
        await talk.press(sam, "Community events", message=shown)


async def test_the_overview_counts_items_members_and_what_is_missing(talk, nia, mateo, sam):
    await talk.join(nia, mateo)
    await talk.item(sam, "One", "Trainings")
    await talk.item(sam, "Two", "Trainings")
    await talk.item(sam, "Three", "Overdose prevention")
    await talk.one(sam, "/item Without a section")
    draft = await talk.draft(sam)
    assert "Draft for Tue, Nov 24" in draft.text
    assert "CST" in draft.text
    assert "Overdose prevention: 1\n• Trainings: 2" in draft.text
    assert "2 members would get it (English: 1, Spanish: 1)." in draft.text
    assert "3 texts are missing in Spanish" in draft.text
    assert "1 item has no section" in draft.text


async def test_an_empty_draft_cannot_be_sent_or_approved(talk, sam, state):
    draft = await talk.draft(sam)
    assert "No items yet" in draft.text
    assert draft.buttons == [["Items", "Move"], ["Sent lately"]]
    for verb in ("approve", "now"):
        (refusal,) = await talk.press_old(sam, draft, f"blast:{verb}:1")
        assert "nothing to send yet" in refusal.text
    assert await state() is BroadcastState.DRAFT


async def test_a_picture_without_words_lacks_no_translation(talk, sam):
    (shown,) = await talk.after(sam, sam.send_photo(caption="/item"))
    await talk.press(sam, "Trainings", message=shown)
    assert "text" not in (await talk.draft(sam)).text


@pytest.mark.parametrize("reader", ["Nia", "Mateo"])
@pytest.mark.parametrize("left_out", [(), ("Trainings",), ("Treatment", "Community")])
async def test_the_preview_is_byte_for_byte_what_the_member_gets(
    talk, sandbox, sam, reader, left_out, words
):
    member = sandbox.person(reader)
    language = Language(member.account.language_code)
    await talk.join(member)
    await talk.one(member, "/settings")
    sections = [s for s in Section if not words.section(s, Language.EN).startswith(left_out)]
    for section in set(Section) - set(sections):
        await talk.press(member, words.section(section, language), message=member.last)
    await fill(talk, sam)
    draft = await talk.draft(sam)
    mask = sum(1 << n for n, s in enumerate(Section) if s in sections)
    *previewed, choices = await talk.press_old(sam, draft, f"blast:preview:1:{language}:{mask}")
    assert "That is what this member gets" in choices.text
    await talk.press_old(sam, draft, "blast:now:1")
    before = len(member.messages)
    await talk.running.outbox_empty()
    got = member.messages[before:]
    assert [content(each) for each in got] == [content(each) for each in previewed]
    assert len(got) == (1 if "Community" in left_out else 3)


async def test_the_preview_looks_through_the_eyes_that_staff_choose(talk, sam):
    await talk.item(sam, "Free Narcan training", "Trainings")
    draft = await talk.draft(sam)
    *_, choices = await talk.press(sam, "Preview", message=draft)
    await talk.press(sam, "Español", message=choices)
    assert "Spanish, all sections" in choices.text
    (shown, _) = await talk.press(sam, "Show it", message=choices)
    assert "El boletín de esta semana" in shown.text
    choices = sam.last
    await talk.press(sam, "Trainings", message=choices)
    (nothing,) = await talk.press(sam, "Show it", message=choices)
    assert "gets nothing this week" in nothing.text
    await talk.press(sam, "Back to the e-blast", message=nothing)
    assert "Draft for" in nothing.text


async def test_the_test_send_equals_the_real_one_but_for_its_marker(talk, nia, sam):
    await talk.join(nia)
    await fill(talk, sam)
    draft = await talk.draft(sam)
    before = len(sam.messages)
    await sam.press("Test to me", message=draft)
    for _ in range(4):  # each is due a second after the one before
        talk.running.clock.move(seconds=1)
        await talk.running.outbox_empty()
    tests = sam.messages[before:]
    await sam.press("Approve and send now", message=draft)
    before = len(nia.messages)
    await talk.running.outbox_empty()
    marker = "🧪 <b>TEST: only you got this</b>\n\n"
    assert all(each.html.startswith(marker) for each in tests)
    unmarked = [(html.removeprefix(marker), *rest) for html, *rest in map(content, tests)]
    assert unmarked == [content(each) for each in nia.messages[before:]]


async def test_a_test_of_nothing_says_so(talk, sam):
    await talk.item(sam)
    draft = await talk.draft(sam)
    item = await talk.one(sam, "/items")
    await talk.press(sam, "Free Narcan", message=item)
    await talk.press(sam, "Remove", message=item)
    assert "nothing to send" in (await sam.press("Test to me", message=draft)).text


async def test_approval_is_given_and_taken_back(talk, sam, state):
    await talk.item(sam)
    draft = await talk.draft(sam)
    await talk.press(sam, "Approve", message=draft)
    assert "Approved. It goes out Tue, Nov 24" in draft.text
    assert await state() is BroadcastState.APPROVED
    await talk.press(sam, "Take approval back", message=draft)
    assert "Draft for" in draft.text
    assert await state() is BroadcastState.DRAFT


CHANGES = {
    "text": ("Text", "Another text"),
    "translation": ("Add Spanish text", "Taller"),
    "section": ("Section", None),
    "language": ("This text is Spanish", None),
    "standing": ("Every week", None),
    "removed": ("Remove", None),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_after_approval_takes_the_approval_back(talk, sam, state, change):
    button, text = CHANGES[change]
    shown = await talk.item(sam)
    draft = await talk.draft(sam)
    await talk.press(sam, "Approve", message=draft)
    await talk.press(sam, button, message=shown)
    if text:
        shown = await talk.one(sam, text)
    elif change == "section":
        await talk.press(sam, "Treatment", message=shown)
    assert "It is a draft again" in shown.text
    assert await state() is BroadcastState.DRAFT
    (refusal,) = await talk.press(sam, "Send now", message=draft) or [draft]
    if change == "removed":
        assert "nothing to send" in refusal.text


async def test_what_is_collected_after_approval_waits_for_the_next_edition(talk, nia, sam):
    await talk.join(nia)
    await talk.item(sam, "First news")
    draft = await talk.draft(sam)
    await talk.press(sam, "Approve", message=draft)
    await talk.item(sam, "Second news")
    await talk.press(sam, "Send now", message=draft)
    await talk.running.outbox_empty()
    assert "First news" in nia.last.text
    assert "Second news" not in nia.last.text
    assert "Trainings: 1" in (await talk.draft(sam)).text


async def test_a_frozen_text_that_was_tampered_with_is_not_sent(talk, nia, sam, app):
    await talk.join(nia)
    await talk.item(sam)
    draft = await talk.draft(sam)
    await talk.press(sam, "Approve", message=draft)
    await app.database.write(
        lambda t: t.meta._connection.execute(
            "UPDATE renditions SET content = replace(content, 'Free', 'Paid')"
        )
    )
    count = len(nia.messages)
    (refusal,) = await talk.press(sam, "Send now", message=draft)
    assert "not what was approved" in refusal.text
    await talk.running.outbox_empty()
    assert len(nia.messages) == count


async def test_a_week_can_be_left_out_and_its_items_wait(talk, sam, state, clock, app):
    await talk.item(sam)
    draft = await talk.draft(sam)
    await talk.press_old(sam, draft, "blast:skip:1")
    assert "Left out this week" in draft.text
    following = await talk.draft(sam)
    assert "Draft for Tue, Dec 1" in following.text
    assert "Trainings: 1" in following.text


async def test_two_staff_approve_and_send_at_the_same_time_and_it_goes_once(
    talk, nia, sam, sandbox, app
):
    await talk.join(nia)
    await talk.item(sam)
    draft, again = await talk.draft(sam), await talk.draft(sam)
    await asyncio.gather(
        sam.press("Approve and send now", message=draft),
        sam.press("Approve and send now", message=again),
    )
    await talk.running.outbox_empty()
    assert sum("Free Narcan training" in each.text for each in nia.messages) == 1
    assert any("moved on" in each.text for each in sam.messages)


async def test_buttons_of_an_edition_that_is_gone_are_refused_with_a_sentence(talk, nia, sam):
    await talk.join(nia)
    old = await talk.draft(sam)
    await talk.send_edition(sam)
    for verb in ("approve", "take-back", "now", "undo", "pause", "resume", "skip", "sure-stop"):
        (refusal,) = await talk.press_old(sam, old, f"blast:{verb}:1")
        assert "moved on" in refusal.text, verb
        (refusal,) = await talk.press_old(sam, old, f"blast:{verb}:999")
        assert "not there any more" in refusal.text, verb
