"""The index as it stands, and as it must be: what its sources say now."""

from __future__ import annotations

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from portal.oversight.finding.contents import SOURCES, Content
from portal.oversight.finding.hidden_words import rows_of_word
from portal.oversight.finding.keeping import digest_of
from portal.oversight.finding.models import SearchEntry, SearchTerm, SearchVariant

Index = dict[tuple[str, int], tuple[int | None, frozenset[str]]]
Row = tuple[str | None, str | None, str | None]


def stands(session: Session) -> Index:
    """Per thing its question and the words by which it is found."""
    words: dict[int, set[str]] = {}
    for entry, word in session.execute(select(SearchTerm.entry_id, SearchTerm.word)):
        words.setdefault(entry, set()).add(word)
    return {
        (entry.kind.value, entry.about_id): (entry.question_id, frozenset(words.get(entry.id, ())))
        for entry in session.scalars(select(SearchEntry))
    }


def must_be(session: Session) -> Index:
    """The same, read from what it is about."""
    return {key: (content.question_id, frozenset(content.words)) for key, content in contents(session).items()}


def contents(session: Session) -> dict[tuple[str, int], Content]:
    """Per thing what its sources say."""
    return {
        (kind.value, about): content
        for kind, (model, read) in SOURCES.items()
        for about, content in read(session, list(session.scalars(select(model.id)))).items()
    }


def variants_stand(session: Session) -> set[Row]:
    """What typing mistakes may mean, and the beginnings of words that stand hidden."""
    rows = select(SearchVariant.variant, SearchVariant.word, SearchVariant.plain)
    return {(row[0], row[1], row[2]) for row in session.execute(rows)}


def variants_must_be(session: Session) -> set[Row]:
    """The same, of the words that are found by something."""
    found = {stands: word for content in contents(session).values() for stands, word in content.words.items()}
    rows = (row for stands, word in found.items() for row in rows_of_word(stands, word))
    return {(row["variant"], row["word"], row["plain"]) for row in rows}


def is_right(session: Session) -> bool:
    """Whether the index is what making it anew would give."""
    wanted = must_be(session)
    digests = {(entry.kind.value, entry.about_id): entry.digest for entry in session.scalars(select(SearchEntry))}
    return (
        stands(session) == wanted
        and digests == {key: digest_of(content) for key, content in contents(session).items()}
        and variants_stand(session) == variants_must_be(session)
    )


class Counted:
    """How many queries were asked in a ``with`` block."""

    def __init__(self, where: Session | Engine) -> None:
        self.bind, self.number = where.get_bind() if isinstance(where, Session) else where, 0

    def _count(self, *_: object) -> None:
        self.number += 1

    def __enter__(self) -> Counted:
        event.listen(self.bind, "before_cursor_execute", self._count)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.bind, "before_cursor_execute", self._count)
