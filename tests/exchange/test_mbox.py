"""Mailing-list archives as they are found: who answers whom, whose words, and nobody's address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.boards.models import Imported, Post, Revision, Thread
from forum.exchange import mail_file, mbox
from forum.exchange.models import ImportedPerson


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    """Writes an mbox file of the given mails."""

    def write(*mails: bytes | str, name: str = "list.mbox") -> Path:
        path = tmp_path / name
        path.write_bytes(b"".join(one if isinstance(one, bytes) else one.encode() for one in mails))
        return path

    return write


def mail(number: int, body: str = "Words.", head: str = "", subject: str = "The lift", sender: str = "") -> str:
    """A mail; `head` holds more headers, a later one of the same name does not replace the first."""
    lines = [
        "From ada@example.com Mon Jan  5 10:00:00 2026",
        *head.splitlines(),
        f"From: {sender or 'Ada Lovelace <ada@example.com>'}",
        f"Subject: {subject}",
        *([] if "Date:" in head else [f"Date: Mon, 5 Jan 2026 10:{number:02}:00 +0100"]),
        *([] if "Message-I" in head else [f"Message-ID: <{number}@example.com>"]),
        "",
        body,
        "",
        "",
    ]
    return "\n".join(lines)


def floors(stored) -> list[list[str]]:
    """Bodies by thread, threads by number."""
    found = stored(
        select(Post.thread_id, Revision.body)
        .join(Revision, Revision.post_id == Post.id)
        .order_by(Post.thread_id, Post.floor)
    )
    made: dict[int, list[str]] = {}
    for one in found:
        made.setdefault(one.thread_id, []).append(one.body)
    return list(made.values())


def test_who_answers_whom(board, run, stored, state, sound, archive) -> None:
    board()
    path = archive(
        mail(1, "one"),
        mail(2, "three", "In-Reply-To: <5@example.com>\nReferences: <1@example.com>\n <5@example.com>", "Re: The lift"),
        mail(5, "two", "In-Reply-To: <1@example.com>\nDate: Mon, 5 Jan 2026 10:01:30 +0100", "something else"),
        mail(6, "another thread, same subject"),
        mail(7, "by subject", "", "AW: RE: [list] the  Lift"),
        mail(8, "lost parent, first", "References: <gone@example.com>", "Re: Lost"),
        mail(9, "lost parent, second", "References: <gone@example.com> <8x@example.com>", "Re: Lost, too"),
    )
    result = run("import", "mbox", path, "--board", "canteen")
    assert "3 threads, 7 posts, 1 person added" in result.stdout
    sound()
    assert floors(stored) == [
        ["one", "two", "three", "by subject"],
        ["another thread, same subject"],
        ["lost parent, first", "lost parent, second"],
    ]
    posts = stored(select(Post.__table__).order_by(Post.thread_id, Post.floor))
    assert [one.reply_to for one in posts] == [None, posts[0].id, posts[1].id, None, None, None, None]
    assert [one.title for one in stored(select(Thread.title).order_by(Thread.id))] == ["The lift", "The lift", "Lost"]
    before = state()
    assert "7 posts already there" in run("import", "mbox", path, "--board", "canteen").stdout
    assert state() == before


def test_the_next_archive_continues_the_threads(board, run, stored, sound, archive) -> None:
    board()
    run("import", "mbox", archive(mail(1, "one"), name="january"), "--board", "canteen")
    later = archive(
        mail(2, "two", "In-Reply-To: <1@example.com>", "Re: The lift"),
        mail(3, "three", "References: <1@example.com> <2@example.com>", "Re: The lift"),
        mail(4, "new", subject="New"),
        name="february",
    )
    assert "1 thread, 3 posts, 0 people added" in run("import", "mbox", later, "--board", "canteen").stdout
    sound()
    assert floors(stored) == [["one", "two", "three"], ["new"]]
    posts = stored(select(Post.__table__).order_by(Post.thread_id, Post.floor))
    assert posts[1].reply_to == posts[0].id


def test_nobodys_address_is_kept_or_shown(board, run, stored, app, archive, tmp_path) -> None:
    board()
    path = archive(
        mail(1, sender="ada@secret.example"),
        mail(2, sender='"ada@secret.example" <ADA@secret.example>'),
        mail(3, sender="grace at secret.example (Grace Hopper)"),
        mail(4, sender="=?utf-8?B?5p2O5aic?= <li.na@secret.example>"),
        mail(5, sender="=?iso-8859-1?Q?J=F6rg?= =?iso-8859-1?Q?_B=E4r?= <j@secret.example>"),
        mail(6, sender="<>"),
        mail(7, sender="No Address"),
    )
    run("import", "mbox", path, "--board", "canteen")
    people = stored(select(Person.__table__).order_by(Person.id))
    assert [one.name for one in people] == ["ada", "Grace Hopper", "李娜", "Jörg Bär", "Former member", "No Address"]
    assert [one.handle for one in people][3] == "jorg.bar"
    assert people[2].handle.startswith("member.")
    assert [one.posts for one in people] == [2, 1, 1, 1, 1, 1]
    assert all(one.email is None and one.password_hash is None for one in people)
    tables = [stored(select(model.__table__)) for model in (Person, ImportedPerson, Imported, Post, Revision, Thread)]
    assert "secret.example" not in repr(tables)


NASTY = [
    mail(1, "Declared wrongly: ", "Content-Type: text/plain; charset=utf-8")
    .encode()
    .replace(b"wrongly: ", b"wrongly: caf\xe9"),
    mail(
        2, "=?=E4?=", "Content-Type: text/plain; charset=klingon\nContent-Transfer-Encoding: 8bit", "=?klingon?Q?x=ZZ?="
    ),
    mail(3, "SGVsbG8gd29ybGQ=\n!!!not base64", "Content-Transfer-Encoding: base64"),
    mail(
        4, "caf=C3=A9 =\nsoft", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable"
    ),
    mail(5, "no date", "Date: the day before yesterday"),
    mail(6, "far future", "Date: Fri, 31 Dec 9999 23:59:59 +0000"),
    mail(7, ">From here on\n>>From quoted\nFrom Monday on, not a separator"),
    mail(8, "twice", "Message-ID: <7@example.com>"),
    mail(9, "NUL \0 here and \ufffe"),
    mail(10, "", "Content-Type: text/plain"),
    mail(11, "<p>Only <b>HTML</b></p><style>p{}</style><img src='cid:1' alt='a chart'>", "Content-Type: text/html"),
    b"From x@y Mon Jan  5 10:00:00 2026\nthis is: no\nheader at all\n\nstill a mail\n\n",
    mail(13, "x" * 3_000_000),
    mail(14, "bad id", "Message-Id: without brackets"),
    mail(15, "self", "In-Reply-To: <15@example.com>\nReferences: <15@example.com>"),
]


def test_nasty_mails(board, run, stored, state, sound, archive) -> None:
    board()
    result = run("import", "mbox", archive(*NASTY), "--board", "canteen")
    sound()
    bodies = [body for thread in floors(stored) for body in thread]
    assert "Declared wrongly: café" in bodies
    assert any(one.startswith("Hello world") for one in bodies)
    assert "café soft" in bodies
    assert "From here on\n> From quoted\n\nFrom Monday on, not a separator" in bodies
    assert "twice" not in bodies
    assert "NUL  here and \ufffe" in bodies
    assert "Only **HTML**\n\na chart" in bodies
    assert any(one.endswith("still a mail") for one in bodies)
    assert sum(one.count("x") for one in bodies) >= 3_000_000
    assert {"bad id", "self", "no date", "far future"} <= set(bodies)
    for line in (
        "mails whose character set was declared wrongly: message 1, message 2",
        "dates that cannot be read, taken from the mail's envelope or the mail before: message 5, message 6",
        "mails whose Message-ID came before: message 8",
        "posts with characters that cannot be kept: ",
        "opening posts without words, which say their title: ",
        "posts so long that they go on in the next floors: ",
    ):
        assert line in result.stderr
    before = state()
    run("import", "mbox", archive(*NASTY), "--board", "canteen")
    assert state() == before


def test_windows_line_ends_and_parts(board, run, stored, sound, archive) -> None:
    board()
    parts = """--B
Content-Type: multipart/alternative; boundary=C

--C
Content-Type: text/plain; charset=utf-8

Plain wins
--C
Content-Type: text/html

<p>HTML loses</p>
--C--
--B
Content-Type: application/pdf; name="plan *final*.pdf"
Content-Disposition: attachment

JVBERg==
--B
Content-Type: text/plain

and a footer
--B--"""
    one = mail(1, parts, 'Content-Type: multipart/mixed; boundary="B"').replace("\n", "\r\n")
    result = run("import", "mbox", archive(one, mail(2).replace("\n", "\r\n")), "--board", "canteen")
    sound()
    assert floors(stored)[0] == ["Plain wins\n\nand a footer\n\n*(Not kept: plan final .pdf)*"]
    assert "2 threads, 2 posts" in result.stdout


def test_long_lines_and_large_mails_do_not_fill_memory(board, run, stored, archive, monkeypatch) -> None:
    monkeypatch.setattr(mbox, "MAX_MAIL", 2_000)
    monkeypatch.setattr(mail_file, "MAX_HEADER", 1_000)
    monkeypatch.setattr(mail_file, "MAX_LINE", 500)
    board()
    path = archive(mail(1, "y" * 5_000), mail(2, "z", "X-Long: " + "w" * 3_000), mail(3, "after"))
    result = run("import", "mbox", path, "--board", "canteen")
    assert "mails of more than 16 MB, read so far: message 1" in result.stderr
    bodies = [body for thread in floors(stored) for body in thread]
    assert bodies[0].startswith("yyy")
    assert "after" in bodies


def test_what_is_no_mbox(board, run, archive, tmp_path) -> None:
    board()
    result = run("import", "mbox", archive("Dear all,\n\nthis is a letter.\n"), "--board", "canteen", code=1)
    assert "is no mbox file" in result.stderr
    assert "Traceback" not in result.output
    run("import", "mbox", tmp_path, "--board", "canteen", code=1)
    assert "0 threads, 0 posts" in run("import", "mbox", archive(""), "--board", "canteen").stdout
