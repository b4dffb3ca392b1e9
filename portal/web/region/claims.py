"""What has to come back, for who keeps the money: where each claim stands in law, and setting one off against a bill."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.paying.collecting.of_providers import ending_claims
from portal.paying.collecting.queries import interest_to_pay_back, owed_cents
from portal.paying.collecting.undoing import note_interest_repaid
from portal.paying.payments.queries import Payable
from portal.paying.setting_off.actions import SetOffDraft, set_off
from portal.paying.setting_off.models import SetOff, SetOffGround
from portal.paying.setting_off.queries import (
    claim_by_public_id,
    claims_now,
    grounds_for,
    may_be_set_off,
    set_off_undone,
    set_offs_of,
)
from portal.paying.settlements.models import Recovery
from portal.paying.settlements.queries import takes_two, voucher_of_recovery
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.two_person_acts.actions import ActToLayDown
from portal.second_look.two_person_acts.models import TwoPersonKind
from portal.spending.vouchers.codes import format_code
from portal.web.edge import Stand, decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import ChoiceField, DutchDateField, EuroField, Form, TextField
from portal.web.labels.claim_words import charge_rows, standing_facts, step_rows
from portal.web.region.blueprint import blueprint
from portal.web.two_people.laying import lay_before_a_colleague
from portal.words.labels import label, tag
from portal.words.voucher_labels import DEBTORS, RECOVERY_STATES, SET_OFF_GROUNDS

MOST_CENTS = 1_000_000_00


class SetOffForm(Form):
    """Against which bill a claim is set off, for how much, and what allows it."""

    bill = ChoiceField(_l("Met welke rekening verrekent u?"), choices=(), missing=_l("Kies een rekening."))
    amount = EuroField(_l("Welk bedrag verrekent u?"), missing=_l("Vul het bedrag in."), at_least=1, at_most=MOST_CENTS)
    ground = ChoiceField(_l("Op welke grond?"), choices=(), missing=_l("Kies de grond."))
    article = TextField(_l("Artikel van de regeling, als dat de grond is"), optional=True, maximum=200)
    reason = TextField(_l("Waarom?"), missing=_l("Schrijf op waarom."), maximum=2000, multiline=True)


class InterestRepaidForm(Form):
    """The holder got the interest back."""

    paid_on = DutchDateField(_l("Op welke dag is het betaald?"), missing=_l("Vul de dag in."), latest=today)
    reference = TextField(_l("Kenmerk van de betaling"), missing=_l("Vul het kenmerk in."), maximum=80)


@blueprint.get("/terugvorderingen")
def claims() -> ResponseReturnValue:
    """Everything that is still to come back, and until when each can be claimed or collected."""
    session = current_session()
    ending = {one.id for one, _standing in ending_claims(session, today=today())}
    rows = [
        [
            {"text": _code(one), "href": url_for("region.claim", recovery_id=one.public_id)},
            label(DEBTORS, one.debtor),
            format_euros(one.open_cents, exact=True),
            format_date(one.claimed_at, "short"),
            _("bijna, of al voorbij") if one.id in ending else "",
        ]
        for one in claims_now(session, actor=current_actor())
    ]
    owed = [
        [
            {"text": _code(one), "href": url_for("region.repay_interest", recovery_id=one.public_id)},
            format_euros(undone.owed_cents, exact=True),
            format_date(undone.undone_at, "short"),
        ]
        for one, undone in interest_to_pay_back(session, actor=current_actor())
    ]
    return page("region/claims.html", rows=rows, owed=owed)


@blueprint.get("/terugvorderingen/<recovery_id>")
def claim(recovery_id: str) -> ResponseReturnValue:
    """One claim: what is owed, where it stands in law, what was done, and what was set off."""
    session, one = current_session(), _the_claim(recovery_id)
    return page(
        "region/claim.html",
        claim=one,
        code=_code(one),
        debtor=label(DEBTORS, one.debtor),
        state=tag(RECOVERY_STATES, one.state),
        owed=owed_cents(session, recovery=one),
        standing=standing_facts(session, one),
        steps=step_rows(session, one),
        charges=charge_rows(session, one),
        set_offs=[
            [
                _numbered(done),
                format_date(done.set_off_at, "short"),
                format_euros(done.amount_cents, exact=True),
                label(SET_OFF_GROUNDS, done.ground),
                done.set_off_by_name,
            ]
            for done in set_offs_of(session, recovery=one)
        ],
        interest_owed=any(one.id == owed.id for owed, _undone in interest_to_pay_back(session, actor=current_actor())),
        may_set_off=bool(one.open_cents and may_be_set_off(session, recovery=one)),
    )


@blueprint.route("/terugvorderingen/<recovery_id>/verrekenen", methods=["GET", "POST"])
def set_off_claim(recovery_id: str) -> ResponseReturnValue:
    """Take a claim off a bill that is to be paid to the same debtor."""
    session, one, form = current_session(), _the_claim(recovery_id), SetOffForm()
    bills = {_key(bill): bill for bill in may_be_set_off(session, recovery=one)}
    grounds = {ground for bill in bills.values() for ground in grounds_for(session, recovery=one, payable=bill)}
    form.bill.choices = [(key, _says(bill)) for key, bill in bills.items()]
    form.ground.choices = [(ground.value, str(SET_OFF_GROUNDS[ground])) for ground in SetOffGround if ground in grounds]
    decide_on(lambda: _stands(one), one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            bill = found(bills.get(form.bill.data))
            assert bill.redemption is not None, "only a bill is set off"
            draft = SetOffDraft(
                form.amount.data, SetOffGround(form.ground.data), form.reason.data, form.article.data or None
            )
            if takes_two(session, recovery=one, amount_cents=draft.amount_cents):
                return lay_before_a_colleague(
                    ActToLayDown(
                        TwoPersonKind.SET_OFF,
                        f"recovery:{one.id}",
                        draft.reason,
                        amount_cents=draft.amount_cents,
                        question_id=voucher_of_recovery(session, recovery=one).question_id,
                        details={
                            "redemption": bill.redemption.id,
                            "ground": draft.ground.value,
                            "article": draft.article,
                        },
                    ),
                    back=url_for("region.claim", recovery_id=one.public_id),
                )
            done = set_off(
                session, recovery=one, redemption=bill.redemption, draft=draft, actor=current_actor(), now=now()
            )
            flash(_("Verrekend onder nummer %(number)s.", number=done.number), "ok")
            return redirect(url_for("region.claim", recovery_id=one.public_id), code=303)
    return page("region/set_off.html", form=form, claim=one, code=_code(one), has_bills=bool(bills))


@blueprint.route("/terugvorderingen/<recovery_id>/rente-terug", methods=["GET", "POST"])
def repay_interest(recovery_id: str) -> ResponseReturnValue:
    """Write down that interest which lapsed after an objection was paid back to the holder."""
    session, actor, one, form = current_session(), current_actor(), _the_claim(recovery_id), InterestRepaidForm()
    undone = next((gone for owed, gone in interest_to_pay_back(session, actor=actor) if owed.id == one.id), None)
    cents = undone.owed_cents if undone is not None else 0
    decide_on(lambda: [Stand.of_cents("owed", _("Terug naar de houder"), cents)], one)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            note_interest_repaid(
                session,
                undone=found(undone),
                paid_on=form.paid_on.data,
                reference=form.reference.data,
                actor=actor,
                now=now(),
            )
            flash(_("De betaling aan de houder is vastgelegd."), "ok")
            return redirect(url_for("region.claim", recovery_id=one.public_id), code=303)
    return page("region/repay_interest.html", form=form, claim=one, code=_code(one), undone=undone)


def _the_claim(recovery_id: str) -> Recovery:
    return found(claim_by_public_id(current_session(), public_id=recovery_id, actor=current_actor()))


def _code(one: Recovery) -> str:
    return format_code(voucher_of_recovery(current_session(), recovery=one).code)


def _numbered(done: SetOff) -> str:
    """The number of what was set off, and that it was undone."""
    undone = set_off_undone(current_session(), done=done)
    if undone is None:
        return done.number
    return _("%(number)s, ongedaan gemaakt op %(day)s", number=done.number, day=format_date(undone.undone_at, "short"))


def _key(bill: Payable) -> str:
    assert bill.redemption is not None, "only a bill is set off"
    return bill.redemption.public_id


def _says(bill: Payable) -> str:
    assert bill.redemption is not None, "only a bill is set off"
    return _(
        "%(number)s van voucher %(code)s: %(amount)s",
        number=bill.redemption.invoice_number,
        code=format_code(bill.redemption.voucher.code),
        amount=format_euros(bill.amount_cents, exact=True),
    )


def _stands(one: Recovery) -> list[Stand]:
    """What is open, and what may be set off against."""
    bills = may_be_set_off(current_session(), recovery=one)
    return [
        Stand.of_cents("open", _("Nog open"), one.open_cents),
        *(Stand.of_cents(_key(bill), _says(bill), bill.amount_cents) for bill in bills),
    ]
