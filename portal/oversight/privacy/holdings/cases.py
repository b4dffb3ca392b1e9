"""What is held of people in cases: from the question to what is decided and objected."""

from __future__ import annotations

from portal.oversight.privacy.holdings.rules import (
    NO_KVK,
    Always,
    Family,
    Held,
    Holding,
    HoldsNobody,
    Without,
    emptied,
    erased,
)
from portal.platform.sealed_columns import NOBODYS_BIRTHDAY

_ANSWERS = "Answers of a list, days and amounts; with the case erased they are about nobody."
_IDS = "Ids and days."


def _case(*texts: str, **others: object) -> Holding:
    return Holding(Family.CASE, erased(*texts) | others)


GOES = Holding(Family.CASE)

CASE_HOLDINGS: dict[str, Held] = {
    "development_question": Holding(
        Family.CASE,
        emptied("wish", "training_name", "training_provider", "employer_kvk", "employer_contact", "learner_name")
        | erased("employer_name", "withdraw_reason", "set_aside_reason")
        | {"goals": Always([]), "facts": Always({}), "had_before": Always([]), "left_open": Always({})},
    ),
    "cost_line": Holding(Family.CASE, emptied("description")),
    "contact": Holding(
        Family.CASE,
        erased("name")
        | emptied("email", "street", "house_number", "postcode", "city")
        | {"way": Always("phone"), "phone": Always("")},
    ),
    "application": Holding(
        Family.CASE,
        erased("name", "street", "house_number", "postcode", "city", "learner_name")
        | {"birth_date": NOBODYS_BIRTHDAY, "kvk_number": NO_KVK, "person_key": None, "employer_key": None},
    ),
    "term_stop": HoldsNobody(_IDS),
    "call_back": _case("note"),
    "assistance": _case("by_name"),
    "bundled_training": _case("person", "training_name", "training_provider", facts={}, costs=[]),
    "conversation": _case("place", "notes", "advisor_name"),
    "note": GOES,
    "identification": GOES,
    "information_request": _case("text", "answer", given={}),
    "correction": Holding(Family.CASE, emptied("was", "becomes") | erased("by_name", "objection", "settled_reply")),
    "evidence": _case("reason", words={}),
    "earlier_answers": HoldsNobody(
        "Answers of a list by the number of a question; figures of closed periods count by them."
    ),
    "hand_over": HoldsNobody(
        "Which colleague took cases over; the name is that of an official, kept with what was done."
    ),
    "handed_case": HoldsNobody(_IDS),
    "hearing": _case("facts", "view"),
    "group_declaration": _case("reason"),
    "linked_undertaking": GOES,
    "question_origin": HoldsNobody(_ANSWERS),
    "former_contact": GOES,
    "own_proof": HoldsNobody("That somebody proved to be who asked, and when; neither a code nor an address."),
    "case_owner": HoldsNobody(_IDS),
    "team_move": _case("reason", "by_name"),
    "pledge": _case("employer_name", "employer_email", "given_by_name", "given_by_function", "declined_by_name"),
    "representative": _case("name", "proof"),
    "double_judgement": Holding(Family.PSEUDONYMS, why="They go with the last case that has them."),
    "person_alias": Holding(Family.PSEUDONYMS, why="They go with the last case that has them."),
    "cap_guard": Holding(Family.PSEUDONYMS, why="They become others with the last case that has them."),
    "shortlisted_training": GOES,
    "employer_address": GOES,
    "text_number": HoldsNobody("That somebody wants short messages and proved the number, without the number."),
    "message_consent": HoldsNobody("What somebody agreed to and when, without a name or address."),
    # -- awarding
    "decision": _case("rationale", "decided_by_name", "referred_to"),
    "decision_mandate": HoldsNobody(_IDS),
    "decision_outcome": _case("reason"),
    "decision_hearing": _case("left_out_reason"),
    "waiting_place": HoldsNobody(_IDS),
    "proposal": Holding(
        Family.CASE,
        {"answer_json": Without(("question", "facts", "override"))},
        why="The answers on which was computed. The costs, amounts and offers stay, to compute a decision again.",
    ),
    "restoration": HoldsNobody(_IDS),
    "sent_outcome": HoldsNobody("Amounts per scheme."),
    "awaited_share": _case("outcome_by"),
    "taking": _case("damage_reason"),
    "register_entry": HoldsNobody("Aid to an undertaking, by its award; the register of the EU has it too."),
    # -- second look
    "objection": _case(
        *("grounds", "lateness_reason", "adjourn_reason", "hearing_place", "hearing_report", "third_name"),
        *("third_interest", "third_street", "third_postcode", "third_city", "interest_reason", "rationale"),
        "decided_by_name",
    ),
    "objection_repair": _case("missing"),
    "further_delay": _case("agreed_by", "reason"),
    "default_notice": _case("rationale", "settled_by_name"),
    "penalty_again": _case("reason", "decided_by_name"),
    "own_interest": _case("reason", "decided_by_name"),
    "preparation": _case("left_out_reason", "rationale", "sent_back_reason", "prepared_by_name", rejections={}),
    "two_person_act": _case("reason", "sent_back_reason", "laid_down_by_name", "closed_by_name"),
    # -- vouchers
    "award": Holding(Family.PSEUDONYMS, why="They become others with the last case that has them."),
    "award_part": HoldsNobody(_IDS),
    "voucher": _case("revoke_reason", "block_reason"),
    "voucher_change": _case("reason", "by_name"),
    "voucher_reminder": HoldsNobody(_IDS),
    "redemption": HoldsNobody("Amounts, and the number that a provider gave an invoice."),
    "redemption_spend": HoldsNobody(_IDS),
    "attendance": HoldsNobody("Days on which a training began and ended."),
    # -- oversight
    "feedback": HoldsNobody(_ANSWERS),
    "outcome": HoldsNobody(_ANSWERS),
    "flag": _case("close_reason"),
    "privacy_request": _case("text", "answer", "extend_reason", "lift_reason", "answered_by_name"),
    "legal_hold": _case("reason", "laid_by_name"),
    "erased_case": HoldsNobody("That and when a case was erased."),
}
"""Which columns lead to the case stands in `portal.oversight.privacy.holdings.ways`."""
