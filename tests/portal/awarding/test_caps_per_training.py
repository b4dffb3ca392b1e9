"""Ceilings per training: counted for the training of the region by its id, for another one by its name, over all who follow it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from matching.problem.proposal import Share
from portal.awarding.award_breaks import award_breaks
from portal.awarding.caps import caps_of_award
from portal.awarding.correcting import correct_question
from portal.awarding.decisions.actions import approve_proposal
from portal.awarding.decisions.drafts import Draft
from portal.awarding.decisions.requirements import MixNoLongerFits
from portal.awarding.earlier_awards import earlier_awards, had_for_trainings
from portal.awarding.orienting import answers_to_trainings
from portal.awarding.proposals.actions import make_proposal
from portal.cases.asked import asked_of
from portal.cases.corrections.models import OnWord
from portal.cases.questions.models import CostInput, DevelopmentQuestion
from portal.framework.loading import load_region
from portal.framework.trainings.actions import correct_training, enter_training
from portal.framework.trainings.models import RegionTraining, TeachingForm, TrainingPrice, TrainingTerms, terms_of
from portal.ledger.invariants import verify
from portal.ledger.models import CapGuard
from portal.platform.database import unit_of_work
from portal.platform.errors import Refusal
from portal.publishing.replay.queries import past_questions
from portal.spending.vouchers.models import Award, Voucher
from portal.spending.vouchers.queries import ledger_breaks
from schemes.basics.costs import HadBefore
from schemes.definition.amounts import Cap
from tests.factories import (
    ADVISOR,
    ALL_CHECKED,
    NOW,
    PROEFLAND,
    REGION,
    SAM,
    SECOND,
    SYSTEM,
    a_mandate,
    an_application,
    approve,
    somebody,
)
from tests.portal.at_once import Act, at_once
from tests.portal.awarding.test_top_ups import dearer, more
from tests.snapshots import begin_with

LATER = NOW + timedelta(days=1)
CAPPED = "{per: person, amount_cents: 300000, period: calendar_year}"
PER_TRAINING = "{per: training, amount_cents: 300000, period: calendar_year}"
"""Instead of at most € 3.000 a year for each person: for each training, whoever follows it."""


@pytest.fixture(autouse=True)
def proefland(engine: Engine, tmp_path: Path) -> None:
    def load(session: Session) -> None:
        folder = tmp_path / "proefland"
        shutil.copytree(PROEFLAND, folder)
        scheme = folder / "schemes" / "leervoucher.yaml"
        assert CAPPED in scheme.read_text()
        scheme.write_text(scheme.read_text().replace(CAPPED, PER_TRAINING))
        load_region(session, folder=folder, actor=SYSTEM, now=NOW - timedelta(days=60))
        for person in (ADVISOR, SECOND):
            a_mandate(session, person)

    unit_of_work(engine, lambda session: begin_with(session, "proefland per training", load))


def training(session: Session, provider: str = "ROC Proef", name: str = "Monteur") -> RegionTraining:
    """A training of the region; questions of the factories ask for Monteur of ROC Proef."""
    terms = TrainingTerms(f"{name}-{provider}", name, provider, "Folder", NOW.date(), TeachingForm.ONLINE)
    return enter_training(session, terms=terms, actor=REGION, now=NOW)


def asked(session: Session, cents: int = 200_000, **words: str | None) -> DevelopmentQuestion:
    """An application of somebody else each time; `words` are those of its training, when they are others."""
    question = an_application(session, applicant=somebody(), costs=[CostInput("tuition", cents)])
    if words:
        changes = {"training": {"name": "Monteur", "provider": "ROC Proef"} | words}
        correct_question(session, question=question, changes=changes, on_word=OnWord.TOLD, actor=ADVISOR, now=NOW)
    return question


def awarded(session: Session, question: DevelopmentQuestion) -> int:
    """What is awarded on a question, which is approved as it is proposed."""
    approve(session, question)
    session.expire_all()
    return session.scalar(select(func.sum(Award.amount_cents)).where(Award.question_id == question.id)) or 0


def sound(session: Session) -> bool:
    return [*verify(session), *ledger_breaks(session), *award_breaks(session)] == []


def guarded(session: Session) -> dict[str, int]:
    rows = session.scalars(select(CapGuard).where(CapGuard.holder_key.like("training:%")).order_by(CapGuard.id))
    return {row.holder_key: row.used_cents for row in rows}


def full(cents: int) -> list[Share]:
    return [Share(line="k1", offer="leervoucher", funding_line="rijk-leren", cents=cents)]


def test_a_second_person_gets_what_is_left_for_the_training(session: Session) -> None:
    known = training(session)
    first, second = asked(session), asked(session)
    assert (first.training_id, second.training_id) == (known.id, known.id)
    assert (awarded(session, first), awarded(session, second)) == (200_000, 100_000)
    assert guarded(session) == {f"training:{known.id}": 300_000} and sound(session)
    rows = session.scalars(select(Award).order_by(Award.id)).all()
    assert [(row.training_id, row.training_key) for row in rows] == [(known.id, f"training:{known.id}")] * 2


def test_it_is_the_same_training_when_it_is_spelled_otherwise(session: Session) -> None:
    known = training(session)
    first = asked(session)
    assert awarded(session, first) == 200_000
    correct_training(
        session, training=known, terms=replace(terms_of(known), name="Monteur (mbo)"), actor=REGION, now=NOW
    )
    second = asked(session, name="Monteur (MBO)")
    assert (second.training_name, second.training_id) == ("Monteur (MBO)", known.id)
    assert awarded(session, second) == 100_000 and sound(session)


def test_two_trainings_of_one_name_at_two_providers_are_two(session: Session) -> None:
    one, other = training(session), training(session, "Vakschool")
    first, second = asked(session), asked(session, provider="Vakschool")
    assert (first.training_id, second.training_id) == (one.id, other.id)
    assert (awarded(session, first), awarded(session, second)) == (200_000, 200_000)
    assert len(guarded(session)) == 2 and sound(session)


def test_a_training_that_is_not_in_the_catalogue_counts_by_its_name_beside_those_that_are(session: Session) -> None:
    training(session)
    assert awarded(session, asked(session)) == 200_000
    loose = asked(session, provider="Een ander")
    assert loose.training_id is None
    assert awarded(session, loose) == 200_000
    assert awarded(session, asked(session, name=" mónteur", provider="Nog een ander")) == 100_000
    assert awarded(session, asked(session, name="Lasser", provider=None)) == 200_000, "the control"
    assert sorted(guarded(session).values()) == [200_000, 200_000, 300_000] and sound(session)


def test_what_one_had_for_another_training_takes_no_room(session: Session) -> None:
    training(session)
    first, second = (
        an_application(session, applicant=SAM, costs=[CostInput("tuition", 250_000)], now=now) for now in (NOW, LATER)
    )
    changes = {"training": {"name": "Lasser", "provider": None}}
    correct_question(session, question=second, changes=changes, on_word=OnWord.TOLD, actor=ADVISOR, now=LATER)
    assert awarded(session, first) == 250_000
    [had] = earlier_awards(session, question=second, on=LATER.date())
    assert had.counts_for == "holder"
    approve(session, second, now=LATER)
    assert session.scalar(select(func.sum(Award.amount_cents))) == 500_000 and sound(session)


def test_what_others_had_is_one_sum_and_counts_for_nothing_but_the_training(session: Session) -> None:
    known = training(session)
    for _ in range(2):
        awarded(session, asked(session, 100_000))
    third = asked(session)
    [had] = earlier_awards(session, question=third, on=NOW.date())
    assert (had.amount_cents, had.counts_for) == (200_000, "training")
    found = had_for_trainings(session, keys=[f"training:{known.id}", "training:named:x"], on=NOW.date())
    assert {key: [one.amount_cents for one in had] for key, had in found.items()} == {f"training:{known.id}": [200_000]}
    assert earlier_awards(session, question=asked(session, name="Lasser"), on=NOW.date()) == []


def test_what_was_declared_of_elsewhere_counts_for_the_training_that_is_asked_for(session: Session) -> None:
    question = asked(session)
    question.had_before = [{"scheme": "leervoucher", "amount_cents": 250_000, "awarded_on": "2026-01-05"}]
    session.flush()
    assert awarded(session, question) == 50_000 and sound(session)


def test_an_award_stays_counted_for_its_training_whatever_becomes_of_the_question(session: Session) -> None:
    known = training(session)
    question = asked(session, 100_000)
    awarded(session, question)
    changes = {"training": {"name": "Lasser", "provider": None}}
    correct_question(session, question=question, changes=changes, on_word=OnWord.TOLD, actor=ADVISOR, now=LATER)
    voucher = session.scalars(select(Voucher)).one()
    dearer(session, voucher, 250_000)
    more(session, voucher, 50_000)
    assert guarded(session) == {f"training:{known.id}": 150_000} and sound(session)
    assert awarded(session, asked(session)) == 150_000


def test_what_was_awarded_before_the_training_was_kept_counts_for_what_its_question_says(session: Session) -> None:
    known = training(session)
    first = asked(session)
    awarded(session, first)
    session.query(Award).update({"training_id": None, "training_key": None})
    session.query(CapGuard).filter(CapGuard.holder_key == f"training:{known.id}").update({"used_cents": 0})
    session.expire_all()
    second = asked(session)
    assert awarded(session, second) == 100_000
    assert guarded(session) == {f"training:{known.id}": 100_000}
    assert list(award_breaks(session)) == []


def test_a_proposal_of_before_another_was_awarded_no_longer_fits(session: Session) -> None:
    training(session)
    first, second = asked(session), asked(session)
    awarded(session, first)
    with pytest.raises(MixNoLongerFits) as misfit, session.begin_nested():
        approve(session, second, shares=full(200_000))
    assert "above_cap" in {reason.code for reason in misfit.value.reasons}


def test_the_guard_alone_stops_a_top_up_that_the_rules_let_through(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    training(session)
    first, second = asked(session, 100_000), asked(session)
    awarded(session, first), awarded(session, second)
    voucher = session.scalars(select(Voucher).where(Voucher.question_id == first.id)).one()
    dearer(session, voucher, 150_000)
    monkeypatch.setattr("portal.awarding.top_ups._within_the_mix", lambda *_: None)
    with pytest.raises(Refusal) as refused, session.begin_nested():
        more(session, voucher, 1)
    assert (refused.value.code, refused.value.params["available_cents"]) == ("cap_exhausted", 0)


def approves(question_id: int, cents: int) -> Act:
    def read(session: Session) -> Callable[[], object]:
        question = session.get_one(DevelopmentQuestion, question_id)
        proposal = make_proposal(session, question=question, actor=ADVISOR, now=NOW)
        draft = Draft(proposal, "Past.", ALL_CHECKED, shares=full(cents))
        return lambda: approve_proposal(session, question=question, draft=draft, actor=ADVISOR, now=NOW)

    return read


@pytest.mark.parametrize(("cents", "done"), [(160_000, 1), (150_000, 2)])
def test_two_people_at_once_do_not_both_take_the_last_room_of_a_training(engine: Engine, cents: int, done: int) -> None:
    def two(session: Session) -> list[int]:
        training(session)
        return [asked(session, cents).id for _ in range(2)]

    ids = unit_of_work(engine, two)
    outcomes = at_once(engine, *(approves(one, cents) for one in ids))
    assert outcomes.count("done") == done, outcomes
    with Session(engine) as session:
        assert list(guarded(session).values()) == [done * cents] and sound(session)


def test_without_the_guard_both_take_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def two(session: Session) -> list[int]:
        return [asked(session, 160_000).id for _ in range(2)]

    def unguarded(*told: object) -> object:
        return tuple(cap for cap in caps_of_award(*told) if not cap.holder_key.startswith("training:"))  # type: ignore[arg-type]

    ids = unit_of_work(engine, two)
    monkeypatch.setattr("portal.awarding.decisions.reserving.caps_of_award", unguarded)
    monkeypatch.setattr("portal.awarding.earlier_awards._to_others", lambda *_, **__: [])
    assert at_once(engine, *(approves(one, 160_000) for one in ids)) == ["done", "done"], "the control"
    with Session(engine) as session:
        assert [one.invariant for one in award_breaks(session)] == ["A4", "A4"], "and the check of the books sees it"


def test_a_replay_counts_what_others_had_for_the_training_by_then(session: Session) -> None:
    training(session)
    awarded(session, asked(session))
    asked(session), asked(session, name="Lasser")
    cap = Cap(amount_cents=300_000, per="training", period="calendar_year")
    found = [question.had_before for question, _ in past_questions(session, {"leervoucher": [cap]})]
    others = HadBefore(scheme="leervoucher", amount_cents=200_000, awarded_on=NOW.date(), counts_for="training")
    assert found == [(), (others,), ()]
    assert [question.had_before for question, _ in past_questions(session)] == [()] * 3, "no scheme has such a cap"


def test_the_training_of_what_was_asked_is_that_of_the_catalogue(session: Session) -> None:
    known = training(session)
    value = asked_of(session, asked(session))["training"]
    assert value == {"name": "Monteur", "provider": "ROC Proef", "id": known.id}


def test_trainings_are_compared_with_what_is_left_for_each(session: Session) -> None:
    full_up, other = (training(session, provider, "Lassen") for provider in ("School A", "School B"))
    for known in (full_up, other):
        known.prices = [TrainingPrice(category="tuition", amount_cents=200_000, vat_cents=0)]
    session.flush()
    assert awarded(session, asked(session, 250_000, name="Lassen", provider="School A")) == 250_000
    question = asked(session)
    found = answers_to_trainings(session, question=question, trainings=[full_up, other], today=NOW.date())
    paid = [one.answer.proposal.own_contribution_cents for one in found if one.answer and one.answer.proposal]
    assert paid == [150_000, 0]
