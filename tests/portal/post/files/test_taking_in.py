"""Files: what is refused, what is made harmless, and how it is kept."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.evidence.models import Evidence, EvidenceState
from portal.people.audit.models import AuditEvent
from portal.platform.database import load_models
from portal.platform.errors import Refusal
from portal.post.files.actions import Vault, note_scan, open_file, remove_loose_files, store_file
from portal.post.files.harmless import harmless_copy
from portal.post.files.models import FileKind, ScanState, StoredFile
from tests.factories import ADVISOR, NOW, a_question
from tests.portal.post.files.hostile import SECRET, disguised, hostile, jpeg, pdf, png

HOSTILE, DISGUISED = hostile(), disguised()


def test_the_corpus_is_large_enough() -> None:
    assert len(HOSTILE) + len(DISGUISED) >= 30


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_at_its_field_in_plain_words(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        harmless_copy(HOSTILE[name][1], name=HOSTILE[name][0])
    assert refused.value.field == "file"
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("name", DISGUISED)
def test_what_hides_in_a_file_does_not_come_along(name: str) -> None:
    sent_as, content = DISGUISED[name]
    copy = harmless_copy(content, name=sent_as)
    assert SECRET not in copy.content and b"PK\x03\x04" not in copy.content and b"<script" not in copy.content
    if "pdf" not in sent_as:
        assert SECRET in content, "the control: it was in what came in"
        with Image.open(io.BytesIO(copy.content)) as picture:
            assert not picture.getexif() and picture.info.get("Comment") is None


@pytest.mark.parametrize(
    ("name", "content", "kind", "pages"),
    [
        ("Factuur 12.PDF", pdf(3), FileKind.PDF, 3),
        ("bon.jpeg", jpeg(), FileKind.JPEG, 1),
        ("bon.png", png(), FileKind.PNG, 1),
    ],
)
def test_an_honest_file_is_taken_in(name: str, content: bytes, kind: FileKind, pages: int) -> None:
    copy = harmless_copy(content, name=name)
    assert (copy.kind, copy.pages) == (kind, pages)
    assert harmless_copy(copy.content, name=name).kind is kind, "and can be taken in again"


def test_a_picture_is_turned_upright_before_its_exif_goes() -> None:
    tags = Image.Exif()
    tags[0x0112] = 6  # turned a quarter
    out = io.BytesIO()
    Image.new("RGB", (60, 40)).save(out, "JPEG", exif=tags)
    with Image.open(io.BytesIO(harmless_copy(out.getvalue(), name="foto.jpg").content)) as picture:
        assert picture.size == (40, 60)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.under(tmp_path, "a secret of a desk, for tests only")


def test_a_file_lies_sealed_under_a_random_name_and_comes_back_whole(session: Session, vault: Vault) -> None:
    content = pdf()
    kept = store_file(session, vault=vault, content=content, name="factuur.pdf", actor=ADVISOR, now=NOW)
    path = vault.folder / kept.place
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert b"%PDF" not in path.read_bytes() and oct(path.stat().st_mode & 0o777) == "0o600"
    assert "factuur" not in path.name
    assert open_file(session, vault=vault, file=kept) == harmless_copy(content, name="factuur.pdf").content
    assert kept.scan_state is ScanState.NOT_SCANNED
    assert session.scalars(select(AuditEvent.action)).all() == ["file.stored"]


def test_a_file_that_was_changed_swapped_or_lost_does_not_open(session: Session, vault: Vault, tmp_path: Path) -> None:
    one, two = (
        store_file(session, vault=vault, content=c, name="f.pdf", actor=ADVISOR, now=NOW) for c in (pdf(1), pdf(2))
    )
    other = Vault.under(tmp_path, "another secret than the one before")
    with pytest.raises(Refusal):
        open_file(session, vault=other, file=one)
    (vault.folder / one.place).write_bytes((vault.folder / two.place).read_bytes())
    with pytest.raises(Refusal):
        open_file(session, vault=vault, file=one)
    assert open_file(session, vault=vault, file=two), "the control: the untouched one opens"
    vault.remove(two.place)
    with pytest.raises(Refusal) as refused:
        open_file(session, vault=vault, file=two)
    assert refused.value.code == "file_gone"


def test_a_scan_ends_the_quarantine_or_shuts_the_file_for_good(session: Session, vault: Vault) -> None:
    kept = store_file(session, vault=vault, content=pdf(), name="f.pdf", actor=ADVISOR, now=NOW)
    note_scan(session, file=kept, clean=True, actor=ADVISOR, now=NOW)
    assert (kept.scan_state, kept.scanned_at) == (ScanState.CLEAN, NOW)
    note_scan(session, file=kept, clean=False, actor=ADVISOR, now=NOW)
    with pytest.raises(Refusal) as refused:
        open_file(session, vault=vault, file=kept)
    assert refused.value.code == "file_infected"
    note_scan(session, file=kept, clean=True, actor=ADVISOR, now=NOW)
    assert kept.scan_state is ScanState.INFECTED


def test_every_record_that_has_a_file_keeps_it() -> None:
    keys = [key for table in load_models().sorted_tables for key in table.foreign_keys]
    users = {str(key.parent) for key in keys if key.target_fullname == "stored_file.id"}
    of_cases = {"invoice.file_id", "evidence.file_id", "representative.proof_file_id"}
    of_accounts = {
        "expense.file_id",
        "cofinancing.evidence_file_id",
        "cofinancing.payment_file_id",
        "agreement_document.file_id",
    }
    assert users == of_cases | of_accounts, "a new one is found by itself; test here that it is"


def test_what_nothing_uses_is_removed_after_two_days_and_not_before(session: Session, vault: Vault) -> None:
    used, loose = (
        store_file(session, vault=vault, content=pdf(n), name="f.pdf", actor=ADVISOR, now=NOW) for n in (1, 2)
    )
    session.add(
        Evidence(
            question_id=a_question(session).id, piece="offerte", words={}, file_id=used.id,
            state=EvidenceState.HANDED_IN, handed_in_at=NOW, handed_in_by="resident",
        )
    )  # fmt: skip
    orphan = vault.folder / "left-behind"
    orphan.write_bytes(b"x")
    os.utime(orphan, (NOW.timestamp(), NOW.timestamp()))
    later = NOW + timedelta(days=2, seconds=1)
    assert remove_loose_files(session, vault=vault, now=NOW + timedelta(days=1)) == 0
    assert remove_loose_files(session, vault=vault, now=later) == 2
    assert remove_loose_files(session, vault=vault, now=later) == 0
    assert [row.id for row in session.scalars(select(StoredFile))] == [used.id]
    assert [path.name for path in vault.folder.iterdir()] == [used.place] and loose.place != used.place
