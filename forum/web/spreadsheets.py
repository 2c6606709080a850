"""Comma-separated values that people open in spreadsheets. Pure."""

from __future__ import annotations


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return (
        "'" + cell if cell.lstrip().startswith(tuple("=+-@＝＋－＠")) or cell.startswith(("\t", "\r", "\n")) else cell
    )
