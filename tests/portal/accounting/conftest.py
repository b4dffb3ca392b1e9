"""A desk with money in every state."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.portal.accounting.a_desk import a_desk
from tests.snapshots import begin_with


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> Session:
    begin_with(session, "a desk with money in every state", lambda empty: a_desk(empty, tmp_path))
    return session
