"""Messages about somebody in danger now are recognised, near misses are left, in no time."""

import time

import pytest

from bot.content.emergency import Emergency, EmergencyDetector, EmergencyKind
from bot.content.files import DEFAULT_DIR
from bot.errors import StartupError
from bot.models import Language

PHRASES = EmergencyDetector().phrases
RULES = PHRASES.rules
TAKES = [
    pytest.param(rule.kind, rule.language, message, id=message)
    for rule in RULES
    for message in rule.takes
]
LEAVES = [message for rule in (*RULES, PHRASES.evidence) for message in rule.leaves]


@pytest.mark.parametrize(("kind", "language", "message"), TAKES)
def test_an_emergency_is_recognised(emergencies, kind, language, message):
    assert emergencies.detect(message) == Emergency(kind, language)


@pytest.mark.parametrize("message", PHRASES.evidence.takes)
def test_signs_add_up_to_an_emergency(emergencies, message):
    assert emergencies.detect(message) is not None


@pytest.mark.parametrize("message", LEAVES)
def test_a_near_miss_is_left_alone(emergencies, message):
    assert emergencies.detect(message) is None


@pytest.mark.parametrize(
    "message",
    [
        "HE IS NOT BREATHING!!!",
        "he’s not breathing",
        "hes  not\nbreathing",
        "he's not breatihng",
        "heee's nottt breathing",
        "NO RESPIRA",
        "mi amigo no réspira",
        "está inconciente",
        "my friend is overdsing",
    ],
)
def test_case_accents_apostrophes_and_typos_do_not_matter(emergencies, message):
    assert emergencies.detect(message) is not None


@pytest.mark.parametrize(
    "message",
    [
        "",
        "👍",
        "thanks",
        "where can i get narcan",
        "how do I stop an overdose",
        "what are the signs of an overdose",
        "my phone is dead and not waking up",
        "stop",
        "baja",
        "¿dónde consigo naloxona?",
        "when is the next echo",
        "x" * 5000,
    ],
)
def test_calm_messages_are_left_alone(emergencies, message):
    assert emergencies.detect(message) is None


def test_asking_calmly_and_crying_for_help_differ(emergencies):
    assert emergencies.detect("what are the signs of overdose") is None
    assert emergencies.detect("overdose help me please hurry") is not None


def test_breathing_comes_before_the_name_of_the_drug(emergencies):
    found = emergencies.detect("he smoked too much meth and is not breathing")
    assert found == Emergency(EmergencyKind.OPIOID, Language.EN)


def test_a_message_is_checked_in_a_few_milliseconds(emergencies):
    messages = [message for rule in RULES for message in (*rule.takes, *rule.leaves)]
    started = time.process_time()
    for message in messages:
        emergencies.detect(message)
    assert (time.process_time() - started) / len(messages) < 0.01


def test_the_longest_message_does_not_hold_up_the_next(emergencies):
    started = time.process_time()
    emergencies.detect("he is not in the mood for breathing exercises if you " * 80)
    assert time.process_time() - started < 0.05


def _own_file(tmp_path, change):
    text = (DEFAULT_DIR / "emergency.yaml").read_text(encoding="utf-8")
    (tmp_path / "emergency.yaml").write_text(change(text), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("unless: [supposed", "unless: [nosuch", 1), "nosuch"),
        (lambda text: text.replace("{not} ", "{nosuch} ", 1), "nosuch"),
        (lambda text: text.replace("stops) breathing", "stops breathing", 1), "not breathing"),
        (lambda text: text.replace("kind: opioid", "kind: other", 1), "kind"),
        (lambda text: text + "\n  - [", "YAML"),
    ],
)
def test_a_mistake_in_the_phrases_is_told_at_the_start(tmp_path, change, said):
    with pytest.raises(StartupError, match=said):
        EmergencyDetector(_own_file(tmp_path, change))


CALM_BUT_LIKE_A_RULE = "what number do i call if my kid drinks something bad"


def test_a_long_message_that_is_all_but_certainly_calm_has_its_card_beside(emergencies):
    finding = emergencies.look(CALM_BUT_LIKE_A_RULE)
    assert finding.now is None
    assert finding.perhaps is not None


def test_the_rules_of_an_own_file_are_not_overruled(tmp_path):
    text = (DEFAULT_DIR / "emergency.yaml").read_text(encoding="utf-8")
    (tmp_path / "emergency.yaml").write_text(text, encoding="utf-8")
    assert EmergencyDetector(tmp_path).detect(CALM_BUT_LIKE_A_RULE) is not None
