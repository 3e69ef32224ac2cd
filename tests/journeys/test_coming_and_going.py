"""Blocking the bot and coming back; coming late to an edition that is out already."""

from bot.models import MemberState


async def test_blocking_stops_deliveries_and_unblocking_resumes_them(talk, nia, sam, find_member):
    await talk.join(nia)
    await nia.block()
    await talk.running.idle()
    assert (await find_member(nia)).state is MemberState.UNREACHABLE
    assert "Nobody would get it" in await _overview(talk, sam)
    await nia.unblock()
    await talk.running.idle()
    assert (await find_member(nia)).state is MemberState.ACTIVE
    assert "1 member would get it" in await _overview(talk, sam)


async def _overview(talk, sam):
    await talk.item(sam)
    return (await talk.draft(sam)).text


async def test_strangers_may_block_and_come_back_without_a_trace(talk, nia, rows):
    await talk.one(nia, "/start")
    await nia.block()
    await nia.unblock()
    await talk.running.idle()
    assert await rows("members", "deliveries") == {"members": 0, "deliveries": 0}
    assert "You don't sign up" in (await talk.one(nia, "/start")).text


async def test_who_blocked_the_bot_unnoticed_is_welcomed_back_at_start(talk, nia, app):
    await talk.join(nia)
    await app.services.members.blocked(nia.id)
    welcome = await talk.one(nia, "/start")
    assert "Good to have you back" in welcome.text
    assert welcome.button("Overdose")
    assert "You don't sign up" in (await talk.one(nia, "/start")).text


async def test_who_left_by_hand_is_not_taken_back_by_start(talk, nia, find_member):
    await talk.join(nia)
    await talk.one(nia, "stop")
    await nia.block()
    await nia.unblock()
    assert "You don't sign up" in (await talk.one(nia, "/start")).text
    assert (await find_member(nia)).state is MemberState.LEFT


async def test_only_the_unreachable_stop_being_members(
    talk, nia, mateo, darnell, sam, find_member
):
    await talk.join(nia, mateo, darnell)
    nia.account.blocked = True  # Telegram has not told the bot
    await mateo.deactivate()
    report = await talk.send_edition(sam)
    assert "1 message accepted" in report.text
    assert "2 cannot be reached" in report.text
    assert (await find_member(nia)).state is MemberState.UNREACHABLE
    assert (await find_member(mateo)).state is MemberState.UNREACHABLE
    assert (await find_member(darnell)).state is MemberState.ACTIVE


async def test_who_was_unreachable_is_offered_the_edition_at_the_return(talk, nia, sam):
    await talk.join(nia)
    nia.account.blocked = True
    await talk.send_edition(sam)
    await nia.unblock()
    welcome = await talk.one(nia, "/start")
    assert "Do you want it now" in welcome.text
    await nia.press("Send me this week's", message=welcome)
    await talk.running.outbox_empty()
    assert "Free Narcan training" in nia.last.text


async def test_a_late_joiner_gets_the_edition_once(talk, nia, darnell, sam):
    await talk.join(darnell)
    await talk.send_edition(sam)
    await talk.join(nia)
    offer = await nia.expect("Do you want it now")
    assert (await nia.press("Send me this week's", message=offer)).text == "It is on its way."
    await talk.running.outbox_empty()
    assert (
        await nia.press("Send me this week's", message=offer)
    ).text == "You have it, or it is on its way."
    await talk.one(nia, "/stop")
    await talk.join(nia)
    await talk.running.outbox_empty()
    copies = [m for m in nia.messages if "Free Narcan training" in m.text]
    assert len(copies) == 1
    assert "Do you want it now" not in nia.last.text
    assert sum("Free Narcan training" in m.text for m in darnell.messages) == 1


async def test_a_late_joiner_gets_what_fits_them(talk, rosa, darnell, sam, english_in):
    await talk.join(darnell)
    await talk.send_edition(sam)
    await talk.join(rosa)
    await rosa.press("boletín de esta semana")
    await talk.running.outbox_empty()
    assert "El boletín de esta semana" in rosa.last.text


async def test_an_edition_older_than_a_week_is_not_offered(talk, nia, darnell, sam, clock):
    await talk.join(darnell)
    await talk.send_edition(sam)
    await talk.join(nia)
    offer = nia.last
    clock.move(days=8)
    assert "There is none for you" in (await nia.press("Send me this", message=offer)).text
    await talk.join(talk.running.sandbox.person("Ada"))
    assert "Do you want it now" not in talk.running.sandbox.person("Ada").last.text


async def test_the_next_edition_does_not_repeat_what_a_late_joiner_got(
    talk, nia, darnell, sam, clock
):
    await talk.join(darnell)
    await talk.send_edition(sam)
    await talk.join(nia)
    await nia.press("Send me this week's")
    await talk.running.outbox_empty()
    clock.move(days=7)
    await talk.send_edition(sam, "Second news")
    assert sum("Free Narcan training" in m.text for m in nia.messages) == 1
    assert sum("Second news" in m.text for m in nia.messages) == 1


async def test_who_left_in_the_middle_and_returns_is_offered_it_again(talk, nia, sam):
    await talk.join(nia)
    await talk.item(sam)
    draft = await talk.draft(sam)
    await sam.press("Approve and send now", message=draft)
    await talk.running.idle()
    draft = await talk.panel(sam)
    await sam.press("Pause sending", message=draft)
    # Whether the copy left before the pause or not: never two, and never none without an offer.
    await talk.one(nia, "stop")
    await sam.press("Resume", message=draft)
    await talk.running.outbox_empty()
    got = sum("Free Narcan training" in m.text for m in nia.messages)
    await talk.join(nia)
    assert ("Do you want it now" in nia.last.text) == (got == 0)
