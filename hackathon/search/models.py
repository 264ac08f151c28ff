"""The index: which words there are, and which of them stands in which document."""

from __future__ import annotations

import enum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hackathon.core.model import Base, Identified, enum_type
from hackathon.events.models import Edition

_BY_BYTES = String().with_variant(String(collation="C"), "postgresql")
"""Words are compared as bytes on both databases, so that a prefix is a range of the index."""


class DocumentKind(enum.StrEnum):
    FINDING = "finding"
    QUESTION = "question"
    IDEA = "idea"
    COMMENT = "comment"


class SearchWord(Identified):
    """A word that stands in some document of an edition, and its stem."""

    __tablename__ = "search_word"
    __table_args__ = (UniqueConstraint("edition_id", "word"), Index("ix_search_word_stem", "edition_id", "stem"))

    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    word: Mapped[str] = mapped_column(_BY_BYTES)
    stem: Mapped[str] = mapped_column(_BY_BYTES)


class SearchPosting(Base):
    """A word stands in a document. `weight`: how much it says there; more in a title, more when it comes again.

    The document is known by its kind and its own id; who may see it is asked of its own table, each time.
    """

    __tablename__ = "search_posting"
    __table_args__ = (
        Index(
            "ix_search_posting_subject", "subject_id", "kind"
        ),  # Not the kind first: it tells too little to begin with.
        {
            "sqlite_with_rowid": False
        },  # The rows lie in the order of the key, so that a word's postings are read in one go.
    )

    word_id: Mapped[int] = mapped_column(ForeignKey(SearchWord.id), primary_key=True)
    kind: Mapped[DocumentKind] = mapped_column(enum_type(DocumentKind, "kind"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    weight: Mapped[int] = mapped_column(SmallInteger())
