"""A file in the folder of a region that is not read because of its name is named, and nothing else is."""

from pathlib import Path

import pytest

from schemes.region.loading import load_region, packaged_region
from schemes.region.unread import unread


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("format: x\n", encoding="utf-8")


def named(folder: Path) -> list[str]:
    return [Path(one.file).relative_to(folder).as_posix() for one in unread(folder)]


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("schemes/leervoucher2.YAML", "leervoucher2.yaml"),
        ("schemes/leervoucher2.yaml.txt", "leervoucher2.yaml"),
        ("schemes/leervoucher2", "leervoucher2.yaml"),
        ("schemes/oud/leervoucher2.yaml", "oud.yaml"),
        ("reference/lijst.yaml.bak", "lijst.yaml"),
        ("cases/leervoucher2.Json", "leervoucher2.yaml"),
        ("texts/about.nl.MD", "about.md"),
        ("facts.json", "facts.yaml"),  # beside a facts.yaml, which goes before it
        ("Funding.yaml", "funding.yaml"),
        ("region.yaml.txt", "region.yaml"),
        ("Schemes/leervoucher2.yaml", "schemes"),
    ],
)
def test_a_file_whose_name_is_not_read_is_named_with_what_to_do(folder: Path, name: str, better: str) -> None:
    assert named(folder) == []
    put(folder, name)
    [warning] = load_region(folder).warnings
    assert warning.code == "file_not_read" and warning.severity == "warning"
    assert Path(name).parts[-1] in warning.file or Path(name).parts[0] in warning.file
    assert better in warning.remedy_en


def test_what_was_not_meant_to_be_read_is_left_alone(folder: Path) -> None:
    put(
        folder,
        ".DS_Store",
        "schemes/.leervoucher.yaml.swp",
        "schemes/README.md",
        "README.md",
        "notities.txt",
        "beelden/logo.txt",
    )
    assert named(folder) == []


def test_nothing_of_what_ships_with_the_software_goes_unread() -> None:
    for name in ("nl", "stedendriehoek"):
        assert list(unread(packaged_region(name))) == []
