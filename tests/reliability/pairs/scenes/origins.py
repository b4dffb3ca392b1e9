"""Where people come from: a campaign that two make at once, and a draft that is begun, sent and thrown away meanwhile."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.origins.actions import make_campaign, note_begun, note_heard_from
from portal.cases.origins.models import HeardFrom
from portal.cases.questions.actions import discard_draft, submit_question
from tests.factories import MAIL, NOW, REGION, a_draft
from tests.reliability.pairs.acts import REGIONS, Scene, row
from tests.reliability.pairs.scenes.asking import ASKER, QUESTION


def _begun(session: Session) -> None:
    a_draft(session)
    make_campaign(session, code="flyer", name="Flyer", actor=REGION, now=NOW)


BEGUN = Scene(
    "a draft that was begun by a campaign",
    _begun,
    (
        row(make_campaign, code="beurs", name="Beurs", actor=REGIONS),
        row(note_begun, question=QUESTION, code="flyer", actor=ASKER),
        row(note_heard_from, question=QUESTION, heard_from=HeardFrom.FLYER, actor=ASKER),
        row(submit_question, "begun by a campaign", question=QUESTION, contact=MAIL, actor=ASKER),
        row(discard_draft, "begun by a campaign", question=QUESTION, actor=ASKER),
    ),
)

SCENES = (BEGUN,)
