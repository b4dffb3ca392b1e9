"""Reading a statement of the bank (camt.053): the lines in it that are about payments of ours. Books nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

LARGEST_STATEMENT = 5_000_000


@dataclass(frozen=True)
class StatementLine:
    """One line of a statement that is about a payment: which, how much, on which day, and whether it came back."""

    end_to_end_id: str | None
    batch_number: str | None
    cents: int
    booked_on: date
    came_back: bool
    reason: str


def statement_lines(content: bytes) -> list[StatementLine]:
    """The lines of a camt.053 statement that name a payment of ours by its id or its batch. Raises ``Refusal`` (field file)."""
    wrong = Refusal(
        "statement", _l("Dit is geen afschrift in het formaat camt.053. Haal het op bij de bank."), field="file"
    )
    if not content or len(content) > LARGEST_STATEMENT:
        raise wrong
    try:
        root = fromstring(content, forbid_dtd=True)
        space = root.tag.partition("}")[0].lstrip("{")
        if not space.startswith("urn:iso:std:iso:20022:tech:xsd:camt.053.001."):
            raise wrong
        names = {"c": space}
        return [line for entry in root.iterfind(".//c:Stmt/c:Ntry", names) for line in _entry(entry, names)]
    except (ParseError, DefusedXmlException, InvalidOperation, ValueError, TypeError, RecursionError) as error:
        raise wrong from error


def _entry(entry: Any, names: dict[str, str]) -> Iterable[StatementLine]:
    credit = entry.findtext("c:CdtDbtInd", "", names) == "CRDT"
    turned = entry.findtext("c:RvslInd", "false", names).strip() in ("true", "1")
    if (
        entry.findtext("c:Sts/c:Cd", None, names) not in (None, "BOOK")
        or entry.findtext("c:Sts", "BOOK", names) == "PDNG"
    ):
        return
    day = (entry.findtext("c:BookgDt/c:Dt", None, names) or entry.findtext("c:BookgDt/c:DtTm", "", names))[:10]
    booked_on = date.fromisoformat(day)
    details = entry.findall("c:NtryDtls/c:TxDtls", names)
    for detail in details:
        key = detail.findtext("c:Refs/c:EndToEndId", "", names).strip()
        amount = detail.find("c:AmtDtls/c:TxAmt/c:Amt", names)
        amount = amount if amount is not None else detail.find("c:Amt", names)
        if amount is None and len(details) == 1:
            amount = entry.find("c:Amt", names)
        if key and key != "NOTPROVIDED" and amount is not None:
            reason = detail.findtext("c:RtrInf/c:Rsn/c:Cd", "", names)[:40] or "unknown"
            yield StatementLine(key, None, _cents(amount), booked_on, credit or turned, reason)
    whole = entry.findtext("c:NtryDtls/c:Btch/c:PmtInfId", "", names) or entry.findtext(
        "c:NtryDtls/c:Btch/c:MsgId", "", names
    )
    amount = entry.find("c:Amt", names)
    if not details and whole and amount is not None and not credit:
        yield StatementLine(None, whole.strip(), _cents(amount), booked_on, False, "")


def _cents(amount: Any) -> int:
    cents = Decimal((amount.text or "").strip()) * 100
    if amount.get("Ccy") != "EUR" or cents != int(cents) or not 0 < cents < 10**13:
        raise ValueError("not an amount in euros")
    return int(cents)
