"""What staff do with questions of people: answer, note, claim, close, mute, ban, send ready."""

import pytest

from bot.models import AnswerSeed, Language
from sandbox.world import STAFF2_ID, STAFF_ID
from tests.journeys.line import with_staff_group


@pytest.fixture
def settings(settings):
    return with_staff_group(settings)


def texts(hands):
    return [m.text for m in hands.messages if not m.deleted]


async def test_what_is_no_reply_and_a_note_never_leave(talk, line, sam, nia):
    await line.ask(nia)
    before = len(nia.messages)
    staff = line.staff(sam)
    shown = staff.messages[-1]
    (hint,) = await talk.say(staff, "I wonder who that is")
    assert "Not sent. To answer the person, reply" in hint.text
    assert await talk.say(staff, "me too") == []
    (said,) = await talk.say(staff, "/note she called last week", reply_to=shown)
    assert "The person does not see it" in said.text
    await line.settle()
    assert len(nia.messages) == before


async def test_only_staff_answer(talk, line, joy, nia):
    await line.ask(nia)
    before = len(nia.messages)
    inside = line.staff(joy)
    (said,) = await talk.after(inside, inside.reply(inside.messages[-1], "I know!"))
    assert "only for staff" in said.text.lower() or "staff" in said.text.lower()
    await line.settle()
    assert len(nia.messages) == before


async def test_every_kind_of_answer_arrives(line, sam, nia):
    await line.ask(nia)
    staff = line.staff(sam)
    question = staff.messages[-1]
    await staff.send_photo(caption="a <map> & more", reply_to=question)
    await staff.send_voice(reply_to=question)
    await staff.send_document(b"%PDF", "flyer.pdf", reply_to=question)
    await staff.send_sticker(reply_to=question)
    await staff.send_album(["photo", "photo"], caption="two", reply_to=question)
    await line.settle()
    kinds = [m.kind for m in nia.messages[-6:]]
    assert kinds == ["photo", "voice", "document", "sticker", "photo", "photo"]
    assert nia.messages[-6].text.startswith("a <map> & more")
    assert not nia.messages[-6].raw.get("has_media_spoiler")


@pytest.mark.parametrize("kind", ["location", "contact", "poll"])
async def test_what_cannot_be_passed_on_is_said(talk, line, sam, nia, kind):
    await line.ask(nia)
    before = len(nia.messages)
    staff = line.staff(sam)
    question = staff.messages[-1]
    deeds = {
        "location": lambda: staff.send_location(41.88, -87.7, reply_to=question),
        "contact": lambda: staff.send_contact("Ann", "+1", reply_to=question),
        "poll": lambda: staff.send_poll("Well?", ["a", "b"], reply_to=question),
    }
    (said,) = await talk.after(staff, deeds[kind]())
    assert "Not sent. I pass on text" in said.text
    await line.settle()
    assert len(nia.messages) == before


async def test_claim_shows_who_looks_after_it_to_staff_only(line, sam, nia):
    await line.ask(nia)
    staff = line.staff(sam)
    await staff.press("I look after it")
    await line.settle()
    assert any("Sam looks after it" in text for text in texts(staff))
    assert "Sam" not in nia.transcript()


async def test_close_tells_the_person_and_reopen_undoes_it(talk, line, sam, nia):
    await line.ask(nia)
    staff = line.staff(sam)
    await staff.press("Close")
    await line.settle()
    assert "Case 1 is closed" in nia.last.text
    assert line.group.topics[line.topic()].closed
    question = next(m for m in staff.messages if "quantum" in m.text)
    (said,) = await talk.after(staff, staff.reply(question, "too late?"))
    assert "Not sent: this case is closed. Your words are still above." in said.text
    assert "too late" not in nia.transcript()
    await staff.press("Open again", message=said)
    await line.settle()
    assert "Staff opened case 1 again" in nia.last.text
    assert not line.group.topics[line.topic()].closed
    await staff.reply(question, "now it arrives")
    await line.settle()
    assert nia.last.text.startswith("now it arrives")


async def test_numbers_are_never_given_again(line, sam, nia, mateo):
    await line.ask(nia)
    await line.staff(sam).press("Close")
    await line.settle()
    await line.ask(nia, "quantum chromodynamics again")
    assert [t.name for t in line.group.topics.values()] == ["#case1 · English", "#case2 · English"]


async def test_mute_has_an_end_and_the_bot_still_helps(talk, line, sam, nia, clock):
    await line.ask(nia)
    (card,) = await talk.say(line.staff(sam), "/mute 1 3")
    assert "Closed" in card.text
    await line.settle()
    assert "Staff take no messages from this chat until Sat, Nov 21" in nia.last.text
    assert "CST" in nia.last.text
    (said,) = await talk.say(nia, "/person")
    assert "Staff take no messages" in said.text
    assert "Checked" in (await talk.one(nia, "how long does naloxone last")).text
    clock.move(days=3, minutes=1)
    assert "Shall I pass it on" in (await talk.one(nia, "/person")).text


async def test_ban_and_unban_by_the_number_of_the_case(talk, line, sam, nia, running, clock):
    await line.ask(nia)
    staff = line.staff(sam)
    await staff.press("Mute or ban")
    await staff.press("Ban")
    await line.settle()
    assert "Staff take no more messages from this chat" in nia.last.text
    assert "they are muted or banned" in (await talk.say(staff, "/reopen 1"))[0].text
    assert "Staff take no more" in (await talk.say(nia, "/person"))[0].text
    clock.move(days=31)  # the case is erased, the ban holds
    await running.app.services.case_watch.clean()
    assert "Staff take no more" in (await talk.say(nia, "/person"))[0].text
    assert "They can ask staff again" in (await talk.say(sam, "/unban 1"))[0].text
    assert "Shall I pass it on" in (await talk.one(nia, "/person")).text
    assert "They were not muted" in (await talk.say(sam, "/unban #case1"))[0].text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("/close 99", "There is no case 99"),
        ("/close", "Which case?"),
        ("/close x", "Which case?"),
        ("/mute 1 9999", "a number of days from 1 to 366"),
        ("/mute 1 0", "a number of days from 1 to 366"),
        ("/ban 999999999999999999999", "Which case?"),
        ("/unban 99", "There is no case 99"),
        ("/reopen 99", "There is no case 99"),
    ],
)
async def test_a_wrong_number_is_explained(talk, line, sam, nia, text, part):
    await line.ask(nia)
    (said,) = await talk.say(sam, text)
    assert part in said.text


async def test_reviewed_answers_go_in_the_persons_language(talk, line, sam, mateo):
    await line.ask(mateo, "cromodinámica de la naloxona, me llamo Juan")
    staff = line.staff(sam)
    shown = await talk.press(staff, "Reviewed answers")
    offered = shown[-1]
    assert len(offered.buttons) == 9
    more = (await talk.press(staff, "More answers", message=offered))[-1]
    first = more.buttons[0][0]
    preview = (await talk.press(staff, first, message=more))[-1]
    assert "They will read this in Spanish" in preview.text
    await staff.press("Send this answer", message=preview)
    await line.settle()
    assert "Revisado" in mateo.last.text
    assert any("A reviewed answer was sent" in text for text in texts(staff))


async def test_the_inbox_lists_what_waits_longest_first(talk, line, sam, nia, mateo):
    assert "Nobody waits" in (await talk.one(sam, "/inbox")).text
    await line.ask(nia)
    await line.ask(mateo)
    await line.answer(sam, "Hello.", number=0)
    box = await talk.one(sam, "/inbox")
    assert box.text.index("#case2") < box.text.index("#case1")
    card = (await talk.press(sam, "Case 2", message=box))[-1]
    await sam.press("Close", message=card)
    await line.settle()
    assert "#case2" not in (await talk.one(sam, "/inbox")).text


async def test_whoever_answers_hears_that_it_did_not_arrive(line, sam, nia):
    await line.ask(nia)
    await nia.block()
    sent = await line.answer(sam, "Are you there?")
    told = line.staff(sam).messages[-1]
    assert "This did not arrive: they blocked the bot" in told.text
    assert told.raw["reply_to_message"]["message_id"] == sent["message_id"]


async def test_a_reply_to_an_erased_case_is_answered(talk, line, sam, nia, running, clock, group):
    await line.ask(nia)
    staff = line.staff(sam)
    question = staff.messages[-1]
    await staff.press("Close")
    await line.settle()
    raw = group.messages[question.id]
    clock.move(days=31)
    await running.app.services.case_watch.clean()
    await line.settle()
    assert not group.topics
    group.messages[question.id] = raw = {k: v for k, v in raw.items() if "topic" not in k}
    raw.pop("message_thread_id", None)
    inside = sam.in_group(group)
    (said,) = await talk.after(inside, inside.reply(question, "one more thing"))
    assert "Not sent: case 1 is closed and erased" in said.text


async def test_a_very_long_answer_arrives_whole_and_signed(line, sam, nia):
    await line.ask(nia)
    before = len(nia.messages)
    await line.answer(sam, "word " * 818 + "end")
    long, signature = nia.messages[before:]
    assert long.text.endswith("end")
    assert signature.text == "— West Side Heroin/Opioid Task Force"


async def test_an_answer_can_become_a_draft_with_its_question(line, sam, nia, app, group):
    await line.ask(nia, "what are gluons? I am Keisha")
    sent = await line.answer(sam, "They hold <quarks>.")
    seed = await app.services.replies.seed_at(group.id, sent["message_id"])
    assert seed == AnswerSeed(
        "They hold &lt;quarks&gt;.", Language.EN, ("what are gluons? I am …",), case_id=1
    )
    question = line.staff(sam).messages[-1]
    assert await app.services.replies.seed_at(group.id, question.id) is None


class TestWithoutStaff:
    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"staff_chat_id": None, "owner_ids": frozenset()})

    async def test_no_person_is_offered_where_there_is_none(self, talk, nia):
        said = await talk.one(nia, "quantum chromodynamics")
        assert "I won't guess" in said.text
        assert not any("person" in b.lower() for row in said.buttons for b in row)
        assert "no staff can be reached here yet" in (await talk.one(nia, "/person")).text


class TestInAPlainGroup:
    @pytest.fixture
    def settings(self, settings, sandbox):
        people = [sandbox.world.people[each] for each in (STAFF_ID, STAFF2_ID)]
        self.group = sandbox.world.add_group("Plain", people)
        return settings.model_copy(update={"staff_chat_id": self.group.id})

    async def test_a_case_is_a_thread_of_replies(self, line, sam, nia):
        staff = sam.in_group(self.group)
        await line.ask(nia)
        card, question = staff.messages
        assert "Waits for an answer" in card.text
        assert question.raw["reply_to_message"]["message_id"] == card.id
        await staff.reply(question, "Here you are.")
        await line.settle()
        assert nia.last.text.startswith("Here you are.")
        await staff.press("Close")
        await line.settle()
        assert "is closed" in nia.last.text

    async def test_erasing_takes_its_messages_out_of_the_group(
        self, line, sam, nia, running, clock
    ):
        staff = sam.in_group(self.group)
        await line.ask(nia)
        await staff.reply(staff.messages[-1], "Here you are.")
        await line.settle()
        await staff.press("Close")
        await line.settle()
        clock.move(days=31)
        await running.app.services.case_watch.clean()
        await line.settle()
        assert self.group.messages == {}


class TestWithoutAGroup:
    @pytest.fixture
    def settings(self, settings):
        owners = frozenset({STAFF_ID, STAFF2_ID})
        return settings.model_copy(update={"staff_chat_id": None, "owner_ids": owners})

    async def test_owners_have_it_in_private_and_see_each_others_answers(
        self, talk, line, sam, joy, nia
    ):
        for person in (sam, joy):
            await talk.say(person, "/start")
        await line.ask(nia)
        question = sam.last
        assert "quantum" in question.text
        assert "quantum" in joy.last.text
        await sam.reply(question, "It is the strong force.")
        await line.settle()
        assert nia.last.text.startswith("It is the strong force.")
        assert any("A colleague answered:" in text for text in texts(joy))
        assert "Sam" not in joy.transcript()
