"""What can go wrong in words a person understands; refuses to know how it is shown."""

from __future__ import annotations


def N_(message: str) -> str:
    """Marks a message for translation where none can happen yet; web translates it when it is shown."""
    return message


class ForumError(Exception):
    """Base of all refusals: `message` is an English msgid with %(name)s places for `values`."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


class Invalid(ForumError):
    """What came in cannot be taken: `field` says where."""

    def __init__(self, field: str, message: str, **values: object) -> None:
        super().__init__(message, **values)
        self.field = field


class Missing(ForumError):
    """There is no such thing (404)."""


class Refused(ForumError):
    """This actor may not do this (403)."""


class Conflict(ForumError):
    """The thing has changed since it was read (409)."""


class TooFast(ForumError):
    """Too many at once (429); `retry_after` in seconds."""

    def __init__(self, message: str, retry_after: int, **values: object) -> None:
        super().__init__(message, **values)
        self.retry_after = retry_after


class Away(ForumError):
    """What is needed is not there just now (503); nothing was changed."""
