"""Short texts about places that staff were asked for, and what each of them changes."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.content.moments import read_day
from bot.content.sitewords import point_in
from bot.errors import Refusal
from bot.models import Language
from bot.services.sitedesk import Desk
from bot.services.siteedits import SiteEdits
from bot.storage.database import Database
from bot.storage.forms import Form

FORM_OPEN_FOR = timedelta(hours=1)  # a short text is awaited that long
FIND, NOTICE, CLOSED, POINT, FIELD = (
    "site-find", "site-notice", "site-closed", "site-point", "site-field-",
)  # fmt: skip
FLAGS = ("walk_in", "no_id", "free", "mail", "wheelchair", "mobile")
TEXTS = (
    "name", "organization", "needs", "address", "city", "zip", "hours", "phone", "website",
    "languages", "note_en", "note_es", "source",
)  # fmt: skip


class SiteForms:
    """Asks for short texts and takes them."""

    def __init__(self, database: Database, edits: SiteEdits, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._edits = edits
        self._clock = clock
        self._zone = zone

    async def ask(self, chat_id: int, person_id: int, kind: str, site_id: int) -> None:
        """Remember that the person's next message is what was asked for."""
        expires_at = self._clock.now() + FORM_OPEN_FOR
        form = Form(kind, site_id)
        await self._database.write(lambda t: t.forms.set(chat_id, person_id, form, expires_at))

    async def asked(self, chat_id: int, person_id: int) -> Form | None:
        """Return what this person was asked about a place, or None."""
        now = self._clock.now()
        form = await self._database.read(lambda t: t.forms.find(chat_id, person_id, now))
        return form if form is not None and form.kind.startswith("site-") else None

    async def close_form(self, chat_id: int, person_id: int) -> None:
        """Forget what was asked."""
        await self._database.write(lambda t: t.forms.remove(chat_id, person_id))

    async def answer(self, form: Form, text: str, author_id: int, language: Language) -> Desk:
        """Change a site as a short text says; raise Refusal if that cannot be."""
        site_id = form.object_id
        match form.kind:
            case "site-notice":
                return await self._edits.add_notice(site_id, text, author_id, language)
            case "site-closed":
                day = read_day(text, self._clock.now(), self._zone, language)
                if day is None:
                    raise Refusal("staff/day_unclear")
                return await self._edits.close_until(site_id, day, author_id)
            case "site-point":
                point = point_in(text)
                if point is None:
                    raise Refusal("staff/site_point_unclear")
                return await self._edits.move(site_id, point, author_id)
            case field:
                return await self._edits.change(
                    site_id, field.removeprefix(FIELD), text, author_id
                )
