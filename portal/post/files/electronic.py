"""An electronic invoice (UBL 2.1 by EN 16931, as NLCIUS and Peppol have it): its figures, what it refers to, and the PDF in it.

It is read in the process apart, without a DTD, entities or anything from elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

MOST_BYTES = 10_000_000
LONGEST = 200
"""Characters of a text that is taken over."""
MOST_REFERENCES = 50
INVOICE = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
CREDIT_NOTE = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"
KVK = "0106"
"""The number of the trade register in the list of schemes (ISO 6523)."""
_NAMES = {
    "b": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "a": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
}
_REFERRING = (
    "b:BuyerReference",
    "a:OrderReference/b:ID",
    "a:ContractDocumentReference/b:ID",
    "a:ProjectReference/b:ID",
    "b:Note",
    "a:InvoiceLine/b:Note",
    "a:InvoiceLine/a:Item/b:Name",
    "a:InvoiceLine/a:Item/b:Description",
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class ElectronicInvoice:
    """What stands in it. The total is with VAT, in cents; the PDF is as it was sent, and not looked at."""

    number: str
    invoice_date: date
    total_cents: int
    supplier_kvk: str | None
    deliver_to: str | None
    """To whom is delivered (BT-70): who learns."""
    references: tuple[str, ...]
    """Every text in which the code of a voucher may stand."""
    pdf: bytes

    def as_dict(self) -> dict[str, Any]:
        """As plain data, without the PDF."""
        return {
            "number": self.number,
            "invoice_date": self.invoice_date.isoformat(),
            "total_cents": self.total_cents,
            "supplier_kvk": self.supplier_kvk,
            "deliver_to": self.deliver_to,
            "references": list(self.references),
        }

    @classmethod
    def of_plain(cls, plain: dict[str, Any], pdf: bytes) -> ElectronicInvoice:
        """From plain data and the PDF."""
        day = date.fromisoformat(plain["invoice_date"])
        return cls(**plain | {"invoice_date": day, "references": tuple(plain["references"]), "pdf": pdf})


def read_electronic(content: bytes) -> ElectronicInvoice:
    """What stands in an electronic invoice. Raises ``Refusal`` (field document) with what is wrong with it."""
    if not content or len(content) > MOST_BYTES:
        raise _refused("ubl_size", _l("Deze e-factuur is leeg of te groot. Zij mag hoogstens 10 MB zijn."))
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise _refused("ubl_xml", _l("Dit is geen XML die wij lezen. Stuur een e-factuur in UBL 2.1.")) from None
    if root.tag == CREDIT_NOTE:
        raise _refused("ubl_credit", _l("Dit is een creditnota. Neem contact op met het loket."))
    if root.tag != INVOICE:
        raise _refused("ubl_kind", _l("Dit is geen factuur in UBL 2.1."))
    return ElectronicInvoice(
        number=_needed(root, "b:ID", _l("In deze e-factuur staat geen nummer.")),
        invoice_date=_day(_needed(root, "b:IssueDate", _l("In deze e-factuur staat geen datum."))),
        total_cents=_total(root),
        supplier_kvk=_kvk(root),
        deliver_to=_text(root.find("a:Delivery/a:DeliveryParty/a:PartyName/b:Name", _NAMES)),
        references=tuple(_references(root))[:MOST_REFERENCES],
        pdf=_pdf(root),
    )


def _refused(code: str, message: Any) -> Refusal:
    return Refusal(code, message, field="document")


def _text(found: Any) -> str | None:
    """The text of an element on one line; None without one."""
    words = " ".join((found.text or "").split())[:LONGEST] if found is not None else ""
    return words or None


def _needed(root: Any, path: str, missing: Any) -> str:
    found = _text(root.find(path, _NAMES))
    if found is None:
        raise _refused("ubl_missing", missing)
    return found


def _day(text: str) -> date:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise _refused("ubl_day", _l("De datum in deze e-factuur klopt niet.")) from None


def _total(root: Any) -> int:
    """The total with VAT (BT-112), else what is to be paid (BT-115), in cents. Only euros."""
    wrong = _refused("ubl_total", _l("Het totaalbedrag in deze e-factuur klopt niet. Het moet in euro's zijn."))
    totals = root.find("a:LegalMonetaryTotal", _NAMES)
    found = None if totals is None else totals.find("b:TaxInclusiveAmount", _NAMES)
    if found is None and totals is not None:
        found = totals.find("b:PayableAmount", _NAMES)
    if found is None or found.get("currencyID") != "EUR":
        raise wrong
    try:
        cents = Decimal((found.text or "").strip()) * 100
    except InvalidOperation:
        raise wrong from None
    if not cents.is_finite() or cents != cents.to_integral_value() or not 0 < cents < 10**11:
        raise wrong
    return int(cents)


def _kvk(root: Any) -> str | None:
    company = root.find("a:AccountingSupplierParty/a:Party/a:PartyLegalEntity/b:CompanyID", _NAMES)
    return _text(company) if company is not None and company.get("schemeID") == KVK else None


def _references(root: Any) -> Iterator[str]:
    for path in _REFERRING:
        for found in root.findall(path, _NAMES)[:MOST_REFERENCES]:
            words = _text(found)
            if words is not None:
                yield words


def _pdf(root: Any) -> bytes:
    path = "a:AdditionalDocumentReference/a:Attachment/b:EmbeddedDocumentBinaryObject"
    for found in root.findall(path, _NAMES):
        if found.get("mimeCode") == "application/pdf":
            try:
                return base64.b64decode("".join((found.text or "").split()), validate=True)
            except (binascii.Error, ValueError):
                raise _refused("ubl_pdf", _l("De PDF in deze e-factuur is niet te lezen.")) from None
    raise _refused("ubl_no_pdf", _l("In deze e-factuur zit geen PDF. Stuur de factuur met de PDF erin."))
