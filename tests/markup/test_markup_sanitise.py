"""The sanitisers against hostile HTML and Markdown, read back by a parser that knows neither of them."""

import threading
from collections.abc import Callable
from html import escape
from itertools import product

import pytest

from forum.markup import render, sanitise
from forum.markup.sanitise import ALLOWED, permits

_TAGS = (
    "script", "svg", "math", "style", "iframe", "object", "embed", "form", "button", "video", "audio", "link", "meta",
    "base", "template", "noscript", "textarea", "title", "xmp", "plaintext", "marquee", "portal", "frameset", "body",
    "html", "head", "img", "a", "input", "details", "pre", "x-y",
)  # fmt: skip
_HANDLERS = ("onclick", "onerror", "onload", "ontoggle", "onfocus autofocus", "style", "formaction", "srcdoc", "id")
_SCHEMES = (
    "javascript:alert(1)", "JAVASCRIPT:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)",
    " javascript:alert(1)", "\x01javascript:alert(1)", "java&#115;cript:alert(1)", "&#x6A;avascript:alert(1)",
    "&#106avascript:alert(1)", "javascript&colon;alert(1)", "javascript&#58;alert(1)", "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)", "javascript\u2028:alert(1)", "\u00a0javascript:alert(1)", "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD4=", "data:image/svg+xml,<svg/>",
    "file:///etc/passwd", "blob:http://a/b", "filesystem:http://a/b", "view-source:javascript:alert(1)",
    "feed:javascript:alert(1)", "jar:javascript:alert(1)", "about:blank", "ws://a", "//evil.example", "/\\evil.example",
    "\\\\evil.example", "http:\\\\evil.example", "/\t/evil.example", "%6aavascript:alert(1)", "ｊavascript:alert(1)",
)  # fmt: skip
_SHAPES = (
    "<script>alert(1)</script>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<script/x>alert(1)</script >",
    "<SCRIPT SRC=//evil>", "<svg><script>alert(1)</script>", "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=a>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><annotation-xml encoding=text/html><img src=x onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<style><img src=\"</style><img src=x onerror=alert(1)>\">",
    "<!--><img src=x onerror=alert(1)>",
    "<!-- --!><img src=x onerror=alert(1)>-->", "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml <img src=x onerror=a>?>",
    "<a href=\"/x\"\"onclick=alert(1)>", "<a href='/x'onclick=alert(1)>", "<a/href=\"/x\"/onclick=alert(1)>",
    "<img src=`x`onerror=alert(1)>", "<img src=x:x onerror=alert(1)//", "<img \"\"\"><script>alert(1)</script>\">",
    "<p title='</p><script>alert(1)</script>'>", "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>", "<xmp><img src=x onerror=alert(1)></xmp>", "<plaintext><b>",
    "<select><template><img src=x onerror=alert(1)></template></select>", "<table><a><img src=x onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<b<img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "<a href=/x><a href=javascript:alert(1)>b", "</p><script>", "<\x00script>",
    "<details open ontoggle=alert(1)>", "<input type=text autofocus onfocus=alert(1)>", "<input type=checkbox name=a>",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<object data=javascript:alert(1)>", "<base href=//evil/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>", "<link rel=stylesheet href=//evil>", "<", "</",
    "<!",
    "<a href=http://evil style=position:fixed;inset:0 class=overlay>", "<span class='k overlay'>", "<pre class=\"x\">",
    "<isindex action=javascript:alert(1)>", "<a href=\"http://a\" ping=\"http://b\" download target=_blank>",
    "<a name=x>",
)  # fmt: skip
CORPUS = [
    *_SHAPES,
    *(f"<{tag}>words</{tag}>" for tag in _TAGS),
    *(f"<{tag} {name}=alert(1)>words" for tag, name in product(("a", "img", "p", "svg", "details"), _HANDLERS)),
    *(f'<a href="{scheme}">words</a>' for scheme in _SCHEMES),
    *(f'<img src="{scheme}">' for scheme in _SCHEMES),
]
MARKDOWN = [
    *(f"[words]({scheme})" for scheme in _SCHEMES),
    *(f"[words](<{scheme}>)" for scheme in _SCHEMES),
    *(f"![words]({scheme})" for scheme in _SCHEMES),
    *(f"<{scheme}>" for scheme in _SCHEMES),
    *(f"[words][r]\n\n[r]: {scheme}" for scheme in _SCHEMES),
    '[a](/b "\\" onclick=\\"alert(1)")',
    '![a" onerror="alert(1)](/files/1/b)',
    '![a](/files/1/b"onerror=alert`1`)',
    '```"><script>alert(1)</script>\nx\n```',
    '```python" onclick="alert(1)\nx\n```',
    '::: spoiler "><script>alert(1)</script>\nx\n:::',
    "- [x] <img src=x onerror=alert(1)>",
    "| <script> |\n|---|\n| <img onerror=x> |",
    "> x\n>\n> — [<script>](/x)",
    'http://a.b/"onclick=alert(1)',
    "http://a.b/<script>alert(1)</script>",
    "http://a.b/'onclick='alert(1)",
    'mailto:a@b"onclick=alert(1)',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`<script>`",
    "    <script>",
    "[a]: javascript:alert(1)\n\n[a]",
]


def test_the_corpus_is_large() -> None:
    assert len(set(CORPUS)) > 150
    assert len(set(MARKDOWN)) > 150


@pytest.mark.parametrize("html", CORPUS)
def test_hostile_html(html: str, assert_safe: Callable[[str], None]) -> None:
    clean = sanitise(html)
    assert_safe(clean)
    assert sanitise(clean) == clean


@pytest.mark.parametrize("source", [*CORPUS, *MARKDOWN])
def test_hostile_markdown(source: str, assert_safe: Callable[[str], None]) -> None:
    assert_safe(render(source, {"x": '"><script>alert(1)</script>'}).html)


def test_a_hostile_display_name(assert_safe: Callable[[str], None]) -> None:
    html = render("@xx", {"xx": '"><script>alert(1)</script>\x00'}).html
    assert_safe(html)
    assert "&quot;&gt;&lt;script&gt;" in html


def test_what_is_not_allowed_is_shown_as_typed() -> None:
    assert sanitise("<script>a</script> <b>c</b>") == "&lt;script&gt;a&lt;/script&gt; &lt;b&gt;c&lt;/b&gt;"
    assert sanitise("a<!-- c -->b") == "ab"


SAMPLE = """# a

@xx http://a.b/?c=d&e="f" [g](/h "i > j & k") <me@a.b> [tel](tel:+1) & < > " ' \u00a0 &nbsp; é 汉 👍

- [ ] a
- [x] b

3. c

> d
>
> — [e](/f#p1)

::: spoiler g
h ~~i~~
:::

```python


def f(): return "<&>" # c
```

| a | b | c |
|---|--:|:-:|
| 1 | 2 | 3 |

![k > "l"](/files/1/m.webp "n") ![o](http://p.q/r) **s** *t* `u`

---
"""


def test_what_the_renderer_makes_passes_both_sanitisers_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def keep(html: str) -> str:
        made.append(html)
        return sanitise(html)

    monkeypatch.setattr("forum.markup.markdown.sanitise", keep)
    rendered = render(SAMPLE, {"xx": 'X "x" <x> & x'})
    assert made == [rendered.html]
    assert made[0] == sanitise(made[0])


def test_the_sample_uses_nearly_all_that_is_allowed(read: Callable[..., object]) -> None:
    elements = read(render(SAMPLE, {"xx": "X"}, {1: (640, 480)}).html).elements  # type: ignore[attr-defined]
    assert set(ALLOWED) - {tag for tag, _ in elements} == {"h4", "h5", "br"}
    assert {(tag, name) for tag, names in ALLOWED.items() for name in names} - {
        (tag, name) for tag, attrs in elements for name in attrs
    } == {("ol", "class")}


@pytest.mark.parametrize(
    ("tag", "name", "value", "allowed"),
    [
        ("a", "class", "mention", True),
        ("a", "class", "mention overlay", False),
        ("a", "class", "k", False),
        ("span", "class", "k", True),
        ("span", "class", "mention", False),
        ("p", "class", "k", False),
        ("td", "class", "right", True),
        ("a", "rel", "nofollow noopener", True),
        ("a", "rel", "opener", False),
        ("a", "title", "anything <at> all", True),
        ("a", "style", "x", False),
        ("img", "src", "/files/1/b.webp", True),
        ("img", "src", "/files/", False),
        ("img", "src", "/files/1", False),
        ("img", "src", "/files/1/", False),
        ("img", "src", "/files/a/b.webp", False),
        ("img", "src", "/files/1/a/b", False),
        ("img", "src", "/files/1/..", False),
        ("img", "src", "/files/../a", False),
        ("img", "src", "/files/%2e%2E/a", False),
        ("img", "src", "/files/1/%2e%2E", False),
        ("img", "src", "/files/1/a b", False),
        ("img", "width", "640", True),
        ("img", "width", "0", False),
        ("img", "height", "100%", False),
        ("img", "height", "999999", False),
        ("p", "width", "1", False),
        ("img", "src", "http://a/files/b", False),
        ("ol", "start", "12", True),
        ("ol", "start", "1e9", False),
        ("ol", "start", "१", False),
        ("pre", "tabindex", "0", True),
        ("pre", "tabindex", "1", False),
        ("input", "type", "checkbox", True),
        ("input", "name", "a", False),
        ("script", "src", "/files/a", False),
    ],
)
def test_the_table(tag: str, name: str, value: str, allowed: bool) -> None:
    assert permits(tag, name, value) is allowed
    if tag in ALLOWED:
        html = f'<{tag} {name}="{escape(value)}">x</{tag}>'
        html = f"<table><tbody><tr>{html}</tr></tbody></table>" if tag == "td" else html
        assert (f' {name}="{escape(value)}"' in sanitise(html)) is allowed


@pytest.mark.parametrize(
    "html",
    [
        "<pre>\n\n\nx</pre>",
        "a&#13;b\rc\r\nd",
        "&#0;&#12;\x0c",
        "<table><a><table><a>",
        "<a><table><tr><td><a>",
        "<p><p></p></table></p>",
        "<s><p><s><p><s><p>",
        "<ul><p></ul>x<li>",
        "\ufffe\U0001ffff\ufdd0",
    ],
)
def test_what_two_parsers_read_differently_still_settles(html: str, assert_safe: Callable[[str], None]) -> None:
    clean = sanitise(html)
    assert sanitise(clean) == clean
    assert_safe(clean)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        sanitise("a\udfff")


def test_threads_do_not_mix_their_posts() -> None:
    wrong: list[str] = []

    def work(word: str) -> None:
        for count in range(20):
            source = f"**{word}** [{word}](/{word}) " * (count + 1)
            if {*render(source).text.split()} != {word}:
                wrong.append(word)

    threads = [threading.Thread(target=work, args=(f"word{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
