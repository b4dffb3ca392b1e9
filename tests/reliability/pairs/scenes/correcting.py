"""Questions that are corrected in the talk, before and after the decision; and the trainings that can be chosen for them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from portal.awarding.correcting import correct_question, take_back_correction
from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.orienting import choose_in_talk
from portal.awarding.proposals.actions import make_proposal
from portal.awarding.top_ups import top_up
from portal.cases.chosen_training import choose_training
from portal.cases.contents import save_contact, save_costs, save_training
from portal.cases.corrections.actions import (
    confirm_correction,
    object_to_correction,
    settle_correction,
    tell_of_corrections,
)
from portal.cases.corrections.models import Correction, OnWord
from portal.cases.questions.actions import submit_question
from portal.cases.shortlist.actions import drop_from_shortlist, shortlist_training
from portal.framework.training_files.actions import (
    begin_taking_in,
    drop_import,
    keep_import,
    plan_of_import,
    take_in_part,
    take_in_trainings,
)
from portal.framework.training_files.models import TrainingImport
from portal.framework.trainings.actions import (
    correct_training,
    enter_training,
    reinstate_training,
    retire_training,
)
from portal.framework.trainings.models import RegionTraining, TeachingForm, TrainingTerms, terms_of
from tests.factories import ADVISOR, MAIL, NOW, REGION, a_draft, an_application, approve
from tests.portal.awarding.test_top_ups import dearer
from tests.portal.cases.corrections.test_corrections import CHEAPER, DEARER, LATER
from tests.portal.framework.training_files.test_files import CARE, WELDING, rows
from tests.reliability.pairs.acts import NO, REGIONS, Found, Scene, made, nth, row, the, who_asked
from tests.reliability.pairs.scenes.awarding import QUESTION, draft, proposed
from tests.reliability.pairs.scenes.spending import VOUCHER, more

CORRECTION = the(Correction)
ASKER = who_asked()
correcting = partial(row, correct_question, question=QUESTION, on_word=OnWord.TOLD, now=LATER)


def corrected(session: Session, **changes: Any) -> None:
    """The advisor changed this in the first question."""
    question = QUESTION.look(session, 0)
    correct_question(session, question=question, changes=changes, on_word=OnWord.TOLD, actor=ADVISOR, now=NOW)


def _talked_about(session: Session) -> None:
    question = an_application(session)
    corrected(session, costs=DEARER)
    objection = "Het is niet duurder."
    object_to_correction(
        session,
        correction=CORRECTION.look(session, 0),
        objection=objection,
        actor=ASKER.look(session, 0),
        now=NOW,
    )
    corrected(session, training={"name": "Lasser", "provider": None})
    make_proposal(session, question=question, actor=ADVISOR, now=NOW)
    enter_training(session, terms=DRIVING, actor=REGION, now=NOW)


DRIVING = TrainingTerms(
    reference="v-9",
    name="Heftruck",
    provider_name="Vakschool Voorbeeld",
    source="Opgave van de opleider",
    as_of=NOW.date(),
    form=TeachingForm.ONLINE,
)
TRAINING = the(RegionTraining)
TALKED_ABOUT = Scene(
    "a question that was corrected, and its person says of one correction that it is wrong",
    _talked_about,
    (
        correcting("cheaper", changes={"costs": CHEAPER}),
        correcting("another training", changes={"training": {"name": "Timmerman", "provider": None}}),
        row(take_back_correction, "of the costs", correction=CORRECTION, now=LATER),
        row(take_back_correction, "of the training", correction=nth(1, Correction), now=LATER),
        row(settle_correction, correction=CORRECTION, reply="De offerte zegt dit.", now=LATER),
        row(confirm_correction, correction=nth(1, Correction), actor=ASKER, now=LATER),
        row(object_to_correction, correction=nth(1, Correction), objection="Anders.", actor=ASKER, now=LATER),
        row(tell_of_corrections, question=QUESTION, actor=NO, now=LATER),
        row(choose_in_talk, question=QUESTION, training=TRAINING, now=LATER),
        row(save_contact, question=QUESTION, contact=MAIL, now=LATER),
        row(approve_proposal, question=QUESTION, draft=draft(), now=LATER),
    ),
)


def _decided(session: Session) -> None:
    approve(session, proposed(session))
    dearer(session, VOUCHER.look(session, 0), 60_000)
    corrected(session, training={"name": "Lasser", "provider": None})


DECIDED = Scene(
    "a question that was corrected after the decision",
    _decided,
    (
        correcting("as dear as before", changes={"costs": [DEARER[0] | {"amount_cents": 120_000}]}),
        row(take_back_correction, correction=CORRECTION, now=LATER),
        row(top_up, voucher=VOUCHER, draft=more(40_000), now=LATER),
    ),
)


# Trainings ---------------------------------------------------------------------------------------------------------------


def _trainings(session: Session) -> None:
    a_draft(session)
    kept = keep_import(session, name="lijst.csv", rows=rows(WELDING), actor=REGION, now=NOW)
    plan = plan_of_import(session, kept=kept, now=NOW)
    take_in_trainings(session, kept=kept, plan=plan, whole=True, actor=REGION, now=NOW)
    enter_training(session, terms=DRIVING, actor=REGION, now=NOW)
    stopped, mine = nth(1, RegionTraining).look(session, 0), QUESTION.look(session, 0)
    shortlist_training(session, question=mine, training=stopped, actor=ASKER.look(session, 0), now=NOW)
    retire_training(session, training=stopped, actor=REGION, now=NOW)
    keep_import(session, name="later.csv", rows=rows(WELDING.replace("900", "950"), CARE), actor=REGION, now=NOW)


WAITING = nth(1, TrainingImport)
RENAMED: Found = made(lambda training: replace(terms_of(training), name="Lassen voor beginners"), TRAINING)


SEEN = Found(lambda session, who: plan_of_import(session, kept=WAITING.look(session, who), now=NOW))
"""What somebody saw that the list that waits would change."""
its = partial(row, actor=REGIONS)
mine = partial(row, question=QUESTION, actor=ASKER)
TRAININGS = Scene(
    "trainings of the region, a list of them that waits, and a draft",
    _trainings,
    (
        its(enter_training, terms=replace(DRIVING, reference="v-10")),
        its(correct_training, training=TRAINING, terms=RENAMED),
        its(retire_training, training=TRAINING),
        its(reinstate_training, training=nth(1, RegionTraining)),
        its(keep_import, name="nog een.csv", rows=rows(CARE)),
        its(drop_import, kept=WAITING),
        its(take_in_trainings, kept=WAITING, plan=SEEN, whole=True),
        its(begin_taking_in, kept=WAITING, plan=SEEN, whole=True),
        mine(choose_training, training=TRAINING),
        mine(shortlist_training, training=TRAINING),
        mine(drop_from_shortlist, training=nth(1, RegionTraining)),
        mine(save_training, name="Lasser", provider=None),
        mine(save_costs, costs=[]),
        mine(submit_question, contact=MAIL),
    ),
)


def _being_taken_in(session: Session) -> None:
    _trainings(session)
    begin_taking_in(
        session, kept=WAITING.look(session, 0), plan=SEEN.look(session, 0), whole=True, actor=REGION, now=NOW
    )


TAKING_IN = Scene(
    "a long list of trainings that is taken in part by part",
    _being_taken_in,
    (
        its(take_in_part, kept=WAITING, most=1),
        its(take_in_part, "the rest", kept=WAITING),
        its(begin_taking_in, kept=WAITING, plan=SEEN, whole=True),
        its(take_in_trainings, kept=WAITING, plan=SEEN, whole=True),
        its(drop_import, kept=WAITING),
        its(correct_training, training=TRAINING, terms=RENAMED),
        its(enter_training, terms=replace(DRIVING, reference="b")),
    ),
)

SCENES = (TALKED_ABOUT, DECIDED, TRAININGS, TAKING_IN)
