"""A place for files, and a voucher with a provider who may hand in invoices for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.people.actor import Actor
from portal.post.files.actions import Vault
from portal.spending.providers.models import Provider
from portal.spending.vouchers.models import Voucher
from tests.factories import a_provider, a_voucher
from tests.snapshots import made_once


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.under(tmp_path, "a secret of a desk, for tests only")


@pytest.fixture
@made_once
def case(session: Session) -> tuple[Voucher, Provider, Actor]:
    """A voucher of 1,200 euros for S. de Vries and an approved provider with an account number."""
    voucher = a_voucher(session)
    provider, pia = a_provider(session)
    provider.iban = "NL91ABNA0417164300"
    session.flush()
    return voucher, provider, pia
