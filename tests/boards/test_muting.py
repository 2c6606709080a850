"""Muting people and threads: folded for oneself, never gone, and nobody else notices."""

from __future__ import annotations

import pytest

from tests.pages import all_words, form, steady, words


@pytest.fixture
def talk(mina, idris, say):
    first = say(mina, "Mina begins.", title="Soup")
    say(idris, "Idris answers.", thread=first.thread)
    return first


def test_a_muted_person_is_folded_and_can_be_opened(talk, mina, browser, person) -> None:
    person("wei")
    wei, address = browser("wei"), f"/threads/{talk.thread}-soup"
    assert form(wei.get("/people/idris"), "/people/idris/mute")["on"] == "1"
    answer = wei.post("/people/idris/mute", page="/people/idris", on="1")
    assert (answer.status_code, answer.location) == (303, "/people/idris")
    page = wei.get(address)
    assert all_words(page, "article details.folded > summary") == ["Folded, because you muted Idris"]
    assert "Idris answers." in words(page, "#p2 details")
    assert "Mina begins." in words(page, "#p1 > .says")
    assert "Idris answers." in words(wei.get("/people/idris"))
    assert form(wei.get("/people/idris"), "/people/idris/mute")["on"] == "0"
    wei.post("/people/idris/mute", page="/people/idris", on="0")
    assert all_words(wei.get(address), ".folded") == []


def test_threads_of_a_muted_person_are_folded_in_lists_and_not_new(talk, browser, person) -> None:
    person("wei")
    wei = browser("wei")
    wei.post("/people/mina/mute", on="1")
    for path in ("/", "/boards/canteen"):
        page = wei.get(path)
        assert all_words(page, "li.folded summary") == ["Folded, because you muted Mina O"]
        assert all_words(page, "li.folded h3 a") == ["Soup"]
        assert 'class="new"' not in page.text
    assert 'class="new"' not in wei.get("/boards").text


def test_a_muted_thread_is_folded_in_lists_and_open_on_its_page(talk, browser, person) -> None:
    person("wei")
    wei, address = browser("wei"), f"/threads/{talk.thread}-soup"
    answer = wei.post(f"/threads/{talk.thread}/mute", page=address, on="1")
    assert (answer.status_code, answer.location) == (303, address)
    for path in ("/", "/boards/canteen"):
        assert all_words(wei.get(path), "li.folded h3 a") == ["Soup"]
    assert 'class="new"' not in wei.get("/boards").text
    assert "Mina begins." in words(wei.get(address), "#p1")
    assert form(wei.get(address), f"/threads/{talk.thread}/mute")["on"] == "0"
    wei.post(f"/threads/{talk.thread}/mute", page=address, on="0")
    assert all_words(wei.get("/boards/canteen"), ".folded") == []


def test_nobody_else_notices(talk, browser, person) -> None:
    person("wei")
    person("boss", "management", "operator", "hr")
    address = f"/threads/{talk.thread}-soup"
    others = [browser(handle) for handle in ("mina", "idris", "boss")]
    paths = ("/", "/boards", "/boards/canteen", address, "/people/mina", "/people/idris", "/people/wei")
    for one in others:
        one.get(address)
    before = [steady(one.get(path).text) for one in others for path in paths]
    wei = browser("wei")
    wei.post("/people/idris/mute", on="1")
    wei.post("/people/mina/mute", on="1")
    wei.post(f"/threads/{talk.thread}/mute", on="1")
    assert [steady(one.get(path).text) for one in others for path in paths] == before


def test_muting_twice_is_muting(talk, browser, person) -> None:
    person("wei")
    wei = browser("wei")
    for on in ("1", "1", "0", "0"):
        assert wei.post("/people/idris/mute", on=on).status_code == 303
        assert wei.post(f"/threads/{talk.thread}/mute", on=on).status_code == 303
    assert all_words(wei.get("/boards/canteen"), ".folded") == []


def test_what_cannot_be_muted(talk, browser) -> None:
    one = browser("mina")
    refused = one.post("/people/mina/mute", on="1")
    assert refused.status_code == 422
    assert "cannot mute yourself" in words(refused)
    for path in ("/people/nobody/mute", "/people/%00/mute", "/threads/999/mute"):
        assert one.post(path, on="1").status_code == 404


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil", "x", ""])
def test_it_never_leads_out_of_the_forum(talk, browser, back: str) -> None:
    answer = browser("mina").post("/people/idris/mute", on="1", back=back)
    assert answer.location == "/people/idris"
