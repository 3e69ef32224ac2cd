"""The outbox rows of one case within one transaction: what is shown where, and its changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.models import (
    Case,
    CasePart,
    Content,
    DeliveryState,
    Lane,
    Operation,
    Reaction,
    Topic,
    TopicDeed,
)
from bot.storage.case_messages import Copy, NewCaseMessage
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables

_NOT_THERE = (DeliveryState.FAILED, DeliveryState.UNREACHABLE, DeliveryState.CANCELLED)


class CaseRows:
    """Reads and writes the rows of one case."""

    def __init__(self, t: Tables, case: Case, now: datetime) -> None:
        self._t = t
        self._case = case
        self._now = now

    def add(self, part: CasePart) -> int:
        """Store a message of the bot itself and return its number."""
        new = NewCaseMessage(self._case.case_id, part)
        return self._t.case_messages.add(new, self._now) or 0

    def make_topic(self, number: int, chat_id: int, name: str) -> None:
        """Ask for a topic in a group."""
        self._send(chat_id, Content("", Topic(TopicDeed.CREATE, name)), number)

    def show(
        self,
        number: int,
        chat_id: int,
        contents: Sequence[Content],
        about_ids: tuple[int, ...] = (),
        *,
        changes_in: Lane = Lane.REPLY,
    ) -> None:
        """Make a chat show a message as these contents, whatever it shows of it so far.

        What is new answers the messages named in about_ids, or with staff the case's card.
        """
        shown = [copy for copy in self.copies(number) if copy.chat_id == chat_id]
        for copy, content in zip(shown, contents, strict=False):
            if not self._t.deliveries.reword(copy.delivery_id, content):
                self._change(number, copy, Operation.EDIT, content, changes_in)
        for copy in shown[len(contents) :]:
            self._change(number, copy, Operation.DELETE, Content(""))
        for content in contents[len(shown) :]:
            self._send(chat_id, content, number, about_ids)

    def hide(self, number: int, instead: Content | None) -> None:
        """Take a message out of every chat; with words to put in its place, only what it says."""
        for operation in (Operation.EDIT, Operation.SEND):
            self._t.case_messages.drop_waiting(number, operation)
        for copy in self.copies(number):
            if instead is None:
                self._change(number, copy, Operation.DELETE, Content(""))
            else:
                self._change(number, copy, Operation.EDIT, instead)
                instead = None  # a long message is several: one place is enough

    def react(self, number: int, chat_id: int, message_id: int, emoji: str) -> None:
        """Put the bot's reaction under a message of somebody else; empty takes it away."""
        content = Content("", Reaction(emoji))
        new = NewDelivery(chat_id, content, Lane.NOTICE, self._now, Operation.EDIT)
        self._t.deliveries.add(replace(new, about_ids=(message_id,), case_message_id=number))

    def delete_written(self, number: int, chat_id: int, message_id: int) -> None:
        """Take a message of somebody else out of the chat in which they wrote it."""
        new = NewDelivery(chat_id, Content(""), Lane.REPLY, self._now, Operation.DELETE)
        self._t.deliveries.add(replace(new, about_ids=(message_id,), case_message_id=number))

    def set_topics(self, deed: TopicDeed) -> None:
        """Close or reopen the topics of the case, where there are any."""
        for message in self._t.case_messages.list_of(self._case.case_id, CasePart.TOPIC):
            for copy in self.copies(message.case_message_id):
                content = Content("", Topic(deed))
                new = NewDelivery(copy.chat_id, content, Lane.NOTICE, self._now)
                topic = replace(
                    new, topic_id=copy.delivery_id, case_message_id=message.case_message_id
                )
                self._t.deliveries.add(topic)

    def answer_below(self, chat_id: int, message_id: int | None, content: Content) -> None:
        """Say something below a message of staff."""
        about_ids = () if message_id is None else (message_id,)
        self._send(chat_id, content, self.add(CasePart.NOTICE), about_ids)

    def copies(self, number: int) -> list[Copy]:
        """Return where a message is shown, or is about to be."""
        copies = self._t.case_messages.list_copies(number)
        return [copy for copy in copies if copy.state not in _NOT_THERE]

    def shown_in(self, chat_id: int, *parts: CasePart) -> list[int]:
        """Return the messages of the case in a staff chat: the bot's and the answers of staff."""
        found: list[int] = []
        for message in self._t.case_messages.list_of(self._case.case_id, *parts):
            if message.chat_id == chat_id and message.message_id is not None:
                found.append(message.message_id)
            copies = self.copies(message.case_message_id)
            found += [c.message_id for c in copies if c.chat_id == chat_id and c.message_id]
        return found

    def _change(
        self,
        number: int,
        copy: Copy,
        operation: Operation,
        content: Content,
        lane: Lane = Lane.REPLY,
    ) -> None:
        new = NewDelivery(copy.chat_id, content, lane, self._now, operation)
        self._t.deliveries.add(replace(new, target_id=copy.delivery_id, case_message_id=number))

    def _send(
        self, chat_id: int, content: Content, number: int, about_ids: tuple[int, ...] = ()
    ) -> None:
        new = NewDelivery(
            chat_id,
            content,
            Lane.REPLY,
            self._now,
            about_ids=about_ids,
            case_message_id=number,
        )
        if chat_id != self._case.chat_id:
            # The card answers nothing, and before there is one nothing answers it.
            card = None if about_ids else self._newest(CasePart.CARD, chat_id, number)
            topic = self._newest(CasePart.TOPIC, chat_id, number)
            new = replace(new, target_id=card, topic_id=topic)
        self._t.deliveries.add(new)

    def _newest(self, part: CasePart, chat_id: int, but: int) -> int | None:
        """Return the newest delivery of a part in a chat, but for one message."""
        found = [
            copy.delivery_id
            for message in self._t.case_messages.list_of(self._case.case_id, part)
            for copy in self._t.case_messages.list_copies(message.case_message_id)
            if copy.chat_id == chat_id and message.case_message_id != but
        ]
        return found[-1] if found else None
