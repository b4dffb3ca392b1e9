"""The index as it stands, and as it must be: what its sources say now."""

from __future__ import annotations

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from portal.oversight.finding.contents import SOURCES, Content
from portal.oversight.finding.keeping import digest_of
from portal.oversight.finding.models import SearchEntry, SearchTerm, SearchVariant
from portal.oversight.finding.typed_words import is_forgiving, variants

Index = dict[tuple[str, int], tuple[int | None, frozenset[str]]]


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
    return {
        (kind.value, about): (content.question_id, content.words)
        for kind, (model, read) in SOURCES.items()
        for about, content in read(session, list(session.scalars(select(model.id)))).items()
    }


def variants_stand(session: Session) -> set[tuple[str, str]]:
    """What typing mistakes may mean."""
    return {(one, word) for one, word in session.execute(select(SearchVariant.variant, SearchVariant.word))}


def variants_must_be(session: Session) -> set[tuple[str, str]]:
    """The same, of the words that are found by something."""
    words = set(session.scalars(select(SearchTerm.word).distinct()))
    return {(one, word) for word in words if is_forgiving(word) for one in variants(word)}


def is_right(session: Session) -> bool:
    """Whether the index is what making it anew would give."""
    wanted = must_be(session)
    digests = {(entry.kind.value, entry.about_id): entry.digest for entry in session.scalars(select(SearchEntry))}
    return (
        stands(session) == wanted
        and digests == {key: digest_of(Content(*content)) for key, content in wanted.items()}
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
