"""Two versions are compared key by key: nothing that differs is left out, and nothing is shown twice."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemes.basics.values import Text
from schemes.conditions import AgeIs
from schemes.definition import SchemeDefinition
from schemes.definition.diff import NOT_COMPARED, changes
from schemes.files.canonical import canonical, content_hash
from tests.regions import known_region
from tests.schemes.conftest import VELDRIJK

VOUCHER = known_region(VELDRIJK).schemes["leervoucher"]
CATALOGUE = known_region("stedendriehoek").schemes
DEFINITIONS = [CATALOGUE[slug] for slug in sorted(CATALOGUE)]


def changed(**values: Any) -> SchemeDefinition:
    return VOUCHER.model_copy(update=values)


def test_a_version_does_not_differ_from_itself_whatever_its_number() -> None:
    assert changes(VOUCHER, VOUCHER) == ()
    assert changes(VOUCHER, changed(version=9)) == ()


def test_a_cap_that_is_raised_is_one_change_of_that_cap() -> None:
    raised = tuple(
        cap.model_copy(update={"amount_cents": 300_000}) if cap.per == "award" else cap for cap in VOUCHER.caps
    )
    found = changes(VOUCHER, changed(caps=raised))
    assert [(one.key, one.kind) for one in found] == [("caps", "changed")]
    assert found[0].new.amount_cents == 300_000


def test_a_condition_that_is_added_between_others_moves_none_of_them() -> None:
    more = (*VOUCHER.conditions[:2], AgeIs(type="age", at_most=60), *VOUCHER.conditions[2:])
    found = changes(VOUCHER, changed(conditions=more))
    assert [(one.kind, one.new.at_most) for one in found] == [("added", 60)]


def test_another_order_alone_is_said_too() -> None:
    found = changes(VOUCHER, changed(conditions=VOUCHER.conditions[::-1]))
    assert [(one.key, one.kind) for one in found] == [("conditions", "moved")]


def test_what_is_left_out_is_removed_and_what_is_filled_in_is_added() -> None:
    found = changes(
        VOUCHER, changed(minimum_cents=None, discretion=None, deciding_body=Text(nl="Het bestuur", en="The board"))
    )
    assert [(one.key, one.kind) for one in found] == [("deciding_body", "changed"), ("minimum_cents", "removed")]


@given(st.sampled_from(DEFINITIONS), st.sampled_from(DEFINITIONS), st.data())
def test_applying_the_changed_keys_gives_the_new_version(
    old: SchemeDefinition, new: SchemeDefinition, data: Any
) -> None:
    keys = data.draw(st.sets(st.sampled_from(sorted(set(SchemeDefinition.model_fields) - NOT_COMPARED))))
    mixed = old.model_copy(update={key: getattr(new, key) for key in keys})
    found = changes(old, mixed)
    assert (found == ()) == (content_hash(old) == content_hash(mixed))
    assert {one.key for one in found} <= keys
    restored = old.model_copy(update={one.key: getattr(mixed, one.key) for one in found})
    assert canonical(restored) == canonical(mixed)
