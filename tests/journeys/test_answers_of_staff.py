"""/answer: staff find, change, check, approve and undo what people are told; it acts at once."""

import pytest

from bot.content.telegram_html import visible_text
from bot.models import Language

TEXT = "The mural is at Madison and Pulaski. We paint each Friday. It is free. Call first."
QUESTIONS = "who paints the mural\nwhere is the mural\ncan I paint the mural\nmural days"
QUESTION = "who paints the mural"


class Desk:
    """A member of staff at work on answers."""

    def __init__(self, talk, staff):
        self.talk = talk
        self.staff = staff

    async def press(self, button, message=None):
        """Press a button; return the answer to the press."""
        answer = await self.staff.press(button, message=message)
        await self.talk.running.idle()
        return answer

    async def fill(self, button, text):
        """Press a button of the draft that is shown last, and send what it asks for."""
        draft = self.staff.last
        await self.press(button, draft)
        assert "In a group, reply" in self.staff.last.text
        return await self.talk.one(self.staff, text)

    async def draft_of(self, words):
        """Find an answer, take the likeliest, and begin to change it."""
        found = await self.talk.one(self.staff, f"/answer {words}")
        await self.press(found.buttons[0][0], found)
        await self.press("Change it", found)
        return found

    async def new(self, title="Who paints the mural?", text=TEXT, source="Our mural team"):
        """Write a whole new answer and return its draft."""
        how = await self.talk.one(self.staff, "/answer")
        await self.press("New answer", how)
        await self.talk.one(self.staff, title)
        await self.fill("Text", text)
        await self.fill("Questions", QUESTIONS)
        return await self.fill("Sources", source)

    async def approve(self, draft=None):
        """Approve the draft that is shown."""
        return await self.press("Approve", draft or self.staff.last)


@pytest.fixture
def desk(talk, sam):
    return Desk(talk, sam)


async def test_a_change_is_told_at_once_and_again_after_a_restart(talk, nia, sam, desk, running):
    before = await talk.one(nia, "can naloxone hurt someone")
    await desk.draft_of("can naloxone hurt someone")
    await desk.fill("Text", "No. It cannot hurt. Our nurse says so.")
    approved = await desk.approve()
    assert "from now on" in approved.text
    after = await talk.one(nia, "can naloxone hurt someone")
    assert "Our nurse says so." in after.text
    assert "Our nurse" not in before.text
    await running.stop()
    await running.start()
    again = await talk.one(nia, "can naloxone hurt someone")
    assert again.text == after.text


async def test_the_preview_is_exactly_what_people_see(talk, nia, sam, desk):
    await desk.new()
    (preview,) = await talk.press(sam, "Preview", message=sam.last)
    await desk.approve(sam.messages[-2])
    told = await talk.one(nia, QUESTION)
    assert told.html == preview.html
    assert told.buttons == preview.buttons


async def test_a_new_answer_is_found_together_with_those_of_the_files(talk, nia, mateo, desk):
    assert "I won't guess" in (await talk.one(nia, QUESTION)).text
    draft = await desk.new()
    assert "other language has no answer" in draft.text
    assert "I won't guess" in (await talk.one(nia, QUESTION)).text
    await desk.approve()
    told = await talk.one(nia, QUESTION)
    assert "Madison and Pulaski" in told.text
    assert "Our mural team" in told.text
    assert "Checked Nov 18, 2026" in told.text
    assert "harm" in (await talk.one(nia, "can naloxone hurt someone")).text
    found = await talk.one(mateo, "/ask mural")
    if found.buttons[0][0].startswith("Who paints"):
        (found,) = await talk.press(mateo, found.buttons[0][0], message=found)
    assert "Por ahora solo tengo esto en inglés" in found.text


async def test_what_lacks_something_cannot_be_approved_and_says_what(talk, nia, sam, desk):
    how = await talk.one(sam, "/answer")
    await desk.press("New answer", how)
    draft = await talk.one(sam, "Who paints the mural?")
    for missing in ("text is missing", "Questions are missing", "source is missing"):
        assert missing in draft.text
    await desk.approve(draft)
    assert "Mend what has a ⛔" in sam.last.text
    assert "I won't guess" in (await talk.one(nia, QUESTION)).text


async def test_hard_sentences_are_hints_and_length_stops(talk, sam, desk):
    long = " ".join(["the organization and the committee"] * 4)
    draft = await desk.new(text=f"{long}. See http:/nowhere")
    assert "20 words in one sentence" in draft.text
    assert "It reads like grade" in draft.text
    assert "This link leads nowhere: http:/nowhere" in draft.text
    assert "⛔" not in draft.text
    too_long = await desk.fill("Text", "Yes. " * 300)
    assert "⛔ The text is" in too_long.text
    await desk.approve(too_long)
    assert "Mend what has a ⛔" in sam.last.text


async def test_undo_goes_back_one_version_each_time(talk, nia, sam, desk):
    told = []
    question = "can naloxone hurt someone"
    told.append((await talk.one(nia, question)).text)
    for text in ("First words of staff.", "Second words of staff."):
        await desk.draft_of(question)
        await desk.fill("Text", text)
        await desk.approve()
        told.append((await talk.one(nia, question)).text)
    panel = sam.last
    assert "version 2" in panel.text
    await desk.press("Undo", panel)
    assert (await talk.one(nia, question)).text == told[1]
    await desk.press("Undo", panel)
    assert (await talk.one(nia, question)).text == told[0]
    assert "the file's text" in panel.text


async def test_back_to_the_file_is_a_step_that_can_be_undone(talk, nia, sam, desk):
    question = "can naloxone hurt someone"
    shipped = (await talk.one(nia, question)).text
    await desk.draft_of(question)
    await desk.fill("Text", "Words of staff.")
    await desk.approve()
    panel = sam.last
    await desk.press("Back to the file's text", panel)
    assert (await talk.one(nia, question)).text == shipped
    await desk.press("Undo", panel)
    assert "Words of staff." in (await talk.one(nia, question)).text


async def test_a_topic_of_staff_can_be_taken_away_and_brought_back(talk, nia, sam, desk):
    await desk.new()
    await desk.approve()
    panel = sam.last
    told = await talk.one(nia, QUESTION)
    await desk.press("Take it away", panel)
    assert "I won't guess" in (await talk.one(nia, QUESTION)).text
    await desk.press("Undo", panel)
    assert (await talk.one(nia, QUESTION)).text == told.text


async def test_a_button_of_an_answer_that_is_gone_ends_with_a_sentence(talk, nia, desk, sandbox):
    welcome = await talk.one(nia, "/start")
    said = []
    sandbox.world.subscribe(lambda e: said.append(e) if e["kind"] == "answer" else None)
    assert await talk.press_old(nia, welcome, "ask:answer:own-gone") == []
    assert "too old" in said[0]["text"]


async def test_both_languages_are_written_one_by_one(talk, nia, mateo, sam, desk):
    await desk.new()
    await desk.approve()
    panel = sam.last
    await desk.press("In Spanish", panel)
    assert "nothing about this in Spanish" in panel.text
    await desk.press("Change it", panel)
    assert "Draft of an answer in Spanish" in panel.text
    assert "Our mural team" in panel.text  # what both have in common
    await desk.fill("Title", "¿Quién pinta el mural?")
    await desk.fill("Text", "Pintamos el mural los viernes. Es gratis.")
    await desk.fill("Questions", "quién pinta el mural\nquiero pintar el mural")
    await desk.approve()
    assert "los viernes" in (await talk.one(mateo, "quién pinta el mural")).text
    assert "each Friday" in (await talk.one(nia, QUESTION)).text


async def test_a_text_replied_to_becomes_a_draft(talk, sam, group, app):
    inside = sam.in_group(group)
    told = await inside.send("We paint on Fridays. It is free.")
    await talk.running.idle()
    draft = await talk.one(inside, "/answer", reply_to=told)
    assert "Draft of an answer in English" in draft.text
    assert "We paint on Fridays." in draft.text
    (version,) = await app.services.answer_drafts.list_drafts()
    assert version.topic == "own-we-paint-on-fridays-it"


async def test_a_form_in_the_group_takes_only_a_reply_and_only_of_who_was_asked(
    talk, sam, joy, group, app
):
    inside = sam.in_group(group)
    how = await talk.one(inside, "/answer")
    (ask,) = await talk.press(inside, "New answer", message=how)
    assert await talk.say(joy.in_group(group), "Pills for sale", reply_to=ask) == []
    assert await talk.say(inside, "just talking") == []
    draft = await talk.one(inside, "The van", reply_to=ask)
    assert "The van" in draft.text
    assert len(await app.services.answer_drafts.list_drafts()) == 1


async def test_a_form_and_a_draft_outlive_a_restart(talk, sam, desk, running):
    how = await talk.one(sam, "/answer")
    await desk.press("New answer", how)
    await running.stop()
    await running.start()
    await talk.one(sam, "Who paints the mural?")
    await desk.press("Text", sam.last)
    await running.stop()
    await running.start()
    draft = await talk.one(sam, TEXT)
    assert "each Friday" in draft.text


async def test_an_answer_about_emergencies_gets_the_card_and_the_draft(talk, nia, sam, desk):
    how = await talk.one(sam, "/answer")
    await desk.press("New answer", how)
    messages = await talk.say(sam, "My friend is not breathing, what now?")
    assert any("Draft of an answer" in m.text for m in messages)
    assert any("911" in m.text for m in messages)
    messages = await talk.say(sam, "/answer he is not breathing")
    assert any("These come closest" in m.text for m in messages)
    messages = await talk.say(nia, "/answer my friend is not breathing")
    assert "911" in messages[0].text
    assert len(messages) == 1


async def test_no_answer_changes_the_emergency_card(talk, nia, sam, desk):
    card = await talk.one(nia, "/overdose")
    await desk.draft_of("what are the first steps in an overdose")
    await desk.fill("Text", "Do nothing at all.")
    await desk.approve()
    assert (await talk.one(nia, "/overdose")).html == card.html
    assert (await talk.one(nia, "he is not breathing")).html == card.html


async def test_what_a_draft_says_is_data_and_never_markup(talk, nia, sam, desk):
    draft = await desk.new(title="<b>{{ 7*7 }}</b> mural", text="Come </b><script> {{ x }} & go.")
    await desk.approve(draft)
    told = await talk.one(nia, QUESTION)
    assert "<b>{{ 7*7 }}</b> mural" in told.text
    assert "Come </b><script> {{ x }} & go." in told.text


async def test_a_draft_thrown_away_can_be_taken_back(talk, sam, desk):
    draft = await desk.new()
    await desk.press("Throw away", draft)
    assert "thrown away" in draft.text
    await desk.press("Take it back", draft)
    assert "each Friday" in draft.text


async def test_a_source_known_by_its_address_gets_its_title(talk, sam, desk, library):
    known = library.answers.get("naloxone-harmless", Language.EN).sources[0]
    draft = await desk.new(source=f"{known.url}\nThe city, https://www.chicago.gov/van")
    assert known.title in draft.text
    added = await desk.fill("Sources", "+ Our mural team")
    assert known.title in added.text
    assert "Our mural team" in added.text
    await desk.fill("Checked on another day", "Nov 1")
    assert "Checked Nov 1, 2026" in sam.last.text
    (shown,) = await talk.press(sam, "Preview", message=sam.last)
    assert 'href="https://www.chicago.gov/van">The city</a>' in shown.html
    assert "chicago.gov" in visible_text(shown.html)


async def test_all_answers_are_listed_by_pages(talk, sam, desk, library):
    how = await talk.one(sam, "/answer")
    await desk.press("All answers", how)
    titles = {row[0] for row in how.buttons[:-2]}
    while any("More →" in row for row in how.buttons):
        await desk.press("More →", how)
        titles |= {row[0] for row in how.buttons[:-2]}
    assert titles >= {
        library.answers.get(topic, Language.EN).title for topic in library.answers.topics()
    }


class TestTwoAtOnce:
    """Two members of staff work on the same answer."""

    @pytest.fixture
    def two_person(self):
        return False

    @pytest.fixture
    def settings(self, settings, sandbox, two_person):
        joy = sandbox.person("Joy")
        joy.account.started = True
        owners = settings.owner_ids | {joy.id}
        return settings.model_copy(update={"two_person_approval": two_person, "owner_ids": owners})

    @pytest.fixture
    def second(self, talk, joy):
        return Desk(talk, joy)

    async def test_they_share_one_draft_and_nothing_is_lost(self, talk, sam, joy, desk, second):
        await desk.draft_of("can naloxone hurt someone")
        await second.talk.one(joy, "/answer can naloxone hurt someone")
        found = joy.last
        await second.press(found.buttons[0][0], found)
        await second.press("Open the draft", found)
        await desk.fill("Title", "A title of Sam")
        joint = await second.fill("Text", "A text of Joy.")
        assert "A title of Sam" in joint.text

    async def test_nobody_approves_what_has_changed_meanwhile(self, talk, sam, joy, desk, second):
        await desk.draft_of("can naloxone hurt someone")
        await desk.fill("Title", "A title of Sam")
        seen = sam.last
        await second.talk.one(joy, "/answer can naloxone hurt someone")
        found = joy.last
        await second.press(found.buttons[0][0], found)
        await second.press("Open the draft", found)
        await second.fill("Text", "A text of Joy.")
        await desk.approve(seen)
        assert "changed this draft since" in sam.last.text

    async def test_of_two_presses_on_undo_one_counts(self, talk, nia, sam, joy, desk, second):
        question = "can naloxone hurt someone"
        for text in ("First words.", "Second words."):
            await desk.draft_of(question)
            await desk.fill("Text", text)
            await desk.approve()
        panel = sam.last
        found = await talk.one(joy, f"/answer {question}")
        await second.press(found.buttons[0][0], found)
        await desk.press("Undo", panel)
        await second.press("Undo", found)
        assert "Somebody was faster" in joy.last.text
        assert "First words." in (await talk.one(nia, question)).text


class TestTwoPeople(TestTwoAtOnce):
    """TWO_PERSON_APPROVAL: nobody approves what they wrote in."""

    @pytest.fixture
    def two_person(self):
        return True

    test_of_two_presses_on_undo_one_counts = None

    async def test_another_approves(self, talk, nia, sam, joy, desk, second):
        await desk.new()
        asked = await desk.approve()
        assert "Somebody else must approve it" in asked.text
        assert "I won't guess" in (await talk.one(nia, QUESTION)).text
        notice = await joy.expect("Somebody who wrote none of it")
        await second.press("Look at it", notice)
        assert "each Friday" in notice.text
        await second.approve(notice)
        assert "each Friday" in (await talk.one(nia, QUESTION)).text
