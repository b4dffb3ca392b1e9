"""A draft takes the place of its scheme in a loaded region, checked like the rest."""

import pytest

from schemes.basics.findings import BadFile
from schemes.files.parsing import load_text
from schemes.region.loading import LoadedRegion, with_scheme


def test_a_draft_takes_the_place_of_its_scheme_and_nothing_else_changes(veldrijk: LoadedRegion) -> None:
    old = veldrijk.schemes["leervoucher"]
    draft = old.model_copy(update={"decision_weeks": 4})
    with_draft = with_scheme(veldrijk, draft)
    assert with_draft.schemes["leervoucher"].decision_weeks == 4
    assert veldrijk.schemes["leervoucher"].decision_weeks == 6
    assert {slug: one for slug, one in with_draft.schemes.items() if slug != "leervoucher"} == {
        slug: one for slug, one in veldrijk.schemes.items() if slug != "leervoucher"
    }


def test_a_draft_with_an_unknown_fact_is_refused_at_its_own_place(veldrijk: LoadedRegion) -> None:
    from schemes.definition import SchemeDefinition
    from schemes.files.canonical import canonical_json

    text = canonical_json(veldrijk.schemes["leervoucher"]).replace('"training_start"', '"training_strat"')
    draft = load_text(SchemeDefinition, text, "draft.json", as_json=True)
    with pytest.raises(BadFile) as caught:
        with_scheme(veldrijk, draft, file="draft.json")
    assert {(one.file, one.code) for one in caught.value.findings} == {("draft.json", "unknown_fact")}
    assert caught.value.findings[0].params["nearest"] == "training_start"
