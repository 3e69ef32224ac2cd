"""A person: the anonymous line to staff, as the one who asks meets it. Only a yes relays."""

import contextlib
from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, filters

from bot.content.library import Library
from bot.context import Context
from bot.errors import StorageUnavailableError
from bot.handlers import cases
from bot.handlers.incoming import written_of
from bot.handlers.keyboards import card_button, private_link
from bot.models import Keyboard
from bot.services.relay import Passed

OFFER = "case:offer"
PROPOSE = "case:propose"  # for the ECHO
_STOP = "leave"  # the command word that always works, also while a case is open


async def person(_: Update, context: Context) -> None:
    """Answer /person: say what to expect, and ask whether to go on."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
        return
    case = await context.services.relay.check_welcome(context.chat.id)
    if case is not None:
        keyboard = person_buttons(context, case.case_id)
        await context.reply("public/case_still_open", case=case, keyboard=keyboard)
    elif context.argument:
        await context.quote("public/case_offer", keyboard=_yes_no(context), **expect(context))
    else:
        await context.reply("public/case_offer", keyboard=_yes_no(context), **expect(context))


async def offer(_: Update, context: Context) -> None:
    """Say what to expect of a person, in place of the answer that knew nothing."""
    await context.services.relay.check_welcome(context.chat.id)
    await context.show("public/case_offer", keyboard=_yes_no(context), **expect(context))
    await context.answer()


async def propose(_: Update, context: Context) -> None:
    """Offer the line to staff for a case that an ECHO session could discuss."""
    case = await context.services.relay.check_welcome(context.chat.id)
    if case is not None:
        keyboard = person_buttons(context, case.case_id)
        await context.reply("public/case_still_open", case=case, keyboard=keyboard)
    else:
        await context.reply("public/echo_case", keyboard=_yes_no(context), **expect(context))
    await context.answer()


async def yes(_: Update, context: Context) -> None:
    """Pass the question on to staff; without one wait for it."""
    relay = context.services.relay
    question = _question(context)
    if question is None:
        await relay.ask_to_write(context.chat.id)
        await context.show("public/case_write")
    else:
        written = written_of(question, context.incoming.update_id)
        case = await relay.open(written, context.language)
        context.wake_courier()
        keyboard = person_buttons(context, case.case_id)
        await context.show("public/case_opened", case=case, keyboard=keyboard, **expect(context))
    await context.answer()


async def no(_: Update, context: Context) -> None:
    """Pass nothing on."""
    await context.show("public/case_not_sent", keyboard=card_button(context))
    await context.answer()


async def end(_: Update, context: Context) -> None:
    """End the case; what was answered stays readable."""
    if not context.in_private:
        await context.reply("public/group_only_private", keyboard=private_link(context))
        return
    case = await context.services.relay.end(context.chat.id)
    context.wake_courier()
    template = "public/case_none_open" if case is None else "public/case_ended"
    keyboard = (_delete_row(context), *card_button(context))
    await context.reply(template, keyboard=keyboard, keep_days=_keep_days(context))
    await context.answer()


async def delete(_: Update, context: Context) -> None:
    """Delete the message that /delete answers, or ask whether to delete everything."""
    message = context.incoming.message
    replied = message.reply_to_message if message else None
    if not context.in_private and (replied is None or not _is_own(context, replied)):
        await context.reply("public/group_only_private", keyboard=private_link(context))
    elif replied is not None:
        deleted = await context.services.replies.delete_one(context.chat.id, replied.message_id)
        context.wake_courier()
        template = "public/case_message_deleted" if deleted else "public/case_nothing_deleted"
        await context.reply(template)
    else:
        sure = context.button("case_delete_yes", "case:delete:yes", "danger")
        keep = context.button("not_now", "case:delete:no")
        await context.reply("public/case_delete_sure", keyboard=((sure,), (keep,)))
    await context.answer()


async def delete_yes(_: Update, context: Context) -> None:
    """Delete all that the person wrote to staff."""
    count = await context.services.relay.delete_all(context.chat.id)
    context.wake_courier()
    await context.show("public/case_deleted", count=count, keyboard=card_button(context))
    await context.answer()


async def delete_no(_: Update, context: Context) -> None:
    """Delete nothing."""
    await context.show("public/case_not_deleted")
    await context.answer()


async def pass_on(context: Context) -> bool:
    """Pass a message on to the open case; return False if there is none, or it is a stop."""
    text = context.message.text or context.message.caption or ""
    if context.services.library.command_words.command_of(text) == _STOP:
        return False
    relay = context.services.relay
    if not await relay.awaits(context.chat.id):
        return False
    written = written_of(context.message, context.incoming.update_id)
    passing = await relay.pass_on(written, context.language)
    if passing.case is None:
        return False
    context.wake_courier()
    if passing.outcome is Passed.TOO_FAST:
        if passing.first_time:
            await context.reply("public/case_too_fast")
        return True
    if relay.is_first_of_album(context.message.media_group_id):
        keyboard = person_buttons(context, passing.case.case_id)
        values = {"case": passing.case, "is_new": passing.is_new, **expect(context)}
        await context.reply("public/case_passed", keyboard=keyboard, **values)
    return True


async def after_card(update: Update, context: Context) -> bool:
    """Pass on what the emergency card was shown for, if it belongs to a case; the card is out.

    Return whether it was meant for staff, or by them.
    """
    relay = context.services.relay
    with contextlib.suppress(StorageUnavailableError):
        if context.incoming.edited_message:
            await cases.edited(update, context)
            return True
        if await cases.staff_said(context):
            return True
        if not await relay.awaits(context.chat.id):
            return False
        written = written_of(context.message, context.incoming.update_id)
        passing = await relay.pass_on(written, context.language, alarmed=True)
        if passing.case is not None and passing.outcome is Passed.SENT:
            context.wake_courier()
            await context.reply("public/case_alarm_passed")
        return passing.case is not None
    return False


def person_buttons(context: Context, case_id: int) -> Keyboard:
    """Return what a person can do with their case."""
    return ((context.button("case_end", f"case:end:{case_id}"),), _delete_row(context))


def ask_person(context: Context) -> Keyboard:
    """Return the way to a person, for where the bot knows no answer; nothing if there is none."""
    if not context.services.relay.reaches_somebody:
        return ()
    return ((context.button("ask_person", OFFER, "primary"),),)


def _delete_row(context: Context) -> tuple[Any, ...]:
    return (context.button("case_delete", "case:delete"),)


def _yes_no(context: Context) -> Keyboard:
    return (
        (context.button("case_yes", "case:yes", "success"),),
        (context.button("not_now", "case:no"),),
    )


def expect(context: Context) -> dict[str, object]:
    """Return what the words about what to expect need."""
    service = context.services.cases
    state = service.office.state(context.services.clock.now())
    zone = context.services.editions.schedule.zone
    return {"office": state, "zone": zone, "keep_days": _keep_days(context)}


def _keep_days(context: Context) -> int:
    return context.services.cases.rules.keep_for.days


def _question(context: Context) -> Message | None:
    """Return the message that the offer answers, if it says something."""
    offered = context.query.message
    question = offered.reply_to_message if isinstance(offered, Message) else None
    return question if question is not None and _is_own(context, question) else None


def _is_own(context: Context, message: Message) -> bool:
    return message.from_user is not None and message.from_user.id == context.person.id


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; what is written while a case is open is taken by questions."""
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("person", person, filters=new),
        CommandHandler("end", end, filters=new),
        CommandHandler("delete", delete, filters=new),
        CallbackQueryHandler(propose, pattern=rf"^{PROPOSE}$"),
        CallbackQueryHandler(offer, pattern=rf"^{OFFER}$"),
        CallbackQueryHandler(yes, pattern=r"^case:yes$"),
        CallbackQueryHandler(no, pattern=r"^case:no$"),
        CallbackQueryHandler(end, pattern=r"^case:end:\d+$"),
        CallbackQueryHandler(delete, pattern=r"^case:delete$"),
        CallbackQueryHandler(delete_yes, pattern=r"^case:delete:yes$"),
        CallbackQueryHandler(delete_no, pattern=r"^case:delete:no$"),
    ]
