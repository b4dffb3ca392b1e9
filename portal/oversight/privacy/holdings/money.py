"""What is held of people in what is paid and claimed, in letters and in files."""

from __future__ import annotations

from portal.oversight.privacy.holdings.rules import (
    Always,
    Family,
    Held,
    Holding,
    HoldsNobody,
    NumberedWord,
    erased,
)

_IDS = "Ids, days and amounts."
_BOOKS = "The books: ids, days, amounts and who booked, as account number. They stay whole."
_COMPANY = "An undertaking: its name, number and account, as long as it is on the list."
NO_BYTES = b""


def _paid(*texts: str, **others: object) -> Holding:
    return Holding(Family.INVOICES, erased(*texts) | others)


MONEY_HOLDINGS: dict[str, Held] = {
    "invoice": _paid("learner_name", "payee_name", "payee_iban", "accepted_note", "refused_reason"),
    "payment": _paid(
        *("payee_name", "iban", "description", "return_reason", "return_read_by_name", "return_confirmed_by_name")
    ),
    "payment_batch": _paid("file_text", "cancel_reason"),
    "payment_spend": HoldsNobody(_IDS),
    "repayment": _paid("payee_name", "iban", "reference"),
    "own_debt": _paid("payee_name", "iban", "reference"),
    "outcome_by_hand": _paid("reason", "proposed_by_name", "confirmed_by_name"),
    "reassignment": _paid("reason"),
    "settlement": _paid("reason", "settled_by_name"),
    "resettlement": _paid("reason", "settled_by_name"),
    "recovery": HoldsNobody(_IDS),
    "instalment": HoldsNobody(_IDS),
    "recovery_entry": _paid("reason", "by_name", reference=NumberedWord()),
    "collection_step": _paid("reason", "by_name"),
    "collection_charge": _paid("charged_by_name", "waived_reason"),
    "interest_undone": _paid("reason", "undone_by_name", "reference"),
    "set_off": _paid("reason", "set_off_by_name"),
    "set_off_undone": _paid("reason", "undone_by_name"),
    "bank_statement": Holding(Family.INVOICES, {"strange": Always([])}, since="read_at"),
    "reported_state": _paid("reason"),
    "unmatched_line": Holding(
        Family.INVOICES, erased("said", "from_account", "bank_reference", "handled_note"), since="booked_on"
    ),
    "earlier_administration": Holding(
        Family.INVOICES,
        {"tables": Always({})},
        since="sent_at",
        why="The lists of an administration that was taken over.",
    ),
    "voucher_taken_over": HoldsNobody("Under which number a voucher stood in the administration before this one."),
    "books_check": HoldsNobody(_BOOKS),
    "books_answer": HoldsNobody("Why payments go on; the name is that of an official, kept with the books."),
    # -- the ledger and what the region laid down
    "ledger_account": HoldsNobody(_BOOKS),
    "transfer": HoldsNobody(_BOOKS),
    "budget_guard": HoldsNobody(_BOOKS),
    "cap_use": HoldsNobody(_BOOKS),
    "closed_books": HoldsNobody(_BOOKS),
    "books_closing": HoldsNobody(_BOOKS),
    # -- providers
    "provider": HoldsNobody(_COMPANY),
    "provider_approval": HoldsNobody(_COMPANY),
    "iban_change": HoldsNobody(_COMPANY),
    "provider_registration": Holding(
        Family.STAFF, erased("contact_name", "contact_email"), since="decided_at", why="Who spoke for a provider."
    ),
    # -- post
    "letter": Holding(Family.LETTERS, {"content": Always({}), "pdf": Always(NO_BYTES)}, since="made_at"),
    "letter_posting": HoldsNobody(_IDS),
    "letter_registration": HoldsNobody(_IDS),
    "print_batch": HoldsNobody(_IDS),
    "outbox_message": HoldsNobody(
        "A template and ids; figures and days until it left, of a mail two weeks more. Names are looked up when it is sent."
    ),
    "undelivered_mail": HoldsNobody("That a mail did not arrive, and the code of the mail server; no address."),
    "channel_outage": HoldsNobody("When a way in was down."),
    "stored_file": Holding(Family.UPLOADS, why="The bytes go from the disk, and the hash of what came in."),
}
__all__ = ["MONEY_HOLDINGS", "NO_BYTES"]
