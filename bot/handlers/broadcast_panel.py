"""The panel of a broadcast in answer to staff."""

from bot.context import Context
from bot.services.overview import Changed, Overview


async def show(
    context: Context, overview: Overview, said: str = "", *, approval_voided: bool = False
) -> None:
    """Show a broadcast with its buttons, where the pressed button is or in a new message."""
    panel = context.services.panel
    content = panel.content(overview, context.language, approval_voided=approval_voided)
    await context.show_content(content)
    await context.answer(said, alert=bool(said))


async def show_changed(context: Context, changed: Changed) -> None:
    """Show a broadcast after a change."""
    await show(context, changed.overview, approval_voided=changed.approval_voided)
