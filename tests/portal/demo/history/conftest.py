"""Where the files of a history lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.post.files.actions import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """The vault of one test."""
    return Vault.under(tmp_path, "a secret of a desk, for tests only")
