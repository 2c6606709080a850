"""What fits a post, a title, a name, a handle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forum.accounts import rules as people
from forum.boards import rules
from forum.exchange import cutting
from forum.markup import render


@given(st.text(max_size=200).filter(bool), st.integers(1, 800))
def test_no_part_is_too_long_and_no_word_is_lost(line: str, times: int) -> None:
    text = cutting.body("\n\n".join([line] * times))
    if not text:
        return
    made = cutting.parts(text)
    assert all(len(rules.body(part)) <= rules.BODY_MAX for part in made)
    whole = "".join(part.removeprefix(cutting.CONTINUED) for part in made)
    assert whole.replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(" ", "")


def test_code_that_is_cut_goes_on_as_code() -> None:
    text = "before\n\n````py\n" + "x = '```'\n" * 9_000 + "````\n\nafter"
    made = cutting.parts(text)
    assert len(made) == 3
    assert all(render(part).html.count("<pre") == 1 for part in made)
    assert sum(part.count("x = '```'") for part in made) == 9_000
    assert made[-1].endswith("after")


def test_a_line_without_an_end_is_cut_too() -> None:
    made = cutting.parts("word " * 30_000 + "y" * 100_000)
    assert all(len(part) <= rules.BODY_MAX for part in made)
    assert sum(part.count("y") for part in made) == 100_000
    assert sum(part.count("word") for part in made) == 30_000


@given(st.text(), st.text())
def test_every_title_can_be_kept(given: str, words: str) -> None:
    made = cutting.title(given, words)
    assert rules.title(made) == made


def test_titles() -> None:
    assert cutting.title("  two\nlines\x00\t", "") == "two lines"
    assert cutting.title("", "First words of the body") == "First words of the body"
    assert cutting.title(" \u200b ", "\ufeff") == "Untitled"


@given(st.text())
def test_every_name_can_be_shown(text: str) -> None:
    made = cutting.name(text)
    assert not made or people.name(made) == made


@given(st.text(), st.sampled_from(("", ".")), st.integers(2, 9_999))
def test_every_handle_can_be_taken_with_a_number_after_it(text: str, between: str, number: int) -> None:
    made = cutting.handle(text, between)
    if made:
        assert people.handle(made) == made
        assert people.handle(f"{made}-{number}")


def test_handles() -> None:
    assert cutting.handle("Mark C. Wallace", "") == "markcwallace"
    assert cutting.handle("Jörg Bär", ".") == "jorg.bar"
    assert cutting.handle("李娜", "") == ""
    assert cutting.handle("x", "") == ""
