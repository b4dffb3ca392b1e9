"""Acts on agreements, by the region: lay one down, its parties, duties and papers, and what was answered to a change of plan."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.accounting.agreements.models import (
    AgreementDocument,
    AgreementDuty,
    AgreementParty,
    AskedOf,
    DutyKind,
    PlanApproval,
    PlanChange,
    Repeated,
)
from portal.framework.funding.models import Agreement, Funder
from portal.paying.payments.actions import region_only
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.guarded import hold, write_guarded, write_new
from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.post.files.actions import Vault, store_file

LARGEST_AMOUNT_CENTS = 10**12
LONGEST_TEXT = 2_000
LAST_YEAR = 2100
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class AgreementTerms:
    """What an agreement is called, what the funder calls it, and on which day it was signed; no day while it is not."""

    title_nl: str
    title_en: str
    reference: str | None = None
    signed_on: date | None = None

    @property
    def checked(self) -> AgreementTerms:
        """The same without spaces around the texts. Raises ``Refusal`` at the field without a title."""
        title_nl = _said(self.title_nl, "title_nl", _l("Vul de titel in."), 300)
        title_en = _said(self.title_en, "title_en", _l("Vul de titel in het Engels in."), 300)
        reference = (self.reference or "").strip() or None
        if reference is not None and len(reference) > 300:
            raise Refusal("reference_too_long", _l("Het kenmerk heeft hoogstens 300 tekens."), field="reference")
        return replace(self, title_nl=title_nl, title_en=title_en, reference=reference)


@dataclass(frozen=True)
class DutyTerms:
    """What has to be done: which amount (in cents) goes with it, by which day, and how often it comes back."""

    kind: DutyKind
    text: str
    amount_cents: int | None = None
    due_on: date | None = None
    repeated: Repeated | None = None

    @property
    def checked(self) -> DutyTerms:
        """The same without spaces around the text. Raises ``Refusal`` at the field for what cannot be."""
        said = _said(self.text, "text", _l("Schrijf op wat er moet gebeuren."))
        if self.amount_cents is not None and not 0 < self.amount_cents <= LARGEST_AMOUNT_CENTS:
            raise Refusal("amount", _l("Vul een bedrag in van meer dan nul euro."), field="amount")
        if self.due_on is not None and self.due_on.year > LAST_YEAR:
            raise Refusal("day_too_late", _l("Vul een dag in van voor het jaar 2101."), field="due_on")
        if self.repeated is not None and self.due_on is None:
            message = _l("Vul de eerste dag in van wat terugkomt.")
            raise Refusal("day_missing", message, field="due_on")
        return replace(self, text=said)


def add_agreement(
    session: Session, *, slug: str, funder: Funder, terms: AgreementTerms, actor: Actor, now: datetime
) -> Agreement:
    """Lay down an agreement with a known funder. Raises ``Refusal`` at the field for a name that is taken or no name."""
    region_only(actor)
    name, said = slug.strip(), terms.checked
    if not _SLUG.fullmatch(name) or len(name) > 80:
        raise Refusal("slug", _l("Gebruik kleine letters, cijfers en streepjes, zoals regiodeal-2027."), field="slug")
    _not_after(said.signed_on, now, "signed_on")
    agreement = Agreement(
        slug=name,
        funder_id=funder.id,
        title_nl=said.title_nl,
        title_en=said.title_en,
        reference=said.reference,
        signed_on=said.signed_on,
        created_at=now,
    )
    taken = Refusal("name_taken", _l("Er is al een afspraak met deze naam."), field="slug")
    write_new(session, agreement, otherwise=taken)
    _log(session, "agreement.added", "agreement", agreement.id, actor, now)
    return agreement


def amend_agreement(
    session: Session, *, agreement: Agreement, terms: AgreementTerms, actor: Actor, now: datetime
) -> None:
    """Correct how an agreement is called, its reference or the day on which it was signed. Raises ``Refusal`` at the field."""
    region_only(actor)
    said = terms.checked
    _not_after(said.signed_on, now, "signed_on")
    hold(session, agreement)
    agreement.title_nl, agreement.title_en = said.title_nl, said.title_en
    agreement.reference, agreement.signed_on = said.reference, said.signed_on
    _log(session, "agreement.amended", "agreement", agreement.id, actor, now)


# Parties and papers ------------------------------------------------------------------------------------------------------


def add_party(
    session: Session, *, agreement: Agreement, name: str, signed_on: date | None, actor: Actor, now: datetime
) -> AgreementParty:
    """Who makes the agreement, with the day on which they signed, if they did. Raises ``Refusal`` at the field."""
    region_only(actor)
    said = _said(name, "name", _l("Vul de naam van de partij in."), 200)
    _not_after(signed_on, now, "signed_on")
    hold(session, agreement)
    party = AgreementParty(agreement_id=agreement.id, name=said, added_at=now, added_by=actor.reference)
    if signed_on is not None:
        party.signed_on, party.signed_noted_at, party.signed_noted_by = signed_on, now, actor.reference
    write_new(
        session, party, otherwise=Refusal("party_known", _l("Deze partij staat al bij de afspraak."), field="name")
    )
    _log(session, "agreement.party_added", "agreement_party", party.id, actor, now)
    return party


def note_signed(session: Session, *, party: AgreementParty, signed_on: date, actor: Actor, now: datetime) -> None:
    """Write down on which day a party signed. Raises ``Conflict`` when a colleague did before."""
    region_only(actor)
    _not_after(signed_on, now, "signed_on")
    write_guarded(
        session,
        party,
        AgreementParty.signed_on.is_(None),
        otherwise=Conflict("signed_before", _l("Een collega heeft deze handtekening al vastgelegd.")),
        signed_on=signed_on,
        signed_noted_at=now,
        signed_noted_by=actor.reference,
    )
    _log(session, "agreement.signed", "agreement_party", party.id, actor, now)


@dataclass(frozen=True)
class AgreementPaper:
    """A file as it was sent: its bytes, what it was called, and what it is in words."""

    content: bytes
    file_name: str
    title: str


def add_document(
    session: Session, *, agreement: Agreement, paper: AgreementPaper, vault: Vault, actor: Actor, now: datetime
) -> AgreementDocument:
    """Keep a paper of an agreement. Raises ``Refusal`` (field file) for a file that may not be kept, (title) without a title."""
    region_only(actor)
    title = _said(paper.title, "title", _l("Schrijf op welk stuk dit is."), 200)
    hold(session, agreement)
    file = store_file(session, vault=vault, content=paper.content, name=paper.file_name, actor=actor, now=now)
    kept = AgreementDocument(
        agreement_id=agreement.id, title=title, file_id=file.id, added_at=now, added_by=actor.reference
    )
    session.add(kept)
    _log(session, "agreement.document_added", "agreement", agreement.id, actor, now)
    return kept


# Duties --------------------------------------------------------------------------------------------------------------------


def add_duty(session: Session, *, agreement: Agreement, terms: DutyTerms, actor: Actor, now: datetime) -> AgreementDuty:
    """Write down what the region has to do under an agreement. Raises ``Refusal`` at the field."""
    region_only(actor)
    said = terms.checked
    hold(session, agreement)
    duty = AgreementDuty(
        agreement_id=agreement.id,
        kind=said.kind,
        text=said.text,
        amount_cents=said.amount_cents,
        due_on=said.due_on,
        repeated=said.repeated,
        counted_from=said.due_on if said.repeated is not None else None,
        added_at=now,
        added_by=actor.reference,
    )
    session.add(duty)
    session.flush()
    _log(session, "duty.added", "agreement_duty", duty.id, actor, now)
    return duty


def change_duty(session: Session, *, duty: AgreementDuty, terms: DutyTerms, actor: Actor, now: datetime) -> None:
    """Change what has to be done, its amount or its day. Raises ``Refusal`` at the field, ``Conflict`` when it is over."""
    region_only(actor)
    said = terms.checked
    moved = said.due_on != duty.due_on or said.repeated is not duty.repeated
    again = said.due_on if moved else duty.counted_from
    write_guarded(
        session,
        duty,
        *_still_open(),
        otherwise=_over(),
        kind=said.kind,
        text=said.text,
        amount_cents=said.amount_cents,
        due_on=said.due_on,
        repeated=said.repeated,
        counted_from=again if said.repeated is not None else None,
    )
    _log(session, "duty.changed", "agreement_duty", duty.id, actor, now)


def fulfil_duty(
    session: Session, *, duty: AgreementDuty, done_on: date, note: str, actor: Actor, now: datetime
) -> AgreementDuty | None:
    """Write down that a duty was done, and by what that can be seen; the next one, when it comes back.

    Raises ``Refusal`` at the field without a note or for a day to come, ``Conflict`` when it is over.
    """
    region_only(actor)
    said = _said(note, "note", _l("Schrijf op waaruit blijkt dat dit is gedaan."))
    _not_after(done_on, now, "done_on")
    write_guarded(
        session,
        duty,
        *_still_open(),
        otherwise=_over(),
        done_on=done_on,
        done_note=said,
        done_at=now,
        done_by=actor.reference,
    )
    following = None
    if duty.repeated is not None and duty.due_on is not None and duty.counted_from is not None:
        following = AgreementDuty(
            agreement_id=duty.agreement_id,
            follows_id=duty.id,
            kind=duty.kind,
            text=duty.text,
            amount_cents=duty.amount_cents,
            due_on=duty.repeated.next_day(duty.counted_from, after=duty.due_on),
            repeated=duty.repeated,
            counted_from=duty.counted_from,
            added_at=now,
            added_by=actor.reference,
        )
        session.add(following)
        session.flush()
    _log(session, "duty.done", "agreement_duty", duty.id, actor, now)
    return following


def drop_duty(session: Session, *, duty: AgreementDuty, reason: str, actor: Actor, now: datetime) -> None:
    """A duty no longer holds, with the reason; one that comes back does not come back. Raises as `fulfil_duty`."""
    region_only(actor)
    said = _said(reason, "reason", _l("Schrijf op waarom dit niet meer hoeft."))
    write_guarded(
        session,
        duty,
        *_still_open(),
        otherwise=_over(),
        dropped_at=now,
        dropped_by=actor.reference,
        drop_reason=said,
    )
    _log(session, "duty.dropped", "agreement_duty", duty.id, actor, now)


# Changes of plan and budget ------------------------------------------------------------------------------------------------


def ask_change(
    session: Session,
    *,
    agreement: Agreement,
    what: str,
    asked_on: date,
    funders: Collection[Funder],
    actor: Actor,
    now: datetime,
) -> PlanChange:
    """Write down that a change of plan or budget was asked of the steering group, and of each of these funders.

    Raises ``Refusal`` at the field without words, for a day to come, or without a funder.
    """
    region_only(actor)
    said = _said(what, "what", _l("Schrijf op wat er verandert."))
    _not_after(asked_on, now, "asked_on")
    if not funders:
        raise Refusal("funder_missing", _l("Kies minstens één geldgever."), field="funders")
    hold(session, agreement)
    change = PlanChange(agreement_id=agreement.id, what=said, asked_on=asked_on, asked_at=now, asked_by=actor.reference)
    session.add(change)
    session.flush()
    session.add(PlanApproval(change_id=change.id, asked_of=AskedOf.STEERING_GROUP))
    for funder_id in sorted({one.id for one in funders}):
        session.add(PlanApproval(change_id=change.id, asked_of=AskedOf.FUNDER, funder_id=funder_id))
    session.flush()
    _log(session, "plan_change.asked", "plan_change", change.id, actor, now)
    return change


def record_answer(
    session: Session, *, approval: PlanApproval, approved: bool, on: date, note: str, actor: Actor, now: datetime
) -> None:
    """Write down what somebody answered to a change, on which day and where that stands. An answer is written down once.

    Raises ``Refusal`` at the field without a note or for an impossible day, ``Conflict`` when a colleague was first.
    """
    region_only(actor)
    said = _said(note, "note", _l("Schrijf op waar dit antwoord staat."))
    _not_after(on, now, "on")
    if on < session.scalars(select(PlanChange.asked_on).where(PlanChange.id == approval.change_id)).one():
        raise Refusal("before_asked", _l("Deze dag ligt voor de dag waarop het is gevraagd."), field="on")
    write_guarded(
        session,
        approval,
        PlanApproval.recorded_at.is_(None),
        otherwise=Conflict("answered_before", _l("Een collega heeft dit antwoord al vastgelegd.")),
        approved_on=on if approved else None,
        refused_on=None if approved else on,
        note=said,
        recorded_at=now,
        recorded_by=actor.reference,
    )
    act = "plan_change.approved" if approved else "plan_change.refused"
    _log(session, act, "plan_approval", approval.id, actor, now)


# ---------------------------------------------------------------------------------------------------------------------------


def _said(text: str, field: str, missing: LazyString, longest: int = LONGEST_TEXT) -> str:
    said = text.strip()
    if not said:
        raise Refusal(f"{field}_missing", missing, field=field)
    if len(said) > longest:
        message = _l("Gebruik hoogstens %(longest)s tekens.", longest=longest)
        raise Refusal(f"{field}_too_long", message, field=field)
    return said


def _not_after(day: date | None, now: datetime, field: str) -> None:
    if day is not None and day > local_date(now):
        raise Refusal("day_to_come", _l("Deze dag ligt in de toekomst."), field=field)


def _still_open() -> tuple[ColumnElement[bool], ...]:
    return AgreementDuty.done_on.is_(None), AgreementDuty.dropped_at.is_(None)


def _over() -> Conflict:
    return Conflict("duty_over", _l("Deze verplichting is intussen gedaan of vervallen. Kijk wat er nu staat."))


def _log(session: Session, action: str, kind: str, object_id: int, actor: Actor, now: datetime) -> None:
    record(session, actor=actor, action=action, object_kind=kind, object_id=object_id, now=now)
