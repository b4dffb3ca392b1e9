"""The papers of the vouchers of a sample, for the auditor who drew it: one voucher to read, each paper to save, and all as a zip.

Whatever is opened here of a case is written in the viewing log, as the looks of staff are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounting.audit_bundles import layout
from portal.accounting.audit_bundles.gathering import VoucherPapers, voucher_papers
from portal.accounting.audit_bundles.making import write_bundle
from portal.accounting.samples.models import AuditSample
from portal.accounting.samples.queries import opened_voucher, opens_papers, sampled_vouchers
from portal.framework.catalogue.queries import scheme_titles
from portal.framework.funding.queries import funding_lines
from portal.platform.clock import today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.web.accounting.blueprint import blueprint
from portal.web.accounting.samples import the_sample
from portal.web.accounting.words import title_of
from portal.web.edge import found, page
from portal.web.edge.headers import FILE_POLICY
from portal.web.edge.policy import current_actor, note_viewing
from portal.web.forms.uploads import vault
from portal.web.labels.paying_words import INVOICE_STATES, PAYMENT_STATES
from portal.words.labels import DECISION_KINDS, TRANSFER_KINDS, VOUCHER_STATES, label, tag
from portal.words.register_labels import ACCOUNTS

IN_MEMORY = 8_000_000
"""Bytes of a bundle that are kept in memory; a larger one is on disk, without a name, until it was sent."""
CHUNK = 65_536
LENGTH_OF_DAY = 10
TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "json": "application/json",
    "csv": "text/csv",
}


def _opened(sample_id: str, voucher_id: str) -> tuple[AuditSample, VoucherPapers]:
    """The papers of a voucher of a sample of this auditor, or a 404; the look is logged."""
    sample, session = the_sample(sample_id), current_session()
    voucher = found(opened_voucher(session, sample=sample, public_id=voucher_id, actor=current_actor()))
    note_viewing(question_id=voucher.question_id)
    return sample, voucher_papers(session, voucher=voucher, vault=vault())


@blueprint.get("/steekproeven/<sample_id>/<voucher_id>")
def sample_voucher(sample_id: str, voucher_id: str) -> ResponseReturnValue:
    """One voucher to read: what was decided, the invoices, the payments, the transfers, and the papers to save."""
    sample, papers = _opened(sample_id, voucher_id)
    where: dict[str, Any] = {"sample_id": sample_id, "voucher_id": voucher_id}
    files = {name: url_for("accounting.sample_paper", naam=name, **where) for name in sorted(papers.files)}
    return page(
        "accounting/sample_voucher.html",
        number=papers.number,
        back=url_for("accounting.sample", sample_id=sample.public_id),
        facts=_facts(papers),
        decisions=_decisions(papers),
        letters=[[_file(one["file"], files), _day(one["dated"]), _day(one["posted_on"])] for one in papers.letters],
        invoices=_invoices(papers, files),
        evidence=[
            [_file(one["file"], files) or _("gezien, zonder bestand"), localized(one["words"])]
            for one in papers.evidence
        ],
        payments=_payments(papers),
        transfers=_transfers(papers),
        files=[{"text": name, "href": href} for name, href in files.items()],
        left_out=[one["paper"] for one in papers.left_out],
    )


@blueprint.get("/steekproeven/<sample_id>/<voucher_id>/stuk")
def sample_paper(sample_id: str, voucher_id: str) -> ResponseReturnValue:
    """One paper of it, to save: the same bytes as in the bundle. Without a name what the desk knows of the voucher."""
    _sample, papers = _opened(sample_id, voucher_id)
    name = request.args.get("naam", layout.VOUCHER)
    content = found(papers.files.get(name))
    response = Response(content, content_type=TYPES[name.rpartition(".")[2]])
    return _to_save(response, f"{papers.number}-{name}")


@blueprint.get("/steekproeven/<sample_id>/dossier.zip")
def sample_bundle(sample_id: str) -> ResponseReturnValue:
    """Everything about every voucher of the sample, to check without the desk."""
    sample, session, actor = the_sample(sample_id), current_session(), current_actor()
    found(sample if opens_papers(sample, actor) else None)
    for one in sampled_vouchers(session, sample=sample):
        note_viewing(question_id=one.voucher.question_id)
    parts = _bundle(sample)
    size = next(parts)
    response = Response(parts, content_type="application/zip", headers={"Content-Length": size.decode()})
    return _to_save(response, f"steekproef-{sample.id}.zip")


def _bundle(sample: AuditSample) -> Iterator[bytes]:
    """First how many bytes the bundle has, when it was made whole; then the bundle. It is gone when this ends."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as out:
        write_bundle(current_session(), sample=sample, vault=vault(), actor=current_actor(), out=out)
        yield str(out.tell()).encode()
        out.seek(0)
        while part := out.read(CHUNK):
            yield part


def _to_save(response: Response, name: str) -> Response:
    """To save under our own name, never to show or to keep on the way."""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


# What is on the page ---------------------------------------------------------------------------------------------------


def _facts(papers: VoucherPapers) -> list[dict[str, Any]]:
    facts, figures = papers.facts, papers.figures
    titles = scheme_titles(current_session(), on=today())
    amounts = (
        (_("Bedrag"), facts["amount_cents"]),
        (_("Nog gereserveerd"), figures["reserved_cents"]),
        (_("Besteed"), figures["spent_cents"]),
        (_("Waarvan betaald"), figures["paid_cents"]),
    )
    return [
        {"label": _("Regeling"), "value": titles.get(facts["scheme"], facts["scheme"])},
        {"label": _("Stand"), "value": label(VOUCHER_STATES, facts["state"])},
        {"label": _("Toegekend op"), "value": _day(facts["awarded_on"])},
        *({"label": name, "value": _euros(cents)} for name, cents in amounts),
    ]


def _decisions(papers: VoucherPapers) -> list[list[Any]]:
    return [
        [
            _day(one["decided_at"]),
            tag(DECISION_KINDS, one["kind"]),
            one["decided_by"],
            ", ".join(mandate["body"] for mandate in one["mandates"]) or "–",
            _euros(sum(outcome["amount_cents"] for outcome in one["outcomes"])),
        ]
        for one in papers.decisions
    ]


def _invoices(papers: VoucherPapers, files: dict[str, str]) -> list[list[Any]]:
    return [
        [
            {"text": one["number"], "href": files.get(one["file"] or ""), "note": one["provider"]},
            _day(one["invoice_date"]),
            tag(INVOICE_STATES, one["state"]),
            _euros(one["total_cents"]),
            _euros(one["amount_cents"]),
        ]
        for one in papers.invoices
    ]


def _payments(papers: VoucherPapers) -> list[list[Any]]:
    return [
        [
            {"text": one["end_to_end_id"], "note": f"{one['payee_name']}, {one['iban']}"},
            tag(PAYMENT_STATES, one["state"]),
            _day(one["executed_on"]),
            _euros(one["amount_cents"]),
        ]
        for one in papers.payments
    ]


def _transfers(papers: VoucherPapers) -> list[list[Any]]:
    titles = {line.slug: title_of(line) for line in funding_lines(current_session())}
    return [
        [
            str(one["id"]),
            _day(one["booked_on"]),
            {"text": label(TRANSFER_KINDS, one["kind"]), "note": one["note"]},
            {
                "text": f"{label(ACCOUNTS, one['from_account'])} → {label(ACCOUNTS, one['to_account'])}",
                "note": titles.get(one["to_line"], one["to_line"]),
            },
            _euros(one["amount_cents"]),
        ]
        for one in papers.transfers
    ]


def _file(name: str | None, files: dict[str, str]) -> dict[str, Any] | None:
    return None if name is None else {"text": name, "href": files.get(name)}


def _day(text: str | None) -> str:
    """A day of the papers, as on every screen."""
    if text is None:
        return "–"
    return format_date(
        date.fromisoformat(text) if len(text) == LENGTH_OF_DAY else datetime.fromisoformat(text), "short"
    )


def _euros(cents: int) -> str:
    return format_euros(cents, exact=True)
