"""What is wrong with a draft, at the fields where it can be mended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.gate.steps import misfits
from portal.publishing.workshop.queries import parsed
from portal.web.owner.editor.leaves import Known
from portal.web.owner.editor.render import Shown
from portal.words.findings import finding_text
from schemes.basics.findings import BadFile, Finding
from schemes.definition import SchemeDefinition
from schemes.files.parsing import validate
from schemes.region.cases import CasesFile
from schemes.region.loading import LoadedRegion

_POSITION = re.compile(r"\[(\d+)\]")
Problems = dict[str, list[str]]

AT_FIELDS: Mapping[str, LazyString] = {
    "missing_key": _l("Vul dit in."),
    "not_a_whole_number": _l("Vul een getal of bedrag in cijfers in."),
    "not_a_number": _l("Vul een getal in cijfers in."),
    "not_true_or_false": _l("Kies ja of nee."),
    "not_a_text": _l("Vul een tekst in."),
    "blank_text": _l("Vul een tekst in."),
    "not_a_date": _l("Vul de datum in als dag, maand en jaar, bijvoorbeeld 31-12-2026."),
    "not_a_share": _l("Vul een deel in, zoals 50%, 12,5% of 1/3."),
    "not_a_ratio": _l("Vul een deel in, zoals 60%, 130% of 2/3."),
    "too_few_items": _l("Voeg hier iets toe."),
    "unknown_type": _l("Kies een soort uit de lijst."),
}
"""What to do about it in a form, where the sentence for files speaks of keys and quotes."""


@dataclass
class Checked:
    """A draft with what is wrong by path, and its value when nothing is."""

    definition: SchemeDefinition | None = None
    cases: CasesFile | None = None
    problems: Problems = field(default_factory=dict)
    """Of the definition."""
    case_problems: Problems = field(default_factory=dict)


def known_of(region: LoadedRegion) -> Known:
    """What the form offers from a region."""
    schemes = {slug: definition.title for slug, definition in region.schemes.items()}
    organisations = {name: organisation.name for name, organisation in region.organisations.items()}
    return Known(region.facts, region.references, schemes, organisations)


def check(document: dict[str, Any], cases: dict[str, Any] | None, region: LoadedRegion) -> Checked:
    """Everything that is wrong with a definition and its cases, also against the region."""
    own = parsed(document)
    found = Checked(own.definition, problems=by_path(own.findings))
    if cases is not None:
        try:
            found.cases = validate(CasesFile, cases)
        except BadFile as bad:
            found.case_problems = by_path(bad.findings)
    if own.definition is not None:
        wrong = [*misfits(region, own.definition, found.cases)]
        of_cases = f"cases/{own.definition.scheme}"
        found.problems = by_path(one for one in wrong if one.file != of_cases)
        found.case_problems |= by_path(one for one in wrong if one.file == of_cases)
    found.definition = None if found.problems else own.definition
    found.cases = None if found.case_problems else found.cases
    return found


def field_id(path: str) -> str:
    """The id of the control at a path, as the form gives it."""
    return Shown("", _POSITION.sub(r".\1", path), "").id


def by_path(findings: Iterable[Finding]) -> Problems:
    """Findings in the words of the form, by the name of the field."""
    problems: Problems = {}
    for finding in findings:
        known = AT_FIELDS.get(finding.code)
        text = str(known) if known is not None else finding_text(finding)
        problems.setdefault(_POSITION.sub(r".\1", finding.path), []).append(text)
    return problems
