"""Context: what a handler gets beside the update, typed. The casts of the whole bot live here."""

from datetime import date
from typing import Any, Self, cast

from telegram import CallbackQuery, Chat, Message, Update, User
from telegram.error import BadRequest
from telegram.ext import Application, CallbackContext, ExtBot, JobQueue

from bot.content.renderer import Words
from bot.delivery import messages
from bot.delivery.courier import Courier
from bot.models import Button, Content, Keyboard, Lane, Language
from bot.services import Services

Bag = dict[Any, Any]


class Context(CallbackContext[ExtBot[Any], Bag, Bag, Bag]):
    """One update's view of the bot: its services, its language, its words."""

    def __init__(self, application: Any, chat_id: int | None = None, user_id: int | None = None):  # noqa: ANN401, ANN204 - python-telegram-bot's signature
        super().__init__(application=application, chat_id=chat_id, user_id=user_id)
        self.language = Language.EN  # set by handlers.prepare for each update
        self._incoming: Update | None = None

    @classmethod
    def from_update(cls, update: object, application: Any) -> Self:  # noqa: ANN401 - as above
        """Return the context of an update; python-telegram-bot calls this once for each."""
        context = super().from_update(update, application)
        context._incoming = update if isinstance(update, Update) else None  # noqa: SLF001 - own field
        return context

    # ------------------------------------------------------------------ what there is

    @property
    def services(self) -> Services:
        """Return what the bot can decide."""
        return cast("Services", self.bot_data["services"])

    @property
    def words(self) -> Words:
        """Return what the bot can say."""
        return self.services.library.words

    @property
    def today(self) -> date:
        """Return the date where the coalition is."""
        zone = self.services.editions.schedule.zone
        return self.services.clock.now().astimezone(zone).date()

    def wake_courier(self) -> None:
        """Have the outbox looked at now rather than in a second."""
        cast("Courier", self.bot_data["courier"]).wake()

    # ----------------------------------------------------------------- without Optionals

    @property
    def incoming(self) -> Update:
        """Return the update; raise LookupError where there is none."""
        if self._incoming is None:
            raise LookupError("no update")
        return self._incoming

    @property
    def chat(self) -> Chat:
        """Return the chat in which to answer."""
        if self.incoming.effective_chat is None:
            raise LookupError("the update has no chat")
        return self.incoming.effective_chat

    @property
    def person(self) -> User:
        """Return who did something."""
        if self.incoming.effective_user is None:
            raise LookupError("the update has no person")
        return self.incoming.effective_user

    @property
    def message(self) -> Message:
        """Return the message that was sent, or whose button was pressed."""
        if not isinstance(self.incoming.effective_message, Message):
            raise LookupError("the update has no message")  # noqa: TRY004 - it is about presence
        return self.incoming.effective_message

    @property
    def query(self) -> CallbackQuery:
        """Return the press of a button."""
        if self.incoming.callback_query is None:
            raise LookupError("no button was pressed")
        return self.incoming.callback_query

    @property
    def pressed(self) -> list[str]:
        """Return the parts of a pressed button's data, "noun:verb:id" as a list."""
        return (self.query.data or "").split(":")

    def staff_number(self) -> int:
        """Return the number in a pressed button of staff; raise Refusal if somebody else did."""
        self.services.staff.require(self.person.id)
        return int(self.pressed[2])

    @property
    def argument(self) -> str:
        """Return what was written after a command."""
        return " ".join(self.args or [])

    @property
    def thread_id(self) -> int | None:
        """Return the topic of the group in which to answer, None outside of topics."""
        message = self.incoming.effective_message
        return message.message_thread_id if message and message.is_topic_message else None

    @property
    def in_private(self) -> bool:
        """Return whether this is a chat with one person."""
        return self.chat.type == Chat.PRIVATE

    # ------------------------------------------------------------------ answers

    async def find_language(self) -> None:
        """Find out in which language to answer; never raises and never waits long."""
        person = self._incoming.effective_user if self._incoming else None
        if person is not None:
            self.language = await self.services.languages.of(person.id, person.language_code)

    def label(self, key: str, **values: object) -> str:
        """Return a one-line text."""
        return self.words.label(key, self.language, **values)

    def button(self, key: str, data: str, style: str = "", **values: object) -> Button:
        """Return a button with a label of the catalog."""
        return Button(self.label(key, **values), data=data, style=style)

    def link(self, key: str, url: str) -> Button:
        """Return a button that opens a link."""
        return Button(self.label(key), url=url)

    async def reply(self, template: str, *, keyboard: Keyboard = (), **values: object) -> Message:
        """Answer with a template, in a new message."""
        html = self.words.render(template, self.language, **values)
        return await self.send(Content(html, keyboard=keyboard))

    async def quote(self, template: str, *, keyboard: Keyboard = (), **values: object) -> None:
        """Answer with a template that shows which message it answers.

        What a button below it is about then needs no row: Telegram brings that message along.
        After a press that is the message which the pressed one answers.
        """
        html = self.words.render(template, self.language, **values)
        content = Content(html, keyboard=keyboard)
        pressed = self.incoming.callback_query is not None
        answered = (self.message.reply_to_message if pressed else None) or self.message
        await self.send(content, reply_to=answered.message_id)

    async def send(
        self, content: Content, lane: Lane = Lane.REPLY, *, reply_to: int | None = None
    ) -> Message:
        """Answer with content that is ready, below the message that it is about."""
        return await messages.send(self.bot, self.chat.id, content, lane, self.thread_id, reply_to)

    async def show(self, template: str, *, keyboard: Keyboard = (), **values: object) -> None:
        """Put a template where the pressed button is; a new message if nothing was pressed."""
        html = self.words.render(template, self.language, **values)
        await self.show_content(Content(html, keyboard=keyboard))

    async def show_content(self, content: Content) -> None:
        """Put content where the pressed button is; a new message if nothing was pressed."""
        if self.incoming.callback_query is None:
            await self.send(content)
        else:
            await self.replace(content)

    async def replace(self, content: Content, lane: Lane = Lane.REPLY) -> int:
        """Change the message whose button was pressed; send a new one where that fails.

        Return the id of the message that shows it.
        """
        shown = self.query.message  # inaccessible when it is very old
        if not isinstance(shown, Message):
            return (await self.send(content, lane)).message_id
        try:
            await messages.edit(self.bot, self.chat.id, shown.message_id, content, lane)
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                return (await self.send(content, lane)).message_id
        return shown.message_id

    async def answer(self, key: str = "", *, alert: bool = False, **values: object) -> None:
        """End the little clock on a pressed button, with a short text if there is one to say."""
        if self.incoming.callback_query is None:
            return
        text = self.label(key, **values) if key else None
        try:
            await self.query.answer(text, show_alert=alert)
        except BadRequest:
            return  # pressed long ago: nobody is waiting for the little clock


BotApplication = Application[ExtBot[Any], Context, Bag, Bag, Bag, JobQueue[Any]]
