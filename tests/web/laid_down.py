"""For each audience an act that waits for a second person, laid down by somebody else than who looks."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.framework.funding.models import FundingLine
from portal.people.accounts.models import Account
from portal.people.actor import Actor, Audience
from portal.second_look.two_person_acts.actions import ActToLayDown, lay_down
from portal.second_look.two_person_acts.models import TwoPersonKind
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Voucher
from tests.web.asked import NOW


def acts_laid_down(
    session: Session, *, scheme: str, voucher: Voucher, account: Account, schemes: frozenset[str]
) -> dict[str, str]:
    """Per audience the public id of its act, as the world keeps it."""
    line = session.scalars(select(FundingLine).order_by(FundingLine.id.desc())).first()
    provider = session.scalars(select(Provider).order_by(Provider.id)).first()
    assert line is not None and provider is not None
    fee = {"provider": provider.id, "number": "A-99", "invoice_date": NOW.date().isoformat()}
    stop = {"scheme": scheme, "title": "Regeling van de regio", "last_day": "2035-12-31"}
    wanted = {
        Audience.REGION: ActToLayDown(TwoPersonKind.RAISE_BUDGET, f"funding_line:{line.id}", "Tweede tranche", 1_000),
        Audience.ADVISOR: ActToLayDown(
            TwoPersonKind.CANCELLATION_FEE, f"voucher:{voucher.id}", "Gaat niet door", 1_00, voucher.question_id, fee
        ),
        Audience.OWNER: ActToLayDown(TwoPersonKind.STOP_SCHEME, f"scheme:{scheme}", "Het geld is op", details=stop),
        Audience.ADMIN: ActToLayDown(
            TwoPersonKind.CHANGE_ROLE, f"account:{account.id}", "Andere functie", details={"role": "region"}
        ),
    }
    made = {}
    for audience, act in wanted.items():
        owned = schemes if audience is Audience.OWNER else frozenset()
        colleague = Actor(audience, account_id=990, display_name="Cor Collega", schemes=owned)
        made[f"act of {audience.value}"] = lay_down(session, act=act, actor=colleague, now=NOW).public_id
    return made
