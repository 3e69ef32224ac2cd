"""What somebody is in a chat, as the Bot API says it."""

from typing import Any

_RIGHTS = tuple(
    f"can_{right}"
    for right in [
        "manage_chat",
        "delete_messages",
        "manage_video_chats",
        "restrict_members",
        "promote_members",
        "change_info",
        "invite_users",
        "pin_messages",
        "manage_topics",
        "post_stories",
        "edit_stories",
        "delete_stories",
    ]
)


def chat_member(user: dict[str, Any], status: str) -> dict[str, Any]:
    """Return a Bot API ChatMember."""
    member: dict[str, Any] = {"user": user, "status": status}
    if status == "kicked":
        member["until_date"] = 0
    if status == "creator":
        member["is_anonymous"] = False
    if status == "administrator":
        member |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(_RIGHTS, True)
    return member
