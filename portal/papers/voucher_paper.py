"""A voucher as a document: code, QR, amount and last day, as a PDF that a screen reader can read (PDF/UA-1)."""

from __future__ import annotations

import io
from datetime import datetime

import segno
from flask import Response

from portal.framework.catalogue.queries import has_region, region, scheme_version
from portal.platform.database import current_session
from portal.platform.documents import pdf
from portal.platform.i18n import current_locale, format_date, format_euros, localized
from portal.platform.i18n import gettext as _
from portal.spending.vouchers.codes import format_code
from portal.spending.vouchers.models import Voucher


def voucher_document(voucher: Voucher, *, title: str, desk: dict[str, str], language: str) -> dict[str, object]:
    """The data of the document. No name and no address: whoever finds the paper learns of no person."""
    code, amount, last = (
        format_code(voucher.code),
        format_euros(voucher.open_cents, exact=True),
        format_date(voucher.valid_until),
    )
    about = [
        [_("Regeling"), title],
        [_("Te gebruiken bedrag"), amount],
        [_("Te gebruiken tot en met"), last],
        [_("Gemaakt op"), format_date(voucher.issued_on)],
    ]
    if voucher.starts_on is not None:
        about.append([_("De opleiding begint op"), format_date(voucher.starts_on)])
    return {
        "title": _("Voucher"),
        "author": desk["name"],
        "language": language,
        "footer": f"{desk['name']} · {code}",
        "intro": _("Geef deze voucher aan uw opleider. De opleider trekt hem af van de factuur."),
        "code": code,
        "say": _("Aan de telefoon: lees de letters in groepen van vier voor."),
        "qr": qr_svg(voucher.code),
        "qr_alt": _("QR-code met dezelfde vouchercode: %(code)s", code=code),
        "about": about,
        "how": [
            _("De opleider vult de code in op de pagina voor opleiders, of leest de QR-code."),
            _("De voucher is geen geld en kan niet worden overgedragen aan iemand anders."),
            _(
                "Na de laatste dag kunt u de voucher niet meer gebruiken. Lukt het niet op tijd? Neem dan eerder contact op."
            ),
        ],
        "help": [line for line in (desk["name"], desk["phone"]) if line],
        "labels": {
            "code": _("Vouchercode"),
            "what": _("Wat"),
            "value": _("Inhoud"),
            "how": _("Zo werkt het"),
            "help": _("Hulp nodig?"),
        },
    }


def qr_svg(code: str) -> str:
    """The code of a voucher as a QR in SVG: letters only, error correction Q, so that a fold does no harm."""
    out = io.BytesIO()
    segno.make(code, error="q", micro=False).save(out, kind="svg", border=4, xmldecl=False, svgns=True, omitsize=True)
    return out.getvalue().decode("ascii")


def voucher_file(voucher: Voucher, *, made_at: datetime) -> Response:
    """The voucher as a download in the language in use."""
    session = current_session()
    desk = region(session).desk if has_region(session) else None
    shown = {"name": localized(desk.name) if desk else "Ontwikkelloket", "phone": (desk.phone or "") if desk else ""}
    scheme = scheme_version(session, slug=voucher.scheme, version=voucher.scheme_version)
    title = localized(scheme.definition.title) if scheme is not None else voucher.scheme
    document = voucher_document(voucher, title=title, desk=shown, language=current_locale())
    answer = Response(pdf("voucher", document, made_at=made_at), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="voucher-{current_locale()}.pdf"'
    return answer
