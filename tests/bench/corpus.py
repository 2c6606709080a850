"""Words for a forum of any size, the same at every run: Zipf-like prose with light Markdown, now and then Chinese. Knows no database."""

from __future__ import annotations

import math
from itertools import accumulate
from random import Random

COMMON = """
the of and to in is you that it was for on are as with they at be this have from or one had by word but not what all were we when your
can said there use an each which she do how their if will up other about out many then them these so some her would make like him into
time has look two more write go see number no way could people
"""
BEGINNINGS = "b c d f g h l m n p r s t v w br cl dr st tr sh th"
ENDINGS = "a e i o u ai ea ou an en in er"
HANZI = [chr(0x4E00 + step * 7919 % 6000) for step in range(1500)]


def _vocabulary(size: int = 8000) -> list[str]:
    random = Random(7)
    syllables = [begin + end for begin in BEGINNINGS.split() for end in ENDINGS.split()]
    found = dict.fromkeys(COMMON.split())
    while len(found) < size:
        found["".join(random.choices(syllables, k=random.choice((1, 2, 2, 3, 3))))] = None
    return list(found)


WORDS = _vocabulary()
_WEIGHTS = list(accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(len(WORDS))))
PATTERNS = (
    (0.05, "\n\n> {}\n\n"),
    (0.08, "See **{}** and [there](https://example.org/notes). "),
    (0.10, "`{}` "),
    (0.11, "\n\n- {}\n- and *that*\n\n"),
    (0.115, "\n\n```python\nprint('{}')\n```\n\n"),
    (0.70, "{}. "),
    (1.00, "{}.\n\n"),
)


def words(random: Random, count: int) -> str:
    """So many words in a row."""
    return " ".join(random.choices(WORDS, cum_weights=_WEIGHTS, k=count))


def title(random: Random) -> str:
    """Three to nine words."""
    return words(random, random.randint(3, 9)).capitalize()[:120]


def body(random: Random) -> str:
    """A post in Markdown: 60 words in the median, log-normal, at most 600; six in a hundred end in Chinese."""
    left = max(4, min(600, int(random.lognormvariate(math.log(60), 0.8))))
    said = []
    while left > 0:
        count = min(left, random.randint(6, 18))
        left -= count
        sentence = words(random, count).capitalize()
        chance = random.random()
        said.append(next(pattern for most, pattern in PATTERNS if chance < most).format(sentence))
    if random.random() < 0.06:
        said.append("".join(random.choices(HANZI, k=random.randint(15, 90))) + "。")
    return "".join(said).strip()
