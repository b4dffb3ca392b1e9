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

from portal.config import TEMPLATES

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
