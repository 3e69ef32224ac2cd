"""Nothing in the output, at any level, tells who the bot talks with or what they say."""

import pytest

from sandbox.world import Person
from tests.process.botprocess import until

FRAGMENT = 12  # characters of a message that would give it away
# Also short ids, of the kind that Telegram's first accounts have: the log's search for long
# numbers does not hide those.
NIA = Person(91827, "Nyarlatha", "Quillfeather", "nyarlatha_quill", "en")
ROSA = Person(6318540972, "Xochiquetzal", "Ñandúmontaña", "xochi_nandu", "es")
SAM = Person(73645, "Zebulonius", "Vanderquist", "zebulonius_v", "en", role="staff")
TEXTS = {
    NIA: [
        "my cousin Wilhelmina keeps asking about velvet umbrellas",
        "where can I get purple marmalade near Zanzibar Street",
    ],
    ROSA: ["¿dónde consigo chirimoyas moradas para mi tío Eustaquio?"],
    SAM: ["Free <b>xylophone</b> training at Grizzlewick Hall, ask for Bartholomew"],
}
CAPTION = "/item Turquoise poster of the Grizzlewick flugelhorn parade"
POISON = "hippogriff sandwiches on a quicksilver Thursday"


@pytest.fixture
def people(sandbox):
    for person in (NIA, ROSA, SAM):
        person.started = person.blocked = False
        sandbox.world.admit(person)
    return [sandbox.person(person.first_name) for person in (NIA, ROSA, SAM)]


async def members_come_and_go(nia, rosa):
    for person, join, joined in (
        (nia, "Yes, send me", "You're in"),
        (rosa, "Sí, ", "Ya estás"),
    ):
        await person.send("/eblast")
        await person.expect()
        await person.press(join)
        await person.expect(joined)
        for text in TEXTS[person.account]:
            await person.send(text)
            await person.expect()
    await nia.send("/stop")
    await nia.expect()
    await nia.press("Join again")
    await nia.expect()
    await nia.send("/nosuchcommand velvet umbrellas")
    await nia.expect()
    await nia.send_location(41.87881, -87.76542)
    await nia.send_voice()
    await nia.send("/overdose")
    await nia.expect("Call 911")


async def staff_send_an_edition(sandbox, nia, rosa, sam):
    for send in (sam.send(f"/item {TEXTS[SAM][0]}"), sam.send_photo(caption=CAPTION)):
        await send
        await sam.expect("Which section")
        await sam.press("Trainings")
        await sam.expect("Grizzlewick")
    await rosa.block()
    for method, fault in (("sendMessage", "500"), ("sendMessage", "502"), ("sendPhoto", "429")):
        sandbox.faults.add(fault, method=method, chat_id=nia.id, count=1)
    await sam.send("/blast")
    await sam.expect("Draft for")
    await sam.press("Preview")
    await sam.expect("flugelhorn")
    await sam.press("Approve")
    await sam.expect("Approved. It goes out")
    await sam.press("Send now")
    await sam.expect("Report", within=15)


async def things_go_wrong(sandbox, nia, sam):
    sandbox.faults.clear()
    for fault in ("500", "502", "reset_before", "reset_after", "truncated"):
        sandbox.faults.add(fault, method="sendMessage", chat_id=nia.id, count=1)
        await nia.send(f"/help {TEXTS[NIA][0]}")
        await until(lambda: not sandbox.faults)
    sandbox.updates.add("message", {"date": "x", "text": POISON, "from": NIA.user()}, nia.id)
    pressed = {"id": "1", "from": SAM.user(), "chat_instance": "1", "data": f"item:show:{10**30}"}
    message = next(iter(sam.chat.messages.values()))
    sandbox.updates.add("callback_query", {**pressed, "message": message}, sam.id)
    await sam.expect("could not read")


async def test_the_output_at_the_lowest_level_names_nobody_and_quotes_nothing(
    make_bot, sandbox, people, tmp_path
):
    nia, rosa, sam = people
    bot = await make_bot(
        LOG_LEVEL="DEBUG", OWNER_IDS=f"{SAM.id} 700001", STAFF_CHAT_ID=""
    ).start()
    await members_come_and_go(nia, rosa)
    await staff_send_an_edition(sandbox, nia, rosa, sam)
    await things_go_wrong(sandbox, nia, sam)
    path = tmp_path / "data/bot.db"
    path.rename(path.with_name("aside"))
    path.mkdir()
    await nia.send(TEXTS[NIA][1])
    await sam.expect("database cannot be used")
    await bot.end()

    assert bot.err.count(" ERROR ") >= 3  # there was much to tell
    output = bot.output.casefold()
    token = sandbox.token
    assert [told for told in secrets(token, token.partition(":")[2]) if told in output] == []


def secrets(*more):
    yield from more
    for person in (NIA, ROSA, SAM):
        yield from (str(person.id), person.first_name, person.last_name, person.username)
    texts = [text for said in TEXTS.values() for text in said]
    for text in (*texts, CAPTION, POISON, "41.87881", "-87.76542"):
        length = min(FRAGMENT, len(text))
        yield from (text[at : at + length] for at in range(len(text) - length + 1))
