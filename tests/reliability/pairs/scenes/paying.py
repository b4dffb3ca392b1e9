"""Money out and money back: redemptions, batches, what is claimed and what is owed; and providers with their accounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.reductions import lower_award, revoke_award
from portal.awarding.top_ups import top_up
from portal.ledger.models import AccountKind
from portal.paying.account_numbers.actions import ask_iban_change, check_iban_change, decide_iban_change
from portal.paying.payments.actions import (
    cancel_batch,
    export_batch,
    give_account,
    leave_out,
    make_batch,
    note_repaid,
    release_batch,
)
from portal.paying.payments.models import Payment, PaymentBatch, Repayment
from portal.paying.reassignments.actions import Takeover, reassign_voucher
from portal.paying.recoveries import Term, note_missed, plan_instalments, receive_instalment, write_off
from portal.paying.settlements.actions import SettlementDraft, settle_voucher, take_credit_note
from portal.paying.settlements.lowering import LoweringDraft, lower_settlement
from portal.paying.settlements.models import Instalment, Recovery, Settlement, SettlementGround
from portal.paying.settling_again.actions import HigherDraft, settle_again
from portal.people.accounts.actions import ensure_organisation
from portal.people.accounts.models import Organisation, OrganisationKind
from portal.second_look.preparations.actions import prepare_lowering, prepare_settlement
from portal.spending.providers.actions import (
    accept_registration,
    approve_provider,
    ask_registration,
    refuse_registration,
    register_provider,
    withdraw_approval,
    withdraw_provider,
)
from portal.spending.providers.models import IbanChange, Provider, ProviderRegistration
from portal.spending.vouchers.actions import redeem_voucher
from portal.spending.vouchers.bill import Bill
from portal.spending.vouchers.models import Redemption, Voucher
from tests.factories import ADVISOR, ASKED, NOW, REGION, SECOND, SYSTEM, UNHEARD
from tests.portal.awarding.test_top_ups import dearer
from tests.portal.paying.payments.test_payments import LATER, PAYER
from tests.portal.paying.settling_again.owing import SETTLED_AGAIN, owed_to_the_holder, used_and_paid
from tests.reliability.pairs.acts import (
    NO,
    OTHERS,
    PROGRAM,
    REGIONS,
    SECOND_REGION,
    THIRD,
    Found,
    Scene,
    by,
    made,
    row,
    the,
)
from tests.reliability.pairs.scenes.spending import (
    PIA,
    PROVIDER,
    QUESTION,
    VOUCHER,
    bill,
    more,
    the_line,
    with_provider,
)

DAY = timedelta(days=1)
TODAY = NOW.date()
OTHER_IBAN = "NL39RABO0300065264"
of = partial(row, voucher=VOUCHER)
pays = partial(row, actor=REGIONS)
LOWER = SettlementDraft(40_000, SettlementGround.NOT_DONE, "Niet af.", UNHEARD)
LESS = LoweringDraft(60_000, SettlementGround.NEW_FACTS, "Niet geweest.", None, UNHEARD)
REDEMPTION = the(Redemption)
crediting = row(take_credit_note, redemption=REDEMPTION, amount_cents=40_000, reason="Creditnota.")
asking = row(ask_iban_change, provider=PROVIDER, iban=OTHER_IBAN, how="Gebeld.", payer=None)


def taken_over(cents: int, stands: AccountKind) -> Found:
    """The other line pays so much of what was used."""

    def look(session: Session, who: int) -> Takeover:
        lines = [the_line(slug).look(session, who) for slug in ("rijk-leren", "provincie-breed")]
        return Takeover(lines[0], lines[1], cents, stands)

    return Found(look)


def two_invoices(session: Session) -> Voucher:
    """Of € 700 and € 300, of a voucher of € 1,200."""
    voucher, pia = with_provider(session)
    for number, cents in (("F-1", 70_000), ("F-2", 30_000)):
        redeem_voucher(session, voucher=voucher, bill=Bill(number, TODAY, cents), actor=pia, now=NOW)
    dearer(session, voucher, 60_000)
    return voucher


USED = Scene(
    "a voucher that was used and not paid",
    two_invoices,
    (
        of(settle_voucher, draft=LOWER),
        of(prepare_settlement, draft=LOWER),
        crediting,
        of(top_up, draft=more(40_000)),
        of(lower_award, by_cents=10_000, basis=ASKED, reason="Korting."),
        of(revoke_award, basis=ASKED, reason="Gestopt."),
        of(redeem_voucher, bill=bill("F-3", 15_000, who_differs=True), actor=PIA),
        of(reassign_voucher, takeover=taken_over(50_000, AccountKind.SPENT), reason="Ander geld.", actor=REGIONS),
        pays(make_batch),
        asking,
        row(withdraw_provider, provider=PROVIDER),
    ),
)

# Batches -----------------------------------------------------------------------------------------------------------------

BATCH = the(PaymentBatch)


def _batch(session: Session) -> None:
    voucher = two_invoices(session)
    first = session.scalars(select(Redemption).order_by(Redemption.id)).all()
    make_batch(session, redemption_ids=[one.id for one in first], actor=REGION, now=NOW)
    pia = PIA.look(session, 0)
    redeem_voucher(session, voucher=voucher, bill=Bill("F-3", TODAY, 10_000), actor=pia, now=NOW)


releasing = row(release_batch, batch=BATCH, payer=PAYER, actor=by(SECOND_REGION, SECOND_REGION))
MADE = Scene(
    "a batch of payments that is to be released",
    _batch,
    (
        releasing,
        pays(leave_out, payment=the(Payment)),
        pays(cancel_batch, batch=BATCH, reason="Fout."),
        pays(make_batch),
        crediting,
        of(settle_voucher, draft=LOWER),
        of(reassign_voucher, takeover=taken_over(10_000, AccountKind.SPENT), reason="Ander geld.", actor=REGIONS),
        asking,
    ),
)


def released(session: Session) -> None:
    _batch(session)
    batch = session.scalars(select(PaymentBatch)).one()
    release_batch(session, batch=batch, payer=PAYER, actor=SECOND_REGION, now=NOW)
    asked = session.scalars(select(Provider)).one()
    ask_iban_change(session, provider=asked, iban=OTHER_IBAN, how="Gebeld.", payer=None, actor=ADVISOR, now=NOW)


late = partial(row, actor=REGIONS, now=LATER)
ALMOST = LATER - timedelta(minutes=1)
RELEASED = Scene(
    "a batch of payments that was released",
    released,
    (
        late(export_batch, batch=BATCH),
        late(cancel_batch, batch=BATCH, reason="Fout.", now=ALMOST),
        late(make_batch),
        row(decide_iban_change, change=the(IbanChange), confirm=True, payer=None, actor=OTHERS),
        of(settle_voucher, draft=SettlementDraft(100_000, SettlementGround.NOT_DONE, "Niet af.", UNHEARD), now=LATER),
    ),
)


# What must come back -----------------------------------------------------------------------------------------------------


def claimed(session: Session) -> None:
    voucher = used_and_paid(session)
    settle_voucher(session, voucher=voucher, draft=LOWER, actor=ADVISOR, now=NOW)
    claim = session.scalars(select(Recovery)).one()
    terms = [Term(TODAY + 30 * DAY, 15_000), Term(TODAY + 60 * DAY, 15_000)]
    plan_instalments(session, recovery=claim, terms=terms, actor=ADVISOR, now=NOW)


CLAIM = the(Recovery)
claim = partial(row, recovery=CLAIM)
MISSED = NOW + 31 * DAY


def _settled(session: Session) -> None:
    voucher = two_invoices(session)
    make_batch(session, redemption_ids=session.scalars(select(Redemption.id).limit(1)).all(), actor=REGION, now=NOW)
    draft = SettlementDraft(100_000, SettlementGround.AS_USED, "Klaar.")
    settle_voucher(session, voucher=voucher, draft=draft, actor=ADVISOR, now=NOW)


SETTLED = Scene(
    "a settled voucher of which less turns out to have been due",
    _settled,
    (
        of(lower_settlement, "a part", draft=replace(LESS, amount_cents=75_000)),
        of(lower_settlement, "more", draft=LESS),
        of(prepare_lowering, draft=LESS),
        pays(make_batch),
        pays(leave_out, payment=the(Payment)),
        pays(cancel_batch, batch=BATCH, reason="Fout."),
        asking,
    ),
)


def received(cents: int) -> Found:
    """Of two people each has another reference."""
    return Found(lambda _session, who: f"R{cents}-{who}")


CLAIMED = Scene(
    "a settled voucher of which something must come back",
    claimed,
    (
        claim(plan_instalments, terms=[Term(TODAY + 20 * DAY, 30_000)]),
        claim(receive_instalment, "a part", amount_cents=10_000, received_on=TODAY, reference=received(10_000)),
        claim(receive_instalment, "all", amount_cents=30_000, received_on=TODAY, reference=received(30_000)),
        claim(receive_instalment, "one receipt", amount_cents=10_000, received_on=TODAY, reference="R1"),
        claim(write_off, "a part", amount_cents=10_000, reason="Te weinig."),
        claim(write_off, "all", amount_cents=30_000, reason="Failliet."),
        row(note_missed, instalment=the(Instalment), today=MISSED.date(), actor=PROGRAM, now=MISSED),
        of(lower_settlement, draft=replace(LESS, amount_cents=10_000)),
        row(
            settle_again,
            settlement=the(Settlement),
            draft=HigherDraft(60_000, "Wel af.", "BZ"),
            actor=by(SECOND),
        ),
    ),
)


def _owed(session: Session) -> None:
    owed = owed_to_the_holder(session)
    give_account(
        session,
        question=QUESTION.look(session, 0),
        payee_name="S. de Vries",
        iban=OTHER_IBAN,
        actor=ADVISOR,
        now=SETTLED_AGAIN,
    )
    assert owed.iban


again = partial(row, now=SETTLED_AGAIN)
REPAYMENT = the(Repayment)
OWED = Scene(
    "a holder to whom something is owed",
    _owed,
    (
        again(give_account, question=QUESTION, payee_name="Sam de Vries", iban="NL91ABNA0417164300"),
        again(
            note_repaid,
            repayment=REPAYMENT,
            paid_on=SETTLED_AGAIN.date(),
            reference="Kas 1",
            actor=by(ADVISOR, THIRD),
        ),
        again(make_batch, actor=REGIONS),
    ),
)


def _owed_in_batch(session: Session) -> None:
    _owed(session)
    make_batch(session, actor=REGION, now=SETTLED_AGAIN)


OWED_IN_BATCH = Scene(
    "what is owed to a holder, in a batch",
    _owed_in_batch,
    (
        again(give_account, question=QUESTION, payee_name="Sam de Vries", iban="NL91ABNA0417164300"),
        again(release_batch, batch=BATCH, payer=PAYER, actor=by(SECOND_REGION)),
        again(leave_out, payment=the(Payment), actor=REGIONS),
        again(cancel_batch, batch=BATCH, reason="Fout.", actor=REGIONS),
    ),
)


# Providers ---------------------------------------------------------------------------------------------------------------

SCHOOL = {
    "name": "Vakschool",
    "kvk_number": "11112222",
    "iban": "NL39 RABO 0300 0652 64",
    "contact_name": "Vera",
    "contact_email": "vera@vakschool.example",
}


def _providers(session: Session) -> None:
    two_invoices(session)
    provider = session.scalars(select(Provider)).one()
    ask_iban_change(session, provider=provider, iban=OTHER_IBAN, how="Gebeld.", payer=None, actor=REGION, now=NOW)
    ask_registration(session, **SCHOOL, now=NOW)
    ensure_organisation(
        session, slug="avond", name="Avondschool", kind=OrganisationKind.PROVIDER, actor=SYSTEM, now=NOW
    )


REGISTRATION = the(ProviderRegistration)
CHANGE = the(IbanChange)
PROVIDERS = Scene(
    "a provider with another account number that waits, and one that wants to be on the list",
    _providers,
    (
        row(decide_iban_change, "confirmed", change=CHANGE, confirm=True, payer=None),
        row(decide_iban_change, "refused", change=CHANGE, confirm=False, payer=None),
        row(withdraw_provider, provider=PROVIDER),
        row(withdraw_approval, provider=PROVIDER, scheme="leervoucher", reason="Klachten."),
        row(approve_provider, provider=PROVIDER, scheme="studielening"),
        row(accept_registration, registration=REGISTRATION),
        row(refuse_registration, registration=REGISTRATION, reason="Onbekend."),
        row(
            register_provider,
            organisation_id=made(lambda place: place.id, the(Organisation, slug="avond")),
            name="Avondschool",
            kvk_number="33334444",
            iban=None,
        ),
        row(ask_registration, **(SCHOOL | {"kvk_number": "33334444", "name": "Avondschool"}), actor=NO),
        pays(make_batch),
        of(redeem_voucher, bill=bill("F-3", 15_000, who_differs=True), actor=PIA),
    ),
)


def _asked_by_the_provider(session: Session) -> None:
    two_invoices(session)
    provider = session.scalars(select(Provider)).one()
    ask_iban_change(session, provider=provider, iban=OTHER_IBAN, payer=None, actor=PIA.look(session, 0), now=NOW)


ASKED_ITSELF = Scene(
    "a provider that asked for another account number itself",
    _asked_by_the_provider,
    (
        row(check_iban_change, change=CHANGE, how="Gebeld."),
        row(decide_iban_change, "refused", change=CHANGE, confirm=False, payer=None),
        row(withdraw_provider, provider=PROVIDER),
        pays(make_batch),
    ),
)

SCENES = (
    USED,
    MADE,
    RELEASED,
    SETTLED,
    CLAIMED,
    OWED,
    OWED_IN_BATCH,
    PROVIDERS,
    ASKED_ITSELF,
)
