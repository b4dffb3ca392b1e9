"""What stands where in an audit bundle, and how its texts are written: the same bytes every time."""

from __future__ import annotations

import hashlib
import json
from typing import Any

BUNDLE_FORMAT = "ontwikkelloket/audit-bundle/1"
VOUCHER_FORMAT = "ontwikkelloket/audit-voucher/1"

MANIFEST, SUMS, README, SAMPLE = "MANIFEST.json", "SHA256SUMS", "README.txt", "sample.json"
VOUCHER, DECISION, RECEIPT = "voucher.json", "decision.json", "receipt.json"
EVIDENCE, INVOICES, PAYMENTS = "evidence.json", "invoices.json", "payments.json"
TRANSFERS, TRANSFERS_TABLE, HISTORY = "transfers.json", "transfers.csv", "history.json"
ALWAYS = (VOUCHER, DECISION, EVIDENCE, INVOICES, PAYMENTS, TRANSFERS, TRANSFERS_TABLE, HISTORY)
"""What the folder of every voucher has."""

TRANSFER_COLUMNS = (
    "id", "kind", "from_line", "from_account", "to_line", "to_account", "amount_cents", "resolves", "booked_on", "at",
    "by", "decision", "scheme_version_id", "note",
)  # fmt: skip

STANDING: dict[str, tuple[str, ...]] = {"reserved": ("reserved",), "spent": ("spent", "paid"), "paid": ("paid",)}
"""Which accounts make each figure of a voucher: what came in on them minus what went out. What is spent includes what is paid."""


def text_of(value: Any) -> bytes:
    """A value as a JSON file: keys sorted, two spaces, UTF-8, with a line end."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def sha256_of(content: bytes) -> str:
    """The SHA-256 of a file, as 64 digits."""
    return hashlib.sha256(content).hexdigest()


def figures_of(transfers: list[dict[str, Any]]) -> dict[str, int]:
    """What stands for a voucher in cents, from its transfers alone."""
    return {
        f"{figure}_cents": sum(
            one["amount_cents"] * ((one["to_account"] in accounts) - (one["from_account"] in accounts))
            for one in transfers
        )
        for figure, accounts in STANDING.items()
    }
