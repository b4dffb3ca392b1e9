"""The pages of the form: which keys stand together. A key that is named nowhere stands on the first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.web.owner.editor.tree import Node, tree_of
from schemes.definition import SchemeDefinition
from schemes.region.cases import CasesFile

FIXED = frozenset({"format", "version", "owner"})
"""Keys that the desk fills in itself."""
RENAMED = "scheme"
"""The name of a scheme can be chosen until its first version is published."""
CASES = "voorbeelden"


@dataclass(frozen=True)
class Section:
    """One page of the form."""

    name: str
    """In the address."""
    title: LazyString
    keys: tuple[str, ...] = ()


SECTIONS: Sequence[Section] = (
    Section(
        "algemeen", _l("Algemeen"),
        (
            "title", "summary", "kind", "administered", "deciding_body", "routes", "applicant", "payee", "public_money",
            "repayable", "state_aid", "review_on",
        ),
    ),
    Section(
        "toestand", _l("Stand en perioden"),
        ("state", "state_since", "windows", "ended_on", "explanation_when_ended", "budget"),
    ),
    Section("voorwaarden", _l("Voorwaarden"), ("conditions", "also_required", "discretion")),
    Section(
        "bedragen", _l("Bedragen"),
        (
            "amount_known", "vat", "coverage", "caps", "minimum_cents", "fixed_amount_cents", "rate", "reduction", "tiers",
            "share_of_base", "co_financing", "rounding_unit_cents", "price_permille",
        ),
    ),
    Section("varianten", _l("Varianten"), ("variants",)),
    Section("stapelen", _l("Met ander geld"), ("exclusion", "precedence", "joint_caps")),
    Section("aanvragen", _l("Aanvragen en bewijs"), (
        "apply", "evidence", "payment", "decision_weeks", "four_eyes_above_cents", "one_person_up_to_cents",
    )),
    Section("voucher", _l("Voucher"), ("voucher",)),
    Section("bronnen", _l("Bronnen en aannames"), ("sources", "assumptions")),
    Section(CASES, _l("Voorbeelden"), ("given", "cases")),
)  # fmt: skip


def section(name: str) -> Section | None:
    """The page with this name; None when there is none."""
    return next((known for known in SECTIONS if known.name == name), None)


def form_of(page: Section) -> Node:
    """The form that a page is a part of: the definition, or the cases."""
    return tree_of(CasesFile if page.name == CASES else SchemeDefinition)


def keys_of(page: Section, *, named: bool = True) -> list[str]:
    """The keys on a page, those of the class that no page names last. `named`: the scheme has its name for good."""
    known = form_of(page).keys
    found = [key for key in page.keys if key in known]
    if page is SECTIONS[0]:
        placed = {key for other in SECTIONS for key in other.keys} | FIXED | {RENAMED}
        found += [key for key in known if key not in placed]
        if not named:
            found.insert(0, RENAMED)
    return found


def page_of(path: str, *, cases: bool = False) -> Section:
    """The page on which a path stands."""
    if cases:
        return SECTIONS[-1]
    first = path.partition(".")[0].partition("[")[0]
    return next((known for known in SECTIONS[:-1] if first in known.keys), SECTIONS[0])
