"""Cases that go to a colleague together and back, while others act on one of them; and a reminder that goes once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from portal.cases.conversations.models import InformationRequest
from portal.cases.conversations.requests import ask_more, end_request
from portal.cases.handovers.actions import end_absence, hand_over_several, put_back_several, start_absence
from portal.cases.handovers.models import HandOver
from portal.cases.owners.actions import claim_case, give_case, hand_over_case, release_case
from portal.cases.questions.actions import close_question
from portal.cases.questions.models import CloseReason, DevelopmentQuestion
from portal.cases.reminding import remind_asker
from portal.oversight.worklist.models import SavedSelection
from portal.oversight.worklist.saving import forget_selection, save_selection
from portal.people.accounts.models import Account
from tests.factories import ADVISOR, NOW, SECOND, a_question
from tests.reliability.pairs.acts import THIRD, Scene, made, nth, row, the
from tests.reliability.pairs.scenes.asking import advisors

FIRST, LAST = the(DevelopmentQuestion), nth(1, DevelopmentQuestion)
ADA, TOM, DIRK = (the(Account, display_name=one.display_name) for one in (ADVISOR, SECOND, THIRD))
UNTIL = NOW.date() + timedelta(days=7)
FILTER = {"op": ["newest"]}


def _several(*questions: Any) -> list[Any]:
    return list(questions)


def _handed(session: Session) -> None:
    first, last = a_question(session), a_question(session)
    advisors(session)
    for question in (first, last):
        claim_case(session, question=question, actor=ADVISOR, now=NOW)
    ask_more(session, question=first, text="Offerte?", answer_by=UNTIL, actor=ADVISOR, now=NOW)
    dirk, tom = DIRK.look(session, 0), TOM.look(session, 0)
    hand_over_several(session, questions=[last], to=dirk, actor=ADVISOR, now=NOW)
    start_absence(session, who=tom, to=dirk, until=UNTIL, actor=ADVISOR, now=NOW)
    save_selection(session, name="Nieuw", asked=FILTER, actor=ADVISOR, now=NOW)


by_ada = partial(row, actor=ADVISOR)
HANDED = Scene(
    "cases that went to a colleague together",
    _handed,
    (
        by_ada(hand_over_several, questions=made(_several, FIRST), to=DIRK),
        by_ada(give_case, question=FIRST, to=TOM),
        by_ada(release_case, question=FIRST),
        by_ada(put_back_several, hand_over=the(HandOver)),
        row(hand_over_case, question=LAST, to=TOM, actor=THIRD),
        row(start_absence, who=ADA, to=DIRK, until=UNTIL),
        row(end_absence, hand_over=nth(1, HandOver)),
        row(close_question, question=FIRST, reason=CloseReason.NO_ANSWER),
        row(remind_asker, question=FIRST),
        row(end_request, request=the(InformationRequest), now=NOW + timedelta(days=8)),
        by_ada(save_selection, name="Nieuw", asked=FILTER),
        by_ada(forget_selection, selection=the(SavedSelection)),
    ),
)

SCENES = (HANDED,)
