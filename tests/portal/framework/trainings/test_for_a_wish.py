"""From a wish to trainings: words that say something, related words, and first what is short of people and nearby."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from portal.framework.trainings.actions import enter_training
from portal.framework.trainings.models import TeachingForm
from portal.framework.trainings.queries import sectors_in_need, trainings_for_wish, words_of_wish
from tests.factories import NOW, REGION, a_region
from tests.portal.cases.test_chosen_training import TERMS

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("Ik wil graag technicus worden.", ["technicus"]),
        ("Lassen, lassen en in de ZORG werken!", ["lassen", "zorg"]),
        ("Ik weet het nog niet", ["weet"]),
        ("", []),
    ],
)
def test_the_words_of_a_wish_that_say_something(wish: str, words: list[str]) -> None:
    assert words_of_wish(wish) == words


@sqlite
def test_related_words_are_found_and_what_is_short_of_people_and_nearby_comes_first(session: Session) -> None:
    a_region(session)
    terms = {
        "far": replace(
            TERMS, reference="far", name="Elektrotechniek", form=TeachingForm.CLASSROOM, municipality="GM0200"
        ),
        "near": replace(TERMS, reference="near", name="Techniek", form=TeachingForm.CLASSROOM, municipality="GM9901"),
        "needed": replace(TERMS, reference="needed", name="Techniek en zorg", shortage=True),
        "both": replace(TERMS, reference="both", name="Lassen en techniek"),
        "other": replace(TERMS, reference="other", name="Boekhouden"),
    }
    for one in terms.values():
        known = replace(one, municipality=None, form=TeachingForm.ONLINE) if one.municipality == "GM0200" else one
        enter_training(session, terms=known, actor=REGION, now=NOW)
    found = trainings_for_wish(session, wish="Ik wil technicus of lasser worden", km={"GM9901": 0}, limit=9)
    assert [one.reference for one in found] == ["both", "needed", "far", "near"]
    assert trainings_for_wish(session, wish="Ik wil iets leren", km={}, limit=9) == []
    assert trainings_for_wish(session, wish="100% _ techniek", km={}, limit=1)[0].shortage


@sqlite
def test_sectors_without_anybody_needed_are_not_named(session: Session) -> None:
    a_region(session)
    enter_training(session, terms=TERMS, actor=REGION, now=NOW)
    assert sectors_in_need(session) == []
