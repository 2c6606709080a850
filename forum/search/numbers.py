"""A list of documents' numbers as something that a statement can join: one parameter, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, bindparam, func

from forum.core.database import db


def listed(numbers: Sequence[int]) -> object:
    """The value of the parameter `numbers`."""
    return "[" + ",".join(map(str, numbers)) + "]" if db.engine.dialect.name == "sqlite" else list(numbers)


def numbered(dialect: str) -> tuple[Any, Any]:
    """(table, its column) of the parameter `numbers`."""
    if dialect == "sqlite":
        made = func.json_each(bindparam("numbers")).table_valued("value")
    else:
        made = func.unnest(bindparam("numbers", type_=ARRAY(BigInteger))).table_valued("value").render_derived()
    return made, made.c.value
