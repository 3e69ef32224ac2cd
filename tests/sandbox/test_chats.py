"""Chats, topics, members, reactions, and what a bot says about itself."""

import pytest

from sandbox import STAFF2_ID, STAFF_GROUP_ID, STAFF_ID, Sandbox


async def test_a_topic_is_made_used_and_deleted(call, sandbox):
    topic = await call("createForumTopic", chat_id=STAFF_GROUP_ID, name="Question 1")
    place = {"chat_id": STAFF_GROUP_ID, "message_thread_id": topic["message_thread_id"]}
    message = await call("sendMessage", **place, text="in the topic")
    assert message["is_topic_message"]
    sam = sandbox.person("Sam").in_group(sandbox.staff_group, topic=topic["message_thread_id"])
    answer = await sam.reply(message, "answer")
    update = (await call("getUpdates"))[-1]["message"]
    assert update["message_thread_id"] == topic["message_thread_id"]
    assert update["reply_to_message"]["text"] == "in the topic"
    assert answer["message_id"] == update["message_id"]
    assert await call("closeForumTopic", **place)
    assert await call.refused("closeForumTopic", **place) == "Bad Request: TOPIC_NOT_MODIFIED"
    assert await call("reopenForumTopic", **place)
    assert await call("editForumTopic", **place, name="Answered")
    assert sandbox.staff_group.as_json()["topics"][0]["name"] == "Answered"
    assert await call("deleteForumTopic", **place)
    gone = await call.refused("sendMessage", **place, text="x")
    assert gone == "Bad Request: message thread not found"


async def test_a_reply_stays_in_the_topic_of_what_it_answers(call):
    topic = await call("createForumTopic", chat_id=STAFF_GROUP_ID, name="x")
    thread = topic["message_thread_id"]
    first = await call("sendMessage", chat_id=STAFF_GROUP_ID, text="x", message_thread_id=thread)
    reply = {"message_id": first["message_id"]}
    second = await call("sendMessage", chat_id=STAFF_GROUP_ID, text="y", reply_parameters=reply)
    assert second["message_thread_id"] == thread


async def test_topics_need_a_forum_and_a_name(call, nia, sandbox):
    group = sandbox.world.add_group("No forum")
    no_forum = await call.refused("createForumTopic", chat_id=group.id, name="x")
    assert no_forum == "Bad Request: the chat is not a forum"
    private = await call.refused("createForumTopic", chat_id=nia.id, name="x")
    assert private == "Not Found: the sandbox does not model topics in private chats"
    long = await call.refused("createForumTopic", chat_id=STAFF_GROUP_ID, name="x" * 129)
    assert long == "Bad Request: TOPIC_TITLE_TOO_LONG"


async def test_message_ids_count_per_supergroup_and_once_for_all_private_chats(call, sandbox):
    nia, rosa = sandbox.person("Nia"), sandbox.person("Rosa")
    one, two = await nia.send("x"), await rosa.send("x")
    assert two["message_id"] == one["message_id"] + 1
    assert (await call("sendMessage", chat_id=STAFF_GROUP_ID, text="x"))["message_id"] == 1


async def test_who_is_in_the_staff_group(call, nia):
    def status(user_id):
        return call("getChatMember", chat_id=STAFF_GROUP_ID, user_id=user_id)

    bot = await call("getMe")
    assert (await status(STAFF_ID))["status"] == "creator"
    assert (await status(STAFF2_ID))["status"] == "member"
    assert (await status(nia.id))["status"] == "left"
    assert (await status(bot["id"]))["can_delete_messages"]
    assert await call("getChatMemberCount", chat_id=STAFF_GROUP_ID) == 3
    unknown = await call.refused("getChatMember", chat_id=STAFF_GROUP_ID, user_id=1)
    assert unknown == "Bad Request: user not found"


async def test_an_owner_can_have_any_id():
    sandbox = Sandbox(owner=42)
    assert sandbox.world.people[42].name == "Sam Rivera"
    assert 42 in sandbox.staff_group.members


async def test_a_chat_describes_itself(call, nia):
    sent = await call("sendMessage", chat_id=nia.id, text="x")
    await call("pinChatMessage", chat_id=nia.id, message_id=sent["message_id"])
    chat = await call("getChat", chat_id=nia.id)
    assert (chat["first_name"], chat["pinned_message"]["text"]) == ("Nia", "x")
    await call("unpinChatMessage", chat_id=nia.id)
    assert "pinned_message" not in await call("getChat", chat_id=nia.id)


async def test_a_reaction_is_one_known_emoji(call, nia):
    sent = await nia.send("x")
    named = {"chat_id": nia.id, "message_id": sent["message_id"]}
    assert await call("setMessageReaction", **named, reaction=[{"type": "emoji", "emoji": "👍"}])
    for emoji, description in (("🏠", "REACTION_INVALID"), (None, "REACTION_INVALID")):
        refused = await call.refused(
            "setMessageReaction", **named, reaction=[{"type": "emoji", "emoji": emoji}]
        )
        assert refused == f"Bad Request: {description}"
    missing = await call.refused("setMessageReaction", chat_id=nia.id, message_id=999)
    assert missing == "Bad Request: message to react not found"


async def test_leaving_a_group_ends_all_access(call):
    assert await call("leaveChat", chat_id=STAFF_GROUP_ID)
    left = await call.refused("sendMessage", chat_id=STAFF_GROUP_ID, text="x")
    assert left == "Forbidden: bot is not a member of the supergroup chat"


async def test_a_person_sees_the_menu_of_the_nearest_scope_and_language(call, sandbox):
    def menu(name, **where):
        commands = [{"command": name, "description": "x"}]
        return call("setMyCommands", commands=commands, **where)

    await menu("everyone")
    await menu("todos", language_code="es")
    await menu("staff", scope={"type": "chat", "chat_id": STAFF_ID})
    seen = {
        name: sandbox.profile.menu_for(sandbox.person(name).account)[0]["command"]
        for name in ("Nia", "Mateo", "Sam")
    }
    assert seen == {"Nia": "everyone", "Mateo": "todos", "Sam": "staff"}
    await call("deleteMyCommands", language_code="es")
    assert await call("getMyCommands", language_code="es") == []


@pytest.mark.parametrize(
    ("command", "description", "refusal"),
    [
        ("", "x", "command must be non-empty"),
        ("x" * 33, "x", "command length must not exceed 32"),
        ("Start", "x", "BOT_COMMAND_INVALID"),
        ("start", "", "command description must be non-empty"),
        ("start", "x" * 257, "command description length must not exceed 256"),
    ],
)
async def test_a_command_is_refused(call, command, description, refusal):
    commands = [{"command": command, "description": description}]
    assert await call.refused("setMyCommands", commands=commands) == f"Bad Request: {refusal}"


async def test_names_and_descriptions_by_language(call):
    await call("setMyDescription", description="Hello")
    await call("setMyDescription", description="Hola", language_code="es")
    assert await call("getMyDescription", language_code="es") == {"description": "Hola"}
    assert await call("getMyDescription", language_code="fr") == {"description": "Hello"}
    await call("setMyName", name="Helper")
    assert (await call("getMe"))["first_name"] == "Helper"
    long = await call.refused("setMyShortDescription", short_description="x" * 121)
    assert long == "Bad Request: BOT_SHORT_DESCRIPTION_TOO_LONG"
    assert await call("getChatMenuButton") == {"type": "commands"}
