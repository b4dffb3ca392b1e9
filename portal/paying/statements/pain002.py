"""Reading a status report of the bank (pain.002): what it says of each payment in a file that it got. Books nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.paying.statements.camt import LARGEST_STATEMENT, cents_of, plain_account
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001."
REFUSED = "RJCT"
STATES = frozenset({"ACTC", "ACCP", "ACWC", "ACSP", "ACSC", "PART", "PDNG", "RCVD", REFUSED})
"""What the bank may say of a payment, in the codes of ISO 20022. All but ``RJCT`` say where it is, and decide nothing."""


@dataclass(frozen=True)
class Reported:
    """What the bank says of one payment, or of all in a batch that it does not name by themselves."""

    batch_number: str | None
    end_to_end_id: str | None
    """None for all in the batch."""
    code: str
    reason: str
    cents: int | None
    """The amount of the payment, or of the whole batch; None when the bank does not repeat it."""
    number: int | None = None
    """How many payments there are in the batch, when the bank repeats it."""
    account: str = ""
    """From which account is paid; empty when the bank does not repeat it."""

    @property
    def refused(self) -> bool:
        """The bank does not carry it out."""
        return self.code == REFUSED


@dataclass(frozen=True)
class ParsedReport:
    """What stands in a status report: the day on which the bank made it, and what it says of payments."""

    made_on: date | None
    said: tuple[Reported, ...]


def is_report(content: bytes) -> bool:
    """Whether a file of the bank says of itself that it is a status report; a file that cannot be read is none."""
    try:
        return str(_opened(content).tag).startswith("{" + SPACE)
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        return False


def parse_report(content: bytes) -> ParsedReport:
    """What a pain.002 report says, the payments that it names first. Raises ``Refusal`` (field file)."""
    wrong = Refusal("report", _l("Dit bericht van de bank kunnen wij niet lezen. Haal het opnieuw op."), field="file")
    try:
        root = _opened(content)
        space = root.tag.partition("}")[0].lstrip("{")
        if not space.startswith(SPACE):
            raise wrong
        names = {"p": space}
        made = root.findtext(".//p:GrpHdr/p:CreDtTm", "", names).strip()[:10]
        said = tuple(_said(root, names))
        made_on = date.fromisoformat(made) if made else None
    except (ParseError, DefusedXmlException, ValueError, TypeError, RecursionError) as error:
        raise wrong from error
    if not said:
        message = _l("In dit bericht van de bank staat niet hoe het met betalingen is. Haal het opnieuw op.")
        raise Refusal("report_without_status", message, field="file")
    return ParsedReport(made_on, said)


def _opened(content: bytes) -> Any:
    if not content or len(content) > LARGEST_STATEMENT:
        raise ValueError("empty, or too large")
    return fromstring(content, forbid_dtd=True)


def _said(root: Any, names: dict[str, str]) -> Iterator[Reported]:
    """What is said of single payments, then of batches, then of the whole file when nothing is said of its batches."""
    group = root.find(".//p:OrgnlGrpInfAndSts", names)
    file_number = _text(group, "p:OrgnlMsgId", names) if group is not None else None
    of_file = _code(group, "p:GrpSts", names)
    batches = root.findall(".//p:OrgnlPmtInfAndSts", names)
    for batch in batches:
        of_batch = _code(batch, "p:PmtInfSts", names) or of_file
        why = _why(batch, names) or _why(group, names)
        number = _text(batch, "p:OrgnlPmtInfId", names) or file_number
        for one in batch.iterfind("p:TxInfAndSts", names):
            yield _payment(one, number, of_batch, why, names)
    of_batches = [one for one in batches if _code(one, "p:PmtInfSts", names)]
    for batch in of_batches:
        number = _text(batch, "p:OrgnlPmtInfId", names) or file_number
        yield _whole(batch, number, _code(batch, "p:PmtInfSts", names), _why(batch, names) or _why(group, names), names)
    if of_file and not of_batches:
        yield _whole(group, file_number, of_file, _why(group, names), names)


def _payment(one: Any, number: str | None, of_batch: str, why: str, names: dict[str, str]) -> Reported:
    amount = one.find("p:OrgnlTxRef/p:Amt/p:InstdAmt", names)
    return Reported(
        number,
        _text(one, "p:OrgnlEndToEndId", names) or "",
        _code(one, "p:TxSts", names) or of_batch or "?",
        _why(one, names) or why,
        cents_of(amount) if amount is not None else None,
        account=plain_account(one.findtext("p:OrgnlTxRef/p:DbtrAcct/p:Id/p:IBAN", "", names)),
    )


def _whole(one: Any, number: str | None, code: str, why: str, names: dict[str, str]) -> Reported:
    total, payments = _text(one, "p:OrgnlCtrlSum", names), _text(one, "p:OrgnlNbOfTxs", names)
    if payments is not None and re.fullmatch("[0-9]{1,15}", payments) is None:
        raise ValueError("not a number of payments")
    cents = cents_of(one.find("p:OrgnlCtrlSum", names), "EUR") if total is not None else None
    return Reported(number, None, code, why, cents, int(payments) if payments is not None else None)


def _code(one: Any, path: str, names: dict[str, str]) -> str:
    return (_text(one, path, names) or "")[:10] if one is not None else ""


def _why(one: Any, names: dict[str, str]) -> str:
    """The code of the reason, with what the bank writes beside it."""
    if one is None:
        return ""
    code = _text(one, "p:StsRsnInf/p:Rsn/p:Cd", names) or _text(one, "p:StsRsnInf/p:Rsn/p:Prtry", names) or ""
    return code[:40]


def _text(one: Any, path: str, names: dict[str, str]) -> str | None:
    return one.findtext(path, "", names).strip()[:80] or None
