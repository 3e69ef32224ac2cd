"""What the stand-in answers when it refuses something."""

from typing import Any


class BotApiError(Exception):
    """A refusal as the Bot API words it; the HTTP status equals `code`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        """Return the answer's body."""
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body


def bad_request(detail: str, **parameters: int) -> BotApiError:
    """Return a 400 in Telegram's wording.

    Telegram lower-cases the first letter unless the second is a capital or an underscore, so that
    identifiers such as BUTTON_DATA_INVALID stay as they are.
    """
    if len(detail) < 2 or not (detail[1].isupper() or detail[1] == "_"):
        detail = detail[:1].lower() + detail[1:]
    return BotApiError(400, f"Bad Request: {detail}", **parameters)


def forbidden(detail: str) -> BotApiError:
    """Return a 403 in Telegram's wording."""
    return BotApiError(403, f"Forbidden: {detail}")


def flood(retry_after: int) -> BotApiError:
    """Return the 429 that asks to wait `retry_after` seconds."""
    description = f"Too Many Requests: retry after {retry_after}"
    return BotApiError(429, description, retry_after=retry_after)


def not_modelled(what: str) -> BotApiError:
    """Return the refusal of something that Telegram has and the sandbox has not.

    It is a 404 on purpose: a made-up success would let a test pass for the wrong reason.
    """
    return BotApiError(404, f"Not Found: the sandbox does not model {what}")


class RefusedError(Exception):
    """Something that a person in the sandbox cannot do; the text is a sentence for the page."""
