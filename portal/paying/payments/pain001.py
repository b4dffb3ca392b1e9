"""The file for the bank (pain.001): made of a batch, and checked against its schema."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import sepaxml
from sepaxml.validation import ValidationError

from portal.paying.payments.models import PaymentBatch
from portal.paying.payments.sepa_text import sepa_text, sepa_text_with_code

SCHEMA = "pain.001.001.03"
MOST_NAME, MOST_TEXT = 70, 140


@dataclass(frozen=True)
class PayingAccount:
    """The account from which is paid."""

    name: str
    iban: str


def payment_file(batch: PaymentBatch, *, payer: PayingAccount) -> str:
    """The batch as pain.001.001.03, checked against its schema. The same batch and payer always give the same text.

    Names and texts are in the characters that every bank knows.

    Raises ``sepaxml.validation.ValidationError`` when it does not fit the schema.
    """
    assert batch.execution_on is not None and batch.released_at is not None
    made = sepaxml.SepaTransfer(
        {"name": sepa_text(payer.name, MOST_NAME), "IBAN": payer.iban, "batch": True, "currency": "EUR"},
        schema=SCHEMA,
        clean=False,
    )
    for one in batch.counted:
        what, _, code = one.description.rpartition(" ")
        made.add_payment(
            {
                "name": sepa_text(one.payee_name, MOST_NAME),
                "IBAN": one.iban,
                "amount": one.amount_cents,
                "description": sepa_text_with_code(what, code, MOST_TEXT),
                "execution_date": batch.execution_on,
                "endtoend_id": one.end_to_end_id,
            }
        )
    tree = ElementTree.fromstring(made.export(validate=False))  # noqa: S314 - made here, a line ago
    place = f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMA}}}"
    for name, value in (
        ("MsgId", batch.number),
        ("PmtInfId", batch.number),
        ("CreDtTm", f"{batch.released_at:%Y-%m-%dT%H:%M:%S}"),
    ):
        for node in tree.iter(f"{place}{name}"):
            node.text = value
    ElementTree.register_namespace("", place[1:-1])
    text = '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(tree, "unicode") + "\n"
    problem = next(read_schema().iter_errors(text), None)
    if problem is not None:
        raise ValidationError(str(problem.reason))
    return text


def dated(text: str, *, execution_on: date, made_at: datetime) -> str:
    """The same file for the bank with another day of execution and moment of making; nothing else in it changes."""
    text = re.sub(r"(<ReqdExctnDt>)[^<]*(<)", rf"\g<1>{execution_on.isoformat()}\g<2>", text)
    return re.sub(r"(<CreDtTm>)[^<]*(<)", rf"\g<1>{made_at:%Y-%m-%dT%H:%M:%S}\g<2>", text)


def paid_from(text: str) -> str:
    """The account from which a file for the bank pays; empty when it names none."""
    found = re.search(r"<DbtrAcct>.*?<IBAN>([A-Z0-9]+)</IBAN>.*?</DbtrAcct>", text, re.DOTALL)
    return found[1] if found is not None else ""


@lru_cache(maxsize=1)
def read_schema() -> Any:
    """The schema of the file, read once per process. That takes a second: ``loket serve`` does it at the start, and whoever
    releases a batch does it before the first lock."""
    import xmlschema  # as in sepaxml: not at the top, because it changes the XML library for who comes after it

    return xmlschema.XMLSchema(Path(sepaxml.__file__).parent / "schemas" / f"{SCHEMA}.xsd")
