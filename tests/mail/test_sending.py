"""What people wrote becomes neither an address nor a header, and headers that hold an address stay in one piece."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from forum.mail.sending import harmless, message


@given(st.text())
def test_what_is_harmless_holds_no_address(text: str) -> None:
    made = harmless(text)
    assert not re.search(r"\S[.:@/\\]\S", made.replace("\u2060", " \u2060 "))
    assert "\n" not in made
    assert "\r" not in made
    assert "\u202e" not in made
    assert made.replace("\u2060", "").split() == harmless(made.replace("\u2060", "")).replace("\u2060", "").split()


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_subject_is_one_header_whatever_stands_in_it(subject: str, name: str) -> None:
    address = "<https://forum.example/" + "a" * 200 + ">"
    made = message(
        sender="forum@say.example",
        to="a@say.example",
        subject=harmless(subject + name),
        text="x",
        headers={"List-Unsubscribe": address},
    )
    head = made.as_bytes(policy=made.policy.clone(linesep="\r\n")).split(b"\r\n\r\n")[0].decode()
    names = [line.split(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    assert names == [
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    ]
    assert f"List-Unsubscribe: {address}" in head
