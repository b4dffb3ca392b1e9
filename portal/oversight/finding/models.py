"""Tables of the index: what can be found, by which words, and which words a typing mistake may have meant.

One way for both databases: plain tables with plain indexes, no extension and no dialect. A word of the index stands in
`search_variant` once, with what is left of it without each of its letters; so every mistake of one letter is found by equality,
in lists of a few rows. Trigrams need as many rows, and find no swapped letters in a short name.

A word by which somebody is known (a name, a mail address, a telephone number, an address) stands in no row as it is: it is a
keyed hash (`hidden_words`), and so are its variants and its beginnings. What it is stands sealed beside them, to tell how far a
mistake is off.
"""

from __future__ import annotations

import enum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.oversight.finding.typed_words import LONGEST
from portal.platform.database import Base, choice
from portal.platform.sealed_columns import WORD, SealedText

Word = String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql")
"""A word, in the order of its characters, so that its beginning is looked up by the index on both databases."""


class Findable(enum.StrEnum):
    """What can be found."""

    QUESTION = "question"
    VOUCHER = "voucher"
    INVOICE = "invoice"
    REDEMPTION = "redemption"
    OBJECTION = "objection"
    PROVIDER = "provider"
    REGISTRATION = "registration"
    """A provider that asks to be put on the list."""


class SearchEntry(Base):
    """One thing that can be found. What it is and says is read where it stands, by `about_id`; here are only words."""

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("kind", "about_id"),
        CheckConstraint("length(digest) = 32", name="digest_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Findable] = mapped_column(choice(Findable))
    about_id: Mapped[int]
    question_id: Mapped[int | None] = mapped_column(
        ForeignKey("development_question.id", ondelete="CASCADE"), index=True
    )
    """The question that it belongs to: with it the entry goes, words and all."""
    digest: Mapped[str] = mapped_column(String(32))
    """A hash of its words: what did not change is not written again."""


class SearchTerm(Base):
    """One word by which an entry is found."""

    __tablename__ = "search_term"
    __table_args__ = (Index("ix_search_term_found", "word", "kind", "entry_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("search_entry.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(Word, primary_key=True)
    kind: Mapped[Findable] = mapped_column(choice(Findable))
    """The kind of the entry, so that the newest few of each kind are read from the index alone, however many have the word."""


class SearchVariant(Base):
    """What is left of a word of the index without one letter, or how it sounds: under it a mistaken word meets the right one."""

    __tablename__ = "search_variant"

    variant: Mapped[str] = mapped_column(Word, primary_key=True)
    word: Mapped[str] = mapped_column(Word, primary_key=True, index=True)
    plain: Mapped[str | None] = mapped_column(SealedText(LONGEST, WORD))
    """Of a word that stands hidden: the word itself."""


class SearchDue(Base):
    """A note that something was written, changed or removed since the index was last brought up to date."""

    __tablename__ = "search_due"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Findable] = mapped_column(choice(Findable))
    about_id: Mapped[int]
