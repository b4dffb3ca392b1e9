"""Where questions of a closed period came from, and for what, stays so: after a correction, another sector, or erasing people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.accounting.figures.definitions import Breakdown
from portal.accounting.figures.periods import FigurePeriod
from portal.accounting.figures.queries import figure_book
from portal.accounting.periods.actions import add_period, close_period, lay_down_closing
from portal.accounting.periods.models import PeriodLength
from portal.awarding.correcting import correct_question, take_back_correction
from portal.cases.asked import training_value
from portal.cases.corrections.models import OnWord
from portal.cases.earlier_answers.models import EarlierAnswers
from portal.cases.questions.models import CostInput, DevelopmentQuestion, Route
from portal.framework.loading import load_region
from portal.framework.trainings.actions import correct_training, enter_training
from portal.framework.trainings.models import EarlierSector, RegionTraining, TeachingForm, TrainingTerms
from portal.oversight.privacy.erasing.cases import erase_parts
from portal.oversight.privacy.holdings import Family
from tests.factories import ADVISOR, COMPANY, NOW, PROEFLAND, REGION, SYSTEM, a_mandate, a_voucher, somebody
from tests.portal.accounting.accounts_of import SECOND_OF_REGION
from tests.portal.accounting.reports.test_closed_period import APRIL, MARCH, files
from tests.snapshots import begin_with

PEOPLE = 11
LISTED = TrainingTerms("m-1", "Monteur", "ROC Proef", "Folder", NOW.date(), TeachingForm.ONLINE, sector="technology")
Act = Callable[[Session, datetime], None]


ASKED_TOO = """
  - {key: employer_size, type: number, minimum: 1, question: {nl: "Hoeveel mensen werken er?", en: "How many people?"}, why: {nl: Grootte., en: Size.}}
  - key: training_sector
    type: choice
    question: {nl: "Voor welke sector is het?", en: "For which sector?"}
    why: {nl: Techniek., en: Technology.}
    values:
      - {key: technology, label: {nl: Techniek, en: Technology}}
      - {key: care, label: {nl: Zorg, en: Care}}
"""
"""Facts by which figures are divided, that Proefland does not ask."""


def proefland_that_asks_more(session: Session, folder: Path) -> None:
    """Proefland with the facts by which figures are divided."""
    copytree(PROEFLAND, folder)
    facts = folder / "facts.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").rstrip() + ASKED_TOO, encoding="utf-8")
    load_region(session, folder=folder, actor=SYSTEM, now=NOW - timedelta(days=60))
    for person in (ADVISOR, REGION):
        a_mandate(session, person)


@pytest.fixture
def closed(session: Session, tmp_path: Path) -> Session:
    """March is closed: vouchers of eleven people and of eleven companies, so that no row is of few."""

    def make(empty: Session) -> None:
        proefland_that_asks_more(empty, tmp_path / "proefland")
        training = enter_training(empty, terms=LISTED, actor=REGION, now=NOW)
        for number in range(PEOPLE):
            of_person = a_voucher(empty, applicant=somebody(number), costs=(CostInput("tuition", 30_000),))
            empty.get_one(DevelopmentQuestion, of_person.question_id).training_id = training.id
            company = replace(COMPANY, kvk_number=f"{12_345_678 + number}")
            facts = {"employer_size": 14, "training_sector": "technology"}
            a_voucher(empty, route=Route.EMPLOYER, applicant=company, facts=facts)
        period = add_period(empty, length=PeriodLength.MONTH, first_day=MARCH.first, actor=REGION, now=NOW)
        lay_down_closing(empty, period=period, actor=REGION, now=APRIL)
        close_period(empty, period=period, actor=SECOND_OF_REGION, now=APRIL)

    begin_with(session, "a closed month of people and companies", make)
    return session


def one_of(session: Session, route: Route) -> DevelopmentQuestion:
    rows = select(DevelopmentQuestion).where(DevelopmentQuestion.route == route).order_by(DevelopmentQuestion.id)
    return session.scalars(rows).first()  # type: ignore[return-value]


def correcting(route: Route, subject: str, value: Any) -> Act:
    def act(session: Session, at: datetime) -> None:
        change = {"changes": {subject: value}, "on_word": OnWord.TOLD, "actor": ADVISOR}
        correct_question(session, question=one_of(session, route), now=at, **change)

    return act


def taking_back(session: Session, at: datetime) -> None:
    question = one_of(session, Route.INDIVIDUAL)
    change = {"fact.residence_municipality": "GM9902"}
    [row] = correct_question(session, question=question, changes=change, on_word=OnWord.TOLD, actor=ADVISOR, now=at)
    take_back_correction(session, correction=row, actor=ADVISOR, now=at + timedelta(days=1))


def another_training(session: Session, at: datetime) -> None:
    terms = replace(LISTED, reference="m-2", name="Verzorgende", sector="care")
    other = enter_training(session, terms=terms, actor=REGION, now=at)
    correcting(Route.INDIVIDUAL, "training", training_value("Verzorgende", "ROC Proef", other.id))(session, at)


def another_sector_of_the_training(session: Session, at: datetime) -> None:
    training = session.scalars(select(RegionTraining)).one()
    correct_training(session, training=training, terms=replace(LISTED, sector="care"), actor=REGION, now=at)


def erasing(session: Session, at: datetime) -> None:
    ids = [one_of(session, route).id for route in Route]
    parts = (Family.CASE, Family.INVOICES, Family.LETTERS, Family.UPLOADS)
    erase_parts(session, parts=parts, question_ids=ids, now=at)


ACTS: dict[str, Act] = {
    "residence": correcting(Route.INDIVIDUAL, "fact.residence_municipality", "GM9902"),
    "residence not known": correcting(Route.INDIVIDUAL, "fact.residence_municipality", "unknown"),
    "sector of a person": correcting(Route.INDIVIDUAL, "fact.training_sector", "care"),
    "place of a company": correcting(Route.EMPLOYER, "fact.employer_municipality", "GM9902"),
    "sector of a company": correcting(Route.EMPLOYER, "fact.training_sector", "care"),
    "size of a company": correcting(Route.EMPLOYER, "fact.employer_size", 400),
    "another training": another_training,
    "taken back": taking_back,
    "another sector of the training": another_sector_of_the_training,
    "people erased": erasing,
}


def divided(session: Session, period: FigurePeriod) -> dict[Breakdown, dict[str, object]]:
    """How many vouchers and employers there are by each answer."""
    book = figure_book(session, actor=REGION, period=period)
    assert book is not None
    by = (Breakdown.MUNICIPALITY, Breakdown.SECTOR, Breakdown.ROUTE)
    found: dict[Breakdown, dict[str, object]] = {one: dict(book.by("vouchers_awarded", one)) for one in by}
    return found | {Breakdown.EMPLOYER_SIZE: dict(book.by("employers", Breakdown.EMPLOYER_SIZE))}


@pytest.mark.parametrize("late", [timedelta(0), NOW - APRIL], ids=("later", "as if it still was the closed day"))
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_is_answered_otherwise_after_the_close_changes_no_byte(closed: Session, act: Act, late: timedelta) -> None:
    before, by = files(closed), divided(closed, MARCH)
    assert by[Breakdown.SECTOR] == {"technology": 2 * PEOPLE}, "the rows are there"
    act(closed, APRIL + late)
    closed.expire_all()
    assert divided(closed, MARCH) == by
    assert files(closed) == before


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_control_without_what_was_kept_each_of_these_changes_the_closed_period(closed: Session, act: Act) -> None:
    by = divided(closed, MARCH)
    act(closed, APRIL)
    for table in (EarlierAnswers, EarlierSector):
        closed.execute(delete(table))
    closed.expire_all()
    assert (divided(closed, MARCH) == by) == (act is taking_back)


def test_on_the_day_of_a_correction_the_new_answer_counts_and_after_a_second_one_each_has_its_days(
    closed: Session,
) -> None:
    question, place = one_of(closed, Route.INDIVIDUAL), Breakdown.MUNICIPALITY
    for days, code in ((0, "GM9902"), (5, "GM9903"), (5, "GM9901"), (9, "GM9902")):
        correcting(Route.INDIVIDUAL, "fact.residence_municipality", code)(closed, APRIL + timedelta(days=days))

    def on(day: int) -> dict[str, object]:
        last = APRIL.date() + timedelta(days=day)
        return divided(closed, FigurePeriod(MARCH.first, last, last))[place]

    assert question.is_draft is False
    one, all_here = {"GM9901": 2 * PEOPLE - 1, "GM9902": 1}, {"GM9901": 2 * PEOPLE}
    assert [on(day) for day in (-1, 0, 4, 5, 8, 9, 20)] == [all_here, one, one, all_here, all_here, one, one]
