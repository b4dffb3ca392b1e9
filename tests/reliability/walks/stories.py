"""Acts that seldom follow one another by chance, and lead to others that are reached in no other way; woven into every walk."""

from __future__ import annotations

_AWARDED = "a_resident_asks applies proposes_and_approves"
_COMPANY = "an_employer_asks applies proposes_and_approves"
_CLAIMED = "is_used_and_paid_at_once is_settled_lower_and_paid_back"
_LESS = "a_budget_is_lowered " * 6
STORIES: tuple[tuple[str, ...], ...] = tuple(
    tuple(story.split())
    for story in (
        "a_resident_asks applies more_is_asked weeks_pass is_set_aside is_taken_up_again",
        f"{_CLAIMED} somebody_objects_to_a_settlement lateness_is_judged an_objector_is_heard"
        " an_objection_gives_a_new_settlement the_holder_gives_an_account what_was_owed_is_paid_by_hand",
        "a_resident_asks applies hands_in_a_paid_bill accepts_an_invoice the_training_starts the_training_ends",
        "a_resident_asks wants_to_borrow applies proposes_and_approves another_body_decides the_award_is_kept",
        f"a_resident_asks applies {_LESS} joins_the_waiting_list a_budget_is_raised a_budget_is_raised"
        " freed_money_is_offered leaves_the_waiting_list",
        f"{_AWARDED} months_pass holders_are_reminded months_pass late_vouchers_expire",
        f"{_AWARDED} somebody_objects an_objector_is_heard an_objection_gives_a_new_mix",
        f"{_AWARDED} somebody_objects an_objector_is_heard an_objection_is_unfounded",
        "a_resident_asks applies more_is_asked more_is_answered",
        f"{_AWARDED} prepares_to_decide_again a_second_person_decides_again prepares_a_top_up a_second_person_tops_up",
        f"{_COMPANY} {_COMPANY} tops_up {_COMPANY} {_COMPANY} tops_up",
        "redeems redeems makes_a_batch leaves_a_payment_out releases_a_batch gives_the_file_to_the_bank",
        "hands_in_an_invoice accepts_an_invoice a_credit_note_comes credited_invoices_are_marked",
        "a_resident_asks applies more_is_asked weeks_pass goes_on_without_an_answer a_delay_is_announced",
        "is_kept_for_a_provider is_for_every_provider_again extends puts_an_extension_back blocks unblocks revokes",
        f"{_CLAIMED} instalments_are_agreed months_pass missed_instalments_are_noticed a_claim_is_written_off",
        "a_resident_asks applies proposes approves prepares_a_settlement what_was_prepared_is_withdrawn",
        "a_provider_asks_another_account another_account_is_checked another_account_is_confirmed"
        " a_provider_asks_another_account another_account_is_refused a_provider_may_no_longer a_provider_may_again",
        "redeems makes_a_batch releases_a_batch gives_the_file_to_the_bank an_outcome_is_proposed_by_hand"
        " an_outcome_is_withdrawn an_outcome_is_proposed_by_hand an_outcome_is_confirmed",
        "redeems makes_a_batch releases_a_batch gives_the_file_to_the_bank the_bank_carried_out money_came_back"
        " an_outcome_is_confirmed makes_a_batch releases_a_batch a_return_was_undone a_strange_line_is_handled",
        "a_resident_asks asks_the_employer the_employer_promises the_employer_declines applies a_view_is_asked"
        " a_view_is_heard rejects",
        f"{_AWARDED} is_used_and_paid_at_once prepares_a_settlement a_second_person_settles two_are_said_to_be_one"
        " one_is_two_after_all",
        "a_resident_asks applies prepares_a_decision a_second_person_decides what_was_prepared_is_sent_back"
        " says_what_was_had_before takes_back_what_was_had_before",
    )
)
"""Each is tried in its order, with other acts between; what cannot be done is left out after a few tries."""
