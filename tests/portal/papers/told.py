"""The messages that make no decision about somebody's right known, by name: a new message is put here or in a row of the table."""

from __future__ import annotations

_BY_FAMILY = {
    "account": "case_to_team cases_handed closed limited link_made opened opened_again report_ended report_ready "
    "review_due role_changed sign_in sign_in_sent steps_forgotten talk_changed term_due trouble unusual_viewing warnings_digest",
    "application": "delayed money_free money_free_rest received received_together rest_kept rest_left scheme_ends scheme_ends_waiting waiting_list waiting_list_rest",
    "employer": "joined opened sign_in",
    "hearing": "about_voucher dropped invited",
    "invoice": "confirm_training receipt_accepted receipt_refused",
    "late": "notice_received",
    "objection": "adjourned delayed hearing_asked hearing_planned of_another of_another_decided of_another_heard received repair_asked withdrawn",
    "outcome": "asked",
    "payment": "account_given other_account own_paid paid returned",
    "pledge": "asked declined given",
    "provider": "claimed iban_asked iban_changed iban_checked invoice_refused paid payment_returned registered reminded",
    "question": "answer_reminder corrected more_asked new_link own_code piece_returned privacy_answered reach_changed received received_together representative_acts representative_ended representative_named restriction_ends scheme_ends talk_called_off talk_cancelled talk_chosen talk_missed talk_moved talk_planned talk_reminder withdrawn withdrawn_for_you",
    "recovery": "missed received reminded",
    "voucher": "blocked cancelled credited expired extended freed issued moved_keeps provider_swapped put_back redeemed reminder_six_weeks reminder_three_weeks reserved restored revoked start_moved unblocked",
}

TOLD = {f"{family}/{name}" for family, listed in _BY_FAMILY.items() for name in listed.split()}
