"""What who asked still has to do, the most pressing first: it stands above everything else on the own page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import url_for

from portal.cases.hearings.queries import hearings_to_answer
from portal.platform.i18n import format_date, format_euros, format_items, ngettext
from portal.platform.i18n import gettext as _
from portal.web.intake.case import CasePage
from portal.web.intake.pieces import PieceView
from portal.web.intake.state import Intake
from portal.web.intake.viewing import intended

Item = dict[str, Any]


def own_todo(intake: Intake, case: CasePage, pieces: Sequence[PieceView], unanswered: int) -> list[Item]:
    """The things to do, each with its page. `unanswered` is how many changes of the desk wait for a yes or no."""
    return [*_asked(intake, case, pieces), *_money(intake, case), *_training(intake, case), *_look(intake, unanswered)]


def _asked(intake: Intake, case: CasePage, pieces: Sequence[PieceView]) -> Iterator[Item]:
    request, missing = case.open_request, [piece.text for piece in pieces if piece.missing]
    if request is not None:
        by = _("Antwoord graag uiterlijk op %(day)s.", day=format_date(request.answer_by))
        yield _item(
            intake, _("De adviseur heeft nog iets nodig"), f"{request.text} {by}", "answer", _("Antwoord geven")
        )
    for hearing in hearings_to_answer(intake.session, question=intake.question, actor=intake.actor):
        by = _("U kunt reageren tot en met %(day)s.", day=format_date(hearing.answer_by))
        yield _item(intake, intended(hearing), by, "own_view", _("Lees waarom, en geef uw reactie"))
    if missing and intake.question.is_open and case.application is not None:
        title = ngettext("Lever %(num)s stuk in", "Lever %(num)s stukken in", len(missing))
        yield _item(intake, title, format_items(missing), "evidence", _("Inleveren"))


def _money(intake: Intake, case: CasePage) -> Iterator[Item]:
    if case.asks_account:
        text = _("Zeg ons op welke rekening u het wilt.")
        yield _item(intake, _("U krijgt geld van ons terug"), text, "repayment_account", _("Rekening doorgeven"))
    if case.asks_own_account:
        text = _("Zeg ons op welke rekening u het wilt.")
        yield _item(intake, _("U krijgt geld van ons"), text, "repayment_account", _("Rekening doorgeven"))
    for claim in case.claims:
        if not claim.is_open:
            continue
        amount = format_euros(claim.next_cents)
        if claim.missed:
            title = _("Betaal uw gemiste termijn: %(amount)s", amount=amount)
        elif claim.next_on is not None:
            title = _("Betaal %(amount)s terug, uiterlijk op %(day)s", amount=amount, day=format_date(claim.next_on))
        else:
            title = _("Betaal %(amount)s terug", amount=amount)
        yield _item(intake, title, "", "vouchers", _("Waarom, en hoe u betaalt"))


def _training(intake: Intake, case: CasePage) -> Iterator[Item]:
    started = {seen.voucher_id for seen in case.attended if seen.started_on is not None}
    begun = any(one.live and (one.starts_on is None or one.starts_on <= intake.today) for one in case.vouchers)
    if begun and not started:
        text = _("Dan kan de factuur worden betaald.")
        yield _item(intake, _("Zeg het ons als uw opleiding is begonnen"), text, "training_progress", _("Uw opleiding"))


def _look(intake: Intake, unanswered: int) -> Iterator[Item]:
    if unanswered:
        title = ngettext(
            "Klopt wat een adviseur veranderde? %(num)s antwoord",
            "Klopt wat een adviseur veranderde? %(num)s antwoorden",
            unanswered,
        )
        yield _item(intake, title, "", "corrections", _("Bekijken en zeggen of het klopt"))


def _item(intake: Intake, title: str, text: str, page: str, link: str) -> Item:
    href = url_for(f"{intake.audience}.{page}", question_id=intake.id)
    return {"title": title, "text": text, "href": href, "link": link}
