"""An auditor draws a sample, while what is drawn from changes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.accounting.samples.actions import draw_sample
from portal.accounting.samples.models import SampleField
from portal.awarding.reductions import revoke_award
from portal.spending.vouchers.models import Voucher
from tests.factories import ASKED, a_voucher
from tests.portal.accounting.audited import AUDITOR, OTHER_AUDITOR, a_choice
from tests.reliability.pairs.acts import Scene, by, row, the


def _vouchers(session: Session) -> None:
    for _ in range(2):
        a_voucher(session)


DRAWN_FROM = Scene(
    "vouchers that an auditor draws from",
    _vouchers,
    (
        row(draw_sample, choice=a_choice(size=2, field=SampleField.STATE), actor=by(AUDITOR, OTHER_AUDITOR)),
        row(revoke_award, voucher=the(Voucher), basis=ASKED, reason="Gestopt."),
    ),
)
SCENES = (DRAWN_FROM,)
