"""Trainings near somebody: the nearest first, at most so far, online always, and a place that lies nowhere last."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.framework.trainings.actions import enter_training
from portal.framework.trainings.models import TeachingForm
from portal.framework.trainings.queries import (
    TrainingSearch,
    distances_from,
    number_found,
    placed_municipalities,
    trainings_for_wish,
    trainings_found,
)
from tests.factories import NOW, REGION, a_region
from tests.portal.cases.test_chosen_training import TERMS

ON = NOW.date()
WHERE = {"Lassen A": "GM9903", "Lassen B": "GM9902", "Lassen C": "GM9901", "Lassen D": None}
"""Elders, of which the region does not say where it lies; Proefdorp, 18 km from Proefstad; Proefstad; online."""


@pytest.fixture
def placed(session: Session) -> Session:
    """A desk with four trainings that differ in their place."""
    a_region(session)
    for name, code in WHERE.items():
        form = TeachingForm.ONLINE if code is None else TeachingForm.CLASSROOM
        terms = replace(TERMS, reference=name, name=name, municipality=code, form=form)
        enter_training(session, terms=terms, actor=REGION, now=NOW)
    return session


def test_how_far_municipalities_are_is_known_of_those_that_the_region_places(placed: Session) -> None:
    assert distances_from(placed, home="GM9901", on=ON) == {"GM9901": 0, "GM9902": 18}
    assert distances_from(placed, home="GM9903", on=ON) == {"GM9903": 0}, "of itself only"
    assert distances_from(placed, home=None, on=ON) == {}
    assert list(placed_municipalities(placed, on=ON)) == ["GM9902", "GM9901"]


@pytest.mark.parametrize(
    ("home", "within", "names"),
    [
        (None, None, "ABCD"),
        (None, 5, "ABCD"),
        ("GM9901", None, "CDBA"),
        ("GM9902", None, "BDCA"),
        ("GM9903", None, "ADBC"),
        ("GM9901", 17, "CD"),
        ("GM9901", 18, "CDB"),
        ("GM9902", 5, "BD"),
    ],
)
def test_the_nearest_come_first_and_online_always_fits(
    placed: Session, home: str | None, within: int | None, names: str
) -> None:
    search = TrainingSearch(words="lassen", km=distances_from(placed, home=home, on=ON), within_km=within)
    found = trainings_found(placed, search=search, limit=9)
    assert "".join(one.name[-1] for one in found) == names and number_found(placed, search=search) == len(names)


def test_for_a_wish_what_fits_best_comes_before_what_is_nearest(placed: Session) -> None:
    terms = replace(TERMS, reference="v", name="Lassen en solderen", municipality="GM9902", form=TeachingForm.BLENDED)
    enter_training(placed, terms=terms, actor=REGION, now=NOW)
    km = distances_from(placed, home="GM9901", on=ON)
    found = trainings_for_wish(placed, wish="Ik wil lassen en solderen", km=km, limit=9)
    assert [one.name for one in found] == ["Lassen en solderen", "Lassen C", "Lassen D", "Lassen B", "Lassen A"]


def test_the_number_of_queries_does_not_grow_with_the_trainings(placed: Session) -> None:
    def asked() -> int:
        seen: list[str] = []
        listen = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        event.listen(placed.get_bind(), "before_cursor_execute", listen)
        placed.expire_all()
        search = TrainingSearch(km=distances_from(placed, home="GM9901", on=ON), within_km=50)
        trainings_found(placed, search=search, limit=50)
        event.remove(placed.get_bind(), "before_cursor_execute", listen)
        return len(seen)

    few = asked()
    for number in range(20):
        terms = replace(TERMS, reference=f"m-{number}", municipality="GM9902", form=TeachingForm.CLASSROOM)
        enter_training(placed, terms=terms, actor=REGION, now=NOW)
    assert asked() == few
