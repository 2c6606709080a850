"""Cutting text for lists, and quoting a post."""

import pytest

from forum.markup import excerpt, quote, render


def test_a_short_text_stays() -> None:
    assert excerpt("two  words\n here") == "two words here"
    assert excerpt("") == ""


def test_cut_at_a_word() -> None:
    assert excerpt("the quick brown fox", 12) == "the quick…"
    assert excerpt("the quick brown fox", 10) == "the quick…"
    assert excerpt("word " * 100, 280).endswith("word…")
    assert len(excerpt("word " * 100)) <= 280


def test_cut_between_chinese_characters() -> None:
    assert excerpt("今天食堂的饭很好吃", 5) == "今天食堂…"
    assert excerpt("今天食堂的饭 postgresql", 12) == "今天食堂的饭…"


def test_one_endless_word_is_cut_anywhere() -> None:
    assert excerpt("x" * 500, 10) == "x" * 9 + "…"
    assert excerpt("abc", 1) == "…"
    with pytest.raises(ValueError):
        excerpt("abc", 0)


def test_quote() -> None:
    assert quote("first\n\nsecond", "Bob", "/t/1#p3", "#3") == "> first\n>\n> second\n>\n> — [Bob, #3](/t/1#p3)\n\n"


def test_a_quotation_is_not_quoted_again() -> None:
    source = "> old words\n>\n> — [Al, #1](/t/1#p1)\n\nmy words\n  > more old"
    assert quote(source, "Bob", "/x", "#3") == "> my words\n>\n> — [Bob, #3](/x)\n\n"


def test_what_is_quoted_renders_as_a_citation_and_what_follows_stands_outside() -> None:
    by = "B [x](http://evil/) `c` <i> \\ *d*\n_e_ http://f/ @idris"
    html = render(quote("# words\n- a", by, "/t/1#p3", "#3") + "I say").html
    name = "B [x](http://evil/) `c` &lt;i&gt; \\ *d* _e_ http://f/ @idris, #3"
    assert f'<cite><a href="/t/1#p3">{name}</a></cite>' in html
    assert html.endswith("</blockquote>\n<p>I say</p>\n")


def test_a_target_cannot_break_out() -> None:
    html = render(quote("a", "b", "/x) [c](http://evil/", "#1")).html
    assert html.count("<a ") == 1


@pytest.mark.parametrize("unit", ["word word word\n", "word ", "字", "x", "```\ncode\n```\n\n"])
def test_long_text_is_cut(unit: str) -> None:
    quoted = quote(unit * (4_000 // len(unit)), "Bob", "/x", "#3")
    words, _, rest = quoted.rpartition("\n>\n> — ")
    assert rest == "[Bob, #3](/x)\n\n"
    assert len(words.replace("> ", "").replace(">", "")) <= 1_510
    assert "…" in words


def test_code_cut_in_the_middle_is_closed() -> None:
    html = render(quote("```python\n" + "x = 1\n" * 500 + "```\nend", "Bob", "/x", "#3") + "after").html
    assert html.endswith('<cite><a href="/x">Bob, #3</a></cite>\n</blockquote>\n<p>after</p>\n')


def test_quoting_only_quotations_leaves_the_citation() -> None:
    assert quote("> a\n> b", "Bob", "/x", "#3") == ">\n> — [Bob, #3](/x)\n\n"
