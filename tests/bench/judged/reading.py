"""Reads the judged queries and says how good a ranking is; refuses a query twice, one without a thread, and grades that are none."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from math import log2
from pathlib import Path
from typing import Any, Final, NamedTuple

FILE: Final = Path(__file__).with_name("queries.toml")
LANGUAGES: Final = ("en", "zh")
KINDS: Final = ("keywords", "question", "word forms", "phrase", "known item", "in a reply", "mixed", "typo")
GRADES: Final = (1, 2, 3)


class Judged(NamedTuple):
    """What somebody typed, and how much each thread is what they wanted; a thread that is not named is not."""

    query: str
    language: str
    kind: str
    grades: dict[str, int]


def load(path: Path = FILE) -> list[Judged]:
    """All queries in the order of the file."""
    with path.open("rb") as file:
        made = [_judged(one) for one in tomllib.load(file)["query"]]
    if len({one.query for one in made}) < len(made):
        raise ValueError("a query stands twice")
    return made


def _judged(one: dict[str, Any]) -> Judged:
    named = [(thread, grade) for grade in GRADES for thread in one.get(str(grade), [])]
    made = Judged(one["text"], one["language"], one["kind"], dict(named))
    if made.language not in LANGUAGES or made.kind not in KINDS:
        raise ValueError(f"{made.query}: neither language nor kind may be invented")
    if one.keys() - {"text", "language", "kind"} - set(map(str, GRADES)):
        raise ValueError(f"{made.query}: a grade is 1, 2 or 3")
    if not made.grades or len(made.grades) < len(named):
        raise ValueError(f"{made.query}: some thread, and each once")
    return made


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], at: int = 10) -> float:
    """Normalised discounted cumulative gain, 0 to 1: how high the best threads stand.

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (ACM TOIS 20(4), 2002), with the gain
    2^grade - 1 of Burges et al. (ICML 2005) and the discount log2(rank + 1), divided by that of the best order there is.
    """
    best = _gained(sorted(grades.values(), reverse=True)[:at])
    # a thread that comes again gains nothing, else a list of one thread would be perfect
    found = _gained([grades.get(thread, 0) for thread in list(dict.fromkeys(ranked))[:at]])
    return found / best if best else 0.0


def _gained(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, 1))


def recall(ranked: Sequence[str], grades: Mapping[str, int], at: int = 20) -> float:
    """The share of relevant threads (grade 1 or more) among the first `at`; 1 when as many are there as fit."""
    relevant = {thread for thread, grade in grades.items() if grade >= 1}
    found = relevant.intersection(list(dict.fromkeys(ranked))[:at])
    return len(found) / min(at, len(relevant)) if relevant else 0.0
