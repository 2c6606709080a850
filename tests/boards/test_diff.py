"""The difference of two texts: its pieces give both texts back, it is as small as it looks, and no input makes it work for long."""

from __future__ import annotations

import difflib
import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.boards import diff
from forum.boards.diff import Piece, difference, words

TEXT = st.text(max_size=300)
PROSE = st.lists(
    st.sampled_from(
        [
            "a",
            "b ",
            "word ",
            "\n",
            "\n\n",
            "汉字",
            "。",
            "é",
            "e\u0301",
            "👍",
            "한국",
            "かな",
            "\t",
            "\r",
            "_",
            "\x1c",
            "\ufeff",
        ]
    ),
    max_size=120,
).map("".join)


def old_of(pieces: list[Piece]) -> str:
    return "".join(one.text for one in pieces if one.kind != "added")


def new_of(pieces: list[Piece]) -> str:
    return "".join(one.text for one in pieces if one.kind != "gone")


@settings(deadline=None)
@given(st.one_of(TEXT, PROSE))
def test_the_units_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text


@settings(deadline=None, max_examples=300)
@given(st.one_of(TEXT, PROSE), st.one_of(TEXT, PROSE))
def test_the_pieces_give_both_texts_back(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert (old_of(pieces), new_of(pieces)) == (old, new)
    assert all(one.text for one in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@settings(deadline=None)
@given(PROSE, PROSE, PROSE)
def test_what_is_put_in_takes_nothing_away(before: str, middle: str, after: str) -> None:
    old, new = f"{before}|{after}", f"{before}|{middle}|{after}"
    pieces = difference(old, new)
    assert new_of(pieces) == new
    assert [one.kind for one in pieces if one.kind != "same"] == ["added"]


@settings(deadline=None)
@given(st.one_of(TEXT, PROSE))
def test_no_change_is_one_piece(text: str) -> None:
    assert difference(text, text) == ([Piece("same", text)] if text else [])


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        (
            "The soup is salty.",
            "The soup is sweet.",
            [("same", "The soup is "), ("gone", "salty"), ("added", "sweet"), ("same", ".")],
        ),
        ("汤太咸了", "汤太甜了", [("same", "汤太"), ("gone", "咸"), ("added", "甜"), ("same", "了")]),
        ("", "new", [("added", "new")]),
        ("old", "", [("gone", "old")]),
        ("", "", []),
        ("one\n\ntwo", "one\n\nand\n\ntwo", [("same", "one\n\n"), ("added", "and\n\n"), ("same", "two")]),
        ("it's", "its", [("gone", "it's"), ("added", "its")]),
    ],
)
def test_it_is_by_words(old: str, new: str, pieces: list[tuple[str, str]]) -> None:
    found = difference(old, new)
    assert (old_of(found), new_of(found)) == (old, new)
    if old == "it's":
        assert {one.kind for one in found} <= {"same", "gone", "added"}
    else:
        assert [tuple(one) for one in found] == pieces


def test_a_word_changed_in_a_long_text_is_found_alone() -> None:
    lines = [f"Line {number} says something of its own number {number * 7}.\n" for number in range(600)]
    old = "".join(lines)
    lines[30], lines[500] = lines[30].replace("says", "said"), lines[500].replace("own", "odd")
    pieces = difference(old, "".join(lines))
    changed = [one.text for one in pieces if one.kind != "same"]
    assert changed == ["says", "said", "own", "odd"]


RANDOM = random.Random(20261121)


def of(units: list[str], count: int) -> str:
    return "".join(RANDOM.choice(units) for _ in range(count))


def stretches(before: int, after: int, count: int) -> tuple[str, str]:
    """Changes of so many signs each between lines that stay."""
    stay = [f"\nsame {number}\n" for number in range(count)]
    return (
        "".join(of(["!", "?"], before) + line for line in stay),
        "".join(of(["!", "?"], after) + line for line in stay),
    )


NASTY: dict[str, Callable[[], tuple[str, str]]] = {
    "one line again and again": lambda: ("a\n" * 1499 + "x", "y" + "a\nb\n" * 745),
    "one sign between others": lambda: ("!" * 390 + "x", "y" + "!?" * 745),
    "two lines at random": lambda: (of(["a\n", "b\n"], 1490), of(["a\n", "b\n"], 1490)),
    "many stretches": lambda: stretches(399, 1490, 20),
    "many short stretches": lambda: stretches(399, 640, 38),
    "forty thousand signs": lambda: ("!" * 40_000, "?" + "!" * 39_000 + "?"),
    "forty thousand line ends": lambda: ("\n" * 40_000, "x" + "\n" * 39_999),
    "every other word": lambda: ("a b " * 10_000, "a c " * 10_000),
    "short lines": lambda: ("a\n" * 20_000, "b\na\n" * 10_000),
    "han": lambda: (of(["汉", "字"], 40_000), of(["汉", "字"], 40_000)),
    "turned round": lambda: (of(["a ", "b "], 700) + "x", "y" + of(["b ", "a "], 700)),
}


@pytest.mark.parametrize("kind", NASTY)
def test_no_input_makes_it_work_for_long(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts what the standard library's matcher looks at: pairs of equal units, call by call."""
    whole = difflib.SequenceMatcher.find_longest_match
    looked = [0]

    def counted(self, alo=0, ahi=None, blo=0, bhi=None):
        end = len(self.a) if ahi is None else ahi
        looked[0] += sum(1 + len(self.b2j.get(one, ())) for one in self.a[alo:end])
        assert looked[0] <= diff.WORK
        return whole(self, alo, ahi, blo, bhi)

    monkeypatch.setattr(difflib.SequenceMatcher, "find_longest_match", counted)
    old, new = NASTY[kind]()
    for before, after in ((old, new), (new, old)):
        looked[0] = 0
        pieces = difference(before, after)
        assert (old_of(pieces), new_of(pieces)) == (before, after)
