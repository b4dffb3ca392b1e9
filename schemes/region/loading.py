"""Load a region: a folder with its names, facts, lists, schemes and funding, and those of the regions it includes.

    <region>/region.yaml facts.yaml funding.yaml schemes/<slug>.yaml reference/<list>.yaml texts/*.md cases/<slug>.yaml

Only region.yaml is needed. All problems of all files are reported together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from schemes.basics.findings import BadFile, Finding
from schemes.definition import SchemeDefinition
from schemes.facts import FactDefinition, FactsFile
from schemes.facts.references import AnyList, ReferenceList
from schemes.files.parsing import validate_document
from schemes.files.reading import Document, read_yaml_or_json
from schemes.region.cases import CasesFile, cases_checked
from schemes.region.crosscheck import CrossCheck
from schemes.region.funding import FundingFile
from schemes.region.region import Region, RegionBody
from schemes.region.unread import SUFFIXES, unread

T = TypeVar("T")
CATALOGUE = Path(__file__).parent.parent / "catalogue"
"""Where the regions that ship with the software stand."""
EMPTY_FUNDING = FundingFile(format="ontwikkelloket/funding/1", funders=(), funding_lines=())


@dataclass(frozen=True, slots=True)
class LoadedRegion:
    """A region with everything it includes, checked. `warnings` are findings that do not prevent its use."""

    region: Region
    path: Path
    facts: Mapping[str, FactDefinition]
    references: Mapping[str, AnyList]
    schemes: Mapping[str, SchemeDefinition]
    funding: FundingFile
    organisations: Mapping[str, RegionBody]
    texts: Mapping[str, str] = field(default_factory=dict)
    cases: Mapping[str, CasesFile] = field(default_factory=dict)
    """The cases of each scheme that has any, by slug."""
    warnings: tuple[Finding, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    """The file of each scheme, list and fact, as `scheme:<slug>`, `cases:<slug>`, `list:<name>`, `fact:<key>`."""


def packaged_region(slug: str) -> Path:
    """The folder of a region that ships with the software. Raises BadFile when there is none of that name."""
    if slug in packaged_regions():
        return CATALOGUE / slug
    known = ", ".join(packaged_regions())
    raise BadFile(
        [Finding(slug, "", "region_missing", f"No region {slug!r} ships with the software.", f"Use one of: {known}.")]
    )


def packaged_regions() -> list[str]:
    """The names of the regions that ship with the software."""
    return sorted(folder.name for folder in CATALOGUE.iterdir() if (folder / "region.yaml").is_file())


def load_region(path: str | Path, *, funding: str | Path | None = None, with_cases: bool = True) -> LoadedRegion:
    """Load a region folder, or a region that ships with the software by its name.

    `funding` replaces the region's own funding.yaml. Without cases those files are not read: what schemes pay does not depend on
    them. Raises BadFile with everything that is wrong in any of the files that are read.
    """
    folder = Path(path)
    gathered = _Gathered(with_cases)
    try:
        if not folder.exists() and str(path) in packaged_regions():
            folder = packaged_region(str(path))
        own = gathered.read_region(folder)
    except (OSError, ValueError):
        own = None
        gathered.refuse(folder, "region_missing", "This folder cannot be read.", "Check its name and its permissions.")
    if funding is not None:
        gathered.funding = gathered.read(FundingFile, Path(funding)) or EMPTY_FUNDING
        gathered.funding_file = str(funding)
    if own is None or gathered.errors:
        raise BadFile(gathered.errors)
    found = gathered.cross_checked(own, str(_one_of(folder, "region")))
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        raise BadFile(errors)
    return LoadedRegion(
        own,
        folder,
        gathered.facts,
        gathered.references,
        gathered.schemes,
        gathered.funding,
        gathered.organisations,
        gathered.texts,
        gathered.cases,
        (*gathered.unread, *(finding for finding in found if finding.severity == "warning")),
        gathered.files,
    )


def with_scheme(
    region: LoadedRegion, definition: SchemeDefinition, *, file: str = "", document: Document | None = None
) -> LoadedRegion:
    """The region with one definition added or in the place of the one of the same slug.

    `file` and `document` say where the definition was read. Raises BadFile with what does not fit the region.
    """
    slug = definition.scheme
    name = file or region.files.get(f"scheme:{slug}", slug)
    schemes = {**region.schemes, slug: definition}
    files = {**region.files, f"scheme:{slug}": name}
    documents = {name: document} if document is not None else {}
    check = CrossCheck(
        region.facts,
        region.references,
        schemes,
        region.funding,
        region.organisations,
        files,
        documents,
        region.region,
        "",
    )
    found = [one for one in (*check.schemes_checked(), *check.state_aid_checked()) if one.file == name]
    errors = [one for one in found if one.severity == "error"]
    if errors:
        raise BadFile(errors)
    return replace(region, schemes=schemes, files=files, warnings=tuple(found))


class _Gathered:
    """What was read so far, and what is wrong with it."""

    def __init__(self, with_cases: bool) -> None:
        self._with_cases = with_cases
        self.errors: list[Finding] = []
        self.unread: list[Finding] = []
        self.facts: dict[str, FactDefinition] = {}
        self.references: dict[str, AnyList] = {}
        self.schemes: dict[str, SchemeDefinition] = {}
        self.organisations: dict[str, RegionBody] = {}
        self.texts: dict[str, str] = {}
        self.cases: dict[str, CasesFile] = {}
        self.files: dict[str, str] = {}
        self.documents: dict[str, Document] = {}
        self.funding, self.funding_file = EMPTY_FUNDING, ""
        self.regions: dict[str, Region] = {}

    def refuse(self, file: Path | str, code: str, message: str, remedy: str, path: str = "", **params: Any) -> None:
        self.errors.append(Finding(str(file), path, code, message, remedy, params))

    def read(self, model: Any, path: Path) -> Any:
        """The typed content of a file, or None after noting what is wrong with it."""
        try:
            document = read_yaml_or_json(path)
            self.documents[str(path)] = document
            return validate_document(model, document)
        except BadFile as bad:
            self.errors.extend(bad.findings)
            return None

    def read_region(self, folder: Path, includes: tuple[str, ...] = ()) -> Region | None:
        """Read a region folder after the regions it includes; None when its region.yaml cannot be used."""
        file = _one_of(folder, "region")
        if file is None:
            what = "This folder has no region.yaml." if folder.is_dir() else "This region folder does not exist."
            self.refuse(folder, "region_missing", what, "Name a folder with a region.yaml in it.")
            return None
        region: Region | None = self.read(Region, file)
        if region is None:
            return None
        if region.region != folder.resolve().name:
            self.refuse(
                file,
                "name_differs",
                f"The region is {region.region}, but the folder is {folder.resolve().name}.",
                "Give both the same name.",
                "region",
                name=region.region,
                expected=folder.resolve().name,
            )
        self.regions[region.region] = region
        for position, name in enumerate(region.includes):
            self._include(folder, file, name, f"includes[{position}]", (*includes, region.region))
        self._take(region, folder)
        return region

    def _include(self, folder: Path, file: Path, name: str, path: str, above: tuple[str, ...]) -> None:
        if name in above:
            self.refuse(file, "includes_circle", f"{' -> '.join((*above, name))} is a circle.", "Take one out.", path)
            return
        if name in self.regions:
            return
        beside = folder.resolve().parent / name
        if _one_of(beside, "region") is None and name not in packaged_regions():
            self.refuse(
                file,
                "include_missing",
                f"There is no region {name!r} beside this folder or in the software.",
                f"Use one of: {', '.join(packaged_regions())}; or add the folder.",
                path,
                name=name,
            )
            return
        self.read_region(beside if _one_of(beside, "region") else packaged_region(name), above)

    def _take(self, region: Region, folder: Path) -> None:
        self.unread.extend(unread(folder))
        self.organisations |= {organisation.id: organisation for organisation in region.organisations}
        facts_file = _one_of(folder, "facts")
        facts: FactsFile | None = self.read(FactsFile, facts_file) if facts_file else None
        for position, fact in enumerate(facts.facts if facts else ()):
            if fact.key in self.facts:
                self.refuse(
                    facts_file or folder,
                    "duplicate_fact",
                    f"The fact {fact.key} is already defined by an included region.",
                    "Use that one, or choose another key.",
                    f"facts[{position}].key",
                    fact=fact.key,
                )
            self.facts[fact.key] = fact
            self.files[f"fact:{fact.key}"] = str(facts_file)
        for file in _files(folder / "reference"):
            self._take_reference(file)
        for file in _files(folder / "schemes"):
            self._take_scheme(file)
        for file in _files(folder / "cases") if self._with_cases else ():
            self._take_cases(file)
        funding_file = _one_of(folder, "funding")
        self.funding, self.funding_file = EMPTY_FUNDING, ""
        if funding_file:
            self.funding, self.funding_file = self.read(FundingFile, funding_file) or EMPTY_FUNDING, str(funding_file)
        self._take_texts(folder / "texts")

    def _take_reference(self, file: Path) -> None:
        reference = self.read(ReferenceList, file)
        if reference is None:
            return
        self._same_name(file, "list", reference.list)
        self.references[reference.list] = reference
        self.files[f"list:{reference.list}"] = str(file)

    def _take_scheme(self, file: Path) -> None:
        definition: SchemeDefinition | None = self.read(SchemeDefinition, file)
        if definition is None:
            return
        self._same_name(file, "scheme", definition.scheme)
        if definition.scheme in self.schemes:
            other = self.files[f"scheme:{definition.scheme}"]
            self.refuse(
                file,
                "duplicate_scheme",
                f"The scheme {definition.scheme} is also in {other}.",
                "Keep one of them, or choose another slug.",
                "scheme",
                scheme=definition.scheme,
            )
        self.schemes[definition.scheme] = definition
        self.files[f"scheme:{definition.scheme}"] = str(file)

    def _take_cases(self, file: Path) -> None:
        cases: CasesFile | None = self.read(CasesFile, file)
        if cases is None:
            return
        self._same_name(file, "scheme", cases.scheme)
        if cases.scheme in self.cases:
            other = self.files[f"cases:{cases.scheme}"]
            self.refuse(
                file,
                "duplicate_cases",
                f"The cases of {cases.scheme} are also in {other}.",
                "Keep one of them.",
                "scheme",
                scheme=cases.scheme,
            )
        self.cases[cases.scheme] = cases
        self.files[f"cases:{cases.scheme}"] = str(file)

    def _same_name(self, file: Path, key: str, name: str) -> None:
        if file.stem != name:
            self.refuse(
                file,
                "name_differs",
                f"The {key} is {name}, but the file is {file.name}.",
                "Give both the same name.",
                key,
                name=name,
                expected=file.stem,
            )

    def _take_texts(self, folder: Path) -> None:
        for file in sorted(folder.glob("*.md")) if folder.is_dir() else ():
            try:
                content = file.read_bytes()[:1_000_001]
                if len(content) > 1_000_000:
                    raise ValueError
                self.texts[file.stem] = content.decode("utf-8-sig")
            except (OSError, ValueError):
                self.refuse(file, "not_utf8", "The text cannot be read as UTF-8 of at most 1 MB.", "Save it as UTF-8.")

    def cross_checked(self, own: Region, region_file: str) -> list[Finding]:
        """Findings between files; each names its file and line."""
        check = CrossCheck(
            self.facts,
            self.references,
            self.schemes,
            self.funding,
            self.organisations,
            self.files,
            self.documents,
            own,
            region_file,
        )
        return [
            *check.schemes_checked(),
            *check.state_aid_checked(),
            *check.centres_checked(),
            *check.facts_checked(),
            *check.funding_checked(self.funding_file),
            *self._cases_checked(),
        ]

    def _cases_checked(self) -> Iterator[Finding]:
        for slug, cases in self.cases.items():
            file = self.files[f"cases:{slug}"]
            definition, document = self.schemes.get(slug), self.documents.get(file)
            yield from cases_checked(cases, file, definition, sorted(self.schemes), self.facts, document)


def _one_of(folder: Path, stem: str) -> Path | None:
    """The file of this name in YAML or JSON; None when there is none."""
    return next((folder / f"{stem}{suffix}" for suffix in SUFFIXES if (folder / f"{stem}{suffix}").is_file()), None)


def _files(folder: Path) -> Iterator[Path]:
    """The YAML and JSON files of a folder by name; hidden files are left alone."""
    if folder.is_dir():
        for file in sorted(folder.iterdir()):
            if file.suffix in SUFFIXES and not file.name.startswith("."):
                yield file
