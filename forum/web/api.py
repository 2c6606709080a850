"""The JSON API as web sees it: a bearer token and never a cookie, problems (RFC 9457) instead of pages. Knows no subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from flask import current_app, request
from flask_babel import gettext

from forum.core.errors import N_, Invalid
from forum.web import paging
from forum.web.dates import dates

ROOT: Final = "/api"
PATH: Final = "/api/v1"
"""What the address of every route begins with; a breaking change would be /api/v2."""
PROBLEM: Final = "application/problem+json"
DETAILS: Final = {
    400: N_("The request could not be understood."),
    401: N_("This needs a personal token that is still valid, in the header Authorization: Bearer TOKEN."),
    403: N_("The roles of this token’s person do not reach here."),
    404: N_("There is nothing at this address."),
    405: N_("This address takes another method; the header Allow names it."),
    413: N_("More arrived than can be taken at once. Nothing was stored."),
    429: N_("That was a lot in a short time. The header Retry-After says how many seconds to wait."),
    500: N_("Something broke, and it is not you. The fault is noted."),
    503: N_("The database is away. Nothing is lost; please try again in a moment."),
}


def is_api(path: str) -> bool:
    """Whether a path belongs to the API, a wrong one included."""
    return path == ROOT or path.startswith(ROOT + "/")


def here() -> bool:
    """Whether this request is for the API."""
    return is_api(request.path)


def token() -> str | None:
    """The bearer token that was sent, whatever it is worth."""
    sent = request.authorization
    return sent.token if sent is not None and sent.type == "bearer" and sent.token else None


def problem(
    status: int, why: str = "", *, errors: Mapping[str, str] | None = None, retry_after: int | None = None
) -> tuple[str, int, dict[str, str]]:
    """What went wrong, for programs; `errors` by field, `retry_after` in seconds."""
    told: dict[str, Any] = {"status": status, "title": HTTPStatus(status).phrase}
    told["detail"] = why or gettext(DETAILS[status] if status in DETAILS else DETAILS[500 if status >= 500 else 400])
    if errors:
        told["errors"] = dict(errors)
    headers = {"Content-Type": PROBLEM}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if status == 401:  # as RFC 6750 wants it: no reason where no token was sent
        headers["WWW-Authenticate"] = "Bearer" if token() is None else 'Bearer error="invalid_token"'
    return current_app.json.dumps(told) + "\n", status, headers


def page(last: int) -> int:
    """The page asked for with ?page=. Raises Invalid for what is no page number, 404 beyond the last one."""
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or not text.strip("0"):
        raise Invalid("page", N_("A page is a whole number from 1 on."))
    return paging.wanted(last)


def listed(items: Sequence[Mapping[str, Any]], *, page: int, pages: int, total: int) -> dict[str, Any]:
    """A page of a list."""
    return {"items": list(items), "page": page, "pages": pages, "total": total}


def moment(at: int | None) -> str | None:
    """Unix seconds as RFC 3339 in UTC."""
    return None if at is None else dates().machine(at)


def absolute(path: str) -> str:
    """The whole address of a page of the forum, in ASCII."""
    base: str = current_app.extensions["forum.settings"].base_url
    return base + quote(path)
