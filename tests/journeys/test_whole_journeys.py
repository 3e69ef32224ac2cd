"""Whole journeys, as people make them."""

from bot.app import App
from sandbox.server import Sandbox


async def test_newcomer_joins_and_leaves(app: App, sandbox: Sandbox) -> None:
    nia = sandbox.person("Nia")
    await nia.send("/start")
    await nia.expect("You don't sign up")
    await nia.press("Weekly e-blast")
    await nia.expect("The weekly e-blast")
    await nia.press("Yes, send me")
    await nia.expect("You're in")
    await nia.send("stop")
    await nia.expect("You will not get the e-blast any more")
    await nia.send("stop")
    await nia.expect("nothing to stop")


async def test_overdose_card_comes_at_once_in_both_languages(app: App, sandbox: Sandbox) -> None:
    nia = sandbox.person("Nia")
    await nia.send("/overdose")
    card = await nia.expect("Call 911 and give naloxone now")
    assert card.text.startswith("Call 911")
    await nia.press("Español")
    await nia.expect("Llama al 911")


async def test_staff_send_an_edition(app: App, sandbox: Sandbox) -> None:
    nia, sam = sandbox.person("Nia"), sandbox.person("Sam")
    await nia.send("/start subscribe")
    await nia.expect("The weekly e-blast")
    await nia.press("Yes, send me")
    await nia.expect("You're in")
    await sam.send("/start")
    await sam.expect("You don't sign up")
    await sam.send("/item Free <b> Narcan training")
    await sam.expect("Which section")
    await sam.press("Trainings")
    await sam.expect("Free <b> Narcan")
    await sam.send("/blast")
    await sam.expect("Draft for")
    await sam.press("Preview")
    await sam.expect("This week's e-blast")
    await sam.press("Approve")
    await sam.expect("Approved. It goes out")
    await sam.press("Send now")
    await nia.expect("Narcan training", within=10)
    await sam.expect("Report", within=10)
