"""Imports a mailing-list archive in mbox format: conversations become threads, mails posts. Shows nobody's address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from itertools import chain
from typing import BinaryIO, Final

from forum.exchange import intake, mail_words
from forum.exchange.arriving import Arriving, ArrivingPost, Version
from forum.exchange.mail_file import Mail, MailFile
from forum.exchange.newcomers import Newcomer, Newcomers
from forum.exchange.tally import Tally

MAX_MAIL: Final = 16_000_000
"""Bytes read of one mail: its text stands before what makes it large."""
_ESCAPED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


def run(
    mails: MailFile, *, board: int, board_slug: str, tally: Tally, on: Callable[[int], None] = lambda count: None
) -> None:
    """Imports a file that was read. Another archive of the same list continues its threads on the same board."""
    people = Newcomers("mail", lambda key: Newcomer(mails.name(key) or "Former member"), tally, between=".")
    with mails.path.open("rb") as file:
        threads = conversations(mails, file, board=board, source=f"mbox:{board_slug}", tally=tally)
        intake.take(threads, authors=people, tally=tally, on=on)


def conversations(mails: MailFile, file: BinaryIO, *, board: int, source: str, tally: Tally) -> Iterator[Arriving]:
    """The file's threads, oldest first, each with its mails by time; they are read while they are taken."""
    for root in mails.roots():
        found = mails.conversation(root)
        first = next(found)
        posts = (_post(mail, file, tally) for mail in chain((first,), found))
        yield Arriving(first.key, first.title, posts, board, source, joins=mails.elsewhere(root))


def _post(mail: Mail, file: BinaryIO, tally: Tally) -> ArrivingPost:
    file.seek(mail.start)
    raw = file.read(min(mail.length, MAX_MAIL))
    if mail.length > MAX_MAIL:
        tally.mend("mails of more than 16 MB, read so far", f"message {mail.n}")
    message = message_from_bytes(_ESCAPED.sub(rb"\1", raw.partition(b"\n")[2]))
    words = mail_words.words(message)
    for reason in words.mended:
        tally.mend(reason, f"message {mail.n}")
    return ArrivingPost(mail.key, mail.author, (Version(mail.at, words.text),), html=words.html, reply_to=mail.parent)
