"""What is asked of an index: terms joined by and, or, not. The form every backend understands, made of a query. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from forum.search import analyser
from forum.search.grammar import Query, Wanted

TITLE: Final = "t:"
"""Before a term: it stands in the title over this opening post."""
ONLY: Final = "o:"
"""Before a term: it stands in the title over this reply or note, and not in its own words."""
WORD: Final = "w:"
"""Before a word of an opening post's title, folded but whole: for suggestions while somebody types."""
POST, NOTE, OPENING, MAGIC, ANSWERED, FILE = "k:post", "k:note", "k:opening", "is:magic", "is:answered", "has:file"
TAGS: Final = {"magic": MAGIC, "answered": ANSWERED, "file": FILE, "pads": NOTE}
FEW: Final = 4
"""Of a long query, so many of the rarest words that are known to be used, and as many that may be used nowhere, are enough."""
TOO_MANY: Final = 3_000
"""Documents that may hold one of several words."""
Share = Callable[[str], float | None]
"""Which part of all documents holds a term; None: too few to be known."""


@dataclass(frozen=True)
class Term:
    """A term that must be there; `prefix`: any term that begins with it."""

    term: str
    prefix: bool = False


@dataclass(frozen=True)
class And:
    """All of these, and none of `without`."""

    parts: tuple[Node, ...]
    without: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Or:
    """At least one of these."""

    parts: tuple[Node, ...]


Node = Term | And | Or


@dataclass(frozen=True)
class Filter:
    """What else the database compares: texts that must, or must not, stand in `words` or `title`."""

    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    in_title: bool = False


@dataclass(frozen=True)
class Asked:
    """A term that is looked for, as ranking needs it: as it stands in an analysed text, and as in the index."""

    named: str
    term: str


def author(number: int) -> str:
    """The tag of what a person said."""
    return f"a:{number}"


def board(number: int) -> str:
    """The tag of what is said on a board."""
    return f"b:{number}"


def thread(number: int) -> str:
    """The tag of what is said in a thread."""
    return f"th:{number}"


def asked(query: Query) -> tuple[Asked, ...]:
    """The terms that say something, each once: what ranking counts. Common words only where nothing else is asked."""
    found = {
        Asked(analyser.named(term, run), term): None
        for one in query.wanted
        if not one.without
        for term, run in _terms(one.kept)
    }
    telling = tuple(one for one in found if one.term not in analyser.COMMON)
    return telling or tuple(found)


def typed(one: Wanted) -> list[str]:
    """A word or phrase piece by piece, each as it stands in an analysed text."""
    return [f"[{word}]" if word else run for word, run in _KEPT.findall(one.kept)]


_KEPT: Final = re.compile(r"\[([^\]]+)\]|([^\[\] ]+)")


def _terms(kept: str) -> Iterable[tuple[str, bool]]:
    """(term, whether of a run) of an analysed text: words; of runs every two characters, or the only one."""
    for word, run in _KEPT.findall(kept):
        if word:
            yield word, False
        elif len(run) == 1:
            yield run, True
        else:
            yield from (("".join(two), True) for two in pairwise(run))


def strict(query: Query, tags: Sequence[str] = ()) -> tuple[Node, Filter]:
    """Every word, every phrase, none of what is left out. `tags`: of author, board and thread, known by number.

    A word may stand in the title or in the post; a post that is found only by its title is the opening one. Documents hold the words of
    both alike: one list of each word is much quicker to walk than the joined lists of two kinds.
    """
    words: list[str] = [one.term for one in asked(query)]
    both = {term for one in query.wanted if one.phrase and not one.without for term, _run in _terms(one.kept)}
    words = list(dict.fromkeys([*words, *sorted(both)]))
    pairs = _pairs(query)
    held = {word for pair in pairs for word in pair.removeprefix(analyser.PAIR).split(":")}
    parts = [_placed(one, query.in_title) for one in [*(one for one in words if one not in held), *pairs]]
    borrowed = (_borrowed(words),) if words and not query.in_title else ()
    return _with_tags(parts, query, tags, borrowed), _filter(query)


def _borrowed(words: Sequence[str]) -> Node:
    """What has none of these words of its own, but for its title's."""
    return And(tuple(Term(ONLY + one) for one in words)) if len(words) > 1 else Term(ONLY + words[0])


def _pairs(query: Query) -> list[str]:
    """The pairs of frequent words in phrases: few texts hold them, though each of the words stands in many."""
    return sorted(
        {
            term
            for one in query.wanted
            if one.phrase and not one.without
            for term in analyser.terms(one.kept)
            if term.startswith(analyser.PAIR)
        }
    )


def loose(query: Query, tags: Sequence[str], share: Share, documents: int) -> tuple[Node, Filter] | None:
    """Some of the words: any of the rarer ones; in a forum where that would be too many, any two of them.

    None: there is nothing that could be left away.
    """
    words = _rarest({one.term for one in asked(query)}, share)
    if len(words) < 2 or any(one.phrase and not one.without for one in query.wanted):
        return None
    many = sum(share(one) or 0 for one in words) * documents > TOO_MANY
    together = combinations(words, 2 if many and len(words) > 2 else 1)
    some = Or(tuple(_all(one, query.in_title) for one in together))
    return _with_tags([some], query, tags), _filter(query, runs=False)


def _all(words: Sequence[str], in_title: bool) -> Node:
    parts = tuple(_placed(one, in_title) for one in words)
    return And(parts) if in_title else And(parts, (_borrowed(words),))


def _rarest(words: Iterable[str], share: Share) -> list[str]:
    known = sorted((found, one) for one in words if (found := share(one)) is not None)
    unknown = sorted(one for one in words if share(one) is None)
    return [one for _share, one in known[:FEW]] + unknown[:FEW]


def titles(words: Sequence[Asked], share: Share) -> Node | None:
    """Opening posts whose title has some of these words: any two of the rarer ones, or either of two."""
    chosen = _rarest({one.term for one in words}, share)
    if not chosen:
        return None
    single = [Term(TITLE + one) for one in chosen]
    some: Node = Or(tuple(single)) if len(single) < 3 else Or(tuple(And(two) for two in combinations(single, 2)))
    return And((Term(OPENING), some))


def beginning(text: str) -> Node | None:
    """Opening posts whose title has these words, the last of them perhaps not typed to its end."""
    found = list(analyser.pieces(text))
    parts: list[Node] = []
    for number, one in enumerate(found):
        if one.run:
            parts += [Term(TITLE + term) for term, _run in _terms(one.term)]
            continue
        whole = Term(TITLE + one.term)
        begun = Term(WORD + analyser.folded(text[one.start : one.end]), prefix=True)
        parts.append(Or((whole, begun)) if number == len(found) - 1 else whole)
    return And((Term(OPENING), *parts)) if parts else None


def _placed(term: str, in_title: bool) -> Node:
    return Term(TITLE + term) if in_title else Term(term)


def _with_tags(parts: Sequence[Node], query: Query, tags: Sequence[str], without: Sequence[Node] = ()) -> Node:
    named = [Term(one) for one in (*tags, *(TAGS[one] for one in query.tags))]
    left_out = tuple(
        node for one in query.wanted if one.without and not _needs_text(one) for node in _left_out(one, query.in_title)
    )
    everything = [] if parts or named else [Or((Term(POST), Term(NOTE)))]
    return And((*parts, *named, *everything), (*left_out, *without))


def _left_out(one: Wanted, in_title: bool) -> list[Node]:
    return [_placed(term, in_title) for term in _alone(one)]


def _alone(one: Wanted) -> list[str]:
    """The terms that tell by themselves that it is there: its only one, or the pair of two frequent ones; else texts are compared."""
    terms = [term for term, _run in _terms(one.kept)]
    if len(terms) == 2:
        return [term for term in analyser.terms(one.kept) if term.startswith(analyser.PAIR)]
    return terms if len(terms) == 1 else []


def _needs_text(one: Wanted) -> bool:
    """Whether its terms alone do not tell if it is there: more than one term, which must stand together."""
    return not _alone(one)


def _filter(query: Query, *, runs: bool = True) -> Filter:
    phrases = [one.kept for one in query.wanted if one.phrase and not one.without and _needs_text(one)]
    if runs:
        phrases += [
            run
            for one in query.wanted
            if not one.without and not one.phrase
            for _word, run in _KEPT.findall(one.kept)
            if len(run) > 2
        ]
    without = [one.kept for one in query.wanted if one.without and _needs_text(one)]
    return Filter(tuple(dict.fromkeys(phrases)), tuple(without), query.in_title)
