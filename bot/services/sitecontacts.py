"""Contacts: who answers for a place. They come by a link of staff, agree, answer, and may stop."""

import secrets
from datetime import timedelta

from bot.clock import Clock
from bot.errors import Refusal
from bot.models import Language
from bot.models.sites import Site
from bot.services.sitedesk import existing
from bot.services.siteedits import SiteEdits
from bot.storage.database import Database
from bot.storage.sitechecks import Contact
from bot.storage.tables import Tables

INVITE_GOOD_FOR = timedelta(days=7)
_TOKEN_BYTES = 12


class SiteContacts:
    """Invites, takes on, hears and lets go."""

    def __init__(self, database: Database, edits: SiteEdits, clock: Clock) -> None:
        self._database = database
        self._edits = edits
        self._clock = clock

    async def invite(self, site_id: int) -> str:
        """Return a token for one person who is to become a place's contact."""
        token, now = secrets.token_hex(_TOKEN_BYTES), self._clock.now()

        def work(t: Tables) -> None:
            existing(t, site_id, now)
            t.sitechecks.add_invite(token, site_id, now)

        await self._database.write(work)
        return token

    async def invited_to(self, token: str) -> Site:
        """Return the place that a token is for; raise Refusal if it is used or too old."""
        now = self._clock.now()

        def work(t: Tables) -> Site:
            site_id = t.sitechecks.find_invite(token, now - INVITE_GOOD_FOR)
            stored = None if site_id is None else t.sites.find(site_id, now)
            if stored is None:
                raise Refusal("public/contact_old")
            return stored.site

        return await self._database.read(work)

    async def accept(self, token: str, chat_id: int, language: Language) -> Site:
        """Take somebody on as the contact of a place; the token is used up."""
        now = self._clock.now()

        def work(t: Tables) -> Site:
            site_id = t.sitechecks.find_invite(token, now - INVITE_GOOD_FOR)
            stored = None if site_id is None else t.sites.find(site_id, now)
            if stored is None:
                raise Refusal("public/contact_old")
            t.sitechecks.remove_invite(token)
            t.sitechecks.set_contact(stored.site_id, Contact(chat_id, language), now)
            return stored.site

        return await self._database.write(work)

    async def refuse(self, token: str) -> None:
        """Use a token up without taking anybody on."""
        await self._database.write(lambda t: t.sitechecks.remove_invite(token))

    async def confirm(self, site_id: int, chat_id: int) -> None:
        """Note that a contact says that all is right today."""
        await self.require(site_id, chat_id)
        await self._edits.confirm(site_id, None, "checked_by_contact")

    async def close(self, site_id: int, chat_id: int, days: int) -> None:
        """Note that a contact says that a place is closed for some days, today among them."""
        await self.require(site_id, chat_id)
        day = self._edits.day_after(days)
        await self._edits.close_until(site_id, day, None, "closed_by_contact")

    async def stop(self, site_id: int, chat_id: int) -> None:
        """Let a contact go."""
        await self.require(site_id, chat_id)
        await self.remove(site_id)

    async def remove(self, site_id: int) -> None:
        """Let nobody answer for a place any more."""
        await self._database.write(lambda t: t.sitechecks.remove_contact(site_id))

    async def require(self, site_id: int, chat_id: int) -> None:
        """Raise Refusal unless a chat is the contact of a place."""
        if not await self._database.read(lambda t: t.sitechecks.is_contact(site_id, chat_id)):
            raise Refusal("public/contact_no_more")
