"""Files in the folder of a region that are not read, because of their name: `.YAML`, `.yaml.txt`, a folder `Schemes`."""

from collections.abc import Iterator
from pathlib import Path

from schemes.basics.findings import Finding

SUFFIXES = (".yaml", ".yml", ".json")
WHOLE = ("region", "facts", "funding")
FOLDERS = {"reference": SUFFIXES, "schemes": SUFFIXES, "cases": SUFFIXES, "texts": (".md",)}


def unread(folder: Path) -> Iterator[Finding]:
    """A warning for each file that somebody may have meant to be read. Hidden files, and a README, are left alone."""
    for file in _visible(folder):
        if file.is_dir():
            yield from _of_folder(file)
        elif _like_data(file) and not _is_whole(folder, file):
            yield _finding(file, [f"{stem}.yaml" for stem in WHOLE])


def _of_folder(folder: Path) -> Iterator[Finding]:
    suffixes = FOLDERS.get(folder.name)
    if suffixes is None:
        if any(_like_data(file) for file in _visible(folder)):
            yield _finding(folder, sorted(FOLDERS))
        return
    for file in _visible(folder):
        if file.is_dir() or file.suffix not in suffixes:
            stem = file.name.split(".")[0]
            yield _finding(file, [f"{stem}{suffixes[0]}"])


def _visible(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if not file.name.startswith((".", "__", "README")))


def _like_data(file: Path) -> bool:
    return any(ending.lower() in SUFFIXES for ending in file.suffixes)


def _is_whole(folder: Path, file: Path) -> bool:
    """Whether it is the file of its name that is read: YAML goes before JSON when there are two."""
    return file.stem in WHOLE and file.name == next(
        (f"{file.stem}{suffix}" for suffix in SUFFIXES if (folder / f"{file.stem}{suffix}").is_file()), ""
    )


def _finding(file: Path, names: list[str]) -> Finding:
    return Finding(
        str(file),
        "",
        "file_not_read",
        "This is not read, because of its name.",
        f"Name it {' or '.join(names)}, or take it out of the folder.",
        {"allowed": names},
        severity="warning",
    )
