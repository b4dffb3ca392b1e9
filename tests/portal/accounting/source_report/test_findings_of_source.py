"""Each finding about the source follows from its own figures: with other figures it is not said."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from portal.accounting.source_report.assumptions import ASSUMPTIONS
from portal.accounting.source_report.contradictions import CHECKS, FindingKind, source_findings
from portal.accounting.source_report.figures import SOURCE, SOURCE_FIGURES
from portal.platform.i18n import use_locale

WITHOUT: Mapping[str, Mapping[str, int]] = {
    "I1": {"technology_percent": 29},
    "I2": {"redeemed": SOURCE["redeemed"] + 29_659_00},
    "I3": {"redeemed_vouchers": 413},
    "I4": {"spent": SOURCE["redeemed"]},
    "I5": {"financiers_named": 3},
    "I6": {"spent_regio_deal": 300_000_00},
    "I7": {"reported_funders": 3},
    "I8": {"signing_municipalities": 8},
    "I9": {"vouchers_employer": 520},
    "I10": {"vouchers_employer": 0},
    "I12": {"days_named": 1},
    "I13": {"launch_promise": 1_200_000_00},
    "I14": {"employer_percent": 100},
}
"""Per finding the figures with which the source would not contradict itself. (I11 reads names and numbers, no figures.)"""
SAID = {
    "I1": ("149 van 520", "28,65%", "45%", "246", "111"),
    "I2": ("€ 173.682", "€ 144.023", "€ 29.659"),
    "I3": ("79,66%", "€ 1.642,32", "€ 1.300.000"),
    "I4": ("€ 375.655", "35,57%"),
    "I5": ("2 financiers", "van 3"),
    "I6": ("88%", "91%", "90,63%"),
    "I7": ("€ 1.055.977", "€ 300.000 van Overijssel"),
    "I8": ("3 gemeenten", "8"),
    "I9": ("274", "520 min 246"),
    "I10": ("47,31%",),
    "I11": ("4.2", "Overijsel", "Stedenvierkant"),
    "I12": ("geen enkele dag",),
    "I13": ("€ 1.500.000", "€ 1.200.000", "€ 854.004"),
    "I14": ("50%", "€ 2.500"),
}


def test_every_contradiction_is_named_with_its_figures() -> None:
    found = {one.code: one for one in source_findings()}
    assert list(found) == [f"I{number}" for number in range(1, 15)]
    for code, words in SAID.items():
        sentence = found[code].sentence.replace("\N{NO-BREAK SPACE}", " ")
        assert [word for word in words if word not in sentence] == [], sentence
    contradicting = [code for code, one in found.items() if one.kind is FindingKind.CONTRADICTS]
    assert contradicting == ["I1", "I2", "I5", "I7", "I10", "I11", "I13"]


@pytest.mark.parametrize("code", sorted(WITHOUT))
def test_with_figures_that_agree_it_is_not_said(code: str) -> None:
    check = {one[0]: one[3] for one in CHECKS}[code]
    assert check(SOURCE) is not None
    assert check({**SOURCE, **WITHOUT[code]}) is None


def test_what_follows_from_other_figures_is_marked_as_derived_and_right() -> None:
    derived = {one.key: one.value for one in SOURCE_FIGURES if one.is_derived}
    assert derived == {
        "vouchers_individual": SOURCE["vouchers"] - SOURCE["vouchers_employer"],
        "outside_vouchers": SOURCE["spent"] - SOURCE["redeemed"],
        "unredeemed": SOURCE["awarded"] - SOURCE["redeemed"],
        "unspent": SOURCE["budget"] - SOURCE["spent"],
    }
    assert all(one.place for one in SOURCE_FIGURES)


def test_findings_and_assumptions_are_said_in_english_too() -> None:
    dutch = [one.sentence for one in source_findings()], [str(one) for one in ASSUMPTIONS.values()]
    with use_locale("en"):
        english = [one.sentence for one in source_findings()], [str(one) for one in ASSUMPTIONS.values()]
    for ours, theirs in zip(dutch, english, strict=True):
        assert not set(ours) & set(theirs)
