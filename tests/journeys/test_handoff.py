"""A warm hand-off: somebody who meets or calls, told only what the person chooses to say."""

from tests.journeys.places import site
from tests.journeys.test_site import press


async def test_what_they_say_and_nothing_else_reaches_staff(talk, nia, sam, put, running, rows):
    await put(site("Wound Van"))
    found = await talk.one(nia, "wound care 60624")
    (offer,) = await talk.press(nia, "Ask somebody to meet or call me", message=found)
    assert "They cannot promise it." in offer.text
    asked = await press(talk, nia, "Yes, I will write to them", offer)
    assert "nothing else does" in asked.text
    assert await rows("cases") == {"cases": 0}
    await talk.say(nia, "Can somebody come with me tomorrow at noon?")
    await running.outbox_empty()
    told = [m for m in sam.messages if "come with me tomorrow" in m.text]
    assert told
    everything = " ".join(m.text for m in sam.messages)
    assert "Nia" not in everything
    assert "Wound Van" not in everything
    assert "60624" not in everything
    assert await rows("cases") == {"cases": 1}


async def test_it_is_the_same_in_spanish(talk, mateo, put, english_in):
    await put(site("Camioneta"))
    found = await talk.one(mateo, "curar heridas 60624")
    (offer,) = await talk.press(mateo, "me acompañe o me llame", message=found)
    assert english_in(offer) == []
    asked = await press(talk, mateo, "Sí, les escribo", offer)
    assert english_in(asked) == []


async def test_not_now_leaves_nothing(talk, nia, put, rows):
    await put(site("Wound Van"))
    found = await talk.one(nia, "wound care 60624")
    (offer,) = await talk.press(nia, "Ask somebody to meet or call me", message=found)
    await press(talk, nia, "Not now", offer)
    assert await rows("cases", "forms") == {"cases": 0, "forms": 0}


async def test_an_open_case_is_the_way_there_already(talk, nia, put):
    await put(site("Wound Van"))
    found = await talk.one(nia, "wound care 60624")
    (offer,) = await talk.press(nia, "Ask somebody to meet or call me", message=found)
    await press(talk, nia, "Yes, I will write to them", offer)
    await talk.say(nia, "Can somebody meet me?")
    await talk.press(nia, "Ask somebody to meet or call me", message=found)
    assert "What you write here goes to staff." in nia.last.text
