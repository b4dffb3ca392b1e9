"""What waits for a second person in the demonstration: one act for each audience that has such acts."""

from __future__ import annotations

from datetime import date

from portal.demo import texts
from portal.demo.desk import DemoDesk
from portal.framework.catalogue.queries import scheme_in_force
from portal.framework.funding.models import FundingLine
from portal.people.accounts.models import Role
from portal.people.accounts.queries import accounts, actor_of_account, secret_hash
from portal.platform.errors import Refusal
from portal.platform.i18n import localized
from portal.second_look.two_person_acts.actions import ActToLayDown, lay_down
from portal.second_look.two_person_acts.models import TwoPersonKind
from portal.spending.invoices.models import WAITING
from portal.spending.invoices.queries import invoices

FROM_REGION = "ontwikkelfonds-werkgever"
"""A scheme of the owners of the region."""


def lay_down_one_of_each(desk: DemoDesk, line: FundingLine | None) -> None:
    """A higher budget, an invoice that a check found something on, a scheme that ends, and an advisor who begins."""
    if line is not None:
        subject = f"funding_line:{line.id}"
        act = ActToLayDown(TwoPersonKind.RAISE_BUDGET, subject, texts.MONEY_PROMISED, 25_000_00)
        lay_down(desk.session, act=act, actor=desk.staff.region, now=desk.now)
    _an_invoice(desk)
    scheme = scheme_in_force(desk.session, slug=FROM_REGION, on=desk.today)
    if scheme is not None:
        last = date(desk.today.year + 1, 12, 31).isoformat()
        told = {"scheme": FROM_REGION, "title": localized(scheme.definition.title), "last_day": last}
        act = ActToLayDown(TwoPersonKind.STOP_SCHEME, f"scheme:{FROM_REGION}", texts.FUND_ENDS, details=told)
        lay_down(desk.session, act=act, actor=desk.staff.owner, now=desk.now)
    email = "nora.nieuw@example.nl"
    wanted = {"email": email, "display_name": "Nora Nieuw", "role": Role.ADVISOR.value, "organisation": None}
    subject = f"new_account:{secret_hash(email)}"
    act = ActToLayDown(TwoPersonKind.NEW_ACCOUNT, subject, texts.NEW_COLLEAGUE, details=wanted)
    administrator = accounts(desk.session, role=Role.ADMIN)[0]
    lay_down(desk.session, act=act, actor=actor_of_account(administrator), now=desk.now)


def _an_invoice(desk: DemoDesk) -> None:
    """The first invoice that can be accepted in spite of what a check found."""
    advisor = desk.staff.advisors[0]
    for invoice in invoices(desk.session, actor=advisor, states=WAITING, limit=100):
        kind, subject = TwoPersonKind.OVERRIDE_INVOICE, f"invoice:{invoice.id}"
        reason, question = texts.INVOICE_NOTES[0], invoice.voucher.question_id
        act = ActToLayDown(kind, subject, reason, invoice.amount_cents, question)
        try:
            lay_down(desk.session, act=act, actor=advisor, now=desk.now)
        except Refusal:
            continue
        return
