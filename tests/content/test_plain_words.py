"""Plain words that mean a command, the commands themselves, and dates as people read them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.content import dates
from bot.content.commands import COMMANDS, Audience, find, menu
from bot.content.commandwords import CommandWords
from bot.models import Language

CHICAGO = ZoneInfo("America/Chicago")
MEANT = {
    "leave": [
        *(
            "stop",
            "STOP!",
            "Stop.",
            "please stop",
            "unsubscribe",
            "Un-subscribe",
            "quit",
            "cancel",
        ),
        *("I don't want any more messages", "opt out", "baja", "¡Alto!", "parar", "cancelar"),
        *("darme de baja", "Quiero darme de baja, por favor", "no quiero más mensajes", "no más"),
    ],
    "join": ["join", "Subscribe", "sign me up", "e-blast", "apúntame", "suscribirme", "boletín"],
    "help": ["help", "Help?", "menu", "ayuda", "¿qué puedes hacer?"],
    "naloxone": ["narcan", "NARCAN please", "naloxona", "where can i get narcan?"],
    "supplies": ["test strips", "tiras reactivas", "jeringas"],
    "treatment": ["detox", "tratamiento"],
    "next_echo": ["next echo", "When is the next ECHO?", "próximo echo"],
    "language": ["language", "idioma"],
    "spanish": ["español", "Spanish", "en español por favor"],
    "english": ["English", "inglés"],
    "staff_talk": ["talk to a person", "quiero hablar con una persona"],
    "settings": ["settings", "ajustes"],
    "privacy": ["privacy", "privacidad"],
}
TRAPS = [
    *("how do I stop an overdose", "stop breathing", "he stopped", "when does the bleeding stop"),
    *("I want to quit dope", "quiero dejar la droga", "can't stop using", "the bus stop on Lake"),
    *("cancel my appointment at the clinic", "is it ok to leave him", "leave a comment"),
    *("should I unsubscribe or pause", "alto riesgo", "la presión alta", "baja tolerancia"),
    *("para mi hermano", "no more narcan left", "no más tengo una dosis", "parar una sobredosis"),
    *("help my friend is blue", "does narcan expire", "can I join the fentanyl workgroup"),
    *(
        "where is the echo sign up form for new staff",
        "talk to my son about drugs",
        "",
        "👍",
        "!!!",
    ),
    *("english class near me", "privacy of my medical records", "thanks", "gracias"),
]


@pytest.fixture(scope="module")
def command_words():
    return CommandWords()


@pytest.mark.parametrize(
    ("command", "text"), [(command, text) for command, texts in MEANT.items() for text in texts]
)
def test_a_plain_word_means_its_command(command_words, command, text):
    assert command_words.command_of(text) == command


@pytest.mark.parametrize("text", TRAPS)
def test_a_word_inside_a_sentence_means_nothing(command_words, text):
    assert command_words.command_of(text) is None


def test_a_coalition_adds_its_own_words(tmp_path):
    (tmp_path / "commandwords.yaml").write_text("leave: {en: [enough already]}\n")
    own = CommandWords(tmp_path)
    assert own.command_of("Enough already!") == "leave"
    assert own.command_of("stop please") == "leave"


def test_the_menu_lists_only_what_is_there_and_no_alias():
    listed = [command.name for command in menu(Audience.EVERYONE)]
    assert listed[0] == "overdose"
    assert "narcan" not in listed
    assert "events" in listed
    assert "item" not in listed


def test_staff_see_their_commands_beside_everyones():
    listed = {command.name for command in menu(Audience.STAFF)}
    assert {"overdose", "item", "items", "blast", "staff"} <= listed


def test_an_alias_finds_its_command_and_an_unavailable_one_nothing():
    found = find("narcan")
    assert found is not None
    assert found.name == "naloxone"
    assert find("nosuch") is None


def test_every_name_fits_telegram_and_is_there_once(words):
    names = [command.name for command in COMMANDS]
    assert len(set(names)) == len(names)
    assert all(name.isalnum() and name.islower() and len(name) <= 32 for name in names)
    for command in COMMANDS:
        for language in Language:
            assert 1 <= len(words.label(command.label, language)) <= 256


def test_times_are_read_with_their_zone_in_both_languages():
    winter = datetime(2026, 12, 1, 16, tzinfo=UTC)
    assert dates.datetime_text(winter, Language.EN, CHICAGO) == "Tue, Dec 1, 10:00 AM CST"
    assert dates.datetime_text(winter, Language.ES, CHICAGO) == "mar 1 dic, 10:00 a. m. CST"
    summer = datetime(2026, 7, 1, 15, tzinfo=UTC)
    assert dates.time_text(summer, Language.EN, CHICAGO) == "10:00 AM CDT"


def test_dates_are_read_as_exactly_as_they_are_known():
    assert dates.date_text(date(2026, 12, 1), Language.ES) == "1 dic 2026"
    assert dates.partial_date_text("2022-12-05", Language.EN) == "Dec 5, 2022"
    assert dates.partial_date_text("2025-08", Language.ES) == "ago 2025"
    assert dates.partial_date_text("2018", Language.EN) == "2018"


def test_numbers_are_grouped_by_commas():
    assert dates.number_text(14000) == "14,000"
