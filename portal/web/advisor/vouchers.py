"""Vouchers: the list by state, one voucher with its redemptions and transfers, taking one back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.hearing_first.queries import unused_hearings
from portal.awarding.restorations.queries import waiting_on as waiting_to_come_back
from portal.cases.hearings.models import IntendedAct
from portal.cases.hearings.queries import hearings_on_voucher
from portal.cases.questions.queries import question_by_id
from portal.framework.catalogue.queries import scheme_titles
from portal.framework.funding.queries import funding_lines
from portal.ledger.voucher_acts import voucher_acts
from portal.papers.voucher_paper import voucher_file
from portal.paying.settlements.models import Settlement
from portal.paying.settlements.queries import recoveries_of
from portal.paying.settling_again.queries import settlement_in_force, settling_acts
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.changes.queries import extension_to_put_back
from portal.spending.invoices.queries import waiting_on
from portal.spending.providers.queries import providers
from portal.spending.vouchers.codes import format_code, parse_code
from portal.spending.vouchers.models import Voucher, VoucherState
from portal.spending.vouchers.queries import (
    changes_of,
    redemptions_of,
    voucher_by_code,
    voucher_by_public_id,
    voucher_counts,
    vouchers,
)
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.voucher_history import history, stand_rows
from portal.web.edge import found, page
from portal.web.edge.listing import paging
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.forms import Form, TextField
from portal.words.decision_labels import INTENDED_ACTS, VIEW_WAYS
from portal.words.labels import VOUCHER_STATES, label, tag
from portal.words.voucher_labels import BLOCK_GROUNDS, DEBTORS, RECOVERY_STATES, VOUCHER_CHANGES


class FindVoucherForm(Form):
    """Find a voucher by its code."""

    code = TextField(_l("Zoek op code"), maximum=40)


@blueprint.get("/vouchers")
def voucher_list() -> ResponseReturnValue:
    """All vouchers, those that end first in front."""
    session, actor = current_session(), current_actor()
    form = FindVoucherForm(formdata=request.args)
    if form.validate() and form.code.data:
        with form.refusals():
            hit = voucher_by_code(session, code=parse_code(form.code.data), actor=actor)
            if hit is not None:
                return redirect(url_for("advisor.voucher", voucher_id=hit.public_id))
            form.form_errors.append(_("Er is geen voucher met deze code."))
    asked = request.args.get("staat", "")
    state = VoucherState(asked) if asked in [state.value for state in VoucherState] else None
    counts = voucher_counts(session, actor=actor)
    place = paging(sum(number for key, number in counts.items() if state is None or key is state))
    rows = vouchers(session, actor=actor, state=state, limit=place.size, offset=place.offset)
    titles = scheme_titles(current_session(), on=today())
    return page(
        "advisor/vouchers.html",
        form=form,
        rows=[_cells(voucher, titles) for voucher in rows],
        states=_state_links(counts, state),
        chosen=state.value if state is not None else "",
        paging=place,
    )


def _state_links(counts: dict[VoucherState, int], chosen: VoucherState | None) -> list[dict[str, Any]]:
    href, total = url_for("advisor.voucher_list"), sum(counts.values())
    links = [{"text": _("alle"), "href": href, "count": total, "current": chosen is None}]
    for state in VoucherState:
        if counts.get(state) or chosen is state:
            href = url_for("advisor.voucher_list", staat=state.value)
            text = label(VOUCHER_STATES, state)
            links.append({"text": text, "href": href, "count": counts.get(state, 0), "current": chosen is state})
    return links


def _cells(voucher: Voucher, titles: dict[str, str]) -> list[Any]:
    days = (voucher.valid_until - today()).days
    soon = voucher.is_live and days <= 42
    ends: dict[str, Any] = {"text": format_date(voucher.valid_until, "short")}
    if soon:
        ends["note"] = _("nog %(days)s dagen", days=days) if days >= 0 else _("verloopt vandaag")
    return [
        {
            "text": format_code(voucher.code),
            "href": url_for("advisor.voucher", voucher_id=voucher.public_id),
            "note": titles.get(voucher.scheme, voucher.scheme),
        },
        tag(VOUCHER_STATES, voucher.state),
        format_euros(voucher.amount_cents, exact=True),
        format_euros(voucher.redeemed_cents, exact=True) if voucher.redeemed_cents else None,
        format_euros(voucher.open_cents, exact=True) if voucher.open_cents else None,
        ends,
    ]


def the_voucher(voucher_id: str) -> Voucher:
    """The voucher in the address, or a 404; the look at its case is logged."""
    voucher = found(voucher_by_public_id(current_session(), public_id=voucher_id, actor=current_actor()))
    note_viewing(question_id=voucher.question_id)
    return voucher


def waiting_links(voucher: Voucher) -> list[dict[str, str]]:
    """The invoices on a voucher that nobody decided on yet, each with the way to its page."""
    return [
        {
            "text": f"{one.number}, {format_euros(one.amount_cents, exact=True)}",
            "href": url_for("advisor.invoice", invoice_id=one.public_id),
        }
        for one in waiting_on(current_session(), voucher=voucher)
    ]


@blueprint.get("/voucher/<voucher_id>")
def voucher(voucher_id: str) -> ResponseReturnValue:
    """One voucher: what it is worth, who used it, and what happened to its money, act by act with every transfer."""
    session, actor = current_session(), current_actor()
    shown = the_voucher(voucher_id)
    names = {provider.id: provider.name for provider in providers(session, actor=actor)}
    lines = {line.id: localized({"nl": line.title_nl, "en": line.title_en}) for line in funding_lines(session)}
    acts = voucher_acts(session, voucher_id=shown.id)
    return page(
        "advisor/voucher.html",
        voucher=shown,
        blocked_because=BLOCK_GROUNDS.get(shown.block_reason or "", shown.block_reason),
        changes=[
            [
                format_date(one.at, "short"),
                label(VOUCHER_CHANGES, one.kind),
                format_euros(one.amount_cents, exact=True) if one.amount_cents is not None else "",
                format_date(one.day_after, "short"),
                one.reason,
            ]
            for one in changes_of(session, voucher=shown)
        ],
        waiting=waiting_links(shown),
        comes_back=waiting_to_come_back(session, voucher=shown),
        hearings=_hearing_rows(shown),
        extended=extension_to_put_back(session, voucher=shown),
        settlement=settlement_in_force(session, voucher=shown),
        recoveries=[
            [
                {"text": label(DEBTORS, one.debtor), "href": url_for("advisor.recovery", recovery_id=one.public_id)},
                format_euros(one.amount_cents, exact=True),
                format_euros(one.open_cents, exact=True),
                tag(RECOVERY_STATES, one.state),
            ]
            for one in recoveries_of(session, voucher=shown)
        ],
        kept_for=names.get(shown.reserved_provider_id or 0, ""),
        code=format_code(shown.code),
        scheme=scheme_titles(current_session(), on=today()).get(shown.scheme, shown.scheme),
        state=VOUCHER_STATES[shown.state.value],
        question=question_by_id(session, question_id=shown.question_id, actor=actor),
        parts=[
            [lines.get(part.funding_line_id, ""), format_euros(part.amount_cents, exact=True)]
            for part in shown.award.parts
        ],
        redemptions=[
            [
                format_date(used.invoice_date, "short"),
                names.get(used.provider_id, ""),
                {"text": used.invoice_number, "href": url_for("advisor.credit_note", redemption_id=used.public_id)},
                format_euros(used.net_cents, exact=True),
            ]
            for used in redemptions_of(session, voucher=shown, actor=actor)
        ],
        history=history(acts, lines=lines, known=_known_acts(shown)),
        stand=stand_rows(acts, lines=lines),
    )


def _known_acts(shown: Voucher) -> dict[tuple[datetime, str], str]:
    """By instant and actor, what the desk calls the acts of which it keeps more than the money."""
    changes = changes_of(current_session(), voucher=shown)
    known = {(one.at, one.by): label(VOUCHER_CHANGES, one.kind).capitalize() for one in changes}
    for one in settling_acts(current_session(), voucher=shown):
        lowered = isinstance(one, Settlement) and one.lowers
        known[one.settled_at, one.settled_by] = _("Vaststelling verlaagd") if lowered else _("Vastgesteld")
    return known


def _hearing_rows(shown: Voucher) -> list[list[Any]]:
    """What the holder was asked about, until when, and how they responded."""
    return [
        [
            {"text": label(INTENDED_ACTS, one.act), "href": url_for("advisor.view", hearing_id=one.public_id)},
            format_date(one.invited_at, "short"),
            format_date(one.answer_by, "short"),
            label(VIEW_WAYS, one.way) if one.way is not None else _("nog geen reactie"),
        ]
        for one in hearings_on_voucher(current_session(), voucher_id=shown.id)
    ]


def hearing_of_voucher(voucher: Voucher, act: IntendedAct) -> dict[str, str]:
    """How hearing the holder about an act stands, with the way to go on: to ask, to write down, or to read the view."""
    hearings = unused_hearings(current_session(), voucher=voucher, act=act)
    if not hearings:
        text = _("De houder is hierover nog niet gehoord. Dat moet eerst (Awb 4:8), of u kiest een uitzondering.")
        href = url_for("advisor.hear_holder", voucher_id=voucher.public_id, act=act.value)
        return {"text": text, "href": href, "link": _("Vraag de houder om een reactie")}
    newest = hearings[0]
    href = url_for("advisor.view", hearing_id=newest.public_id)
    if newest.way is None:
        text = _("De houder kan reageren tot en met %(day)s.", day=format_date(newest.answer_by))
        return {"text": text, "href": href, "link": _("Leg de reactie vast")}
    text = _("De houder is gehoord: %(how)s.", how=label(VIEW_WAYS, newest.way))
    return {"text": text, "href": href, "link": _("Lees de reactie")}


@blueprint.get("/voucher/<voucher_id>/voucher.pdf")
def voucher_paper(voucher_id: str) -> ResponseReturnValue:
    """The voucher as a PDF with its code and QR, to print for somebody at the desk."""
    return voucher_file(the_voucher(voucher_id), made_at=now())
