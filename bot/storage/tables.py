"""All tables of one transaction, by name."""

import sqlite3

from bot.storage.afterwords import Afterwords
from bot.storage.albums import Albums
from bot.storage.answers import Answers
from bot.storage.arrived import Arrived
from bot.storage.attendances import Attendances
from bot.storage.broadcasts import Broadcasts
from bot.storage.calendar_links import CalendarLinks
from bot.storage.case_messages import CaseMessages
from bot.storage.cases import Cases
from bot.storage.copies import Copies
from bot.storage.corrections import Corrections
from bot.storage.deliveries import Deliveries
from bot.storage.doubtful import Doubtful
from bot.storage.drafts import Drafts
from bot.storage.due import Due
from bot.storage.eventimports import EventImports
from bot.storage.events import Events
from bot.storage.feedback import Feedback
from bot.storage.forms import Forms
from bot.storage.headcounts import Headcounts
from bot.storage.inbox import Inbox
from bot.storage.incoming import Incoming
from bot.storage.items import Items
from bot.storage.members import Members
from bot.storage.meta import Meta
from bot.storage.recordchanges import RecordChanges
from bot.storage.reminders import Reminders
from bot.storage.renditions import Renditions
from bot.storage.sealing import Sealer
from bot.storage.sitechecks import SiteChecks
from bot.storage.sitedrafts import SiteDrafts
from bot.storage.sitefiles import SiteFiles
from bot.storage.sitenews import SiteNews
from bot.storage.sites import Sites
from bot.storage.timers import Timers
from bot.storage.traces import Traces
from bot.storage.trainings import Trainings


class Tables:
    """What a transaction works with."""

    def __init__(  # noqa: PLR0915 - one line per table
        self, connection: sqlite3.Connection, sealer: Sealer
    ) -> None:
        self.afterwords = Afterwords(connection, sealer)
        self.albums = Albums(connection, sealer)
        self.arrived = Arrived(connection, sealer)
        self.answers = Answers(connection, sealer)
        self.attendances = Attendances(connection, sealer)
        self.broadcasts = Broadcasts(connection, sealer)
        self.calendar_links = CalendarLinks(connection, sealer)
        self.case_messages = CaseMessages(connection, sealer)
        self.cases = Cases(connection, sealer)
        self.copies = Copies(connection, sealer)
        self.corrections = Corrections(connection, sealer)
        self.deliveries = Deliveries(connection, sealer)
        self.doubtful = Doubtful(connection, sealer)
        self.drafts = Drafts(connection, sealer)
        self.due = Due(connection, sealer)
        self.feedback = Feedback(connection, sealer)
        self.eventimports = EventImports(connection, sealer)
        self.events = Events(connection, sealer)
        self.forms = Forms(connection, sealer)
        self.headcounts = Headcounts(connection, sealer)
        self.inbox = Inbox(connection, sealer)
        self.incoming = Incoming(connection, sealer)
        self.items = Items(connection, sealer)
        self.members = Members(connection, sealer)
        self.meta = Meta(connection, sealer)
        self.record_changes = RecordChanges(connection, sealer)
        self.reminders = Reminders(connection, sealer)
        self.renditions = Renditions(connection, sealer)
        self.timers = Timers(connection, sealer)
        self.traces = Traces(connection, sealer)
        self.trainings = Trainings(connection, sealer)
        self.sitechecks = SiteChecks(connection, sealer)
        self.sitedrafts = SiteDrafts(connection, sealer)
        self.sitefiles = SiteFiles(connection, sealer)
        self.sitenews = SiteNews(connection, sealer)
        self.sites = Sites(connection, sealer)
