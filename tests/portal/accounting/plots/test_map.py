"""The map of tiles: every municipality has one, together they are the register of people, and what is said of it is true."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy.orm import Session

from portal.accounting.plots.drawing import HIDDEN, svg_of
from portal.accounting.plots.map import in_a_grid, map_sentence
from portal.accounting.plots.plot import PlotName
from portal.accounting.plots.queries import plot
from portal.accounting.registers.asked import RegisterFilter, RegisterName
from portal.accounting.registers.queries import register
from portal.cases.questions.models import DevelopmentQuestion
from portal.framework.catalogue.queries import catalogue
from schemes.region.loading import load_region, packaged_region
from schemes.region.region import Region
from tests.factories import REGION
from tests.portal.accounting.a_desk import TODAY


def test_the_tiles_are_the_municipalities_and_add_up_to_the_register_of_people(
    desk: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = desk.query(DevelopmentQuestion).order_by(DevelopmentQuestion.id.desc()).first()
    assert question is not None
    question.facts = {**question.facts, "residence_municipality": "GM0014", "employer_municipality": "GM0014"}
    desk.flush()
    shown = plot(desk, name=PlotName.TILES, actor=REGION, today=TODAY)
    people = register(desk, name=RegisterName.PEOPLE, asked=RegisterFilter(), actor=REGION)
    assert shown is not None and people is not None
    own = catalogue(desk).region.municipalities
    assert len(shown.rows) == len(own) + 1 == len(set(shown.places)) and shown.rows[-1][0] == "Elders of onbekend"
    assert shown.hidden and {row[1:] for row in shown.rows} == {(None, None, None), (0, 0, 0)}, "nine people in all"
    picture = svg_of(shown)
    assert all(f">{row[0]}<" in picture for row in shown.rows) and f">{HIDDEN}<" in picture
    monkeypatch.setattr("portal.accounting.plots.map.hidden_places", lambda _found: frozenset[str]())
    told = plot(desk, name=PlotName.TILES, actor=REGION, today=TODAY)
    assert told is not None and not told.hidden
    assert (told.total(1), told.total(2), told.total(3)) == (
        people.count,
        people.totals["vouchers"],
        people.totals["cents"],
    )
    most = max(int(row[1] or 0) for row in told.rows[:-1])
    assert f"({most}) horen bij Proefstad, en bij elders of onbekend horen er 1." in told.sentence
    assert all(f">{row[1]}<" in svg_of(told) for row in told.rows)


def test_without_places_of_its_own_a_region_stands_in_a_grid() -> None:
    assert in_a_grid("abcde") == {"a": (1, 1), "b": (1, 2), "c": (1, 3), "d": (2, 1), "e": (2, 2)}
    assert in_a_grid("") == {}
    assert map_sentence([("A", 0), ("B", 0)], 4, some=0, all_of_them=2).startswith("Er is nog niemand")
    said = map_sentence([("A", 40)], None, some=3, all_of_them=5)
    assert said.startswith("In 3 van de 5 gemeenten") and said.endswith("(40) horen bij A.")
    assert map_sentence([("A", 0)], None, some=1, all_of_them=2).endswith("heeft iemand een voucher.")


def test_the_region_that_ships_has_a_place_for_each_municipality() -> None:
    region = load_region(packaged_region("stedendriehoek")).region
    assert {tile.municipality for tile in region.tiles} == set(region.municipalities)


@pytest.mark.parametrize(
    "tiles",
    [
        [("GM0001", 1, 1)],
        [("GM0001", 1, 1), ("GM0002", 1, 1)],
        [("GM0001", 1, 1), ("GM0002", 1, 2), ("GM0003", 1, 3)],
        [("GM0001", 1, 1), ("GM0002", 1, 31)],
    ],
)
def test_a_municipality_without_a_tile_or_two_in_one_place_are_refused(tiles: list[tuple[str, int, int]]) -> None:
    def region(tiles: list[tuple[str, int, int]]) -> dict[str, Any]:
        rows = [dict(zip(("municipality", "row", "column"), one, strict=True)) for one in tiles]
        name = {"nl": "Proef", "en": "Trial"}
        return {
            "format": "ontwikkelloket/region/1",
            "region": "proef",
            "name": name,
            "tiles": rows,
            "municipalities": ["GM0001", "GM0002"],
        }

    assert Region.model_validate(region([("GM0001", 1, 1), ("GM0002", 1, 2)])).tiles
    with pytest.raises(ValidationError):
        Region.model_validate(region(tiles))
