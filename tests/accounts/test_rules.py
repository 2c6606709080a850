"""What handles, names, addresses and passwords may be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.accounts import rules
from forum.core.errors import Invalid

Rule = Callable[[str], str]


def refused(rule: Rule, text: str) -> str:
    with pytest.raises(Invalid) as caught:
        rule(text)
    return caught.value.field


@pytest.mark.parametrize("text", ["ab", "a1", "0x", "mina.o-b_c", "a" * 32, "a..b"])
def test_handles(text: str) -> None:
    assert rules.handle(f" {text.upper()} ") == text


@pytest.mark.parametrize(
    "text", ["", "a", "a" * 33, "-a", "a-", ".ab", "ab_", "a b", "a/b", "mína", "а1", "a\nb", "ab\x00", "a@b"]
)
def test_no_handles(text: str) -> None:
    assert refused(rules.handle, text) == "handle"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Mina O'Brien", "Mina O'Brien"),
        ("  two \t words\n", "two words"),
        ("林婉清", "林婉清"),
        ("e\u0301", "é"),
        ("🐈", "🐈"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("نسرین\u200cدخت", "نسرین\u200cدخت"),
        ("x" * 60, "x" * 60),
        ("<b>&", "<b>&"),
        ("7", "7"),
    ],
)
def test_names(text: str, kept: str) -> None:
    assert rules.name(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "\u200b",
        "\u200d",
        "\u0301",
        "x" * 61,
        "a\u202eb",
        "a\x07b",
        "a\u200bb",
        "a\ufeff",
        "a\ud800",
        "a\ue000",
    ],
)
def test_no_names(text: str) -> None:
    assert refused(rules.name, text) == "name"


@pytest.mark.parametrize("text", ["a@b", "Mina.O-B+x@Example.com", "ä@example.com", "a@1.2", f"{'a' * 248}@b.com"])
def test_addresses(text: str) -> None:
    assert rules.email(f" {text} ") == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "@b", "a@", "a@b@c.d", "a b@c.d", "a@-b.c", "a@b.c-", "a@b..c", "a@b.c.", "a@.b", "a@bücher.de"),
        *("a,b@c.d", "<a@b.c>", "a@b.c\nBcc: x@y.z", "a\x00@b.c", "a\u202e@b.c", "a@[127.0.0.1]", f"{'a' * 249}@b.com"),
    ],
)
def test_no_addresses(text: str) -> None:
    assert refused(rules.email, text) == "email"


@pytest.mark.parametrize("text", ["abcdefghij", "abcd" * 50, "  spaces stay  ", "密码要长一点才好哦哦"])
def test_passwords(text: str) -> None:
    assert rules.password(text, "mina") == text


@pytest.mark.parametrize(
    "text",
    ["", "abcdefghi", "ab" * 101, "ababababab", "Password123", "minaminamina2", "MINAMINAMINA2", "abcdefghi\ud800"],
)
def test_no_passwords(text: str) -> None:
    assert refused(lambda one: rules.password(one, "minaminamina2"), text) == "password"


def test_a_handle_twice_is_no_password() -> None:
    assert refused(lambda one: rules.password(one, "idris"), "IdrisIdris") == "password"


@settings(deadline=None)
@given(st.text(max_size=80))
def test_what_is_taken_is_taken_again_as_it_is(text: str) -> None:
    for rule in (rules.handle, rules.name, rules.email, rules.password):
        try:
            kept = rule(text)
        except Invalid:
            continue
        assert rule(kept) == kept
        assert "\x00" not in kept or rule is rules.password
        kept.encode()
