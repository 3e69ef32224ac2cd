"""What staff write for many is told from what they ask and from what they talk about."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.news import LONG, is_clearly_news, is_long_caption, reads_like_news

NEWS = [
    "Free Narcan training on Friday at noon, Austin library",
    "We are closed on Friday",
    "Reminder: training tomorrow at 6 PM",
    "RSVP: https://example.org/training",
    "New test strips: https://example.org",
    'Read <a href="https://example.org/report">the new report</a>',
    "The vigil is on Dec 4",
    "What: Narcan training. When: Friday, 6 PM. Where: Austin library",
    "Do you want to learn how to use naloxone? Join us on Friday at 6 PM. RSVP: example.org",
    "Our outreach van has moved. It stands on Madison now. " * 4,
    "Taller gratis de Narcan el viernes a las 6 pm",
    "Estaremos cerrados el viernes",
    "Los invitamos a la vigilia del 4 de diciembre",
    "¿Quieres aprender a usar naloxona? Acompáñanos el viernes. Inscríbete: example.org",
    "Recordatorio: la junta es mañana a las 10:00",
]
NOT_NEWS = [
    "",
    "hello",
    "60624",
    "Pulaski and Madison",
    "how long does naloxone last",
    "sign up for the e-blast",
    "Where can I get Narcan on Friday at 6 PM?",
    "I need naloxone by Friday 6 PM",
    "Is the library open on Dec 4",
    "Somebody called me today. They live in Austin and have no car. They were told to come on "
    "Friday, but nobody was there then. " + "They need naloxone. " * 5 + "What can I tell them?",
    "¿Dónde hay naloxona el viernes a las 6 pm?",
    "Necesito tiras para el viernes a las 6 pm",
    "cuánto dura la naloxona",
    "open 24/7",
    "thank you so much",
]
CLEAR = [
    (
        "Free Narcan training! Join us on Friday, December 4 at 6 PM in the Austin library, "
        "5615 W Race Avenue. Everyone is welcome and food is provided."
    ),
    (
        "Taller gratis de Narcan. Acompáñanos el viernes 4 de diciembre a las 6 pm en la "
        "biblioteca de Austin. Todos son bienvenidos y habrá comida para todos."
    ),
]
TALK = [
    (
        "Meeting on Friday at 3 PM, here is the link: https://zoom.us/j/1. I will bring the "
        "numbers of last month, please look at them before we talk."
    ),
    (
        "Could somebody register for the training on Friday at 6 PM? Here is the link again: "
        "https://example.org/training. I have no time this week."
    ),
    "We are closed on Friday at noon",
    (
        "I saw Darnell at the van yesterday. He says hello to all of you and will come on "
        "Monday at 9 AM. He brings the boxes along, so please leave the back door open for "
        "him."
    ),
    (
        "La junta es el viernes a las 3 pm. Aquí está el enlace: https://zoom.us/j/1. Yo llevo"
        " los números del mes pasado para que los veamos antes de hablar."
    ),
]


@pytest.mark.parametrize("text", [*NEWS, *CLEAR])
def test_news_is_recognised(text):
    assert reads_like_news(text)


@pytest.mark.parametrize("text", NOT_NEWS)
def test_questions_and_small_talk_are_left_alone(text):
    assert not reads_like_news(text)
    assert not is_clearly_news(text)


@pytest.mark.parametrize("text", CLEAR)
def test_an_invitation_is_clear_also_among_people_who_talk(text):
    assert is_clearly_news(text)


@pytest.mark.parametrize("text", TALK)
def test_what_staff_say_to_each_other_is_left_alone(text):
    assert not is_clearly_news(text)


def test_length_alone_counts_only_with_several_sentences():
    assert not reads_like_news("word " * LONG)
    assert reads_like_news("A sentence of some words. " * 10)


def test_a_long_caption_that_is_no_question_is_news():
    assert is_long_caption(
        "The new flyer of our outreach team, please hang it up wherever many people come by"
    )
    assert not is_long_caption("The new flyer")
    assert not is_long_caption("word " * 30 + "?")


@given(st.text(max_size=300))
def test_any_text_is_judged_and_clear_news_is_news(text):
    html = escape(text)
    assert reads_like_news(html) or not is_clearly_news(html)
