"""The acts that have no row, each with the reason. Who adds an act gives it a row, or writes here why it has none."""

from __future__ import annotations

QUERY = "It reads and writes nothing."
BOOKING = "A part of acts on vouchers, payments, budgets and periods, which hold the record first; the ledger has races of its own."
PART_OF_TAKING_OVER = "Everything of a takeover, part of taking it over and of undoing that."
PART_OF_DECIDING = "A part of approving, deciding again or topping up, and reached only through it."
PART_OF_PAYING = "A part of reading a statement or recording an outcome by hand, which hold the batch first."
PART_OF_SETTLING = "A part of settling, settling again or taking a credit note, which hold the voucher first."
PART_OF_PLACES = "A part of applying, asking more, answering or handing in, and reached only through it."
PART_OF_DOUBLES = "A part of settling or separating doubles, and reached only through it."
SESSIONS = "It touches the session or the links of one browser, no record of a case."
SENDING = (
    "It touches one message or letter of the program that sends, no record of a case; claims have races of their own."
)
UNDERNEATH = "What every act stands on: the log, the keys of forms, the leases of jobs."
NEW_RECORD = "It makes a record that nobody else can have before it is there."

PART_OF_HANDING = "A part of handing several cases over or back, or of an absence, which are done side by side."
PART_OF_TALKS = (
    "A part of planning, choosing, moving or ending a talk or changing the own hours, and reached only through it."
)
PART_OF_CORRECTING = "A part of correcting a question or taking that back, and reached only through it."
PART_OF_OBJECTION = "A part of deciding on an objection, which locks the objection first."
PART_OF_A_ROLE = "A part of giving a role, which holds the account first."
PART_OF_PRINTING = "A part of making a letter, which keeps one per message, and reached only through it."
PART_OF_ENDING = "A part of ending a scheme, which locks the scheme first."

OWN_WAY_IN = (
    "It is about the own way in of one account or browser, held first or found by its secret; no record of a case."
)
OWN_LINE = "It adds a line of its own to a case that it holds first, or a rule of which a key lets one be in force."
TELLING = "It tells administrators of something to look at, and changes nothing that they look at."
PART_OF_ERASING = (
    "A part of erasing a planned batch or what was asked, which hold the batch, the request and the cases first."
)
NOTING = "It notes each night anew what the work list asks to decide; who decides looks again at what is due."
SCANNING = "It touches one file that waits for a scanner; what is noted twice is noted once."

_REASONS: dict[str, tuple[str, ...]] = {
    NOTING: ("portal.paying.interest_due.note_interest_due",),
    PART_OF_ERASING: (
        "portal.oversight.privacy.erasing.cases.erase_parts",
        "portal.oversight.privacy.retention.actions.note_erased",
    ),
    SCANNING: ("portal.post.files.scanning.scan_waiting",),
    PART_OF_OBJECTION: ("portal.second_look.objections.remedies.remedy_of",),
    PART_OF_ENDING: ("portal.publishing.endings.tell_of_end",),
    PART_OF_PRINTING: ("portal.papers.on_paper.open_way_in_on_paper",),
    QUERY: (
        "portal.framework.staff.rights_to_review",
        "portal.people.accounts.queries.who_of_ended_session",
        "portal.people.accounts.queries.why_session_ended",
        "portal.oversight.privacy.requested.erasures_to_carry_out",
        "portal.cases.own_proof.queries.is_proved",
        "portal.cases.own_proof.queries.was_sent_here",
        "portal.accounting.warnings.queries.desk_warnings",
        "portal.accounting.warnings.queries.notes_on",
        "portal.accounting.warnings.queries.warning_by_key",
        "portal.accounting.warnings.queries.warnings_now",
        "portal.framework.tokens.queries.token_holder",
        "portal.framework.training_files.actions.plan_of_import",
        "portal.awarding.order_of_receipt.queries.earlier_claims",
        "portal.awarding.proposals.actions.computed_proposal",
        "portal.awarding.top_ups.check_top_up",
        "portal.oversight.near_misses.near_misses",
        "portal.oversight.worklist.counts.desk_counts",
        "portal.cases.appointments.queries.choosable",
        "portal.cases.appointments.queries.first_free",
        "portal.cases.appointments.queries.latest_talk",
        "portal.cases.conversations.queries.begun_talk",
        "portal.cases.appointments.queries.planned_on",
        "portal.cases.appointments.queries.reminders_of_talks",
        "portal.cases.appointments.queries.talks_of_ended",
        "portal.cases.appointments.queries.upcoming_talk",
        "portal.oversight.worklist.due.due_items",
        "portal.oversight.worklist.for_me.due_for",
        "portal.oversight.worklist.queries.worklist",
        "portal.oversight.worklist.queries.worklist_counts",
        "portal.oversight.worklist.selection.how_many_selected",
        "portal.oversight.worklist.selection.selected_cases",
        "portal.oversight.worklist.selection.selected_ids",
        "portal.papers.letter_content.letter_content",
        "portal.people.accounts.queries.draft_of_ended_session",
        "portal.people.accounts.queries.session_by_secret",
        "portal.people.accounts.queries.sessions_of",
        "portal.people.accounts.queries.usable_access_link",
        "portal.people.accounts.queries.usable_employer_link",
        "portal.people.accounts.queries.usable_sign_in_link",
        "portal.people.audit.anchors.anchor_now",
        "portal.platform.limits.queries.free_again",
        "portal.platform.sealed_forms.all_waiting",
        "portal.platform.sealed_forms.sealed_at",
        "portal.platform.sealed_forms.sealed_waiting",
    ),
    BOOKING: (
        "portal.ledger.actions.fund",
        "portal.ledger.actions.give_back",
        "portal.ledger.actions.pay",
        "portal.ledger.actions.redeem",
        "portal.ledger.actions.release",
        "portal.ledger.actions.reserve",
        "portal.ledger.expenses.book_expense",
        "portal.ledger.expenses.take_back_expense",
        "portal.ledger.closing.close_books",
        "portal.ledger.reassigning.reassign",
        "portal.ledger.reassigning.reassign_paid",
        "portal.ledger.reassigning.reassign_spent",
        "portal.ledger.restoring.reserve_again",
        "portal.ledger.returning.book_return",
        "portal.ledger.setting_off.set_off_spends",
        "portal.ledger.setting_off.unpay_set_off",
        "portal.ledger.setting_off.unrecover_set_off",
        "portal.ledger.settling.recover_paid",
        "portal.ledger.settling.release_part",
        "portal.ledger.settling.take_back_spends",
        "portal.ledger.undoing.reserve_released_again",
        "portal.ledger.undoing.reserve_spends_again",
        "portal.ledger.undoing.take_back_payment",
    ),
    PART_OF_TAKING_OVER: (
        "portal.accounting.takeover.carrying.carry",
        "portal.accounting.takeover.carrying.carry_some",
        "portal.accounting.takeover.moving.require_second",
        "portal.accounting.takeover.undoing.undo_budgets",
        "portal.accounting.takeover.undoing.undo_everything",
        "portal.accounting.takeover.undoing.undo_vouchers",
    ),
    PART_OF_DECIDING: (
        "portal.awarding.own_debts.actions.owe_of_own",
        "portal.awarding.decisions.actions.take_back_awards",
        "portal.awarding.order_of_receipt.actions.keep_order_of_receipt",
        "portal.awarding.proposals.actions.keep_proposal",
        "portal.awarding.shares_elsewhere.actions.await_shares",
        "portal.awarding.waiting_list.actions.keep_waiting_for_the_rest",
        "portal.spending.changes.actions.lower_price",
        "portal.spending.vouchers.actions.book_redemption",
        "portal.spending.vouchers.actions.issue_award",
        "portal.spending.vouchers.actions.revoke_voucher",
    ),
    PART_OF_PAYING: (
        "portal.paying.bank_outcomes.book_came_back",
        "portal.paying.settlements.unpaid.take_off",
        "portal.paying.by_hand.actions.propose_return",
        "portal.paying.bank_outcomes.book_carried_out",
        "portal.paying.bank_outcomes.close_when_all_is_told",
        "portal.paying.own_payments.book_debt_paid",
        "portal.paying.own_payments.owe_debt_again",
        "portal.paying.payments.actions.book_repaid",
        "portal.paying.payments.actions.owe_again",
    ),
    PART_OF_SETTLING: (
        "portal.paying.recoveries.come_back",
        "portal.paying.recoveries.lower_claim",
        "portal.paying.payments.actions.owe",
        "portal.paying.settlements.actions.claim",
        "portal.paying.settlements.actions.decide_settlement",
    ),
    PART_OF_PLACES: (
        "portal.cases.applications.completeness.lose_place",
        "portal.cases.applications.completeness.take_place",
        "portal.cases.evidence.actions.note_seen",
    ),
    "A part of withdrawing, closing or throwing away a question, and reached only through it.": (
        "portal.people.accounts.actions.end_access_links",
        "portal.people.accounts.actions.forget_question",
    ),
    "A part of opening an account or of taking a provider in, which have rows.": (
        "portal.people.accounts.actions.create_account",
    ),
    PART_OF_DOUBLES: (
        "portal.cases.same_person.actions.judge_double",
        "portal.cases.same_person.actions.separate",
    ),
    "A part of publishing a version or loading a region, which hold the scheme first.": (
        "portal.framework.catalogue.actions.put_in_force",
    ),
    "Done by one person at the command line before the desk opens; nobody else acts then.": (
        "portal.framework.funding.actions.load_funding",
        "portal.framework.loading.load_region",
    ),
    "A part of adding a funding line and of loading, with a key that books once.": (
        "portal.framework.funding.actions.fund_line",
    ),
    PART_OF_HANDING: (
        "portal.cases.owners.actions.give_back_case",
        "portal.cases.owners.actions.stand_in_for_case",
    ),
    PART_OF_TALKS: (
        "portal.cases.conversations.actions.tell_of_talk",
        "portal.cases.diaries.actions.own_diary",
    ),
    PART_OF_CORRECTING: (
        "portal.cases.applications.asked_anew.count_from",
        "portal.cases.applications.following.follow_question",
        "portal.cases.asked.write_asked",
        "portal.cases.corrections.actions.correct",
        "portal.cases.corrections.actions.take_back",
    ),
    "A part of admitting an address and of approving, which have rows.": (
        "portal.cases.employers.actions.know_awarded_address",
        "portal.people.employers.add_address",
    ),
    "A part of saving, choosing and correcting a training, which have rows.": ("portal.cases.contents.keep_training",),
    "A part of correcting a question or a training and of erasing, which have rows.": (
        "portal.cases.earlier_answers.actions.keep_earlier_answers",
    ),
    NEW_RECORD: (
        "portal.cases.linked.actions.same_group",
        "portal.cases.assistance.actions.start_assisted",
        "portal.cases.questions.actions.start_question",
        "portal.people.sessions.open_session",
        "portal.post.files.actions.store_file",
        "portal.post.letters.actions.start_batch",
    ),
    OWN_WAY_IN: (
        "portal.framework.outside_staff.account_from_service",
        "portal.framework.staff.reset_second_step",
        "portal.people.accounts.actions.use_up_sign_in_link",
        "portal.people.factors.actions.add_app",
        "portal.people.factors.actions.add_passkey",
        "portal.people.factors.actions.new_recovery_codes",
        "portal.people.factors.actions.remove_step",
        "portal.people.factors.actions.take_step_with_code",
        "portal.people.factors.actions.take_step_with_passkey",
        "portal.people.sessions.note_proof",
        "portal.people.sign_in_codes.consume_sign_in_code",
        "portal.people.visits.actions.begin_visit",
        "portal.people.visits.actions.end_visit",
        "portal.people.visits.actions.give_up_visit",
        "portal.people.visits.actions.know_at_service",
    ),
    OWN_LINE: (
        "portal.cases.identifying.actions.identify_at_desk",
        "portal.cases.identifying.actions.identify_by_service",
        "portal.framework.assurance.actions.set_assurance",
    ),
    TELLING: (
        "portal.framework.staff.remind_of_review",
        "portal.framework.staff.tell_administrators",
        "portal.oversight.trouble.tell_of_trouble",
        "portal.oversight.unusual_viewing.tell_of_unusual_viewing",
    ),
    PART_OF_A_ROLE: ("portal.framework.tokens.actions.end_tokens_of",),
    SESSIONS: (
        "portal.platform.sealed_forms.keep_sealed",
        "portal.people.accounts.actions.consume_access_link",
        "portal.people.employers.consume_employer_link",
        "portal.people.accounts.actions.end_sessions_of",
        "portal.people.sessions.clear_old_sessions",
        "portal.people.sessions.copy_session",
        "portal.people.sessions.keep_session",
        "portal.people.accounts.actions.revoke_representative_links",
    ),
    SENDING: (
        "portal.cases.questions.actions.send_new_link",
        "portal.cases.questions.actions.tell_asker",
        "portal.papers.correspondence.compose",
        "portal.people.employers.arm_employer_link",
        "portal.post.messages.actions.arm_text_code",
        "portal.cases.own_proof.actions.arm_own_code",
        "portal.people.employers.begin_employer_link",
        "portal.post.letters.actions.keep_letter",
        "portal.post.messages.actions.claim_next",
        "portal.post.messages.actions.enqueue",
        "portal.post.messages.actions.mark_sent",
        "portal.post.messages.actions.mark_trouble",
        "portal.framework.tokens.actions.note_use",
        "portal.post.registrations.actions.claim_registration",
        "portal.post.registrations.actions.lay_down",
        "portal.post.registrations.actions.note_refused",
        "portal.post.registrations.actions.note_registered",
        "portal.post.webhooks.actions.claim_delivery",
        "portal.post.webhooks.actions.note_answer",
        "portal.post.webhooks.actions.take_up_events",
        "portal.spending.providers.actions.tell_provider",
    ),
    UNDERNEATH: (
        "portal.people.audit.actions.record",
        "portal.people.audit.actions.record_refusal",
        "portal.people.audit.actions.record_viewings",
        "portal.platform.idempotency.claim_idempotency",
        "portal.platform.idempotency.forget_expired",
        "portal.platform.limits.actions.forget_counts",
        "portal.post.messages.actions.forget_details",
        "portal.platform.limits.actions.charge",
        "portal.platform.limits.actions.take",
        "portal.platform.jobs.actions.finish",
        "portal.platform.jobs.actions.take",
        "portal.platform.jobs.actions.try_again",
    ),
    "A part of running a replay, which computes first and keeps it when the draft is still the same.": (
        "portal.publishing.replay.actions.keep_replay",
    ),
    "It takes in what was paid as submit_invoice does, through the same lines, for schemes that pay the holder.": (
        "portal.spending.invoices.actions.submit_paid_bill",
    ),
    "A part of making a pile for the printer, which holds it first; a link that was made before is left as it is.": (
        "portal.papers.on_paper.open_way_in_on_paper",
    ),
    "Parts of asking for short messages, proving the number and changing it, which have rows and hold the question first.": (
        "portal.post.messages.actions.prove_code",
        "portal.post.messages.actions.settle_address",
        "portal.post.messages.actions.want_texts",
    ),
    "A part of noting that a mail did not arrive, which has a row.": ("portal.papers.undelivered.note_by_hand",),
    "It removes files that nothing used for two days.": ("portal.post.files.actions.remove_loose_files",),
}

EXCEPTIONS: dict[str, str] = {name: reason for reason, names in _REASONS.items() for name in names}
"""Per act, by its whole name, why it has no row."""
