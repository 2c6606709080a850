"""What holds for every text: it is safe, settled, and no word of it is lost."""

from collections.abc import Callable
from html import unescape
from re import findall, sub
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from forum.markup import excerpt, handles_in, quote, render, sanitise

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
# fmt: off
MARKS = st.sampled_from([
    "*", "**", "_", "~~", "`", "```", "~~~", "\n", "\n\n", "  \n", "> ", "- ", "1. ", "    ", "# ", "| ", "|\n",
    "-|-\n", "[", "]", "(", ")", "![", "](", "](/b)", "]: /c ", "<", ">", "&", "&lt;", "\\", "@", "http://",
    "https://a.b/", "mailto:", "::: spoiler ", ":::\n", "- [ ] ", "- [x] ", "---\n", "— ", '"', "'", ":", "/", "!",
    "汉字", "，", "\t", "\x00", "\xa0", "\r\n", "\r", "\u2028", "\ufeff", "é", "👍", "<!--", "<script>", "</", "&#0;",
    "&#x110000;", "=\n", "+ ", "```python\n",
])
TAGS = st.sampled_from([
    "<a>", '<a href="/x">', "<a href='http://a.b' rel=x>", "</a>", "<p>", "</p>", "<table>", "<tr>", "<td>",
    "</table>", "<pre>", "\n", "\r", "</pre>", "<ul>", "<li>", "</ul>", "<details>", "<summary>", "<span class=k>",
    "</span>", "<em>", "</em>", "<s>", "</s>", "<h3>", "</h4>", "<input>", "<img src=/files/1/a>", "<br>", "<hr>",
    "<svg>", "<math>", "<style>", "<!--", "-->", "<script>", "</script>", "<template>", "<select>", "&amp;", "&#13;",
    "&#0;", "&", "<", ">", '"', "'", "x", " ", "\x00", "&nbsp;", "<label>", "<blockquote>", "<cite>", "<code>",
    "<ol start=3>", "<caption>",
])
# fmt: on
HTML = st.lists(TAGS, max_size=25).map("".join)
PLAIN = r"[a-z]{1,9}|[一-龥]{1,6}|[а-я]{1,9}|\d{1,4}%?[,;]?|[A-Za-z']{2,8}[.?!,]"
PEOPLE = {"w1w": "One", "w2w": "Two"}


def marked() -> st.SearchStrategy[str]:
    """Numbered words between marks of every kind: w0w, w1w, …"""
    return st.lists(MARKS, max_size=30).map(
        lambda marks: "".join(f"{mark}w{number}w" for number, mark in enumerate(marks))
    )


@given(st.one_of(TEXT, st.lists(st.one_of(MARKS, TEXT), max_size=30).map("".join)))
@settings(max_examples=400, deadline=None)
def test_any_markdown_is_safe_and_settled(assert_safe: Callable[[str], None], source: str) -> None:
    rendered = render(source, PEOPLE)
    assert_safe(rendered.html)
    assert sanitise(rendered.html) == rendered.html
    assert rendered.mentions <= PEOPLE.keys()
    assert rendered.mentions <= handles_in(source)
    assert render(source, PEOPLE) == rendered


@given(st.one_of(TEXT, HTML))
@settings(max_examples=600, deadline=None)
def test_any_html_is_safe_and_settled(assert_safe: Callable[[str], None], html: str) -> None:
    clean = sanitise(html)
    assert_safe(clean)
    assert sanitise(clean) == clean


@given(marked())
@settings(max_examples=600, deadline=None)
def test_no_word_is_lost_between_marks(read: Callable[[str], Any], source: str) -> None:
    rendered = render(source, PEOPLE)
    html = unescape(rendered.html)
    for word in findall(r"w\d+w", source):
        assert word in html
    for word in findall(r"w\d+w", " ".join(read(rendered.html).texts)):
        assert word in rendered.text


@given(st.lists(st.from_regex(PLAIN, fullmatch=True)))
@settings(max_examples=200, deadline=None)
def test_plain_sentences_come_through_as_they_are(words: list[str]) -> None:
    assert render("so " + " ".join(words)).text == " ".join(["so", *words])


@given(st.lists(TEXT, min_size=1, max_size=5).map("\n".join))
@settings(max_examples=300, deadline=None)
def test_code_is_kept_to_the_letter(code: str) -> None:
    code = sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", "", code)
    html = render(f"````````python\n{code}\n````````").html if "````````" not in code else ""
    assert unescape(sub("<[^>]*>", "", html)).strip("\n") == code.strip("\n")


@given(TEXT, TEXT, st.from_regex(r"/t[a-z0-9/#?=()<> ]{0,20}", fullmatch=True))
@settings(max_examples=300, deadline=None)
def test_a_quotation_is_one_blockquote_with_its_citation(source: str, by: str, href: str) -> None:
    html = render(quote(source, by, href, "#7") + "after").html
    if "</blockquote>" in html and not html.startswith("<p>&gt;"):
        assert html.endswith("</cite>\n</blockquote>\n<p>after</p>\n")


@given(TEXT, st.integers(1, 60))
def test_an_excerpt_is_a_beginning(text: str, limit: int) -> None:
    cut = excerpt(text, limit)
    assert len(cut) <= limit
    assert " ".join(text.split()).startswith(cut.removesuffix("…").rstrip())
