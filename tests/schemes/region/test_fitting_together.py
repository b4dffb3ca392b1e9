"""Everything that must fit between the files of a region is checked, and each finding names its file."""

from datetime import date
from pathlib import Path

import pytest

from schemes.region.loading import load_region
from tests.schemes.region.conftest import Edit, findings_of


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
