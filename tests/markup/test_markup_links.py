"""Where links may lead, and how bare addresses are found in Latin and Chinese text."""

import pytest

from forum.markup import render

REL = ' rel="nofollow noopener"'


@pytest.mark.parametrize(
    ("href", "absolute"),
    [
        ("http://wiki/x", True),
        ("https://a.b:8443/c?d=e&f#g", True),
        ("HTTPS://A.B/", True),
        ("ftp://a.b/c", True),
        ("mailto:a@b.c", True),
        ("tel:+861012345", True),
        ("http://[::1]:80/", True),
        ("/t/5?page=2#p5", False),
        ("/", False),
        ("#p5", False),
    ],
)
def test_where_links_may_lead(href: str, absolute: bool) -> None:
    html = render(f"[a]({href})").html
    assert html.startswith('<p><a href="')
    assert (REL in html) is absolute


@pytest.mark.parametrize(
    "href",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "java&#115;cript:alert(1)", "&#106;avascript:x", "vbscript:x"),
        *("data:text/html,x", "data:image/png;base64,x", "file:///etc/passwd", "//evil.example/x", "///x"),
        *(
            "readme.md",
            "a/b",
            "x:y",
            "http:",
            "http://",
            "http:a",
            "http:///x",
            "<java\tscript:x>",
            "<\x01javascript:x>",
        ),
        *("http://a:99999/", "http://1.2.3.999/", "http://[", "blob:a/b", "view-source:a", "?x=1", "."),
    ],
)
def test_where_they_may_not(href: str) -> None:
    source = f"[word]({href})"
    rendered = render(source)
    assert "<a" not in rendered.html
    assert "word" in rendered.text


@pytest.mark.parametrize(
    ("source", "address", "after"),
    [
        ("see http://wiki/x.", "http://wiki/x", "."),
        ("(http://a.b/c)", "http://a.b/c", ")"),
        ("http://a.b/c_(d) e", "http://a.b/c_(d)", " e"),
        ("http://a.b/?a[]=1&b[2]=c x", "http://a.b/?a[]=1&b[2]=c", " x"),
        ("**http://a.b/c**", "http://a.b/c", "</strong>"),
        ("*x http://a.b/c*", "http://a.b/c", "</em>"),
        ('"http://a.b"', "http://a.b", '"'),
        ("'http://a.b/c', d", "http://a.b/c", "', d"),
        ("HTTP://A.B/c", "HTTP://A.B/c", "</p>"),
        ("http://a.b/*x*/y_z_", "http://a.b/*x*/y_z", "_"),
        ("https://a.b/c，然后", "https://a.b/c", "，然后"),
        ("看https://a.b/c这里", "https://a.b/c", "这里"),
        ("“https://a.b/c”", "https://a.b/c", "”"),
        ("（https://a.b/c）", "https://a.b/c", "）"),
        ("https://a.b/c。", "https://a.b/c", "。"),
        ("https://a.b/?q=1、2", "https://a.b/?q=1", "、2"),
        ("https://a.b에서", "https://a.b", "에서"),
        ("http://a.b…", "http://a.b", "…"),
        ("http://de.a.b/Ö", "http://de.a.b/Ö", "</p>"),
        ("ftp://a.b/c", "ftp://a.b/c", "</p>"),
        ("mailto:me@a.b, x", "mailto:me@a.b", ", x"),
        ("<b>http://a.b</b>", "http://a.b", "&lt;/b&gt;"),
        ("- http://a.b", "http://a.b", "</li>"),
        ("x|y\n-|-\nhttp://a.b|z", "http://a.b", "</td>"),
    ],
)
def test_bare_addresses(source: str, address: str, after: str) -> None:
    html = render(source).html
    assert f">{address.replace('&', '&amp;')}</a>{after}" in html
    assert html.count("<a ") == 1


@pytest.mark.parametrize(
    "source",
    [
        *("readme.md", "a.b.com", "www.a.b", "me@a.b", "//a.b", "http:", "http://", "http://.", "xhttp://a.b", "a:b"),
        *("`http://a.b`", r"http\://a.b", "javascript://a.b", "http://中文", "mailto:", "mailto:x", "1+http://a.b"),
    ],
)
def test_what_is_no_bare_address(source: str) -> None:
    rendered = render(source)
    assert "<a" not in rendered.html
    assert rendered.text == source.replace("\\", "").strip("`")


def test_an_address_within_a_link_is_not_linked_again() -> None:
    html = render("[http://a.b](http://c.d) [x http://e.f y](/g)").html
    assert html.count("<a ") == 2
