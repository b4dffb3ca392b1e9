"""The gate and the replay in words: what was looked at, what was found, and who gains and who loses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from portal.platform.i18n import LazyString, format_euros
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.effects import GroupRow, LineDifference, Money, SetResult
from portal.publishing.gate.steps import CaseOutcome, ChangedOutcome, Gate, GateStep
from portal.web.owner.editor.checking import AT_FIELDS, field_id
from portal.web.owner.editor.labels import key_label
from portal.web.owner.editor.sections import page_of
from portal.web.owner.editor.words import choice_label, type_label
from portal.words.findings import finding_text
from portal.words.labels import SCHEME_STATES
from portal.words.names import Names
from portal.words.wording import rule_sentence
from schemes.basics.findings import Finding
from schemes.definition import SchemeDefinition
from schemes.evaluation import describe

STEPS: Mapping[str, tuple[LazyString, LazyString]] = {
    "parses": (_l("De regeling is af"), _l("Alles is ingevuld en past bij de regio.")),
    "lint": (
        _l("De controle vindt geen fouten"),
        _l("Regels die elkaar tegenspreken, gaten, sprongen en wat er ontbreekt."),
    ),
    "cases": (_l("Alle voorbeelden komen uit"), _l("Is een uitkomst anders dan nu? Dan keurt iemand die apart goed.")),
    "replay": (
        _l("De proef is gedaan"),
        _l("Alle eerdere vragen en duizend verzonnen mensen, met de oude en de nieuwe regeling."),
    ),
    "second_person": (
        _l("Een tweede persoon publiceert"),
        _l("Wie de versie maakte of aanbood, publiceert haar niet."),
    ),
}
STATES: Mapping[str, tuple[LazyString, str]] = {
    "passed": (_l("in orde"), "ok"),
    "failed": (_l("niet in orde"), "no"),
    "to_do": (_l("nog te doen"), "wait"),
}
CHANGES: Mapping[str, LazyString] = {
    "changed": _l("andere uitkomst"),
    "rewritten": _l("voorbeeld herschreven"),
    "removed": _l("voorbeeld weggehaald"),
}
STANDINGS: Mapping[str, LazyString] = {
    "eligible": _l("past"),
    "not_eligible": _l("past niet"),
    "unknown": _l("nog niet bekend"),
    "not_open": _l("past, maar niet open"),
    "no_scheme": _l("regeling bestond niet"),
}
DIMENSIONS: Mapping[str, LazyString] = {
    "work_situation": _l("Werksituatie"),
    "municipality": _l("Gemeente"),
    "age": _l("Leeftijd"),
    "route": _l("Route"),
}
CERTAINTIES: Mapping[str, LazyString] = {"firm": _l("zeker"), "possible": _l("misschien"), "none": _l("geen")}
ROUTE_WORDS: Mapping[str, LazyString] = {"individual": _l("individuele route"), "employer": _l("werkgeversroute")}
OUTCOME_KEYS: Mapping[str, LazyString] = {
    "verdict": _l("Uitkomst"),
    "reason": _l("Reden"),
    "availability": _l("Stand"),
    "certainty": _l("Zekerheid"),
    "amount_cents": _l("Bedrag"),
    "amount_known": _l("Bedrag bekend"),
}


def steps_shown(gate: Gate, form: Callable[[str], str] | None = None) -> list[dict[str, Any]]:
    """Every step of the gate with its state and what was found; `form` gives the address of a page of the form."""
    return [_step(step, form) for step in gate.steps]


def _step(step: GateStep, form: Callable[[str], str] | None) -> dict[str, Any]:
    title, why = STEPS[step.name]
    state, kind = STATES[step.state]
    wrong = [finding for finding in step.findings if finding.severity == "error"]
    doubtful = [finding for finding in step.findings if finding.severity != "error"]
    return {
        "name": step.name,
        "title": title,
        "why": why,
        "state": state,
        "kind": kind,
        "errors": [_found(one, form) for one in wrong],
        "warnings": [_found(one, form) for one in doubtful],
    }


def _found(finding: Finding, form: Callable[[str], str] | None) -> dict[str, Any]:
    """One finding in the words of the form, with the way to its field."""
    at_field = AT_FIELDS.get(finding.code)
    of_cases = finding.file.startswith("cases/") or finding.path.startswith(("cases[", "given"))
    part = page_of(finding.path, cases=of_cases).name
    return {
        "text": str(at_field) if at_field is not None else finding_text(finding),
        "where": path_words(finding.path),
        "href": f"{form(part)}#{field_id(finding.path)}" if form is not None and finding.path else None,
    }


def path_words(path: str) -> str:
    """A place in a definition by the names that the form gives: `caps[0].amount_cents` is "Maxima 1, Bedrag"."""
    words: list[str] = []
    languages = {"nl": _("Nederlands"), "en": _("Engels")}
    for part in re.findall(r"[^.\[\]]+", path):
        if part.isdigit() and words:
            words[-1] = f"{words[-1]} {int(part) + 1}"
        else:
            words.append(languages.get(part) or key_label(part))
    return ", ".join(words)


def case_rows(gate: Gate, rules: Mapping[str, str]) -> list[dict[str, Any]]:
    """The cases that do not come out as their owner expects, with what differs."""
    return [
        {
            "name": one.name,
            "lines": [
                _(
                    "%(what)s: verwacht %(expected)s, gevonden %(found)s",
                    what=OUTCOME_KEYS[key],
                    expected=outcome_word(key, wanted, rules),
                    found=outcome_word(key, found, rules),
                )
                for key, (wanted, found) in _differing(one).items()
            ],
        }
        for one in gate.cases
        if not one.passed
    ]


def _differing(case: CaseOutcome) -> dict[str, tuple[Any, Any]]:
    """What was expected and what was found; a set of names agrees when the expected one is among them."""
    found = case.found
    pairs = {key: (value, found.get(key)) for key, value in case.expected.items()}
    return {key: pair for key, pair in pairs.items() if not _agree(*pair)}


def _agree(wanted: Any, found: Any) -> bool:
    return wanted in found if isinstance(found, tuple | list) else bool(wanted == found)


def change_rows(gate: Gate, rules: Mapping[str, str]) -> list[dict[str, Any]]:
    """The cases that end differently than now, with what they were and what they become."""
    return [_change(one, rules) for one in gate.changes]


def rules_by_name(definitions: Iterable[SchemeDefinition | None], on: date, names: Names) -> dict[str, str]:
    """What the conditions say, by their short names. Earlier definitions come first; later ones win."""
    return {
        condition.id: rule_sentence(describe(condition, on, names.lists), names)
        for definition in definitions
        if definition is not None
        for _path, condition in definition.walk_conditions()
        if condition.id is not None
    }


def _change(change: ChangedOutcome, rules: Mapping[str, str]) -> dict[str, Any]:
    before, after = change.before or {}, change.after or {}
    keys = [key for key in OUTCOME_KEYS if key in {**before, **after}]
    differing = [key for key in keys if before.get(key) != after.get(key)] or keys
    rows = [
        (str(OUTCOME_KEYS[key]), *(outcome_word(key, side.get(key), rules) for side in (before, after)))
        for key in differing
    ]
    gone = change.after is None
    return {
        "key": change.key,
        "name": change.name,
        "kind": CHANGES[change.kind],
        "approved": change.approved_by is not None,
        "was": "; ".join(f"{what}: {said}" for what, said, _nothing in rows) if gone else None,
        "rows": [] if gone else rows,
    }


def outcome_word(key: str, value: Any, rules: Mapping[str, str]) -> str:
    """One value of an outcome as people read it."""
    if key in ("reason", "availability") and value is not None:
        told = list(value) if isinstance(value, tuple | list) else [value]
        return _reason(told, rules) if key == "reason" else _standing(told)
    if value is None:
        return _("niet bekend")
    if key == "amount_cents" and isinstance(value, int):
        return format_euros(value, exact=True)
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    return str(CERTAINTIES[value]) if key == "certainty" and value in CERTAINTIES else choice_label(key, str(value))


def _reason(names: list[str], rules: Mapping[str, str]) -> str:
    """Why it is so, by the short name, the type and the code of the condition that decides: its sentence, else its type."""
    if "route" in names:
        return _("De regeling is niet voor deze route.")
    said = [rules[name] for name in names if name in rules] or [type_label(name) for name in names[:2]]
    return " ".join(dict.fromkeys(said)) or _("geen")


def _standing(told: list[str]) -> str:
    """The state of a scheme; its code says more only when somebody else must ask for it."""
    if "third_party_only" in told:
        return _("alleen via een ander")
    return str(SCHEME_STATES[told[0]][0]) if told and told[0] in SCHEME_STATES else ", ".join(told)


def replay_shown(result: SetResult, names: Names) -> dict[str, Any]:
    """One set of the replay as tables."""
    return {
        "number": result.number,
        "unchanged": result.unchanged,
        "money": [
            _money(_("Eigen geld van de vrager: minder betalen is winst"), result.own),
            _money(_("Wat deze regeling betaalt"), result.scheme),
        ],
        "few": result.scheme_old_cents is None,
        "old": _euros(result.scheme_old_cents),
        "new": _euros(result.scheme_new_cents),
        "verdicts": [
            [str(STANDINGS[one.before]), str(STANDINGS[one.after]), _number(one.number)] for one in result.verdicts
        ],
        "lines": [[names.title(one.line), *_paid(one)] for one in result.lines],
        "groups": [
            {"title": str(DIMENSIONS[dimension]), "rows": _groups(dimension, rows, names)}
            for dimension, rows in result.groups.items()
            if rows
        ],
    }


def _money(what: str, money: Money) -> list[Any]:
    return [
        what,
        _number(money.gains),
        _number(money.loses),
        "–" if money.same is None else money.same,
        _euros(money.gained_cents),
        _euros(money.lost_cents),
    ]


def _number(value: int | None) -> int | str:
    return _("minder dan 10") if value is None else value


def _euros(value: int | None) -> str:
    return "–" if value is None else format_euros(value)


def _paid(one: LineDifference) -> list[str]:
    if one.old_cents is None or one.new_cents is None:
        return ["–", "–", "–"]
    return [format_euros(cents) for cents in (one.old_cents, one.new_cents, one.new_cents - one.old_cents)]


def _groups(dimension: str, rows: Iterable[GroupRow], names: Names) -> list[list[Any]]:
    return [
        [
            _group_name(dimension, row.value, names),
            _number(row.number),
            _number(row.gains),
            _number(row.loses),
            _euros(row.gained_cents),
            _euros(row.lost_cents),
        ]
        for row in rows
    ]


def _group_name(dimension: str, value: str, names: Names) -> str:
    if value in ("", "unknown"):
        return _("niet bekend")
    if dimension == "route":
        return str(ROUTE_WORDS.get(value, value))
    if dimension == "municipality":
        return names.answer("residence_municipality", value)
    return names.answer("work_situation", value) if dimension == "work_situation" else value
