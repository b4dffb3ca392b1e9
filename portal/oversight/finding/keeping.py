"""Keeping the index: who changes something only notes that it changed; who searches next reads it anew.

Whatever is written in a session on a record that is watched (`contents.WATCHED`), by a record that changed or by an update of
many, is noted in the transaction that does it, in one short row each. Before a search, and by the jobs, the words of what was
noted are read from the database and put in the place of the old ones (`follow`). So nobody who writes a name has to think of
it, or waits for it. What then stands in the index is what making it anew would give.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import delete, event, func, insert, inspect, select, text, update
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from portal.oversight.finding.contents import SOURCES, WATCHED, Content
from portal.oversight.finding.hidden_words import rows_of_word
from portal.oversight.finding.models import Findable, SearchDue, SearchEntry, SearchTerm, SearchVariant
from portal.oversight.finding.typed_words import is_forgiving
from portal.platform.among import among
from portal.platform.database import LAST, insert_into

AT_ONCE = 500
"""How many things are read and written together: databases have a most for the values of one statement."""
AT_ONCE_ANEW = 2_000
MOST_FOLLOWED = 2_000
"""How many notes who searches works off; after something large (a move, an import) the jobs do the rest."""
_TOUCHED = "to_be_found_anew"


# What was touched ------------------------------------------------------------------------------------------------------


@event.listens_for(Session, "before_flush")
def _note_removed(session: Session, _context: UOWTransaction, _some: object) -> None:
    for one in session.deleted:
        if (watched := WATCHED.get(type(one))) is not None:
            _touch(session, watched.kind, [getattr(one, watched.root)])


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
    if watched is None or not (asked.is_delete or _changes(statement, watched.columns)):
        return
    roots = select(statement.table.c[watched.root])  # type: ignore[attr-defined]
    where = statement.whereclause  # type: ignore[attr-defined]
    _touch(asked.session, watched.kind, asked.session.scalars(roots if where is None else roots.where(where)))


def _changes(statement: Any, columns: Sequence[str]) -> bool:
    """Whether an update says something of one of these columns; one that brings its values row by row may."""
    said = statement._values
    return any(getattr(column, "key", column) in columns for column in said) if said else bool(columns)


def _touch(session: Session, kind: Findable, ids: Iterable[int]) -> None:
    touched: set[tuple[Findable, int]] = session.info.setdefault(_TOUCHED, set())
    touched.update((kind, about) for about in ids)


def note_touched(session: Session) -> None:
    """Note what was touched in this transaction. Happens by itself before every commit."""
    session.flush()
    touched: set[tuple[Findable, int]] = session.info.pop(_TOUCHED, set())
    if touched:
        session.execute(insert(SearchDue), [{"kind": kind, "about_id": about} for kind, about in sorted(touched)])


# Keeping ---------------------------------------------------------------------------------------------------------------


def follow(session: Session, *, most: int = MOST_FOLLOWED) -> int:
    """Put the words of what was noted in the index, the oldest first; returns how many notes were worked off.

    Two who search at once follow each other: the second finds the notes gone and the words there.
    """
    note_touched(session)
    due = session.execute(_notes().limit(most)).all()
    touched: dict[Findable, set[int]] = {}
    for _, kind, about in due:
        touched.setdefault(kind, set()).add(about)
    for kind in sorted(touched):
        for some in _in_parts(sorted(touched[kind]), AT_ONCE):
            _keep(session, kind, some)
    for some in _in_parts((number for number, _, _ in due), AT_ONCE):
        session.execute(_quietly(delete(SearchDue).where(SearchDue.id.in_(some))))
    return len(due)


def _notes() -> Any:
    """What was noted, the oldest first, held until the end of the transaction."""
    return select(SearchDue.id, SearchDue.kind, SearchDue.about_id).order_by(SearchDue.id).with_for_update()


def is_behind(session: Session) -> bool:
    """Whether something was noted that is not in the index yet."""
    return session.scalar(select(SearchDue.id).limit(1)) is not None


def _keep(session: Session, kind: Findable, ids: Sequence[int]) -> None:
    """Lock, read, compare, write."""
    held = {row.about_id: row for row in session.execute(_locked(kind, ids))}
    contents = SOURCES[kind][1](session, ids)
    lost: set[str] = set()
    gone = [row.id for about, row in held.items() if about not in contents]
    if gone:
        lost |= _words_of(session, gone)
        session.execute(_quietly(delete(SearchTerm).where(SearchTerm.entry_id.in_(gone))))
        session.execute(_quietly(delete(SearchEntry).where(SearchEntry.id.in_(gone))))
    _add(session, kind, {about: content for about, content in contents.items() if about not in held})
    for about, content in contents.items():
        row = held.get(about)
        if row is None or row.digest == digest_of(content):
            continue
        before = _words_of(session, [row.id])
        gone_words = before - content.words.keys()
        lost |= gone_words
        mine = (SearchTerm.entry_id == row.id, SearchTerm.word.in_(gone_words))
        session.execute(_quietly(delete(SearchTerm).where(*mine)))
        changed = update(SearchEntry).where(SearchEntry.id == row.id)
        session.execute(_quietly(changed.values(digest=digest_of(content), question_id=content.question_id)))
        new = {stands: word for stands, word in content.words.items() if stands not in before}
        _write_words(session, kind, {row.id: new})
    _forget(session, lost)
    unknown = [about for about in ids if about not in held and about not in contents]
    model = SOURCES[kind][0]
    if unknown and len(session.execute(select(model.id).where(model.id.in_(unknown))).all()) < len(unknown):
        _forget_all_lost(session)


def _locked(kind: Findable, ids: Sequence[int]) -> Any:
    """The entries of some things, held until the end of the transaction, in one order for everybody."""
    rows = select(SearchEntry.id, SearchEntry.about_id, SearchEntry.digest)
    chosen = (SearchEntry.kind == kind, SearchEntry.about_id.in_(ids))
    return rows.where(*chosen).order_by(SearchEntry.id).with_for_update()


def _quietly(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)


def _words_of(session: Session, entries: Sequence[int]) -> set[str]:
    return set(session.scalars(select(SearchTerm.word).where(among(SearchTerm.entry_id, entries))))


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


def _write_words(session: Session, kind: Findable, words: Mapping[int, Mapping[str, str]]) -> None:
    """The words of some entries, and what typing mistakes may make of those that were not known yet."""
    rows = [{"entry_id": entry, "word": word, "kind": kind} for entry, some in words.items() for word in sorted(some)]
    if not rows:
        return
    session.execute(insert_into(session)(SearchTerm).on_conflict_do_nothing(), rows)
    candidates = {stands: word for some in words.values() for stands, word in some.items() if is_forgiving(word)}
    known: set[str] = set()
    for part in _in_parts(sorted(candidates), AT_ONCE):
        known |= set(session.scalars(select(SearchVariant.word).where(SearchVariant.variant.in_(part))))
    _write_variants(session, {stands: word for stands, word in candidates.items() if stands not in known})


def _write_variants(session: Session, words: Mapping[str, str]) -> None:
    """In order: two transactions that write the same word wait for each other, never in a circle."""
    rows = [row for stands in sorted(words) for row in rows_of_word(stands, words[stands])]
    for some in _in_parts(rows, 10 * AT_ONCE):
        session.execute(insert_into(session)(SearchVariant).on_conflict_do_nothing(), some)


def _forget(session: Session, words: set[str]) -> None:
    """Take words out of what mistakes may mean that nothing is found by any more."""
    if words:
        used = select(SearchTerm.word).where(SearchTerm.word == SearchVariant.word).exists()
        session.execute(_quietly(delete(SearchVariant).where(among(SearchVariant.word, sorted(words)), ~used)))


def _forget_all_lost(session: Session) -> None:
    """The same for what went together with its question: nobody knows its words any more."""
    used = select(SearchTerm.word).where(SearchTerm.word == SearchVariant.word).exists()
    session.execute(_quietly(delete(SearchVariant).where(~used)))


def _in_parts(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def digest_of(content: Content) -> str:
    """A hash of the words of a thing and of what it belongs to."""
    said = "\n".join([str(content.question_id), *sorted(content.words)])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def forget_cases(session: Session, *, question_ids: Sequence[int]) -> None:
    """Take everything about these cases out of the index, and note that it is to be read anew: what is left of it."""
    mine = among(SearchEntry.question_id, question_ids)
    ids = list(session.scalars(select(SearchEntry.id).where(mine).order_by(SearchEntry.id)))
    if not ids:
        return
    noted = select(SearchEntry.kind, SearchEntry.about_id).where(mine).order_by(SearchEntry.id)
    session.execute(insert(SearchDue).from_select([SearchDue.kind, SearchDue.about_id], noted))
    words = _words_of(session, ids)
    session.execute(_quietly(delete(SearchTerm).where(among(SearchTerm.entry_id, ids))))
    session.execute(_quietly(delete(SearchEntry).where(among(SearchEntry.id, ids))))
    _forget(session, words)


# Anew ------------------------------------------------------------------------------------------------------------------


def rebuild(session: Session) -> int:
    """Make the whole index anew from what there is; returns how many things can be found.

    Who searches meanwhile finds by the old one.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))  # of a large desk a million words go in one statement
    for table in (SearchDue, SearchTerm, SearchVariant, SearchEntry):
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
            new = {stands: word for some in words.values() for stands, word in some.items() if stands not in seen}
            seen |= new.keys()
            spelt = [row for stands, word in new.items() for row in rows_of_word(stands, word)]
            if spelt:
                session.execute(insert(SearchVariant.__table__), spelt)  # type: ignore[arg-type]
    session.info.pop(_TOUCHED, None)
    return number


def rebuild_when_empty(session: Session) -> int:
    """Make the index of a desk that is older than it and has none; returns how many things can be found now."""
    return 0 if session.scalar(select(SearchEntry.id).limit(1)) is not None else rebuild(session)


@event.listens_for(Session, "before_commit", insert=True)
def _note_before_commit(session: Session) -> None:
    if session.info.get(_TOUCHED):
        note_touched(session)


LAST.insert(0, note_touched)  # before the log is bound: who binds it holds up everybody else
