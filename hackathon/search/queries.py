"""Finding documents: by stem, by prefix, by a part of a compound, and past typing errors, in that order of worth.

Every word that is asked for must be met. The score is a whole number made of whole numbers, so that both databases put the
same hits in the same order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Subquery, case, func, select, union_all

from hackathon.core.db import db
from hackathon.core.words import COMMON, stem, words
from hackathon.search import rules
from hackathon.search.models import DocumentKind, SearchPosting, SearchWord

_PAST_EVERY_LETTER = "\U0010ffff"
EXACT, PREFIX, PART, MISTYPED = 10, 6, 4, 3
"""What a word in a document is worth by how it meets the word that was asked for."""
MOST_FORMS = 300
"""How many written words one typed word can stand for."""
MOST_CHECKED = 6000
"""How many words of the edition are compared with a mistyped one."""
MOST_READ = 4000
"""How many postings are read to find what is alike."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A word that was asked for, and the ids of the written words that meet it, by what they are worth."""

    word: str
    forms: dict[int, int] = field(default_factory=dict)


def hits(asked: Sequence[Asked], kind: DocumentKind) -> Subquery | None:
    """What a search (see `understand`) finds among documents of one kind: `subject_id` and `score`. None where it can find nothing.

    The feature joins it with its own table, and so decides who sees what.
    """
    if not asked or not all(word.forms for word in asked):
        return None
    each = [
        select(SearchPosting.subject_id.label("subject_id"), func.max(_worth(word)).label("score"))
        .where(SearchPosting.word_id.in_(word.forms), SearchPosting.kind == kind)
        .group_by(SearchPosting.subject_id)
        for word in asked
    ]
    if len(each) == 1:
        return each[0].subquery()
    met = union_all(*each).subquery()
    return (
        select(met.c.subject_id, func.sum(met.c.score).label("score"))
        .group_by(met.c.subject_id)
        .having(func.count() == len(asked))
        .subquery()
    )


def _worth(word: Asked) -> ColumnElement[int]:
    by_worth: dict[int, list[int]] = {}
    for word_id, worth in word.forms.items():
        by_worth.setdefault(worth, []).append(word_id)
    worths = sorted(by_worth, reverse=True)
    if len(worths) == 1:
        return SearchPosting.weight * worths[0]
    tests = [(SearchPosting.word_id.in_(by_worth[worth]), SearchPosting.weight * worth) for worth in worths[:-1]]
    return case(*tests, else_=SearchPosting.weight * worths[-1])


def understand(edition_id: int, text: str) -> list[Asked]:
    """The words of a search, each with the written words that meet it."""
    typed = words(text)
    meant = list(dict.fromkeys(word for word in typed if word not in COMMON)) or list(dict.fromkeys(typed))
    return [Asked(word, _forms(edition_id, word)) for word in meant[: rules.MOST_WORDS]]


def _forms(edition_id: int, word: str) -> dict[int, int]:
    here = SearchWord.edition_id == edition_id
    found = dict.fromkeys(_ids(here, SearchWord.stem == stem(word)), EXACT)
    if len(word) >= rules.SHORTEST_PREFIX and word not in COMMON:
        for number in _ids(here, *_begins_with(word)):
            found.setdefault(number, PREFIX)
    if not found and len(word) >= rules.SHORTEST_PART:
        found = dict.fromkeys(_ids(here, SearchWord.word.contains(stem(word), autoescape=True)), PART)
    return found or dict.fromkeys(_mistyped(edition_id, word), MISTYPED)


def _ids(*conditions: ColumnElement[bool]) -> list[int]:
    query = select(SearchWord.id).where(*conditions).order_by(func.length(SearchWord.word), SearchWord.word)
    return list(db.session.scalars(query.limit(MOST_FORMS)))


def _begins_with(start: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    word = SearchWord.word
    return word >= start, word < start + _PAST_EVERY_LETTER


def _mistyped(edition_id: int, word: str) -> list[int]:
    """Words that are the typed one with an error or two: among those that begin with its first or second letter."""
    most = rules.errors_allowed(word)
    if not most:
        return []
    first, second = (_begins_with(letter) for letter in word[:2])
    begins = ((first[0] & first[1]) | (second[0] & second[1])) if word[0] != word[1] else first[0] & first[1]
    length = func.length(SearchWord.word)
    query = select(SearchWord.id, SearchWord.word).where(
        SearchWord.edition_id == edition_id, begins, length.between(len(word) - most, len(word) + most)
    )
    signs = rules.letters(word)
    return [
        number
        for number, written in db.session.execute(query.order_by(SearchWord.word).limit(MOST_CHECKED))
        if rules.may_be_mistyped(signs, rules.letters(written), most) and rules.is_mistyped(word, written, most)
    ]


def find_alike(edition_id: int, text: str, kind: DocumentKind, *, most: int) -> list[int]:
    """The subjects that share the most telling words with a text, for a closer comparison (hackathon/core/similarity.py).

    Rare words tell more than common ones; so many of the rarest are looked at as have MOST_READ postings together.
    """
    stems = sorted({stem(word) for word in words(text) if word not in COMMON})[:200]
    rarest = _rarest(edition_id, stems, kind)
    if not rarest:
        return []
    worth = func.sum(case(rarest, value=SearchPosting.word_id, else_=0))
    query = (
        select(SearchPosting.subject_id)
        .where(SearchPosting.word_id.in_(rarest), SearchPosting.kind == kind)
        .group_by(SearchPosting.subject_id)
        .order_by(worth.desc(), SearchPosting.subject_id)
    )
    return list(db.session.scalars(query.limit(most)))


def _rarest(edition_id: int, stems: Collection[str], kind: DocumentKind) -> dict[int, int]:
    """The rarest words of these stems, each with what it is worth: more, the fewer documents have it."""
    query = (
        select(SearchWord.id, func.count())
        .join(SearchPosting, SearchPosting.word_id == SearchWord.id)
        .where(SearchWord.edition_id == edition_id, SearchWord.stem.in_(stems), SearchPosting.kind == kind)
        .group_by(SearchWord.id)
        .order_by(func.count(), SearchWord.id)
    )
    chosen: dict[int, int] = {}
    read = 0
    rows: Sequence[tuple[int, int]] = [(number, count) for number, count in db.session.execute(query)]
    for number, count in rows:
        read += count
        if chosen and read > MOST_READ:
            break
        chosen[number] = 1000 // (9 + count)
    return chosen
