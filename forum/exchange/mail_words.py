"""Reads what a mail says: headers, names, dates and text in whatever state they are. Never raises for a broken mail. Pure."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Final, NamedTuple

from forum.exchange import cutting

MAX_QUOTES: Final = 12
"""Levels of quotation that are kept apart; markup shows what is nested too deep as typed."""
_REPLY: Final = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)*(?:re|aw|wg|sv|vs|antw|fw|fwd|回复|回覆|答复|转发|转寄|ответ)(?:\[\d+\]|\(\d+\))?\s*[:：]\s*",
    re.IGNORECASE,
)
_LIST: Final = re.compile(r"^\s*\[[^\]]{1,40}\]\s*")
_ID: Final = re.compile(r"<([^<>\s]{1,400})>")
_QUOTED: Final = re.compile(r"^((?:>\s?)+)")
_FENCE: Final = re.compile(r"^ {0,3}(?:```|~~~)")
_RULE: Final = re.compile(r"^ {0,3}(?:-+|=+|_{3,})\s*$|^ {0,3}#{1,6}(?=\s)|^ {0,3}:::")
MAX_HEADER: Final = 20_000
"""Characters of a header that are read: some 300 Message-IDs."""
MAX_FROM: Final = 300
"""Characters of a From header that are read. The library's parser of addresses recurses for each bracket."""
_AT: Final = re.compile(r"(\S{1,100}) at (\S{1,200}\.\S{1,100})")


class Words(NamedTuple):
    """The text of a mail, as Markdown or HTML; `mended` says what had to be guessed."""

    text: str
    html: bool
    mended: tuple[str, ...]


def header(message: Message, name: str) -> str:
    """A header as people read it: encoded words decoded, folded lines joined; "" when it is missing or beyond reading."""
    # raw_items, not get: that would replace bytes of an undeclared character set
    raw = next((str(value)[:MAX_HEADER] for key, value in message.raw_items() if key.lower() == name.lower()), "")
    try:
        parts = decode_header(raw)
        text = "".join(
            part if isinstance(part, str) else decoded(part, charset or "ascii")[0] for part, charset in parts
        )
    except (HeaderParseError, ValueError, LookupError):
        text = raw
    return " ".join(cutting.kept(_unescaped_bytes(text)).split())


def _unescaped_bytes(text: str) -> str:
    """Bytes that the parser kept as lone surrogates, read again."""
    if not any("\udc80" <= char <= "\udcff" for char in text):
        return text
    return decoded(text.encode("utf-8", "surrogateescape"), "utf-8")[0]


def decoded(raw: bytes, charset: str) -> tuple[str, bool]:
    """Text of bytes and whether the declared character set was true; else UTF-8, else Windows-1252."""
    for name in (charset, "utf-8"):
        try:
            text = raw.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
        return text, name == charset
    return raw.decode("cp1252", "replace"), False


def digest(text: str) -> str:
    """What is kept of an address or a Message-ID."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:40]


def ids(text: str) -> list[str]:
    """Message-IDs in a header, without their brackets."""
    found: list[str] = _ID.findall(text)
    return found or ([text.strip()] if text.strip() and " " not in text.strip() else [])


def author(message: Message) -> tuple[str, str]:
    """(key, display name) of the writer. The address itself is not kept: its hash is the key, and no name shows one."""
    raw = header(message, "From")[:MAX_FROM]
    name, address = parseaddr(_AT.sub(r"\1@\2", raw))
    shown = _AT.sub(r"\1", name or raw.partition("<")[0]).strip(" \"'")
    if "@" in shown or not shown:
        shown = (shown or address).partition("@")[0]
    if "@" in address:
        return digest(address.strip().lower()), shown
    return (f"name {digest(shown.lower())}" if shown else "nobody"), shown


def moment(text: str) -> int | None:
    """A Date header in Unix seconds, None when it cannot be read; without a zone it is UTC."""
    try:
        given = parsedate_to_datetime(text)
        aware = given if given.tzinfo else given.replace(tzinfo=UTC)
        return round(aware.timestamp())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def subject(text: str) -> tuple[str, bool]:
    """The subject without "Re:", "AW:", "回复：" and the list's own tag, and whether it was a reply's."""
    reply = False
    while found := _REPLY.match(text):
        text, reply = text[found.end() :], True
    return _LIST.sub("", text).strip(), reply


def words(message: Message) -> Words:
    """The mail's text: plain if there is any, else HTML; attachments are named at its end."""
    plain: list[str] = []
    html: list[str] = []
    attached: list[str] = []
    mended: set[str] = set()
    for part in message.walk():
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        name = part.get_filename()
        if kind not in ("text/plain", "text/html") or name or part.get_content_disposition() == "attachment":
            shown = cutting.kept(_unescaped_bytes(str(name or kind)))
            attached.append(" ".join(re.sub(r"[\\`*_\[\]<>&]", " ", shown).split())[:100])
            continue
        text, true = _text(part)
        if not true:
            mended.add("mails whose character set was declared wrongly")
        (plain if kind == "text/plain" else html).append(text)
    said = [one for one in plain if one.strip()]
    as_html = not said and bool(html)
    text = "\n".join(html) if as_html else "\n\n".join(markdown(one) for one in said)
    if attached:
        mended.add("mails whose attachments are named, not kept")
        note = f"(Not kept: {', '.join(attached)})"
        text = f"{text}<p><em>{note}</em></p>" if as_html else f"{text}\n\n*{note}*".strip()
    return Words(text, as_html, tuple(sorted(mended)))


def _text(part: Message) -> tuple[str, bool]:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return "", True
    try:
        charset = part.get_content_charset() or "us-ascii"
    except (LookupError, ValueError):  # a charset parameter that is itself encoded in an unknown one
        charset = "unknown"
    text, true = decoded(payload, charset)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        text = unflowed(text, joined=str(part.get_param("delsp", "")).lower() == "yes")
    return text, true


def unflowed(text: str, *, joined: bool) -> str:
    """Paragraphs of format=flowed (RFC 3676) on one line each; `joined`: the space at a line's end is not the writer's."""
    made: list[str] = []
    depth_before, open_line = -1, False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        body = line[depth:].removeprefix(" ")
        signature = body == "-- "
        flows = body.endswith(" ") and not signature
        shown = body[:-1] if flows and joined else body
        if open_line and depth == depth_before and not signature:
            made[-1] += shown
        else:
            made.append(f"{'>' * depth} {shown}" if depth else shown)
        depth_before, open_line = depth, flows
    return "\n".join(made)


def markdown(text: str) -> str:
    """Plain mail as Markdown that shows it as it was: quotations stay, an answer right below one does not run into it."""
    made: list[str] = []
    before, fenced = 0, False
    for line in text.split("\n"):
        found = _QUOTED.match(line)
        depth = found[1].count(">") if found else 0
        body = line[found.end() :] if found else line
        if _FENCE.match(body):
            fenced = not fenced
        elif not fenced and _RULE.match(body):
            body = f"\\{body.lstrip()}"
        level = min(depth, MAX_QUOTES)
        if level < before and body.strip():
            made.append(">" * level)
        made.append(f"{'>' * level} {body}".rstrip() if level else body)
        before = level if body.strip() else 0
    return "\n".join(made).strip("\n")
