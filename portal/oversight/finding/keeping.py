"""Keeping the index: in the transaction that changes what it is about, by one mechanism for all of it; and making it anew.

Whatever is written in a session on a record that is watched (`contents.WATCHED`), by a record that changed or by an update of
many, is remembered; right before the commit the words of what was touched are read from the database and put in the place of the
old ones. Nobody who writes a name has to think of it. What stands in the index is what making it anew would give.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import delete, event, func, insert, inspect, select, text, update
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from portal.oversight.finding.contents import SOURCES, WATCHED, Content
from portal.oversight.finding.models import Findable, SearchEntry, SearchTerm, SearchVariant
from portal.oversight.finding.typed_words import is_forgiving, variants
from portal.platform.database import LAST, insert_into

AT_ONCE = 500
"""How many things are read and written together: databases have a most for the values of one statement."""
AT_ONCE_ANEW = 2_000
_TOUCHED, _LOST = "found_again", "found_no_more"


# What was touched ------------------------------------------------------------------------------------------------------


@event.listens_for(Session, "before_flush")
def _note_removed(session: Session, _context: UOWTransaction, _some: object) -> None:
    """Before the database removes the entry of what is removed with it."""
    for one in session.deleted:
        if (watched := WATCHED.get(type(one))) is not None:
            _lose(session, watched.kind, [getattr(one, watched.root)])


@event.listens_for(Session, "after_flush")
def _note_flushed(session: Session, _context: UOWTransaction) -> None:
    for one in session.new:
        if (watched := WATCHED.get(type(one))) is not None:
            _touch(session, watched.kind, [getattr(one, watched.root)])
    for one in session.dirty:
        watched = WATCHED.get(type(one))
        if watched is not None and any(inspect(one).attrs[name].history.has_changes() for name in watched.columns):
            _touch(session, watched.kind, [getattr(one, watched.root)])


@event.listens_for(Session, "do_orm_execute")
def _note_updated(asked: ORMExecuteState) -> None:
    """An update or removal of many, or a guarded write: which things it is about is asked before it is done."""
    if not (asked.is_update or asked.is_delete) or asked.bind_mapper is None:
        return
    watched, statement = WATCHED.get(asked.bind_mapper.class_), asked.statement
    if watched is None or not watched.columns:
        return
    roots = select(statement.table.c[watched.root])  # type: ignore[attr-defined]
    where = statement.whereclause  # type: ignore[attr-defined]
    found = list(asked.session.scalars(roots if where is None else roots.where(where)))
    (_lose if asked.is_delete else _touch)(asked.session, watched.kind, found)


def _touch(session: Session, kind: Findable, ids: Iterable[int]) -> None:
    touched: dict[Findable, set[int]] = session.info.setdefault(_TOUCHED, {})
    touched.setdefault(kind, set()).update(ids)


def _lose(session: Session, kind: Findable, ids: Sequence[int]) -> None:
    _touch(session, kind, ids)
    lost: set[str] = session.info.setdefault(_LOST, set())
    for some in _in_parts(ids, AT_ONCE):
        theirs = select(SearchEntry.id).where(SearchEntry.kind == kind, SearchEntry.about_id.in_(some))
        with session.no_autoflush:
            lost |= set(session.scalars(select(SearchTerm.word).where(SearchTerm.entry_id.in_(theirs))))


# Keeping ---------------------------------------------------------------------------------------------------------------


def keep_index(session: Session) -> None:
    """Put the words of what was touched in this transaction in the index. Happens by itself before every commit."""
    session.flush()
    touched: dict[Findable, set[int]] = session.info.pop(_TOUCHED, {})
    for kind in sorted(touched):
        ids = sorted(touched[kind])
        for start in range(0, len(ids), AT_ONCE):
            _keep(session, kind, ids[start : start + AT_ONCE])
    _forget(session, session.info.pop(_LOST, set()))


def _keep(session: Session, kind: Findable, ids: Sequence[int]) -> None:
    """Lock, read, compare, write: of two people who change one case at once, the second sees what the first one wrote."""
    held = {row.about_id: row for row in session.execute(_locked(kind, ids))}
    contents = SOURCES[kind][1](session, ids)
    lost: set[str] = set()
    gone = [row.id for about, row in held.items() if about not in contents]
    if gone:
        lost |= _words_of(session, gone)
        session.execute(_quietly(delete(SearchTerm).where(SearchTerm.entry_id.in_(gone))))
        session.execute(_quietly(delete(SearchEntry).where(SearchEntry.id.in_(gone))))
    new = {about: content for about, content in contents.items() if about not in held}
    _add(session, kind, new)
    for about, content in contents.items():
        row = held.get(about)
        if row is None or row.digest == digest_of(content):
            continue
        before = _words_of(session, [row.id])
        lost |= before - content.words
        mine = (SearchTerm.entry_id == row.id, SearchTerm.word.in_(before - content.words))
        session.execute(_quietly(delete(SearchTerm).where(*mine)))
        changed = update(SearchEntry).where(SearchEntry.id == row.id)
        session.execute(_quietly(changed.values(digest=digest_of(content), question_id=content.question_id)))
        _write_words(session, kind, {row.id: content.words - before})
    _forget(session, lost)


def _locked(kind: Findable, ids: Sequence[int]) -> Any:
    """The entries of some things, held until the end of the transaction, in one order for everybody."""
    rows = select(SearchEntry.id, SearchEntry.about_id, SearchEntry.digest)
    chosen = (SearchEntry.kind == kind, SearchEntry.about_id.in_(ids))
    return rows.where(*chosen).order_by(SearchEntry.id).with_for_update()


def _quietly(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)


def _words_of(session: Session, entries: Sequence[int]) -> set[str]:
    return set(session.scalars(select(SearchTerm.word).where(SearchTerm.entry_id.in_(entries))))


def _entry(kind: Findable, about: int, content: Content) -> dict[str, Any]:
    return {"kind": kind, "about_id": about, "question_id": content.question_id, "digest": digest_of(content)}


def _add(session: Session, kind: Findable, contents: Mapping[int, Content]) -> None:
    """Entries that there were not yet."""
    if not contents:
        return
    rows = [_entry(kind, about, content) for about, content in sorted(contents.items())]
    session.execute(insert_into(session)(SearchEntry).on_conflict_do_nothing(), rows)
    made = select(SearchEntry.about_id, SearchEntry.id).where(
        SearchEntry.kind == kind, SearchEntry.about_id.in_(list(contents))
    )
    _write_words(session, kind, {entry: contents[about].words for about, entry in session.execute(made)})


def _write_words(session: Session, kind: Findable, words: dict[int, frozenset[str]]) -> None:
    """The words of some entries, and what typing mistakes may make of those that were not known yet."""
    rows = [{"entry_id": entry, "word": word, "kind": kind} for entry, some in words.items() for word in sorted(some)]
    if not rows:
        return
    session.execute(insert_into(session)(SearchTerm).on_conflict_do_nothing(), rows)
    candidates = sorted({word for some in words.values() for word in some if is_forgiving(word)})
    known: set[str] = set()
    for some in _in_parts(candidates, AT_ONCE):
        known |= set(session.scalars(select(SearchVariant.word).where(SearchVariant.variant.in_(some))))
    _write_variants(session, [word for word in candidates if word not in known])


def _write_variants(session: Session, words: Iterable[str]) -> None:
    """In order: two transactions that write the same word wait for each other, never in a circle."""
    rows = [{"variant": one, "word": word} for word in sorted(words) for one in sorted(variants(word))]
    for some in _in_parts(rows, 10 * AT_ONCE):
        session.execute(insert_into(session)(SearchVariant).on_conflict_do_nothing(), some)


def _forget(session: Session, words: set[str]) -> None:
    """Take words out of what mistakes may mean that nothing is found by any more."""
    for some in _in_parts(sorted(words), AT_ONCE):
        used = select(SearchTerm.word).where(SearchTerm.word == SearchVariant.word).exists()
        session.execute(_quietly(delete(SearchVariant).where(SearchVariant.word.in_(some), ~used)))


def _in_parts(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def digest_of(content: Content) -> str:
    """A hash of the words of a thing and of what it belongs to."""
    said = "\n".join([str(content.question_id), *sorted(content.words)])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


# Anew ------------------------------------------------------------------------------------------------------------------


def rebuild(session: Session) -> int:
    """Make the whole index anew from what there is; returns how many things can be found.

    Who searches meanwhile finds by the old one.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))  # of a large desk a million words go in one statement
    for table in (SearchTerm, SearchVariant, SearchEntry):
        session.execute(_quietly(delete(table)))
    number, seen = 0, set[str]()
    for kind, (model, read) in SOURCES.items():
        last, most = 0, session.scalar(select(func.max(model.id))) or 0
        while last < most:
            ids = list(session.scalars(select(model.id).where(model.id > last).order_by(model.id).limit(AT_ONCE_ANEW)))
            last = ids[-1]
            contents = {(kind, about): content for about, content in read(session, ids).items()}
            if not contents:
                continue
            number += len(contents)
            session.execute(insert(SearchEntry), [_entry(kind, about, one) for (_, about), one in contents.items()])
            rows = select(SearchEntry.about_id, SearchEntry.id).where(
                SearchEntry.kind == kind, SearchEntry.about_id.in_(ids)
            )
            words = {entry: contents[kind, about].words for about, entry in session.execute(rows)}
            terms = [{"entry_id": e, "word": word, "kind": kind} for e, some in words.items() for word in some]
            session.execute(insert(SearchTerm.__table__), terms)  # type: ignore[arg-type]
            new = {str(term["word"]) for term in terms} - seen
            seen |= new
            spelt = [{"variant": v, "word": word} for word in new if is_forgiving(word) for v in variants(word)]
            if spelt:
                session.execute(insert(SearchVariant.__table__), spelt)  # type: ignore[arg-type]
    session.info.pop(_TOUCHED, None)
    return number


def rebuild_when_empty(session: Session) -> int:
    """Make the index of a desk that is older than it and has none; returns how many things can be found now."""
    return 0 if session.scalar(select(SearchEntry.id).limit(1)) is not None else rebuild(session)


@event.listens_for(Session, "before_commit", insert=True)
def _keep_before_commit(session: Session) -> None:
    if session.info.get(_TOUCHED):
        keep_index(session)


LAST.insert(0, keep_index)  # before the log is bound: who binds it holds up everybody else
