"""The telling part of a text, with what was looked for marked; nothing is lost, added or read as HTML."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from forum.search.analyser import analysed, terms
from forum.search.expression import asked
from forum.search.grammar import parse
from forum.search.snippets import WIDTH, Part, marked, snippet
from tests.search.conftest import TODAY

BEFORE, AFTER = "…\xa0", "\xa0…"
TEXT = st.lists(
    st.sampled_from(
        [
            *"咖啡机坏了のﾊﾟ한",
            "coffee",
            "Coffees",
            " ",
            " ",
            "\n",
            "<b>",
            "&amp;",
            ", ",
            "ｆｕｌｌ",
            "e\u0301",
            "🙂",
            "x" * 30,
        ]
    ),
    max_size=120,
).map("".join)
ASKED = st.frozensets(st.sampled_from(["coffe", "咖", "咖啡", "啡机", "full", "한", "パ", "e", "x" * 30]), max_size=5)


def looked(query: str) -> frozenset[str]:
    """What is marked for a query."""
    return frozenset(one.term for one in asked(parse(query, TODAY)))


def shown(parts: list[Part]) -> str:
    return "".join(f"[{one.text}]" if one.marked else one.text for one in parts)


def test_words_are_marked_as_they_stand_in_the_text() -> None:
    assert (
        shown(marked("Running guards' Cafés run.", looked("runs guard cafe"))) == "[Running] [guards]' [Cafés] [run]."
    )
    assert shown(marked("Runner, guardian", looked("run guard"))) == "[Runner], guardian".replace("[Runner]", "Runner")
    assert shown(marked("ｆｕｌｌ width", looked("full"))) == "[ｆｕｌｌ] width"


def test_a_run_is_marked_where_it_holds_what_was_asked() -> None:
    assert shown(marked("三楼的咖啡机坏了", looked("咖啡机"))) == "三楼的[咖啡机]坏了"
    assert shown(marked("三楼的咖啡机坏了", looked("机"))) == "三楼的咖啡[机]坏了"
    assert shown(marked("用Python写的BBS", looked("python写"))) == "用[Python写]的BBS"
    assert shown(marked("咖啡，喝咖啡", looked("咖啡"))) == "[咖啡]，喝[咖啡]"
    assert shown(marked("ﾊﾟﾊﾟです", looked("パパ"))).startswith("[ﾊﾟﾊﾟ")
    assert shown(marked("か\u3099 が", looked("が"))) == "[か\u3099] [が]"


def test_nothing_is_marked_where_nothing_was_asked() -> None:
    assert marked("Some text", frozenset()) == [Part("Some text", False)]
    assert marked("", looked("x")) == []
    assert snippet("", looked("x")) == []


def test_a_short_text_is_shown_whole() -> None:
    assert shown(snippet("One  two\n\nthree", looked("two"))) == "One [two] three"


def test_of_a_long_text_the_part_where_most_stands_together() -> None:
    text = "coffee " + "nothing of it " * 60 + "the coffee machine is broken " + "nothing of it " * 60 + "machine"
    found = shown(snippet(text, looked("coffee machine broken")))
    assert "[coffee] [machine] is [broken]" in found
    assert found.startswith(BEFORE)
    assert found.endswith(AFTER)
    assert len(re.sub(r"[\[\]]", "", found)) <= WIDTH + 30
    assert shown(snippet(text, looked("zebra"))).startswith("coffee nothing")


def test_a_long_run_is_cut_around_what_was_asked() -> None:
    text = "没有什么" * 200 + "三楼的咖啡机坏了" + "没有什么" * 200
    found = shown(snippet(text, looked("咖啡机")))
    assert "的[咖啡机]坏" in found
    assert len(found) <= WIDTH + 30


def test_markup_is_text() -> None:
    assert (
        shown(snippet("<script>coffee</script> &lt;", looked("coffee script"))) == "<[script]>[coffee]</[script]> &lt;"
    )


@settings(deadline=None)
@given(TEXT | st.text(max_size=200), ASKED)
@example("咖ﾟ", frozenset(["咖"]))
@example("咖咖ﾟ", frozenset(["咖"]))
def test_marking_keeps_every_character(text: str, wanted: frozenset[str]) -> None:
    parts = marked(text, wanted)
    assert "".join(one.text for one in parts) == text
    for one, after in pairwise(parts):
        assert one.marked != after.marked
    for one in parts:
        assert one.text
        if one.marked:
            assert terms(analysed(one.text)) & wanted
    if not any(one.marked for one in parts):
        assert not terms(analysed(text)) & wanted


@settings(deadline=None)
@given(TEXT | st.text(max_size=600), ASKED, st.integers(60, 300))
def test_a_snippet_is_a_part_of_the_text_and_holds_what_was_asked(
    text: str, wanted: frozenset[str], width: int
) -> None:
    parts = snippet(text, wanted, width)
    words = "".join(one.text for one in parts)
    plain = re.sub(r"\s+", " ", text).strip()
    inside = words.removeprefix(BEFORE).removesuffix(AFTER)
    assert inside in plain
    assert len(inside) <= width + 20
    if any(one.marked for one in marked(plain, wanted)):
        assert any(one.marked for one in parts)
