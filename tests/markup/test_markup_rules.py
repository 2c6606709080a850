"""The rules that are this forum's own: tasks, spoilers, code, quotations, pictures, mentions."""

from html import unescape
from re import sub

import pytest

from forum.markup import files_in, render
from forum.markup.code import LEXERS, MAX_LINE, MAX_LINES, MAX_SLOW_CHARS, TOKEN_CLASSES, Marker, known

PEOPLE = {"idris": "Idris", "wei.chen": 'Wei "W" <Chen>', "a_b": "A B", "dash-": "Dash"}


def test_tasks() -> None:
    assert render("- [ ] open\n- [x] *done*\n- none").html == (
        '<ul class="tasks">\n'
        '<li class="task"><label><input type="checkbox" disabled=""> open</label></li>\n'
        '<li class="task"><label><input type="checkbox" disabled="" checked=""> <em>done</em></label></li>\n'
        "<li>none</li>\n</ul>\n"
    )


def test_tasks_numbered_loose_and_nested() -> None:
    html = render("3. [X] a\n\n   more\n4. [ ] b\n   - [ ] c").html
    assert html.startswith('<ol start="3" class="tasks">\n<li class="task">\n<p><label><input')
    assert html.count('class="tasks"') == 2
    assert html.count("</label>") == html.count("<input") == 3


def test_a_task_that_is_no_paragraph() -> None:
    html = render("- [ ] # heading").html
    assert '<li class="task">' in html
    assert html.index("</label>") < html.index("<h3>heading</h3>")


def test_a_box_needs_a_list_and_a_space() -> None:
    assert "<input" not in render("[ ] a\n\n- [x](/b)\n- [y] c").html


def test_spoiler() -> None:
    html = render("::: spoiler Who *did* it\nthe **guard**\n:::\nafter").html
    assert html == (
        '<details class="spoiler"><summary>Who *did* it</summary>\n<p>the <strong>guard</strong></p>\n</details>\n'
        "<p>after</p>\n"
    )


def test_spoiler_without_title_without_end_and_in_a_quotation() -> None:
    assert "<summary>Spoiler</summary>" in render("::: spoiler\nx\n:::").html
    assert render("::: spoiler\nx").html.endswith("<p>x</p>\n</details>\n")
    assert "<blockquote>\n<details" in render("> ::: spoiler <b>\n> x\n> :::").html
    assert "<details" not in render("::: warning\nx\n:::").html
    assert render("::: spoiler Two words\nx\n:::").text == "Two words x"


def test_code_is_marked_with_classes() -> None:
    html = render("```python\ndef f(x):  # why\n    return 'a'\n```").html
    assert html.startswith('<pre class="code" tabindex="0"><code><span class="k">def</span> ')
    assert '<span class="nf">f</span>(x):' in html
    assert '<span class="c"># why</span>' in html
    assert "<span class=\"s\">'a'</span>" in html
    assert "style" not in html


@pytest.mark.parametrize("info", ["", "nonsense", "../../etc/passwd", "text", "guess"])
def test_code_of_no_known_language_is_plain(info: str) -> None:
    rendered = render(f"```{info}\ndef f(): pass\n```")
    assert "<span" not in rendered.html
    assert "<code>def f(): pass\n</code>" in rendered.html


def test_words_after_a_fence_are_shown_above_the_code() -> None:
    assert render("``` nobody reads this\nx\n```").html.startswith("<p>nobody reads this</p>\n<pre")
    assert render("```python run & wait\nx\n```").html.startswith("<p>run &amp; wait</p>\n<pre")
    assert render("```python\nx\n```").html.startswith("<pre")


def test_long_code_is_not_marked_and_counts_over_the_whole_post() -> None:
    block = "```python\n" + "if x: pass  # and then some more words\n" * 400 + "```\n"
    html = render(block + "\n" + block).html
    first, second = html.split("</pre>")[:2]
    assert "<span" in first
    assert "<span" not in second


@pytest.mark.parametrize("code", ["if x:\n" * (MAX_LINES + 1), "if x: " * (MAX_LINE // 6 + 1)])
def test_code_of_many_or_long_lines_is_not_marked(code: str) -> None:
    assert list(Marker().runs(code, "python")) == [("", code)]


def test_much_code_of_a_slow_language_is_not_marked_and_others_still_are() -> None:
    marker = Marker()
    code = "int a;\n" * (MAX_SLOW_CHARS // 7)
    assert len(list(marker.runs(code, "java"))) > 1
    assert list(marker.runs("int a;\n", "java")) == [("", "int a;\n")]
    assert len(list(marker.runs("if x: pass\n", "python"))) > 1


def test_code_keeps_every_character() -> None:
    code = "\n\n  a = '<b>&amp;\"'\t\n\n\n@x\n# é 汉\n"
    html = render(f"~~~py\n{code}~~~").html
    assert unescape(sub("<[^>]*>", "", html)) == code + "\n"


@pytest.mark.parametrize("name", sorted(LEXERS))
def test_each_language_is_known_and_loses_nothing(name: str) -> None:
    code = "\n def f(x): return \"a\" # b <c> {d: 'e'} $f @g\n"
    runs = list(Marker().runs(code, name.upper()))
    assert known(name)
    assert "".join(text for _, text in runs) == code
    assert {mark for mark, _ in runs} <= TOKEN_CLASSES | {""}


def test_a_quotation_says_whose_it_is() -> None:
    html = render("> words\n>\n> — [Bob, #3](/t/1#p3)").html
    assert html == '<blockquote>\n<p>words</p>\n<cite><a href="/t/1#p3">Bob, #3</a></cite>\n</blockquote>\n'


@pytest.mark.parametrize("last", ["— Bob", "- [Bob](/x)", "— [Bob](/x) said", "— [Bob](/x)[Al](/y)", "—[Bob](/x)"])
def test_what_is_no_citation_stays_a_paragraph(last: str) -> None:
    assert "<cite>" not in render(f"> words\n>\n> {last}").html


def test_a_dash_and_a_link_outside_a_quotation_is_no_citation() -> None:
    assert "<cite>" not in render("— [Bob](/x)").html


def test_own_pictures_are_shown() -> None:
    assert render('![a *b* "c"](/files/7/x.webp "t")').html == (
        '<p><a href="/files/7/x.webp"><img loading="lazy" src="/files/7/x.webp" alt="a b &quot;c&quot;" title="t"></a></p>\n'
    )


def test_a_picture_has_its_size_where_it_is_known() -> None:
    html = render("![a](/files/7/x.webp)![b](/files/8/y.webp)", {}, {7: (640, 480)}).html
    assert html == (
        '<p><a href="/files/7/x.webp"><img loading="lazy" src="/files/7/x.webp" alt="a" width="640" height="480"></a>'
        '<a href="/files/8/y.webp"><img loading="lazy" src="/files/8/y.webp" alt="b"></a></p>\n'
    )


@pytest.mark.parametrize(
    ("source", "alt"),
    [
        ("![](/files/7/gate-3.webp)", "gate-3.webp"),
        ("![ ](/files/7/%E9%97%A8%203.webp)", "门 3.webp"),
        ("![](/files/7/%00%FF.webp)", "\ufffd\ufffd.webp"),
    ],
)
def test_a_picture_that_nobody_described_goes_by_its_name(source: str, alt: str) -> None:
    rendered = render(source)
    assert f' alt="{alt}"' in rendered.html
    assert rendered.text == alt


@pytest.mark.parametrize(
    ("source", "numbers"),
    [
        ("![](/files/12/a.webp) and [b (1 kB)](/files/13/b)", {12, 13}),
        ("https://elsewhere.example/files/14/a.webp, x/files/15/a", set()),
        ("/files/0/a /files/x/a /files/16 /files/9999999999/a", set()),
        ("".join(f"(/files/{number}/a)" for number in range(1, 200)), set(range(1, 101))),
    ],
)
def test_the_files_that_words_name(source: str, numbers: set[int]) -> None:
    assert files_in(source) == numbers


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("![p](http://a.b/c.png)", '<a href="http://a.b/c.png" rel="nofollow noopener">p</a>'),
        ("![](http://a.b/c.png)", '<a href="http://a.b/c.png" rel="nofollow noopener">http://a.b/c.png</a>'),
        ("![p](/static/x.png)", '<a href="/static/x.png">p</a>'),
        ("![p](/files/../people/x)", '<a href="/files/../people/x">p</a>'),
        ("![p](/files/7)", '<a href="/files/7">p</a>'),
        ("![p](/files/7/)", '<a href="/files/7/">p</a>'),
        ("![p](/files/07/x)", '<a href="/files/07/x">p</a>'),
        ("![p](/files/7/x/y)", '<a href="/files/7/x/y">p</a>'),
        ("![p](/files/7/x%2Fy)", '<a href="/files/7/x%2Fy">p</a>'),
        ("![p](/files/7/..)", '<a href="/files/7/..">p</a>'),
        ("![p](/files/7/x?y)", '<a href="/files/7/x?y">p</a>'),
        ("![p](//evil.example/files/7/x)", "![p](//evil.example/files/7/x)"),
        ("![p](/files/%2E%2E/x)", '<a href="/files/%2E%2E/x">p</a>'),
        ("[![p](http://a.b/c.png)](/d)", '<a href="/d">p</a>'),
        ("[![](http://a.b/c.png)](/d)", '<a href="/d">http://a.b/c.png</a>'),
        ("[![p](/files/1/c.webp)](/d)", '<a href="/d"><img loading="lazy" src="/files/1/c.webp" alt="p"></a>'),
        ("![p](data:image/png;base64,AAAA)", "![p](data:image/png;base64,AAAA)"),
    ],
)
def test_foreign_pictures_are_links(source: str, html: str) -> None:
    assert render(source).html == f"<p>{html}</p>\n"


def test_mentions_are_linked() -> None:
    rendered = render("hi @idris. and @Wei.Chen, (@a_b) **@idris**", PEOPLE)
    assert '<a class="mention" href="/people/idris" title="Idris">@idris</a>. and' in rendered.html
    assert 'href="/people/wei.chen" title="Wei &quot;W&quot; &lt;Chen&gt;">@Wei.Chen</a>,' in rendered.html
    assert "<strong><a" in rendered.html
    assert rendered.mentions == {"idris", "wei.chen", "a_b"}
    assert rendered.text == "hi @idris. and @Wei.Chen, (@a_b) @idris"


@pytest.mark.parametrize(
    "source",
    [
        "`@idris`",
        "```\n@idris\n```",
        "    @idris",
        "[@idris](/x)",
        "[a @idris b][r]\n\n[r]: /x",
        "<http://a.b/@idris>",
        "http://a.b/@idris",
        "me@idris",
        "@idris@a.b",
        "@idrissa",
        "@idrisé",
        r"\@idris",
        "![@idris](/files/x.webp)",
        "@nobody",
        "@",
        "@@idris",
    ],
)
def test_what_is_not_a_mention(source: str) -> None:
    rendered = render(source, PEOPLE)
    assert rendered.mentions == frozenset()
    assert "mention" not in rendered.html


def test_a_mention_in_a_quotation_is_linked_but_tells_nobody_again() -> None:
    rendered = render("> @idris\n\n@a_b", PEOPLE)
    assert rendered.html.count('class="mention"') == 2
    assert rendered.mentions == {"a_b"}


def test_a_mention_in_chinese() -> None:
    rendered = render("请@idris看一下，谢谢@a_b。", PEOPLE)
    assert rendered.mentions == {"idris", "a_b"}


def test_a_lone_surrogate_is_refused_and_controls_are_not_a_crash() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        render("a\ud800b")
    assert render("a\x00b\x0cc\x1b").html == "<p>a\ufffdb\ufffdc\ufffd</p>\n"
