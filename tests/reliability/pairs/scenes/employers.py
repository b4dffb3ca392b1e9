"""An employer with several questions: who may come in for it, and one application for all, while others act on one of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from portal.cases.applications.actions import AppliedFor, apply_for_awards, apply_together
from portal.cases.bundles.actions import replace_trainings, send_together
from portal.cases.employers.actions import admit_address, ask_employer_link, dismiss_address
from portal.cases.questions.actions import close_question, withdraw_question
from portal.cases.questions.models import CloseReason, DevelopmentQuestion, Route
from portal.people.accounts.models import EmployerAddress
from portal.people.actor import Actor
from portal.people.employers import end_address
from tests.factories import ADVISOR, COMPANY, MAIL, NOW, a_draft, asker
from tests.reliability.pairs.acts import Scene, made, nth, row, the, who_asked
from tests.reliability.pairs.scenes.asking import a_training

FIRST, LAST = the(DevelopmentQuestion), nth(1, DevelopmentQuestion)
ADDRESS = the(EmployerAddress)


def _wanted(*questions: Any) -> list[AppliedFor]:
    return [AppliedFor(one, ["bedrijfsvoucher"], COMPANY) for one in questions]


def _together(session: Session) -> None:
    draft = a_draft(session, route=Route.EMPLOYER)
    me = asker(draft)
    trainings = [a_training("a"), a_training("b")]
    replace_trainings(session, question=draft, trainings=trainings, actor=me, now=NOW)
    send_together(session, question=draft, contact=MAIL, actor=me, now=NOW)
    admit_address(session, question=draft, email="hr@bakkerij.example", actor=ADVISOR, now=NOW)


first = partial(row, question=FIRST)
TOGETHER = Scene(
    "questions that an employer sent together",
    _together,
    (
        row(apply_together, wanted=made(_wanted, FIRST, LAST), confirmed=True),
        first(apply_for_awards, schemes=["bedrijfsvoucher"], applicant=COMPANY, confirmed=True),
        first(withdraw_question, reason=None, actor=who_asked()),
        row(close_question, question=LAST, reason=CloseReason.HELPED),
        first(admit_address, email="kees@bakkerij.example"),
        first(dismiss_address, address=ADDRESS),
        row(end_address, address=ADDRESS),
        row(ask_employer_link, email="hr@bakkerij.example", actor=Actor.anonymous()),
    ),
)

SCENES = (TOGETHER,)
