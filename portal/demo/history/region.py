"""The region as it was: the bundled one with the two schemes of the Ontwikkelfonds alone, open then, and the money of the source.

A folder as any other region, made for this: what the desk loads from it goes through the same reading and checking.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from portal.accounting.source_report.figures import HISTORY_REGION
from portal.demo.history.plan import (
    ENDED_ON,
    GELDERLAND,
    OPENED_ON,
    OVERIJSSEL,
    REGIO_DEAL,
    VALID_DAYS,
    HistoryPlan,
)
from schemes.files.reading import read_yaml_or_json
from schemes.region.loading import packaged_region

BUNDLED, NATIONAL = "stedendriehoek", "nl"
SCHEMES = {"individual": "ontwikkelfonds-individueel", "employer": "ontwikkelfonds-werkgever"}
LAST_AWARD_ON = date(2023, 12, 31)
_PERIOD = {
    "nl": "De jaren zijn een aanname: de bron noemt ze niet.",
    "en": "The years are assumed: the source does not name them.",
}


@dataclass(frozen=True)
class _Money:
    """A budget of the source: of whom it is called, what kind of body that is, and what it could be used for."""

    funder: str
    kind: str
    name: dict[str, str]
    earmark: dict[str, list[str]]


_LINES: Mapping[str, _Money] = {
    REGIO_DEAL: _Money(
        "regio-deal",
        "region",
        {
            "nl": "Regio Deal (Strategische Board, nu Regio Stedendriehoek)",
            "en": "Regio Deal (now Stedendriehoek region)",
        },
        {"schemes": [SCHEMES["individual"]], "routes": ["individual"]},
    ),
    GELDERLAND: _Money(
        "provincie-gelderland",
        "province",
        {"nl": "Provincie Gelderland", "en": "Province of Gelderland"},
        {"schemes": list(SCHEMES.values())},
    ),
    OVERIJSSEL: _Money(
        "provincie-overijssel",
        "province",
        {"nl": "Provincie Overijssel", "en": "Province of Overijssel"},
        {"schemes": [SCHEMES["employer"]], "routes": ["employer"]},
    ),
}


def write_region(place: Path, plan: HistoryPlan) -> Path:
    """Write the folder of the region of the history in a place, with the budgets of a plan. Returns the folder."""
    folder = place / HISTORY_REGION
    own, national = packaged_region(BUNDLED), packaged_region(NATIONAL)
    for name in ("schemes", "reference"):
        (folder / name).mkdir(parents=True)
    for base in (national, own):
        for path in (base / "reference").glob("*.yaml"):
            shutil.copyfile(path, folder / "reference" / path.name)
    shutil.copyfile(national / "facts.yaml", folder / "facts.yaml")
    _write(folder / "region.json", _region(_read(own / "region.yaml"), _read(national / "region.yaml")))
    _write(folder / "funding.json", _funding(plan))
    for slug in SCHEMES.values():
        _write(folder / "schemes" / f"{slug}.json", _scheme(_read(own / "schemes" / f"{slug}.yaml")))
    return folder


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = read_yaml_or_json(path).data
    return data


def _write(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(data, default=str, ensure_ascii=False), encoding="utf-8")


def _region(own: dict[str, Any], national: dict[str, Any]) -> dict[str, Any]:
    settings = {key: value for key, value in own["settings"].items() if key != "de_minimis"}
    return {
        **{key: value for key, value in own.items() if key != "includes"},
        "region": HISTORY_REGION,
        "name": {"nl": "Ontwikkelfonds Stedendriehoek (historie)", "en": "Ontwikkelfonds Stedendriehoek (history)"},
        "organisations": [*own["organisations"], *national["organisations"]],
        "settings": {**settings, "voucher_valid_days": VALID_DAYS},
    }


def _scheme(scheme: dict[str, Any]) -> dict[str, Any]:
    """The scheme open in the years of the history. The source says nothing about state aid: it is not looked at."""
    kept = {key: value for key, value in scheme.items() if key != "state_aid"}
    window = {"opens_on": OPENED_ON, "closes_on": LAST_AWARD_ON, "note": _PERIOD}
    return {
        **kept,
        "windows": [window],
        "review_on": LAST_AWARD_ON,
        "assumptions": [*scheme["assumptions"][1:], _PERIOD],
    }


def _funding(plan: HistoryPlan) -> dict[str, Any]:
    names = {
        line: (
            money,
            cents,
            {"nl": f"{money.name['nl']}: hele bijdrage", "en": f"{money.name['en']}: whole contribution"},
        )
        for line, money in _LINES.items()
        for cents in (plan.budgets[line],)
    }
    return {
        "format": "ontwikkelloket/funding/1",
        "funders": [{"id": money.funder, "kind": money.kind, "name": money.name} for money in _LINES.values()],
        "agreements": [
            {
                "id": agreement_slug(line),
                "funder": money.funder,
                "title": title,
                "reference": "Eindrapportage Ontwikkelfonds, 3.1",
                "signed_on": OPENED_ON,
            }
            for line, (money, _cents, title) in names.items()
        ],
        "funding_lines": [
            {
                "id": line,
                "funder": money.funder,
                "agreement": agreement_slug(line),
                "title": title,
                "amount_cents": cents,
                "earmark": money.earmark,
                "period": {"from": OPENED_ON, "to": ENDED_ON},
                "assumption": _PERIOD,
            }
            for line, (money, cents, title) in names.items()
        ],
    }


def agreement_slug(line: str) -> str:
    """The agreement under which a budget was given."""
    return f"bijdrage-{line}"


def facts_of_voucher(*, technology: bool, number: int, start: date) -> dict[str, Any]:
    """What is answered about the training of a voucher; other sectors than technology are assumed in turn."""
    others = ("care", "transport", "construction", "business", "ict", "education")
    return {
        "training_kind": "further_training",
        "training_path": "course",
        "training_level": "none",
        "training_sector": "technology" if technology else others[number % len(others)],
        "training_start": start.isoformat(),
        "training_recognised": False,
        "mandatory_for_job": False,
    }
