"""Reading a statement of the bank (camt.053): of which account it is, and what each line in it says. Books nothing."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l

LARGEST_STATEMENT = 5_000_000
MOST_CENTS = 10**13
MOST_SAID = 500
_AMOUNT = re.compile(r"[0-9]{1,14}(\.[0-9]{1,5})?")


class BankSays(enum.StrEnum):
    """What the bank says happened."""

    PAID = "paid"
    """Money left the account."""
    CAME_BACK = "came_back"
    """Money came on the account: it was sent back, or what was taken off is undone."""
    UNDONE = "undone"
    """What came on the account is undone: it was no return after all."""
    REFUSED = "refused"
    """In a status report: the bank does not carry it out."""
    REPORTED = "reported"
    """In a status report: where it is, which decides nothing."""


@dataclass(frozen=True)
class MoneyIn:
    """What stands with money that came on the account: the text of who paid, from which account, and what the bank calls it."""

    said: str = ""
    account: str = ""
    reference: str = ""


@dataclass(frozen=True)
class StatementLine:
    """One line of a statement: which payment or batch it names, how much, on which day, and what happened."""

    account: str
    end_to_end_id: str | None
    batch_number: str | None
    cents: int
    booked_on: date
    says: BankSays
    reason: str = "unknown"
    whole: bool = False
    """It is about a whole batch, booked in one amount."""
    money_in: MoneyIn | None = None
    """Who paid and why, of money that came on the account."""


@dataclass(frozen=True)
class ParsedStatement:
    """What stands in a file of the bank: the accounts that it is about, and every line that was booked."""

    accounts: frozenset[str]
    lines: tuple[StatementLine, ...]


def parse_statement(content: bytes) -> ParsedStatement:
    """The accounts and booked lines of a camt.053 statement; no line is left out. Raises ``Refusal`` (field file)."""
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
        found = [(_account(one, names), one) for one in root.iterfind(".//c:Stmt", names)]
        lines = tuple(
            line
            for account, one in found
            for entry in one.iterfind("c:Ntry", names)
            for line in _entry(entry, account, names)
        )
    except (ParseError, DefusedXmlException, ValueError, TypeError, RecursionError) as error:
        raise wrong from error
    if not all(account for account, _ in found):
        message = _l("In dit afschrift staat niet van welke rekening het is. Haal het opnieuw op bij de bank.")
        raise Refusal("statement_without_account", message, field="file")
    return ParsedStatement(frozenset(account for account, _ in found), lines)


def _account(statement: Any, names: dict[str, str]) -> str:
    number = statement.findtext("c:Acct/c:Id/c:IBAN", "", names) or statement.findtext(
        "c:Acct/c:Id/c:Othr/c:Id", "", names
    )
    return plain_account(number)


def plain_account(number: str) -> str:
    """A number of an account without spaces, in capitals."""
    return "".join(number.split()).upper()


def _entry(entry: Any, account: str, names: dict[str, str]) -> Iterator[StatementLine]:
    """The lines of one entry: one per payment that it names, or one for the whole entry when it names none by its own id."""
    status = (entry.findtext("c:Sts/c:Cd", "", names) or entry.findtext("c:Sts", "", names)).strip()
    if status not in ("", "BOOK"):
        return
    day = (entry.findtext("c:BookgDt/c:Dt", "", names) or entry.findtext("c:BookgDt/c:DtTm", "", names)).strip()[:10]
    booked_on = date.fromisoformat(day)
    reverses = entry.findtext("c:RvslInd", "false", names).strip() in ("true", "1")
    direction = entry.findtext("c:CdtDbtInd", "", names).strip()
    details = entry.findall("c:NtryDtls/c:TxDtls", names)
    amount = entry.find("c:Amt", names)
    keys = [_key(detail, names) for detail in details]
    if not any(keys):
        batch = entry.findtext("c:NtryDtls/c:Btch/c:PmtInfId", "", names) or entry.findtext(
            "c:NtryDtls/c:Btch/c:MsgId", "", names
        )
        number = batch.strip() or None
        says = _says(direction, reverses)
        cents = cents_of(amount)
        whole = number is not None and not details
        came = _money_in(entry, details[0] if len(details) == 1 else None, names) if direction == "CRDT" else None
        yield StatementLine(account, None, number, cents, booked_on, says, whole=whole, money_in=came)
        return
    for place, (detail, key) in enumerate(zip(details, keys, strict=True), start=1):
        own = detail.find("c:AmtDtls/c:TxAmt/c:Amt", names)
        own = own if own is not None else detail.find("c:Amt", names)
        foreign = own is not None and own.get("Ccy") != "EUR" and len(details) == 1
        cents = cents_of(amount if own is None or foreign else own)
        says = _says(detail.findtext("c:CdtDbtInd", direction, names).strip(), reverses)
        reason = detail.findtext("c:RtrInf/c:Rsn/c:Cd", "", names).strip()[:40] or "unknown"
        came = None
        if says is BankSays.CAME_BACK:
            came = _money_in(entry, detail, names, "" if len(details) == 1 else f"/{place}")
        yield StatementLine(account, key, None, cents, booked_on, says, reason, money_in=came)


def _money_in(entry: Any, detail: Any, names: dict[str, str], place: str = "") -> MoneyIn:
    """What stands with an entry, or with one of several payments in it: `place` tells those apart."""
    parts = [entry.findtext("c:AddtlNtryInf", "", names)]
    account = reference = ""
    if detail is not None:
        texts = (
            "c:RmtInf/c:Ustrd",
            "c:RmtInf/c:Strd/c:CdtrRefInf/c:Ref",
            "c:RmtInf/c:Strd/c:AddtlRmtInf",
            "c:AddtlTxInf",
        )
        parts = [one.text or "" for path in texts for one in detail.iterfind(path, names)] + parts
        payer = detail.find("c:RltdPties/c:DbtrAcct/c:Id", names)
        if payer is not None:
            account = payer.findtext("c:IBAN", "", names) or payer.findtext("c:Othr/c:Id", "", names)
        reference = _reference(detail.findtext("c:Refs/c:AcctSvcrRef", "", names))
    if not reference:
        whole = _reference(entry.findtext("c:AcctSvcrRef", "", names)) or _reference(
            entry.findtext("c:NtryRef", "", names)
        )
        reference = f"{whole}{place}" if whole else ""
    said = " ".join(" ".join(parts).split())[:MOST_SAID]
    return MoneyIn(said, plain_account(account)[:34], reference)


def _reference(text: str) -> str:
    name = " ".join(text.split())[:70]
    return "" if name.upper() in ("NONREF", "NOTPROVIDED") else name


def _key(detail: Any, names: dict[str, str]) -> str | None:
    key = detail.findtext("c:Refs/c:EndToEndId", "", names).strip()[:80]
    return key if key not in ("", "NOTPROVIDED") else None


def _says(direction: str, reverses: bool) -> BankSays:
    """Money that comes on the account came back. Money that leaves it is a payment, unless it undoes what came back."""
    if direction == "CRDT":
        return BankSays.CAME_BACK
    if direction == "DBIT":
        return BankSays.UNDONE if reverses else BankSays.PAID
    raise ValueError("neither in nor out")


def cents_of(amount: Any, currency: str = "") -> int:
    """An amount in whole cents, read by its digits alone: no infinity, no exponent. Without a currency of its own it is in
    `currency`. Raises ``Refusal`` (field file).
    """
    text = "" if amount is None else (amount.text or "").strip()
    currency = currency if amount is None else amount.get("Ccy", currency)
    if currency == "EUR" and _AMOUNT.fullmatch(text):
        cents = Decimal(text) * 100
        if cents == int(cents) and cents < MOST_CENTS:
            return int(cents)
    message = _l(
        "In dit afschrift staat een bedrag dat wij niet kunnen lezen: %(amount)s. Er is niets verwerkt. Haal het afschrift "
        "opnieuw op bij de bank.",
        amount=f"{text[:40]} {currency[:10]}".strip() or "?",
    )
    raise Refusal("statement_amount", message, field="file")
