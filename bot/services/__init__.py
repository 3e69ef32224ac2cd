"""What the bot decides. Services know no Telegram; whatever leaves later is an outbox row."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.content.library import Library
from bot.services.afterwords import Afterwords
from bot.services.amendments import Amendments
from bot.services.announcements import Announcements
from bot.services.answerdrafts import AnswerDrafts
from bot.services.answerforms import AnswerForms
from bot.services.answers import Answers
from bot.services.attending import Attending
from bot.services.broadcasts import Broadcasts
from bot.services.calendar import Calendar
from bot.services.cases import Cases
from bot.services.casewatch import CaseWatch
from bot.services.corrections import Corrections
from bot.services.cries import Cries
from bot.services.directory import Directory
from bot.services.editions import Editions
from bot.services.eventimports import EventImports
from bot.services.feedback import Feedback
from bot.services.feeds import Feeds
from bot.services.finder import Finder
from bot.services.headcounts import Headcounts
from bot.services.items import Items
from bot.services.languages import Languages
from bot.services.lastanswers import LastAnswers
from bot.services.members import Members
from bot.services.occasions import Occasions
from bot.services.overdose import Overdose
from bot.services.panel import Panel
from bot.services.patience import Patience
from bot.services.planning import Planning
from bot.services.previews import Previews
from bot.services.privacy import Privacy
from bot.services.progress import Progress
from bot.services.relay import Relay
from bot.services.reminders import Reminders
from bot.services.replies import Replies
from bot.services.reviews import Reviews
from bot.services.sitechecks import SiteChecks
from bot.services.sitecontacts import SiteContacts
from bot.services.sitedesk import SiteDesk
from bot.services.sitedrafts import SiteDrafts
from bot.services.siteedits import SiteEdits
from bot.services.siteforms import SiteForms
from bot.services.siteimports import SiteImports
from bot.services.slots import Slots
from bot.services.staff import Staff
from bot.services.times import Times
from bot.services.trainings import Trainings
from bot.services.upkeep import Upkeep


@dataclass(frozen=True, slots=True)
class Services:
    """All services, as handlers and scheduler see them."""

    afterwords: Afterwords
    announcements: Announcements
    amendments: Amendments
    answer_drafts: AnswerDrafts
    answer_forms: AnswerForms
    answers: Answers
    attending: Attending
    broadcasts: Broadcasts
    calendar: Calendar
    case_watch: CaseWatch
    cases: Cases
    clock: Clock
    corrections: Corrections
    cries: Cries
    directory: Directory
    editions: Editions
    event_imports: EventImports
    feedback: Feedback
    feeds: Feeds
    finder: Finder
    headcounts: Headcounts
    items: Items
    languages: Languages
    last_answers: LastAnswers
    library: Library
    members: Members
    occasions: Occasions
    overdose: Overdose
    panel: Panel
    planning: Planning
    previews: Previews
    privacy: Privacy
    patience: Patience
    progress: Progress
    reminders: Reminders
    relay: Relay
    replies: Replies
    sitechecks: SiteChecks
    sitecontacts: SiteContacts
    sitedesk: SiteDesk
    siteedits: SiteEdits
    siteforms: SiteForms
    sitedrafts: SiteDrafts
    siteimports: SiteImports
    reviews: Reviews
    slots: Slots
    staff: Staff
    times: Times
    trainings: Trainings
    upkeep: Upkeep
