"""The server, the browser, and people who visit the one with the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from forum.core.actor import Actor
from tests.browser import server, visiting
from tests.browser.people import PASSWORD, Site, beside

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The forum on a fresh instance, made as the README tells an operator to, and serving."""
    instance = tmp_path_factory.mktemp("forum")
    server.flask(instance, "db", "upgrade")
    server.flask(instance, "boards", "add", "open-floor", "--name", "Open Floor", "--group", "The house")
    server.flask(
        instance,
        "people",
        "add",
        "op",
        "--name",
        "Olga",
        "--role",
        "operator",
        "--password-stdin",
        typed=f"{PASSWORD}\n",
    )
    with server.running(instance, FORUM_SIGNUP="open") as url, beside(url, instance) as found:
        yield found


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this folder."""
    try:
        with visiting.chromium() as browser:
            yield browser
    except visiting.NoBrowser as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def visit(site: Site, chromium: Browser) -> Iterator[Visit]:
    """Opens a browser of somebody's own, signed in or not; at the end nothing may have gone wrong in any of them."""
    contexts: list[tuple[BrowserContext, visiting.Ear]] = []

    def arrive(person: Actor | str | None = None, **options: Any) -> Page:
        contexts.append(visiting.opened(chromium, site.url, **options))
        page = contexts[-1][0].new_page()
        if person is not None:
            visiting.sign_in(page, person if isinstance(person, str) else person.handle, PASSWORD)
        return page

    yield arrive
    for context, _ in contexts:
        context.close()
    assert [complaint for _, ear in contexts for complaint in ear.heard] == []


@pytest.fixture
def board(site: Site) -> str:
    """A board of this test's own."""
    return site.board()
