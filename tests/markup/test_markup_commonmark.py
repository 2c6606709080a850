"""What people know from Markdown elsewhere."""

import pytest

from forum.markup import RENDERER, render


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("plain", "<p>plain</p>\n"),
        ("*a* **b** ~~c~~", "<p><em>a</em> <strong>b</strong> <s>c</s></p>\n"),
        ("a\nb", "<p>a<br>\nb</p>\n"),
        ("a\n\nb", "<p>a</p>\n<p>b</p>\n"),
        ("`a < b`", "<p><code>a &lt; b</code></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("2020. was a year", '<ol start="2020">\n<li>was a year</li>\n</ol>\n'),
        ("- a\n\n- b", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>\n"),
        (r"\*a\* \# \@b", "<p>*a* # @b</p>\n"),
        ("&amp; &copy; &#x41; &nope;", "<p>&amp; © A &amp;nope;</p>\n"),
        ('"quoted" isn\'t -- changed...', '<p>"quoted" isn\'t -- changed...</p>\n'),
        ("    code\n    more", '<pre class="code" tabindex="0"><code>code\nmore\n</code></pre>\n'),
        ("[a](/b)", '<p><a href="/b">a</a></p>\n'),
        ('[a](/b "t")', '<p><a href="/b" title="t">a</a></p>\n'),
        ("[a][x]\n\n[x]: /b 't'", '<p><a href="/b" title="t">a</a></p>\n'),
        ("<http://a.b/c>", '<p><a href="http://a.b/c" rel="nofollow noopener">http://a.b/c</a></p>\n'),
        ("<me@a.b>", '<p><a href="mailto:me@a.b" rel="nofollow noopener">me@a.b</a></p>\n'),
        ("", ""),
        (" \n\t\n", ""),
    ],
)
def test_commonmark(source: str, html: str) -> None:
    assert render(source).html == html


def test_headings_stand_below_the_page_s_own() -> None:
    html = render("# a\n## b\n### c\n###### d\n\ne\n===\n\nf\n---").html
    assert html.split("\n") == [
        *("<h3>a</h3>", "<h4>b</h4>", "<h5>c</h5>", "<h5>d</h5>", "<h3>e</h3>", "<h4>f</h4>", ""),
    ]


def test_table_with_aligned_columns() -> None:
    html = render("| a | b | c | d |\n|---|--:|:-:|:--|\n| 1 | 2 \\| x | **3** | 4 |").html
    assert '<th class="right">b</th>\n<th class="center">c</th>\n<th>d</th>' in html
    assert '<td>1</td>\n<td class="right">2 | x</td>\n<td class="center"><strong>3</strong></td>\n<td>4</td>' in html
    assert "style" not in html


def test_a_row_keeps_what_it_has_beyond_the_last_column() -> None:
    rendered = render("| a | b |\n|---|---|\n| 1 | 2 | three | **four** |\n| 5 |\n\nafter")
    assert "<td>2 | three | <strong>four</strong></td>" in rendered.html
    assert "<td>5</td>\n<td></td>" in rendered.html
    assert rendered.text == "a b 1 2 | three | four 5 after"


def test_a_table_in_a_quotation_and_in_a_list() -> None:
    assert "<td>2 | 3</td>" in render("> a|b\n> -|-\n> 1|2|3").html
    assert "<td>2 | 3</td>" in render("- a|b\n  -|-\n  1|2|3").html


def test_html_is_text() -> None:
    rendered = render("<b>bold</b>\n\n<script>alert(1)</script>\n\n<!-- c -->")
    assert rendered.html == (
        "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>&lt;!-- c --&gt;</p>\n"
    )
    assert rendered.text == "<b>bold</b> <script>alert(1)</script> <!-- c -->"


def test_definitions_that_no_link_uses_are_shown() -> None:
    rendered = render("[a]\n\n[a]: /one 'used'\n[a]: /two 'twice'\n[b]: /three\n[remember]: tomorrow")
    assert '<a href="/one" title="used">a</a>' in rendered.html
    assert "/one" not in rendered.text
    for words in ('[a]: /two "twice"', "[b]: /three", "[remember]: tomorrow"):
        assert words in rendered.text


def test_an_empty_link_shows_where_it_goes() -> None:
    assert render("[](http://a.b/)").html == ('<p><a href="http://a.b/" rel="nofollow noopener">http://a.b/</a></p>\n')


def test_text_is_the_words_folded() -> None:
    source = "# T *x*\n\n- [x] done\n- `code`  y\n\n> q\n\n```\nline 1\n  line 2\n```\n\n![alt *em*](/files/1/a.webp)\n"
    assert render(source + "end").text == "T x done code y q line 1 line 2 alt em end"


def test_the_renderer_has_a_version() -> None:
    assert RENDERER == 2
