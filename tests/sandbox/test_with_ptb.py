"""python-telegram-bot, unchanged, against the sandbox."""

import pytest
from telegram import (
    Bot,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    MenuButtonCommands,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, CommandHandler

from sandbox import STAFF_GROUP_ID
from sandbox.contents import TINY_GIF
from sandbox.methods import METHODS


@pytest.fixture
async def bot(sandbox):
    async with Bot(sandbox.token, sandbox.base_url, sandbox.base_file_url) as bot:
        yield bot


async def test_an_application_polls_answers_and_stops(sandbox):
    async def start(update: Update, _) -> None:
        button = InlineKeyboardButton("Yes", callback_data="yes", style="success")
        await update.message.reply_html(
            "<b>Welcome</b>", reply_markup=InlineKeyboardMarkup([[button]])
        )

    async def yes(update: Update, _) -> None:
        await update.callback_query.answer("Noted")
        await update.callback_query.edit_message_text("Done")

    builder = ApplicationBuilder().token(sandbox.token).job_queue(None)
    application = builder.base_url(sandbox.base_url).base_file_url(sandbox.base_file_url).build()
    application.add_handlers([CommandHandler("start", start), CallbackQueryHandler(yes)])
    async with application:
        await application.updater.start_polling()
        await application.start()
        alice = sandbox.person("Alice")
        await alice.send("/start")
        await alice.expect("Welcome")
        assert (await alice.press("Yes")).text == "Noted"
        await alice.expect("Done")
        await application.updater.stop()
        await application.stop()
    assert not sandbox.refusals


# The library announces another type for retry_after; both are fine here.
@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_errors_become_the_librarys_exceptions(bot, sandbox, nia):
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "x")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(sandbox.person("Rosa").id, "x")
    sandbox.faults.add("429", count=1, retry_after=4)
    with pytest.raises(RetryAfter):
        await bot.send_message(nia.id, "x")
    for kind in ("502", "reset_before"):
        sandbox.faults.add(kind, count=1)
        with pytest.raises(NetworkError):
            await bot.send_message(nia.id, "x")
    assert await bot.send_message(nia.id, "x")


async def test_two_pollers_get_a_conflict(bot, sandbox, begin):
    async with Bot(sandbox.token, sandbox.base_url, sandbox.base_file_url) as other:
        older = begin(bot.get_updates(timeout=20))
        await sandbox.wait_for_bot()
        newer = begin(other.get_updates(timeout=20))
        with pytest.raises(Conflict):
            await older
        await sandbox.person("Nia").send("x")
        assert len(await newer) == 1


async def test_the_library_parses_what_it_gets(bot, nia, sandbox):
    chat = await bot.get_chat(nia.id)
    assert chat.first_name == "Nia"
    member = await bot.get_chat_member(STAFF_GROUP_ID, bot.id)
    assert member.can_manage_topics
    poll = await bot.send_poll(nia.id, "When?", ["Now", "Later"])
    assert poll.poll.options[1].text == "Later"
    venue = await bot.send_venue(nia.id, 1, 2, "Clinic", "Main Street 1")
    assert venue.venue.title == "Clinic"
    document = await bot.send_document(
        nia.id, b"%PDF", filename="x.pdf", caption="<i>c</i>", parse_mode="HTML"
    )
    file = await bot.get_file(document.document)
    assert bytes(await file.download_as_bytearray()) == b"%PDF"
    album = [InputMediaPhoto(TINY_GIF, caption="one"), InputMediaPhoto(TINY_GIF)]
    assert len(await bot.send_media_group(nia.id, album)) == 2
    other = InputMediaDocument(
        b"%PDF-2", filename="y.pdf", caption="<b>new</b>", parse_mode="HTML"
    )
    named = {"chat_id": nia.id, "message_id": document.message_id}
    edited = await bot.edit_message_media(other, **named)
    assert (edited.document.file_name, edited.caption) == ("y.pdf", "new")
    edited = await bot.edit_message_caption(**named, caption="newer")
    assert (edited.caption, edited.caption_entities) == ("newer", ())
    await bot.copy_message(nia.id, nia.id, document.message_id, caption="copied")
    assert nia.last.text == "copied"
    await bot.set_message_reaction(nia.id, document.message_id, "👍")
    await bot.set_my_commands([("start", "Begin")], BotCommandScopeChat(nia.id), "en")
    await bot.set_chat_menu_button(nia.id, MenuButtonCommands())
    await bot.send_chat_action(nia.id, "typing")
    info = await bot.get_webhook_info()
    assert info.url == ""
    # Nothing that the library sends is refused or without a meaning.
    assert not sandbox.refusals


async def test_the_library_reads_and_sends_on_every_kind(bot, nia, sandbox):
    await nia.send_album(["photo", "video"], caption="ours")
    for send in (
        *(nia.send_animation, nia.send_audio, nia.send_voice, nia.send_video_note),
        *(nia.send_sticker, nia.send_contact),
    ):
        await send()
    await nia.send_venue("Clinic", "1 Main St")
    await nia.send_poll("When?", ["Now", "Later"])
    messages = [update.message for update in await bot.get_updates(offset=-10)]
    assert all(message.effective_attachment for message in messages)
    photo, video, animation, audio, voice, note, sticker, contact, _, _ = messages
    assert photo.media_group_id == video.media_group_id
    album = [InputMediaPhoto(photo.photo[-1], caption="x"), InputMediaVideo(video.video)]
    await bot.send_media_group(nia.id, album)
    await bot.send_animation(nia.id, animation.animation, caption="x")
    await bot.send_audio(nia.id, audio.audio, caption="x")
    await bot.send_voice(nia.id, voice.voice, caption="x")
    await bot.send_video_note(nia.id, note.video_note)
    await bot.send_sticker(nia.id, sticker.sticker)
    await bot.send_contact(nia.id, contact=contact.contact)
    await bot.copy_messages(nia.id, nia.id, [each.message_id for each in messages])
    asked = await bot.send_poll(nia.id, "When?", ["Now", "Later"], is_anonymous=False)
    await nia.vote(nia.last, "Later")
    await bot.stop_poll(nia.id, asked.message_id)
    answer, closed = await bot.get_updates(offset=-2)
    assert answer.poll_answer.option_ids == (1,)
    assert (closed.poll.is_closed, closed.poll.options[1].voter_count) == (True, 1)
    assert not sandbox.refusals


def test_every_method_is_one_that_the_library_knows():
    known = {name.replace("_", "").lower() for name in dir(Bot)}
    assert set(METHODS) <= known
