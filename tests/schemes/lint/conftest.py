"""Regions of a few short schemes, and what the linter says about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from string import Formatter
from typing import Any

import pytest

from portal.words.lint_nl import LINT
from schemes.basics.findings import Finding
from schemes.definition import SchemeDefinition
from schemes.lint import lint
from schemes.region.funding import FundingFile
from schemes.region.loading import EMPTY_FUNDING, LoadedRegion

ON = date(2026, 3, 1)

Lint = Callable[..., list[Finding]]


def scheme(name: str = "bijdrage", **changes: Any) -> dict[str, Any]:
    """A short scheme about which the linter has nothing to say; `None` takes a key away."""
    base: dict[str, Any] = {
        "format": "ontwikkelloket/scheme/1", "scheme": name, "version": 1, "title": {"nl": "Bijdrage", "en": "Contribution"},
        "summary": {"nl": "De helft van een cursus.", "en": "Half of a course."}, "owner": "regio-veldrijk",
        "administered": "elsewhere", "kind": "subsidy", "public_money": True, "routes": ["individual"],
        "applicant": {"who": "resident"}, "payee": "resident", "state": "open",
        "sources": [{"title": "Regeling", "confidence": "verified"}],
        "conditions": [{"type": "age", "at_least": 18, "article": "artikel 2"}],
        "coverage": [{"categories": ["tuition"], "share": "50%", "article": "artikel 3"}],
        "apply": {"how": {"nl": "Vraag aan op de site.", "en": "Apply on the site."}}, "review_on": date(2027, 1, 15),
    }  # fmt: skip
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def here(name: str = "bijdrage", **changes: Any) -> dict[str, Any]:
    """The same, administered here."""
    return scheme(name, administered="here", deciding_body={"nl": "Het college", "en": "The executive"}, **changes)


def group(name: str, **more: Any) -> dict[str, Any]:
    return {"groups": [{"group": name, **more}]}


def rule(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "article": "artikel 2", **more}


def region_with(base: LoadedRegion, *schemes: dict[str, Any], funding: Any = None, **more: Any) -> LoadedRegion:
    """A region with the facts and lists of another, and only these schemes."""
    parsed = [SchemeDefinition.model_validate(one) for one in schemes]
    money = EMPTY_FUNDING if funding is None else FundingFile.model_validate(funding)
    return replace(base, schemes={one.scheme: one for one in parsed}, funding=money, files={}, **more)


@pytest.fixture
def linted(veldrijk: LoadedRegion) -> Lint:
    """The findings about a region of these schemes, of one code when it is named."""

    def findings(*schemes: dict[str, Any], code: str | None = None, on: date = ON, **more: Any) -> list[Finding]:
        only = more.pop("only", None)
        found = list(lint(region_with(veldrijk, *schemes, **more), only, on=on))
        for finding in found:
            assert places(LINT[finding.code][0]) <= set(finding.params), f"{finding.code}: a place without a value"
        return [finding for finding in found if code in (None, finding.code)]

    return findings


def places(sentence: str) -> set[str]:
    """The names between braces in the Dutch of a rule."""
    return {name for _before, name, _form, _how in Formatter().parse(sentence) if name}
