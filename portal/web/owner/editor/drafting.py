"""A page of the form as it is opened and as it comes back: which draft, what was sent, and what the page shows."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from flask import abort, request, url_for
from sqlalchemy.orm import Session

from portal.framework.catalogue.models import SchemeVersion, VersionState
from portal.framework.catalogue.queries import as_loaded_region, newest_published
from portal.people.actor import Actor
from portal.platform.i18n import gettext as _
from portal.platform.i18n import localized
from portal.publishing.workshop.queries import cases_document_of, document_of, version_of_scheme
from portal.web.owner.editor.changes import change
from portal.web.owner.editor.checking import Checked, check, known_of
from portal.web.owner.editor.effect import effect_of, sentence_of
from portal.web.owner.editor.labels import key_label
from portal.web.owner.editor.posted import Unreadable, nested, read_keys
from portal.web.owner.editor.render import Page, Shown, fields_of
from portal.web.owner.editor.sections import CASES, SECTIONS, Section, form_of, keys_of, page_of
from portal.web.owner.editor.tree import NOTHING, misfits
from schemes.region.cases import CASES_FORMAT
from schemes.region.loading import LoadedRegion

CONTROL = "-"
"""Names that begin so are of the page, not of the document."""
NEW_CASES = {"format": CASES_FORMAT}


@dataclass
class SchemeDraft:
    """A draft with what it says, and the region it is for."""

    version: SchemeVersion
    document: dict[str, Any]
    cases: dict[str, Any] | None
    region: LoadedRegion
    named: bool
    """Its name can no longer change."""

    def part(self, section: Section) -> dict[str, Any]:
        """The document that a page is a part of."""
        if section.name != CASES:
            return self.document
        return {**NEW_CASES, "scheme": self.version.scheme.slug, **(self.cases or {})}

    def fingerprint(self, section: Section) -> str:
        """What stands on a page, as a hash: a page that nobody else changed can be saved whatever happened to the others."""
        part = self.part(section)
        said = {key: part[key] for key in keys_of(section, named=self.named) if key in part}
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]

    def with_part(self, section: Section, part: dict[str, Any]) -> SchemeDraft:
        """The same draft with another document for a page. Cases without a case are no cases."""
        if section.name != CASES:
            return SchemeDraft(self.version, part, self.cases, self.region, self.named)
        said = {key: value for key, value in part.items() if key in ("given", "cases") and value}
        return SchemeDraft(self.version, self.document, part if said else None, self.region, self.named)


def draft_for(session: Session, *, scheme: str, version: str, actor: Actor, on: date) -> SchemeDraft | None:
    """The draft at an address; None when there is none, it is no draft any more, or the actor may not write it."""
    if not (version.isascii() and version.isdigit() and len(version) < 7):
        return None
    found = version_of_scheme(session, scheme=scheme, number=int(version), actor=actor)
    if found is None or found.state is not VersionState.DRAFT:
        return None
    named = newest_published(session, scheme_id=found.scheme_id) is not None
    return SchemeDraft(found, document_of(found), cases_document_of(found), as_loaded_region(session, on=on), named)


@dataclass
class Sending:
    """What a page sent: the draft as it would be, where to go next, and the revision that it may replace."""

    draft: SchemeDraft
    revision: int
    word: str = ""
    path: str = ""
    kept_type: bool = False
    """A condition was given another type that would have lost its parts; it kept its own."""


def is_revision(sent: str) -> bool:
    """Whether this is the number of a revision, as a page of the editor sends it along."""
    return sent.isascii() and sent.isdigit() and len(sent) < 10


def sent_page(section: Section, draft: SchemeDraft) -> Sending:
    """The page that came back, with the button that was pressed carried out. What no page sends is a 400."""
    form = request.form
    revision = form.get("-revision", "")
    if form.get("-end") != "1" or not is_revision(revision):
        abort(400)
    command = form.get("do", "")
    try:
        part = _read_part(section, draft, form)
        kept_type = any(_kept_type(name, form[name], part) for name in form if name.endswith(".type"))
        word, _colon, path = command.partition(":")
        if word not in ("", "stay", "go", "effect"):
            path = change(form_of(section), part, command, form.get(f"-new.{path}", ""))
    except (Unreadable, RecursionError):
        abort(400)
    untouched = form.get("-was") == draft.fingerprint(section)
    number = draft.version.revision if untouched else int(revision)
    return Sending(draft.with_part(section, part), number, word, path[:300], kept_type)


def _kept_type(name: str, asked: str, part: Any) -> bool:
    """Whether the condition of this field has another type than was asked."""
    here = part
    for step in name.split(".")[:-1]:
        if isinstance(here, list):
            here = here[int(step)] if step.isdigit() and int(step) < len(here) else None
        else:
            here = here.get(step) if isinstance(here, dict) else None
    return isinstance(here, dict) and bool(asked) and here.get("type") != asked


def _read_part(section: Section, draft: SchemeDraft, form: Any) -> dict[str, Any]:
    base = draft.part(section)
    names = [name for name in form if not name.startswith(CONTROL) and name not in _OF_EVERY_FORM]
    sent = nested((name, form.getlist(name)) for name in names)
    keys = keys_of(section, named=draft.named)
    values = read_keys(form_of(section), keys, sent, base, known_of(draft.region))
    return {**{key: copy.deepcopy(value) for key, value in base.items() if key not in keys}, **values}


_OF_EVERY_FORM = frozenset({"csrf_token", "submission_token", "do"})


# What a page shows --------------------------------------------------------------------------------------------------------


def page_for(section: Section, draft: SchemeDraft, on: date, *, stored: SchemeDraft | None = None) -> dict[str, Any]:
    """Everything that the template of a page needs. `stored`: what is kept, when the page shows something else."""
    checked = check(draft.document, draft.cases, draft.region)
    parts, page = fields_for(section, draft, checked, on)
    problems = checked.case_problems if section.name == CASES else checked.problems
    loose = page.place_rest([path for path in problems if page_of(path, cases=section.name == CASES) is section])
    slug, number = draft.version.scheme.slug, draft.version.version
    places: dict[str, Any] = {"scheme": slug, "version": number}
    following = [*SECTIONS, None][[*SECTIONS].index(section) + 1]
    return {
        "section": section,
        "version": draft.version,
        "was": (stored or draft).fingerprint(section),
        "title": title_of(draft.document, slug),
        "parts": parts,
        "strange": _strange(section, stored or draft),
        "places": page.known.places.values() if any(one.widget == "place" for one in page.index.values()) else (),
        "errors": [*((text, None) for text in loose), *_errors(parts, ())],
        "pages": _pages(section, draft, checked),
        "following": following,
        "effect": effect_of(checked, draft.document, draft.region, on),
        "here": url_for("owner.edit_draft", part=section.name, **places),
        "preview": url_for("owner.preview_draft", part=section.name, **places),
        "back": above(draft),
    }


def above(draft: SchemeDraft) -> str:
    """Where one goes back to: the page of the scheme when it holds today, else the list."""
    slug = draft.version.scheme.slug
    return url_for("owner.scheme", scheme=slug) if slug in draft.region.schemes else url_for("owner.scheme_list")


def _strange(section: Section, draft: SchemeDraft) -> list[str]:
    """The places on this page that the form cannot show."""
    keys = keys_of(section, named=draft.named)
    found = misfits(form_of(section), draft.part(section))
    return [path for path in found if path.partition(".")[0] in keys]


def fields_for(section: Section, draft: SchemeDraft, checked: Checked, on: date) -> tuple[list[Shown], Page]:
    """The fields of a page."""
    problems = checked.case_problems if section.name == CASES else checked.problems
    page = Page(known_of(draft.region), problems, lambda value: sentence_of(value, draft.region, on))
    part, form = draft.part(section), form_of(section)
    keys = keys_of(section, named=draft.named)
    return [page.shown(form.keys[key], part.get(key, NOTHING), key) for key in keys], page


def title_of(document: Mapping[str, Any], slug: str) -> str:
    """The title of a draft as far as it is there."""
    title = document.get("title")
    said = localized(title) if isinstance(title, dict) and all(isinstance(one, str) for one in title.values()) else ""
    return said or slug


def _pages(section: Section, draft: SchemeDraft, checked: Checked) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for cases, problems in ((False, checked.problems), (True, checked.case_problems)):
        for path, texts in problems.items():
            name = page_of(path, cases=cases).name
            counts[name] = counts.get(name, 0) + len(texts)
    places: dict[str, Any] = {"scheme": draft.version.scheme.slug, "version": draft.version.version}
    return [
        {
            "text": known.title,
            "href": url_for("owner.edit_draft", part=known.name, **places),
            "current": known is section,
            "count": _count(counts[known.name]) if known.name in counts else None,
        }
        for known in SECTIONS
    ]


def _count(number: int) -> str:
    return _("%(number)s fout", number=number) if number == 1 else _("%(number)s fouten", number=number)


def _errors(parts: Sequence[Shown], above: tuple[str, ...]) -> list[tuple[str, str]]:
    """What is wrong, in the order of the page, each with the id of its field."""
    found: list[tuple[str, str]] = []
    for shown in parts:
        names = (*above, shown.label)
        where = ", ".join(dict.fromkeys(names[-3:]))
        found += [(f"{where}: {text}", shown.id) for text in shown.errors]
        found += _errors([*shown.parts, *shown.more], names)
    return found


def differences(section: Section, mine: SchemeDraft, stored: SchemeDraft, on: date) -> list[list[str]]:
    """The fields of a page in which two drafts differ: name, what is stored, what was typed."""
    sides = []
    names: dict[str, str] = {}
    for draft in (stored, mine):
        parts, page = fields_for(section, draft, Checked(), on)
        values: dict[str, list[str]] = {}
        for name, value in fields_of(parts):
            if not name.endswith("._"):
                values.setdefault(name, []).append(value)
                names.setdefault(name, _name_in_words(name, page))
        sides.append(values)
    theirs, ours = sides
    return [
        [names[name], ", ".join(theirs.get(name, [])) or "–", ", ".join(ours.get(name, [])) or "–"]
        for name in names
        if any(theirs.get(name, [])) | any(ours.get(name, [])) and theirs.get(name, []) != ours.get(name, [])
    ]


def _name_in_words(name: str, page: Page) -> str:
    parts = name.split(".")
    above = [".".join(parts[: end + 1]) for end in range(len(parts))]
    words = [page.index[path].label for path in above if path in page.index]
    return ", ".join(dict.fromkeys(words)) or key_label(parts[-1])
