"""Whether a muted word stands in a text: in any script, whatever its case and accents, and never a part of another word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core.errors import Invalid
from forum.core.scripts import TOKEN, plain
from forum.desk import shielding


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("elevator", "The ELEVATOR is stuck."),
        ("elevator", "elevator"),
        ("Élan", "so much elan, so little soup"),
        ("gruß", "GRUSS an alle"),
        ("Łódź", "from lodz by train"),
        ("out sourcing", "They said: out-sourcing!"),
        ("out-sourcing", "out\n\nsourcing"),
        ("gate 3", "At Gate 3, again."),
        ("cook", "the cook's spoon and the cook’s hat"),
        ("o'neil", "ask O’Neil"),
        ("soup", "sou\u00adp"),
        ("soup", "ｓｏｕｐ"),
        ("外包", "保安外包的决定"),
        ("python", "我用Python写"),
        ("食堂", "食堂的汤"),
        ("スープ", "今日のスープは"),
        ("ｽｰﾌﾟ", "今日のスープは"),
        ("회의", "회의가 길다"),
        ("गेट", "गेट तीन"),
        ("v2", "since v2 it fails"),
        ("🔥 sale", "🔥 SALE 🔥"),
    ],
)
def test_it_is_found(word: str, text: str) -> None:
    assert shielding.found(word, text) == word
    assert shielding.found(f"nowhere\n{word}\nneither", text) == word


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("lift", "the lifter lifted a forklift"),
        ("cat", "concatenate"),
        ("python", "pythons"),
        ("gate 3", "gate 33 and gates 3"),
        ("out sourcing", "out of sourcing"),
        ("外包", "外面的包"),
        ("soup", ""),
        ("सुप", "सूप"),
    ],
)
def test_it_is_not_found(word: str, text: str) -> None:
    assert shielding.found(word, text) == ""


def test_who_muted_nothing_finds_nothing() -> None:
    assert shielding.found("", "Any words.") == ""
    assert shielding.listed(None) == shielding.listed("") == []


def test_the_first_of_several_is_named() -> None:
    assert shielding.found("tea\nsoup\ncook", "The cook and the soup.") == "soup"


def test_a_list_grows_by_one_and_knows_what_it_has() -> None:
    words = shielding.with_word([], "  Gate \t 3 ")
    assert words == ["Gate 3"]
    assert shielding.with_word(words, "gäte-3") == words
    assert shielding.with_word(words, "soup") == ["Gate 3", "soup"]


@pytest.mark.parametrize("word", ["", "  ", "!?", "🔥", "\u200b", "x" * 51, "a\x00b", "\ud800", "_"])
def test_what_is_no_word(word: str) -> None:
    with pytest.raises(Invalid) as refused:
        shielding.with_word([], word)
    assert refused.value.field == "word"


def test_a_hundred_fit_and_no_more() -> None:
    words: list[str] = []
    for number in range(shielding.MOST):
        words = shielding.with_word(words, f"word{number}")
    with pytest.raises(Invalid, match="100"):
        shielding.with_word(words, "one more")
    assert shielding.with_word(words, "WORD7") == words


@given(st.text(min_size=1, max_size=50), st.text(max_size=200), st.text(max_size=200))
def test_what_is_taken_is_found_between_spaces(word: str, before: str, after: str) -> None:
    try:
        [kept] = shielding.with_word([], word)
    except Invalid:
        return
    assert "\n" not in kept
    assert shielding.found(kept, f"{before} {kept} {after}") == kept


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=100))
def test_the_short_way_for_ascii_is_the_same(text: str) -> None:
    assert shielding._ASCII.findall(plain(text)) == TOKEN.findall(plain(text))
