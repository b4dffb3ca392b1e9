"""Everything around a request: sessions, headers, guards, errors, and who may open what."""

from portal.web.edge.edge import (
    CSRF_FIELD,
    READING,
    TOKEN_FIELD,
    WITHOUT_RECORDS,
    DeskApp,
    DoneBefore,
    Found,
    OwnKey,
    View,
    form_tokens,
    found,
    keyed_by,
    only_computes,
    page,
    repeatable,
    run_view,
    start_over,
)
from portal.web.edge.meanwhile import ChangedMeanwhile, leave_for
from portal.web.edge.refusing import note_refusal
from portal.web.edge.sight import SEEN_FIELD, Stand, decide_on, lock_first, read_told, require_seen

__all__ = [
    "CSRF_FIELD",
    "READING",
    "SEEN_FIELD",
    "TOKEN_FIELD",
    "WITHOUT_RECORDS",
    "ChangedMeanwhile",
    "DeskApp",
    "DoneBefore",
    "Found",
    "OwnKey",
    "Stand",
    "View",
    "decide_on",
    "form_tokens",
    "found",
    "keyed_by",
    "leave_for",
    "lock_first",
    "note_refusal",
    "only_computes",
    "page",
    "read_told",
    "repeatable",
    "require_seen",
    "run_view",
    "start_over",
]
