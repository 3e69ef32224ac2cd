"""The composition root: opens what must be opened and wires it; nothing else does."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

from telegram import BotCommand, BotCommandScopeChat
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, ContextTypes, ExtBot

import scheduler
from bot import handlers
from bot.clock import Clock
from bot.config import Settings
from bot.content.commands import Audience, menu
from bot.content.library import Library
from bot.context import BotApplication, Context
from bot.delivery import messages
from bot.delivery.courier import Courier
from bot.delivery.pacing import Pacer
from bot.errors import StartupError, StorageUnavailableError
from bot.handlers.breathing import Breathing
from bot.handlers.emergency import is_urgent
from bot.models import Content, Lane, Language
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
from bot.services.siteimports import SiteImports
from bot.services.slots import Slots
from bot.services.staff import Staff
from bot.services.times import Times
from bot.services.trainings import Trainings
from bot.services.upkeep import Upkeep
from bot.storage.database import Database
from bot.storage.lock import InstanceLock
from bot.storage.sealing import Sealer, load_key
from bot.tasks import Tasks
from bot.transport.receiver import Hooks, Receiver
from bot.transport.request import Request
from bot.web import Web

log = logging.getLogger(__name__)

STOP_SECONDS = 4.0  # for what is under way; a supervisor waits ten
COPY_SECONDS = 10.0  # within that a copy of a running bot has noticed the other one
PATIENCE_SECONDS = 2.0  # with the database, when somebody asks whether all is well
FIRST_RETRY, LONGEST_RETRY = 1.0, 30.0


class App:
    """The whole bot. start() and stop() are what the command line and the tests call."""

    def __init__(
        self, settings: Settings, clock: Clock | None = None, library: Library | None = None
    ) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.tasks = Tasks()
        self._lock = InstanceLock(settings.database_path)
        self._lock.acquire()
        key = load_key(settings.data_key.get_secret_value(), settings.database_path)
        self.database = Database(settings.database_path, Sealer(key))
        library = library or Library(settings.content_dir)
        self.services = wire_services(
            settings, self.database, self.clock, library, self.tasks, self._say
        )
        self._request, polling = Request(), Request()
        self.bot = _bot(settings, self.clock, self._request, polling)
        self.application: BotApplication = _application(self.bot)
        self.courier = Courier(
            self.database,
            self._post,
            self.pacer,
            self.clock,
            self.tasks,
            rate=settings.broadcast_rate,
            on_storm=self.services.upkeep.hold_broadcast,
        )
        breathing = Breathing(self.bot, self.pacer, library.guide, self.clock, self.tasks)
        self.application.bot_data.update(
            services=self.services, courier=self.courier, breathing=breathing
        )
        handlers.register(self.application, self.services)
        self._scheduler = scheduler.build(self.services, self.courier.wake)
        hooks = Hooks(
            process=self.application.process_update,
            is_urgent=is_urgent(self.services.cries),
            on_quarantine=self._tell_of_quarantine,
            on_trouble=self._tell_of_trouble,
        )
        self.receiver = Receiver(self.bot, polling, self.database, hooks, self.clock)
        self.web: Web | None = None
        if settings.web_port is not None:
            feeds = self.services.feeds
            self.web = Web(settings.web_host, settings.web_port, feeds, self.is_well)

    @property
    def pacer(self) -> Pacer:
        """Return the one place through which messages leave."""
        pacer = self.bot.rate_limiter
        if not isinstance(pacer, Pacer):
            raise TypeError("the bot was built with another rate limiter")
        return pacer

    async def start(self) -> None:
        """Open the database, greet Telegram, settle what a crash left and start everything."""
        try:
            await self.database.open()
            if self.web:
                await self.web.start()
            await self._greet_telegram()
            await self.services.upkeep.claim_for(self.bot.id)
            await self.services.upkeep.recover()
            await self.services.overdose.catch_up()
            await self.services.reminders.catch_up()
            await self.services.directory.ship()
            await self.services.answers.load()
            await self.services.calendar.ship()
        except StorageUnavailableError as error:
            raise StartupError(
                f"The database {self.settings.database_path} cannot be used: {error}."
            ) from error
        _ = self.tasks.start(self._start_courier(), "courier")
        self._scheduler.start()
        watch = scheduler.watch_clock(self._scheduler, self.services, self.courier.wake)
        _ = self.tasks.start(watch, "clock watch")
        _ = self.tasks.start(self.services.finder.load(), "index of sites")
        _ = self.tasks.start(self._publish_commands(), "commands menu")

    async def run(self) -> None:
        """Receive updates until stop() is called; raise StartupError if that is hopeless."""
        await self.receiver.run()

    async def stop(self) -> None:
        """Finish what is under way and close everything; safe after a failed start."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self.web:
            await self.web.stop()
        await asyncio.gather(
            self.receiver.stop(STOP_SECONDS),
            self.courier.stop(STOP_SECONDS),
            self._last_beat(),
        )
        await self.tasks.cancel()
        await self.application.shutdown()
        await self.bot.shutdown()  # the application leaves it open if Telegram never answered
        await self.database.close()
        self._lock.release()

    async def is_well(self) -> bool:
        """Return whether people are heard and answered, as far as that lies with this program."""
        if not (self.receiver.is_running and self.courier.is_running and self._scheduler.running):
            return False
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self.services.upkeep.is_beating()
        except (StorageUnavailableError, TimeoutError):
            return False

    async def _start_courier(self) -> None:
        """Let nothing leave from a copied database until no other bot can be working with it.

        Two copies would send the same messages. Telegram tells the newer one of the older.
        """
        if self.services.upkeep.is_copy:
            log.warning("The database is a copy or was moved: nothing leaves for a moment")
            await self.clock.sleep(COPY_SECONDS)
        self.courier.start()

    async def _last_beat(self) -> None:
        """Leave every backup of this run behind, so that it is known for one."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.services.upkeep.beat()
        except (StorageUnavailableError, TimeoutError):
            log.debug("There was no last heartbeat")

    # ------------------------------------------------------------------ with Telegram

    async def _post(self, method: str, form: bytes) -> object:
        """Call Telegram for the courier, who has its turn already."""
        return await self._request.post_form(f"{self.bot.base_url}/{method}", form)

    async def _say(self, chat_id: int, thread_id: int | None, content: Content) -> None:
        """Say something urgent without the outbox, which can't be written."""
        await messages.send(self.bot, chat_id, content, Lane.URGENT, thread_id)

    async def _greet_telegram(self) -> None:
        """Ask Telegram who the bot is, until it answers."""
        wait = FIRST_RETRY
        while True:
            try:
                await self.application.initialize()
            except InvalidToken:
                raise StartupError(
                    "Telegram does not accept the BOT_TOKEN: copy it again."
                ) from None
            except TelegramError as error:
                log.warning("Telegram does not answer yet, trying again", exc_info=error)
                await self.clock.sleep(wait)
                wait = min(wait * 2, LONGEST_RETRY)
            else:
                return

    async def _publish_commands(self) -> None:
        """Fill the commands menu, in both languages; the bot works without it too."""
        for language in Language:
            code = None if language is Language.EN else language.value
            commands = self._commands(Audience.EVERYONE, language)
            try:
                await self.bot.set_my_commands(commands, language_code=code)
            except TelegramError as error:
                log.warning("The commands menu could not be set", exc_info=error)
        for owner_id in self.services.staff.owners:
            commands = self._commands(Audience.STAFF, Language.EN)
            try:
                await self.bot.set_my_commands(commands, scope=BotCommandScopeChat(owner_id))
            except TelegramError:
                log.debug("A staff member has no menu yet: they have not written to the bot")

    def _commands(self, audience: Audience, language: Language) -> list[BotCommand]:
        words = self.services.library.words
        return [BotCommand(c.name, words.label(c.label, language)) for c in menu(audience)]

    # ------------------------------------------------------------------ trouble

    async def _tell_of_quarantine(self) -> None:
        await self.services.upkeep.tell_trouble("staff/trouble_update", "update")

    async def _tell_of_trouble(self, _: Exception) -> None:
        """Tell staff directly that the database is in trouble: the outbox is part of it."""
        staff = self.services.staff
        html = staff.render("staff/trouble_storage")
        for chat_id in staff.chats:
            try:
                await messages.send(self.bot, chat_id, Content(html), Lane.NOTICE)
            except TelegramError as error:
                log.warning("Staff could not be told of the trouble", exc_info=error)


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
    reports = Reports(staff, settings.timezone)
    progress = Progress(database, staff, reports, clock, settings.broadcast_rate)
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
    finder = Finder(database, library, clock, settings.timezone)
    sitedesk = SiteDesk(database, library, finder, clock, settings.timezone)
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
        sitecontacts=SiteContacts(database, sitedesk, clock),
        sitedesk=sitedesk,
        sitedrafts=SiteDrafts(database, library, clock, settings.timezone),
        siteimports=SiteImports(database, library, clock, settings.timezone),
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


def _bot(settings: Settings, clock: Clock, request: Request, polling: Request) -> ExtBot[Any]:
    address = settings.telegram_api_url
    return ExtBot(
        settings.bot_token.get_secret_value(),
        base_url=f"{address}/bot",
        base_file_url=f"{address}/file/bot",
        request=request,
        get_updates_request=polling,
        rate_limiter=Pacer(settings.broadcast_rate, clock),
    )


def _application(bot: ExtBot[Any]) -> BotApplication:
    """Return python-telegram-bot's dispatcher without its updater, job queue and persistence."""
    builder: Any = ApplicationBuilder()
    application: Application[Any, Context, Any, Any, Any, Any] = (
        builder.bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=Context))
        .build()
    )
    return application
