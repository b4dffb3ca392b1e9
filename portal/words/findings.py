"""What is wrong with a file, in the language of the reader: the findings of schemes/ and matching/ as one line of text.

English is what the finding itself says. The Dutch of each code stands in two tables beside this module and not in the catalogue
of ``gettext``; why stands there. A code without Dutch shows the English of the finding as well.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.platform.i18n import DEFAULT_LOCALE, current_locale, format_date, format_euros
from portal.words.findings_nl import FORMS, KINDS, SENTENCES
from portal.words.lint_nl import LINT
from schemes.basics.findings import Finding

UNKNOWN = "Hier klopt iets niet."
_QUOTED = re.compile(r"'([^']*)'")
_LIMITS = {
    "ge": "Minstens",
    "gt": "Meer dan",
    "le": "Hoogstens",
    "lt": "Minder dan",
    "min_length": "Minstens",
    "max_length": "Hoogstens",
    "minimum": "Minstens",
    "maximum": "Hoogstens",
    "decimals": "Hoogstens",
    "latest": "Uiterlijk",
    "names": "Het gaat om",
    "fact": "Feit",
    "type": "Soort",
    "expected": "Verwacht",
    "category": "Soort kosten",
    "amount_cents": "Bedrag in centen",
    "bound": "Grens",
    "breaks": "Zo breekt het een regel",
    "constraint": "Regel van het rekenmodel",
}
_LONGEST = 40


def finding_sentence(finding: Finding) -> str:
    """File, line, path, what is wrong and what to do, in the locale in use."""
    place = finding.file + (f":{finding.line}" if finding.line else "")
    where = f"{place}: {finding.path}: " if finding.path else f"{place}: "
    return where + finding_text(finding)


def finding_text(finding: Finding) -> str:
    """The same without file, line and path: for beside a field."""
    if current_locale() != DEFAULT_LOCALE:
        return f"{finding.message_en} {finding.remedy_en}".rstrip()
    if finding.code in LINT:
        return _filled(finding)
    message, remedy = SENTENCES.get(finding.code, (UNKNOWN, f"{finding.message_en} {finding.remedy_en}"))
    parts = [message, *_details(finding), _remedy(finding.params, remedy)]
    return " ".join(part for part in parts if part).rstrip()


def _filled(finding: Finding) -> str:
    """The sentence of a rule of the linter, with its parameters in the places that are kept for them."""
    message, remedy = LINT[finding.code]
    shown = defaultdict(lambda: "?", {key: _shown(key, value) for key, value in finding.params.items()})
    return f"{message.format_map(shown)} {_remedy(finding.params, remedy)}"


def _shown(key: str, value: Any) -> str:
    if key.endswith("_cents") and type(value) is int:
        return format_euros(value)
    return format_date(value) if type(value) is date else str(value)


def _details(finding: Finding) -> list[str]:
    """The values that the finding names. Whatever is not there is left out."""
    params = finding.params
    value = next((params[key] for key in ("found", "name", "value", "key") if params.get(key) is not None), None)
    if finding.code in ("missing_key", "unknown_key"):
        value = params.get("key") or str(params.get("discriminator", "")).strip("'") or None
    if value is None and finding.code in SENTENCES:
        quoted = _QUOTED.search(finding.message_en)
        value = quoted[1] if quoted else None
    if str(value) in KINDS and not finding.code.startswith("not_a"):
        value = None
    shown = [] if value is None else [f"Het gaat om: {KINDS.get(str(value), str(value))}."]
    listed = bool(params.get("allowed") or params.get("nearest"))
    limits = {key: word for key, word in _LIMITS.items() if not (listed and key == "expected")}
    said = [f"{word}: {params[key]}." for key, word in limits.items() if params.get(key) not in (None, "", [])]
    form = FORMS.get(str(params.get("pattern", "")))
    return [*shown, *said, *([f"De vorm is: {form}."] if form else [])]


def _remedy(params: Mapping[str, Any], remedy: str) -> str:
    """Name all words that are possible and the nearest of them, whichever is known; else say the usual remedy."""
    allowed, nearest = params.get("allowed") or params.get("known"), params.get("nearest")
    said = []
    if isinstance(allowed, list | tuple) and len(allowed) <= _LONGEST:
        said.append(f"Kies uit: {', '.join(str(one) for one in allowed)}.")
    if nearest:
        said.append(f"Bedoelde u {nearest}?")
    return " ".join(said) or remedy
