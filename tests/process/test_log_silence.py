"""Nothing in the output, at any level, tells who the bot talks with or what they say."""

from dataclasses import replace

import pytest

from sandbox.chats import Person
from sandbox.world import STAFF_GROUP_ID
from tests.conftest import until

FRAGMENT = 12  # characters of a message that would give it away
# Also short ids, of the kind that Telegram's first accounts have: the log's search for long
# numbers does not hide those.
NIA = Person(91827, "Nyarlatha", "Quillfeather", "nyarlatha_quill", "en")
ROSA = Person(6318540972, "Xochiquetzal", "Ñandúmontaña", "xochi_nandu", "es")
SAM = Person(73645, "Zebulonius", "Vanderquist", "zebulonius_v", "en", role="staff")
JOY = Person(8127, "Quintessa", "Featherstonehaugh", "quintessa_f", "en", role="staff")
GUESTS = [Person(58231 + 1111 * n, f"Ptolemaia{n}", "Oxenbury", f"oxenbury{n}") for n in range(6)]
EVERYBODY = [NIA, ROSA, SAM, JOY, *GUESTS]
QUESTION = "my cousin Wilhelmina keeps asking about velvet umbrellas"
PREGUNTA = "¿dónde consigo chirimoyas moradas para mi tío Eustaquio?"
ITEM = "Free <b>xylophone</b> training at Grizzlewick Hall, ask for Bartholomew"
CAPTION = "/item Turquoise poster of the Grizzlewick flugelhorn parade"
POISON = "hippogriff sandwiches on a quicksilver Thursday"


@pytest.fixture
def people(sandbox):
    """Everybody, by account; each gets few messages, so that pacing does not slow the test."""
    for person in EVERYBODY:
        sandbox.world.admit(replace(person))
    return {person.id: sandbox.person(person.first_name) for person in EVERYBODY}


async def members_come_and_go(people):
    nia, rosa = people[NIA.id], people[ROSA.id]
    for person, join, question in ((nia, "Yes, send me", QUESTION), (rosa, "Sí, ", PREGUNTA)):
        await person.send("/eblast")
        await person.expect()
        await person.press(join)
        await person.expect()
        await person.send(question)
        await person.expect()
    await nia.send("/stop")
    await nia.expect()
    await nia.press("Get the e-blast again")


async def guests_try_this_and_that(guests):
    for guest, deed in zip(
        guests,
        (
            guests[0].send(f"/nosuchcommand {QUESTION}"),
            guests[1].send_location(41.87881, -87.76542),
            guests[2].send_voice(),
            guests[3].send(f"/overdose {QUESTION}"),
            guests[4].send(f"hes not breathing, {PREGUNTA}"),
            guests[5].send_document(b"%PDF", f"{QUESTION}.pdf", caption=PREGUNTA),
        ),
        strict=True,
    ):
        await deed
        await guest.expect()


async def staff_send_an_edition(sandbox, people):
    nia, rosa, sam, joy = (people[person.id] for person in (NIA, ROSA, SAM, JOY))
    await sam.send(f"/item {ITEM}")
    await joy.send_photo(caption=CAPTION)
    for staff in (sam, joy):
        await staff.expect("Which section")
        await staff.press("Trainings")
        await staff.expect("Grizzlewick")
    await rosa.block()
    for method, fault in (("sendMessage", "429"), ("sendPhoto", "502")):
        sandbox.faults.add(fault, method=method, chat_id=nia.id, count=1)
    await sam.send("/blast")
    await sam.expect("Draft for")
    await sam.press("Approve and send now")
    await sam.in_group(sandbox.staff_group).expect("Report", within=15)


async def things_go_wrong(sandbox, people):
    sam = people[SAM.id]
    sandbox.faults.clear()
    faults = ("429", "500", "502", "reset_before", "reset_after", "truncated")
    for guest, fault in zip(GUESTS, faults, strict=True):
        sandbox.faults.add(fault, method="sendMessage", chat_id=guest.id, count=1)
        await people[guest.id].send(f"/help {QUESTION}")
    await until(lambda: not sandbox.faults)
    sandbox.updates.add("message", {"date": "x", "text": POISON, "from": NIA.user()}, NIA.id)
    pressed = {"id": "1", "from": SAM.user(), "chat_instance": "1", "data": f"item:show:{10**30}"}
    message = next(iter(sam.chat.messages.values()))
    sandbox.updates.add("callback_query", {**pressed, "message": message}, sam.id)
    await sam.in_group(sandbox.staff_group).expect("could not read")


async def test_the_output_at_the_lowest_level_names_nobody_and_quotes_nothing(
    make_bot, sandbox, people, tmp_path
):
    sam, guests = people[SAM.id], [people[guest.id] for guest in GUESTS]
    bot = make_bot(
        LOG_LEVEL="DEBUG", OWNER_IDS=f"{SAM.id}, {JOY.id}", STAFF_CHAT_ID=STAFF_GROUP_ID
    )
    await bot.start()
    await members_come_and_go(people)
    await guests_try_this_and_that(guests)
    await staff_send_an_edition(sandbox, people)
    await things_go_wrong(sandbox, people)
    path = tmp_path / "data/bot.db"
    path.rename(path.with_name("aside"))
    path.mkdir()
    await guests[0].send(QUESTION)
    await sam.in_group(sandbox.staff_group).expect("database cannot be used")
    path.rmdir()
    path.with_name("aside").rename(path)
    await bot.end()

    assert bot.err.count(" ERROR ") >= 3  # there was much to tell
    output = bot.output.casefold()
    assert [told for told in secrets(sandbox.token) if told.casefold() in output] == []


def secrets(token):
    yield from (token.partition(":")[2], str(STAFF_GROUP_ID))
    for person in EVERYBODY:
        yield from (str(person.id), person.first_name, person.last_name, person.username)
    for text in (QUESTION, PREGUNTA, ITEM, CAPTION, POISON, "41.87881", "-87.76542"):
        length = min(FRAGMENT, len(text))
        yield from (text[at : at + length] for at in range(len(text) - length + 1))
