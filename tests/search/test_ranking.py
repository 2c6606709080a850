"""What stands first: words that fit, above all in a title; readers and recency only where texts fit about as well."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from forum.search import expression, ranking
from forum.search.analyser import analysed, length
from forum.search.grammar import parse
from forum.search.ranking import Asking, Candidate
from tests.conftest import NOON
from tests.search.conftest import TODAY

YEAR = 365 * 86400
SOME = "We have talked about this at the gate and nobody knew what to do with it on a day like that. "


def wants(text: str, shares: Mapping[str, float] | None = None) -> Asking:
    query = parse(text, TODAY)
    typed = [piece for one in query.wanted if not one.without for piece in expression.typed(one)]
    return ranking.asking(expression.asked(query), typed, shares or {})


def said(
    words: str = "", *, title: str = "Something else", opening: bool = True, hits: int = 0, age: int = YEAR
) -> Candidate:
    return Candidate(analysed(title), analysed(words), length(analysed(words)), opening, hits, NOON - age)


def score(one: Candidate, asked: Asking) -> float:
    return ranking.fit(one, asked, NOON).score


def test_a_title_weighs_more_than_a_body() -> None:
    asked = wants("coffee machine")
    titled = said(SOME, title="The coffee machine")
    body = said(f"The coffee machine. {SOME}")
    often = said("coffee machine " * 30)
    assert score(titled, asked) > score(often, asked) > score(body, asked) > 0
    assert score(said(SOME, title="The coffee machine", opening=False), asked) < score(body, asked)


def test_all_the_words_weigh_more_than_one_of_them_often() -> None:
    asked = wants("coffee machine broken")
    all_of_them = said(f"{SOME} coffee {SOME} machine {SOME} broken")
    one_often = said("coffee " * 40)
    assert score(all_of_them, asked) > score(one_often, asked)


def test_a_rare_word_weighs_more_than_a_frequent_one() -> None:
    asked = wants("coffee lantern", {"coffe": 0.3, "lantern": 0.001})
    assert score(said(f"lantern {SOME}"), asked) > score(said(f"coffee {SOME}"), asked)


def test_words_that_stand_together_as_typed_weigh_more() -> None:
    asked = wants("coffee machine")
    assert score(said(f"coffee machine {SOME}"), asked) > score(said(f"coffee of the machine {SOME}"), asked)
    chinese = wants("咖啡机")
    assert score(said("三楼的咖啡机坏了"), chinese) > score(said("三楼的咖啡坏了，啡机"), chinese) > 0


def test_the_very_title_stands_before_a_longer_one() -> None:
    asked = wants("coffee machine")
    assert score(said(title="Coffee machine"), asked) > score(
        said(title="Why our coffee machine is never clean on Mondays"), asked
    )


def test_a_short_post_weighs_more_than_a_long_one_that_says_it_as_often() -> None:
    asked = wants("coffee")
    assert score(said("coffee please"), asked) > score(said("coffee please " + SOME * 20), asked)


def test_readers_and_recency_tip_the_scale_between_texts_that_fit_alike() -> None:
    asked = wants("coffee machine")
    plain = said(f"The coffee machine. {SOME}")
    assert score(plain._replace(hits=500), asked) > score(plain, asked)
    assert score(plain._replace(said_at=NOON), asked) > score(plain, asked)
    poor = said(f"coffee {SOME}", hits=100_000, age=0)
    assert score(said(SOME, title="The coffee machine", age=20 * YEAR), asked) > score(poor, asked)
    assert score(plain._replace(said_at=NOON - 20 * YEAR), asked) > score(poor, asked)


def test_recency_halves_in_half_a_year_and_never_ends() -> None:
    assert ranking.recency(NOON, NOON) == ranking.recency(NOON + YEAR, NOON) == 1
    assert ranking.recency(NOON - ranking.HALF_YEAR, NOON) == 0.5
    assert 0 < ranking.recency(0, NOON) < 0.02


def test_a_thread_is_worth_its_best_post_and_a_little_of_the_others() -> None:
    asked = wants("coffee machine")
    best, good, none = (
        ranking.fit(one, asked, NOON) for one in (said("coffee machine"), said("a machine"), said("tea"))
    )
    alone = ranking.of_thread([best], asked)
    assert alone == best.score
    assert alone < ranking.of_thread([best, good], asked) < 2 * best.score
    assert ranking.of_thread([best, none], asked) == alone
    # one post about coffee and one about machines say more together than two about coffee
    coffee, machine = (ranking.fit(said(one), asked, NOON) for one in ("coffee", "machine"))
    assert ranking.of_thread([coffee, machine], asked) > ranking.of_thread([coffee, coffee], asked)


@settings(deadline=None)
@given(
    st.lists(st.text(st.sampled_from("ab 咖啡机"), max_size=30), min_size=2, max_size=2),
    st.text(st.sampled_from("ab 咖啡机"), max_size=12),
    st.booleans(),
    st.integers(0, 10**6),
    st.integers(-YEAR, 30 * YEAR),
    st.dictionaries(st.sampled_from(["a", "b", "咖", "咖啡"]), st.floats(0, 1)),
)
def test_scores_are_finite_and_more_readers_never_hurt(
    texts: list[str], query: str, opening: bool, hits: int, age: int, shares: dict[str, float]
) -> None:
    asked = wants(query, shares)
    one = said(texts[0], title=texts[1], opening=opening, hits=hits, age=age)
    fit = ranking.fit(one, asked, NOON)
    assert 0 <= fit.score < 1e6
    assert len(fit.parts) == len(asked.words)
    assert ranking.fit(one._replace(hits=hits + 1), asked, NOON).score >= fit.score
    assert ranking.fit(one._replace(said_at=one.said_at + 1), asked, NOON).score >= fit.score
    assert ranking.of_thread([fit, fit], asked) >= fit.score
