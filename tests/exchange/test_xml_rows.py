"""Rows of a dump, whatever has happened to the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from forum.core.errors import ForumError
from forum.exchange.tally import Tally
from forum.exchange.xml_rows import rows


def read(tmp_path: Path, text: str | bytes) -> tuple[list[str], Tally]:
    path = tmp_path / "Posts.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    tally = Tally()
    return [one["Id"] for one in rows(path, tally)], tally


def test_a_broken_line_costs_one_row(tmp_path: Path) -> None:
    found, tally = read(
        tmp_path, '<posts>\n<row Id="1"/>\n<row Id="2" Body="<p>"/>\n<row Id="3"/>\n<row Id=4/>\n</posts>\n'
    )
    assert found == ["1", "3"]
    assert tally.examples["broken lines of XML"] == [
        "Posts.xml:3 (not well-formed (invalid token))",
        "Posts.xml:5 (not well-formed (invalid token))",
    ]


def test_characters_that_xml_does_not_allow_are_left_out(tmp_path: Path) -> None:
    lines = [
        b"<posts>",
        b'<row Id="1" Body="a&#x0;b&#11;c&#xD800;"/>',
        b'<row Id="2" Body="a\x01b"/>',
        b'<row Id="3" Body="\xff\xfe"/>',
        b'<row Id="4" Body="&#x41;"/>',
        b"</posts>",
    ]
    found, tally = read(tmp_path, b"\n".join(lines))
    assert found == ["1", "2", "3", "4"]
    assert tally.mended["rows with characters that XML does not allow"] == 3
    assert not tally.skipped


def test_rows_may_span_lines_and_share_them(tmp_path: Path) -> None:
    found, tally = read(
        tmp_path, '\ufeff<posts>\n<row\n Id="1"\n/><row Id="2"/>\n\n<other><row Id="3"></row></other></posts>'
    )
    assert found == ["1", "2", "3"]
    assert not tally.skipped


@pytest.mark.parametrize("text", ["", "<posts>", '<posts>\n<row Id="1"/>\n<row Id="2" Bo', "no XML at all"])
def test_a_file_that_ends_too_early_is_named(tmp_path: Path, text: str) -> None:
    found, tally = read(tmp_path, text)
    assert found in ([], ["1"])
    assert sum(tally.skipped.values()) == 1


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE posts [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<posts><row Id="1" Body="&b;"/></posts>'
    with pytest.raises(ForumError, match="declares a document type"):
        read(tmp_path, bomb)


def test_an_undeclared_entity_is_a_broken_line(tmp_path: Path) -> None:
    found, tally = read(tmp_path, '<posts>\n<row Id="1" Body="&nbsp;"/>\n<row Id="2"/>\n</posts>')
    assert found == ["2"]
    assert "undefined entity" in tally.examples["broken lines of XML"][0]
