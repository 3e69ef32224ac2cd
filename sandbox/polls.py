"""Polls: who voted for what. A poll may stand in several messages, which all show its votes."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.errors import RefusedError

Poll = dict[str, Any]  # the Bot API's Poll

MAX_QUESTION = 300
MAX_OPTIONS = 12
MAX_OPTION = 100


@dataclass(slots=True)
class Ballot:
    """The votes of one poll: the options that each person chose.

    `of_bot`: the bot made the poll, so it hears of the votes.
    """

    of_bot: bool
    votes: dict[int, list[int]] = field(default_factory=dict)


class Polls:
    """All polls of the sandbox, by id."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._ballots: dict[str, Ballot] = {}

    def new(
        self,
        question: str,
        options: list[str],
        *,
        of_bot: bool,
        is_anonymous: bool = True,
        allows_multiple_answers: bool = False,
        is_closed: bool = False,
    ) -> Poll:
        """Return a poll that nobody has voted in."""
        poll: Poll = {
            "id": self._new_id(),
            "question": question,
            "options": [
                {"persistent_id": str(index), "text": text, "voter_count": 0}
                for index, text in enumerate(options)
            ],
            "total_voter_count": 0,
            "is_closed": is_closed,
            "is_anonymous": is_anonymous,
            "type": "regular",
            "allows_multiple_answers": allows_multiple_answers,
            "allows_revoting": True,
            "members_only": False,
        }
        self._ballots[poll["id"]] = Ballot(of_bot)
        return poll

    def again(self, poll: Poll) -> Poll:
        """Return the copy that the bot makes of a poll: open, and without votes."""
        return self.new(
            poll["question"],
            [option["text"] for option in poll["options"]],
            of_bot=True,
            is_anonymous=poll["is_anonymous"],
            allows_multiple_answers=poll["allows_multiple_answers"],
        )

    def of_bot(self, poll: Poll) -> bool:
        """Return whether the bot made the poll."""
        return self._ballots[poll["id"]].of_bot

    def votes(self, poll: Poll) -> dict[int, list[int]]:
        """Return the chosen options by person."""
        return self._ballots[poll["id"]].votes

    def vote(self, poll: Poll, person_id: int, choice: list[int]) -> Poll:
        """Return the poll with the person's new choice; an empty one takes the vote back."""
        if poll["is_closed"]:
            raise RefusedError("This poll is closed.")
        chosen = sorted(set(choice))
        if any(not 0 <= index < len(poll["options"]) for index in chosen):
            raise RefusedError("This poll has no such option.")
        if len(chosen) > 1 and not poll["allows_multiple_answers"]:
            raise RefusedError("In this poll one can choose only one option.")
        votes = self.votes(poll)
        votes.pop(person_id, None)
        if chosen:
            votes[person_id] = chosen
        return self._counted(poll)

    def _counted(self, poll: Poll) -> Poll:
        votes = self.votes(poll)
        counts = Counter(index for chosen in votes.values() for index in chosen)
        options = [
            {**option, "voter_count": counts[index]}
            for index, option in enumerate(poll["options"])
        ]
        return {**poll, "options": options, "total_voter_count": len(votes)}

    def dump(self) -> dict[str, Any]:
        """Return all votes as plain data."""
        return {poll_id: asdict(ballot) for poll_id, ballot in self._ballots.items()}

    def load(self, saved: dict[str, Any]) -> None:
        """Take over what `dump` gave, once written as JSON and read again."""
        self._ballots = {
            poll_id: Ballot(
                each["of_bot"], {int(who): chosen for who, chosen in each["votes"].items()}
            )
            for poll_id, each in saved.items()
        }
