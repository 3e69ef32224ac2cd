"""Announcements: any message of staff, to whom and when they say, as it was written."""

import pytest
from telegram import Update

from sandbox.contents import media_content

ALBUM = "13000000000000001"


# An animation is also shown as a document, for old apps: the first kind counts.
FILES = ("photo", "animation", "video", "audio", "voice", "video_note", "sticker", "document")


def of(shown):
    """Return what makes a message but its buttons: formatted text and what is attached."""
    raw = shown.raw
    file = next((raw[kind] for kind in FILES if kind in raw), None)
    largest = file[-1] if isinstance(file, list) else file
    poll = raw.get("poll", {})
    return (
        shown.html,
        largest and largest["file_id"],
        raw.get("venue") or raw.get("location"),
        poll.get("question"),
        [option["text"] for option in poll.get("options", [])],
    )


def file(sandbox, kind, name):
    """Return the Message fields of a file that somebody sends."""
    reference = sandbox.world.files.add(kind, name, "", b"file", {}).reference()
    if kind == "photo":
        return {"photo": [{**reference, "width": 1, "height": 1}]}
    shape = {"width": 640, "height": 360, "duration": 1} if kind == "video" else {"duration": 1}
    return {kind: {**reference, **({} if kind == "document" else shape)}}


def poll():
    options = [{"text": text, "voter_count": 0, "persistent_id": text} for text in ("Mon", "Fri")]
    return {
        "poll": {
            "id": "1",
            "question": "Which day suits you?",
            "options": options,
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": True,
            "allows_revoting": False,
            "members_only": False,
        }
    }


POINT = {"latitude": 41.88, "longitude": -87.72}
KINDS = {
    "text": lambda _: {
        "text": "Bold <news> & more",
        "entities": [{"type": "bold", "offset": 0, "length": 4}],
    },
    "photo": lambda s: {**file(s, "photo", "a.jpg"), "caption": "A flyer"},
    "document": lambda s: {**file(s, "document", "a.pdf"), "caption": "A report"},
    "video": lambda s: {**file(s, "video", "a.mp4"), "caption": "A film"},
    "animation": lambda s: {**media_content(s.world, "animation"), "caption": "It moves"},
    "audio": lambda s: {**media_content(s.world, "audio"), "caption": "A song"},
    "voice": lambda s: file(s, "voice", "a.ogg"),
    "voice with words": lambda s: {**media_content(s.world, "voice"), "caption": "Listen"},
    "video_note": lambda s: media_content(s.world, "video_note"),
    "sticker": lambda s: media_content(s.world, "sticker"),
    "poll": lambda _: poll(),
    "location": lambda _: {"location": POINT},
    "venue": lambda _: {
        "location": POINT,
        "venue": {"location": POINT, "title": "Library", "address": "115 S Pulaski"},
    },
}


async def written(talk, person, content):
    """Send Message fields and return the message that was sent."""
    sent = []

    async def deed():
        sent.append(person._people.send(person.account, person.chat, content))

    await talk.after(person, deed())
    return sent[0]


async def update_of(app, number):
    """Return the id of the update that brought a draft."""
    sql = "SELECT update_id FROM drafts WHERE broadcast_id = ?"
    return await app.database.read(
        lambda t: t.meta._connection.execute(sql, (number,)).fetchone()[0]
    )


async def send_now(talk, staff, shown, *readers):
    """Send a draft and return what each reader got of it."""
    before = [len(reader.messages) for reader in readers]
    await talk.press(staff, "send now", message=shown)
    await talk.running.outbox_empty()
    return [reader.messages[n:] for reader, n in zip(readers, before, strict=True)]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_message_arrives_as_it_was_written(
    talk, sandbox, nia, mateo, sam, kind
):
    await talk.join(nia, mateo)
    message = await written(talk, sam, KINDS[kind](sandbox))
    shown = await talk.one(sam, "/announce", reply_to=message)
    assert "2 members would get it (English: 1, Spanish: 1)" in shown.text
    (for_nia,), (for_mateo,) = await send_now(talk, sam, shown, nia, mateo)
    note = "\n\n<i>(en inglés)</i>" if for_nia.html else ""
    assert of(for_mateo) == (for_nia.html + note, *of(for_nia)[1:])
    originals = {
        "text": "<b>Bold</b> &lt;news&gt; &amp; more",
        "photo": "A flyer",
        "document": "A report",
        "video": "A film",
        "animation": "It moves",
        "audio": "A song",
        "voice with words": "Listen",
    }
    assert for_nia.html == originals.get(kind, "")
    kind = kind.partition(" ")[0]
    if kind != "text":
        sent = message[kind][-1] if kind == "photo" else message[kind]
        got = for_nia.raw[kind][-1] if kind == "photo" else for_nia.raw[kind]
        same = ("file_id", "question", "latitude", "title", "address", "allows_multiple_answers")
        assert {k: got.get(k) for k in same} == {k: sent.get(k) for k in same}
    assert not sandbox.refusals


async def test_an_album_is_one_message_with_all_its_files(talk, sandbox, nia, mateo, sam):
    await talk.join(nia, mateo)
    parts = [file(sandbox, "photo", f"{n}.jpg") for n in range(3)]
    parts[0]["caption"] = "/announce Three flyers"
    answers = []
    for part in parts:
        answers += await talk.raw(sam, {**part, "media_group_id": ALBUM})
    (shown,) = answers  # the other files of the album are not answered
    await talk.press(sam, "Preview", message=shown)
    previewed = [m for m in sam.messages if "photo" in m.raw]
    for_nia, for_mateo = await send_now(talk, sam, shown, nia, mateo)
    files = [p["photo"][-1]["file_id"] for p in parts]
    assert [of(m)[1] for m in previewed] == files
    for got in (for_nia, for_mateo):
        assert [of(m)[1] for m in got] == files
        assert len({m.raw["media_group_id"] for m in got}) == 1
    assert [m.html for m in for_nia] == ["Three flyers", "", ""]


async def test_an_album_outlives_a_restart_and_the_cleaning(
    talk, sandbox, nia, sam, clock, running
):
    await talk.join(nia)
    parts = [file(sandbox, "photo", f"{n}.jpg") for n in range(2)]
    messages = [await written(talk, sam, {**p, "media_group_id": ALBUM}) for p in parts]
    shown = await talk.one(sam, "/announce", reply_to=messages[1])
    await running.stop()
    clock.move(days=3)
    await running.start()
    await running.app.services.upkeep.clean()
    (got,) = await send_now(talk, sam, shown, nia)
    assert [of(m)[1] for m in got] == [p["photo"][-1]["file_id"] for p in parts]


async def test_each_member_gets_the_version_in_their_language_of_whatever_kind(
    talk, sandbox, nia, mateo, sam
):
    await talk.join(nia, mateo)
    shown = await talk.one(sam, "/announce We are closed on Friday")
    await talk.press(sam, "Add Spanish version", message=shown)
    flyer = {**file(sandbox, "photo", "es.jpg"), "caption": "Cerrado el viernes"}
    (shown,) = await talk.raw(sam, flyer)
    (for_nia,), (for_mateo,) = await send_now(talk, sam, shown, nia, mateo)
    assert for_nia.html == "We are closed on Friday"
    assert of(for_mateo)[:2] == ("Cerrado el viernes", flyer["photo"][-1]["file_id"])


async def test_a_text_can_be_said_to_be_spanish(talk, nia, mateo, sam):
    await talk.join(nia, mateo)
    shown = await talk.one(sam, "/announce Cerrado el viernes")
    await talk.press(sam, "This text is Spanish", message=shown)
    (for_nia,), (for_mateo,) = await send_now(talk, sam, shown, nia, mateo)
    assert for_nia.html == "Cerrado el viernes\n\n<i>(in Spanish)</i>"
    assert for_mateo.html == "Cerrado el viernes"


async def test_the_same_update_twice_makes_one_draft(talk, sandbox, sam, rows):
    updates = []
    add = sandbox.updates.add
    sandbox.updates.add = lambda kind, payload, queue: (
        updates.append((kind, payload)) or add(kind, payload, queue)
    )
    await talk.one(sam, "/announce Once")
    kind, message = updates[0]
    raw = {"update_id": await update_of(talk.running.app, 1), kind: message}
    update = Update.de_json(raw, talk.running.app.bot)
    await talk.running.app.application.process_update(update)
    assert (await rows("drafts", "broadcasts")) == {"drafts": 1, "broadcasts": 1}


async def test_without_anything_it_says_how_and_lists_what_is_open(talk, sam):
    how = await talk.one(sam, "/announce")
    assert "reply to any message with /announce" in how.text
    assert how.buttons == []
    await talk.one(sam, "/announce We moved")
    how = await talk.one(sam, "/announce")
    await talk.press(sam, "Announcement 1", message=how)
    assert "We moved" in how.text
    await talk.press(sam, "Throw away", message=how)
    assert "Thrown away" in how.text
    assert (await talk.one(sam, "/announce")).buttons == []


async def test_what_cannot_be_passed_on_is_refused_kindly(talk, sam):
    contact = await written(talk, sam, {"contact": {"phone_number": "1", "first_name": "A"}})
    assert "cannot pass on" in (await talk.one(sam, "/announce", reply_to=contact)).text
    quiz = poll()
    quiz["poll"] |= {"type": "quiz", "correct_option_ids": [0]}
    message = await written(talk, sam, quiz)
    assert "quiz" in (await talk.one(sam, "/announce", reply_to=message)).text
    photo = await written(talk, sam, {"location": POINT})
    assert "An item can be" in (await talk.one(sam, "/item", reply_to=photo)).text
    assert "here 3,900 fit" in (await talk.one(sam, f"/announce {'a' * 4000}")).text


async def test_news_about_an_overdose_is_no_emergency(talk, sam):
    shown = await talk.one(sam, "/announce He is not breathing: learn what to do on Friday")
    assert shown.text.startswith("Announcement 1")


async def test_an_edit_after_approval_takes_it_back(talk, nia, sam):
    await talk.join(nia)
    shown = await talk.one(sam, "/announce The old text")
    await talk.press(sam, "Change it", message=shown)
    await talk.press(sam, "Approve", message=shown)
    (changed,) = await talk.say(sam, "The new text")
    assert "It is a draft again" in changed.text
    assert "The new text" in changed.text
    ((got,),) = await send_now(talk, sam, changed, nia)
    assert got.html == "The new text"


async def test_a_test_equals_the_real_one_but_for_its_marker(talk, sandbox, nia, sam):
    await talk.join(nia)
    message = await written(talk, sam, KINDS["photo"](sandbox))
    shown = await talk.one(sam, "/announce", reply_to=message)
    before = len(sam.messages)
    await sam.press("Test to me", message=shown)
    await talk.running.outbox_empty()
    (test,) = sam.messages[before:]
    ((got,),) = await send_now(talk, sam, shown, nia)
    marker = "🧪 <b>TEST: only you got this</b>\n\n"
    assert test.html == marker + got.html
    assert (of(test)[1:], test.buttons) == (of(got)[1:], got.buttons)


async def test_the_test_of_what_has_no_words_comes_after_its_marker(
    talk, sandbox, nia, sam, clock
):
    await talk.join(nia)
    shown = await talk.one(sam, "/announce", reply_to=await written(talk, sam, poll()))
    before, heard = len(sam.messages), len(nia.messages)
    await sam.press("Test to me", message=shown)
    for _ in range(2):
        await talk.running.outbox_empty()
        clock.move(seconds=2)
    marker, test = sam.messages[before:]
    assert marker.html == "🧪 <b>TEST: only you got this</b>"
    assert test.raw["poll"]["question"] == "Which day suits you?"
    assert len(nia.messages) == heard


async def test_a_command_in_the_group_and_a_reply_work_there(talk, sam, group, nia):
    await talk.join(nia)
    here = sam.in_group(group)
    (shown,) = await talk.say(here, "/announce From the group")
    (question,) = await talk.press(here, "Add Spanish version", message=shown)
    (shown,) = await talk.say(here, "Desde el grupo", reply_to=question)
    assert "missing in Spanish" not in shown.text


async def test_who_announces_a_poll_hears_that_its_votes_are_not_added_up(talk, sam):
    message = await written(talk, sam, poll())
    shown = await talk.one(sam, "/announce", reply_to=message)
    assert "Each member gets their own poll; the votes are not added up." in shown.text
    text = await talk.one(sam, "/announce We meet on Friday")
    await talk.press(sam, "Add Spanish version", message=text)
    assert "own poll" not in text.text
    (changed,) = await talk.raw(sam, poll())
    assert "Use a group for a vote." in changed.text


async def test_in_the_staff_group_it_is_written_sent_and_reported(
    talk, running, sam, joy, group, nia
):
    await running.stop()
    running.settings = running.settings.model_copy(update={"staff_chat_id": group.id})
    await running.start()
    await talk.join(nia)
    here, there = sam.in_group(group), joy.in_group(group)
    (shown,) = await talk.say(here, "/announce From the group")
    assert "1 member would get it" in shown.text
    (refusal,) = await talk.press(there, "send now", message=shown)
    assert "Only staff can use that" in refusal.text
    await talk.running.outbox_empty()
    assert "From the group" not in nia.last.text
    await talk.press(here, "send now", message=shown)
    await talk.running.outbox_empty()
    assert nia.last.text == "From the group"
    report = await here.expect("Report: Announcement 1")
    assert "1 message accepted" in report.text
    assert not any("Report" in message.text for message in sam.messages)
    await talk.press(here, "Correct or recall", message=report)
    (question,) = await talk.press(here, "Send a correction", message=report)
    (panel,) = await talk.say(here, "It is on Friday", reply_to=question)
    await talk.press(here, "send now", message=panel)
    await talk.running.outbox_empty()
    assert "It is on Friday" in nia.last.text
    assert "1 corrected" in (await here.expect("Report: Correction")).text
