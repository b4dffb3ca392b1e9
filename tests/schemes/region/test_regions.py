"""A region is a folder that loads or gives findings, whatever its files hold."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.basics.findings import BadFile
from schemes.files.reading import read_yaml_or_json
from schemes.region.loading import load_region, packaged_region, packaged_regions
from tests.schemes.conftest import VELDRIJK
from tests.schemes.depth import examples


def test_a_fictitious_region_loads_without_any_code_for_it() -> None:
    region = load_region(VELDRIJK)
    assert region.region.desk is not None
    assert region.region.desk.name.nl == "Leerpunt Veldrijk"
    assert sorted(region.schemes) == ["leervoucher", "metaalbijdrage", "oude-cheque"]
    assert region.region.settings.smallest_share_cents == 5000
    assert region.region.settings.pass_order == ("own_money", "priced_money", "rest", "schemes")
    assert region.region.settings.elsewhere_price_permille.sector_fund == 100
    assert region.funding.funding_lines[0].amount_cents == 30_000_000
    assert region.warnings == ()


@pytest.mark.parametrize("name", ["nergens", "", "\x00", "x" * 500])
def test_a_folder_that_is_not_a_region_is_a_finding(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadFile) as bad:
        load_region(str(tmp_path / name))
    assert [finding.code for finding in bad.value.findings] == ["region_missing"]


def test_a_region_can_consist_of_one_file(tmp_path: Path) -> None:
    (tmp_path / "leeg").mkdir()
    (tmp_path / "leeg" / "region.yaml").write_text(
        "format: ontwikkelloket/region/1\nregion: leeg\nname: {nl: Leeg, en: Empty}\n"
    )
    region = load_region(tmp_path / "leeg")
    assert (len(region.schemes), region.funding.funding_lines, region.region.settings.response_days) == (0, (), 3)


def test_another_funding_file_can_take_the_place_of_the_regions_own(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "money.yaml"
    other.write_text((VELDRIJK / "funding.yaml").read_text().replace("30000000", "100"))
    assert load_region(folder, funding=other).funding.funding_lines[0].amount_cents == 100
    other.write_text((VELDRIJK / "funding.yaml").read_text().replace("[leervoucher]", "[nothing]"))
    with pytest.raises(BadFile) as bad:
        load_region(folder, funding=other)
    assert [(finding.file, finding.code) for finding in bad.value.findings] == [(str(other), "unknown_scheme")]


def test_a_file_may_also_be_json(folder: Path) -> None:
    path = folder / "schemes" / "oude-cheque.yaml"
    path.with_suffix(".json").write_text(json.dumps(read_yaml_or_json(path).data))
    path.unlink()
    assert "oude-cheque" in load_region(folder).schemes


FILES = sorted(path.relative_to(VELDRIJK) for path in VELDRIJK.rglob("*.yaml"))
WRONG = [
    None,
    True,
    -1,
    10**15,
    1.5,
    "",
    " ",
    "x" * 5000,
    [],
    {},
    [[]],
    [None],
    {"x": 1},
    "unknown",
    "birth_year",
    "GM9999",
    "2026-01-01",
]


def _paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(found for key, value in children for found in _paths(value, (*path, key)))]


@examples(75)
@given(file=st.sampled_from(FILES), wrong=st.sampled_from(WRONG), data=st.data())
def test_any_value_put_anywhere_in_a_region_loads_or_is_a_finding_and_never_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, file: Path, wrong: Any, data: st.DataObject
) -> None:
    folder = Path(shutil.copytree(VELDRIJK, tmp_path_factory.mktemp("r") / "veldrijk"))
    content = read_yaml_or_json(folder / file).data
    path = data.draw(st.sampled_from(_paths(content)[1:]))
    holder = content
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = wrong
    (folder / file).unlink()
    (folder / file).with_suffix(".json").write_text(json.dumps(content, default=float))
    try:
        load_region(folder)
    except BadFile as bad:
        assert all(finding.file and finding.message_en and finding.remedy_en for finding in bad.findings)


@pytest.mark.parametrize("slug", packaged_regions())
def test_every_region_that_ships_with_the_software_loads_by_its_name(slug: str) -> None:
    assert load_region(slug).path == packaged_region(slug)
    assert load_region(slug).region.region == slug


def test_a_region_that_does_not_ship_is_a_finding() -> None:
    with pytest.raises(BadFile) as bad:
        packaged_region("atlantis")
    assert bad.value.findings[0].code == "region_missing"
