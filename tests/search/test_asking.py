"""Any query at all, in the language of each index: the real SQLite and the real PostgreSQL accept it and answer what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pysqlite3.dbapi2 as sqlite3
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from forum.search import analyser, documents, expression, fts5, grammar, postgresql
from forum.search.analyser import analysed
from forum.search.expression import And, Filter, Node, Or, Term
from tests.conftest import NOON

TODAY = date(2026, 11, 21)
WORDS = [
    "coffee",
    "Coffees",
    "the",
    "咖啡",
    "咖啡机坏了",
    "用Python写的BBS",
    "ｆｕｌｌ",
    "ﾊﾝｶｸ",
    "한국어",
    "ไทย",
    "don't",
    "C++",
    "_",
    "🙂",
    "é\u0301",
    "AND",
    "NEAR",
    "NOT",
    "x" * 80,
    "\ufdfa",
    "n:1",
    "k:post",
]
FRAGMENTS = [
    *WORDS, '"', "“", "”", "「", "＂", "-", "－", "--", ":", "：", "(", ")", "*", "^", "'", "\\", "{", "}", "&", "|", "!", "<->", ";", "\x00", " ", " ", "\u3000",
    "author:", "Author：", "board:", "after:", "before:", "after:last week", "before:3 days ago", "after:2026-11", "after:9999-12-31", "before:0001-01-01",
    "after：上周", "is:magic", "is:answered", "is:", "has:file", "in:title", "in:", '"coffee machine"', "-coffee", "-咖啡机", '-"coffee machine"', '"咖啡 machine"',
]  # fmt: skip
QUERY = (
    st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)
    | st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join)
    | st.text(max_size=80)
)
SHARES = st.dictionaries(
    st.sampled_from(["coffe", "machin", "咖", "咖啡", "python", "k", "ful"]), st.floats(0, 1), max_size=4
)
TEXTS = [
    "Coffee machine: the guards don't",
    "咖啡机坏了 full ﾊﾝｶｸ",
    "用Python写的BBS 한국어 ไทย",
    "coffee 咖啡 machine k post n 1 AND NOT NEAR",
    "\ufdfa é",
    "",
]
DOCUMENTS = [
    documents.Made(number, None, 1, 1, NOON, 1, False, True, analysed(title), analysed(text), tags)
    for number, (title, text, tags) in enumerate(
        [(title, text, tags)
         for title, text in zip(TEXTS, [*TEXTS[2:], *TEXTS[:2]], strict=True)
         for tags in ("k:post k:opening is:magic a:1 m:202611 y:2026 w:coffee", "k:note is:answered", "k:post has:file b:2")], 1
    )
]  # fmt: skip
HELD = {one.post_id: documents.terms(one) for one in DOCUMENTS}


def asked(text: str, shares: Mapping[str, float]) -> list[Node]:
    """All that a search asks an index for this text."""
    query = grammar.parse(text, TODAY)
    node, also = expression.strict(query, ("a:1",) if query.author else ())
    assert isinstance(also, Filter)
    days = [
        None if day is None else int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        for day in (query.after, query.before)
    ]
    within = documents.between(days[0], days[1], NOON)
    found: list[Node | None] = [node, within, within and And((node, within))]
    less = expression.loose(query, (), shares.get, 100_000)
    found += [
        less[0] if less else None,
        expression.titles(expression.asked(query), shares.get),
        expression.beginning(text),
    ]
    return [one for one in found if one is not None]


def holds(node: Node, terms: set[str]) -> bool:
    """Whether a document with these terms is meant."""
    if isinstance(node, Term):
        return any(one.startswith(node.term) for one in terms) if node.prefix else node.term in terms
    if isinstance(node, Or):
        return any(holds(one, terms) for one in node.parts)
    return all(holds(one, terms) for one in node.parts) and not any(holds(one, terms) for one in node.without)


def meant(node: Node) -> set[int | None]:
    return {number for number, terms in HELD.items() if holds(node, terms)}


@pytest.fixture(scope="module")
def fts() -> Iterator[Any]:
    """SQLite's full text with the documents, as the migration makes it."""
    with sqlite3.connect(":memory:") as made:
        made.execute(
            "CREATE VIRTUAL TABLE found USING fts5(terms, content='', detail=none, tokenize=\"ascii tokenchars ':'\")"
        )
        made.executemany(
            "INSERT INTO found(rowid, terms) VALUES (?, ?)",
            [(number, " ".join(sorted(terms))) for number, terms in HELD.items()],
        )
        yield made
    made.close()


@pytest.fixture(scope="module")
def postgres(postgres_url: str) -> Iterator[Any]:
    """PostgreSQL with the documents."""
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as made:
        made.execute("CREATE TEMPORARY TABLE found (number integer, terms tsvector)")
        for number, terms in HELD.items():
            made.execute("INSERT INTO found VALUES (%s, array_to_tsvector(%s))", (number, sorted(terms)))
        yield made


LONG = (
    "咖啡机坏了" * 80,
    " ".join(f"word{number}" for number in range(60)),
    " ".join(f"-word{number}" for number in range(60)),
    " ".join(f'"咖啡 {number}"' for number in range(60)),
    "用P写B" * 90,
)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=QUERY, shares=SHARES)
@example(text=LONG[0], shares={})
@example(text=LONG[1], shares={})
@example(text=LONG[2], shares={})
@example(text=LONG[3], shares={})
@example(text=LONG[4], shares={})
def test_fts5_answers_any_query(fts: Any, text: str, shares: Mapping[str, float]) -> None:
    for node in asked(text, shares):
        found = fts.execute("SELECT rowid FROM found WHERE found MATCH ?", (fts5.match(node),))
        assert {number for (number,) in found} == meant(node), fts5.match(node)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=QUERY, shares=SHARES)
@example(text=LONG[0], shares={})
@example(text=LONG[1], shares={})
@example(text=LONG[2], shares={})
@example(text=LONG[3], shares={})
@example(text=LONG[4], shares={})
def test_postgresql_answers_any_query(postgres: Any, text: str, shares: Mapping[str, float]) -> None:
    for node in asked(text, shares):
        found = postgres.execute("SELECT number FROM found WHERE terms @@ %s::tsquery", (postgresql.asked(node),))
        assert {number for (number,) in found} == meant(node), postgresql.asked(node)


@settings(deadline=None)
@given(text=QUERY, author=QUERY, board=QUERY, after=QUERY, before=QUERY)
def test_any_line_is_a_query(text: str, author: str, board: str, after: str, before: str) -> None:
    query = grammar.parse(text, TODAY, author=author, board=board, after=after, before=before)
    assert len(query.wanted) <= grammar.MOST
    for one in query.problems:
        assert one.message % one.values
    for wanted in query.wanted:
        assert wanted.kept == analysed(wanted.text)
        assert "".join(expression.typed(wanted)) == wanted.kept.replace(" ", "")
    for word in expression.asked(query):
        assert word.term in analyser.terms(word.named)


def test_what_is_asked_is_what_was_typed() -> None:
    query = grammar.parse('the coffee -tea "green bean" 咖啡机', TODAY)
    assert [one.term for one in expression.asked(query)] == ["coffe", "green", "bean", "咖啡", "啡机"]
    assert [one.term for one in expression.asked(grammar.parse("to be or not", TODAY))] == ["to", "be", "or", "not"]
    assert expression.strict(query)[1].phrases == ("[green][bean]", "咖啡机")
