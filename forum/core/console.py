"""Command lines that end in one clear line: exit 0 for done, 1 for a failure that says what to do, 2 for a wrong call."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from forum.core.errors import ForumError

P = ParamSpec("P")
R = TypeVar("R")


def plain(command: Callable[P, R]) -> Callable[P, R]:
    """Turns refusals and an unreachable database into one line on standard error and exit status 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ForumError as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            first = str(error.orig).splitlines()[0]
            raise click.ClickException(
                f"The database cannot do that ({first}). Is it there, and brought up with `db upgrade`?"
            ) from error
        except BrokenPipeError:
            raise  # whoever reads has read enough, as in `… | head`: click ends quietly
        except OSError as error:
            raise click.ClickException(f"{error.strerror or error}: {error.filename or 'no file named'}") from error

    return run
