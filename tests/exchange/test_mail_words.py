"""What a mail says, part by part."""

from __future__ import annotations

from email import message_from_bytes, message_from_string
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.exchange import mail_words
from forum.markup import render


@pytest.mark.parametrize(
    ("text", "clean", "reply"),
    [
        ("Re: The lift", "The lift", True),
        ("AW: RE: Re[2]: The lift", "The lift", True),
        ("[list] Re: [list] The lift", "The lift", True),
        ("回复：电梯", "电梯", True),
        ("Reply to all", "Reply to all", False),
        ("Re:", "", True),
        ("[list] The lift", "The lift", False),
    ],
)
def test_subjects(text: str, clean: str, reply: bool) -> None:
    assert mail_words.subject(text) == (clean, reply)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Mon, 5 Jan 2026 10:00:00 +0100", 1_767_603_600),
        ("5 Jan 26 10:00 EST", 1_767_625_200),
        ("Mon, 5 Jan 2026 10:00:00 -0000", 1_767_607_200),
        ("", None),
        ("Mon, 45 Jan 2026 99:00:00 +0100", None),
        ("Mon, 5 Jan 99999 10:00:00 +0100", None),
        ("Mon, 5 Jan 2026 10:00:00 +9999999999", None),
    ],
)
def test_dates(text: str, at: int | None) -> None:
    assert mail_words.moment(text) == at


def test_an_answer_right_below_a_quotation_does_not_run_into_it() -> None:
    html = render(mail_words.markdown("> what?\n>> why?\n> so\nbecause\n> more\n\n> next")).html
    assert html == (
        "<blockquote>\n<p>what?</p>\n<blockquote>\n<p>why?</p>\n</blockquote>\n<p>so</p>\n</blockquote>\n"
        "<p>because</p>\n<blockquote>\n<p>more</p>\n</blockquote>\n<blockquote>\n<p>next</p>\n</blockquote>\n"
    )


def test_signatures_rules_and_comments_are_shown_as_typed() -> None:
    text = "Words\n-- \nAda\n=====\n# not a heading\n::: spoiler\n```\n# code\n```"
    html = render(mail_words.markdown(text)).html
    assert "<h" not in html
    assert "--<br>" in html
    assert "# not a heading" in html
    assert "<details" not in html
    assert "<code># code" in html


def test_flowed_text_is_one_line_again() -> None:
    text = "One line \nthat flows.\n> quoted \n> too\n-- \nAda"
    assert mail_words.unflowed(text, joined=False) == "One line that flows.\n> quoted too\n-- \nAda"
    assert mail_words.unflowed("Wo \nrd", joined=True) == "Word"


def test_headers_in_any_state() -> None:
    message = message_from_bytes(
        b"Subject: =?utf-8?q?caf=C3=A9?=\n =?bad\nFrom: \xff\xfe <x@y>\nTo: =?utf-8?b?####?=\n\n"
    )
    assert mail_words.header(message, "Subject").startswith("café")
    assert mail_words.header(message, "From") == "ÿþ <x@y>"
    assert mail_words.header(message, "To") == ""
    assert mail_words.header(message, "Cc") == ""


@given(st.binary(max_size=400))
def test_no_mail_is_beyond_reading(raw: bytes) -> None:
    message = message_from_bytes(b"Content-Type: multipart/mixed; boundary=a\nFrom: " + raw)
    mail_words.words(message)
    mail_words.author(message)
    mail_words.header(message, "Subject")
    mail_words.words(message_from_bytes(raw))


@given(st.text(max_size=300))
def test_plain_mail_keeps_its_words(text: str) -> None:
    made = mail_words.markdown(text)
    assert [c for c in made if c.isalnum()] == [c for c in text if c.isalnum()]


def test_deep_quotations_stay_legible() -> None:
    html = render(mail_words.markdown(">" * 40 + " deep\n" + "> level")).html
    assert html.count("<blockquote>") == mail_words.MAX_QUOTES
    assert "deep" in html


def test_an_encoded_charset_is_survived() -> None:
    message = message_from_string("Content-Type: text/plain; charset*=bogus'x'%ff\n\nwords")
    assert mail_words.words(message).text == "words"


@pytest.mark.parametrize("filling", ["a", "a at ", ".", "a.", "<", '"', "=?utf-8?q?a?= ", "( "])
def test_an_endless_header_is_cut(filling: str) -> None:
    """Without a bound, a From header of 100,000 characters held the import for hours."""
    message = Message()
    message["From"] = filling * (100_000 // len(filling)) + " at b"
    key, shown = mail_words.author(message)
    assert len(key) <= 45
    assert len(shown) <= mail_words.MAX_HEADER
