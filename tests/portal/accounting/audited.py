"""A few vouchers with everything that a voucher can have, a sample of them, and its bundle."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounting.audit_bundles import layout
from portal.accounting.audit_bundles.making import write_bundle
from portal.accounting.samples.actions import draw_sample
from portal.accounting.samples.models import AuditSample, SampleField
from portal.accounting.samples.queries import SampleChoice
from portal.cases.evidence.models import Evidence, EvidenceState
from portal.cases.questions.models import DevelopmentQuestion
from portal.papers.letter_content import ensure_letter
from portal.paying.payments.actions import export_batch, make_batch, release_batch
from portal.paying.payments.pain001 import PayingAccount
from portal.paying.payments.queries import CANCEL_WITHIN
from portal.people.actor import Actor, Audience
from portal.post.files.actions import Vault, note_scan, store_file
from portal.post.messages.models import OutboxMessage
from portal.spending.attendance import confirm_start
from portal.spending.invoices.actions import accept_invoice, submit_invoice
from portal.spending.vouchers.models import Voucher
from tests.factories import (
    ADVISOR,
    NOW,
    REGION,
    SECOND,
    SYSTEM,
    a_provider,
    a_voucher,
    an_application,
    approve,
    asker,
    resident,
)
from tests.portal.post.files.hostile import pdf
from tests.portal.spending.invoices.handing_in import paper

AUDITOR = Actor(Audience.AUDITOR, account_id=951, display_name="Ada Accountant")
OTHER_AUDITOR = Actor(Audience.AUDITOR, account_id=952, display_name="Ad Accountant")
SECOND_REGION = Actor(Audience.REGION, account_id=912, display_name="Tweede Persoon")
TODAY = NOW.date()


def a_choice(**other: Any) -> SampleChoice:
    """Two vouchers of this year, by scheme."""
    wanted: dict[str, Any] = {
        "size": 2,
        "seed": "2026-1",
        "award_from": date(TODAY.year, 1, 1),
        "award_to": date(TODAY.year, 12, 31),
        "field": SampleField.SCHEME,
    }
    return SampleChoice(**(wanted | other))


def a_sample(session: Session, **other: Any) -> AuditSample:
    """A sample that the auditor drew."""
    return draw_sample(session, choice=a_choice(**other), actor=AUDITOR, now=NOW)


def a_paid_voucher(session: Session, vault: Vault) -> Voucher:
    """A voucher with evidence, a letter, an invoice that was accepted, and a payment that went to the bank."""
    question = an_application(session)
    _evidence(session, question, vault)
    approve(session, question)
    voucher = session.scalars(select(Voucher).where(Voucher.question_id == question.id)).one()
    about = (OutboxMessage.object_id == question.id, OutboxMessage.template.like("decision/%"))
    message = session.scalars(select(OutboxMessage).where(*about).limit(1)).one()
    ensure_letter(session, message=message, dated=TODAY, actor=ADVISOR, now=NOW)
    provider, pia = a_provider(session)
    provider.iban = "NL91ABNA0417164300"
    session.flush()
    name = question.contact.name if question.contact is not None else ""
    given = paper(70_000, learner_name=name)
    invoice = submit_invoice(session, voucher=voucher, paper=given, vault=vault, actor=pia, now=NOW)
    note_scan(session, file=invoice.file, clean=True, actor=SYSTEM, now=NOW)
    confirm_start(session, voucher=voucher, started_on=TODAY, actor=resident(question), now=NOW)
    accept_invoice(session, invoice=invoice, note="", actor=SECOND, now=NOW)
    batch = make_batch(session, actor=REGION, now=NOW)
    payer = PayingAccount("Regio Proefland", "NL91ABNA0417164300")
    release_batch(session, batch=batch, payer=payer, actor=SECOND_REGION, now=NOW)
    export_batch(session, batch=batch, actor=REGION, now=NOW + CANCEL_WITHIN + timedelta(minutes=1))
    session.flush()
    return voucher


def _evidence(session: Session, question: DevelopmentQuestion, vault: Vault) -> None:
    """A quotation that an advisor accepted."""
    me = asker(question)
    kept = store_file(session, vault=vault, content=pdf(), name="offerte.pdf", actor=me, now=NOW)
    session.add(
        Evidence(
            question_id=question.id,
            piece="offerte",
            words={"nl": "Offerte", "en": "Quotation"},
            file_id=kept.id,
            state=EvidenceState.ACCEPTED,
            handed_in_at=NOW,
            handed_in_by=me.reference,
            judged_at=NOW,
            judged_by=ADVISOR.reference,
        )
    )
    session.flush()


def vouchers_to_draw(session: Session, vault: Vault) -> list[Voucher]:
    """One voucher with everything, and one that nobody used."""
    return [a_paid_voucher(session, vault), a_voucher(session)]


def bundle_of(session: Session, vault: Vault, sample: AuditSample, actor: Actor = AUDITOR) -> bytes:
    """The bytes of the bundle."""
    out = io.BytesIO()
    write_bundle(session, sample=sample, vault=vault, actor=actor, out=out)
    return out.getvalue()


def files_in(bundle: bytes) -> dict[str, bytes]:
    """What is in a zip, by name."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes], path: Path) -> Path:
    """A zip of these files."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def sealed_again(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with every hash made to fit: what a clever forger would do."""
    manifest = json.loads(files[layout.MANIFEST])
    manifest["sample_sha256"] = layout.sha256_of(files[layout.SAMPLE])
    listed = {name: content for name, content in files.items() if name not in (layout.MANIFEST, layout.SUMS)}
    manifest["files"] = [
        {"path": name, "bytes": len(content), "sha256": layout.sha256_of(content)} for name, content in listed.items()
    ]
    listed[layout.MANIFEST] = layout.text_of(manifest)
    sums = "".join(f"{layout.sha256_of(content)}  {name}\n" for name, content in listed.items())
    return {**listed, layout.SUMS: sums.encode()}


def edited(content: bytes, change: Callable[[Any], object]) -> bytes:
    """A JSON file with something changed in it."""
    value = json.loads(content)
    change(value)
    return layout.text_of(value)
