"""Keeping the index: what is written is indexed in the transaction that writes it. The caller commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from hackathon.core.db import db
from hackathon.core.words import stem, words
from hackathon.search.models import DocumentKind, SearchPosting, SearchWord

TITLE_WEIGHT, HIGHEST_WEIGHT = 4, 12
_CHUNK = 500
"""How many values stand in one statement; a database takes some thousands."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is found under which words. `title` says more than `body`."""

    kind: DocumentKind
    subject_id: int
    title: str
    body: str = ""

    def weights(self) -> Counter[str]:
        """How much each word says in it."""
        counts = Counter({word: TITLE_WEIGHT * count for word, count in Counter(words(self.title)).items()})
        counts.update(words(self.body))
        return Counter({word: min(weight, HIGHEST_WEIGHT) for word, weight in counts.items()})


def index(edition_id: int, documents: Sequence[Document]) -> None:
    """Makes documents found under the words that they have now, and under no other."""
    for kind in {document.kind for document in documents}:
        _forget(kind, [document.subject_id for document in documents if document.kind is kind])
    weights = [(document, document.weights()) for document in documents]
    word_ids = _word_ids(edition_id, sorted({word for _document, found in weights for word in found}))
    rows = [
        {"word_id": word_ids[word], "kind": document.kind, "subject_id": document.subject_id, "weight": weight}
        for document, found in weights
        for word, weight in found.items()
    ]
    if rows:
        db.session.execute(insert(_table(SearchPosting)), rows)


def forget(kind: DocumentKind, subject_id: int) -> None:
    """Lets something be found no more."""
    _forget(kind, [subject_id])


def _forget(kind: DocumentKind, subject_ids: Sequence[int]) -> None:
    for some in _chunks(subject_ids):
        here = SearchPosting.kind == kind, SearchPosting.subject_id.in_(some)
        db.session.execute(delete(SearchPosting).where(*here))


def forget_edition(edition_id: int) -> None:
    """Empties the index of an edition."""
    own = select(SearchWord.id).where(SearchWord.edition_id == edition_id)
    db.session.execute(delete(SearchPosting).where(SearchPosting.word_id.in_(own)))
    db.session.execute(delete(SearchWord).where(SearchWord.edition_id == edition_id))


def _word_ids(edition_id: int, wanted: Sequence[str]) -> dict[str, int]:
    """The ids of words, new ones added. In alphabetical order, so that two who add at once wait and do not lock each other."""
    found = _known_words(edition_id, wanted)
    missing = [word for word in wanted if word not in found]
    if missing:
        rows = [{"edition_id": edition_id, "word": word, "stem": stem(word)} for word in missing]
        _insert_missing(_table(SearchWord), rows)
        found |= _known_words(edition_id, missing)
    return found


def _known_words(edition_id: int, wanted: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in _chunks(wanted):
        query = select(SearchWord.word, SearchWord.id).where(SearchWord.edition_id == edition_id)
        found.update((word, number) for word, number in db.session.execute(query.where(SearchWord.word.in_(some))))
    return found


def _insert_missing(table: Table, rows: Sequence[dict[str, Any]]) -> None:
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    db.session.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def _table(model: type[SearchWord] | type[SearchPosting]) -> Table:
    """Plain rows need nothing of the mapping, which takes most of the time."""
    return model.metadata.tables[model.__tablename__]


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    held = list(values)
    for start in range(0, len(held), _CHUNK):
        yield held[start : start + _CHUNK]
