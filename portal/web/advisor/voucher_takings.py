"""What takes something of a voucher: hearing the holder first, and then revoking, lowering or letting it end on its ground."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.hearing_first.actions import Intent, invite_holder
from portal.awarding.reductions import end_award, lower_award, revoke_award
from portal.cases.hearings.models import IntendedAct
from portal.framework.catalogue.queries import catalogue
from portal.paying.settlements.lowering import LoweringDraft, lower_settlement
from portal.paying.settlements.models import SettlementGround
from portal.paying.settlements.queries import last_day_of_years, settlement_of
from portal.platform.clock import local_date, now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.preparations.actions import prepare_lowering
from portal.spending.changes.actions import note_moved_out
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.voucher_acts import act
from portal.web.advisor.voucher_forms import (
    EndVoucherForm,
    InviteHolderForm,
    LowerForm,
    LowerSettledForm,
    MovedForm,
    TakingForm,
)
from portal.web.advisor.vouchers import hearing_of_voucher, the_voucher
from portal.web.edge import page
from portal.web.edge.policy import current_actor

TERM = timedelta(weeks=2)
"""How long the holder has to respond, unless the advisor chooses another day."""


@blueprint.route("/voucher/<voucher_id>/reactie-vragen", methods=["GET", "POST"])
def hear_holder(voucher_id: str) -> ResponseReturnValue:
    """Tell the holder what the desk thinks of doing and why, and ask for a view (Awb 4:8)."""
    voucher = the_voucher(voucher_id)
    asked = request.args.get("act", "")
    known = asked if asked in {one.value for one in IntendedAct} - {IntendedAct.REFUSE} else None
    form = InviteHolderForm(data={"act": known, "answer_by": today() + TERM})
    if form.validate_on_submit():
        with form.refusals():
            made = invite_holder(
                current_session(),
                voucher=voucher,
                intent=Intent(IntendedAct(form.act.data), form.facts.data, form.amount.data),
                answer_by=form.answer_by.data,
                actor=current_actor(),
                now=now(),
            )
            flash(_("De houder krijgt een brief of bericht, en kan ook op de eigen pagina reageren."), "ok")
            return redirect(url_for("advisor.view", hearing_id=made.public_id), code=303)
    return page(
        "advisor/act.html",
        form=form,
        title=_("Reactie vragen"),
        submit=_("Vraag om een reactie"),
        kind="primary",
        back=url_for("advisor.voucher", voucher_id=voucher.public_id),
        back_text=format_code(voucher.code),
        facts=[],
        intro=[
            _(
                "Wilt u iets van een voucher afnemen? Dan hoort u de houder eerst (Awb 4:8). De houder leest wat u van plan bent "
                "en waarom."
            )
        ],
    )


@blueprint.route("/voucher/<voucher_id>/intrekken", methods=["GET", "POST"])
def revoke(voucher_id: str) -> ResponseReturnValue:
    """Take a voucher back; what was not used goes back to the budget."""
    voucher, form = the_voucher(voucher_id), TakingForm()
    return act(
        voucher,
        form,
        _l("Voucher intrekken"),
        lambda by: revoke_award(current_session(), voucher=voucher, basis=form.basis, reason=form.reason.data, **by),
        _l("De voucher is ingetrokken. Het geld dat over was, is weer vrij."),
        hearing=hearing_of_voucher(voucher, IntendedAct.REVOKE),
        later=url_for("advisor.end_voucher", voucher_id=voucher.public_id),
    )


@blueprint.route("/voucher/<voucher_id>/lager", methods=["GET", "POST"])
def lower(voucher_id: str) -> ResponseReturnValue:
    """A part is taken: at the request of the holder, or on a ground of the law."""
    voucher, form = the_voucher(voucher_id), LowerForm()
    return act(
        voucher,
        form,
        _l("Bedrag verlagen"),
        lambda by: lower_award(
            current_session(),
            voucher=voucher,
            by_cents=form.amount.data,
            basis=form.basis,
            reason=form.reason.data,
            **by,
        ),
        _l("Het bedrag is lager. Het verschil is weer vrij."),
        hearing=hearing_of_voucher(voucher, IntendedAct.LOWER),
        note=_(
            "Kost de opleiding alleen minder? Dan hoeft u niets te doen: de opleider krijgt wat de opleiding kost, en bij het "
            "vaststellen komt de rest vrij (Awb 4:46). Eerder verlagen kan als de houder daarom vraagt."
        ),
    )


@blueprint.route("/voucher/<voucher_id>/beeindigen", methods=["GET", "POST"])
def end_voucher(voucher_id: str) -> ResponseReturnValue:
    """Let a voucher end on a day to come (Awb 4:50)."""
    voucher = the_voucher(voucher_id)
    form = EndVoucherForm(data={"ends_on": _default_end()})
    return act(
        voucher,
        form,
        _l("Voucher laten eindigen"),
        lambda by: end_award(
            current_session(),
            voucher=voucher,
            ending=form.ending(),
            basis=form.basis,
            reason=form.reason.data,
            **by,
        ),
        _l("De voucher eindigt. De houder krijgt een brief."),
        hearing=hearing_of_voucher(voucher, IntendedAct.END),
        note=_damage(),
    )


@blueprint.route("/voucher/<voucher_id>/verhuisd", methods=["GET", "POST"])
def moved_out(voucher_id: str) -> ResponseReturnValue:
    """The holder left the region, and keeps the voucher or has it until a day to come."""
    voucher = the_voucher(voucher_id)
    form = MovedForm(data={"ends_on": _default_end(), "ground": "changed"})
    form.left_out.missing = None

    def moved(by: dict[str, Any]) -> object:
        words = {"voucher": voucher, "reason": form.reason.data, **by}
        if form.keeps.data == "ja":
            return note_moved_out(current_session(), moved_on=form.moved_on.data, **words)
        return end_award(current_session(), ending=form.ending(form.moved_on.data), basis=form.basis, **words)

    return act(
        voucher,
        form,
        _l("Houder is verhuisd"),
        moved,
        _l("De verhuizing is genoteerd."),
        hearing=hearing_of_voucher(voucher, IntendedAct.END),
        note=_damage(),
    )


@blueprint.route("/voucher/<voucher_id>/vaststelling-verlagen", methods=["GET", "POST"])
def lower_settled(voucher_id: str) -> ResponseReturnValue:
    """What was settled is revoked or lowered, and what was paid too much by it claimed (Awb 4:49)."""
    session, voucher, form = current_session(), the_voucher(voucher_id), LowerSettledForm()

    def wanted() -> dict[str, Any]:
        ground = SettlementGround(form.ground.data)
        draft = LoweringDraft(form.amount.data, ground, form.reason.data, form.breached_on.data, form.unheard)
        return {"voucher": voucher, "draft": draft}

    return act(
        voucher,
        form,
        _l("Vaststelling verlagen"),
        lambda by: lower_settlement(session, **wanted(), **by),
        _l("De vaststelling is verlaagd. De houder krijgt een brief."),
        lambda by: prepare_lowering(session, **wanted(), **by),
        hearing=hearing_of_voucher(voucher, IntendedAct.LOWER_SETTLED),
        note=_until_when(voucher),
    )


def _until_when(voucher: Voucher) -> str:
    """The last day of the five years, counted from the settlement."""
    first = settlement_of(current_session(), voucher=voucher)
    if first is None:
        return _("Deze voucher is nog niet vastgesteld.")
    last = format_date(last_day_of_years(local_date(first.settled_at)))
    return _(
        "Dit kan tot en met %(day)s. Kwam de houder na de vaststelling een verplichting niet na? Dan kan het tot vijf jaar na "
        "die dag (Awb 4:49, 4:57).",
        day=last,
    )


def _default_end() -> date:
    """The last day by the term of the region."""
    return today() + timedelta(days=catalogue(current_session()).region.settings.ending_term_days)


def _damage() -> str:
    return _(
        "Heeft de houder schade omdat die op de voucher vertrouwde? Vergoed die dan, zoals inschrijfgeld (Awb 4:50 lid 2). Staat "
        "het geval in de regels van de regeling? Laat het bedrag dan leeg."
    )
