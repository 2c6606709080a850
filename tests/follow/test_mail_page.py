"""The page on which one chooses what comes by mail."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from flask import Flask

from forum.core.actor import Actor
from forum.follow import rhythm


def test_one_chooses_on_a_page(mina: Actor, browser: Any, app: Flask) -> None:
    one = browser("mina")
    page = BeautifulSoup(one.get("/settings/mail").text, "html.parser")
    chosen = {box["name"]: box.select_one("option[selected]")["value"] for box in page.select("form.letters select")}
    assert chosen == {**rhythm.USUAL, "brief": "never"}
    answer = one.post("/settings/mail", page="/settings/mail", mention="never", thread="week", brief="week")
    assert answer.status_code == 303
    page = BeautifulSoup(one.get("/settings/mail").text, "html.parser")
    chosen = {box["name"]: box.select_one("option[selected]")["value"] for box in page.select("form.letters select")}
    assert (chosen["mention"], chosen["thread"], chosen["brief"], chosen["reply"]) == ("never", "week", "week", "once")
    refused = one.post("/settings/mail", page="/settings/mail", mention="hourly", reply="day")
    assert refused.status_code == 422
    page = BeautifulSoup(refused.text, "html.parser")
    assert page.select_one("#mail-mention-error").get_text() == "Choose one of these."
    assert page.select_one("select[name=reply] option[selected]")["value"] == "day"
