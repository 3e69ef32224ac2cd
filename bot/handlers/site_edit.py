"""Changing a place by buttons and short texts: fields, notices, stock, when it is closed."""

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.content.library import Library
from bot.context import Context
from bot.handlers import site_panel as panel
from bot.models import Button, Keyboard
from bot.models.sites import Need
from bot.services.siteforms import CLOSED, FIELD, FLAGS, NOTICE, POINT, TEXTS

_NEEDS = "|".join(Need)
FIELDS = r"^site:fields:\d{1,12}$"
ASK = rf"^site:ask:\d{{1,12}}:(?:{'|'.join(TEXTS)}|position)$"
FLAG = rf"^site:flag:\d{{1,12}}:(?:{'|'.join(FLAGS)})$"
SET = rf"^site:set:\d{{1,12}}:(?:{'|'.join(FLAGS)}):(?:yes|no|unknown)$"
ASK_NOTICE = r"^site:notice:\d{1,12}$"
DOWN = r"^site:down:\d{1,12}$"
ENDS = r"^site:ends:\d{1,12}$"
END = r"^site:end:\d{1,12}:\d{1,2}$"
STOCK = r"^site:stock:\d{1,12}$"
OUT = rf"^site:out:\d{{1,12}}:(?:{_NEEDS})$"
GONE = rf"^site:gone:\d{{1,12}}:(?:{_NEEDS}):\d{{1,2}}$"
BACK = rf"^site:back:\d{{1,12}}:(?:{_NEEDS})$"
CLOSING = r"^site:closing:\d{1,12}$"
CLOSED_FOR = r"^site:closed:\d{1,12}:\d{1,2}$"
CLOSED_ASK = r"^site:closedask:\d{1,12}$"
CLOSE = r"^site:(?:close|reopen):\d{1,12}$"
DAYS = (0, 1, 7, 30)  # until whose end something holds, as the buttons say: today is 0


# ---------------------------------------------------------------------- fields


async def fields(_: Update, context: Context) -> None:
    """Offer what can be changed."""
    site_id = context.staff_number()
    desk = await context.services.sitedesk.get(site_id)
    texts = [
        context.button(f"site_field_{name}", f"site:ask:{site_id}:{name}")
        for name in (*TEXTS, "position")
    ]
    flags = [context.button(f"site_field_{name}", f"site:flag:{site_id}:{name}") for name in FLAGS]
    await _offer(context, "staff/site_fields", site_id, [*texts, *flags], site=desk.stored.site)


async def ask(_: Update, context: Context) -> None:
    """Ask for a field: the next message is it."""
    site_id, name = context.staff_number(), context.pressed[3]
    kind = POINT if name == "position" else f"{FIELD}{name}"
    await _ask(context, kind, site_id, name)


async def flag(_: Update, context: Context) -> None:
    """Offer yes, no and not known."""
    site_id, name = context.staff_number(), context.pressed[3]
    desk = await context.services.sitedesk.get(site_id)
    buttons = [
        context.button(label, f"site:set:{site_id}:{name}:{said}")
        for label, said in (("yes", "yes"), ("no", "no"), ("site_unknown", "unknown"))
    ]
    await _offer(context, "staff/site_flag", site_id, buttons, site=desk.stored.site, field=name)


async def set_flag(_: Update, context: Context) -> None:
    """Set what was chosen."""
    site_id, name, said = context.staff_number(), *context.pressed[3:]
    edits = context.services.siteedits
    await panel.show(context, await edits.change(site_id, name, said, context.person.id))


# ---------------------------------------------------------------------- notices


async def ask_notice(_: Update, context: Context) -> None:
    """Ask for a notice."""
    await _ask(context, NOTICE, context.staff_number(), "notice")


async def take_down(_: Update, context: Context) -> None:
    """Take the notices down."""
    edits = context.services.siteedits
    await panel.show(context, await edits.take_down(context.staff_number(), context.person.id))


async def ends(_: Update, context: Context) -> None:
    """Offer other ends for the notices."""
    site_id = context.staff_number()
    desk = await context.services.sitedesk.get(site_id)
    buttons = _days(context, f"site:end:{site_id}")
    await _offer(context, "staff/site_until", site_id, buttons, site=desk.stored.site, need=None)


async def set_end(_: Update, context: Context) -> None:
    """Let the notices end on a chosen day."""
    edits, site_id = context.services.siteedits, context.staff_number()
    days = int(context.pressed[3])
    await panel.show(context, await edits.move_notice_end(site_id, days, context.person.id))


# ---------------------------------------------------------------------- stock


async def stock(_: Update, context: Context) -> None:
    """Offer what may have run out, or is back."""
    site_id = context.staff_number()
    stored = (await context.services.sitedesk.get(site_id)).stored
    buttons = []
    for need in sorted(stored.site.needs):
        out = need in stored.out_of
        deed, label = ("back", "site_back") if out else ("out", "site_out")
        name = context.label(need.label)
        buttons.append(context.button(label, f"site:{deed}:{site_id}:{need}", name=name))
    await _offer(context, "staff/site_stock", site_id, buttons, site=stored.site)


async def out(_: Update, context: Context) -> None:
    """Ask until when something has run out."""
    site_id, need = context.staff_number(), Need(context.pressed[3])
    desk = await context.services.sitedesk.get(site_id)
    buttons = _days(context, f"site:gone:{site_id}:{need}")
    await _offer(context, "staff/site_until", site_id, buttons, site=desk.stored.site, need=need)


async def gone(_: Update, context: Context) -> None:
    """Note that something has run out until the end of a day."""
    site_id, need, days = context.staff_number(), Need(context.pressed[3]), int(context.pressed[4])
    edits = context.services.siteedits
    await panel.show(context, await edits.set_out(site_id, need, days, context.person.id))


async def back(_: Update, context: Context) -> None:
    """Note that something is back."""
    site_id, need = context.staff_number(), Need(context.pressed[3])
    edits = context.services.siteedits
    await panel.show(context, await edits.set_out(site_id, need, None, context.person.id))


# ---------------------------------------------------------------------- closing


async def closing(_: Update, context: Context) -> None:
    """Ask until when a place is closed."""
    site_id = context.staff_number()
    desk = await context.services.sitedesk.get(site_id)
    buttons = [
        *_days(context, f"site:closed:{site_id}"),
        context.button("pause_other_day", f"site:closedask:{site_id}"),
    ]
    if desk.stored.site.closed_until:
        buttons.append(context.button("site_open_again", f"site:closed:{site_id}:99"))
    await _offer(context, "staff/site_closing", site_id, buttons, site=desk.stored.site)


async def closed_for(_: Update, context: Context) -> None:
    """Close a place until the day after a chosen one; 99 opens it again."""
    site_id, days = context.staff_number(), int(context.pressed[3])
    edits = context.services.siteedits
    day = edits.day_after(-1 if days == 99 else days)
    await panel.show(context, await edits.close_until(site_id, day, context.person.id))


async def ask_closed(_: Update, context: Context) -> None:
    """Ask for the first day on which it is open again."""
    await _ask(context, CLOSED, context.staff_number(), "closed_until")


async def close(_: Update, context: Context) -> None:
    """Close a place for good, or take that back."""
    site_id, closed = context.staff_number(), context.pressed[1] == "close"
    edits = context.services.siteedits
    changed = await edits.set_closed(site_id, context.person.id, closed=closed)
    await panel.show(context, changed)


# ---------------------------------------------------------------------- parts


async def _ask(context: Context, kind: str, site_id: int, what: str) -> None:
    desk = await context.services.sitedesk.get(site_id)
    await context.services.siteforms.ask(context.chat.id, context.person.id, kind, site_id)
    now = context.services.sitedesk.said(desk.stored.site, what)
    keyboard = ((panel.cancel_button(context, site_id),),)
    site = desk.stored.site
    await context.reply("staff/site_ask", site=site, what=what, now=now, keyboard=keyboard)
    await context.answer()


async def _offer(
    context: Context, template: str, site_id: int, buttons: list[Button], **values: object
) -> None:
    rows = tuple(tuple(buttons[n : n + 2]) for n in range(0, len(buttons), 2))
    keyboard: Keyboard = (*rows, (context.button("back", f"site:show:{site_id}"),))
    await context.show(template, keyboard=keyboard, **values)
    await context.answer()


def _days(context: Context, data: str) -> list[Button]:
    return [context.button(f"site_until_{days}", f"{data}:{days}") for days in DAYS]


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers."""
    return [
        CallbackQueryHandler(fields, pattern=FIELDS),
        CallbackQueryHandler(ask, pattern=ASK),
        CallbackQueryHandler(flag, pattern=FLAG),
        CallbackQueryHandler(set_flag, pattern=SET),
        CallbackQueryHandler(ask_notice, pattern=ASK_NOTICE),
        CallbackQueryHandler(take_down, pattern=DOWN),
        CallbackQueryHandler(ends, pattern=ENDS),
        CallbackQueryHandler(set_end, pattern=END),
        CallbackQueryHandler(stock, pattern=STOCK),
        CallbackQueryHandler(out, pattern=OUT),
        CallbackQueryHandler(gone, pattern=GONE),
        CallbackQueryHandler(back, pattern=BACK),
        CallbackQueryHandler(closing, pattern=CLOSING),
        CallbackQueryHandler(closed_for, pattern=CLOSED_FOR),
        CallbackQueryHandler(ask_closed, pattern=CLOSED_ASK),
        CallbackQueryHandler(close, pattern=CLOSE),
    ]
