"""Buttons that several conversations put under their answers."""

from bot.context import Context
from bot.models import Button, Keyboard, Language


def menu_buttons(context: Context) -> Keyboard:
    """Return the four things that people come for, and the other language."""
    return (
        *card_button(context),
        (context.button("get_naloxone", "supplies:show:naloxone", "primary"),),
        (context.button("ask_question", "ask:open"),),
        (context.button("weekly_eblast", "eblast:open"),),
        (context.button("switch_language", "start:language"),),
    )


def card_button(context: Context, language: Language | None = None) -> Keyboard:
    """Return the way to the overdose card, one tap away from every answer."""
    spoken = language or context.language
    label = context.words.label("overdose_help", spoken)
    return ((Button(label, data=f"overdose:card:opioid:{spoken}", style="danger"),),)


def private_link(context: Context) -> Keyboard:
    """Return a button that opens the private chat with the bot."""
    return ((context.link("open_private_chat", f"https://t.me/{context.bot.username}"),),)
