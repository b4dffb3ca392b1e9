"""Reading an audit file with another library than wrote it: what it says, and whether it says it where the standard has it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from lxml import etree

from portal.accounting.audit_file import XafVersion

ORDER: dict[str, tuple[str, ...]] = {
    "auditfile": ("header", "company"),
    "header": ("fiscalYear", "startDate", "endDate", "curCode", "dateCreated", "softwareDesc", "softwareVersion"),
    "company": (
        "companyIdent", "companyName", "taxRegistrationCountry", "taxRegIdent", "streetAddress", "postalAddress",
        "customersSuppliers", "generalLedger", "vatCodes", "periods", "openingBalance", "transactions",
    ),
    "generalLedger": ("ledgerAccount",),
    "ledgerAccount": ("accID", "accDesc", "accTp"),
    "periods": ("period",),
    "period": ("periodNumber", "periodDesc", "startDatePeriod", "startTimePeriod", "endDatePeriod", "endTimePeriod"),
    "openingBalance": ("opBalDate", "opBalDesc", "linesCount", "totalDebit", "totalCredit", "obLine"),
    "obLine": ("nr", "accID", "amnt", "amntTp"),
    "transactions": ("linesCount", "totalDebit", "totalCredit", "journal"),
    "journal": ("jrnID", "desc", "jrnTp", "offsetAccID", "bankAccNr", "transaction"),
    "transaction": ("nr", "desc", "periodNumber", "trDt", "amnt", "amntTp", "sourceID", "userID", "trLine"),
    "trLine": ("nr", "accID", "docRef", "effDate", "desc", "amnt", "amntTp"),
}  # fmt: skip
"""Per element of XAF 3.2 that we write what may be in it, in order."""
ORDER_4: dict[str, tuple[str, ...]] = ORDER | {
    "header": (*ORDER["header"], "RGSVersion"),
    "company": (
        "Commercenr", "companyName", "taxRegistrationCountry", "taxRegIdent", "streetAddress", "customersSuppliers",
        "generalLedger", "vatCodes", "periods", "openingBalance", "transactions",
    ),
    "period": ("periodNumber", "startDatePeriod", "endDatePeriod"),
    "openingBalance": ("linesCount", "totalDebit", "totalCredit", "obLine"),
    "journal": ("jrnID", "desc", "jrnTp", "offsetAccID", "transaction"),
    "transaction": ("nr", "desc", "periodNumber", "trDt", "Source", "User", "trLine"),
    "trLine": ("nr", "accID", "docRef", "effDate", "settDate", "desc", "amnt", "amntTp"),
}  # fmt: skip
"""The same of XAF 4.0."""
MANY = {"ledgerAccount", "period", "obLine", "journal", "transaction", "trLine"}
NEEDED = {
    "header": ("fiscalYear", "startDate", "endDate", "curCode", "dateCreated"),
    "company": ("companyName", "taxRegistrationCountry", "taxRegIdent"),
    "transaction": ("nr", "periodNumber", "trDt"),
    "trLine": ("nr", "accID", "docRef", "effDate", "amnt", "amntTp"),
}


@dataclass(frozen=True)
class Read:
    """An audit file, read again."""

    root: Any

    def all(self, path: str) -> list[Any]:
        return list(self.root.findall("/".join(f"{{*}}{part}" for part in path.split("/"))))

    def text(self, path: str) -> str:
        [one] = self.all(path)
        return one.text or ""

    def sums(self, path: str) -> Counter[str]:
        """Per account credit less debit, in cents."""
        sums: Counter[str] = Counter()
        for line in self.all(path):
            sums[said(line, "accID")] += signed(line)
        return sums


def read(text: str, version: XafVersion = XafVersion.V3_2) -> Read:
    """The file, after looking whether everything stands in its place."""
    root = etree.fromstring(text.encode())
    order = ORDER if version is XafVersion.V3_2 else ORDER_4
    for element in root.iter():
        assert etree.QName(element).namespace == version.value
        name, children = plain(element), [plain(child) for child in element]
        assert not children or name in order, name
        places = [order[name].index(child) for child in children]
        assert places == sorted(places), f"{name}: {children}"
        assert all(number == 1 or child in MANY for child, number in Counter(children).items()), name
        assert set(NEEDED.get(name, ())) <= set(children), name
    return Read(root)


def plain(element: Any) -> str:
    return str(etree.QName(element).localname)


def said(element: Any, name: str) -> str:
    return str(element.findtext(f"{{*}}{name}"))


def cents(text: str) -> int:
    euros, _, rest = text.partition(".")
    assert len(rest) == 2
    return int(euros) * 100 + int(rest)


def signed(line: Any) -> int:
    return cents(said(line, "amnt")) * {"C": 1, "D": -1}[said(line, "amntTp")]
