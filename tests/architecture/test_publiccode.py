"""publiccode.yml: what the standard (yml.publiccode.tools) asks is there, and it says the same as the project itself."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

STATUS = {"concept", "development", "beta", "stable", "obsolete"}
SOFTWARE = {
    "standalone/mobile",
    "standalone/iot",
    "standalone/desktop",
    "standalone/web",
    "standalone/backend",
    "standalone/other",
    "addon",
    "library",
    "configurationFiles",
}
MAINTENANCE = {"internal", "contract", "community", "none"}
CATEGORIES = {"grant-management", "digital-citizenship", "workflow-management", "budgeting"}
"""The words of the standard's list that this file may use; a new one is looked up there first."""
SCOPES = {"employment", "education", "local-authorities", "society", "welfare", "finance-and-economic-development"}


def read(text: str | None = None) -> dict[str, Any]:
    """The file as plain data; dates stay texts, as the standard wants them quoted."""
    found = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8") if text is None else text)
    assert isinstance(found, dict)
    return found


def problems(data: dict[str, Any]) -> list[str]:
    """What the standard would refuse, one line each."""
    found = [f"{key} is missing" for key in _MANDATORY if not _at(data, key)]
    found += [] if data.get("developmentStatus") in STATUS else ["developmentStatus is not a status"]
    found += [] if data.get("softwareType") in SOFTWARE else ["softwareType is not a type"]
    found += [] if set(data.get("categories", ())) <= CATEGORIES else ["categories has an unknown word"]
    found += (
        [] if set((data.get("intendedAudience") or {}).get("scope", ())) <= SCOPES else ["scope has an unknown word"]
    )
    if not re.fullmatch(r"https?://[^\s/]+/\S+", str(data.get("url"))):
        found.append("url is no address")
    for language, words in (data.get("description") or {}).items():
        if not 1 <= len(words.get("shortDescription", "")) <= 150:
            found.append(f"{language}: shortDescription has at most 150 characters")
        if not 150 <= len(words.get("longDescription", "")) <= 10_000:
            found.append(f"{language}: longDescription has 150 to 10.000 characters")
        if len(words.get("genericName", "")) > 35:
            found.append(f"{language}: genericName has at most 35 characters")
        if not words.get("features"):
            found.append(f"{language}: features is missing")
    kind = (data.get("maintenance") or {}).get("type")
    needed = {"internal": "contacts", "community": "contacts", "contract": "contractors"}.get(str(kind))
    if kind not in MAINTENANCE or (needed and not data["maintenance"].get(needed)):
        found.append("maintenance is not complete")
    try:
        date.fromisoformat(data.get("releaseDate", ""))
    except (TypeError, ValueError):
        found.append("releaseDate is no day")
    return found


_MANDATORY = (
    "publiccodeYmlVersion",
    "name",
    "url",
    "releaseDate",
    "platforms",
    "categories",
    "developmentStatus",
    "softwareType",
    "description",
    "legal.license",
    "maintenance.type",
    "localisation.localisationReady",
    "localisation.availableLanguages",
)


def _at(data: Any, path: str) -> Any:
    for part in path.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return data


def test_the_file_has_everything_that_the_standard_asks() -> None:
    assert problems(read()) == []


@pytest.mark.parametrize("key", [key for key in _MANDATORY if "." not in key])
def test_the_check_notices_what_is_missing(key: str) -> None:
    data = read()
    del data[key]
    assert problems(data) != []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("developmentStatus: beta", "developmentStatus: klaar"),
        ('softwareType: "standalone/web"', 'softwareType: "web"'),
        ("  - budgeting", "  - begroten"),
        ('type: "none"', 'type: "community"'),
        ('releaseDate: "2026', 'releaseDate: "26'),
        ("  license: EUPL-1.2", "  license:"),
        ("    shortDescription: One desk", "    shortDescription: " + "One desk " * 20),
    ],
)
def test_the_check_notices_what_is_wrong(old: str, new: str) -> None:
    text = (ROOT / "publiccode.yml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    assert problems(read(text.replace(old, new))) != []


def test_name_version_and_licence_are_those_of_the_project() -> None:
    data = read()
    assert data["name"].lower() == PROJECT["name"]
    assert data["softwareVersion"] == PROJECT["version"]
    assert data["legal"]["license"] == PROJECT["license"]


def test_the_languages_are_those_of_the_screens_and_of_the_description() -> None:
    data = read()
    languages = set(data["localisation"]["availableLanguages"])
    translated = {folder.name for folder in (ROOT / "portal" / "translations").iterdir() if folder.is_dir()}
    assert languages == translated | {"nl"} == set(data["description"])


def test_a_released_version_has_the_day_of_the_change_log() -> None:
    """Until a version is released the change log has no day for it."""
    data, log = read(), (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.search(
        rf"^## \[?{re.escape(data['softwareVersion'])}\]?.*?(\d{{4}}-\d{{2}}-\d{{2}})", log, re.MULTILINE
    )
    assert released is None or released.group(1) == data["releaseDate"]


def test_the_least_python_is_the_one_that_the_project_needs() -> None:
    [python] = [one for one in read()["dependsOn"]["open"] if one["name"] == "Python"]
    assert PROJECT["requires-python"] == f">={python['versionMin']}"
