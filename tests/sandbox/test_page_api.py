"""The page's API, as docs/sandbox.md promises it."""

import base64
import json
from collections.abc import AsyncIterator

import pytest
from yarl import URL

from sandbox import STAFF_GROUP_ID, STAFF_ID
from sandbox.contents import TINY_GIF


@pytest.fixture
def page(call):
    """Calls of the page."""

    async def request(method, path, body=None, **headers):
        url = call.sandbox.url + path
        async with call.session.request(method, url, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    return request


async def test_the_world_has_people_chats_and_a_crowd(page):
    status, world = await page("GET", "api/world")
    assert status == 200
    assert set(world) == {"bot", "people", "chats", "crowd", "limits", "faults", "now"}
    names = {(person["first_name"], person["language_code"]) for person in world["people"]}
    assert {("Nia", "en"), ("Mateo", "es"), ("Rosa", "es"), ("Darnell", "en")} <= names
    group = next(chat for chat in world["chats"] if chat["id"] == STAFF_GROUP_ID)
    assert group["is_forum"]
    assert STAFF_ID in group["members"]


async def test_somebody_new_writes_presses_and_reads(page, call):
    _, made = await page("POST", "api/people", {"first_name": "Ana", "language_code": "es"})
    me = f"api/people/{made['person']['id']}"
    _, sent = await page("POST", f"{me}/messages", {"text": "/start"})
    assert sent["message"]["entities"][0]["type"] == "bot_command"
    buttons = [[{"text": "Yes", "callback_data": "y"}, {"text": "Web", "url": "https://a.org"}]]
    chat_id = made["person"]["id"]
    keyboard = {"inline_keyboard": buttons}
    message = await call("sendMessage", chat_id=chat_id, text="Hola", reply_markup=keyboard)
    press = {"message_id": message["message_id"], "row": 0, "column": 0}
    _, pressed = await page("POST", f"{me}/press", press)
    query = (await call("getUpdates", offset=-1))[0]["callback_query"]
    assert pressed == {"callback_query_id": query["id"]}
    _, link = await page("POST", f"{me}/press", {**press, "column": 1})
    assert link == {"url": "https://a.org"}
    status, refused = await page("POST", f"{me}/press", {**press, "column": 2})
    assert (status, refused) == (400, {"error": "There is no such button."})
    _, read = await page("GET", f"api/chats/{chat_id}/messages")
    assert [each["text"] for each in read["messages"]] == ["/start", "Hola"]
    assert (read["keyboard"], read["commands"], read["blocked"]) == (None, [], False)


async def test_files_places_and_stickers(page, sandbox):
    path = f"api/people/{sandbox.person('Nia').id}/messages"
    picture = {"name": "x.gif", "mime_type": "", "base64": base64.b64encode(TINY_GIF).decode()}
    _, photo = await page("POST", path, {"file": picture, "caption": "look /here"})
    assert photo["message"]["photo"][0]["width"] == 1
    assert photo["message"]["caption_entities"][0]["type"] == "bot_command"
    paper = {**picture, "name": "x.pdf", "base64": base64.b64encode(b"%PDF").decode()}
    _, document = await page("POST", path, {"file": paper})
    assert document["message"]["document"]["mime_type"] == "application/pdf"
    _, place = await page("POST", path, {"location": {"latitude": 40, "longitude": -80}})
    assert place["message"]["location"]["latitude"] == 40
    for kind in ("sticker", "voice"):
        _, sent = await page("POST", path, {"kind": kind})
        assert kind in sent["message"]
    for body in ({}, {"kind": "poem"}, {"file": {"name": "x", "base64": "?"}}):
        status, refused = await page("POST", path, body)
        assert (status, set(refused)) == (400, {"error"})


def file_of(name, mime_type, content=TINY_GIF):
    return {"name": name, "mime_type": mime_type, "base64": base64.b64encode(content).decode()}


async def test_a_file_becomes_what_it_is(page, sandbox):
    path = f"api/people/{sandbox.person('Nia').id}/messages"
    for mime_type, kind in (
        ("image/gif", "animation"),
        ("video/mp4", "video"),
        ("audio/mpeg", "audio"),
        ("text/plain", "document"),
    ):
        _, sent = await page("POST", path, {"file": file_of("x", mime_type, b"content")})
        assert kind in sent["message"]
        assert sent["message"][kind]["mime_type"] == mime_type


async def test_several_files_are_an_album(page, sandbox):
    path = f"api/people/{sandbox.person('Nia').id}/messages"
    files = [file_of("1.png", ""), file_of("2.mp4", "video/mp4", b"film")]
    _, sent = await page("POST", path, {"album": files, "caption": "ours"})
    assert [message.get("caption") for message in sent["messages"]] == ["ours", None]
    assert len({message["media_group_id"] for message in sent["messages"]}) == 1
    for album in (files[:1], [*files, file_of("3.pdf", "", b"%PDF")], [{}, {}]):
        assert (await page("POST", path, {"album": album}))[0] == 400


async def test_venues_contacts_and_samples(page, sandbox):
    nia = sandbox.person("Nia")
    path = f"api/people/{nia.id}/messages"
    place = {"latitude": 41.9, "longitude": -87.7}
    named = {"title": "Church", "address": "1 Main St"}
    _, sent = await page("POST", path, {"venue": {**named, **place}})
    assert sent["message"]["venue"] == {"location": place, **named}
    assert sent["message"]["location"] == place
    _, sent = await page("POST", path, {"contact": {}})
    assert sent["message"]["contact"]["user_id"] == nia.id
    card = {"first_name": "Help", "phone_number": "833-234-6343"}
    _, sent = await page("POST", path, {"contact": card})
    assert sent["message"]["contact"] == card
    for kind in ("video", "animation", "audio", "video_note"):
        _, sent = await page("POST", path, {"kind": kind})
        assert kind in sent["message"]
    for body in (
        {"venue": named},
        {"venue": place},
        {"contact": {"first_name": "x"}},
        {"contact": 1},
        {"poll": {"question": "?"}},
    ):
        status, refused = await page("POST", path, body)
        assert status == 400
        assert refused["error"].endswith(".")


async def test_a_reaction_and_its_end(page, call, nia):
    message = await call("sendMessage", chat_id=nia.id, text="x")
    path, named = f"api/people/{nia.id}/react", {"message_id": message["message_id"]}
    _, reacted = await page("POST", path, {**named, "emoji": "👍"})
    assert reacted["message"]["sandbox_reactions_of"] == {str(nia.id): "👍"}
    _, ended = await page("POST", path, {**named, "emoji": None})
    assert ended["message"]["sandbox_reactions_of"] == {}
    for body in ({**named, "emoji": "x"}, {"emoji": "👍"}):
        assert (await page("POST", path, body))[0] == 400


async def test_a_poll_and_the_votes_in_it(page, call, sandbox, nia):
    path = f"api/people/{nia.id}"
    poll = {"question": "When?", "options": ["Now", "Later"], "is_anonymous": False}
    _, theirs = await page("POST", f"{path}/messages", {"poll": poll})
    assert theirs["message"]["poll"]["is_anonymous"] is False
    sent = await call("sendPoll", chat_id=nia.id, question="When?", options=["Now", "Later"])
    vote = {"message_id": sent["message_id"], "option_ids": [1]}
    _, voted = await page("POST", f"{path}/vote", vote)
    assert voted["message"]["poll"]["total_voter_count"] == 1
    _, read = await page("GET", f"api/chats/{nia.id}/messages")
    assert read["votes"] == {
        sent["poll"]["id"]: {str(nia.id): [1]},
        theirs["message"]["poll"]["id"]: {},
    }
    for body in ({**vote, "option_ids": [2]}, {**vote, "option_ids": 1}, {"option_ids": []}):
        assert (await page("POST", f"{path}/vote", body))[0] == 400


async def test_edit_forward_and_reply_in_the_group(page, call, sandbox):
    nia = f"api/people/{sandbox.person('Nia').id}"
    _, first = await page("POST", f"{nia}/messages", {"text": "one"})
    edit = {"message_id": first["message"]["message_id"], "text": "two"}
    _, edited = await page("POST", f"{nia}/edit", edit)
    assert edited["message"]["text"] == "two"
    topic = await call("createForumTopic", chat_id=STAFF_GROUP_ID, name="x")
    reply = {"chat_id": STAFF_GROUP_ID, "text": "hi", "reply_to_message_id": 1}
    _, sent = await page("POST", f"api/people/{STAFF_ID}/messages", reply)
    assert sent["message"]["message_thread_id"] == topic["message_thread_id"]
    source = {"from_chat_id": STAFF_GROUP_ID, "message_id": sent["message"]["message_id"]}
    _, forwarded = await page(
        "POST", f"api/people/{STAFF_ID}/forward", {**source, "chat_id": STAFF_ID}
    )
    assert forwarded["message"]["forward_origin"]["sender_user"]["id"] == STAFF_ID
    status, _ = await page("POST", f"{nia}/messages", {**reply, "text": "let me in"})
    assert status == 400


async def test_blocking_limits_and_faults(page, sandbox, call):
    nia = sandbox.person("Nia")
    _, blocked = await page("POST", f"api/people/{nia.id}/block", {})
    assert blocked["person"]["blocked"]
    status, refused = await page("POST", f"api/people/{nia.id}/messages", {"text": "x"})
    assert (status, refused["error"]) == (400, "Nia has blocked the bot: unblock it first.")
    await page("POST", f"api/people/{nia.id}/unblock", {})
    assert await page("POST", "api/limits", {"on": True}) == (200, {"limits": {"on": True}})
    _, faults = await page("POST", "api/faults", {"kind": "429", "count": 2, "retry_after": 3})
    assert faults["faults"][0]["retry_after"] == 3
    assert (await page("POST", "api/faults", {"kind": "earthquake"}))[0] == 400
    assert await page("DELETE", "api/faults") == (200, {"faults": []})
    assert (await page("POST", "api/crowd", {"size": 100_001}))[0] == 400
    assert (await page("POST", "api/crowd", {"size": 3}))[1]["crowd"]["size"] == 3


async def test_what_does_not_exist_is_a_sentence(page):
    assert (await page("GET", "api/chats/12345/messages"))[0] == 404
    for path in ("api/people/1/messages", "api/people/x/messages"):
        status, body = await page("POST", path, {"text": "x"})
        assert status in (400, 404)
        assert body["error"].endswith(".")


async def test_a_foreign_host_or_origin_is_turned_away(page):
    assert (await page("GET", "api/world", Host="evil.example"))[0] == 403
    assert (await page("GET", "api/world", Origin="https://evil.example"))[0] == 403
    assert (await page("GET", "api/world", Host="localhost:1", Origin="http://[::1]"))[0] == 200


async def events(call) -> AsyncIterator[dict]:
    async with call.session.get(call.sandbox.url + "api/events") as stream:
        async for line in stream.content:
            if line.startswith(b":"):
                yield {"kind": "heartbeat"}
            elif line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))


async def test_everything_that_happens_is_an_event(call, sandbox, nia):
    stream = events(call)
    assert (await anext(stream))["kind"] == "heartbeat"
    sent = await call("sendMessage", chat_id=nia.id, text="one")
    named = {"chat_id": nia.id, "message_id": sent["message_id"]}
    await call("editMessageText", **named, text="two")
    await call("deleteMessage", **named)
    await call.refused("sendMessage", chat_id=1, text="x")
    sandbox.world.add_person("Ana")
    poll = await nia.send_poll("When?", ["Now", "Later"])
    await nia.vote(poll, "Now")
    seen = [await anext(stream) for _ in range(7)]
    kinds = ["message", "edit", "delete", "log", "person", "message", "poll"]
    assert [event["kind"] for event in seen] == kinds
    assert seen[6]["votes"] == {str(nia.id): [0]}
    assert seen[6]["message"]["poll"]["options"][0]["voter_count"] == 1
    assert seen[1]["message"]["text"] == "two"
    assert seen[2]["message_ids"] == [sent["message_id"]]
    assert seen[3]["text"] == "sendMessage: Bad Request: chat not found"
    await stream.aclose()


async def test_the_page_can_show_a_file_but_not_run_it(call, nia):
    sent = await nia.send_document(b"<script>", "x.html")
    url = f"{call.sandbox.url}api/files/{sent['document']['file_id']}"
    async with call.session.get(url) as answer:
        assert (await answer.read(), answer.content_type) == (b"<script>", "text/html")
        assert answer.headers["Content-Security-Policy"] == "sandbox"
    async with call.session.get(f"{call.sandbox.url}api/files/nothing") as answer:
        assert answer.status == 404


async def test_static_files_stay_in_their_folder(call, sandbox):
    for path in ("static/nothing.js", "static/..%2fserver.py", "static/..%2f..%2fMakefile"):
        async with call.session.get(URL(sandbox.url + path, encoded=True)) as answer:
            assert answer.status == 404
