"""How one gets to pages of the forum: what must be there, and what somebody does on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from playwright.sync_api import Page, Response, expect

Who = Literal["anyone", "reader", "operator", "hr"]
WORDS = """Nobody asked us, so here is the count, **three weeks** of it:

| day | hot | cold |
|:---|---:|---:|
| Monday | 12 | 41 |
| Friday | 9 | 52 |

- [x] spoons counted
- [ ] somebody told

> Soup is a matter of trust.
>
> — the cook, by the door

```python
def warm(soup: Soup) -> bool:
    return soup.degrees > 60  # and no, "lukewarm" does not count
```

食堂的汤，三个星期都是凉的。"""


class Facts(NamedTuple):
    """What an instance holds that the pages need: addresses, numbers and handles."""

    reader: str
    operator: str
    colleague: str
    board: str
    thread: str
    long: str
    tomb: str
    edited: int
    own: int
    withdrawn: int
    polled: str
    asker: int
    """A thread with a poll, and the number of one of the reader's own without."""
    hr: str
    door: str
    torn: str
    topic: int
    sheet: int
    note: str


class Place(NamedTuple):
    """A page: its name, who looks at it, and the way there, which returns the status it came with."""

    name: str
    who: Who
    go: Callable[[Page, Facts], int]


def at(name: str, who: Who, address: str, status: int = 200) -> Place:
    """A page with an address; `{facts}` are filled in."""

    def go(page: Page, facts: Facts) -> int:
        return arrived(page.goto(address.format(**facts._asdict())), status)

    return Place(name, who, go)


def arrived(answer: Response | None, status: int) -> int:
    """Fails when a page came with another status than it should have."""
    assert answer is not None
    assert answer.status == status, f"{answer.url} came with {answer.status}"
    return status


def sent(page: Page, button: str) -> Response:
    """Presses a button that sends a form and waits for the page that comes."""
    with page.expect_navigation() as navigation:
        page.get_by_role("button", name=button, exact=True).click()
    return navigation.value


def writing(page: Page, facts: Facts) -> int:
    status = arrived(page.goto(f"/boards/{facts.board}/new"), 200)
    page.get_by_label("Title", exact=True).fill("The soup, counted")
    page.get_by_label("Your words, in Markdown").fill(WORDS)
    return status


def previewing(page: Page, facts: Facts) -> int:
    status = writing(page, facts)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview table")).to_be_visible()
    return status


def replying(page: Page, facts: Facts) -> int:
    """The form of a reply, with a quotation in it and its help open."""
    status = arrived(page.goto(facts.thread), 200)
    page.locator("#p1").get_by_role("link", name="Quote").click()
    expect(page.get_by_label("Your reply, in Markdown")).to_be_focused()
    page.locator(".how > summary").click()
    return status


def conflicting(page: Page, facts: Facts) -> int:
    arrived(page.goto(f"/posts/{facts.own}/edit"), 200)
    page.locator('[name="based_on"]').evaluate("field => { field.value = '999' }")
    page.get_by_label("Your words, in Markdown").fill(WORDS)
    return arrived(sent(page, "Save"), 409)


def empty_post(page: Page, facts: Facts) -> int:
    arrived(page.goto(f"/boards/{facts.board}/new"), 200)
    page.get_by_label("Title", exact=True).fill("A title, and no words")
    page.get_by_label("Your words, in Markdown").fill(" ")
    return arrived(sent(page, "Say it"), 422)


def stale(page: Page, facts: Facts) -> int:
    arrived(page.goto(f"/boards/{facts.board}/new"), 200)
    page.locator('.write [name="csrf_token"]').evaluate("field => { field.value = 'old' }")
    page.get_by_label("Title", exact=True).fill("The soup, counted")
    page.get_by_label("Your words, in Markdown").fill(WORDS)
    return arrived(sent(page, "Say it"), 400)


def too_many(page: Page, _facts: Facts) -> int:
    """Each of the server's processes counts for itself, so it takes a few presses until one has had enough."""
    status = 422
    for _ in range(60):
        if status == 429:
            break
        page.goto("/boards/new")
        page.get_by_label("Address", exact=True).fill("No Address")
        status = sent(page, "Open it").status
    assert status == 429
    return status


def wrong_board(page: Page, _facts: Facts) -> int:
    page.goto("/boards/new")
    page.get_by_label("Address", exact=True).fill("No Address")
    return arrived(sent(page, "Open it"), 422)


def wrong_password(page: Page, _facts: Facts) -> int:
    page.goto("/login")
    page.get_by_label("Handle or mail address").fill("nobody.of.that.name")
    page.get_by_label("Password", exact=True).fill("not this one")
    return arrived(sent(page, "Sign in"), 422)


def jotted(page: Page, facts: Facts) -> int:
    page.goto(f"/pads/{facts.door}")
    page.get_by_label("Jot it down").fill("As the only accountant here:\nlet us age in peace.\n\n食堂的汤。")
    return arrived(sent(page, "Pin it up"), 200)


def jotted_too_much(page: Page, facts: Facts) -> int:
    page.goto(f"/pads/{facts.door}")
    page.get_by_label("Jot it down").fill("No bicycles in the lift. " * 21)
    return arrived(sent(page, "Pin it up"), 422)


def holding_a_slip(page: Page, facts: Facts) -> int:
    jotted(page, facts)
    return arrived(sent(page, "Correct it or take it back now"), 200)


def wrong_slip(page: Page, _facts: Facts) -> int:
    page.goto("/pads/slip")
    page.get_by_label("The slip", exact=True).fill("K7QXM")
    return arrived(sent(page, "Show my note"), 422)


def wrong_topic(page: Page, _facts: Facts) -> int:
    page.goto("/hr/pads/topics/new")
    page.get_by_label("The question").fill("x" * 130)
    return arrived(sent(page, "Into the queue"), 422)


def wrong_sign_up(page: Page, _facts: Facts) -> int:
    page.goto("/signup")
    page.get_by_label("Handle", exact=True).fill("No Handle!")
    page.get_by_label("Name", exact=True).fill("Somebody")
    page.get_by_label("Password").fill("a short sentence")
    return arrived(sent(page, "Join"), 422)


def no_poll(page: Page, facts: Facts) -> int:
    arrived(page.goto(f"/threads/{facts.asker}/poll/new"), 200)
    page.get_by_label("Choices").fill("Only this")
    return arrived(sent(page, "Ask it"), 422)


def no_choice(page: Page, facts: Facts) -> int:
    arrived(page.goto(facts.polled), 200)
    return arrived(sent(page, "Vote"), 422)


def voted(page: Page, facts: Facts) -> int:
    """How the poll stands, once the reader has voted, with the ballot open to change it."""
    arrived(page.goto(facts.polled), 200)
    page.locator(".ballot label").first.click()
    status = arrived(sent(page, "Vote"), 200)
    page.locator(".change > summary").click()
    return status


def reactions_open(page: Page, facts: Facts) -> int:
    status = arrived(page.goto(facts.thread), 200)
    page.locator(".react summary").first.click()
    return status


def session_over(page: Page, facts: Facts) -> int:
    """Last of all, and the reader signs in again afterwards."""
    arrived(page.goto(facts.thread), 200)
    page.get_by_label("Your reply, in Markdown").fill("Long and careful words.")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    status = arrived(sent(page, "Say it"), 401)
    page.context.clear_cookies()
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    return status


def checked(page: Page, facts: Facts) -> int:
    """A proof that the browser has checked by itself."""
    status = arrived(page.goto(f"/posts/{facts.own}/proof"), 200)
    page.get_by_role("button", name="Check it in this browser").click()
    expect(page.locator("#verdict")).to_have_attribute("data-found", "yes")
    return status


def offered(page: Page, facts: Facts) -> int:
    """The box with what it offers open below it."""
    status = arrived(page.goto(f"/boards/{facts.board}"), 200)
    page.get_by_role("combobox", name="Search everything").press_sequentially("w")
    expect(page.get_by_role("option").last).to_be_visible()
    return status


def said_before(page: Page, facts: Facts) -> int:
    """A title like one that is there."""
    status = writing(page, facts)
    page.get_by_label("Title", exact=True).press_sequentially(" 三号门的猫")
    expect(page.locator(".similar a").first).to_be_visible()
    return status


def wrong_word(page: Page, _facts: Facts) -> int:
    page.goto("/settings/muted")
    page.get_by_label("A word or a phrase").fill("?!")
    return arrived(sent(page, "Mute it"), 422)


def feed_address(page: Page, facts: Facts) -> int:
    page.goto(f"/settings/feeds?for=boards/{facts.board}")
    page.locator("#this").locator("xpath=../..").get_by_role("button").click()
    expect(page.get_by_label("The address")).to_be_visible()
    return 200


def drafted(page: Page, facts: Facts) -> int:
    writing(page, facts)
    with page.expect_response("**/drafts"):
        page.get_by_label("Title", exact=True).press_sequentially(" and")
    return arrived(page.goto("/drafts"), 200)


def bookmarked(page: Page, facts: Facts) -> int:
    page.goto(f"/posts/{facts.edited}/bookmark")
    page.get_by_label("A note to yourself").fill("Ask about this on Monday.\n食堂的汤。")
    page.locator("main .do").click()
    return arrived(page.goto("/bookmarks"), 200)
