"""Chromium as colleagues use it, and an ear at its console: an error, a failed file or a broken policy is a failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
MISSING = (
    f"The browser tests need Chromium at {CHROMIUM}: "
    "apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji fonts-urw-base35"
)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1280, "height": 900}}
expect.set_options(timeout=20_000)


class NoBrowser(Exception):
    """Chromium is not there; the message says what to install."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium, closed at the end."""
    if not CHROMIUM.exists():
        raise NoBrowser(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            ignore_default_args=[
                "--disable-back-forward-cache"
            ],  # people's browsers go back to the very page they left
        )
        try:
            yield browser
        finally:
            browser.close()


class Ear:
    """Hears everything that goes wrong in one browser context."""

    def __init__(self, context: BrowserContext) -> None:
        self.heard: list[str] = []
        self._pages: set[str] = set()
        context.on("console", self._console)
        context.on("weberror", lambda error: self.heard.append(f"page error: {error.error}"))
        context.on("response", self._response)

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.heard.append(f"{response.status} from {response.url}")
        if response.request.is_navigation_request():
            self._pages.add(response.url.split("#")[0])

    def _console(self, message: ConsoleMessage) -> None:
        """A page may be an error page, and Chromium complains of that too; the test looks at such pages itself."""
        a_page = (
            message.text.startswith("Failed to load resource") and message.location["url"].split("#")[0] in self._pages
        )
        if message.type in ("error", "warning") and not a_page:
            self.heard.append(f"console {message.type}: {message.text} ({message.location['url']})")


def opened(browser: Browser, url: str, **options: Any) -> tuple[BrowserContext, Ear]:
    """A browser of one person's own, and the ear at it."""
    context = browser.new_context(base_url=url, locale="en-GB", **(DESK | options))
    context.set_default_timeout(20_000)
    return context, Ear(context)


def sign_in(page: Page, handle: str, password: str) -> None:
    """Through the page, like everybody."""
    page.goto("/login")
    page.get_by_label("Handle or mail address").fill(handle)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{_origin(page)}/")


def _origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])
