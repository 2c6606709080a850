"""Dense, deep and long posts: no word is lost and the work stays bounded (counted here, measured in tests/bench)."""

import pytest

from forum.markup import render
from forum.markup.blocks import MAX_CELLS
from forum.markup.code import MAX_BLOCKS
from forum.markup.links import MAX_LINKS
from forum.markup.markdown import MAX_BRACKETS, MAX_CHARS, MAX_COST
from forum.markup.mentions import MAX_LINKS as MAX_MENTIONS

SIZE = 40_000
UNITS = [
    "[", "![", "[a](", "[a](/b)", "*a", "*a_", "**a ", "~~a", "`", "`a``b```c````d", "\\", "<", "<a@", "&", "&lt;",
    "a\n",
    "a\n\n", "|", "> ", ">\n", "> a\n", "- ", "- \n", "- a\n", "1. a\n", "[a][b]", "[a]: /b\n", "# a\n", "```\n",
    "::: spoiler\n", "::: spoiler\n:::\n", "@ab ", "@", "://", "http://a.b ", "http://a.b(", "mailto:", "*[",
    "|a\n|-\n",
    "> - ",
    "a\n> b\n", "[![a](/files/1/b)](/c)", "- [ ] a\n", "a | b\n-|-\n", "汉http://a.b汉", "---\n", "***a***", "\x00",
    "- - - - - - - - - a\n", "> [a]: /b\n", "\t", "\xa0", "<!--",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_the_work_is_bounded(unit: str) -> None:
    source = (unit * (SIZE // len(unit) + 1))[:SIZE]
    html = render(source, {"ab": "A B"}).html
    assert 2 * html.count("<") + html.count("&") <= MAX_COST + source.count("&") + source.count("<") + source.count(">")
    assert len(html) <= 8 * SIZE


@pytest.mark.parametrize("unit", ["word> ", "> ", "- ", "1. ", "> - ", "::: spoiler\n", "> ::: spoiler\n> "])
def test_what_is_nested_too_deep_is_shown_as_typed(unit: str) -> None:
    rendered = render(f"before\n\n{unit * 60}bottom & <b>\n\nafter")
    for word in ("before", "bottom & <b>", "after"):
        assert word in rendered.text
    assert "bottom &amp; &lt;b&gt;" in rendered.html
    assert "<p>before</p>\n" in rendered.html


def test_nesting_that_fits_is_laid_out() -> None:
    assert render("> " * 18 + "bottom").html.count("<blockquote>") == 18
    assert render("- " * 9 + "bottom").html.count("<ul>") == 9


def test_five_thousand_quotations() -> None:
    rendered = render(">" * 5_000 + " bottom")
    assert rendered.text.endswith(">>> bottom")
    assert "<blockquote>" not in rendered.html


def test_as_typed_keeps_lines() -> None:
    assert render("> " * 30 + "a\nb\r\n\n\n c").html.endswith("a<br>\nb</p>\n<p> c</p>\n")


def test_very_many_lines_take_no_tag_each() -> None:
    html = render("a\n" * (SIZE // 2)).html
    assert html.startswith('<pre tabindex="0"><code>a\na\n')
    assert html.count("<") == 4


def test_mentions_beyond_the_limit_stay_words() -> None:
    rendered = render("@ab " * 10_000, {"ab": "A B"})
    assert rendered.html.count('class="mention"') == MAX_MENTIONS
    assert rendered.text.count("@ab") == 10_000


def test_bare_addresses_beyond_the_limit_stay_words() -> None:
    rendered = render("http://a.b " * (MAX_LINKS + 100))
    assert rendered.html.count("<a ") == MAX_LINKS
    assert rendered.text.count("http://a.b") == MAX_LINKS + 100


def test_a_huge_table_stays_lines() -> None:
    row = "|1|2|3|4|\n"
    assert render("|a|b|c|d|\n|-|-|-|-|\n" + row * 400).html.count("<td>") == 1_600
    rendered = render("|a|b|c|d|\n|-|-|-|-|\n" + row * (MAX_CELLS // 4))
    assert "<table>" not in rendered.html
    assert rendered.text.count("|1|2|3|4|") == MAX_CELLS // 4


def test_a_narrow_row_cannot_be_blown_up() -> None:
    html = render("a|" * 150 + "b\n" + "-|" * 150 + "-\n" + "a\n" * 10_000).html
    assert html.count("<td>") <= MAX_CELLS


def test_very_many_blocks_are_shown_as_typed() -> None:
    assert render("- a\n" * 3_000).html.count("<li>") == 3_000
    rendered = render("- a\n" * 4_000)
    assert "<li>" not in rendered.html
    assert rendered.text.count("- a") == 4_000


def test_very_many_pieces_of_code_are_not_all_marked() -> None:
    html = render("```python\nif x: pass\n```\n" * (MAX_BLOCKS + 50)).html
    assert html.count('<span class="k">if</span>') == MAX_BLOCKS
    assert html.count("<pre") == MAX_BLOCKS + 50


def test_many_brackets_and_long_texts_are_shown_as_typed() -> None:
    assert render("[a](/b) " * (MAX_BRACKETS // 4)).html.count("<a ") == MAX_BRACKETS // 4
    assert "<a " not in render("[a](/b) " * (MAX_BRACKETS + 1)).html
    assert "<strong>" not in render("**a** " + "b" * MAX_CHARS).html
