"""The methods of the Bot API that the sandbox models, by group."""

from sandbox.methods import (
    chats,
    editing,
    media,
    polls,
    profile,
    receiving,
    relaying,
    sending,
    topics,
)
from sandbox.methods.call import Method

# By the name in lower case: Telegram does not look at the case of a method's name.
METHODS: dict[str, Method] = {
    name.lower(): method
    for group in (receiving, sending, media, polls, relaying, editing, chats, topics, profile)
    for name, method in group.METHODS.items()
}
