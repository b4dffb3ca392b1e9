"""Keeping an award to what its round divided: below every act that reserves money for a voucher."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.awarding.divisions.models import RoundMethod, RoundState
from portal.awarding.divisions.queries import DividedPart, part_of, rounds_of
from portal.cases.applications.models import Application
from portal.framework.catalogue.queries import SchemeInForce
from portal.ledger.queries import figures
from portal.platform.clock import local_date
from portal.platform.errors import Conflict
from portal.platform.i18n import format_date, format_euros, localized
from portal.platform.i18n import lazy_gettext as _l
from portal.spending.vouchers.actions import scheme_of_voucher
from portal.spending.vouchers.models import Voucher


class NotDivided(Conflict):
    """More than the rounds of its scheme divided to an application, or before one was divided. Nothing was booked."""


def keep_to_division(session: Session, *, voucher: Voucher, cents: int) -> None:
    """Make sure that so many cents more on a voucher are no more than the rounds of its scheme divided to the application.

    To be called in the transaction that reserves, right before the ledger does, when the question is locked. What the books hold
    for the vouchers of this scheme on the case counts. Let through are schemes that do not divide in rounds, and awards that
    were taken over from an earlier administration, which have no application. Raises ``NotDivided``: ``no_round``,
    ``round_not_divided``, ``next_round`` for who was complete after the last day of a round, or ``above_division``.
    """
    session.flush()
    scheme = scheme_of_voucher(session, voucher=voucher)
    application = session.scalar(select(Application).where(Application.question_id == voucher.question_id))
    if application is None or not _in_rounds(scheme):
        return
    part = part_of(session, application=application, scheme=voucher.scheme)
    if part is None:
        raise _not_yet(session, scheme, application)
    held = _held_cents(session, voucher)
    if held + cents > part.cents:
        raise _too_much(scheme, part, held)


def _in_rounds(scheme: SchemeInForce) -> bool:
    budget = scheme.definition.budget
    return budget is not None and budget.distribution in set(RoundMethod)


def _held_cents(session: Session, voucher: Voucher) -> int:
    """What the books hold for all vouchers of this scheme on the case: reserved, or used."""
    mine = (Voucher.question_id == voucher.question_id, Voucher.scheme == voucher.scheme)
    ids = session.scalars(select(Voucher.id).where(*mine)).all()
    found = figures(session, by=("voucher_id",), voucher_ids=ids)
    return sum(one.reserved_cents + one.spent_cents for one in found.values())


def _too_much(scheme: SchemeInForce, part: DividedPart, held_cents: int) -> NotDivided:
    message = _l(
        "De ronde van %(scheme)s tot en met %(day)s gaf deze aanvraag %(amount)s. Meer kan niet. Er is niets vastgelegd.",
        scheme=localized(scheme.definition.title),
        day=format_date(part.latest.received_until, "long"),
        amount=format_euros(part.cents, exact=True),
    )
    return NotDivided("above_division", message, params={"granted_cents": part.cents, "held_cents": held_cents})


def _not_yet(session: Session, scheme: SchemeInForce, application: Application) -> NotDivided:
    """Why nothing was divided to an application yet: no round, one that still goes on, or it came after the last."""
    rounds = rounds_of(session, schemes=[scheme.slug])
    title = localized(scheme.definition.title)
    if not rounds:
        message = _l("Het geld van %(scheme)s wordt verdeeld in een ronde. Er loopt nog geen ronde.", scheme=title)
        return NotDivided("no_round", message)
    last = rounds[-1]
    day, complete = format_date(last.received_until, "long"), application.completed_at
    if complete is not None and local_date(complete) <= last.received_until and last.state is RoundState.OPEN:
        message = _l(
            "De ronde van %(scheme)s wordt verdeeld na %(day)s. Beslis daarna. Er is niets vastgelegd.",
            scheme=title,
            day=day,
        )
        return NotDivided("round_not_divided", message)
    message = _l(
        "Deze aanvraag doet niet mee in de ronde van %(scheme)s tot en met %(day)s. Zij hoort bij een volgende ronde.",
        scheme=title,
        day=day,
    )
    return NotDivided("next_round", message)
