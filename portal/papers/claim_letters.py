"""What the letters about a claim are about: interest, setting off, paying later or less, and what was undone of those."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from portal.awarding.decisions.models import Decision
from portal.papers.letter_parts import AskedLetter, LetterSubject, decided_by, of_scheme, upon_objection
from portal.paying.collecting.decided import relief_told
from portal.paying.collecting.queries import charge_of_question, interest_of, undone_of_question
from portal.paying.setting_off.queries import set_off_of_question, set_off_undone_of_question
from portal.paying.settlements.models import Recovery
from portal.paying.settlements.queries import recovery_behind, voucher_of_recovery

RELIEF = (
    "recovery/deferred",
    "recovery/planned",
    "recovery/written_off",
    "recovery/charges_waived",
    "recovery/not_deferred",
    "recovery/not_waived",
)
"""The messages about paying later or less."""


def _interest(asked: AskedLetter) -> LetterSubject | None:
    """The decision about the interest beside a claim, with its calculation (Awb 4:99)."""
    charge = charge_of_question(asked.session, question=asked.question, charge_id=asked.message.version)
    if charge is None or charge.last_on is None:
        return None
    recovery = recovery_behind(asked.session, recovery_id=charge.recovery_id)
    found = interest_of(asked.session, recovery=recovery, last=charge.last_on)
    decision = decided_by(asked, charge.decision_id)
    context = {"charge": charge, "parts_of_interest": found.parts if found is not None else ()}
    return of_claim(asked, recovery, decision, context)


def _set_off(asked: AskedLetter) -> LetterSubject | None:
    """The decision to set a claim off against a bill (Awb 4:93)."""
    done = set_off_of_question(asked.session, question=asked.question, set_off_id=asked.message.version)
    if done is None:
        return None
    decision = decided_by(asked, done.decision_id)
    return of_claim(asked, recovery_behind(asked.session, recovery_id=done.recovery_id), decision, {})


def _interest_undone(asked: AskedLetter) -> LetterSubject | None:
    """The decision after an objection that interest lapses (Awb 7:11)."""
    undone = undone_of_question(asked.session, question=asked.question, undone_id=asked.message.version)
    if undone is None:
        return None
    charge = charge_of_question(asked.session, question=asked.question, charge_id=undone.charge_id)
    if charge is None:
        return None
    recovery = recovery_behind(asked.session, recovery_id=charge.recovery_id)
    return of_claim(asked, recovery, decided_by(asked, undone.decision_id), {})


def _set_off_undone(asked: AskedLetter) -> LetterSubject | None:
    """The decision after an objection that what was set off is paid (Awb 7:11)."""
    found = set_off_undone_of_question(asked.session, question=asked.question, undone_id=asked.message.version)
    if found is None:
        return None
    return of_claim(asked, found[1], decided_by(asked, found[0].decision_id), {})


def _relief(asked: AskedLetter) -> LetterSubject | None:
    """The decision that a debtor pays later or less, or may not (Awb 4:94, 4:94a). What was told before it was a decision has no
    last day to object."""
    template, version = asked.message.template, asked.message.version
    found = relief_told(asked.session, question=asked.question, template=template, version=version)
    if found is None:
        return LetterSubject(context={"instalments": [], "decided": False})
    recovery, decision_id, instalments = found
    decision = decided_by(asked, decision_id)
    context = {"instalments": instalments, "decided": decision is not None}
    if decision is None:
        return LetterSubject(context=context)
    return of_claim(asked, recovery, decision, context | upon_objection(asked.session, decision))


def of_claim(
    asked: AskedLetter, recovery: Recovery, decision: Decision | None, context: dict[str, Any]
) -> LetterSubject:
    """A decision about a claim: of the scheme of its voucher, in the name of the body of that scheme."""
    voucher = voucher_of_recovery(asked.session, recovery=recovery)
    subject = of_scheme(asked, voucher.scheme, voucher.scheme_version, decision)
    return replace(subject, context=subject.context | context)


CLAIM_SUBJECTS: Mapping[str, Callable[[AskedLetter], LetterSubject | None]] = {
    "recovery/interest": _interest,
    "recovery/interest_undone": _interest_undone,
    **dict.fromkeys(RELIEF, _relief),
    "recovery/set_off": _set_off,
    "recovery/set_off_undone": _set_off_undone,
}
"""What is asked of a letter about a claim, by its name."""
