"""Writing an administration in the books: every event on its own day, in the order in which it happened, by acts of the ledger.

What a takeover writes is what the desk itself would have: a question, a decision, an award and a voucher; the reservation, and
what was used, freed and paid. The decision is of a kind of its own: another administration took it before. Nobody is written to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounting.takeover.columns import EndedHow
from portal.accounting.takeover.models import EarlierAdministration, VoucherTakenOver
from portal.accounting.takeover.queries import BUDGET_KEY
from portal.accounting.takeover.rows import AdministrationPlan, OldBudget, OldInvoice, OldVoucher
from portal.awarding.caps import caps_of_award
from portal.awarding.decisions.models import Decision, DecisionKind, DecisionOutcome, SchemeOutcome
from portal.awarding.order_of_receipt.actions import lock_money
from portal.cases.applications.actions import holder_key
from portal.cases.applications.models import ApplicantKind, Application
from portal.cases.questions.models import Bearer, DevelopmentQuestion, QuestionCostLine, QuestionState, Route
from portal.cases.same_person.queries import counted_under
from portal.framework.catalogue.queries import catalogue
from portal.ledger import actions as ledger
from portal.ledger.booking import booked_for
from portal.ledger.closing import first_day_to_count
from portal.ledger.models import Transfer
from portal.people.actor import Actor
from portal.people.audit.actions import record
from portal.platform.among import among
from portal.platform.clock import local_date
from portal.platform.errors import Conflict, Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.platform.numbers.actions import next_number
from portal.spending.vouchers.codes import new_code
from portal.spending.vouchers.linking import link_spends
from portal.spending.vouchers.models import Award, AwardPart, Redemption, RedemptionSpend, Voucher, VoucherState
from schemes.basics.plain import plain

LINE_KEY, CATEGORY = "k1", "tuition"
BY = "Eerdere administratie"
"""Who decided, as it stands with the decision: in Dutch, as all that is kept."""
REVOKED_BEFORE = "Ingetrokken in de eerdere administratie."
FREED_BEFORE = "freed before the takeover"


class CannotCarry(Conflict):
    """A row of an administration cannot be booked; nothing of it was. Says which voucher, and why."""

    def __init__(self, reference: str, why: Refusal) -> None:
        message = _l("%(reference)s: %(why)s", reference=reference, why=why.message)
        super().__init__("cannot_carry", message, params={"why": why.code})


@dataclass
class _Carrying:
    """The work of writing; a voucher is remembered by the row of its award."""

    session: Session
    administration: EarlierAdministration
    actor: Actor
    now: datetime
    salt: str
    vouchers: dict[int, Voucher] = field(default_factory=dict)
    spends: dict[tuple[int, int], list[Transfer]] = field(default_factory=dict)

    def events(self, plan: AdministrationPlan) -> Iterator[tuple[datetime, int, str, Callable[[], object]]]:
        """Everything that happened: when, in which row, of what, and how it is written."""
        for budget in plan.budgets:
            yield budget.at, budget.row, budget.line.slug, partial(self.fund, budget)
        for voucher in plan.vouchers:
            name = voucher.reference
            yield voucher.at, voucher.row, name, partial(self.award, voucher)
            for bill in voucher.invoices:
                yield bill.at, bill.row, name, partial(self.redeem, voucher, bill)
                if bill.paid_at is not None:
                    yield bill.paid_at, bill.row, name, partial(self.pay, voucher, bill)
            if voucher.ended_at is not None:
                yield voucher.ended_at, voucher.row, name, partial(self.end, voucher)

    def fund(self, budget: OldBudget) -> None:
        """Money comes into a funding line."""
        ledger.fund(
            self.session,
            funding_line_id=budget.line.id,
            amount_cents=budget.cents,
            actor_id=self.actor.reference,
            now=self.now,
            key=f"{BUDGET_KEY}{self.administration.id}:{budget.row}",
            note=BY,
        )

    def award(self, old: OldVoucher) -> None:
        """The question, the decision, the award and its voucher; and the reservation, under the caps of its holder."""
        session = self.session
        question = self._question(old)
        holder = self._holder(old)
        decision = self._decision(old, question)
        award = self._award(old, question, decision, holder)
        assert award.voucher is not None
        voucher = self.vouchers[old.row] = award.voucher
        session.add(
            VoucherTakenOver(
                administration_id=self.administration.id,
                voucher_id=voucher.id,
                reference=old.reference,
                reference_key=plain(old.reference),
            )
        )
        caps = caps_of_award(session, old.scheme, holder, question, award)
        key = f"award:{award.id}:{old.line.id}"
        wanted = ledger.Reservation(old.line.id, old.cents, voucher.id, old.scheme.version_id, caps, key)
        ledger.reserve(
            session, reservations=[wanted], decision_id=decision.id, actor_id=self.actor.reference, now=self.now
        )
        record(
            session,
            actor=self.actor,
            action="voucher.taken_over",
            object_kind="voucher",
            object_id=voucher.id,
            now=self.now,
        )

    def _question(self, old: OldVoucher) -> DevelopmentQuestion:
        by_employer, by = "kvk" in old.said, self.actor.reference
        place = "employer_municipality" if by_employer else "residence_municipality"
        number = next_number(self.session, series="question", year=old.awarded_on.year)
        question = DevelopmentQuestion(
            reference_number=f"OV-{old.awarded_on.year}-{number:04d}",
            route=Route.EMPLOYER if by_employer else Route.INDIVIDUAL,
            language="nl",
            state=QuestionState.DECIDED,
            revision=1,
            training_name=old.said.get("training"),
            facts={place: old.said["municipality"]} if old.said.get("municipality") else {},
            employer_name=old.said.get("employer"),
            employer_kvk=old.said.get("kvk"),
            learner_name=old.said["name"][:100] if "name" in old.said else None,
            reference_date=old.awarded_on,
            created_at=self.now,
            changed_at=self.now,
            submitted_at=old.at,
            submitted_by=by,
            applied_at=old.at,
            applied_by=by,
            decided_at=old.at,
            decided_by=by,
        )
        question.cost_lines = [
            QuestionCostLine(
                line_key=LINE_KEY,
                position=1,
                category=CATEGORY,
                amount_cents=old.cents,
                bearer=Bearer.EMPLOYER if by_employer else Bearer.RESIDENT,
            )
        ]
        self.session.add(question)
        self.session.flush()
        return question

    def _holder(self, old: OldVoucher) -> Application:
        """Under which pseudonyms it is counted. Never kept: nobody applied here, and what they are made of stays out."""
        said, salt = old.said, self.salt
        born = said["born"].isoformat() if "born" in said else ""
        employer = holder_key(salt, "employer", said["kvk"]) if "kvk" in said else None
        if born and "name" in said and employer is not None:
            person = holder_key(salt, "person", said["name"], born, said["kvk"])
        elif born and "name" in said and "postcode" in said and "house_number" in said:
            person = holder_key(salt, "person", said["name"], born, said["postcode"], said["house_number"])
        else:
            person = holder_key(salt, "taken over", plain(old.reference))
        kind = ApplicantKind.PERSON if employer is None else ApplicantKind.EMPLOYER
        return Application(kind=kind, person_key=counted_under(self.session, person), employer_key=employer)

    def _decision(self, old: OldVoucher, question: DevelopmentQuestion) -> Decision:
        body = old.scheme.definition.deciding_body
        decision = Decision(
            question_id=question.id,
            kind=DecisionKind.TAKEN_OVER,
            rationale=f"Overgenomen uit de eerdere administratie, nummer {old.reference}.",
            decided_at=old.at,
            decided_by=self.actor.reference,
            decided_by_name=BY,
        )
        decision.outcomes = [
            DecisionOutcome(
                scheme=old.scheme.slug,
                scheme_version=old.scheme.version,
                outcome=SchemeOutcome.AWARDED,
                amount_cents=old.cents,
                deciding_body_nl=body.nl if body is not None else "",
                deciding_body_en=body.en if body is not None else "",
            )
        ]
        self.session.add(decision)
        self.session.flush()
        return decision

    def _award(self, old: OldVoucher, question: DevelopmentQuestion, decision: Decision, holder: Application) -> Award:
        rules, by = old.scheme.definition.voucher, self.actor.reference
        assert rules is not None
        award = Award(
            question_id=question.id,
            decision_id=decision.id,
            scheme=old.scheme.slug,
            scheme_version=old.scheme.version,
            amount_cents=old.cents,
            person_key=holder.person_key,
            employer_key=holder.employer_key,
            counted_on=old.awarded_on,
            training_key=question.training_key,
            awarded_on=old.awarded_on,
            awarded_at=old.at,
            awarded_by=by,
        )
        counted_on = first_day_to_count(self.session, on=old.awarded_on)
        paid = {"line_key": LINE_KEY, "funding_line_id": old.line.id, "amount_cents": old.cents}
        award.parts = [AwardPart(**paid, awarded_on=counted_on, category=CATEGORY)]
        award.voucher = Voucher(
            code=new_code(),
            question_id=question.id,
            scheme=old.scheme.slug,
            scheme_version=old.scheme.version,
            beneficiary_key=holder.person_key or holder.employer_key or "",
            amount_cents=old.cents,
            redeemed_cents=0,
            released_cents=0,
            partial_redemption=rules.partial_redemption,
            keep_rest=rules.keep_rest,
            state=VoucherState.ISSUED,
            issued_on=old.awarded_on,
            issued_at=old.at,
            issued_by=by,
            valid_until=old.valid_until,
        )
        self.session.add(award)
        self.session.flush()
        return award

    def redeem(self, old: OldVoucher, bill: OldInvoice) -> None:
        """(Part of) a voucher is used for an invoice; what is left stays reserved until the files say that it was freed."""
        session, voucher = self.session, self.vouchers[old.row]
        booked = ledger.redeem(
            session, voucher_id=voucher.id, amount_cents=bill.cents, keep_rest=True, actor_id=self.actor.reference,
            now=self.now,
        )  # fmt: skip
        voucher.redeemed_cents += bill.cents
        voucher.redeemed_at = bill.at
        used = voucher.redeemed_cents == voucher.amount_cents
        voucher.state = VoucherState.REDEEMED if used else VoucherState.PARTLY_REDEEMED
        redemption = Redemption(
            voucher_id=voucher.id,
            provider_id=bill.provider_id,
            invoice_number=bill.number,
            invoice_key="".join(bill.number.split()).casefold()[:60],
            invoice_date=bill.invoice_date,
            amount_cents=bill.cents,
            redeemed_at=bill.at,
            redeemed_by=self.actor.reference,
        )
        session.add(redemption)
        session.flush()
        link_spends(session, redemption=redemption, transfer_ids=[spent.id for spent in booked.spent])
        self.spends[old.row, bill.row] = list(booked.spent)

    def hold(self, rows: Sequence[OldVoucher]) -> None:
        """Find and lock the vouchers of these rows that an earlier part wrote."""
        known = {plain(old.reference): old.row for old in rows}
        taken = select(VoucherTakenOver.reference_key, Voucher).join(Voucher, Voucher.id == VoucherTakenOver.voucher_id)
        mine = taken.where(
            VoucherTakenOver.administration_id == self.administration.id, among(VoucherTakenOver.reference_key, known)
        )
        for key, voucher in self.session.execute(mine.order_by(Voucher.id).with_for_update(of=Voucher)):
            self.vouchers[known[key]] = voucher

    def _spends(self, old: OldVoucher, bill: OldInvoice) -> list[Transfer]:
        """What was booked when an invoice was used: in this part, or in one before it."""
        if (old.row, bill.row) not in self.spends:
            rows = select(Transfer).join(RedemptionSpend, RedemptionSpend.transfer_id == Transfer.id)
            rows = rows.join(Redemption, Redemption.id == RedemptionSpend.redemption_id)
            mine = (Redemption.voucher_id == self.vouchers[old.row].id, Redemption.invoice_number == bill.number)
            self.spends[old.row, bill.row] = list(self.session.scalars(rows.where(*mine).order_by(Transfer.id)))
        return self.spends[old.row, bill.row]

    def pay(self, old: OldVoucher, bill: OldInvoice) -> None:
        """The invoice was paid: by the earlier administration, so by no batch of this desk."""
        for spent in self._spends(old, bill):
            ledger.pay(self.session, spend_id=spent.id, actor_id=self.actor.reference, now=self.now)

    def end(self, old: OldVoucher) -> None:
        """What was open on a voucher was freed."""
        voucher, at, by = self.vouchers[old.row], old.ended_at, self.actor.reference
        assert at is not None
        ledger.release(self.session, voucher_id=voucher.id, actor_id=by, now=self.now, note=FREED_BEFORE)
        voucher.released_cents = voucher.amount_cents - voucher.redeemed_cents
        if old.ended_how is EndedHow.REVOKED:
            voucher.state, voucher.revoked_at = VoucherState.REVOKED, at
            voucher.revoked_by, voucher.revoke_reason = by, REVOKED_BEFORE
        else:
            voucher.state, voucher.expired_at = VoucherState.EXPIRED, at
        self.session.flush()


def event_count(plan: AdministrationPlan) -> int:
    """How many events a plan writes."""
    bills = [bill for one in plan.vouchers for bill in one.invoices]
    ended = sum(one.ended_at is not None for one in plan.vouchers)
    paid = sum(bill.paid_at is not None for bill in bills)
    return len(plan.budgets) + len(plan.vouchers) + len(bills) + paid + ended


def carry(
    session: Session, *, administration: EarlierAdministration, plan: AdministrationPlan, actor: Actor, now: datetime
) -> int:
    """Write everything of a plan; the id of the last transfer. Raises ``CannotCarry`` at the first row that cannot be booked."""
    _written, last = carry_some(
        session, administration=administration, plan=plan, begin=0, most=None, actor=actor, now=now
    )
    return last


def carry_some(
    session: Session,
    *,
    administration: EarlierAdministration,
    plan: AdministrationPlan,
    begin: int,
    most: int | None,
    actor: Actor,
    now: datetime,
) -> tuple[int, int]:
    """Write the events of a plan from number `begin` on, at most so many: how many were written, and the id of the last transfer.

    Raises ``CannotCarry`` at the first row that cannot be booked.
    """
    work = _Carrying(session, administration, actor, now, catalogue(session).holder_salt)
    order = sorted(work.events(plan), key=lambda event: event[:2])
    mine = order[begin:] if most is None else order[begin : begin + most]
    if begin:
        names = {name for _at, _row, name, _write in mine}
        work.hold([one for one in plan.vouchers if one.reference in names])
    lock_money(
        session, funding_line_ids={*(one.line.id for one in plan.budgets), *(one.line.id for one in plan.vouchers)}
    )
    for at, _row, name, write in mine:
        try:
            with booked_for(session, local_date(at)):
                write()
        except Refusal as refused:
            raise CannotCarry(name, refused) from refused
    session.flush()
    return len(mine), int(session.scalar(select(func.max(Transfer.id))) or 0)
