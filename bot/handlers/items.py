"""Items: staff collect news for the e-blast as they come across it."""

from datetime import date, timedelta
from html import escape
from typing import Any

from telegram import Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.content.dates import date_text, short_date_text
from bot.content.library import Library
from bot.content.telegram_html import visible_length, visible_text
from bot.context import Context
from bot.handlers.incoming import item_of, source_of
from bot.models import Button, Item, Keyboard, Language, Section
from bot.services.items import TEXT, TRANSLATION, Changed

SHOWN_CHARACTERS = 60  # of an item in a list
SHOWN_WHOLE = 3400  # of both texts of an item; longer ones are shown by their beginnings
OFFERED_WEEKS = (0, 1, 2, 4)  # last days that are offered, in editions from now
NAMED = r"^/item(\s|$)"
SHOW = r"^item:show:\d+$"
SECTIONS = r"^item:sections:\d+$"
SECTION = r"^item:section:\d+:[\w-]+$"
SWAP = r"^item:swap:\d+$"
STANDING = r"^item:standing:\d+$"
DAYS = r"^item:days:\d+$"
UNTIL = r"^item:until:\d+:(\d{4}-\d\d-\d\d|none)$"
ASK = r"^item:ask:\d+:(item-translation|item-text)$"
CANCEL = r"^item:cancel:\d+$"
REMOVE = r"^item:remove:\d+$"
RESTORE = r"^item:restore:\d+$"
LIST = r"^item:list$"


async def item(_: Update, context: Context) -> None:
    """Keep an item: the message replied to, or what follows the command."""
    context.services.staff.require(context.person.id)
    source = source_of(context.message)
    html, media = item_of(source)
    if not html and media is None:
        await context.reply("staff/item_how")
        return
    await collect(context, source, context.incoming.update_id)


async def collect(context: Context, source: Message, update_id: int) -> None:
    """Keep a message as an item and ask for its section; the same update gives the same one."""
    html, media = item_of(source)
    new = await context.services.items.collect(
        update_id, context.person.id, context.language, html, media
    )
    await context.show("staff/item_section", item=new, keyboard=_section_buttons(context, new))
    await context.answer()


async def items(_: Update, context: Context) -> None:
    """List what waits for the e-blast."""
    context.services.staff.require(context.person.id)
    waiting = await context.services.items.list_open()
    titles = tuple((Button(_title(i), data=f"item:show:{i.item_id}"),) for i in waiting[:50])
    last = [(context.button("staff_blast", "blast:show:0"),)]
    if countdown := await context.services.occasions.next():
        day = short_date_text(countdown.occurrence.day, context.language)
        data = f"occasion:look:{countdown.occasion.key}"
        last.append((context.button("occasion_ready", data, day=day),))
    await context.show("staff/items", items=waiting, keyboard=(*titles, *last))
    await context.answer()


async def show(_: Update, context: Context) -> None:
    """Show one item with what can be done to it."""
    found = await context.services.items.get(context.staff_number())
    await _show(context, Changed(found, approval_voided=False))


async def choose_section(_: Update, context: Context) -> None:
    """Offer the sections."""
    found = await context.services.items.get(context.staff_number())
    await context.show("staff/item_section", item=found, keyboard=_section_buttons(context, found))
    await context.answer()


async def set_section(_: Update, context: Context) -> None:
    """Put an item into a section."""
    section = Section(context.pressed[3])
    number, person_id = context.staff_number(), context.person.id
    await _show(context, await context.services.items.set_section(number, person_id, section))


async def swap_language(_: Update, context: Context) -> None:
    """Note that the text is in the other language."""
    number, person_id = context.staff_number(), context.person.id
    await _show(context, await context.services.items.swap_language(number, person_id))


async def toggle_standing(_: Update, context: Context) -> None:
    """Keep it for every edition, or for one."""
    number, person_id = context.staff_number(), context.person.id
    await _show(context, await context.services.items.toggle_standing(number, person_id))


async def choose_last_day(_: Update, context: Context) -> None:
    """Offer last days: the dates of the coming editions."""
    number = (await context.services.items.get(context.staff_number())).item_id
    first = context.services.editions.next_day()
    days = [first + timedelta(weeks=n) for n in OFFERED_WEEKS]
    keyboard = tuple(
        (Button(date_text(day, context.language), data=f"item:until:{number}:{day}"),)
        for day in days
    )
    no_end = (context.button("no_last_day", f"item:until:{number}:none"),)
    back = (context.button("back", f"item:show:{number}"),)
    await context.show("staff/item_last_day", keyboard=(*keyboard, no_end, back))
    await context.answer()


async def set_last_day(_: Update, context: Context) -> None:
    """Set the last day on which it is worth sending."""
    word = context.pressed[3]
    until = None if word == "none" else date.fromisoformat(word)
    number, person_id = context.staff_number(), context.person.id
    await _show(context, await context.services.items.set_until(number, person_id, until))


async def ask(_: Update, context: Context) -> None:
    """Ask for a text: the next message is it."""
    kind = context.pressed[3]
    found = await context.services.items.ask(
        context.chat.id, context.person.id, kind, context.staff_number()
    )
    cancel = ((context.button("cancel", f"item:cancel:{found.item_id}"),),)
    template = "staff/item_ask_translation" if kind == TRANSLATION else "staff/item_ask_text"
    await context.reply(template, item=found, keyboard=cancel)
    await context.answer()


async def cancel(_: Update, context: Context) -> None:
    """Stop waiting for a text."""
    await context.services.items.close_form(context.chat.id, context.person.id)
    await show(_, context)


async def remove(_: Update, context: Context) -> None:
    """Take an item out, with a way back."""
    number = context.staff_number()
    changed = await context.services.items.remove(number, context.person.id)
    keyboard = ((context.button("item_restore", f"item:restore:{number}"),),)
    await context.show(
        "staff/item_removed",
        item=changed.item,
        approval_voided=changed.approval_voided,
        keyboard=keyboard,
    )
    await context.answer()


async def restore(_: Update, context: Context) -> None:
    """Take a removed item back."""
    found = await context.services.items.restore(context.staff_number(), context.person.id)
    await _show(context, Changed(found, approval_voided=False))


async def continue_form(context: Context) -> bool:
    """Take a plain message as the text that was asked for; return False if none was."""
    chat_id, person_id = context.chat.id, context.person.id
    if not await context.services.items.is_asked(chat_id, person_id):
        return False
    html, _ = item_of(context.message)
    changed = await context.services.items.answer_form(chat_id, person_id, html)
    if changed is None:
        return False
    await _show(context, changed)
    return True


async def _show(context: Context, changed: Changed) -> None:
    found = changed.item
    texts, shortened = _texts(found)
    await context.show(
        "staff/item",
        item=found,
        texts=texts,
        shortened=shortened,
        approval_voided=changed.approval_voided,
        keyboard=_buttons(context, found),
    )
    await context.answer()


def _title(item_: Item) -> str:
    text = " ".join(visible_text(item_.html).split()) or "📎"
    short = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
    return f"⚠️ {short}" if item_.section is None else short


def _texts(item_: Item) -> tuple[dict[Language, str], bool]:
    """Return the texts of an item by language, only their beginnings if both are too long."""
    both = {item_.language: item_.html, item_.language.other: item_.translation or ""}
    texts = {language: html for language, html in both.items() if html}
    if sum(map(visible_length, texts.values())) <= SHOWN_WHOLE:
        return texts, False
    length = SHOWN_WHOLE // len(texts)
    return {lang: f"{escape(visible_text(html)[:length])}…" for lang, html in texts.items()}, True


def _section_buttons(context: Context, item_: Item) -> Keyboard:
    rows = tuple(
        (
            Button(
                context.words.section(section, context.language),
                data=f"item:section:{item_.item_id}:{section}",
                style="primary" if section is item_.section else "",
            ),
        )
        for section in Section
    )
    return (*rows, (context.button("item_remove", f"item:remove:{item_.item_id}", "danger"),))


def _buttons(context: Context, item_: Item) -> Keyboard:
    number = item_.item_id
    translate = "item_change_translation" if item_.translation else "item_add_translation"
    standing = "item_once" if item_.standing else "item_every_week"
    other = context.words.language_name(item_.language.other, context.language)
    return (
        (context.button(translate, f"item:ask:{number}:{TRANSLATION}", "primary", name=other),),
        (
            context.button("item_section", f"item:sections:{number}"),
            context.button("item_text", f"item:ask:{number}:{TEXT}"),
        ),
        (
            context.button("item_last_day", f"item:days:{number}"),
            context.button(standing, f"item:standing:{number}"),
        ),
        (
            context.button("item_swap_language", f"item:swap:{number}", name=other),
            context.button("item_list", "item:list"),
        ),
        (context.button("item_remove", f"item:remove:{number}", "danger"),),
    )


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("item", item, filters=new),
        # Telegram sees no command in a caption, nor the library one inside formatted text.
        MessageHandler(new & (filters.Regex(NAMED) | filters.CaptionRegex(NAMED)), item),
        CommandHandler("items", items, filters=new),
        CallbackQueryHandler(items, pattern=LIST),
        CallbackQueryHandler(show, pattern=SHOW),
        CallbackQueryHandler(choose_section, pattern=SECTIONS),
        CallbackQueryHandler(set_section, pattern=SECTION),
        CallbackQueryHandler(swap_language, pattern=SWAP),
        CallbackQueryHandler(toggle_standing, pattern=STANDING),
        CallbackQueryHandler(choose_last_day, pattern=DAYS),
        CallbackQueryHandler(set_last_day, pattern=UNTIL),
        CallbackQueryHandler(ask, pattern=ASK),
        CallbackQueryHandler(cancel, pattern=CANCEL),
        CallbackQueryHandler(remove, pattern=REMOVE),
        CallbackQueryHandler(restore, pattern=RESTORE),
    ]
