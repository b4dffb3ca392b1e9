"""The vouchers of who asked: what is on each, what happened to it, what must be paid back; and the paper with the QR."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.awarding.decisions.queries import decisions_of
from portal.papers.voucher_paper import voucher_file
from portal.platform.clock import now
from portal.platform.i18n import format_amounts, format_date
from portal.second_look.objections.queries import objections_of
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher
from portal.spending.vouchers.queries import changes_of, redemptions_of, vouchers_of_question
from portal.web.edge import found, page
from portal.web.intake.case import title_of
from portal.web.intake.claims import claims_of
from portal.web.intake.decided import DecisionView, about_voucher, decision_views
from portal.web.intake.repaid import owed_of
from portal.web.intake.sent import status_url
from portal.web.intake.stands import voucher_stand
from portal.web.intake.state import Intake
from portal.words.labels import label
from portal.words.voucher_labels import VOUCHER_CHANGES


def vouchers_page(intake: Intake) -> ResponseReturnValue:
    """Every voucher of this question with its history. Without a voucher: the status."""
    session, question, actor = intake.session, intake.question, intake.actor
    held = vouchers_of_question(session, question=question, actor=actor)
    if not held:
        return redirect(status_url(intake), code=303)
    objections = objections_of(session, question=question, actor=actor)
    views = decision_views(intake, decisions_of(session, question=question, actor=actor), objections)
    claims, owed = claims_of(intake, held), owed_of(intake)
    shown = [_view(intake, one, about_voucher(views, one, held)) for one in held]
    for item in shown:
        item["claims"] = [claim for claim in claims if claim.voucher is item["voucher"]]
        item["owed"] = [one for one in owed if one.voucher_id == item["voucher"].id]
    return page("intake/vouchers.html", vouchers=shown, question=question, back=status_url(intake))


def voucher_paper(intake: Intake, scheme: str) -> ResponseReturnValue:
    """The voucher of a scheme as a PDF. Without a voucher that can be used: the status."""
    found(intake.definitions.get(scheme))
    held = vouchers_of_question(intake.session, question=intake.question, actor=intake.actor)
    usable = [one for one in held if one.scheme == scheme and voucher_stand(one, intake.today).usable]
    return voucher_file(usable[-1], made_at=now()) if usable else redirect(status_url(intake), code=303)


def _view(intake: Intake, voucher: Voucher, decisions: list[DecisionView]) -> dict[str, Any]:
    used = redemptions_of(intake.session, voucher=voucher, actor=intake.actor)
    amounts = format_amounts(one.net_cents for one in used)
    return {
        "voucher": voucher,
        "title": title_of(intake, voucher.scheme, voucher.scheme_version),
        "code": format_code(voucher.code),
        "stand": voucher_stand(voucher, intake.today),
        "paper": url_for(f"{intake.audience}.voucher_paper", question_id=intake.id, scheme=voucher.scheme),
        "decisions": decisions,
        "used": [
            [format_date(one.invoice_date, "short"), one.invoice_number, amount]
            for one, amount in zip(used, amounts, strict=True)
        ],
        "changes": [
            [format_date(one.at, "short"), label(VOUCHER_CHANGES, one.kind), one.reason]
            for one in changes_of(intake.session, voucher=voucher)
        ],
        "account": url_for(f"{intake.audience}.repayment_account", question_id=intake.id),
    }
