"""The words in what leaves the desk: pages, sheets, papers, bundles and pictures with words."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf

_RANGE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_CHAR = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_BLOCK = re.compile(r"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)


def words_of(content: bytes) -> str:
    """Whatever can be read in a file, of what kind it is; also what is packed in it."""
    if content.startswith(b"PK"):
        return "\n".join(_of_bundle(content))
    if content.startswith(b"%PDF"):
        return "\n".join(_of_paper(content))
    return content.decode("utf-8", "ignore")


def _of_bundle(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        for name in bundle.namelist():
            yield name
            yield words_of(bundle.read(name))


def _of_paper(content: bytes) -> Iterator[str]:
    """Every line of text, by the letters that its fonts say they have, and what the paper says of itself."""
    try:
        paper = pikepdf.open(io.BytesIO(content))
    except pikepdf.PdfError:
        yield content.decode("latin-1")  # no whole paper: as it lies
        return
    with paper:
        yield " ".join(str(value) for value in paper.docinfo.values())
        for name, attached in paper.attachments.items():
            yield name
            yield words_of(attached.get_file().read_bytes())
        for page in paper.pages:
            yield "".join(_of_page(page))


def _of_page(page: Any) -> Iterator[str]:
    fonts = {name: _letters_of(font) for name, font in (page.resources.get("/Font") or {}).items()}
    letters: Mapping[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        sign = str(operator)
        if sign == "Tf":
            letters = fonts.get(str(operands[0]), {})
        elif sign in ("Tj", "TJ"):
            parts = operands[0] if sign == "TJ" else [operands[0]]
            yield "".join(_read(bytes(part), letters) for part in parts if isinstance(part, pikepdf.String))
        elif sign in ("Td", "TD", "Tm", "T*", "ET"):
            yield " "


def _letters_of(font: Any) -> dict[int, str]:
    said, found = font.get("/ToUnicode"), dict[int, str]()
    for kind, block in _BLOCK.findall(said.read_bytes().decode("latin-1") if said is not None else ""):
        if kind == "bfchar":
            found |= {int(code, 16): _letter(letter) for code, letter in _CHAR.findall(block)}
            continue
        for first, last, letter in _RANGE.findall(block):
            start = int(letter, 16)
            found |= {code: chr(start + place) for place, code in enumerate(range(int(first, 16), int(last, 16) + 1))}
    return found


def _letter(said: str) -> str:
    return bytes.fromhex(said).decode("utf-16-be", "ignore")


def _read(glyphs: bytes, letters: Mapping[int, str]) -> str:
    pairs = (int.from_bytes(glyphs[place : place + 2], "big") for place in range(0, len(glyphs), 2))
    return "".join(letters.get(code, "") for code in pairs) if letters else glyphs.decode("latin-1")
