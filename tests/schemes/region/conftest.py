"""A copy of the fictitious region Veldrijk that may be spoilt, and what is found when it is loaded."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from schemes.basics.findings import BadFile, Finding
from schemes.region.loading import load_region
from tests.schemes.conftest import VELDRIJK

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(VELDRIJK, tmp_path / "veldrijk"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    def replace(file: str, old: str, new: str) -> Path:
        path = folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        return folder

    return replace


def findings_of(path: Path) -> list[Finding]:
    with pytest.raises(BadFile) as bad:
        load_region(path)
    return list(bad.value.findings)
