"""The one analyser: what is the same to somebody who searches, in any language, and what holds for any text at all."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forum.search import analyser
from forum.search.analyser import LONGEST, PAIR, analysed, folded, length, named, pieces, terms

ANY = st.text(max_size=60)
ODD = st.text(
    st.sampled_from("aZé中文字のカﾊﾞﾞ゙́한국ภาษ\u0e31नम्־'’-_:\"\\()[]{}*!&|<>\x00\u200d\u00ad\ufeff 9٣①Ⅷßİıﬁ🙂𠮷"),
    max_size=40,
)
WHOLE = st.sampled_from(
    [*map(chr, (*range(0x3041, 0x3095), *range(0x30A1, 0x30F7), *range(0xAC00, 0xAC80))), *"直说匿名没人能改喝咖啡𠮷"]
)
"""Characters written without spaces that stand for themselves, whatever stands beside them."""
WORD = st.text(st.characters(categories=("Ll", "Lu", "Lt", "Nd", "Lo")), min_size=1, max_size=12)


def found_in(text: str, asked: str) -> bool:
    return terms(analysed(asked)) <= terms(analysed(text))


@pytest.mark.parametrize(
    "alike",
    [
        "run runs running Running RUN",
        "guard guards guard's guards' guard’s GUARD'S",
        "brewery breweries brewery's",
        "coffee coffees",
        "withdraw withdrawing withdraws",
        "relation relational relations",
        "café cafe CAFÉ cafe\u0301 cafés",
        "naïve naive",
        "Zürich zurich ZURICH Zu\u0308rich",
        "smørrebrød smorrebrod",
        "łódź lodz",
        "straße strasse STRASSE",
        "encyclopædia encyclopaedia",
        "İstanbul istanbul ISTANBUL ıstanbul",
        "ﬁle file Files",
        "ｆｕｌｌ full ＦＵＬＬ",
        "１２３ 123",
        "ﾊﾝｶｸｶﾞ ハンカクガ",
        "ﾊﾞｽ バス",
        "か\u3099 が",
        "한국 " + unicodedata.normalize("NFD", "한국"),
        "ΣΊΣΥΦΟΣ σίσυφος Σισυφος",
        "ЁЛКА ёлка елка",
        "don't don’t dont",
        "_run_ run __running__",
    ],
)
def test_these_are_the_same(alike: str) -> None:
    found = {analysed(one) for one in alike.split()}
    assert len(found) == 1
    assert found != {""}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("guard", "guardian"),
        ("brew", "brewery"),
        ("中", "申"),
        ("が", "か"),
        ("ハ", "バ"),
        ("123", "124"),
        ("국", "글"),
    ],
)
def test_these_are_not(one: str, other: str) -> None:
    assert terms(analysed(one)).isdisjoint(terms(analysed(other)))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("用Python写的BBS", "python 写的 bbs 用 写 PYTHON用 的BBS"),
        ("我们在3楼的咖啡机", "3 楼 楼的 咖啡 咖啡机 咖 机"),
        ("ＢＢＳ是直说的地方", "bbs 直说 说"),
        ("日本語のテストです。カタカナも", "日本 日本語 本語 のテスト カタ ナも で"),
        ("한국어는 띄어쓰기가 있다", "한국 국어 한국어 어 띄어쓰기 쓰기"),
        ("ภาษาไทยไม่มีช่องว่าง", "ภาษา ไทย ไม่มี ว่าง"),
        ("𠮷野家で食べた", "𠮷野 𠮷 野家 食べ"),
        ("emoji 🎉 stay out, words🙂 stay", "emoji words stay out"),
        ("snake_case and __init__.py", "snake case init py"),
        ("C++, C#; .NET (see http://example.com/Page?x=1)", "c net example page x 1"),
        ("1,000.50 on 2026-11-03", "1 000 50 2026 11 03"),
        ("O'Brien's o’clock", "o'brien obrien oclock"),
        ("שלום עולם", "שלום עולם"),
        ("नमस्ते दुनिया", "नमस्ते"),
        ("infor\u00admation, zero\u200bwidth", "information zero width infor\u00admation"),
    ],
)
def test_a_text_is_found_by_its_parts(text: str, asked: str) -> None:
    for one in asked.split():
        assert found_in(text, one), one


def test_what_is_no_word_is_nothing() -> None:
    for text in ("", " \t\n", "…—!?", "🙂🎉👩\u200d👧", "'’'", "___", "\x00", "\u0301", '( ) [ ] " : * ^', "。、「」"):
        assert analysed(text) == ""
        assert list(pieces(text)) == []
    assert terms("") == set()
    assert length("") == 0


def test_a_phrase_stands_in_a_text_where_its_words_stand_in_this_order() -> None:
    text = analysed("The night guards, running late, drank 三楼的咖啡 with Python. 四楼 没有")
    for there in (
        "night guard",
        "GUARDS RUN",
        "late drank",
        "三楼的",
        "drank 三楼",
        "咖啡 with",
        "咖啡with python",
        "四楼 没有",
    ):
        assert analysed(there) in text, there
    for absent in ("guard night", "night run", "楼三", "咖啡三楼", "python 三楼", "四楼没有", "igh"):
        assert analysed(absent) not in text, absent


def test_a_long_word_counts_by_its_beginning_alone() -> None:
    assert analysed("x" * LONGEST + "y" * 9) == analysed("x" * LONGEST + "z") != analysed("x" * (LONGEST - 1))
    assert max(map(len, terms(analysed("é" * 5000)))) == LONGEST


def test_two_characters_of_a_run_are_as_long_as_one_word() -> None:
    assert length(analysed("one two three")) == 3
    assert length(analysed("咖啡不好喝吗")) == 3
    assert length(analysed("用Python写的BBS")) == 3


def test_suggestions_know_words_as_they_are_written() -> None:
    assert [folded(one) for one in ("Breweries", "CAFÉ", "ｆｕｌｌ", "Guard's")] == [
        "breweries",
        "cafe",
        "full",
        "guards",
    ]


@settings(deadline=None)
@given(ANY | ODD)
@example("a\u0301\u0301'\u0301b")
@example("\ufdfa" * 9)
@example("ﾞﾟ゙゚")
def test_any_text_can_be_analysed(text: str) -> None:
    kept = analysed(text)
    found = terms(kept)
    for one in found:
        assert one.replace(":", "a").isprintable()
        # no language of any index has a meaning for letters, digits and marks; a colon stands in pairs and in our tags
        for part in one.removeprefix(PAIR).split(":") if one.startswith(PAIR) else [one]:
            assert all(char.isalnum() or unicodedata.category(char) in ("Mn", "Mc") for char in part), one
            assert 0 < len(part) <= LONGEST
    assert length(kept) >= 0
    assert analysed(text) == kept


@settings(deadline=None)
@given(ANY | ODD)
def test_pieces_lie_in_the_text_one_after_the_other(text: str) -> None:
    at, made = 0, set[str]()
    for one in pieces(text):
        assert at <= one.start < one.end <= len(text)
        at = one.end
        assert one.term in analysed(text[one.start : one.end])
        made |= terms(named(one.term, one.run))
    assert made == {one for one in terms(analysed(text)) if not one.startswith(PAIR)}


@settings(deadline=None)
@given(st.text(WHOLE, min_size=2, max_size=30), st.data())
def test_every_part_of_a_run_is_found(run: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(run) - 2))
    end = data.draw(st.integers(begin + 1, len(run)))
    text = (
        data.draw(st.sampled_from(["", "x ", "Latin", "。", "9"]))
        + run
        + data.draw(st.sampled_from(["", " y", "ing", "！"]))
    )
    assert found_in(text, run[begin:end])
    assert analysed(run[begin:end]) in analysed(text)


@settings(deadline=None)
@given(ANY | ODD, WORD | st.text(WHOLE, min_size=1, max_size=5), ANY | ODD)
def test_a_word_is_found_whatever_stands_around_it(before: str, word: str, after: str) -> None:
    text = f"{before} {word} {after}"
    assert found_in(text, word)
    assert analysed(word) in analysed(text)


@settings(deadline=None)
@given(ANY | ODD)
def test_case_and_composition_tell_nothing_apart(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert terms(analysed(composed.upper())) == terms(analysed(composed.upper().lower()))
    assert analysed(composed) == analysed(unicodedata.normalize("NFC", unicodedata.normalize("NFD", text)))


def test_its_version_is_raised_with_what_it_makes() -> None:
    """These would be found no more in an index made before: whoever changes them raises VERSION, and the index is built anew."""
    assert analyser.VERSION == 3
    made = analysed("Running café ﾊﾝｶｸ 用Python写的BBS 한국어 don't Łódź №5 ①")
    assert made == "[run][cafe]ハンカク 用[python]写的[bbs]한국어[dont][lodz][5][1]"
    assert analysed("Quite, elevators, the news") == "[quite][elevator][the][news]"
    assert terms("[this][is][guard][in][the]餐厅[of]") >= {"2:this:is", "2:in:the", "餐厅"}


def test_two_frequent_words_side_by_side_are_one_term_more() -> None:
    assert terms(analysed("This is in the guards' house of 餐厅 the")) == {
        *("this", "is", "in", "the", "guard", "hous", "of", "餐厅", "餐", "厅"),
        *("2:this:is", "2:is:in", "2:in:the", "2:hous:of"),
    }
