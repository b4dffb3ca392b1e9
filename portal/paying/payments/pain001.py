"""The file for the bank (pain.001): made of a batch, and checked against its schema."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import sepaxml
from sepaxml.validation import ValidationError

from portal.paying.payments.models import PaymentBatch

SCHEMA = "pain.001.001.03"


@dataclass(frozen=True)
class PayingAccount:
    """The account from which is paid."""

    name: str
    iban: str


def payment_file(batch: PaymentBatch, *, payer: PayingAccount) -> str:
    """The batch as pain.001.001.03, checked against its schema. The same batch and payer always give the same text.

    Raises ``sepaxml.validation.ValidationError`` when it does not fit the schema.
    """
    assert batch.execution_on is not None and batch.released_at is not None
    made = sepaxml.SepaTransfer(
        {"name": payer.name, "IBAN": payer.iban, "batch": True, "currency": "EUR"}, schema=SCHEMA
    )
    for one in batch.counted:
        made.add_payment(
            {
                "name": one.payee_name,
                "IBAN": one.iban,
                "amount": one.amount_cents,
                "description": one.description,
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


@lru_cache(maxsize=1)
def read_schema() -> Any:
    """The schema of the file, read once per process. That takes a second: ``loket serve`` does it at the start, and whoever
    releases a batch does it before the first lock."""
    import xmlschema  # as in sepaxml: not at the top, because it changes the XML library for who comes after it

    return xmlschema.XMLSchema(Path(sepaxml.__file__).parent / "schemas" / f"{SCHEMA}.xsd")
