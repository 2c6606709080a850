"""Where boards, threads and floors are found: every address once. Pure."""

from __future__ import annotations

from forum.boards.rules import PAGE


def page_of(floor: int) -> int:
    """The page of a thread on which a floor stands; it never changes."""
    return (floor - 1) // PAGE + 1


def pages_of(count: int, each: int = PAGE) -> int:
    """How many pages `count` things fill, `each` on one; at least one."""
    return max(1, (count + each - 1) // each)


def thread(thread_id: int, slug: str, page: int = 1) -> str:
    """A page of a thread."""
    return f"/threads/{thread_id}-{slug}" + (f"?page={page}" if page > 1 else "")


def floor(thread_id: int, slug: str, number: int) -> str:
    """One floor on its page."""
    return f"{thread(thread_id, slug, page_of(number))}#p{number}"


def post(post_id: int) -> str:
    """A post for ever, wherever it stands."""
    return f"/posts/{post_id}"


def first_unread(thread_id: int, slug: str, posts: int, place: int | None) -> str:
    """Where a reader goes on: the first floor not yet seen, else the beginning."""
    if not place or place >= posts:
        return thread(thread_id, slug)
    return floor(thread_id, slug, place + 1)


def board(slug: str, sort: str = "active", page: int = 1) -> str:
    """A page of a board in one of its orders."""
    query = "&".join([f"sort={sort}"] * (sort != "active") + [f"page={page}"] * (page > 1))
    return f"/boards/{slug}" + (f"?{query}" if query else "")
