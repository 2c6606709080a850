"""Page numbers: read from the address, checked, and laid out for people."""

from __future__ import annotations

from flask import abort, request

from forum.core.errors import N_, Missing


def wanted(last: int) -> int:
    """The page asked for with ?page=; 404 for what is no page number or lies beyond the last."""
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        abort(404)
    if int(text) > last:
        raise Missing(N_("There is no page %(page)s here; the last one is %(last)s."), page=int(text), last=last)
    return int(text)


def shown(page: int, last: int) -> list[int | None]:
    """The numbers a pager shows: both ends and the neighbours of the page; None is a gap of two or more."""
    near = sorted({1, last, *(number for number in range(page - 1, page + 2) if 1 <= number <= last)})
    numbers: list[int | None] = []
    for number in near:
        previous = numbers[-1] if numbers else 0
        if previous is not None and number - previous == 2:
            numbers.append(number - 1)
        elif previous is not None and number - previous > 2:
            numbers.append(None)
        numbers.append(number)
    return numbers
