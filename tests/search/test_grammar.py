"""What somebody types becomes a query, whatever it is: operators, mistakes, limits."""

from __future__ import annotations

from datetime import date

import pytest

from forum.search import grammar
from forum.search.grammar import Query, parse

TODAY = date(2026, 11, 21)


def read(text: str) -> Query:
    return parse(text, TODAY)


def words(query: Query) -> list[str]:
    """What is wanted: phrases in quotation marks, what is left out with a minus."""
    return [("-" if one.without else "") + (f'"{one.text}"' if one.phrase else one.text) for one in query.wanted]


def problems(query: Query) -> list[str]:
    return [one.message % one.values for one in query.problems]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("coffee machine", ["coffee", "machine"]),
        ('"coffee machine" broken', ['"coffee machine"', "broken"]),
        ("“coffee machine”", ['"coffee machine"']),
        ("„Kaffee“ «café» 「咖啡」『机』 ＂ｆｕｌｌ＂", ['"Kaffee"', '"café"', '"咖啡"', '"机"', '"ｆｕｌｌ"']),
        ("coffee -tea", ["coffee", "-tea"]),
        ("coffee －tea −milk", ["coffee", "-tea", "-milk"]),
        ('-"green tea" coffee', ['-"green tea"', "coffee"]),
        ("-咖啡 茶", ["-咖啡", "茶"]),
        ("coffee - tea", ["coffee", "tea"]),
        ("follow-up", ["follow-up"]),
        ('"not closed', ['"not closed"']),
        ('a"b"c', ["a", '"b"', "c"]),
        ("用Python写的BBS", ["用Python写的BBS"]),
        ("http://example.com/a?b=c", ["http://example.com/a?b=c"]),
        ("note:this 10:30", ["note:this", "10:30"]),
        ("coffee coffee", ["coffee"]),
        ("C++ !? … 🙂", ["C++"]),
        ('"" "  " - -- --- :', []),
        ("a\x00b\tc\u3000d", ["a", "b", "c", "d"]),
        ("AND OR NOT NEAR(a b)", ["AND", "OR", "NOT", "NEAR(a", "b)"]),
    ],
)
def test_words_and_phrases(text: str, found: list[str]) -> None:
    query = read(text)
    assert words(query) == found
    assert problems(query) == ([] if found else ["There is no word in this that could be looked for."])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("author:mina", {"author": "mina"}),
        ("author:@mina", {"author": "mina"}),
        ("Author:mina", {"author": "mina"}),
        ("author：mina", {"author": "mina"}),
        ('author:"Mina O"', {"author": "Mina O"}),
        ("author：“Mina O”", {"author": "Mina O"}),
        ("author: mina", {"author": "mina"}),
        ('author: "Mina O"', {"author": "Mina O"}),
        ("author:me", {"author": "me"}),
        ("author:米娜", {"author": "米娜"}),
        ("author:one author:two", {"author": "two"}),
        ("board:canteen", {"board": "canteen"}),
        ("board:食堂", {"board": "食堂"}),
        ("after:2026-11-03", {"after": date(2026, 11, 3)}),
        ("after:2026-11", {"after": date(2026, 11, 1)}),
        ("after:2026", {"after": date(2026, 1, 1)}),
        ("before:yesterday", {"before": date(2026, 11, 20)}),
        ('before:"last week"', {"before": date(2026, 11, 9)}),
        ("before:last week", {"before": date(2026, 11, 9)}),
        ("before: last week", {"before": date(2026, 11, 9)}),
        ("after:last-week", {"after": date(2026, 11, 9)}),
        ("after:This Month", {"after": date(2026, 11, 1)}),
        ("after:3 days ago", {"after": date(2026, 11, 18)}),
        ('after:"3 days ago"', {"after": date(2026, 11, 18)}),
        ("after:2 weeks", {"after": date(2026, 11, 7)}),
        ("after:上周", {"after": date(2026, 11, 9)}),
        ("after：2026年11月", {"after": date(2026, 11, 1)}),
        ("after:2026-01 before:2026-02", {"after": date(2026, 1, 1), "before": date(2026, 2, 1)}),
        ("is:magic", {"tags": ("magic",)}),
        ("is:Magic is:answered has:file is:magic", {"tags": ("magic", "answered", "file")}),
        ("in:title author:me", {"in_title": True, "author": "me"}),
        ("in:pads", {"tags": ("pads",)}),
    ],
)
def test_operators(text: str, says: dict[str, object]) -> None:
    alone = read(text)
    assert alone == Query()._replace(**says)
    assert alone.narrowed
    assert not alone.empty
    among = read(f"coffee {text} -tea")
    assert words(among) == ["coffee", "-tea"]
    assert among._replace(wanted=()) == alone
    assert not among.empty


@pytest.mark.parametrize(
    ("text", "said", "left"),
    [
        ("author:", "“author:” was left open; write something right after the colon.", []),
        ('board:""', "“board:” was left open; write something right after the colon.", []),
        ("coffee after:", "“after:” was left open; write something right after the colon.", ["coffee"]),
        ("author: -tea", "“author:” was left open; write something right after the colon.", ["-tea"]),
        (
            "after:soon coffee",
            "“soon” is no date we know. Try 2026-11-03, 2026-11, yesterday or last week.",
            ["coffee"],
        ),
        ("after:last", "“last” is no date we know. Try 2026-11-03, 2026-11, yesterday or last week.", []),
        ("before:2026-02-30", "“2026-02-30” is no date we know. Try 2026-11-03, 2026-11, yesterday or last week.", []),
        ("is:funny x", "“is:funny” is not known; there is is:magic, is:answered.", ["x"]),
        ("has:magic", "“has:magic” is not known; there is has:file.", []),
        ("in:body", "“in:body” is not known; there is in:title, in:pads.", []),
        ("-author:mina x", "“-author:” is not understood; only words can be left out.", ["x"]),
        ("-is:magic", "“-is:” is not understood; only words can be left out.", []),
    ],
)
def test_a_mistake_is_told_and_the_rest_looked_for(text: str, said: str, left: list[str]) -> None:
    query = read(text)
    assert problems(query) == [said]
    assert words(query) == left
    assert not query.narrowed


def test_a_mistake_is_told_once() -> None:
    assert len(problems(read("is:funny is:funny after:soon is:odd after:soon"))) == 3


def test_fields_of_a_form_weigh_more_than_the_line() -> None:
    query = parse(
        "coffee author:mina after:2026", TODAY, author=" idris ", board="canteen", after="last week", before="x"
    )
    assert (query.author, query.board, query.after, query.before) == ("idris", "canteen", date(2026, 11, 9), None)
    assert problems(query) == ["“x” is no date we know. Try 2026-11-03, 2026-11, yesterday or last week."]
    assert parse("author:mina", TODAY, author=" ", board="\x00") == read("author:mina")


def test_what_is_left_out_alone_asks_for_nothing() -> None:
    assert read("").empty
    assert read("-tea").empty
    assert read("in:title").empty
    assert not read("-tea author:mina").empty
    assert not read("tea").empty


def test_a_long_line_is_read_up_to_a_limit() -> None:
    query = read("coffee " + "x" * grammar.LONGEST)
    assert problems(query) == ["Only the first 400 characters were looked for."]
    assert sum(len(one) for one in words(query)) == grammar.LONGEST - 1
    assert problems(read("x" * grammar.LONGEST)) == []
    assert problems(read(" " * 9999 + "coffee")) == []


def test_only_so_many_words_are_looked_for() -> None:
    query = read(" ".join(map(str, range(100, 140))))
    assert len(query.wanted) == grammar.MOST
    assert words(query)[-1] == str(99 + grammar.MOST)
    assert problems(query) == ["Only the first 24 words were looked for."]
