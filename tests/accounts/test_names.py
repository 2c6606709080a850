"""Display names: anybody may take another, and the earlier ones stay readable by everybody."""

from __future__ import annotations

import pytest

from tests.conftest import NOON
from tests.pages import words, wrong


@pytest.fixture(autouse=True)
def _people(person, frozen) -> None:
    person("mina", name="Mina")
    person("idris")


def test_the_earlier_names_stay_readable(browser, board, say, person, frozen) -> None:
    board()
    mina, idris = browser("mina"), browser("idris")
    anna = person("anna", name="Anna")
    said = say(anna, "Words.")
    for number, name in enumerate(("Kassandra", "Mina O")):
        frozen(NOON + (number + 1) * 86400)
        answer = mina.post("/settings/name", name=name)
        assert (answer.status_code, answer.location) == (303, "/settings")
    page = words(idris.get("/people/mina"))
    assert page.startswith("M Mina O mina")
    assert "Earlier names: Mina (until November 22, 2026), Kassandra (until November 23, 2026)" in page
    assert "Mina, Kassandra, Mina O." in words(mina.get("/settings"))
    browser("anna").post("/settings/name", name="Anna K")
    assert "Anna K" in words(idris.get(f"/threads/{said.thread}-{said.slug}"), "#p1")


def test_the_same_name_again_is_no_new_name(browser) -> None:
    mina = browser("mina")
    for name in ("Mina", "  Mina  "):
        assert mina.post("/settings/name", name=name).status_code == 303
    assert "Earlier names" not in mina.get("/people/mina").text


@pytest.mark.parametrize("name", ["", "\u200b", "x" * 61, "a\u202eb"])
def test_a_refused_name_stays_in_the_field(browser, name: str) -> None:
    mina = browser("mina")
    answer = mina.post("/settings/name", name=name)
    assert answer.status_code == 422
    assert len(wrong(answer)) == 1
    assert f'value="{name}"' in answer.text
    assert "Earlier names" not in mina.get("/people/mina").text


def test_a_name_is_text_wherever_it_stands(browser, board, say, person) -> None:
    board()
    name = "<b onclick=x>&amp;"
    said = say(person("anna", name=name), "Words.")
    mina = browser("mina")
    for path in ("/", "/boards/canteen", f"/threads/{said.thread}-{said.slug}", "/people/anna"):
        page = mina.get(path)
        assert "<b onclick" not in page.text, path
        assert name in page.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"), path


def test_a_profile_is_found_by_its_handle_alone(browser) -> None:
    mina = browser("mina")
    assert mina.get("/people/Mina").location == "/people/mina"
    for handle in ("nobody", "min", "1", "%00", "mina%00", "İ", "x" * 3000):
        assert mina.get(f"/people/{handle}", follow_redirects=True).status_code == 404, handle
