"""What a case looks like: its topic and card with staff, their messages, the person's answers.

Each staff chat has one topic per case where the group has topics. Telegram refuses the topic
elsewhere; then the same messages are a thread of replies to the card.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.content.masking import hidden_parts, masked_parts
from bot.content.renderer import Words
from bot.content.telegram_html import visible_text
from bot.models import (
    Button,
    Case,
    CaseMessage,
    CasePart,
    CaseState,
    Content,
    Hidden,
    Keyboard,
    Lane,
    MediaKind,
    Operation,
    Said,
)
from bot.services.caserows import CaseRows
from bot.services.staff import Staff
from bot.storage.deliveries import NewDelivery
from bot.storage.tables import Tables

TEXT_UNITS, CAPTION_UNITS = 3900, 900  # of a message; room is left for what stands around it
MOST_TEXT, MOST_CAPTION = 4096, 1024  # what Telegram takes
ALERT_UNITS = 190  # of the little window that a button opens
# Shown blurred until somebody taps them. Other files can name somebody, show a face that nothing
# can blur, or carry where they were made: a member of staff gets them in private, on request.
_COVERED = frozenset({MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.ANIMATION})
_SHOWN = _COVERED | {MediaKind.VOICE, MediaKind.STICKER}


class CasePosts:
    """Writes what staff and people are shown, as outbox rows; decides nothing."""

    def __init__(self, words: Words, staff: Staff, zone: ZoneInfo) -> None:
        self._words = words
        self._staff = staff
        self.zone = zone
        self._masks = {kind: words.label(f"mask_{kind}", staff.language) for kind in Hidden}

    @property
    def staff_chats(self) -> list[int]:
        """Return where staff see cases."""
        return self._staff.chats

    # ------------------------------------------------------------------ to staff

    def open_thread(self, t: Tables, case: Case, now: datetime) -> None:
        """Make the case's place in every staff chat: a topic if the group can, and the card."""
        rows = CaseRows(t, case, now)
        language = self._staff.language
        speaks = self._words.language_name(case.language, language)
        name = self._words.label("case_topic", language, number=case.case_id, speaks=speaks)
        topic = rows.add(CasePart.TOPIC)
        for chat_id in self._staff.chats:
            if chat_id < 0:  # a private chat has no topics
                rows.make_topic(topic, chat_id, name)
        card = rows.add(CasePart.CARD)
        for chat_id in self._staff.chats:
            rows.show(card, chat_id, [self.card(case)])

    def replace_topic(self, t: Tables, case: Case, message: CaseMessage, now: datetime) -> None:
        """Show a message once more, in a new topic: the old one is gone."""
        topics = t.case_messages.list_of(case.case_id, CasePart.TOPIC)
        if topics[-1].case_message_id < message.case_message_id:
            self.open_thread(t, case, now)
        if message.said is not None:
            self.show_person(t, case, message.case_message_id, message.said, now)

    def refresh_card(self, t: Tables, case: Case, now: datetime) -> None:
        """Let the card say how the case stands."""
        rows = CaseRows(t, case, now)
        for card in t.case_messages.list_of(case.case_id, CasePart.CARD)[-1:]:
            t.case_messages.drop_waiting(card.case_message_id, Operation.EDIT)
            for chat_id in self._staff.chats:
                # What people say goes first where a group has little room.
                content = [self.card(case)]
                rows.show(card.case_message_id, chat_id, content, changes_in=Lane.NOTICE)

    def show_person(self, t: Tables, case: Case, number: int, said: Said, now: datetime) -> None:
        """Show staff what the person wrote, or what it says now."""
        contents = self.masked(case, number, said)
        for chat_id in self._staff.chats:
            CaseRows(t, case, now).show(number, chat_id, contents)

    def tell_staff(
        self, t: Tables, case: Case, template: str, now: datetime, **values: object
    ) -> None:
        """Say something about a case in its place."""
        html = self._staff_words(template, case, **values)
        self._notice(t, case, [Content(html)], now, self._staff.chats)

    def mirror(self, t: Tables, case: Case, said: Said, from_id: int, now: datetime) -> None:
        """Show an answer in the other staff chats, where staff have no group together."""

        def words(text: str) -> str:
            return self._staff_words("staff/case_mirror", case, text=text)

        others = [chat_id for chat_id in self._staff.chats if chat_id != from_id]
        self._notice(t, case, _around(words, said), now, others)

    def tell_author(
        self, t: Tables, case: Case, message: CaseMessage, template: str, now: datetime
    ) -> None:
        """Say what became of an answer, below it, to whoever wrote it."""
        if message.chat_id is None:  # a reviewed answer, sent by a button
            self.tell_staff(t, case, template, now)
            return
        content = Content(self._staff_words(template, case))
        CaseRows(t, case, now).answer_below(message.chat_id, message.message_id, content)

    def tell_owners(self, t: Tables, case: Case, template: str, key: str, now: datetime) -> None:
        """Say something about a case to each owner, in private."""
        content = Content(self._staff_words(template, case, since=case.changed_at))
        for n, owner_id in enumerate(sorted(self._staff.owners)):
            t.deliveries.add(NewDelivery(owner_id, content, Lane.NOTICE, now, key=f"{key}:{n}"))

    def rescue(self, t: Tables, case: Case, message: CaseMessage, now: datetime) -> bool:
        """Give owners in private what the staff chat did not take; return False if they had it."""
        tried = t.case_messages.list_copies(message.case_message_id)
        left = self._staff.owners - {copy.chat_id for copy in tried}
        if message.said is None or not left:
            return False
        contents = self.masked(case, message.case_message_id, message.said)
        for owner_id in sorted(left):
            CaseRows(t, case, now).show(message.case_message_id, owner_id, contents)
        return True

    # ------------------------------------------------------------------ to the person

    def answer(
        self,
        t: Tables,
        case: Case,
        number: int,
        said: Said,
        now: datetime,
        *,
        about: int | None = None,
    ) -> None:
        """Give the person an answer of staff, or what it says now, signed by the Task Force.

        about is the message of theirs that it answers.
        """
        if case.chat_id is None:
            return
        end = self._words.label("case_end", case.language)
        keyboard = ((Button(end, data=f"case:end:{case.case_id}"),),)

        def words(text: str) -> str:
            return self._words.render("public/case_answer", case.language, text=text)

        contents = _around(words, said)
        contents[-1] = replace(contents[-1], keyboard=keyboard)
        about_ids = () if about is None else (about,)
        CaseRows(t, case, now).show(number, case.chat_id, contents, about_ids)

    def tell_person(
        self, t: Tables, case: Case, template: str, now: datetime, **values: object
    ) -> None:
        """Tell the person something about their case."""
        if case.chat_id is not None:
            html = self._words.render(template, case.language, case=case, zone=self.zone, **values)
            self._notice(t, case, [Content(html)], now, [case.chat_id])

    # ------------------------------------------------------------------ both ways

    def withdraw(self, t: Tables, case: Case, message: CaseMessage, now: datetime) -> None:
        """Take back what a message shows; staff see that something was there."""
        instead = None
        if message.part is CasePart.PERSON and message.said and not message.said.media:
            instead = Content(self._staff_words("staff/case_erased_message", case))
        CaseRows(t, case, now).hide(message.case_message_id, instead)

    def blank(self, t: Tables, case: Case, chat_id: int, now: datetime) -> None:
        """Take the words out of everything that a chat shows of a case."""
        content = Content(self._staff_words("staff/case_erased_message", case))
        for message_id in CaseRows(t, case, now).shown_in(chat_id, *CasePart):
            new = NewDelivery(chat_id, content, Lane.NOTICE, now, Operation.EDIT)
            t.deliveries.add(replace(new, about_ids=(message_id,)))

    # ------------------------------------------------------------------ how it looks

    def card(self, case: Case) -> Content:
        """Return the message that says how a case stands, with what staff can do about it."""
        return Content(self._staff_words("staff/case_card", case), keyboard=self._controls(case))

    def masked(self, case: Case, number: int, said: Said) -> list[Content]:
        """Return what staff see of a message: what could say who or where it is, is masked."""
        media = said.media if said.media and said.media.kind in _SHOWN else None
        kept_back = said.media is not None and media is None
        units = TEXT_UNITS if media is None else CAPTION_UNITS
        htmls = [
            self._staff_words("staff/case_message", case, text=text, kept_back=kept_back, part=n)
            for n, text in enumerate(masked_parts(said.text, said.marks, self._masks, units))
        ]
        if media is not None:
            media = replace(media, covered=media.kind in _COVERED)
        contents = [Content(htmls[0], media), *(Content(html) for html in htmls[1:])]
        contents[-1] = replace(contents[-1], keyboard=self._revealing(number, said, kept_back))
        return contents

    def hidden_pages(self, said: Said) -> list[str]:
        """Return what is masked in a message, in portions that the little window can hold."""
        pages = [""]
        for kind, value in hidden_parts(said):
            line = f"{self._masks[kind]}: {value}"
            for start in range(0, len(line), ALERT_UNITS // 2):
                longer = f"{pages[-1]}\n{line[start : start + ALERT_UNITS // 2]}".strip()
                if len(longer.encode("utf-16-le")) // 2 > ALERT_UNITS:
                    longer = line[start : start + ALERT_UNITS // 2]
                    pages.append("")
                pages[-1] = longer
        return pages

    def _revealing(self, number: int, said: Said, kept_back: bool) -> Keyboard:  # noqa: FBT001
        pages = len(self.hidden_pages(said)) if said.marks else 0
        label = "case_show" if pages == 1 else "case_show_page"
        buttons = [
            self._button(label, f"case:show:{number}:{page}", number=page + 1)
            for page in range(pages)
        ]
        if kept_back:
            buttons.append(self._button("case_file", f"case:file:{number}"))
        return tuple(tuple(buttons[n : n + 3]) for n in range(0, len(buttons), 3))

    def _controls(self, case: Case) -> Keyboard:
        number = case.case_id
        if case.state is CaseState.ERASED:
            return ()
        if not case.is_open:
            return ((self._button("case_reopen", f"case:reopen:{number}"),),)
        claim = self._button("case_claim", f"case:claim:{number}")
        answers = self._button("case_answers", f"case:answers:{number}")
        close = self._button("case_close", f"case:close:{number}")
        more = self._button("case_more", f"case:more:{number}")
        return ((claim, answers), (close, more))

    def _button(self, label: str, data: str, **values: object) -> Button:
        return Button(self._words.label(label, self._staff.language, **values), data=data)

    def _staff_words(self, template: str, case: Case, **values: object) -> str:
        language = self._staff.language
        return self._words.render(template, language, case=case, zone=self.zone, **values)

    def _notice(
        self, t: Tables, case: Case, contents: list[Content], now: datetime, chats: list[int]
    ) -> None:
        rows = CaseRows(t, case, now)
        notice = rows.add(CasePart.NOTICE)
        for chat_id in chats:
            rows.show(notice, chat_id, contents)


def _around(words: Callable[[str], str], said: Said) -> list[Content]:
    """Return what staff wrote with the bot's words around it, or apart where it gets too long."""
    whole = words(said.text)
    units = len(visible_text(whole).encode("utf-16-le")) // 2
    if units <= (MOST_TEXT if said.media is None else MOST_CAPTION):
        return [Content(whole, said.media)]
    return [Content(said.text, said.media), Content(words(""))]
