"""Acts on one voucher between its issue and its end: each a form with its reason, the act, and back to the voucher."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.top_ups import TopUpDraft, lines_for_top_up, top_up
from portal.cases.hearings.models import IntendedAct
from portal.cases.questions.queries import question_by_id
from portal.framework.funding.queries import funding_line_by_slug
from portal.paying.settlements.actions import SettlementDraft, settle_voucher, take_credit_note
from portal.paying.settlements.models import SettlementGround
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import LazyString, format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.second_look.preparations.actions import prepare_settlement, prepare_top_up
from portal.second_look.two_person_acts.actions import ActToLayDown, lay_down
from portal.second_look.two_person_acts.models import TwoPersonKind
from portal.spending.changes.actions import (
    block_voucher,
    extend_voucher,
    free_from_provider,
    move_start,
    reserve_at_provider,
    unblock_voucher,
)
from portal.spending.changes.putting_back import put_back_extension
from portal.spending.changes.queries import LineEffect, day_put_back, extension_effect
from portal.spending.providers.models import Provider
from portal.spending.providers.queries import is_approved, provider_by_public_id, providers
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import redemption_by_public_id
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.previewing import last_message, letter_preview
from portal.web.advisor.stands import stands_of_voucher
from portal.web.advisor.voucher_forms import (
    CancelTrainingForm,
    CreditForm,
    ExtendForm,
    OtherStartForm,
    ProviderOfVoucherForm,
    SettleForm,
    TopUpForm,
    VoucherReasonForm,
)
from portal.web.advisor.vouchers import hearing_of_voucher, the_voucher, waiting_links
from portal.web.edge import decide_on, found, page, require_seen
from portal.web.edge.policy import current_actor
from portal.web.forms import Form
from portal.words.labels import label
from portal.words.sentences import CATEGORIES

Work = Callable[[dict[str, Any]], object]
PREPARED = _l("Het besluit ligt klaar voor een collega met mandaat.")


def act(
    voucher: Voucher,
    form: Form,
    title: LazyString,
    work: Work,
    done: LazyString,
    prepare: Work | None = None,
    **more: Any,
) -> ResponseReturnValue:
    """The page of one act: the form, or what the act says is wrong with it, or back to the voucher with what was done.

    Its letter can be seen first. With `prepare` there is another button, that lays it before a colleague with mandate.
    """
    decide_on(lambda: stands_of_voucher(voucher), voucher)
    if form.validate_on_submit():
        with form.refusals():
            require_seen()
            second = prepare is not None and request.form.get("act") == "prepare"
            question = found(question_by_id(current_session(), question_id=voucher.question_id, actor=current_actor()))
            before = last_message(question)
            (prepare if prepare is not None and second else work)({"actor": current_actor(), "now": now()})
            if request.form.get("act") == "preview":
                after = last_message(question)
                back = (url_for("advisor.voucher", voucher_id=voucher.public_id), format_code(voucher.code))
                return letter_preview(question, after if after is not before else None, submit=str(title), back=back)
            flash(str(PREPARED if second else done), "ok")
            return redirect(url_for("advisor.voucher", voucher_id=voucher.public_id), code=303)
    return page(
        "advisor/voucher_act.html",
        form=form,
        voucher=voucher,
        code=format_code(voucher.code),
        title=title,
        prepare=prepare is not None,
        waiting=waiting_links(voucher),
        **more,
    )


@blueprint.route("/voucher/<voucher_id>/verlengen", methods=["GET", "POST"])
def extend(voucher_id: str) -> ResponseReturnValue:
    """A later last day, with what that means for the money."""
    voucher, form = the_voucher(voucher_id), ExtendForm()
    shown = extension_effect(current_session(), voucher=voucher, until=form.until.data or voucher.valid_until)
    rows = [
        [
            line.title,
            format_euros(line.reserved_cents, exact=True),
            format_date(line.period_to, "short")
            if line.binds_use
            else _("elke dag: alleen toekennen heeft een laatste dag"),
            _fits(line),
        ]
        for line in shown
    ]
    return act(
        voucher,
        form,
        _l("Voucher verlengen"),
        lambda by: extend_voucher(
            current_session(), voucher=voucher, until=form.until.data, reason=form.reason.data, **by
        ),
        _l("De voucher is verlengd."),
        lines=rows,
    )


def _fits(line: LineEffect) -> str:
    if not line.fits:
        return _("nee")
    return _("ja, in een later jaar") if line.other_year else _("ja")


@blueprint.route("/voucher/<voucher_id>/verlenging-terug", methods=["GET", "POST"])
def put_back(voucher_id: str) -> ResponseReturnValue:
    """The last extension was a mistake: the last day becomes what it was."""
    voucher, form = the_voucher(voucher_id), VoucherReasonForm()
    becomes = day_put_back(current_session(), voucher=voucher, today=today())
    return act(
        voucher,
        form,
        _l("Verlenging terugdraaien"),
        lambda by: put_back_extension(current_session(), voucher=voucher, reason=form.reason.data, **by),
        _l("De verlenging is teruggedraaid."),
        note=_("De laatste dag wordt weer %(day)s.", day=format_date(becomes)) if becomes is not None else None,
    )


@blueprint.route("/voucher/<voucher_id>/begin", methods=["GET", "POST"])
def start_of_training(voucher_id: str) -> ResponseReturnValue:
    """Another first day of the training."""
    voucher, form = the_voucher(voucher_id), OtherStartForm()
    return act(
        voucher,
        form,
        _l("Eerste dag wijzigen"),
        lambda by: move_start(
            current_session(), voucher=voucher, starts_on=form.starts_on.data, reason=form.reason.data, **by
        ),
        _l("De eerste dag is veranderd."),
    )


@blueprint.route("/voucher/<voucher_id>/blokkeren", methods=["GET", "POST"])
def block(voucher_id: str) -> ResponseReturnValue:
    """Stop redeeming for a while, or let it go on."""
    voucher, form = the_voucher(voucher_id), VoucherReasonForm()
    do = unblock_voucher if voucher.is_blocked else block_voucher
    title = _l("Voucher vrijgeven") if voucher.is_blocked else _l("Voucher blokkeren")
    done = _l("De voucher is weer te gebruiken.") if voucher.is_blocked else _l("De voucher is geblokkeerd.")
    return act(
        voucher, form, title, lambda by: do(current_session(), voucher=voucher, reason=form.reason.data, **by), done
    )


@blueprint.route("/voucher/<voucher_id>/ophogen", methods=["GET", "POST"])
def raise_amount(voucher_id: str) -> ResponseReturnValue:
    """A supplementary award."""
    session, voucher, form = current_session(), the_voucher(voucher_id), TopUpForm()
    question = found(question_by_id(session, question_id=voucher.question_id, actor=current_actor()))
    lines = lines_for_top_up(session, voucher=voucher, today=today())
    form.funding_line.choices = [(one.slug, localized({"nl": one.title_nl, "en": one.title_en})) for one in lines]
    form.line.choices = [
        (one.line_key, f"{label(CATEGORIES, one.category)}: {format_euros(one.amount_cents)}")
        for one in question.cost_lines
    ]

    def draft() -> TopUpDraft:
        line = found(funding_line_by_slug(session, slug=form.funding_line.data))
        return TopUpDraft(form.line.data, line, form.amount.data, form.reason.data)

    return act(
        voucher,
        form,
        _l("Meer toekennen"),
        lambda by: top_up(session, voucher=voucher, draft=draft(), **by),
        _l("De voucher is hoger geworden."),
        lambda by: prepare_top_up(session, voucher=voucher, draft=draft(), **by),
        costs=url_for("advisor.discuss", question_id=question.public_id, _anchor="part-costs"),
    )


def _choose_provider(voucher: Voucher, form: ProviderOfVoucherForm) -> None:
    session = current_session()
    known = providers(session, actor=current_actor())
    form.provider.choices = [
        (one.public_id, one.name) for one in known if is_approved(session, provider=one, scheme=voucher.scheme)
    ]


def _provider(form: ProviderOfVoucherForm) -> Provider:
    return found(provider_by_public_id(current_session(), public_id=form.provider.data, actor=current_actor()))


@blueprint.route("/voucher/<voucher_id>/opleider", methods=["GET", "POST"])
def provider_of_voucher(voucher_id: str) -> ResponseReturnValue:
    """Keep the voucher for one provider, or for another one."""
    voucher, form = the_voucher(voucher_id), ProviderOfVoucherForm()
    _choose_provider(voucher, form)
    return act(
        voucher,
        form,
        _l("Bestemmen voor een opleider"),
        lambda by: reserve_at_provider(
            current_session(), voucher=voucher, provider=_provider(form), reason=form.reason.data, **by
        ),
        _l("Alleen deze opleider kan de voucher nu gebruiken."),
    )


@blueprint.route("/voucher/<voucher_id>/elke-opleider", methods=["GET", "POST"])
def any_provider(voucher_id: str) -> ResponseReturnValue:
    """Any approved provider can redeem the voucher again."""
    voucher, form = the_voucher(voucher_id), VoucherReasonForm()
    return act(
        voucher,
        form,
        _l("Voor elke opleider"),
        lambda by: free_from_provider(current_session(), voucher=voucher, reason=form.reason.data, **by),
        _l("Elke goedgekeurde opleider kan de voucher weer gebruiken."),
    )


@blueprint.route("/voucher/<voucher_id>/annuleren", methods=["GET", "POST"])
def cancel_training(voucher_id: str) -> ResponseReturnValue:
    """The training does not go on; its provider is owed a fee."""
    voucher, form = the_voucher(voucher_id), CancelTrainingForm()
    _choose_provider(voucher, form)

    def charge(by: dict[str, Any]) -> object:
        fee = ActToLayDown(
            TwoPersonKind.CANCELLATION_FEE,
            f"voucher:{voucher.id}",
            form.reason.data,
            amount_cents=form.amount.data,
            question_id=voucher.question_id,
            details={
                "provider": _provider(form).id,
                "number": form.invoice_number.data,
                "invoice_date": form.invoice_date.data.isoformat(),
            },
        )
        return lay_down(current_session(), act=fee, **by)

    return act(
        voucher,
        form,
        _l("Opleiding gaat niet door"),
        charge,
        _l("Het ligt klaar. Een collega kijkt ernaar en beslist. Tot dan gebeurt er niets."),
    )


@blueprint.route("/voucher/<voucher_id>/vaststellen", methods=["GET", "POST"])
def settle(voucher_id: str) -> ResponseReturnValue:
    """Determine what the award comes to, as used or lower."""
    session, voucher, form = current_session(), the_voucher(voucher_id), SettleForm()

    def wanted() -> dict[str, Any]:
        draft = SettlementDraft(form.amount.data, SettlementGround(form.ground.data), form.reason.data, form.unheard)
        return {"voucher": voucher, "draft": draft}

    return act(
        voucher,
        form,
        _l("Voucher vaststellen"),
        lambda by: settle_voucher(session, **wanted(), **by),
        _l("De voucher is vastgesteld."),
        lambda by: prepare_settlement(session, **wanted(), **by),
        hearing=hearing_of_voucher(voucher, IntendedAct.SETTLE_LOWER),
    )


@blueprint.route("/gebruikt/<redemption_id>/creditnota", methods=["GET", "POST"])
def credit_note(redemption_id: str) -> ResponseReturnValue:
    """A provider takes back (part of) an invoice."""
    session, form = current_session(), CreditForm()
    redemption = found(redemption_by_public_id(session, public_id=redemption_id, actor=current_actor()))
    voucher = the_voucher(redemption.voucher.public_id)
    return act(
        voucher,
        form,
        _l("Creditnota boeken"),
        lambda by: take_credit_note(
            session, redemption=redemption, amount_cents=form.amount.data, reason=form.reason.data, **by
        ),
        _l("De creditnota is geboekt."),
    )
