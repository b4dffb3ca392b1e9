"""After which changes an application loses its place in the order of receipt: what the schemes that were applied for say."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.awarding.correcting import correct_question
from portal.cases.applications.asked_anew import complete_again_after
from portal.cases.applications.queries import application_by_question
from portal.cases.corrections.actions import take_back
from portal.cases.corrections.models import Correction, OnWord
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.loading import load_region
from portal.platform.database import unit_of_work
from tests.factories import ADVISOR, NOW, PROEFLAND, SYSTEM, an_application

LATER = NOW + timedelta(days=3)
TUITION = {
    "category": "tuition",
    "amount_cents": 150_000,
    "description": None,
    "amount_without_vat_cents": None,
    "due_on": None,
    "bearer": "resident",
}
DEARER: dict[str, Any] = {"costs": [TUITION]}
OTHER: dict[str, Any] = {"training": {"name": "Lasser", "provider": None}}
BOTH = ("higher_costs", "another_training")
Says = dict[str, Sequence[str] | None]


@pytest.fixture
def database() -> str:
    """Once is enough: what a scheme says is a rule; the write that moves the place is that of every correction."""
    return "sqlite"


@pytest.fixture
def region(engine: Engine, tmp_path: Path) -> Callable[[Says], None]:
    """Proefland in which schemes say after which changes an application is complete again; None says nothing of a budget."""

    def load(says: Says) -> None:
        folder = tmp_path / "proefland"
        shutil.copytree(PROEFLAND, folder)
        for slug, changes in says.items():
            if changes is not None:
                scheme = folder / "schemes" / f"{slug}.yaml"
                rule = f"complete_again_after: [{', '.join(changes)}]"
                budget = f"\nbudget: {{distribution: order_of_receipt, {rule}}}\n"
                scheme.write_text(scheme.read_text().rstrip() + budget)
        at = NOW - timedelta(days=60)
        unit_of_work(engine, lambda session: load_region(session, folder=folder, actor=SYSTEM, now=at))

    return load


def change(session: Session, question: DevelopmentQuestion, changes: dict[str, Any]) -> list[Correction]:
    return correct_question(session, question=question, changes=changes, on_word=OnWord.TOLD, actor=ADVISOR, now=LATER)


def place(session: Session, question: DevelopmentQuestion) -> datetime | None:
    application = application_by_question(session, question=question)
    assert application is not None
    return application.completed_at


@pytest.mark.parametrize(
    ("says", "moved_by"),
    [
        ({"leervoucher": None}, BOTH),
        ({"leervoucher": BOTH}, BOTH),
        ({"leervoucher": ["higher_costs"]}, ["higher_costs"]),
        ({"leervoucher": ["another_training"]}, ["another_training"]),
        ({"leervoucher": []}, []),
        ({"leervoucher": [], "materiaalvoucher": []}, []),
        ({"leervoucher": [], "materiaalvoucher": ["another_training"]}, ["another_training"]),
        ({"leervoucher": ["higher_costs"], "materiaalvoucher": ["another_training"]}, BOTH),
        ({"leervoucher": [], "materiaalvoucher": None}, BOTH),
    ],
)
def test_a_change_moves_the_place_when_any_scheme_that_was_applied_for_says_so(
    session: Session, region: Callable[[Says], None], says: Says, moved_by: Sequence[str]
) -> None:
    region(says)
    question = an_application(session, schemes=list(says))
    application = application_by_question(session, question=question)
    assert application is not None
    assert complete_again_after(session, question=question, application=application) == set(moved_by)
    for kind, changes in (("higher_costs", DEARER), ("another_training", OTHER)):
        [row] = change(session, question, changes)
        assert place(session, question) == (LATER if kind in moved_by else NOW), kind
        assert row.place_before == (NOW if kind in moved_by else None)
        take_back(session, correction=row, actor=ADVISOR, now=LATER)
        assert place(session, question) == NOW
    rows = change(session, question, DEARER | OTHER)
    assert place(session, question) == (LATER if moved_by else NOW)
    assert sorted(row.subject for row in rows if row.place_before is not None) == sorted(
        {"higher_costs": "costs", "another_training": "training"}[kind] for kind in moved_by
    )


def test_a_scheme_that_was_not_applied_for_moves_nothing(session: Session, region: Callable[[Says], None]) -> None:
    region({"leervoucher": [], "materiaalvoucher": BOTH})
    question = an_application(session)
    change(session, question, DEARER | OTHER)
    assert place(session, question) == NOW


def test_a_fact_that_is_missing_takes_the_place_whatever_the_scheme_says(
    session: Session, region: Callable[[Says], None]
) -> None:
    region({"leervoucher": []})
    question = an_application(session)
    change(session, question, {"fact.training_start": None})
    assert place(session, question) is None
