"""Acts on retention: laying down a term by two people, holding a case, and erasing what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, exists, insert, literal, not_, or_, select, update
from sqlalchemy.orm import Session

from portal.cases.questions.models import DevelopmentQuestion
from portal.oversight.privacy.erasing.cases import erase_parts
from portal.oversight.privacy.erasing.opened import opened
from portal.oversight.privacy.erasing.writing import values_for
from portal.oversight.privacy.holdings import Family
from portal.oversight.privacy.holdings.ways import table_called
from portal.oversight.privacy.kinds import LONGEST_YEARS, Kept, KeptFor
from portal.oversight.privacy.retention.due import FAMILY_OF, count_loose, due_cases, due_rows, loose_tables
from portal.oversight.privacy.retention.models import ErasedCase, ErasureBatch, LegalHold, RetentionTerm, TermState
from portal.oversight.privacy.retention.queries import LOOSE, terms_in_force
from portal.people.accounts.models import Account
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.people.region_only import require_region
from portal.people.second_person import real_reason, require_second_person
from portal.platform.among import among
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import lazy_gettext as _l

AT_ONCE = 1000
"""So many cases are erased in one transaction."""
LONGEST = 300
FAR = timedelta(days=LONGEST_YEARS * 366)


@dataclass(frozen=True)
class WantedTerm:
    """A term as it was filled in, with the ground on which the data are kept and where that stands."""

    kind: Kept
    term: KeptFor
    basis: str
    source: str


# Terms -----------------------------------------------------------------------------------------------------------------


def lay_down_term(session: Session, *, wanted: WantedTerm, actor: Actor, now: datetime) -> RetentionTerm:
    """Lay a term down for a second person of the region. Nothing is erased by it yet.

    Raises ``Refusal`` at number, basis or source; ``Conflict`` when one waits for this kind already.
    """
    require_region(actor)
    today = local_date(now)
    if wanted.term.number < 1 or wanted.term.cut(today) < today - FAR:
        raise Refusal("term_out_of_range", _l("Kies een termijn van hoogstens vijftig jaar."), field="number")
    texts = {"basis": wanted.basis.strip(), "source": wanted.source.strip()}
    for name, text in texts.items():
        if not text or len(text) > LONGEST:
            raise Refusal("ground_missing", _l("Schrijf op waarop de termijn berust."), field=name)
    laid = RetentionTerm(
        kind=wanted.kind,
        number=wanted.term.number,
        unit=wanted.term.unit,
        state=TermState.WAITING,
        laid_down_at=now,
        laid_down_by=actor.reference,
        laid_down_by_name=actor.signature,
        **texts,
    )
    taken = Conflict("term_waits", _l("Voor deze gegevens wacht al een termijn op een tweede persoon."))
    write_new(session, laid, otherwise=taken)
    _log(session, laid, "laid_down", actor, now)
    return laid


def confirm_term(session: Session, *, laid: RetentionTerm, actor: Actor, now: datetime) -> None:
    """The second person agrees: from the next night on is erased by this term, and no longer by the one before it.

    Raises ``Refusal`` for who laid it down, ``Conflict`` when it does not wait any more.
    """
    require_region(actor)
    require_second_person(actor, prepared_by=laid.laid_down_by)
    hold(session, laid, RetentionTerm.state == TermState.WAITING, otherwise=_gone())
    before = (RetentionTerm.kind == laid.kind, RetentionTerm.state == TermState.IN_FORCE)
    for old in session.scalars(select(RetentionTerm).where(*before).with_for_update()):
        ended = {"state": TermState.REPLACED, "ended_at": now, "ended_by": actor.reference}
        write_guarded(session, old, RetentionTerm.state == TermState.IN_FORCE, otherwise=_gone(), **ended)
    by = {"confirmed_at": now, "confirmed_by": actor.reference, "confirmed_by_name": actor.signature}
    waits = RetentionTerm.state == TermState.WAITING
    write_guarded(session, laid, waits, otherwise=_gone(), state=TermState.IN_FORCE, **by)
    _log(session, laid, "confirmed", actor, now)


def take_back_term(session: Session, *, laid: RetentionTerm, actor: Actor, now: datetime) -> None:
    """Take back a term that waits for a second person. Raises ``Conflict`` when it does not wait any more."""
    require_region(actor)
    ended = {"state": TermState.WITHDRAWN, "ended_at": now, "ended_by": actor.reference}
    write_guarded(session, laid, RetentionTerm.state == TermState.WAITING, otherwise=_gone(), **ended)
    _log(session, laid, "withdrawn", actor, now)


# Holds -----------------------------------------------------------------------------------------------------------------


def hold_case(
    session: Session, *, question: DevelopmentQuestion, reason: str, until: date | None, actor: Actor, now: datetime
) -> LegalHold:
    """Keep a case whatever the terms say, until a day or until it is ended. Raises ``Refusal`` at reason or until."""
    require_region(actor)
    why = real_reason(reason, field="reason")
    if until is not None and until <= local_date(now):
        raise Refusal("day_past", _l("Kies een dag die nog komt, of laat de dag leeg."), field="until")
    hold(session, question)
    kept = LegalHold(
        question_id=question.id,
        reason=why,
        until=until,
        laid_at=now,
        laid_by=actor.reference,
        laid_by_name=actor.signature,
    )
    session.add(kept)
    session.flush()
    record(session, actor=actor, action="legal_hold.laid", object_kind="question", object_id=question.id, now=now)
    return kept


def end_hold(session: Session, *, held: LegalHold, actor: Actor, now: datetime) -> None:
    """Let the terms hold for a case again. Raises ``Conflict`` when the hold was ended already."""
    require_region(actor)
    ended = Conflict("hold_ended", _l("Deze zaak wordt niet meer vastgehouden."))
    write_guarded(session, held, LegalHold.ended_at.is_(None), otherwise=ended, ended_at=now, ended_by=actor.reference)
    record(session, actor=actor, action="legal_hold.ended", object_kind="question", object_id=held.question_id, now=now)


# Erasing ---------------------------------------------------------------------------------------------------------------


def plan_erasures(session: Session, *, actor: Actor, now: datetime) -> int:
    """Plan what is due today by the terms in force, in batches; returns how many. Planning twice on a day plans nothing more."""
    today, number = local_date(now), 0
    for term in terms_in_force(session):
        if term.kind is Kept.DRAFTS:  # these are thrown away by an act of their own
            continue
        cut = term.term.cut(today)
        ids = [] if term.kind in LOOSE else list(session.scalars(due_cases(term.kind, cut=cut, today=today)))
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            number += _plan(session, term.kind, cut, (some[0], some[-1], len(some)), now)
        if term.kind in LOOSE or FAMILY_OF[term.kind] is not Family.CASE:
            rows = count_loose(session, FAMILY_OF[term.kind], cut=cut, today=today)
            number += _plan(session, term.kind, cut, (0, 0, rows), now) if rows else 0
    if number:
        record(session, actor=actor, action="erasure.planned", object_kind="retention", object_id=str(today), now=now)
    return number


def _plan(session: Session, kind: Kept, cut: date, some: tuple[int, int, int], now: datetime) -> bool:
    first, last, number = some
    known = select(ErasureBatch.id).where(
        ErasureBatch.kind == kind, ErasureBatch.cut_on == cut, ErasureBatch.first_id == first
    )
    if session.scalar(known) is not None:
        return False
    batch = ErasureBatch(kind=kind, cut_on=cut, first_id=first, last_id=last, planned=number, planned_at=now)
    return write_new(session, batch, otherwise=None)


def erase_batch(session: Session, *, batch: ErasureBatch, actor: Actor, now: datetime) -> int:
    """Erase what was planned and is still due; returns how many cases or rows. What was held since stays."""
    hold(session, batch, ErasureBatch.done_at.is_(None), otherwise=Conflict("batch_done", _l("Dit is al gewist.")))
    today, part = local_date(now), FAMILY_OF[batch.kind]
    if batch.first_id == 0:
        counts = _erase_loose(session, part, batch.cut_on, today)
        number = sum(counts.values())
    else:
        due = due_cases(batch.kind, cut=batch.cut_on, today=today)
        between = DevelopmentQuestion.id.between(batch.first_id, batch.last_id)
        ids = list(session.scalars(due.where(between).with_for_update(of=DevelopmentQuestion)))
        counts = erase_parts(session, parts=(part,), question_ids=ids, now=now)
        note_erased(session, parts=(part,), question_ids=ids, batch_id=batch.id, actor=actor, now=now)
        number = len(ids)
    batch.erased, batch.counts, batch.done_at = min(number, batch.planned), dict(sorted(counts.items())), now
    session.flush()
    record(session, actor=actor, action="erasure.done", object_kind="erasure_batch", object_id=batch.id, now=now)
    return number


def note_erased(
    session: Session,
    *,
    parts: Sequence[Family],
    question_ids: Sequence[int],
    batch_id: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down of which cases which parts were erased, unless it stands there already."""
    for part in parts:
        known = exists().where(ErasedCase.question_id == DevelopmentQuestion.id, ErasedCase.part == part)
        values = {
            ErasedCase.part: part,
            ErasedCase.batch_id: batch_id,
            ErasedCase.erased_at: now,
            ErasedCase.erased_by: actor.reference,
        }
        said = (literal(value, column.type) for column, value in values.items())
        rows = select(DevelopmentQuestion.id, *said).where(among(DevelopmentQuestion.id, question_ids), not_(known))
        session.execute(insert(ErasedCase).from_select([ErasedCase.question_id, *values], rows))


def _erase_loose(session: Session, part: Family, cut: date, today: date) -> Counter[str]:
    counts: Counter[str] = Counter()
    tables = loose_tables(part)
    with opened(session, [table for table, _ in tables]):
        for table, holding in tables:
            due = due_rows(table, holding, cut=cut, today=today)
            if table.name == Account.__tablename__:
                counts[table.name] = _forget_accounts(session, due)
                continue
            write = delete(table) if holding.rows_go else update(table).values(values_for(table, holding))
            counts[table.name] = int(session.connection().execute(write.where(due)).rowcount)
    session.expire_all()
    return +counts


def _forget_accounts(session: Session, due: object) -> int:
    """Who left loses name and address; the number stays, by which the log and the books call them."""
    account = table_called(Account.__tablename__)
    ids = list(session.connection().execute(select(account.c.id).where(due)).scalars())  # type: ignore[arg-type]
    for number in ids:
        change = update(account).where(account.c.id == number)
        mail = f"gewist-{number}@ontwikkelloket.invalid"
        session.connection().execute(change.values(display_name="gewist", email=mail))
    links = table_called("sign_in_link")
    sessions = table_called("session_record")
    mine = among(links.c.account_id, ids)
    session.connection().execute(
        delete(sessions).where(
            or_(among(sessions.c.account_id, ids), sessions.c.sign_in_link_id.in_(select(links.c.id).where(mine)))
        )
    )
    session.connection().execute(delete(links).where(mine))
    return len(ids)


def _gone() -> Conflict:
    return Conflict("not_waiting", _l("Dit is al afgehandeld door een collega."))


def _log(session: Session, laid: RetentionTerm, what: str, actor: Actor, now: datetime) -> None:
    record(
        session, actor=actor, action=f"retention_term.{what}", object_kind="retention_term", object_id=laid.id, now=now
    )
