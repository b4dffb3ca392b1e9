"""A region may include another: its facts, lists and schemes, not its money."""

from pathlib import Path

from schemes.region.loading import load_region
from tests.schemes.conftest import VELDRIJK
from tests.schemes.region.conftest import Edit, findings_of


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
