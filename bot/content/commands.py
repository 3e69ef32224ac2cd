"""The commands: what Telegram's menu lists and what people may type, as data."""

from dataclasses import dataclass
from enum import StrEnum

from bot.content.labels import Label


class Audience(StrEnum):
    """Who may use a command."""

    EVERYONE = "everyone"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Command:
    """One command; an alias is understood but not listed."""

    name: str
    label: Label
    audience: Audience = Audience.EVERYONE
    alias_of: str = ""
    available: bool = True

    @property
    def in_menu(self) -> bool:
        """Return whether Telegram's menu and /help list it."""
        return self.available and not self.alias_of


COMMANDS = (
    Command("overdose", Label.COMMAND_OVERDOSE),
    Command("start", Label.COMMAND_START),
    Command("naloxone", Label.COMMAND_NALOXONE),
    Command("supplies", Label.COMMAND_SUPPLIES),
    Command("treatment", Label.COMMAND_TREATMENT),
    Command("ask", Label.COMMAND_ASK),
    Command("nextecho", Label.COMMAND_NEXTECHO),
    Command("events", Label.COMMAND_EVENTS),
    Command("person", Label.COMMAND_PERSON),
    Command("eblast", Label.COMMAND_EBLAST),
    Command("settings", Label.COMMAND_SETTINGS),
    Command("language", Label.COMMAND_LANGUAGE),
    Command("privacy", Label.COMMAND_PRIVACY),
    Command("stop", Label.COMMAND_STOP),
    Command("help", Label.COMMAND_HELP),
    Command("od", Label.COMMAND_OVERDOSE, alias_of="overdose"),
    Command("narcan", Label.COMMAND_NALOXONE, alias_of="naloxone"),
    Command("teststrips", Label.COMMAND_SUPPLIES, alias_of="supplies"),
    Command("syringes", Label.COMMAND_SUPPLIES, alias_of="supplies"),
    Command("subscribe", Label.COMMAND_EBLAST, alias_of="eblast"),
    Command("unsubscribe", Label.COMMAND_STOP, alias_of="stop"),
    Command("end", Label.COMMAND_PERSON, alias_of="person"),
    Command("delete", Label.COMMAND_PERSON, alias_of="person"),
    Command("forgetme", Label.COMMAND_FORGETME),
    Command("mydata", Label.COMMAND_MYDATA),
    Command("staff", Label.COMMAND_STAFF, Audience.STAFF),
    Command("item", Label.COMMAND_ITEM, Audience.STAFF),
    Command("items", Label.COMMAND_ITEMS, Audience.STAFF),
    Command("blast", Label.COMMAND_BLAST, Audience.STAFF),
    Command("event", Label.COMMAND_EVENT, Audience.STAFF),
    Command("announce", Label.COMMAND_ANNOUNCE, Audience.STAFF),
    Command("answer", Label.COMMAND_ANSWER, Audience.STAFF),
    Command("alert", Label.COMMAND_ALERT, Audience.STAFF),
    Command("inbox", Label.COMMAND_INBOX, Audience.STAFF),
    Command("note", Label.COMMAND_NOTE, Audience.STAFF),
    Command("close", Label.COMMAND_INBOX, Audience.STAFF, alias_of="inbox"),
    Command("reopen", Label.COMMAND_INBOX, Audience.STAFF, alias_of="inbox"),
    Command("mute", Label.COMMAND_INBOX, Audience.STAFF, alias_of="inbox"),
    Command("ban", Label.COMMAND_INBOX, Audience.STAFF, alias_of="inbox"),
    Command("unban", Label.COMMAND_INBOX, Audience.STAFF, alias_of="inbox"),
    Command("site", Label.COMMAND_SITE, Audience.STAFF),
    Command("importsites", Label.COMMAND_IMPORTSITES, Audience.STAFF),
)


def menu(audience: Audience) -> tuple[Command, ...]:
    """Return the commands that the menu of an audience lists; staff see everyone's too."""
    seen = {Audience.EVERYONE, audience}
    return tuple(c for c in COMMANDS if c.in_menu and c.audience in seen)


def find(name: str) -> Command | None:
    """Return the available command of that name, an alias as what it stands for."""
    by_name = {command.name: command for command in COMMANDS if command.available}
    command = by_name.get(name)
    return by_name.get(command.alias_of, command) if command else None
