"""The plain words of what was rendered: no tag, no entity, words of one line together and blocks apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum import markup
from forum.markup.plain import plain


def of(source: str) -> str:
    return " ".join(plain(markup.render(source).html).split())


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Plain words.", "Plain words."),
        ("un**believ**able", "unbelievable"),
        ("a `code` *b* ~~c~~", "a code b c"),
        ("one\n\ntwo", "one two"),
        ("- one\n- two", "one two"),
        ("# Head\nBody", "Head Body"),
        ("[link](https://example.com/secret)", "link"),
        ("> said\n\nanswered", "said answered"),
        ("```python\nx = 1 < 2\n```", "x = 1 < 2"),
        ("Tom & Jerry < > \" '", "Tom & Jerry < > \" '"),
        ("&amp;lt; is no tag", "&lt; is no tag"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("| a | b |\n|---|---|\n| c | d |", "a b c d"),
        ("三楼**咖啡**机", "三楼咖啡机"),
    ],
)
def test_what_is_left_is_what_is_read(source: str, words: str) -> None:
    assert of(source) == words


def test_blocks_are_apart() -> None:
    assert plain("<p>one</p><p>two</p>").split() == ["one", "two"]
    assert plain("<p>one<br>two</p>").split() == ["one", "two"]
    assert plain("<td>one</td><td>two</td>").split() == ["one", "two"]
    assert plain('<p>un<em class="x">believ</em>able</p>').split() == ["unbelievable"]
    assert plain('<p>a<img src="/files/1" alt="a picture &amp; more">b</p>').split() == [
        "a",
        "a",
        "picture",
        "&",
        "more",
        "b",
    ]


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80))
def test_no_tag_of_ours_is_left(source: str) -> None:
    found = plain(markup.render(source).html)
    for tag in ("</p>", "<p>", "<br", "</a>", "<em>", "<pre"):
        assert tag not in found or tag in source
