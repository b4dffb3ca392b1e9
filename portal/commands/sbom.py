"""``loket sbom``: what a running desk is made of, as a CycloneDX bill of materials, from the lock that it is installed from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import click

from portal.platform.config import CHECKOUT

LOCK = "requirements-run.lock"
_PINNED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass
class LockedPackage:
    """One package of the lock: its name, its version, and the hashes of the files that may be installed."""

    name: str
    version: str
    hashes: list[str] = field(default_factory=list)

    @property
    def purl(self) -> str:
        """Its address as a package of PyPI."""
        return f"pkg:pypi/{re.sub(r'[-_.]+', '-', self.name).lower()}@{self.version}"


@click.command()
@click.option("--lock", "lock", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=f"Default: {LOCK}.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it there; default: print it.")
def sbom(lock: Path | None, out: Path | None) -> None:
    """What a running desk is made of, with versions, hashes and licences: CycloneDX 1.6 as JSON, the same bytes each time."""
    path = lock or CHECKOUT / LOCK
    if not path.is_file():
        raise click.UsageError(f"there is no {path}; name the lock that this desk was installed from: --lock FILE")
    packages = packages_in(path.read_text(encoding="utf-8", errors="replace"))
    if not packages:
        raise click.UsageError(f"{path} locks no package; name the lock that this desk was installed from: --lock FILE")
    made = json.dumps(bill_of(packages), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(made, nl=False)
        return
    out.write_text(made, encoding="utf-8")
    click.echo(f"sbom: {out}", err=True)


def packages_in(text: str) -> list[LockedPackage]:
    """The packages of a lock, in its order."""
    return list(_read(text))


def _read(text: str) -> Iterator[LockedPackage]:
    known: LockedPackage | None = None
    for line in text.splitlines():
        if found := _PINNED.match(line):
            if known is not None:
                yield known
            known = LockedPackage(found[1], found[2])
        if known is not None:
            known.hashes += _HASH.findall(line)
    if known is not None:
        yield known


def bill_of(packages: list[LockedPackage]) -> dict[str, Any]:
    """The bill of materials of these packages."""
    own = {"type": "application", "name": "ontwikkelloket", "version": _own_version(), "bom-ref": "ontwikkelloket"}
    components = [_component(one) for one in packages]
    content = json.dumps([own, components], sort_keys=True)
    refs = {re.sub(r"[-_.]+", "-", one.name).lower(): one.purl for one in packages}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {"component": own},
        "components": components,
        "dependencies": [
            {"ref": "ontwikkelloket", "dependsOn": _needed("ontwikkelloket", refs)},
            *({"ref": ref, "dependsOn": _needed(name, refs)} for name, ref in refs.items()),
        ],
    }


def _component(package: LockedPackage) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "hashes": [{"alg": "SHA-256", "content": one} for one in package.hashes],
    }
    licence = _licence(package.name)
    if licence:
        component["licenses"] = [licence]
    return component


def _licence(name: str) -> dict[str, Any] | None:
    """What an installed package says of its licence; None when it is not here or says nothing."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return None
    if "License-Expression" in about:
        return {"expression": str(about["License-Expression"])}
    named = [one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or [] if one.startswith("License ::")]
    short = str(about["License"]).strip() if "License" in about else ""
    said = ", ".join(named) or (short if "\n" not in short and len(short) < 80 else "")
    return {"license": {"name": said}} if said else None


def _needed(name: str, refs: dict[str, str]) -> list[str]:
    """Which of the packages of the lock a package needs."""
    try:
        wanted = requires(name) or []
    except PackageNotFoundError:
        return []
    names = {re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", one, maxsplit=1)[0]).lower() for one in wanted}
    return sorted(refs[one] for one in names if one in refs)


def _own_version() -> str:
    try:
        return version("ontwikkelloket")
    except PackageNotFoundError:
        return "0"
