"""Whatever else people send: a short answer or a deliberate silence, and nothing raises."""

import pytest

from bot.models import MemberState
from bot.services.patience import PER_MINUTE
from sandbox.contents import text_content

ODD_TEXTS = [
    "?",
    ".",
    "👍",
    "\u200b?",
    "<b>bold</b><script>alert(1)</script>",
    "</b></i><a href='tg://user?id=1'>x</a>",
    "&lt;b&gt; &amp; &#60;",
    "{{ 7 * 7 }} {% raw %} %(name)s %s",
    "' OR 1=1; DROP TABLE members; --",
    "a" * 4096,
    "word " * 819,
    "\U0001f9ea" * 4096,
    "مرحبا אבג 你好",
    "line one\nline two\n\n\nline three",
]


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
async def test_any_text_gets_exactly_one_answer(talk, nia, mateo, text, sandbox):
    assert (await talk.one(nia, text)).text
    assert (await talk.one(mateo, text)).text
    assert not sandbox.refusals


@pytest.mark.parametrize("command", ["/nosuchcommand", "/sart", "/123"])
async def test_an_unknown_command_gets_a_way_on(talk, nia, command):
    answer = await talk.one(nia, command)
    assert "I don't know that command" in answer.text
    assert answer.button("Overdose")["style"] == "danger"


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "document"])
async def test_what_cannot_be_read_gets_one_answer_with_the_menu(talk, nia, mateo, kind):
    deeds = {
        "sticker": lambda p: p.send_sticker(),
        "voice": lambda p: p.send_voice(),
        "photo": lambda p: p.send_photo(),
        "document": lambda p: p.send_document(b"x"),
    }
    (answer,) = await talk.after(nia, deeds[kind](nia))
    assert "I can only read text" in answer.text
    assert answer.button("Overdose")
    (respuesta,) = await talk.after(mateo, deeds[kind](mateo))
    assert "Solo puedo leer texto" in respuesta.text


async def test_a_question_below_a_picture_is_answered(talk, nia):
    (answer,) = await talk.after(nia, nia.send_photo(caption="where can I get narcan"))
    assert "Get naloxone" in answer.text


async def test_an_ordinary_edit_is_left_alone(talk, nia):
    question = await nia.send("how long does naloxone last")
    await talk.running.idle()
    assert await talk.after(nia, nia.edit(question, "how long does narcan last?")) == []
    command = await nia.send("/help")
    await talk.running.idle()
    assert await talk.after(nia, nia.edit(command, "/privacy")) == []


async def test_a_forwarded_question_is_answered_like_a_written_one(talk, nia):
    written = await nia.send("can naloxone hurt someone")
    await talk.running.idle()
    (answer,) = await talk.after(nia, nia.forward(written))
    assert answer.text == nia.messages[0].text


async def test_a_channel_post_is_left_alone(talk, sandbox, nia):
    channel = {"id": -1009999999999, "type": "channel", "title": "News"}
    for text in ("news", "/start", "he is not breathing"):
        post = {"message_id": 5, "date": sandbox.clock.date(), "chat": channel}
        sandbox.updates.add("channel_post", {**post, **text_content(text)}, channel["id"])
    await talk.running.idle()
    assert not sandbox.refusals
    assert nia.messages == []


async def test_a_press_on_a_button_of_long_ago_ends_with_a_sentence(talk, nia, sandbox):
    welcome = await talk.one(nia, "/start")
    answers = []
    sandbox.world.subscribe(lambda e: answers.append(e) if e["kind"] == "answer" else None)
    assert await talk.press_old(nia, welcome, "gone:for:good") == []
    assert "too old" in answers[0]["text"]
    assert answers[0]["show_alert"]


async def test_a_press_on_a_message_that_telegram_has_lost_is_answered_anew(talk, nia, sandbox):
    await talk.one(nia, "/start")
    lost = {"message_id": 1, "chat": nia.chat.brief, "date": 0}
    query = {"id": "1", "from": nia.account.user(), "message": lost, "chat_instance": "1"}

    async def press():
        sandbox.updates.add("callback_query", {**query, "data": "start:menu"}, nia.id)

    (answer,) = await talk.after(nia, press())
    assert "You don't sign up" in answer.text


async def test_a_press_on_a_message_that_was_deleted_is_answered_anew(talk, nia, sandbox):
    welcome = await talk.one(nia, "/start")
    query = {"id": "1", "from": nia.account.user(), "message": welcome.raw, "chat_instance": "1"}

    async def press():
        await nia.delete(welcome)
        sandbox.updates.add("callback_query", {**query, "data": "start:menu"}, nia.id)

    (answer,) = await talk.after(nia, press())
    assert "You don't sign up" in answer.text


async def test_two_hundred_messages_in_a_minute_are_answered_kindly_once_then_not(
    talk, nia, mateo, sandbox
):
    for n in range(200):
        await nia.send(f"/help {n}" if n % 2 else "/privacy")
    await talk.running.idle()
    assert len(nia.messages) == PER_MINUTE + 1
    for n, answer in enumerate(nia.messages[:-1]):  # until then all, and in order
        assert ("What I can do" if n % 2 else "Your privacy") in answer.text
    assert "You write faster than I can answer" in nia.last.text
    assert nia.last.button("Overdose")
    assert "No tienes que inscribirte" in (await talk.one(mateo, "/start")).text  # not for others
    sandbox.clock.advance(60)
    assert "Your privacy" in (await talk.one(nia, "/privacy")).text


@pytest.mark.parametrize("words", ["/overdose", "/od", "he is not breathing", "/start overdose"])
async def test_an_emergency_is_answered_however_much_somebody_writes(talk, nia, words):
    for _ in range(PER_MINUTE + 20):
        await nia.send("hello")
    await talk.running.idle()
    assert await talk.say(nia, "hello") == []
    for _ in range(3):
        assert "911" in (await talk.one(nia, words)).text
    card = nia.last
    (given,) = await talk.press(nia, "I gave naloxone", message=card)
    assert given.text


async def test_staff_are_never_held_back(talk, sam):
    for _ in range(PER_MINUTE + 10):
        await sam.send("/privacy")
    await talk.running.idle()
    assert len(sam.messages) == PER_MINUTE + 10


async def test_messages_that_waited_count_by_when_they_were_written(talk, nia, sandbox, running):
    await running.stop()
    for _ in range(PER_MINUTE + 10):
        await nia.send("/privacy")
        sandbox.clock.advance(10)
    await running.start()
    await running.idle()
    assert len(nia.messages) == PER_MINUTE + 10


@pytest.mark.parametrize(
    "text",
    [
        "what does /stop do?",
        "do i press /stop or /eblast",
        "please explain /item and /blast to me",
    ],
)
async def test_a_command_inside_a_question_does_nothing(talk, nia, text, rows, find_member):
    await talk.join(nia)
    assert "Staff" not in (await talk.one(nia, text)).text
    assert (await find_member(nia)).state is MemberState.ACTIVE
    assert await rows("items") == {"items": 0}


async def test_right_to_left_marks_and_tags_in_a_question_come_back_as_nothing(talk, nia):
    for text in ("\u202ehow long does naloxone last\u202c", "<b>how long does naloxone last</b>"):
        told = await talk.one(nia, text)
        assert "How long naloxone lasts" in told.text
        assert "\u202e" not in told.text


@pytest.mark.parametrize("caption", ["", "how long does naloxone last"])
async def test_a_photo_of_ten_thousand_pixels_is_answered_like_any_other(talk, nia, caption):
    sizes = [
        {"file_id": f"f{n}", "file_unique_id": f"u{n}", "width": n, "height": n}
        for n in (90, 1280, 10_000)
    ]
    content = {"photo": sizes} | ({"caption": caption} if caption else {})
    (told,) = await talk.raw(nia, content)
    assert ("How long naloxone lasts" if caption else "I can only read text") in told.text


async def test_a_caption_that_cries_for_help_brings_the_card(talk, nia):
    (card,) = await talk.after(nia, nia.send_photo(caption="she is blue and not breathing"))
    assert "911" in card.text


async def test_a_word_with_unseen_letters_between_its_letters_brings_the_card(talk, nia):
    assert (
        "911"
        in (await talk.one(nia, "o\u200bv\u200be\u200br\u200bd\u200bo\u200bs\u200be now")).text
    )
