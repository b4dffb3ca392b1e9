"""A decision receipt: one file with everything that a decision rests on, which anybody can compute again."""

from matching.receipt.content import (
    RECEIPT_FORMAT,
    DecisionUsed,
    Document,
    Embedded,
    FactUsed,
    Hash,
    ModelUsed,
    OutcomeUsed,
    Override,
    Plain,
    Receipt,
    ReceiptContent,
    RegionUsed,
    Source,
    constraint_names,
    hash_of,
    model_hash,
    model_used,
    plain,
    read_receipt,
    receipt_text,
    sealed,
    software_version,
)
from schemes.basics.findings import Finding

__all__ = [
    "RECEIPT_FORMAT",
    "DecisionUsed",
    "Document",
    "Embedded",
    "FactUsed",
    "Hash",
    "ModelUsed",
    "OutcomeUsed",
    "Override",
    "Plain",
    "Receipt",
    "ReceiptContent",
    "RegionUsed",
    "Source",
    "constraint_names",
    "hash_of",
    "model_hash",
    "model_used",
    "plain",
    "read_receipt",
    "receipt_text",
    "sealed",
    "software_version",
    "verify",
]


def verify(receipt: Receipt, file: str = "") -> list[Finding]:
    """Everything in a receipt that does not follow from the rest of it: see `matching.receipt.check`. No solver, no network."""
    from matching.receipt.check import check_receipt

    return check_receipt(receipt, file)
