"""PDF documents: a typst template and plain data in, a tagged PDF (PDF/A-2a and PDF/UA-1) out.

The data travels as JSON beside the template and is never part of its source, so that nothing that somebody typed can be markup.
Equal data give equal bytes: no clock, no fonts of the machine, no network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from portal.platform.config import TEMPLATES

STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


class DocumentError(Exception):
    """A document could not be made: the template does not fit the data, or an image has no text beside it."""


def pdf(template: str, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The document that `templates/documents/<template>.typ` makes of the data, as a PDF.

    `data` is plain JSON data; the template reads it as `sys.inputs.data`. `made_at` is the day in the file's properties.
    Raises DocumentError.
    """
    import typst

    folder = TEMPLATES / "documents"
    try:
        made: bytes = typst.compile(
            folder / f"{template}.typ",
            root=folder,
            font_paths=[_fonts()],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
            pdf_standards=[*STANDARDS],
            timestamp=int(made_at.timestamp()),
        )
    except (typst.TypstError, RuntimeError) as error:
        raise DocumentError(f"{template}: {error}") from error
    return made


@lru_cache(maxsize=1)
def _fonts() -> Path:
    import font_source_sans_pro

    return Path(font_source_sans_pro.__file__).parent / "files"


# The text of letters ---------------------------------------------------------------------------------------------------

CELL = "\x1f"
"""Between the cells of a row. No text that somebody typed can hold it: control characters are refused at the edge."""


def blocks_of(text: str) -> list[dict[str, Any]]:
    """The parts of a letter in the order of the text, as plain data for the page and for the PDF.

    Parts are separated by an empty line: ``## heading``, ``- item`` per line, rows (see `row`), ``> line`` for what somebody
    wrote (see `said`: it is shown line by line and can be no other part), and else a paragraph, whose lines run on.
    """
    found: list[dict[str, Any]] = []
    for part in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        if not lines:
            continue
        if lines[0].startswith("## "):
            found.append({"kind": "heading", "text": lines.pop(0)[3:]})
        kinds = ["said" if line.startswith("> ") else "item" if line.startswith("- ") else "text" for line in lines]
        if lines and all(CELL in line for line in lines):
            found.append({"kind": "rows", "rows": [[cell.strip() for cell in line.split(CELL)] for line in lines]})
        elif lines and set(kinds) == {"said"}:
            found += [{"kind": "said", "text": line[2:]} for line in lines]
        elif lines and set(kinds) == {"item"}:
            found.append({"kind": "list", "items": [line[2:] for line in lines]})
        elif lines:
            found.append({"kind": "paragraph", "text": " ".join(lines)})
    return found


def said(text: str | None) -> str:
    """What somebody wrote, as a part of a letter of its own: every line of it stays text."""
    lines = [" ".join(line.split()) for line in str(text or "").splitlines()]
    return "\n\n" + "\n".join(f"> {line}" for line in lines if line) + "\n\n"


def row(*cells: object) -> str:
    """One row of a table in a letter; the first row names the columns."""
    return CELL.join(" ".join(str(cell).split()) for cell in cells)
