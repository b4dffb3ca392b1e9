"""Where people come from: a campaign that two make, rename and end at once, and a draft that is begun, sent and thrown away meanwhile."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from portal.cases.origins.actions import (
    end_campaign,
    make_campaign,
    note_begun,
    note_heard_from,
    rename_campaign,
    take_up_campaign,
)
from portal.cases.origins.models import Campaign, HeardFrom
from portal.cases.questions.actions import discard_draft, submit_question
from tests.factories import MAIL, NOW, REGION, a_draft
from tests.reliability.pairs.acts import REGIONS, Found, Scene, made, row, the
from tests.reliability.pairs.scenes.asking import ASKER, QUESTION


def _begun(session: Session) -> None:
    a_draft(session)
    make_campaign(session, code="flyer", name="Flyer", actor=REGION, now=NOW)


def _ended(session: Session) -> None:
    campaign = make_campaign(session, code="flyer", name="Flyer", actor=REGION, now=NOW)
    end_campaign(session, campaign=campaign, actor=REGION, now=NOW)


CAMPAIGN = the(Campaign)
of_campaign = partial(row, campaign=CAMPAIGN, actor=REGIONS)
renaming = of_campaign(
    rename_campaign,
    name=Found(lambda _session, who: f"Flyer {who}"),
    seen_name=made(lambda campaign: campaign.name, CAMPAIGN),
)
BEGUN = Scene(
    "a draft that was begun by a campaign",
    _begun,
    (
        row(make_campaign, code="beurs", name="Beurs", actor=REGIONS),
        renaming,
        of_campaign(end_campaign),
        row(note_begun, question=QUESTION, code="flyer", actor=ASKER),
        row(note_heard_from, question=QUESTION, heard_from=HeardFrom.FLYER, actor=ASKER),
        row(submit_question, "begun by a campaign", question=QUESTION, contact=MAIL, actor=ASKER),
        row(discard_draft, "begun by a campaign", question=QUESTION, actor=ASKER),
    ),
)

ENDED = Scene("a campaign that has ended", _ended, (of_campaign(take_up_campaign), renaming))

SCENES = (BEGUN, ENDED)
