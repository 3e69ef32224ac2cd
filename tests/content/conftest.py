"""What the tests of the words share: everything loaded once."""

from datetime import UTC, datetime

import pytest

from bot.content.answers import Answers
from bot.content.cards import Cards
from bot.content.echo import Echo
from bot.content.emergency import EmergencyDetector
from bot.content.renderer import Words
from bot.content.sources import Sources
from bot.content.ways import Ways


@pytest.fixture(scope="session")
def words():
    return Words()


@pytest.fixture(scope="session")
def sources():
    return Sources()


@pytest.fixture(scope="session")
def answers(sources):
    return Answers(sources)


@pytest.fixture(scope="session")
def cards(words, sources):
    return Cards(words, sources)


@pytest.fixture(scope="session")
def echo(sources):
    return Echo(sources)


@pytest.fixture(scope="session")
def ways(sources):
    return Ways(sources)


@pytest.fixture(scope="session")
def emergencies():
    return EmergencyDetector()


@pytest.fixture
def now():
    return datetime(2026, 11, 21, 15, tzinfo=UTC)
