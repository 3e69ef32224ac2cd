"""The anonymous line in tests: a staff group with topics, and shortcuts for both sides."""

from sandbox.world import STAFF_GROUP_ID

UNKNOWN = "quantum chromodynamics, my name is Keisha Brown, call 773-555-0142"


class Line:
    """Shortcuts: a person asks, staff see it in the case's topic and answer."""

    def __init__(self, talk, running, group):
        self.talk, self.running, self.group = talk, running, group

    async def ask(self, person, text=UNKNOWN):
        """Ask what nobody knows and say yes; return the confirmation."""
        offered = await self.talk.one(person, text)
        spanish = person.account.language_code == "es"
        await person.press("Preguntar" if spanish else "Ask a person", message=offered)
        await self.running.idle()
        await person.press("Sí" if spanish else "Yes", message=offered)
        await self.settle()
        return offered

    async def settle(self):
        await self.running.idle()
        await self.running.outbox_empty()
        await self.running.outbox_empty()

    def topic(self, number=-1):
        """Return the id of a topic of the group."""
        return list(self.group.topics)[number]

    def staff(self, person, number=-1):
        """Return a member of staff in the topic of a case."""
        return person.in_group(self.group, topic=self.topic(number))

    async def answer(self, person, text, number=-1):
        """Reply to the newest message of the person."""
        hands = self.staff(person, number)
        shown = [m for m in hands.messages if "#case" in m.text and not m.deleted][-1]
        sent = await hands.reply(shown, text)
        await self.settle()
        return sent


def with_staff_group(settings, **more):
    """Return settings with the staff group and office hours."""
    return settings.model_copy(
        update={"staff_chat_id": STAFF_GROUP_ID, "office_hours": "Mo-Fr 09:00-17:00", **more}
    )
