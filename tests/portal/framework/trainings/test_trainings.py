"""The trainings of the region: entered, corrected, retired, and found by words and filters, also with a mistake in a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.framework.trainings.actions import (
    MOST_CENTS,
    TrainingRules,
    correct_training,
    enter_training,
    reinstate_training,
    retire_training,
    wrong_terms,
)
from portal.framework.trainings.models import (
    PriceLine,
    RegionTraining,
    TeachingForm,
    TrainingTerms,
    TrainingWord,
    terms_of,
)
from portal.framework.trainings.queries import (
    TrainingSearch,
    number_found,
    spellings,
    training_by_public_id,
    trainings_found,
)
from portal.people.audit.models import AuditEvent
from portal.platform.database import unit_of_work
from portal.platform.errors import Conflict, Refusal
from schemes.basics.values import Text
from tests.factories import ADVISOR, NOW, REGION, a_region
from tests.portal.at_once import Act, at_once
from tests.snapshots import made_once

SECTORS = (("technology", "Techniek", "Technology"), ("care", "Zorg en welzijn", "Care and welfare"))
WELDING = TrainingTerms(
    reference="v-1",
    name="Lassen MIG/MAG, niveau 2",
    provider_name="Vakschool Voorbeeld",
    provider_kvk="00002001",
    source="Opgave van de opleider",
    as_of=date(2026, 2, 1),
    level=2,
    sector="technology",
    shortage=True,
    municipality="GM0001",
    starts=(date(2026, 3, 9), date(2026, 9, 7)),
    crkbo=True,
    prices=(PriceLine("tuition", 145_000), PriceLine("books", 10_900, 900)),
)
CARE = replace(
    WELDING, reference="v-2", name="Helpende plus", sector="care", shortage=False, evening=True, level=None, form=TeachingForm.ONLINE,
    municipality=None, prices=(PriceLine("tuition", 99_000),),
)  # fmt: skip


@pytest.fixture
@made_once
def rules(session: Session) -> TrainingRules:
    """Those of a region that has sectors."""
    a_region(session)
    known = TrainingRules(session, NOW.date())
    known.sectors = {key: Text(nl=nl, en=en) for key, nl, en in SECTORS}
    return known


@pytest.fixture
def place(rules: TrainingRules) -> str:
    """The code of a municipality of the region."""
    return next(iter(rules.municipalities))


@pytest.fixture
@made_once
def welding(session: Session, place: str, rules: TrainingRules) -> RegionTraining:
    return enter_training(session, terms=replace(WELDING, municipality=place), actor=REGION, now=NOW, rules=rules)


def found(session: Session, **search: Any) -> list[str]:
    wanted = TrainingSearch(**search)
    rows = trainings_found(session, search=wanted, limit=50)
    assert number_found(session, search=wanted) == len(rows)
    return [row.name for row in rows]


def test_what_was_entered_is_read_back_and_logged(
    session: Session, welding: RegionTraining, rules: TrainingRules, place: str
) -> None:
    assert terms_of(welding) == replace(WELDING, municipality=place)
    assert welding.total_cents == 155_900
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None and event.action == "training.entered"
    with pytest.raises(Conflict):
        enter_training(session, terms=terms_of(welding), actor=REGION, now=NOW, rules=rules)


@pytest.mark.parametrize(
    "words",
    ["lassen", "Lasen", "lassne", "lasssen", "lessen", "LÀSSEN mig", "vakschol", "techniek", "niveau lassen", "las"],
)
def test_a_word_is_found_in_part_and_with_one_mistake(session: Session, welding: RegionTraining, words: str) -> None:
    assert found(session, words=words) == [welding.name]


@pytest.mark.parametrize("words", ["lossem", "lasxxen", "lassen taart", "%", "migmag%", "lessenaar"])
def test_control_other_words_are_not_found(session: Session, welding: RegionTraining, words: str) -> None:
    assert found(session, words=words) == ([welding.name] if words == "%" else [])


def test_filters_leave_out_what_does_not_fit(session: Session, welding: RegionTraining, rules: TrainingRules) -> None:
    enter_training(session, terms=CARE, actor=REGION, now=NOW, rules=rules)
    both = [CARE.name, welding.name]
    assert found(session) == both
    for search, names in (
        ({"level": 2}, both[1:]),
        ({"form": TeachingForm.ONLINE}, both[:1]),
        ({"evening": True}, both[:1]),
        ({"sector": "technology"}, both[1:]),
        ({"shortage": True}, both[1:]),
        ({"up_to_cents": 99_000}, both[:1]),
        ({"up_to_cents": 98_999}, []),
        ({"up_to_cents": 10**9}, both),
        ({"municipality": welding.municipality}, both[1:]),
        ({"retired": True}, []),
    ):
        assert found(session, **search) == names, search
    assert [one.name for one in trainings_found(session, search=TrainingSearch(), limit=1, offset=1)] == both[1:]


def test_what_is_retired_is_not_found_until_it_is_taken_up_again(session: Session, welding: RegionTraining) -> None:
    retire_training(session, training=welding, actor=REGION, now=NOW)
    assert found(session, words="lassen") == [] and found(session, retired=True) == [welding.name]
    assert training_by_public_id(session, public_id=welding.public_id) is None
    with pytest.raises(Conflict):
        retire_training(session, training=welding, actor=REGION, now=NOW)
    reinstate_training(session, training=welding, actor=REGION, now=NOW)
    with pytest.raises(Conflict):
        reinstate_training(session, training=welding, actor=REGION, now=NOW)
    assert found(session, words="lassen") == [welding.name]


def test_a_correction_writes_prices_and_spellings_anew(
    session: Session, welding: RegionTraining, rules: TrainingRules
) -> None:
    terms = replace(terms_of(welding), name="Solderen", prices=(PriceLine("exam", 5_000),))
    correct_training(session, training=welding, terms=terms, actor=REGION, now=NOW, rules=rules)
    assert terms_of(welding) == terms and welding.revision == 2
    assert found(session, words="lassen") == [] and found(session, words="soldeeren") == ["Solderen"]
    kept = set(session.scalars(select(TrainingWord.spelling).where(TrainingWord.training_id == welding.id)))
    assert spellings("solderen") <= kept and "lassen" not in kept


def test_a_correction_of_one_thing_leaves_the_rest_as_it_was(
    session: Session, welding: RegionTraining, rules: TrainingRules
) -> None:
    first = terms_of(welding)
    dearer = replace(first, prices=(PriceLine("tuition", 200_000),))
    for terms in (dearer, replace(dearer, name="Solderen"), replace(dearer, name="Solderen", description="Anders.")):
        correct_training(session, training=welding, terms=terms, actor=REGION, now=NOW, rules=rules)
        session.expire_all()
        assert terms_of(welding) == terms and welding.total_cents == 200_000
        wrong = {"Solderen": "soldeeren", first.name: "lasssen"}
        assert [word for name, word in wrong.items() if found(session, words=word)] == [wrong[terms.name]]
    assert welding.revision == 4


def test_who_read_an_older_version_writes_nothing(
    session: Session, welding: RegionTraining, rules: TrainingRules
) -> None:
    session.execute(RegionTraining.__table__.update().values(revision=7))
    with pytest.raises(Conflict) as refused:
        correct_training(
            session, training=welding, terms=replace(terms_of(welding), level=3), actor=REGION, now=NOW, rules=rules
        )
    assert refused.value.code == "training_changed" and welding.level == 2


def test_of_two_who_enter_one_training_at_once_one_is_told(engine: Engine) -> None:
    unit_of_work(engine, a_region)
    terms = replace(CARE, sector=None)

    def enter(session: Session) -> Callable[[], object]:
        return lambda: enter_training(session, terms=terms, actor=REGION, now=NOW)

    assert sorted(at_once(engine, enter, enter)) == ["done", "reference_in_use"]


def test_of_two_who_correct_one_training_at_once_nobody_writes_over_the_other(engine: Engine) -> None:
    unit_of_work(engine, a_region)
    terms = replace(CARE, sector=None)
    unit_of_work(engine, lambda session: enter_training(session, terms=terms, actor=REGION, now=NOW))

    def correct(weeks: int) -> Act:
        def act(session: Session) -> Callable[[], object]:
            [known] = trainings_found(session, search=TrainingSearch(), limit=1)
            changed = replace(terms_of(known), weeks=weeks)
            return lambda: correct_training(session, training=known, terms=changed, actor=REGION, now=NOW)

        return act

    second = (
        "training_changed" if engine.dialect.name == "postgresql" else "done"
    )  # SQLite lets the second one read after
    assert sorted(at_once(engine, correct(3), correct(4))) == sorted(["done", second])


def test_an_advisor_writes_no_training(session: Session, welding: RegionTraining) -> None:
    for act in (
        lambda: enter_training(session, terms=CARE, actor=ADVISOR, now=NOW),
        lambda: correct_training(session, training=welding, terms=CARE, actor=ADVISOR, now=NOW),
        lambda: retire_training(session, training=welding, actor=ADVISOR, now=NOW),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "not_yours"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "=HYPERLINK(1)"}, "name"),
        ({"source": "x\x07"}, "source"),
        ({"description": "a" * 501}, "description"),
        ({"provider_kvk": "123"}, "kvk"),
        ({"level": 9}, "level"),
        ({"crebo": "2533"}, "crebo"),
        ({"croho": "abcde"}, "croho"),
        ({"sector": "space"}, "sector"),
        ({"sector": None}, "sector"),
        ({"municipality": "GM9999"}, "municipality"),
        ({"municipality": None}, "municipality"),
        ({"weeks": 0}, "weeks"),
        ({"hours": 10_001}, "hours"),
        ({"as_of": NOW.date() + timedelta(days=1)}, "as_of"),
        ({"prices": (PriceLine("wage", 100),)}, "wage"),
        ({"prices": (PriceLine("exam", 100), PriceLine("exam", 100))}, "exam"),
        ({"prices": (PriceLine("exam", MOST_CENTS + 1),)}, "exam"),
        ({"prices": (PriceLine("books", 100, 100),)}, "books_vat"),
        ({"prices": (PriceLine("tuition", 121, 21),)}, "tuition_vat"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(change: dict[str, Any], field: str) -> None:
    rules = TrainingRules(Session(), NOW.date())
    rules.sectors = {key: Text(nl=nl, en=en) for key, nl, en in SECTORS}
    rules.municipalities = {"GM0001": "Proefstad"}
    assert wrong_terms(WELDING, rules) == []
    assert field in [wrong.field for wrong in wrong_terms(replace(WELDING, **change), rules)]
