"""The reader's own browser does the sum: honest posts fit, and whoever altered something in the database is caught by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from forum.accounts.models import Person
from forum.boards.actions import Said
from forum.boards.models import Post
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import db, writing
from forum.ledger import actions as ledger
from forum.ledger import merkle, queries, signing
from forum.ledger.checkpoints import checked, receipt_of
from forum.ledger.leaves import Act
from tests.browser import server
from tests.browser.people import Site, beside

GOOD = "All of it fits."
BAD = "Something does not fit. Save this page and your receipt, and tell people."
STEPS = ("words", "entry", "path", "signed")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A forum of this module's own, since its database is tampered with; its log fills more than one file."""
    instance = tmp_path_factory.mktemp("proof")
    server.flask(instance, "db", "upgrade")
    with server.running(instance, FORUM_SIGNUP="open") as url, beside(url, instance) as found:
        with found.inside(), writing():
            ledger.append(*(Act("pad.close", "pads", f"s:{number}") for number in range(300)), at=now())
        yield found


def sign(site: Site) -> None:
    """A checkpoint of all that was said so far, whenever the last one was signed."""
    settings = site.app.extensions["forum.settings"]
    with site.inside():
        signing.tick(settings.instance, now(), signing.name(settings.base_url), ZoneInfo("UTC"))
        key = signing.signer(settings.instance)
        assert key is not None
        signing.sign(key, now(), None)


@pytest.fixture
def said(site: Site, board: str) -> Callable[..., Said]:
    """Something that Mina said, and that is signed."""

    def one(body: str = "The soup.", *, signed: bool = True) -> Said:
        made = site.thread(board, (site.person("Mina"), body), title=f"Soup, {board}")
        if signed:
            sign(site)
        return made

    return one


def author(site: Site, made: Said) -> Any:
    with site.inside():
        post = db.session.get_one(Post, made.post)
        person = db.session.get_one(Person, post.author_id)
        return Actor(person.id, person.handle, person.name, person.roles)


def found(page: Page) -> dict[str, str | None]:
    """Presses the button; what the browser found, by step."""
    expect(page.locator("#checked")).to_be_hidden()
    page.get_by_role("button", name="Check it in this browser").click()
    expect(page.locator("#verdict")).not_to_be_empty()
    return {step: page.locator(f"[data-step={step}]").get_attribute("data-found") for step in STEPS}


def verdict(page: Page) -> str:
    return page.locator("#verdict").inner_text()


@contextmanager
def tampered(site: Site, statement: str, undo: str, **values: object) -> Iterator[None]:
    """Somebody who has the database takes the seat belts off and changes something; afterwards it is as it was."""
    with site.inside(), writing():
        belts = db.session.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger'")
        ).all()
        for belt in belts:
            db.session.execute(text(f"DROP TRIGGER {belt.name}"))
        assert db.session.execute(text(statement), values).rowcount == 1  # type: ignore[attr-defined]
    try:
        yield
    finally:
        _restore(site, undo, belts, values)


def _restore(site: Site, undo: str, belts: Any, values: dict[str, object]) -> None:
    with site.inside(), writing():
        assert db.session.execute(text(undo), values).rowcount == 1  # type: ignore[attr-defined]
        for belt in belts:
            db.session.connection().exec_driver_sql(belt.sql)


def leaf_of(site: Site, made: Said) -> int:
    with site.inside():
        return int(
            db.session.execute(
                text("SELECT leaf FROM revisions WHERE post_id = :post ORDER BY number DESC"), {"post": made.post}
            ).scalar_one()
        )


def test_from_the_post_to_the_verdict(visit: Any, site: Site, said: Any) -> None:
    made = said("The soup 汤 🧻 was cold.")
    page = visit(site.person("Idris"))
    page.goto(site.where(made))
    page.locator("#p1").get_by_role("link", name="Proof").click()
    expect(page).to_have_url(f"{site.url}/posts/{made.post}/proof")
    assert found(page) == dict.fromkeys(STEPS, "yes")
    assert verdict(page) == GOOD
    expect(page.get_by_role("button", name="Check it in this browser")).to_be_enabled()
    page.get_by_role("button", name="Check it in this browser").click()
    expect(page.locator("#verdict")).to_have_text(GOOD)


@pytest.mark.parametrize(
    "body",
    [
        "\n\nTwo empty lines first.\n",
        "</script><!-- <script>alert(1)</script> & &amp;",
        "\t\ufeff\u200b\u2028 \x7f\x0c end ",
        "x" * 40_000,
    ],
    ids=["empty lines", "markup", "invisible", "long"],
)
def test_any_words_fit(visit: Any, site: Site, said: Any, body: str) -> None:
    page = visit(site.person("Idris"))
    page.goto(f"/posts/{said(body).post}/proof")
    assert found(page) == dict.fromkeys(STEPS, "yes")


def test_every_version_of_a_post(visit: Any, site: Site, said: Any) -> None:
    made = said("One.")
    site.edit(author(site, made), made, "Two.")
    sign(site)
    page = visit(site.person("Idris"))
    for version, body in ((1, "One."), (2, "Two.")):
        page.goto(f"/posts/{made.post}/proof?version={version}")
        expect(page.locator("section[aria-labelledby=words] pre")).to_have_text(body)
        assert found(page) == dict.fromkeys(STEPS, "yes")


def test_an_early_post_of_the_first_file(visit: Any, site: Site, said: Any) -> None:
    """The leaf stands in another file than the latest, and the way from it is longer."""
    first = said("Early.")
    with site.inside(), writing():
        ledger.append(*(Act("pad.close", "pads", f"s:{number}") for number in range(700)), at=now())
    sign(site)
    page = visit(site.person("Idris"))
    page.goto(f"/posts/{first.post}/proof")
    assert found(page) == dict.fromkeys(STEPS, "yes")


def test_other_words_in_the_database(visit: Any, site: Site, said: Any) -> None:
    made = said("The soup was cold.")
    change = "UPDATE revisions SET body = 'The soup was {}.' WHERE post_id = :post"
    page = visit(site.person("Idris"))
    with tampered(site, change.format("warm"), change.format("cold"), post=made.post):
        page.goto(f"/posts/{made.post}/proof")
        expect(page.locator("section[aria-labelledby=words] pre")).to_have_text("The soup was warm.")
        assert found(page) == {"words": "no", "entry": "yes", "path": "yes", "signed": "yes"}
        assert verdict(page) == BAD
    page.goto(f"/posts/{made.post}/proof")
    assert found(page) == dict.fromkeys(STEPS, "yes")


def test_another_leaf_in_the_database(visit: Any, site: Site, said: Any) -> None:
    made = said("The soup was cold.")
    change = 'UPDATE ledger SET leaf = replace(leaf, \'"t":"post.{}"\', \'"t":"post.{}"\') WHERE number = :leaf'
    page = visit(site.person("Idris"))
    with tampered(site, change.format("create", "edit"), change.format("edit", "create"), leaf=leaf_of(site, made)):
        page.goto(f"/posts/{made.post}/proof")
        steps = found(page)
        assert "no" in (steps["entry"], steps["path"])
        assert verdict(page) == BAD


def test_another_leaf_beside_it(visit: Any, site: Site, said: Any) -> None:
    """The post's own leaf stands, but its neighbour was altered: the way leads to another root."""
    made = said("The soup was cold.")  # its title's leaf comes next
    change = "UPDATE ledger SET leaf = replace(leaf, 'thread.{}', 'thread.{}') WHERE number = :leaf + 1"
    page = visit(site.person("Idris"))
    with tampered(site, change.format("title", "words"), change.format("words", "title"), leaf=leaf_of(site, made)):
        page.goto(f"/posts/{made.post}/proof")
        assert found(page) == {"words": "yes", "entry": "yes", "path": "no", "signed": "yes"}
        assert verdict(page) == BAD


def test_a_withdrawn_post(visit: Any, site: Site, said: Any) -> None:
    made = said("The soup.")
    site.withdraw(author(site, made), made)
    sign(site)
    page = visit(site.person("Idris"))
    page.goto(f"/posts/{made.post}/proof")
    assert found(page) == {"words": "none", "entry": "yes", "path": "yes", "signed": "yes"}
    expect(page.locator("[data-step=words]")).to_contain_text("The words are gone")
    assert verdict(page) == GOOD
    expect(page.locator("section[aria-labelledby=words]")).to_have_count(0)


def test_after_a_new_key(visit: Any, site: Site, said: Any) -> None:
    """The old key signs the line that names the new one; a reader in that moment is told of no fault."""
    made = said("The soup.")
    with site.inside():
        signing.rotate(site.app.extensions["forum.settings"].instance, now())
    page = visit(site.person("Idris"))
    page.goto(f"/posts/{made.post}/proof")
    assert found(page) == dict.fromkeys(STEPS, "yes")
    sign(site)
    page.goto(f"/posts/{made.post}/proof")
    assert found(page) == dict.fromkeys(STEPS, "yes")


def test_the_receipt_is_saved(visit: Any, site: Site, said: Any, tmp_path: Any) -> None:
    made = said("The soup.")
    page = visit(site.person("Idris"))
    page.goto(f"/posts/{made.post}/proof")
    with page.expect_download() as waited:
        page.get_by_role("link", name="Download the receipt").click()
    assert waited.value.suggested_filename == f"post-{made.post}-version-1.tlog-proof"
    waited.value.save_as(tmp_path / "receipt")
    receipt = receipt_of((tmp_path / "receipt").read_text())
    with site.inside():
        point = checked(receipt.note, queries.keys())
    assert point is not None
    leaf = merkle.leaf_hash(receipt.extra)
    assert merkle.included(leaf, receipt.number, point.size, receipt.path, point.root)


def test_without_script(visit: Any, site: Site, said: Any) -> None:
    made = said("The soup.")
    page = visit(site.person("Idris"), java_script_enabled=False)
    page.goto(f"/posts/{made.post}/proof")
    receipt = page.get_by_role("region", name="Receipt")
    for fact in ("Post", "Version", "Sealed as entry", "Written down", "Stamped"):
        expect(receipt.get_by_text(fact, exact=True)).to_be_visible()
    expect(page.get_by_text("The soup.", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Download the receipt")).to_be_visible()
    expect(page.locator("#check, #checked")).to_have_count(2)
    for hidden in ("#check", "#checked"):
        expect(page.locator(hidden)).to_be_hidden()
    with page.expect_download() as waited:
        page.get_by_role("link", name="Download the receipt").click()
    assert waited.value.suggested_filename.endswith(".tlog-proof")


def test_a_fresh_post_becomes_ready_by_itself(visit: Any, site: Site, said: Any) -> None:
    made = said("The soup.", signed=False)
    page = visit(site.person("Idris"))
    page.goto(f"/posts/{made.post}/proof")
    expect(page.get_by_role("status")).to_contain_text("The stamp is still wet")
    expect(page.get_by_role("link", name="Download the receipt")).to_have_count(0)
    sign(site)
    expect(page.get_by_role("link", name="Download the receipt")).to_be_visible()
    assert found(page) == dict.fromkeys(STEPS, "yes")


def test_a_title_and_a_withdrawal_that_are_forged_are_found(visit: Any, site: Site, said: Any, board: str) -> None:
    made, other = said("Words."), said("Others.")
    page = visit(site.person("Idris"))
    values = {"post": made.post}
    to, back = (f"UPDATE revisions SET title = '{one}' WHERE post_id = :post" for one in ("Fine", "The soup"))
    with tampered(site, to, back, **values):
        page.goto(f"/posts/{made.post}/proof")
        assert found(page)["words"] == "no"
        expect(page.locator("[data-step=words]")).to_contain_text("do NOT fit")
    to = f"UPDATE revisions SET body = NULL WHERE post_id = :post AND {leaf_of(site, other)} > 0"
    with tampered(site, to, "UPDATE revisions SET body = 'Words.' WHERE post_id = :post", **values):
        page.goto(f"/posts/{made.post}/proof")
        assert found(page) | {"words": None} == dict.fromkeys(STEPS, "yes") | {"words": None}
        expect(page.locator("[data-step=gone]")).to_have_attribute("data-found", "no")
        assert verdict(page) != GOOD
