"""Knows which words are frequent in this forum, from a sample of its newest documents; rare words are not kept."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from typing import Final

from sqlalchemy import select

from forum.core.database import db, row, rows
from forum.search import analyser
from forum.search.models import WORDS, SearchState

SAMPLE: Final = 10_000
"""Documents that are looked at."""
LEAST: Final = 5
"""In fewer of them a word is rare, and not written down: it might be somebody's withdrawn secret."""
MOST: Final = 6_000
CHUNK: Final = 500


def sample(slot: str) -> tuple[str, int]:
    """(JSON of how many sampled documents hold which term, how many were sampled)."""
    kept = WORDS[slot]
    counts: Counter[str] = Counter()
    before, seen = 1 << 62, 0
    while seen < SAMPLE:
        found = rows(
            select(kept.id, kept.title, kept.words).where(kept.id < before).order_by(kept.id.desc()).limit(CHUNK)
        )
        if not found:
            break
        for one in found:
            counts.update(analyser.terms(one.words) | analyser.terms(one.title))
        before, seen = found[-1].id, seen + len(found)
    db.session.rollback()
    common = {term: many for term, many in counts.most_common(MOST) if many >= LEAST}
    return json.dumps(common, ensure_ascii=False, separators=(",", ":")), seen


def shares(slot: str, sampled_at: int) -> dict[str, float]:
    """Which part of all documents holds each frequent word; kept until it is sampled anew."""
    return _shares(db.engine.url.render_as_string(), slot, sampled_at)


@lru_cache(maxsize=8)
def _shares(_database: str, _slot: str, _sampled_at: int) -> dict[str, float]:
    found = row(select(SearchState.common, SearchState.sampled))
    if found is None or not found.sampled:
        return {}
    return {term: many / found.sampled for term, many in json.loads(found.common).items()}
