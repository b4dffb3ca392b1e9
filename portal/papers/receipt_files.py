"""A decision receipt to keep: as JSON that can be computed again, and as a PDF to read."""

from __future__ import annotations

import re
from typing import Literal

from flask import Response

from matching.receipt import Receipt, receipt_text
from portal.papers.receipt import day_of, made_at, receipt_document
from portal.platform.documents import pdf
from portal.platform.i18n import current_locale

FileKind = Literal["json", "pdf"]


def receipt_file(receipt: Receipt, kind: FileKind) -> Response:
    """The receipt as a download. The JSON is the same for everybody; the PDF speaks the language in use."""
    if kind == "json":
        response = Response(receipt_text(receipt), content_type="application/json; charset=utf-8")
        language = ""
    else:
        response = Response(
            pdf("receipt", receipt_document(receipt), made_at=made_at(receipt)), mimetype="application/pdf"
        )
        language = f"-{current_locale()}"
    number = re.sub(r"[^A-Za-z0-9-]", "", receipt.content.question_number or "")
    name = "-".join(part for part in ("bewijs", number, day_of(receipt).isoformat()) if part)
    disposition = "attachment" if kind == "json" else "inline"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}{language}.{kind}"'
    return response
