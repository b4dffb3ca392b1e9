"""A package carries a scheme to another region with everything it needs; a changed cent is noticed."""

from dataclasses import replace
from datetime import date

import pytest

from schemes.basics.findings import BadFile
from schemes.files.canonical import content_hash
from schemes.region.loading import LoadedRegion
from schemes.region.package import content_hash_of, fit, make_package, package_text, read_package
from tests.regions import known_region

ON = date(2026, 3, 1)


def test_a_package_reads_back_to_the_same_value(veldrijk: LoadedRegion) -> None:
    package = make_package(veldrijk, "leervoucher", ON)
    back = read_package(package_text(package))
    assert back == package
    assert content_hash(back.content.definition) == content_hash(veldrijk.schemes["leervoucher"])
    assert back.content.cases == veldrijk.cases["leervoucher"]


def test_a_package_holds_the_facts_and_lists_its_rules_look_at_and_no_others(veldrijk: LoadedRegion) -> None:
    content = make_package(veldrijk, "leervoucher", ON).content
    assert {item.list for item in content.lists} == {"region_municipalities", "shortage_sectors", "state_pension_age"}
    keys = {fact.key for fact in content.facts}
    assert {"birth_date", "birth_year", "training_sector", "student_finance"} <= keys
    assert "guidance_weeks" not in keys


REGION = known_region("stedendriehoek")


@pytest.mark.parametrize("slug", sorted(REGION.schemes))
def test_every_shipped_scheme_packs_and_reads_back(slug: str) -> None:
    package = make_package(REGION, slug, ON)
    assert read_package(package_text(package)) == package
    assert fit(package.content, REGION).usable


def test_a_changed_cent_is_noticed(veldrijk: LoadedRegion) -> None:
    text = package_text(make_package(veldrijk, "leervoucher", ON))
    assert read_package(text)
    with pytest.raises(BadFile) as caught:
        read_package(text.replace("250000", "250001"), "pakket.json")
    assert [one.code for one in caught.value.findings] == ["hash_differs"]


def test_another_region_is_told_what_it_lacks(veldrijk: LoadedRegion) -> None:
    content = make_package(veldrijk, "leervoucher", ON).content
    facts = {key: fact for key, fact in veldrijk.facts.items() if key != "student_finance"}
    lists = {name: one for name, one in veldrijk.references.items() if name != "shortage_sectors"}
    found = fit(content, replace(veldrijk, facts=facts, references=lists))
    assert (found.missing_facts, found.missing_lists) == (("student_finance",), ("shortage_sectors",))
    assert not found.usable
    assert fit(content, veldrijk).usable


def test_a_fact_of_another_type_is_a_difference_and_another_question_is_not(veldrijk: LoadedRegion) -> None:
    content = make_package(veldrijk, "leervoucher", ON).content
    fact = veldrijk.facts["student_finance"]
    other_type = fact.model_copy(update={"type": "text"})
    other_words = fact.model_copy(update={"why": veldrijk.facts["birth_year"].why})
    region = replace(veldrijk, facts={**veldrijk.facts, "student_finance": other_type})
    assert fit(content, region).differing_facts == ("student_finance",)
    region = replace(veldrijk, facts={**veldrijk.facts, "student_finance": other_words})
    assert fit(content, region).differing_facts == ()


def test_the_hash_is_over_the_content_alone(veldrijk: LoadedRegion) -> None:
    package = make_package(veldrijk, "leervoucher", ON)
    assert package.content_hash == content_hash_of(package.content)
