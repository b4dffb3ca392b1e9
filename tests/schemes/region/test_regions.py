"""A region is a folder. Everything that must fit between its files is checked, and each finding names its file."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.basics.findings import BadFile, Finding
from schemes.files.reading import read_yaml_or_json
from schemes.region.loading import load_region, packaged_region, packaged_regions
from tests.schemes.conftest import VELDRIJK
from tests.schemes.depth import examples

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(VELDRIJK, tmp_path / "veldrijk"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    def replace(file: str, old: str, new: str) -> Path:
        path = folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        return folder

    return replace


def findings_of(path: Path) -> list[Finding]:
    with pytest.raises(BadFile) as bad:
        load_region(path)
    return list(bad.value.findings)


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


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "code", "nearest"),
    [
        (
            "schemes/leervoucher.yaml",
            "fact: training_sector",
            "fact: training_secter",
            "conditions[3].conditions[0].fact",
            "unknown_fact",
            "training_sector",
        ),
        (
            "schemes/leervoucher.yaml",
            "list: shortage_sectors",
            "list: shortage_sector",
            "conditions[3].conditions[0].list",
            "unknown_list",
            "shortage_sectors",
        ),
        (
            "schemes/leervoucher.yaml",
            "self_employed, job",
            "selfemployed, job",
            "conditions[2].values[1]",
            "value_not_allowed",
            "self_employed",
        ),
        (
            "schemes/leervoucher.yaml",
            "fact: student_finance",
            "fact: goals",
            "conditions[6].condition.fact",
            "fact_type_differs",
            None,
        ),
        (
            "schemes/leervoucher.yaml",
            "list: shortage_sectors",
            "list: state_pension_age",
            "conditions[3].conditions[0].list",
            "list_kind_differs",
            None,
        ),
        (
            "schemes/leervoucher.yaml",
            "list: shortage_sectors",
            "list: municipalities",
            "conditions[3].conditions[0].list",
            "list_never_matches",
            None,
        ),
        (
            "schemes/leervoucher.yaml",
            "owner: regio-veldrijk",
            "owner: regio-veldrik",
            "owner",
            "unknown_organisation",
            "regio-veldrijk",
        ),
        ("schemes/leervoucher.yaml", "scheme: leervoucher ", "scheme: leer-voucher ", "scheme", "name_differs", None),
        (
            "schemes/metaalbijdrage.yaml",
            "asks_first: [leervoucher]",
            "asks_first: [leervaucher]",
            "precedence.asks_first[0]",
            "unknown_scheme",
            "leervoucher",
        ),
        ("schemes/metaalbijdrage.yaml", "fact: guidance_weeks", "fact: goals", "rate.fact", "fact_type_differs", None),
        (
            "schemes/metaalbijdrage.yaml",
            "type: number, fact: contract_hours",
            "type: number, fact: training_start",
            "conditions[0].fact",
            "fact_type_differs",
            None,
        ),
        (
            "funding.yaml",
            "schemes: [leervoucher]",
            "schemes: [leervouchers]",
            "funding_lines[0].earmark.schemes[0]",
            "unknown_scheme",
            "leervoucher",
        ),
        (
            "funding.yaml",
            "sectors: [technology, care]",
            "sectors: [techology]",
            "funding_lines[0].earmark.sectors[0]",
            "value_not_allowed",
            "technology",
        ),
        (
            "funding.yaml",
            "agreement: convenant-2026",
            "agreement: convenant-2025",
            "funding_lines[0].agreement",
            "unknown_agreement",
            "convenant-2026",
        ),
        (
            "funding.yaml",
            "    funder: provincie-a\n    agreement",
            "    funder: provincie-b\n    agreement",
            "funding_lines[0].funder",
            "unknown_funder",
            "provincie-a",
        ),
        (
            "funding.yaml",
            "amount_cents: 30000000",
            "amount_cents: 300.000",
            "funding_lines[0].amount_cents",
            "not_a_whole_number",
            None,
        ),
        ("funding.yaml", "to: 2027-12-31", "to: 2025-12-31", "funding_lines[0].period", "dates_reversed", None),
        (
            "facts.yaml",
            "field: province",
            "field: provincie",
            "facts[3].derived.field",
            "value_not_allowed",
            "province",
        ),
        (
            "facts.yaml",
            "from: residence_municipality",
            "from: residence_municipalit",
            "facts[3].derived.from",
            "unknown_fact",
            "residence_municipality",
        ),
        ("facts.yaml", "key: training_start", "key: birth_date", "", "duplicate_fact", None),
        ("reference/shortage_sectors.yaml", "list: shortage_sectors", "list: sectors", "list", "name_differs", None),
        ("reference/shortage_sectors.yaml", "from: 2026-07-01", "from: 2023-07-01", "", "periods_overlap", None),
        ("reference/municipalities.yaml", "code: GM9902", "code: GM9901", "", "duplicate_value", None),
        (
            "reference/municipalities.yaml",
            'postcodes: ["9992"]',
            "postcodes: [9992]",
            "versions[0].items[1].postcodes[0]",
            "not_a_text",
            None,
        ),
        ("reference/state_pension_age.yaml", "kind: age", "kind: ages", "", "unknown_type", "age"),
        ("region.yaml", "region: veldrijk", "region: veldryk", "region", "name_differs", None),
        ("region.yaml", "includes: []", "includes: [nergens]", "includes[0]", "include_missing", None),
        ("region.yaml", "includes: []", "includes: [veldrijk]", "", "includes_itself", None),
        (
            "region.yaml",
            "pass_order: [own_money, priced_money, rest, schemes]",
            "pass_order: [rest, own_money, priced_money, schemes]",
            "settings",
            "pass_order",
            None,
        ),
        (
            "region.yaml",
            "smallest_share_cents: 5000",
            "smallest_share: 5000",
            "settings.smallest_share",
            "unknown_key",
            "smallest_share_cents",
        ),
        ("region.yaml", "email: leerpunt@veldrijk.example", "email: leerpunt", "desk.email", "wrong_form", None),
        ("region.yaml", "GM9901, GM9902", "Veldstad", "municipalities[0]", "wrong_form", None),
    ],
)
def test_what_does_not_fit_is_found_with_file_path_and_nearest_name(
    edit: Edit, file: str, old: str, new: str, path: str, code: str, nearest: str | None
) -> None:
    folder = edit(file, old, new)
    found = [finding for finding in findings_of(folder) if finding.code == code]
    assert [finding.path for finding in found][:1] == [path]
    assert found[0].file == str(folder / file)
    assert found[0].params.get("nearest") == nearest
    if nearest is not None:
        assert f"Did you mean {nearest}?" in str(found[0])


def test_faults_in_several_files_are_reported_together(edit: Edit, folder: Path) -> None:
    edit("schemes/leervoucher.yaml", "version: 1", "version: one")
    edit("funding.yaml", "amount_cents: 30000000", "amount_cents: -1")
    edit("facts.yaml", "type: yes_no", "type: ja_nee")
    assert {Path(finding.file).name for finding in findings_of(folder)} == {
        "leervoucher.yaml",
        "funding.yaml",
        "facts.yaml",
    }


AID = "  de_minimis: {used_fact: USED, undertaking_fact: FACT, undertaking_values: [VALUE]}\n"


@pytest.mark.parametrize(
    ("used", "fact", "value", "path", "code"),
    [
        ("aid_had", "work_situation", "employee", "settings.de_minimis.used_fact", "unknown_fact"),
        ("contract_hours", "work_situation", "employee", "settings.de_minimis.used_fact", "fact_type_differs"),
        ("de_minimis_used_cents", "work", "employee", "settings.de_minimis.undertaking_fact", "unknown_fact"),
        (
            "de_minimis_used_cents",
            "contract_hours",
            "employee",
            "settings.de_minimis.undertaking_fact",
            "fact_type_differs",
        ),
        (
            "de_minimis_used_cents",
            "work_situation",
            "boss",
            "settings.de_minimis.undertaking_values[0]",
            "value_not_allowed",
        ),
        ("de_minimis_used_cents", "work_situation", "employee", None, None),
    ],
)
def test_the_facts_about_aid_must_exist_where_a_scheme_is_aid(
    edit: Edit, used: str, fact: str, value: str, path: str | None, code: str | None
) -> None:
    rules = AID.replace("USED", used).replace("FACT", fact).replace("VALUE", value)
    folder = edit("region.yaml", "  response_days: 5\n", f"  response_days: 5\n{rules}")
    assert load_region(folder).warnings == ()  # no scheme is aid, so nothing depends on it
    edit("schemes/leervoucher.yaml", "public_money: true\n", "public_money: true\nstate_aid: de_minimis\n")
    if code is None:
        assert load_region(folder).region.settings.de_minimis.undertaking_values == ("employee",)
        return
    [found] = findings_of(folder)
    assert (found.path, found.code, found.line is not None) == (path, code, True)
    assert found.file == str(folder / "region.yaml")


def test_the_ceiling_for_aid_is_that_of_the_regulation_unless_the_region_says_otherwise(
    edit: Edit, folder: Path
) -> None:
    [entry] = load_region(folder).region.settings.de_minimis.ceiling_cents
    assert (entry.from_, entry.value) == (date(2024, 1, 1), 30_000_000) and "2023/2831" in (entry.source or "")
    edit("region.yaml", "  response_days: 5\n", "  response_days: 5\n  de_minimis: {ceiling_cents: 20000000}\n")
    assert load_region(folder).region.settings.de_minimis.ceiling_cents == 20_000_000


def test_money_that_no_scheme_can_use_is_a_warning_and_not_an_error(edit: Edit) -> None:
    region = load_region(edit("funding.yaml", "routes: [individual]", "routes: [employer]"))
    assert [(finding.code, finding.severity) for finding in region.warnings] == [("earmark_unused", "warning")]


def test_a_bound_outside_what_a_fact_can_be_is_a_warning(edit: Edit) -> None:
    region = load_region(edit("schemes/metaalbijdrage.yaml", "at_least: 24", "at_least: 2400"))
    assert [finding.code for finding in region.warnings] == ["bound_out_of_range"]


def test_without_a_list_of_state_pension_ages_the_condition_is_refused(folder: Path) -> None:
    (folder / "reference" / "state_pension_age.yaml").unlink()
    assert [finding.code for finding in findings_of(folder)] == ["unknown_list"]


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


def _beside(folder: Path, name: str, includes: str, **files: str) -> Path:
    path = folder.parent / name
    (path / "schemes").mkdir(parents=True)
    (path / "region.yaml").write_text(
        f"format: ontwikkelloket/region/1\nregion: {name}\nname: {{nl: {name}, en: {name}}}\nincludes: [{includes}]\n"
    )
    for file, text in files.items():
        (path / file.replace("__", "/")).with_suffix(".yaml").write_text(text)
    return path


def test_a_region_includes_the_facts_lists_and_schemes_of_a_neighbour_but_not_its_money(folder: Path) -> None:
    region = load_region(_beside(folder, "buurland", "veldrijk"))
    assert "leervoucher" in region.schemes
    assert "birth_year" in region.facts
    assert "shortage_sectors" in region.references
    assert "regio-veldrijk" in region.organisations
    assert region.funding.funding_lines == ()
    assert region.region.region == "buurland"


def test_a_scheme_or_fact_that_an_included_region_already_has_is_refused(folder: Path) -> None:
    scheme = (VELDRIJK / "schemes" / "leervoucher.yaml").read_text()
    facts = (VELDRIJK / "facts.yaml").read_text()
    path = _beside(folder, "buurland", "veldrijk", schemes__leervoucher=scheme, facts=facts)
    assert {finding.code for finding in findings_of(path)} == {"duplicate_scheme", "duplicate_fact"}


def test_regions_that_include_each_other_in_a_circle_are_refused(folder: Path, edit: Edit) -> None:
    _beside(folder, "buurland", "veldrijk")
    edit("region.yaml", "includes: []", "includes: [buurland]")
    assert [finding.code for finding in findings_of(folder)] == ["includes_circle"]


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
