"""What is open to who may do a part of what their audience may: who helps somebody fill in a question, and who only reads."""

from __future__ import annotations

_OF_A_DRAFT = (
    "wish", "training", "training_path", "training_level", "training_sector", "training_start", "pick_training",
    "costs", "fact", "check", "outcome", "outcome_pdf", "save", "discard", "send", "received", "mine",
)  # fmt: skip
HELPED = frozenset(
    {
        "assisting.stop",
        *(f"{asker}.{name}" for asker in ("resident", "employer") for name in _OF_A_DRAFT),
        *(f"resident.{name}" for name in ("postcode", "municipality", "birth_year", "birth_date", "work_situation")),
        *(f"resident.{name}" for name in ("benefit", "education_level", "employer", "borrow")),
        *(f"employer.{name}" for name in ("company", "employer_municipality", "employer_size", "group")),
        *(f"employer.{name}" for name in ("employer_sector_fund", "bundle", "bundle_training", "bundle_template")),
        *(f"employer.{name}" for name in ("bundle_upload", "bundle_outcome", "bundle_computing", "bundle_send")),
        "employer.bundle_sent",
    }
)
"""What somebody may open who fills in a question for its person: the draft, and that it was sent. Nothing that comes after."""
NOT_WHILE_HELPING = frozenset({"resident.start", "employer.start"})
"""Public pages that would take the browser out of the question that is filled in, without saying so."""

OPEN_TO_READERS = frozenset(
    {
        *("access.sign_out", "access.find", "access.prove", "access.second", "access.add_code_app", "access.demo"),
        *("access.add_a_passkey", "access.make_recovery_codes", "access.remove_code_app", "access.remove_passkey"),
        *("access.end_session", "access.sign_in", "access.sign_in_asked", "access.link", "access.grant"),
    }
)
"""What somebody may send who only reads: it is about the own way in, or it changes nothing."""
