"""That the measures give what a hand reckons, and that every judged thread is in the demo. How good a search is, is no test."""

from __future__ import annotations

import gzip
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.bench.judged import reading

CONTENT = Path(__file__).parents[3] / "forum" / "exchange" / "demo_content"
RUNNING = "demo:history/running"
"""The one borrowed thread that is no question of the dump: the demo puts it together."""


def test_the_best_order_is_one_and_an_empty_one_nothing() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    assert reading.ndcg(["a", "b", "c"], grades) == 1
    assert reading.ndcg([], grades) == reading.ndcg(["x", "y"], grades) == 0
    assert reading.ndcg(["a"], {}) == reading.recall(["a"], {}) == 0


def test_ndcg_as_reckoned_by_hand() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    # best 7/1 + 3/1.58496 + 1/2 = 9.39279; found 1/1 + 0 + 7/2 + 3/2.32193 = 5.79203
    assert reading.ndcg(["c", "x", "a", "b"], grades) == pytest.approx(5.79203 / 9.39279, abs=1e-5)
    # cut after two: best 7 + 3/1.58496 = 8.89279, found 1
    assert reading.ndcg(["c", "x", "a", "b"], grades, at=2) == pytest.approx(1 / 8.89279, abs=1e-5)


def test_a_thread_that_comes_twice_counts_once() -> None:
    grades = {"a": 3, "b": 3}
    assert reading.ndcg(["a", "a", "b"], grades) == 1
    assert reading.recall(["a", "a"], grades) == 0.5


def test_recall_divides_by_what_fits() -> None:
    grades = dict.fromkeys("abcd", 1)
    assert reading.recall(["a", "x", "b"], grades) == 0.5
    assert reading.recall(["a", "x", "b"], grades, at=2) == 0.5
    assert reading.recall(["a", "b"], grades, at=2) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        'text = "a"\nlanguage = "en"\nkind = "keywords"',
        'text = "a"\nlanguage = "fr"\nkind = "keywords"\n3 = ["x"]',
        'text = "a"\nlanguage = "en"\nkind = "guess"\n3 = ["x"]',
        'text = "a"\nlanguage = "en"\nkind = "keywords"\n4 = ["x"]',
        'text = "a"\nlanguage = "en"\nkind = "keywords"\n3 = ["x"]\n1 = ["x"]',
        'text = "a"\nlanguage = "en"\nkind = "keywords"\n3 = ["x", "x"]',
        "\n[[query]]\n".join(['text = "a"\nlanguage = "en"\nkind = "keywords"\n3 = ["x"]'] * 2),
    ],
)
def test_what_is_wrong_is_refused(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "queries.toml"
    path.write_text(f"[[query]]\n{wrong}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r":|twice"):
        reading.load(path)


def test_there_are_enough_queries_of_both_languages() -> None:
    found = reading.load()
    assert len(found) >= 60
    assert {one.language for one in found} == set(reading.LANGUAGES)
    assert {one.kind for one in found} == set(reading.KINDS)


def test_every_judged_thread_is_in_the_demo() -> None:
    names = {thread for one in reading.load() for thread in one.grades}
    assert names - _borrowed() - _own() == {RUNNING}


def _borrowed() -> set[str]:
    """Names of the questions of the three dumps."""
    made = set()
    for path in (CONTENT / "stackexchange").glob("*/Posts.xml.gz"):
        with gzip.open(path) as file:
            for _, row in ElementTree.iterparse(file):
                if row.get("PostTypeId") == "1":
                    made.add(f"demo:{path.parent.name}/post {row.get('Id')}")
                row.clear()
    return made


def _own() -> set[str]:
    """Titles of the demo's own threads."""
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in (CONTENT / "threads").glob("*.toml")]
    return {one["title"] for file in files for one in file["thread"]}
