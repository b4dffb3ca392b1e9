"""State aid: companies of one group that ask at the same moment, and what must stand in the central register."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from portal.awarding.aid_register.actions import note_entered
from portal.awarding.aid_register.queries import RegisteredAward, register_of_aid
from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.reductions import lower_award, revoke_award
from portal.cases.contents import save_costs
from portal.cases.linked.actions import GroupSaid, correct_group, declare_group
from portal.cases.questions.actions import submit_question
from portal.cases.questions.models import CostInput, DevelopmentQuestion, Route
from portal.platform.errors import Conflict
from portal.spending.vouchers.models import Voucher
from tests.factories import ASKED, COMPANY, MAIL, REGION, a_draft, approve
from tests.portal.awarding.aid_region import MOST, USED, with_aid
from tests.reliability.pairs.acts import REGIONS, Found, Scene, nth, row, the, who_asked
from tests.reliability.pairs.scenes.awarding import draft, proposed

ROOM = 100_000
ALONE, TOGETHER = GroupSaid((), 0), GroupSaid(("87654321",), 0)
APPROVED = the(DevelopmentQuestion)


def _region(session: Session) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with_aid(session, Path(folder) / "proefland")


def _two_companies(session: Session) -> None:
    _region(session)
    for kvk in ("12345678", "87654321"):
        question = proposed(
            session,
            route=Route.EMPLOYER,
            costs=[CostInput("tuition", 120_000)],
            facts={USED: MOST - ROOM},
            applicant=replace(COMPANY, kvk_number=kvk),
        )
        if kvk == "12345678":
            approve(session, question)


def _due(session: Session, _who: int) -> RegisteredAward:
    due = register_of_aid(session, actor=REGION, due=True)
    if not due:
        raise Conflict("gone", "gone")
    return due[0]


correcting = partial(row, correct_group, own_number="12345678", reason="Gebeld met de boekhouder.")
VOUCHER = the(Voucher)
COMPANIES = Scene(
    "two companies of which one has aid already",
    _two_companies,
    (
        row(note_entered, award=Found(_due), reference="REG-1", sector="10.71", actor=REGIONS),
        correcting("one group", question=APPROVED, group=TOGETHER),
        correcting("no group", question=APPROVED, group=ALONE),
        row(
            correct_group,
            "of the second",
            question=nth(1, DevelopmentQuestion),
            group=GroupSaid(("12345678",), 0),
            own_number="87654321",
            reason="Zelfde eigenaar.",
        ),
        row(approve_proposal, question=nth(1, DevelopmentQuestion), draft=draft(1)),
        row(lower_award, voucher=VOUCHER, by_cents=10_000, basis=ASKED, reason="Korting."),
        row(revoke_award, voucher=VOUCHER, basis=ASKED, reason="Gestopt."),
    ),
)


def _draft_of_a_company(session: Session) -> None:
    _region(session)
    a_draft(session, route=Route.EMPLOYER)


mine = partial(row, question=APPROVED, actor=who_asked())
DRAFT = Scene(
    "a draft of a company",
    _draft_of_a_company,
    (
        mine(declare_group, "one group", group=TOGETHER),
        mine(declare_group, "no group", group=ALONE),
        mine(save_costs, costs=[CostInput("tuition", 90_000)]),
        mine(submit_question, contact=MAIL),
    ),
)

SCENES = (COMPANIES, DRAFT)
