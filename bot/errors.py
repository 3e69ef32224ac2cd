"""Errors that know what to say: to the person, or to whoever starts the program."""


class StartupError(Exception):
    """The program cannot start; the message is one sentence for the operator."""


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """Something a person asked for cannot be done; carries the template that tells them why.

    Nothing has been changed when it is raised.
    """

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template)
        self.template = template
        self.values = values


class StorageUnavailableError(Exception):
    """The database cannot be read or written now (locked, full, damaged, gone)."""


class NotSentError(Exception):
    """A request surely did not reach Telegram: it may be repeated without making a double."""
