"""A private file is read by its owner alone, and is never half a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portal.platform.private_files import write_private


def test_it_takes_the_place_of_the_one_before_and_is_the_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "ring"
    for text in ("één", "twee"):
        write_private(file, text)
        assert file.read_text(encoding="utf-8") == text and file.stat().st_mode & 0o077 == 0
    assert [one.name for one in file.parent.iterdir()] == ["ring"]


def test_a_disk_that_fails_leaves_the_one_before_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ring"
    write_private(file, "before")

    def fails(_handle: int) -> None:
        raise OSError("no room")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="no room"):
        write_private(file, "after")
    assert file.read_text() == "before" and [one.name for one in tmp_path.iterdir()] == ["ring"]
