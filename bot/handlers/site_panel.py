"""The message that shows staff one place, with everything that can be done to it."""

from bot.context import Context
from bot.models import Button, Keyboard
from bot.services.sitedesk import Desk


async def show(context: Context, desk: Desk) -> None:
    """Put a place where the pressed button is, with the way back from what was just done."""
    zone = context.services.sitedesk.zone
    await context.show("staff/site", desk=desk, zone=zone, keyboard=_keyboard(context, desk))
    await context.answer()


async def send(context: Context, desk: Desk) -> None:
    """Show a place in a new message, below what was pressed."""
    zone = context.services.sitedesk.zone
    await context.reply("staff/site", desk=desk, zone=zone, keyboard=_keyboard(context, desk))


def undo_button(context: Context, change_id: int) -> Button:
    """Return the way back from a change."""
    return context.button("blast_undo", f"site:undo:{change_id}", "danger")


def cancel_button(context: Context, site_id: int) -> Button:
    """Return the way out of a question about a place."""
    return context.button("cancel", f"site:cancel:{site_id}")


def _keyboard(context: Context, desk: Desk) -> Keyboard:
    number, site = desk.stored.site_id, desk.stored.site
    undo = (undo_button(context, desk.changed.change_id),) if desk.changed else ()
    closing: tuple[Button, ...]
    if site.closed:
        closing = (context.button("site_reopen", f"site:reopen:{number}"),)
    else:
        closing = (
            context.button("site_close_until", f"site:closing:{number}"),
            context.button("site_close", f"site:close:{number}", "danger"),
        )
    deed = "remove" if desk.has_contact else "invite"
    contact = context.button(f"contact_{deed}", f"check:{deed}:{number}")
    down = (context.button("site_notice_down", f"site:down:{number}"),)
    end = (context.button("site_notice_end", f"site:ends:{number}"),)
    rows: Keyboard = (
        undo,
        (context.button("site_checked", f"site:checked:{number}", "success"),),
        (
            context.button("site_notice", f"site:notice:{number}"),
            context.button("site_stock", f"site:stock:{number}"),
        ),
        (*end, *down) if desk.stored.notices else (),
        closing,
        (
            context.button("site_change", f"site:fields:{number}"),
            context.button("site_history", f"site:changes:{number}"),
        ),
        (contact, context.button("site_on_map", f"near:map:{number}")),
    )
    return tuple(row for row in rows if row)
