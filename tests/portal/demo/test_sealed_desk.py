"""Of everybody in the demonstration nothing that is protected can be read in the database, its log, the files or an open backup."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.applications.models import ApplicantKind, Application
from portal.cases.questions.models import Contact, DevelopmentQuestion
from portal.commands.backups.databases import copier_of
from portal.oversight.privacy.sealing import fields_by_key
from portal.paying.payments.models import Payment
from portal.platform.config import load_settings
from portal.platform.database import unit_of_work
from portal.spending.invoices.models import Invoice
from portal.spending.providers.models import Provider
from tests.portal.demo.conftest import FilledDesk


def protected(session: Session) -> Iterator[str]:
    """Names, addresses, birth dates and accounts of everybody."""
    for contact in session.scalars(select(Contact)):
        yield contact.name
        if contact.street:
            yield f"{contact.street} {contact.house_number}"
            yield contact.postcode or ""
    for one in session.scalars(select(Application)):
        yield from [one.name] if one.kind is ApplicantKind.PERSON else []
        yield f"{one.street} {one.house_number}"
        yield one.birth_date.isoformat() if one.birth_date else ""
        yield one.learner_name or ""
    for column in (Invoice.learner_name, Invoice.payee_name, Invoice.payee_iban, Payment.iban, Provider.iban):
        yield from (said or "" for said in session.scalars(select(column)))


def test_strings_finds_nobody_in_what_lies_on_the_disk(copied_desk: FilledDesk, tmp_path: Path) -> None:
    def read(session: Session) -> tuple[set[bytes], bytes]:
        names = {said.casefold().encode() for said in protected(session) if len(said) > 6}
        number = session.scalar(
            select(DevelopmentQuestion.reference_number).where(DevelopmentQuestion.applied_at.is_not(None))
        )
        return names, (number or "").casefold().encode()

    def touch(session: Session) -> None:
        for question in session.scalars(select(DevelopmentQuestion)):
            question.changed_at = question.changed_at.replace(microsecond=1)
        for contact in session.scalars(select(Contact)):
            contact.name = f"{contact.name} "

    wanted, number = unit_of_work(copied_desk.engine, read, read_only=True)
    assert len(wanted) > 100
    unit_of_work(copied_desk.engine, touch)
    path = Path(str(copied_desk.engine.url.database))
    files = [*path.parent.glob(f"{path.name}*"), *sorted(copied_desk.vault.folder.glob("*"))]
    assert {one.suffix for one in files} >= {".db-wal"} and len(files) > 3
    settings = load_settings(portal_env="test", state_dir=tmp_path)
    with (
        copier_of(copied_desk.engine, settings=settings, copying=True) as copier,
        zipfile.ZipFile(tmp_path / "b.zip", "w") as backup,
    ):
        for name, parts in copier.entries():
            backup.writestr(name, b"".join(parts))
    found: dict[str, set[bytes]] = {}
    for file in [*files, tmp_path / "b.zip"]:
        content = file.read_bytes().lower()
        found[file.name] = {one for one in wanted if one in content}
        assert file.suffix not in (".db", ".zip") or number in content, "the control"
    assert {name: some for name, some in found.items() if some} == {}
    assert set(unit_of_work(copied_desk.engine, fields_by_key, read_only=True)) == {"t0"}
