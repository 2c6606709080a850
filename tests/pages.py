"""Reads pages the way a browser does: forms with what they hold, links, words. Knows nothing of how pages are made."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup, Tag


def soup(answer: Any) -> BeautifulSoup:
    """The page, parsed."""
    return BeautifulSoup(answer.text, "html.parser")


def words(answer: Any, where: str = "main") -> str:
    """The text of a part of the page, white space folded."""
    found = soup(answer).select_one(where)
    assert found, f"no {where}"
    return " ".join(found.get_text().split())


def all_words(answer: Any, where: str) -> list[str]:
    """The texts of all such parts, in order."""
    return [" ".join(one.get_text().split()) for one in soup(answer).select(where)]


def links(answer: Any, where: str = "a") -> list[str]:
    """Where the links lead, in order."""
    return [str(one["href"]) for one in soup(answer).select(where)]


def form(answer: Any, action: str) -> dict[str, str]:
    """What a browser would send for the form with this action, as it stands on the page."""
    found = soup(answer).select_one(f'form[action="{action}"]')
    assert found, f"no form goes to {action}"
    controls = [one for one in found.select("input, textarea, select") if _counts(one)]
    return {name: value for name, value in map(_control, controls) if name}


def _counts(one: Tag) -> bool:
    """Whether a browser would send it unasked: no box that is not ticked, no file that nobody chose."""
    return one.get("type") != "file" and (one.get("type") not in ("checkbox", "radio") or one.has_attr("checked"))


def _control(one: Tag) -> tuple[str, str]:
    name = str(one.get("name", ""))
    if one.name == "textarea":
        return name, re.sub(r"\A\n", "", one.get_text())
    if one.name == "select":
        chosen = one.select_one("option[selected]") or one.select_one("option")
        return name, chosen.get_text() if chosen else ""
    return name, str(one.get("value", ""))


def wrong(answer: Any) -> list[str]:
    """What the page says is wrong, next to the fields."""
    return all_words(answer, ".field-error")


def steady(text: str) -> str:
    """A page without what differs at every look: tokens and nonces."""
    return re.sub(r'name="(csrf_token|nonce)" value="[^"]*"', "", text)
