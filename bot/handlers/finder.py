"""The nearest open place, in two taps: by area, words, ZIP code, corner or a shared location.

What is searched for stands in the buttons themselves, so nothing has to be kept. A shared location
is rounded before anything else sees it.
"""

import re
from typing import Any

from telegram import KeyboardButton, ReplyKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import BaseHandler, CallbackQueryHandler, MessageHandler, filters

from bot.content.library import Library
from bot.content.places import near_point
from bot.context import Context
from bot.handlers import forms, wrong
from bot.handlers.keyboards import card_button
from bot.models import Button, Content, Keyboard, Lane
from bot.models.sites import Findings, Need, Place, Search, Trait

_NEEDS = "|".join(re.escape(need) for need in Need)
FIRST = rf"^near:first:(?:{_NEEDS}):[\w.-]{{1,26}}$"
PAGE = rf"^near:at:(?:{_NEEDS}):[\w.-]{{1,26}}:\d{{1,3}}:\d{{1,2}}$"
MAP = r"^near:map:\d{1,12}$"
SHARE = rf"^near:share:(?:{_NEEDS})$"
ABOUT = r"^near:about$"


async def near(context: Context, need: Need, place: Place) -> None:
    """Show what is open now near a place, or what there is."""
    found = await context.services.finder.first(need, place)
    await _reply(context, found)


async def first(_: Update, context: Context) -> None:
    """Show what is near the area that was pressed."""
    place = context.services.finder.place_of(context.pressed[3])
    if place is None:
        await context.answer("old_button", alert=True)
        return
    await near(context, Need(context.pressed[2]), place)
    await context.answer()


async def page(_: Update, context: Context) -> None:
    """Narrow or widen a search in place, or show more in a new message."""
    need, token, traits, offset = context.pressed[2:]
    place = context.services.finder.place_of(token)
    if place is None or int(traits) > sum(Trait):
        await context.answer("old_button", alert=True)
        return
    search = Search(Need(need), place, Trait(int(traits)))
    found = await context.services.finder.find(search, int(offset))
    if int(offset):
        await _reply(context, found)
    else:
        await context.show(
            "public/sites", keyboard=_keyboard(context, found), **_values(context, found)
        )
    await context.answer()


async def shared(_: Update, context: Context) -> None:
    """Show what is near a shared location, which is rounded, used and gone."""
    location = context.message.location
    if location is None or await forms.continue_form(context):
        return
    need = context.services.finder.remembered_need(context.chat.id)
    await near(context, need, near_point(location.latitude, location.longitude))


async def ask_location(_: Update, context: Context) -> None:
    """Offer Telegram's own button for sharing a location, which asks before it does."""
    need = Need(context.pressed[2])
    context.services.finder.remember_need(context.chat.id, need)
    button = KeyboardButton(context.label("share_location"), request_location=True)
    await context.bot.send_message(
        context.chat.id,
        context.words.render("public/site_where", context.language, need=need),
        parse_mode=ParseMode.HTML,
        reply_markup=ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True),
        rate_limit_args=Lane.REPLY,
    )
    await context.answer()


async def show_map(_: Update, context: Context) -> None:
    """Send a place as a venue, which opens the reader's own map."""
    stored = await context.services.finder.get(int(context.pressed[2]))
    if stored is None or stored.site.closed:
        await context.answer("site_gone", alert=True)
        return
    site = stored.site
    await context.bot.send_venue(
        context.chat.id,
        latitude=site.latitude,
        longitude=site.longitude,
        title=site.name,
        address=site.address or site.city or site.name,
        rate_limit_args=Lane.REPLY,
    )
    await context.answer()


async def about(_: Update, context: Context) -> None:
    """Say where the list comes from, with the words that the city asks for."""
    await context.reply("public/sites_about")
    await context.answer()


async def _reply(context: Context, found: Findings) -> None:
    html = context.words.render("public/sites", context.language, **_values(context, found))
    await context.send(Content(html, keyboard=_keyboard(context, found)))


def _values(context: Context, found: Findings) -> dict[str, object]:
    zone = context.services.finder.zone
    traits = list(found.search.traits)
    return {"found": found, "zone": zone, "today": context.today, "traits": traits}


def area_buttons(context: Context, need: Need) -> Keyboard:
    """Return the areas of the West Side, and the way to share a location, as buttons."""
    areas = [
        Button(place.name, data=f"near:first:{need}:{place.token}")
        for place in context.services.finder.west_side()
    ]
    rows = tuple(tuple(areas[n : n + 2]) for n in range(0, len(areas), 2))
    if not context.in_private:
        return rows
    return (*rows, (context.button("share_location", f"near:share:{need}"),))


def _keyboard(context: Context, found: Findings) -> Keyboard:
    maps = tuple(
        context.button("site_map", f"near:map:{each.stored.site_id}", number=number)
        for number, each in enumerate(found.found, found.offset + 1)
    )
    more = context.button(
        "sites_more", _data(found, found.search.traits, found.offset + len(maps))
    )
    rows: list[tuple[Button, ...]] = [maps, (more,) if found.more else ()]
    last = [context.button("other_ways", f"supplies:show:{found.search.need}")]
    # Nothing at all without a wish: then there is nothing to narrow.
    if not found.offset and (found.found or found.search.traits):
        narrow = [_narrowing(context, found, trait) for trait in Trait]
        last = [*narrow, *last]
    rows += [tuple(last[n : n + 2]) for n in range(0, len(last), 2)]
    about_list = context.button("about_sites", "near:about")
    if context.in_private and found.found:
        rows.append((wrong.button_for(context, found.found), about_list))
    else:
        rows.append((about_list,))
    if context.in_private:
        rows.append((context.button("handoff", "handoff:ask"),))
    return (*(row for row in rows if row), *card_button(context))


def _narrowing(context: Context, found: Findings, trait: Trait) -> Button:
    chosen = trait in found.search.traits
    name = context.label(trait.label)
    text = context.label("trait_chosen", name=name) if chosen else name
    return Button(text, data=_data(found, found.search.traits ^ trait, 0))


def _data(found: Findings, traits: Trait, offset: int) -> str:
    search = found.search
    return f"near:at:{search.need}:{search.place.token}:{int(traits)}:{offset}"


def handlers(_: Library) -> list[BaseHandler[Any, Any, Any]]:
    """Return the handlers; a location that is edited is one that moves, and is left alone."""
    location = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.LOCATION
    return [
        CallbackQueryHandler(first, pattern=FIRST),
        CallbackQueryHandler(page, pattern=PAGE),
        CallbackQueryHandler(show_map, pattern=MAP),
        CallbackQueryHandler(ask_location, pattern=SHARE),
        CallbackQueryHandler(about, pattern=ABOUT),
        MessageHandler(location, shared),
    ]
