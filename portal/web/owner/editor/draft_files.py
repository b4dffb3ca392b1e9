"""A draft as a file, and a file as a draft: the same definition, to the letter of its content hash."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import yaml
from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.platform.database import current_session
from portal.platform.errors import Refusal
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.publishing.workshop.queries import cases_document_of, document_of, parsed_version, version_of_scheme
from portal.web.edge import found, note_refusal, page
from portal.web.edge.policy import current_actor
from portal.web.forms import Form, TextField
from portal.web.owner.blueprint import blueprint
from portal.web.owner.editor.drafting import SchemeDraft, is_revision
from portal.web.owner.editor.screens import opened, save
from portal.web.owner.editor.sections import CASES, SECTIONS
from portal.web.owner.editor.tree import misfits, tree_of
from portal.words.findings import finding_sentence
from schemes.basics.findings import BadFile
from schemes.definition import SchemeDefinition
from schemes.files.canonical import as_yaml
from schemes.files.reading import parse_text
from schemes.region.cases import CASES_FORMAT, CasesFile

LONGEST = 900_000
MOST_SHOWN = 20


class ImportForm(Form):
    """A file, pasted; one that was chosen is read beside the form."""

    text = TextField(_l("Tekst van het bestand"), optional=True, multiline=True, maximum=LONGEST)


@blueprint.get("/regeling/<scheme>/versie/<version>/bestand")
def export_version(scheme: str, version: str) -> ResponseReturnValue:
    """A version in any state as a YAML file; `soort=voorbeelden`: its cases."""
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 7 else 0
    chosen = found(version_of_scheme(current_session(), scheme=scheme, number=number, actor=current_actor()))
    parts = parsed_version(chosen)
    of_cases = request.args.get("soort") == "voorbeelden"
    plain = cases_document_of(chosen) or {} if of_cases else document_of(chosen)
    model = parts.cases if of_cases else parts.definition
    text = as_yaml(model) if model is not None else yaml.safe_dump(plain, allow_unicode=True, sort_keys=False)
    answer: Response = make_response(text)
    answer.mimetype = "application/yaml"
    name = f"{chosen.scheme.slug}{'-voorbeelden' if of_cases else ''}.yaml"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.route("/regeling/<scheme>/concept/<version>/invoeren", methods=["GET", "POST"])
def import_draft(scheme: str, version: str) -> ResponseReturnValue:
    """Put a file in the place of the draft, or of its cases."""
    draft = opened(scheme, version)
    form = ImportForm()
    findings: list[str] = []
    revision = request.form.get("revision", "")
    if form.sent_while(
        is_revision(revision), _l("Deze pagina is te oud. Kijk wat er nu in het concept staat, en probeer het opnieuw.")
    ):
        try:
            return _taken(draft, _text_of(form), int(revision))
        except BadFile as bad:
            findings = [finding_sentence(one) for one in bad.findings[:MOST_SHOWN]]
        except Refusal as refusal:
            note_refusal(refusal)
            findings = [str(refusal.message)]
    return page(
        "owner/editor/import.html",
        form=form,
        status=422 if findings else None,
        findings=findings,
        revision=draft.version.revision,
        back=_first_page(draft),
    )


def _text_of(form: ImportForm) -> str:
    """What was pasted, else what is in the file. Raises Refusal."""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        try:
            return upload.stream.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refusal("not_utf8", _l("Dit bestand is geen gewone tekst. Bewaar het als UTF-8.")) from None
    if not form.text.data:
        raise Refusal("nothing_sent", _l("Plak een tekst of kies een bestand."))
    return str(form.text.data)


def _taken(draft: SchemeDraft, text: str, revision: int) -> ResponseReturnValue:
    """Take a file over. Raises BadFile and Refusal."""
    document = parse_text(text, _("bestand"), as_json=text.lstrip().startswith("{")).data
    if not isinstance(document, dict):
        raise Refusal("not_a_document", _l("Dit bestand heeft geen sleutels met waarden."))
    of_cases = document.get("format") == CASES_FORMAT
    strange = misfits(tree_of(CasesFile if of_cases else SchemeDefinition), document)
    if strange:
        places = ", ".join(path[:80] for path in strange[:MOST_SHOWN])
        raise Refusal(
            "strange_keys", _l("Deze plaatsen in het bestand kent een regeling niet: %(places)s.", places=places)
        )
    plain = _plain(document)
    if of_cases:
        taken = SchemeDraft(draft.version, draft.document, plain, draft.region, draft.named)
    else:
        taken = SchemeDraft(draft.version, plain, draft.cases, draft.region, draft.named)
    save(taken, revision)
    flash(_("Het bestand staat in het concept. Kijk na of alles klopt."), "ok")
    return redirect(_first_page(draft, CASES if of_cases else SECTIONS[0].name), code=303)


def _first_page(draft: SchemeDraft, part: str = SECTIONS[0].name) -> str:
    version = draft.version
    return url_for("owner.edit_draft", scheme=version.scheme.slug, version=version.version, part=part)


def _plain(value: Any) -> Any:
    """Numbers as JSON can hold them."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
