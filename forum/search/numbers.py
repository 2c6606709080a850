"""A list of documents' numbers as something that a statement can ask for: one parameter, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, func, select

from forum.core.database import db


def listed(numbers: Sequence[int]) -> object:
    """The value of the parameter `numbers`."""
    return "[" + ",".join(map(str, numbers)) + "]" if db.engine.dialect.name == "sqlite" else list(numbers)


def among(number: Any, dialect: str) -> Any:
    """That a column is one of the parameter `numbers`."""
    if dialect == "sqlite":
        return number.in_(select(func.json_each(bindparam("numbers")).table_valued("value").c.value))
    return number == any_(bindparam("numbers", type_=ARRAY(BigInteger)))
