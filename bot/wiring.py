"""The services and what each of them is given; nothing else makes one."""

from datetime import timedelta

from bot.clock import Clock
from bot.config import Settings
from bot.content.library import Library
from bot.services import Services
from bot.services.afterwords import Afterwords
from bot.services.afterwordviews import AfterwordViews
from bot.services.amendments import Amendments
from bot.services.announcements import Announcements
from bot.services.answerdrafts import AnswerDrafts
from bot.services.answerforms import AnswerForms
from bot.services.answers import Answers
from bot.services.approvals import Approvals
from bot.services.attending import Attending
from bot.services.audiences import Audiences
from bot.services.broadcasts import Broadcasts, Tools
from bot.services.calendar import Calendar
from bot.services.caseposts import CasePosts
from bot.services.cases import CaseRules, Cases
from bot.services.casewatch import CaseWatch
from bot.services.corrections import Corrections
from bot.services.cries import Cries
from bot.services.directory import Directory
from bot.services.editions import Editions
from bot.services.eventimports import EventImports
from bot.services.eventnews import EventNews
from bot.services.feedback import Feedback
from bot.services.feeds import Feeds
from bot.services.finder import Finder
from bot.services.headcounts import Headcounts
from bot.services.items import Items
from bot.services.languages import Languages
from bot.services.lastanswers import LastAnswers
from bot.services.members import Members
from bot.services.occasions import Occasions
from bot.services.office import Office
from bot.services.overdose import Overdose, Say
from bot.services.overview import Overviews, Schedule
from bot.services.panel import Panel
from bot.services.patience import Patience
from bot.services.planning import Planning
from bot.services.previews import Previews
from bot.services.privacy import Privacy
from bot.services.progress import Progress
from bot.services.relay import Relay
from bot.services.reminders import Reminders
from bot.services.renditions import Renditions
from bot.services.replies import Replies
from bot.services.reports import Reports
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
from bot.storage.database import Database
from bot.tasks import Tasks


def wire_services(
    settings: Settings, database: Database, clock: Clock, library: Library, tasks: Tasks, say: Say
) -> Services:
    """Return all services on a database."""
    words = library.words
    staff = Staff(settings.owner_ids, settings.staff_chat_id, words)
    members = Members(database, clock, settings.timezone)
    schedule = Schedule(
        slot=settings.eblast_slot,
        cutoff=settings.eblast_cutoff,
        zone=settings.timezone,
        undo=timedelta(seconds=settings.undo_seconds),
    )
    renditions = Renditions(words, settings.timezone)
    audiences = Audiences(settings.timezone)
    overviews = Overviews(renditions, audiences, settings.timezone, library.occasions)
    progress = Progress(
        database, staff, Reports(staff, settings.timezone), clock, settings.broadcast_rate
    )
    approvals = Approvals(renditions, overviews, progress, two_person=settings.two_person_approval)
    tools = Tools(approvals, renditions, audiences, overviews, progress)
    broadcasts = Broadcasts(database, tools, clock, schedule)
    event_news = EventNews(words, staff, settings.timezone)
    editions = Editions(database, overviews, clock, schedule, event_news)
    panel = Panel(words, settings.timezone)
    posts = CasePosts(words, staff, settings.timezone)
    cases = Cases(
        database,
        posts,
        Office(settings.office_hours, settings.timezone),
        _case_rules(settings),
        clock,
    )
    overdose = Overdose(database, library.guide, clock, settings.timezone, tasks, say)
    finder = Finder(database, library, clock, settings.timezone, tasks)
    sitedesk = SiteDesk(database, finder, clock, settings.timezone)
    siteedits = SiteEdits(database, library, finder, sitedesk, clock)
    languages = Languages(members, overdose)
    reminders = Reminders(database, words, clock)
    attending = Attending(database, words, clock)
    corrections = Corrections(database, staff, library, clock, settings.timezone)
    drafts = AnswerDrafts(database, library, clock, settings.timezone)
    answers = Answers(
        database, library, staff, clock, drafts, two_person=settings.two_person_approval
    )
    feedback = Feedback(
        database, library, answers, staff, clock, keep_unanswered=settings.unanswered_words
    )
    last_answers = LastAnswers(clock)
    cries = Cries(library.emergencies, clock)
    return Services(
        afterwords=Afterwords(
            database,
            AfterwordViews(words, settings.timezone, schedule.undo),
            staff,
            clock,
            two_person=settings.two_person_approval,
        ),
        announcements=Announcements(database, broadcasts, clock),
        amendments=Amendments(database, tools, clock),
        answer_drafts=drafts,
        answer_forms=AnswerForms(database, answers, drafts, library.sources, clock),
        answers=answers,
        attending=attending,
        broadcasts=broadcasts,
        calendar=Calendar(database, clock, settings.timezone, library.events, library.occasions),
        case_watch=CaseWatch(database, cases, posts, staff, clock),
        cases=cases,
        clock=clock,
        corrections=corrections,
        cries=cries,
        directory=Directory(database, clock, settings.timezone, library.sites),
        editions=editions,
        feedback=feedback,
        event_imports=EventImports(database, reminders, attending, event_news, clock),
        feeds=Feeds(database, words, clock, settings.timezone, settings.web_url),
        finder=finder,
        headcounts=Headcounts(database, words, staff, clock),
        items=Items(database, clock),
        languages=languages,
        last_answers=last_answers,
        library=library,
        members=members,
        occasions=Occasions(database, library, staff, clock, settings.timezone),
        overdose=overdose,
        panel=panel,
        planning=Planning(database, reminders, attending, event_news, clock),
        previews=Previews(database, renditions, clock),
        privacy=Privacy(
            database,
            overdose,
            posts,
            clock,
            memories=(
                languages.forget,
                finder.forget,
                corrections.forget,
                last_answers.forget_person,
                feedback.forget,
                cries.forget,
            ),
        ),
        patience=Patience(),
        progress=progress,
        reminders=reminders,
        relay=Relay(database, posts, clock),
        replies=Replies(database, posts, clock),
        reviews=Reviews(database, library, answers, staff, clock),
        slots=Slots(database, broadcasts, editions, staff, panel, clock),
        sitechecks=SiteChecks(database, staff, sitedesk, library, clock, settings.site_check_days),
        sitecontacts=SiteContacts(database, siteedits, clock),
        sitedesk=sitedesk,
        siteedits=siteedits,
        siteforms=SiteForms(database, siteedits, clock, settings.timezone),
        sitedrafts=SiteDrafts(database, library, clock, settings.timezone),
        siteimports=SiteImports(database, library, finder, clock, settings.timezone),
        staff=staff,
        times=Times(database, broadcasts, clock),
        trainings=Trainings(database, clock, settings.timezone),
        upkeep=Upkeep(database, staff, clock, settings.timezone),
    )


def _case_rules(settings: Settings) -> CaseRules:
    return CaseRules(
        remind_after=timedelta(hours=settings.case_remind_hours),
        escalate_after=timedelta(hours=settings.case_escalate_hours),
        close_after=timedelta(days=settings.case_quiet_days),
        keep_for=timedelta(days=settings.case_keep_days),
    )
