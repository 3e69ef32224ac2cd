"""Everything that the bot can say, loaded once at the start."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from bot.content.answers import Answer, Answers
from bot.content.cards import Cards
from bot.content.echo import Echo
from bot.content.events import shipped_events
from bot.content.everyday import Everyday
from bot.content.followups import FollowUps
from bot.content.guide import Guide
from bot.content.occasions import read_occasions
from bot.content.places import Places
from bot.content.renderer import Words
from bot.content.shipped import shipped_sites
from bot.content.sitetable import SiteTable
from bot.content.sources import Sources
from bot.content.understanding import Understanding
from bot.content.ways import Ways
from bot.models import Language


class Library:
    """The shelves, each by its name; a coalition's own folder is laid over the default."""

    def __init__(self, content_dir: Path | None = None) -> None:
        self.words = Words(content_dir)
        self.sources = sources = Sources(content_dir)
        self.answers = Answers(sources, content_dir)
        self.cards = Cards(self.words, sources, content_dir)
        self.echo = Echo(sources, content_dir)
        self.events = shipped_events(self.echo, content_dir)
        self.occasions = read_occasions(sources, content_dir)
        self.guide = Guide(self.words, sources, content_dir)
        self.everyday = Everyday(self.answers, content_dir)
        self.follow_ups = FollowUps(content_dir)
        self.understanding = Understanding(self.answers, content_dir)
        self.command_words = self.understanding.command_words
        self.emergencies = self.understanding.emergencies
        self.ways = Ways(sources, content_dir)
        self.places = Places(content_dir)
        self.site_table = SiteTable(self.places)
        self.sites = shipped_sites(self.site_table, content_dir)

    def lay(self, answers: Iterable[Answer]) -> None:
        """Lay answers of staff over the files; both are then found together.

        Takes milliseconds with a hundred answers, seconds with ten thousand.
        """
        self.answers.lay(answers)
        self.understanding.learn(self.answers)

    def answer_html(self, topic: str, language: Language, today: date) -> str:
        """Return an answer ready to send; raise KeyError if there is no such topic."""
        return self.html_of(self.answers.get(topic, language), language, today)

    def html_of(self, answer: Answer, language: Language, today: date) -> str:
        """Return an answer as people see it; it says so if its review is late."""
        return self.words.render(
            "public/answer", language, answer=answer, overdue=answer.overdue(today)
        )
