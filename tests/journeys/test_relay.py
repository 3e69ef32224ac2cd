"""The anonymous line to a person, from the first question to the answer."""

import pytest

from tests.journeys.line import UNKNOWN, with_staff_group


@pytest.fixture
def settings(settings):
    return with_staff_group(settings)


async def test_what_nobody_knows_is_passed_on_only_after_a_yes(talk, line, nia, group, rows):
    offered = await talk.one(nia, "quantum chromodynamics")
    assert "I won't guess" in offered.text
    await talk.press(nia, "Ask a person", message=offered)
    assert "Staff see a case number. They see no name" in offered.text
    assert "Staff look now, until Wed, Nov 18, 5:00 PM CST." in offered.text
    assert not group.topics
    await talk.press(nia, "Not now", message=offered)
    assert "Nothing is kept" in offered.text
    assert not group.topics
    assert set((await rows("cases", "case_messages", "forms", "deliveries")).values()) == {0}


async def test_staff_see_number_language_and_masked_text_in_a_topic(line, sam, nia, group):
    offered = await line.ask(nia)
    assert "case number is 1" in offered.text
    (topic,) = group.topics.values()
    assert topic.name == "#case1 · English"
    card, question = line.staff(sam).messages[-2:]
    assert "Waits for an answer since" in card.text
    assert "quantum chromodynamics" in question.text
    assert "[name hidden]" in question.text
    assert "[phone hidden]" in question.text
    everything = str(list(group.messages.values()))
    for secret in ("Keisha", "555-0142", "Nia", str(nia.id), "forward"):
        assert secret not in everything


async def test_one_tap_shows_what_is_hidden_to_one_person(line, sam, nia):
    await line.ask(nia)
    staff = line.staff(sam)
    shown = await staff.press("Show what is hidden")
    assert shown.show_alert
    assert shown.text == "name hidden: Keisha Brown\nphone hidden: 773-555-0142"
    assert "Keisha" not in staff.messages[-1].text


async def test_a_reply_is_the_answer_and_names_nobody_of_staff(line, sam, nia):
    await line.ask(nia)
    sent = await line.answer(sam, "It is the theory of the strong force.")
    answer = nia.last
    assert answer.text == (
        "It is the theory of the strong force.\n\n— West Side Heroin/Opioid Task Force"
    )
    assert "Sam" not in str(answer.raw)
    assert answer.raw["reply_to_message"]["text"] == UNKNOWN
    assert line.group.messages[sent["message_id"]]["sandbox_reactions"] == ["👍"]
    assert any("Answered" in m.text for m in line.staff(sam).messages)


async def test_the_person_follows_up_and_the_answers_come_in_order(talk, line, sam, nia):
    await line.ask(nia)
    await line.answer(sam, "First.")
    (said,) = await talk.say(nia, "and what about gluons?")
    assert "Passed on to staff, case 1" in said.text
    await line.settle()
    assert "and what about gluons?" in line.staff(sam).messages[-1].text
    assert any("Waits for an answer" in m.text for m in line.staff(sam).messages)


async def test_in_spanish(talk, line, sam, mateo, english_in):
    offered = await line.ask(mateo, "cromodinámica cuántica, me llamo Juan Pérez")
    assert english_in(offered) == []
    (topic,) = line.group.topics.values()
    assert topic.name == "#case1 · Spanish"
    assert "They speak Spanish" in line.staff(sam).messages[-2].text
    assert "Juan" not in line.staff(sam).messages[-1].text
    (said,) = await talk.say(mateo, "¿y los gluones?")
    assert english_in(said) == []


async def test_person_asks_first_and_writes_then(talk, line, sam, nia, group):
    offered = await talk.one(nia, "/person")
    assert "Shall I pass it on?" in offered.text
    await talk.press(nia, "Yes", message=offered)
    assert "Your next message goes to staff" in offered.text
    assert not group.topics
    (said,) = await talk.say(nia, "where can I get naloxone")
    assert "Your case number is 1" in said.text
    await line.settle()
    assert "where can I get naloxone" in line.staff(sam).messages[-1].text


async def test_a_question_behind_the_command_is_passed_on_without_it(talk, line, sam, nia):
    offered = await talk.one(nia, "/person do you have volunteers?")
    await talk.press(nia, "Yes", message=offered)
    await line.settle()
    assert line.staff(sam).messages[-1].text == "#case1 · English\ndo you have volunteers?"


async def test_a_second_tap_on_yes_passes_the_question_on_once(talk, line, sam, nia, group):
    offered = await talk.one(nia, "quantum chromodynamics")
    await talk.press(nia, "Ask a person", message=offered)
    yes = offered.raw
    await talk.press(nia, "Yes", message=offered)
    nia.chat.messages[offered.id] = offered.raw = yes
    await talk.press(nia, "Yes", message=offered)
    await line.settle()
    assert len(group.topics) == 1
    texts = [m.text for m in line.staff(sam).messages]
    assert len([t for t in texts if "quantum" in t]) == 1


async def test_commands_and_stop_work_while_a_case_is_open(talk, line, sam, nia):
    await line.ask(nia)
    count = len(line.staff(sam).messages)
    assert "naloxone" in (await talk.one(nia, "/naloxone")).text.lower()
    assert "don't get the e-blast" in (await talk.one(nia, "stop")).text
    answer = await talk.one(nia, "/ask how long does naloxone last")
    assert "Checked" in answer.text
    await line.settle()
    assert len(line.staff(sam).messages) == count


async def test_the_emergency_card_comes_first_and_staff_see_the_message_too(talk, line, sam, nia):
    await line.ask(nia)
    card, said = await talk.say(nia, "my friend is not breathing, i think he overdosed")
    assert "911" in card.text
    assert "Don't wait for them. Call 911." in said.text
    await line.settle()
    texts = [m.text for m in line.staff(sam).messages]
    assert any("my friend is not breathing" in text for text in texts)
    assert any("I showed the emergency card at once" in text for text in texts)


async def test_media_come_without_a_forward_and_show_nothing_at_once(line, sam, nia):
    await line.ask(nia)
    await nia.send_photo(caption="this is my room, I am Keisha")
    await nia.send_voice()
    await nia.send_document(b"%PDF", "Keisha_Brown.pdf")
    await nia.send_sticker()
    await nia.send_video_note()
    await line.settle()
    photo, voice, file, sticker, film = line.staff(sam).messages[-5:]
    assert photo.raw["has_media_spoiler"]
    assert photo.text.endswith("this is my room, I am [name hidden]")
    assert voice.kind == "voice"
    assert sticker.kind == "sticker"
    assert file.kind == film.kind == "text"
    assert "Keisha" not in str(list(line.group.messages.values()))
    sam.account.started = True
    await line.staff(sam).press("Send me the file", message=file)
    await line.settle()
    assert sam.last.kind == "document"


async def test_an_album_is_confirmed_once(talk, line, sam, nia):
    await line.ask(nia)
    said = await talk.after(nia, nia.send_album(["photo", "photo", "photo"], caption="look"))
    assert len(said) == 1
    await line.settle()
    assert [m.kind for m in line.staff(sam).messages[-3:]] == ["photo"] * 3


async def test_a_place_is_never_passed_on(talk, line, sam, nia):
    await line.ask(nia)
    count = len(line.staff(sam).messages)
    (near,) = await talk.after(nia, nia.send_location(41.8807, -87.7254))
    assert "mi" in near.text
    await line.settle()
    assert len(line.staff(sam).messages) == count
    await talk.after(nia, nia.send_contact("Keisha", "+17735550142"))
    await line.settle()
    shown = line.staff(sam).messages[-1].text
    assert "[name hidden]" in shown
    assert "0142" not in shown


async def test_edits_carry_over_both_ways(line, sam, nia):
    await line.ask(nia)
    written = await nia.send("is it opn?")
    await line.settle()
    await nia.edit(written, "is it open? I am Keisha")
    await line.settle()
    assert line.staff(sam).messages[-1].text.endswith("is it open? I am [name hidden]")
    sent = await line.answer(sam, "Yes, untill 5.")
    await line.staff(sam).edit(line.group.messages[sent["message_id"]], "Yes, until 5.")
    await line.settle()
    assert nia.last.text.startswith("Yes, until 5.")


async def test_an_edit_that_makes_a_text_long_or_short_shows_all_of_it(line, sam, nia):
    await line.ask(nia)
    written = await nia.send("short")
    await line.settle()
    before = len(line.staff(sam).messages)
    await nia.edit(written, "word " * 810 + "end")
    await line.settle()
    assert line.staff(sam).messages[-1].text.endswith("end")
    assert len(line.staff(sam).messages) == before + 1
    await nia.edit(written, "short again")
    await line.settle()
    assert [m.deleted for m in line.staff(sam).messages[before:]] == [True]
    assert line.staff(sam).messages[before - 1].text.endswith("short again")


async def test_reactions_go_both_ways(line, sam, nia):
    await line.ask(nia)
    written = await nia.send("thank you")
    await line.settle()
    shown = line.staff(sam).messages[-1]
    await line.staff(sam).react(shown, "❤")
    await line.settle()
    assert nia.chat.messages[written["message_id"]]["sandbox_reactions"] == ["❤"]
    sent = await line.answer(sam, "You are welcome.")
    await nia.react(nia.last, "🙏")
    await line.settle()
    assert line.group.messages[sent["message_id"]]["sandbox_reactions"] == ["🙏"]
    await line.staff(sam).react(shown, None)
    await line.settle()
    assert nia.chat.messages[written["message_id"]]["sandbox_reactions"] == []


async def test_the_person_ends_it_and_then_talks_to_the_bot_again(talk, line, sam, nia):
    await line.ask(nia)
    (said,) = await talk.say(nia, "/end")
    assert "You ended the conversation" in said.text
    await line.settle()
    assert any("They ended the conversation" in m.text for m in line.staff(sam).messages)
    assert line.group.topics[line.topic()].closed
    assert "Checked" in (await talk.one(nia, "how long does naloxone last")).text
    assert "No conversation with staff is open" in (await talk.one(nia, "/end")).text


async def test_delete_what_i_wrote_empties_it_everywhere(talk, line, sam, nia, app):
    await line.ask(nia)
    more = await nia.send("one more thing about gluons")
    await nia.send_photo(caption="my gluons")
    await line.settle()
    sure = (await talk.say(nia, "/delete"))[0]
    await talk.press(nia, "Yes, delete it", message=sure)
    assert "Deleted: 3 messages" in sure.text
    await line.settle()
    left = [m.text for m in line.staff(sam).messages if not m.deleted]
    assert not any("gluons" in text or "quantum" in text for text in left)
    assert any("They asked to delete what they wrote. 3 messages are erased" in t for t in left)
    assert more["message_id"] not in nia.chat.messages
    said = await app.database.read(lambda t: t.case_messages.list_of(1, "person"))
    assert [message.said for message in said] == [None] * 3


async def test_delete_one_message_by_either_side(talk, line, sam, nia):
    await line.ask(nia)
    wrong = await nia.send("my bank is Chase")
    await line.settle()
    (said,) = await talk.say(nia, "/delete", reply_to=wrong)
    assert "It is gone now" in said.text
    await line.settle()
    shown = [m.text for m in line.staff(sam).messages if "Erased." in m.text]
    assert len(shown) == 1
    assert "Chase" not in str([m.text for m in line.staff(sam).messages])
    sent = await line.answer(sam, "Wrong answer.")
    answer = nia.last
    await talk.say(line.staff(sam), "/delete", reply_to=line.group.messages[sent["message_id"]])
    await line.settle()
    assert answer.deleted


async def test_a_flood_is_told_once_and_not_passed_on(talk, line, sam, nia):
    await line.ask(nia)
    for n in range(25):
        await nia.send(f"gluon {n}")
    await line.settle()
    told = [m for m in nia.messages if "That is a lot at once" in m.text]
    assert len(told) == 1
    texts = " ".join(m.text for m in line.staff(sam).messages)
    assert "gluon 18" in texts
    assert "gluon 24" not in texts


async def test_what_the_bot_cannot_read_can_go_to_a_person(talk, line, sam, nia):
    (said,) = await talk.after(nia, nia.send_voice())
    assert "I can only read text" in said.text
    await talk.press(nia, "Ask a person", message=said)
    await talk.press(nia, "Yes", message=said)
    await line.settle()
    assert line.staff(sam).messages[-1].kind == "voice"


async def test_an_edit_that_turns_into_an_emergency_shows_the_card_and_carries_over(
    talk, line, sam, nia
):
    await line.ask(nia)
    written = await nia.send("my friend is tired")
    await line.settle()
    (card,) = await talk.after(nia, nia.edit(written, "my friend is not breathing"))
    assert "Call 911" in card.text
    await line.settle()
    assert any("my friend is not breathing" in m.text for m in line.staff(sam).messages)


async def test_a_reply_of_staff_that_sounds_like_an_emergency_is_not_lost(line, sam, nia):
    await line.ask(nia)
    await line.answer(sam, "If he is not breathing, call 911 and give naloxone.")
    assert any(m.text.startswith("If he is not breathing") for m in nia.messages)
