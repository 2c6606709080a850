"""The guard's story, from the first reader to the overturned decision: in a forum with some weeks behind it, before everybody's eyes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from forum.accounts import actions as accounts
from forum.accounts.models import Person
from forum.boards import actions
from forum.config import ROOT
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import execute, writing
from forum.hits import counting, jobs
from forum.hits.viewing import Counter
from tests.browser import server, visiting
from tests.browser.people import PASSWORD, Site, beside

DAY = 86400
PEOPLE, WEEKS, THREADS = 90, 5, 70
TITLE = "I stood at Gate 3 for eleven years. Friday is my last shift."


@pytest.fixture
def forum(tmp_path: Path) -> Iterator[Site]:
    """A forum of its own with its worker, both as processes."""
    instance = tmp_path / "instance"
    instance.mkdir()
    server.flask(instance, "db", "upgrade")
    with server.running(instance, workers=1) as url, beside(url, instance) as found:
        yield found


def history(forum: Site, board: str, people: list[Actor]) -> None:
    """Weeks in which a thread had some few readers, replayed through the counter on their own clock."""
    random, begin = Random(1947), now() - WEEKS * 7 * DAY
    folder = jobs.folder(Path(forum.app.instance_path))
    counter, views = Counter(folder), []
    for number in range(THREADS):
        at = begin + number * (WEEKS * 7 - 4) * DAY // THREADS
        said = forum.say(
            people[number % 9], f"About {number}.", thread=None, at=at, board=board, title=f"Thread {number}"
        )
        readers = random.sample(people[9:], random.randint(2, 9))
        views += [(at + random.randint(60, 2 * DAY), said.thread, one.id, people[number % 9].id) for one in readers]
    with forum.inside():
        counting.look(begin)
        for at, thread, person, author in sorted(views):
            counter.viewed(thread=thread, author=author, person=person, at=at)
        counter.close()
        while counting.drain(folder, now()):
            pass


def colleagues(forum: Site) -> list[Actor]:
    people = []
    with forum.inside(), writing():
        for number in range(PEOPLE):
            made = accounts.join(
                handle=f"colleague{number}", name=f"Colleague {number}", email=None, password_hash=forum._hash,
                at=now() - 365 * DAY,
            )  # fmt: skip
            people.append(Actor(made.id, made.handle, made.name, made.roles))
        execute(update(Person).values(came=True))
    return people


@pytest.fixture
def board(forum: Site) -> str:
    return forum.board("Gates & Buildings")


@pytest.fixture
def people(forum: Site, board: str) -> list[Actor]:
    """The company, with its past."""
    found = colleagues(forum)
    history(forum, board, found)
    return found


@pytest.fixture
def worker(forum: Site, people: list[Actor]) -> Iterator[None]:
    """The worker begins when the past is told: its clock is the present, and the rule's clock never runs back."""
    instance = Path(forum.app.instance_path)
    with (instance / "worker.log").open("wb") as log:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        process = subprocess.Popen(command, cwd=ROOT, env=server.environment(instance), stdout=log, stderr=log)
        yield
        process.terminate()
        process.wait()
    assert (instance / "worker.log").read_text() == ""


def read(forum: Site, person: Actor, path: str) -> None:
    """Somebody signed in opens a page."""
    with forum.inside(), writing():
        token = accounts.open_session(person.id, now())
    client = forum.app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
    assert client.get(path).status_code == 200


def reloaded_until(page: Page, seen: str) -> None:
    """Looks again until the page says it; the worker counts some moments after the views."""
    for _ in range(400):
        if seen in page.content():
            return
        page.reload()
    raise AssertionError(f"{page.url} never said {seen!r}")


def test_from_the_first_reader_to_the_overturned_decision(forum, board, people, worker, chromium):
    lin, chen, mina = forum.person("Lin", "management"), people[0], people[80]
    with forum.inside():
        words = actions.written("I know the walk of every one of you. The new contractor will know your badge number.")
        with writing():
            said = actions.start_thread(chen, board=board, title=TITLE, words=words, nonce="x" * 20, at=now())
    context, ear = visiting.opened(chromium, forum.url)
    page = context.new_page()
    visiting.sign_in(page, mina.handle, PASSWORD)
    page.goto(f"/threads/{said.thread}/magic")
    reloaded_until(page, "Magic starts at")
    line = re.search(r"Magic starts at (\d+)\.", page.locator(".deck").inner_text())
    assert line
    asked = int(line[1])
    assert 9 < asked < 80
    page.goto(forum.where(said))
    expect(page.locator(".top .magic")).to_have_count(0)

    for one in people[1 : asked - 1]:
        read(forum, one, forum.where(said))
    page.goto(f"/threads/{said.thread}/magic")
    reloaded_until(page, f"all days together</th><td>{asked - 1}<")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who reads this?")
    for one in people[asked - 1 : asked + 2]:
        read(forum, one, forum.where(said))
    page.goto(forum.where(said))
    reloaded_until(page, "Why is this Magic?")
    expect(page.locator(".top .magic")).to_have_text("Magic")
    expect(page.locator(".why")).to_contain_text("recent readers at its height; a usual thread on this board peaks at")
    expect(page.locator(".top .waits")).to_contain_text("has waited")
    page.goto("/")
    expect(page.locator(".story h2")).to_have_text(TITLE)
    page.goto("/magic")
    expect(page.locator(".hall h3")).to_have_text([TITLE])
    page.get_by_role("link", name="Why?").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Why is this Magic?")
    expect(page.locator("figure svg[role=img]")).to_have_count(2)
    page.goto("/trends/waiting")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()

    boss_context, boss_ear = visiting.opened(chromium, forum.url)
    boss = boss_context.new_page()
    visiting.sign_in(boss, lin.handle, PASSWORD)
    boss.goto("/trends/waiting")
    boss.get_by_role("link", name=TITLE).click()
    boss.get_by_label("Your reply, in Markdown").fill("The contract is not signed and will not be. The guards stay.")
    boss.get_by_role("button", name="Say it").click()
    boss.locator("#p2").get_by_role("link", name="Mark as the answer").click()
    boss.get_by_role("radio", name=re.compile("^Decided otherwise")).check()
    boss.get_by_role("button", name="Let it be the answer").click()

    page.goto(forum.where(said))
    expect(page.locator(".verdict.changed h2")).to_have_text("Decided otherwise")
    expect(page.locator(".verdict.changed")).to_contain_text("A decision was changed because of this thread.")
    page.goto("/trends/waiting")
    expect(page.get_by_role("link", name=TITLE)).to_have_count(0)
    page.goto("/trends")
    expect(page.locator("main")).to_contain_text(TITLE)
    assert ear.heard + boss_ear.heard == []
    context.close()
    boss_context.close()
