"""The composition root: opens what must be opened and wires it; nothing else does."""

import asyncio
import logging
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
from bot.storage.database import Database
from bot.storage.lock import InstanceLock
from bot.storage.sealing import Sealer, load_key
from bot.tasks import Tasks
from bot.transport.receiver import Hooks, Receiver
from bot.transport.request import Request
from bot.web import Web
from bot.wiring import wire_services

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
        _ = self.tasks.start(self.services.finder.refresh(), "first index of sites")
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
