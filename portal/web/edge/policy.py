"""The one table of who may open what, and who is asking in this request.

`POLICY` has one row per endpoint. The edge looks it up before every view; an endpoint without a row keeps the application from
starting. What one may not see does not exist: the answer is the same 404 as for an unknown address.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, abort, g, has_request_context, request
from werkzeug.exceptions import NotFound

from portal.people.actor import STAFF, Actor, Audience, Grade
from portal.people.audit.actions import Viewing
from portal.platform.errors import Refusal
from portal.platform.i18n import lazy_gettext as _l
from portal.web.edge.in_part import HELPED, NOT_WHILE_HELPING, OPEN_TO_READERS


def current_actor() -> Actor:
    """Who is asking in this request; anonymous when nobody is signed in or there is no request."""
    return g.get("actor", Actor.anonymous()) if g else Actor.anonymous()


def note_viewing(*, question_id: int) -> None:
    """Say that this page shows somebody's case to staff. The edge logs it before the answer leaves; if it cannot, no page."""
    actor = current_actor()
    if has_request_context() and actor.account_id is not None:
        pending: dict[tuple[str, int], Viewing] = g.setdefault("viewings", {})
        screen = request.endpoint or ""
        pending[(screen, question_id)] = Viewing(actor, question_id, screen, g.get("request_id"))


def _rows(audiences: Iterable[Audience], *endpoints: str) -> dict[str, frozenset[Audience]]:
    return dict.fromkeys(endpoints, frozenset(audiences))


ANYONE = frozenset({Audience.ANYONE})
RESIDENT = frozenset({Audience.RESIDENT})
EMPLOYER = frozenset({Audience.EMPLOYER})
ADVISOR = frozenset({Audience.ADVISOR})
OWNER = frozenset({Audience.OWNER})
REGION = frozenset({Audience.REGION})
PROVIDER = frozenset({Audience.PROVIDER})
ADMIN = frozenset({Audience.ADMIN})
HELPER = frozenset({Audience.HELPER})
FUNDER = frozenset({Audience.FUNDER})
CONTROLLER = frozenset({Audience.CONTROLLER})
AUDITOR = frozenset({Audience.AUDITOR})

POLICY: dict[str, frozenset[Audience]] = {
    # -- the edge
    **_rows(ANYONE, "static", "theme", "htmx"),
    # -- web/access
    **_rows(ANYONE, "access.sign_in", "access.sign_in_asked", "access.link", "access.grant"),
    **_rows(ANYONE, "access.sign_out", "access.demo", "access.new_link", "access.new_link_asked"),
    **_rows(ANYONE, "access.stay", "access.unlock", "access.link_by_post", "access.link_by_post_asked"),
    **_rows(ANYONE, "access.link_by_text", "access.healthz", "access.readyz", "access.metrics"),
    **_rows(ANYONE, "access.second", "access.first_second_step", "access.add_code_app", "access.add_a_passkey"),
    **_rows(ANYONE, "access.begin_at_service", "access.back_from_service", "access.leave_service"),
    **_rows(STAFF, "access.prove", "access.own_access", "access.recovery_codes", "access.make_recovery_codes"),
    **_rows(STAFF, "access.remove_code_app", "access.remove_passkey", "access.end_session"),
    **_rows(ANYONE, "access.security_txt", "access.robots", "access.sitemap", "access.widget"),
    **_rows(ADVISOR | PROVIDER | OWNER | REGION, "access.find"),
    **_rows(
        ADMIN | OWNER | REGION | CONTROLLER | AUDITOR | FUNDER,
        *(f"access.{act}" for act in ("long_work", "pause", "go_on", "stop", "repeat")),
    ),
    # -- web/resident
    **_rows(ANYONE, "resident.home", "resident.start", "resident.schemes", "resident.scheme", "resident.method"),
    **_rows(
        ANYONE, "resident.catalogue_data", "resident.scheme_data", "resident.handbook_page", "resident.handbook_file"
    ),
    **_rows(ANYONE, "resident.annex_page", "resident.annex_file"),
    **_rows(ANYONE, "resident.algorithm_register", "resident.algorithm_register_file"),
    **_rows(ANYONE, "resident.privacy", "resident.accessibility", "resident.contact"),
    **_rows(RESIDENT, "resident.wish", "resident.postcode", "resident.municipality", "resident.birth_year"),
    **_rows(RESIDENT, "resident.birth_date", "resident.work_situation", "resident.benefit", "resident.education_level"),
    **_rows(RESIDENT, "resident.training", "resident.training_path", "resident.training_level"),
    **_rows(RESIDENT, "resident.training_sector", "resident.training_start", "resident.costs", "resident.employer"),
    **_rows(RESIDENT, "resident.fact", "resident.borrow", "resident.check", "resident.outcome", "resident.save"),
    **_rows(RESIDENT, "resident.discard", "resident.send", "resident.received", "resident.mine", "resident.status"),
    **_rows(RESIDENT, "resident.answer", "resident.withdraw", "resident.apply", "resident.decision", "resident.links"),
    **_rows(RESIDENT, "resident.own_details", "resident.own_texts", "resident.identify", "resident.prove"),
    **_rows(RESIDENT, "resident.waiting", "resident.objection", "resident.repair_objection", "resident.late"),
    **_rows(RESIDENT, "resident.hearing_wish", "resident.own_view", "resident.representative"),
    **_rows(RESIDENT, "resident.ask_employer", "resident.receipt", "resident.receipt_file", "resident.receipt_pdf"),
    **_rows(RESIDENT, "resident.vouchers", "resident.voucher_paper"),
    **_rows(RESIDENT, "resident.talk", "resident.call_off_talk", "resident.talk_file"),
    # -- web/employer
    **_rows(ANYONE, "employer.start"),
    **_rows(EMPLOYER, "employer.wish", "employer.company", "employer.employer_municipality", "employer.employer_size"),
    **_rows(EMPLOYER, "employer.employer_sector_fund", "employer.group", "employer.training", "employer.training_path"),
    **_rows(EMPLOYER, "employer.training_level", "employer.training_sector", "employer.training_start"),
    **_rows(EMPLOYER, "employer.costs", "employer.fact", "employer.check", "employer.outcome", "employer.save"),
    **_rows(EMPLOYER, "employer.discard", "employer.send", "employer.received", "employer.mine", "employer.status"),
    **_rows(EMPLOYER, "employer.waiting", "employer.objection", "employer.own_view", "employer.repair_objection"),
    **_rows(EMPLOYER, "employer.late", "employer.hearing_wish", "employer.links", "employer.representative"),
    **_rows(EMPLOYER, "employer.own_details", "employer.own_texts", "employer.identify", "employer.prove"),
    **_rows(ADVISOR, "advisor.identify", "advisor.contact"),
    **_rows(REGION, "region.assurance"),
    **_rows(EMPLOYER, "employer.answer", "employer.withdraw", "employer.apply", "employer.decision", "employer.pledge"),
    **_rows(EMPLOYER, "employer.hand_in_pledged", "employer.receipt", "employer.receipt_file", "employer.receipt_pdf"),
    **_rows(EMPLOYER, "employer.bundle", "employer.bundle_training", "employer.bundle_template"),
    **_rows(EMPLOYER, "employer.bundle_upload", "employer.bundle_outcome", "employer.bundle_send"),
    **_rows(EMPLOYER, "employer.bundle_computing"),
    **_rows(EMPLOYER, "employer.bundle_sent", "employer.bundle_file", "employer.bundle_apply"),
    **_rows(ANYONE, "employer.sign_in", "employer.sign_in_asked", "employer.enter"),
    **_rows(EMPLOYER, "employer.desk", "employer.desk_file", "employer.year_page", "employer.year_file"),
    **_rows(ADVISOR, "advisor.employer_addresses", "advisor.end_employer_address"),
    **_rows(EMPLOYER, "employer.vouchers", "employer.voucher_paper"),
    **_rows(EMPLOYER, "employer.talk", "employer.call_off_talk", "employer.talk_file"),
    # -- web/advisor
    **_rows(ADVISOR, "advisor.amend", "advisor.answer", "advisor.apply", "advisor.approve"),
    **_rows(ADVISOR, "advisor.cancel_talk", "advisor.close", "advisor.conversations", "advisor.decision"),
    **_rows(ADVISOR, "advisor.employer", "advisor.go_on", "advisor.history", "advisor.letter"),
    **_rows(ADVISOR, "advisor.message", "advisor.more", "advisor.outbox_list", "advisor.plan_talk"),
    **_rows(ADVISOR, "advisor.printed", "advisor.proposal", "advisor.propose", "advisor.provider"),
    **_rows(ADVISOR, "advisor.provider_list", "advisor.question", "advisor.queue", "advisor.refer"),
    **_rows(ADVISOR, "advisor.register", "advisor.reject", "advisor.revoke", "advisor.send_again"),
    **_rows(ADVISOR, "advisor.talk", "advisor.voucher", "advisor.voucher_list", "advisor.withdraw"),
    **_rows(ADVISOR, "advisor.had_before", "advisor.not_had_before", "advisor.discuss", "advisor.correction"),
    **_rows(ADVISOR, "advisor.group", "advisor.in_one_go", "advisor.prepare_talk"),
    **_rows(ADVISOR, "advisor.orient", "advisor.shortlist_pdf", "advisor.not_delivered", "advisor.trade_register"),
    **_rows(ADVISOR, "advisor.hours", "advisor.add_hours", "advisor.remove_hours", "advisor.days_away"),
    **_rows(ADVISOR, "advisor.remove_away", "advisor.talk_place", "advisor.replan_talk", "advisor.miss_talk"),
    **_rows(ADVISOR, "advisor.ask_call_back", "advisor.answer_call_back", "advisor.talk_file"),
    **_rows(ADVISOR, "advisor.person", "advisor.company", "advisor.to_team"),
    **_rows(ADVISOR, "advisor.for_me", "advisor.queue_file", "advisor.filters", "advisor.forget_filter"),
    **_rows(ADVISOR, "advisor.several", "advisor.handed", "advisor.put_back_handed", "advisor.away", "advisor.back"),
    **_rows(ADVISOR, "advisor.write_note", "advisor.receipt", "advisor.receipt_file", "advisor.receipt_pdf"),
    **_rows(ADVISOR, "advisor.claim", "advisor.hand_over", "advisor.release", "advisor.complete", "advisor.set_aside"),
    **_rows(ADVISOR, "advisor.take_up", "advisor.doubles", "advisor.represent", "advisor.representative_link"),
    **_rows(ADVISOR, "advisor.end_representative", "advisor.representative_proof", "advisor.wait"),
    **_rows(ADVISOR, "advisor.leave_list", "advisor.waiting", "advisor.lead_time", "advisor.delay", "advisor.separate"),
    **_rows(ADVISOR, "advisor.decision_receipt", "advisor.decision_receipt_file", "advisor.decision_receipt_pdf"),
    **_rows(
        ADVISOR, "advisor.extend", "advisor.put_back", "advisor.start_of_training", "advisor.block", "advisor.lower"
    ),
    **_rows(ADVISOR, "advisor.raise_amount", "advisor.provider_of_voucher", "advisor.any_provider"),
    **_rows(ADVISOR, "advisor.cancel_training", "advisor.moved_out", "advisor.settle", "advisor.credit_note"),
    **_rows(ADVISOR, "advisor.lower_settled", "advisor.hear_holder", "advisor.end_voucher", "advisor.drop"),
    **_rows(ADVISOR, "advisor.recovery_list", "advisor.recovery", "advisor.plan_recovery", "advisor.receive"),
    **_rows(ADVISOR, "advisor.write_off_claim", "advisor.voucher_paper", "advisor.remind_claim", "advisor.defer_claim"),
    **_rows(ADVISOR, "advisor.acknowledge_claim", "advisor.claim_interest", "advisor.waive_claim_charges"),
    **_rows(ADVISOR, "advisor.refuse_claim_relief", "advisor.channels"),
    **_rows(REGION, "region.claims", "region.claim", "region.set_off_claim", "region.repay_interest"),
    **_rows(REGION, "region.own_costs"),
    # -- decisions, letters and objections
    **_rows(
        ADVISOR, "advisor.sent_letter", "advisor.letter_pdf", "advisor.post", "advisor.make_batch", "advisor.batch"
    ),
    **_rows(ADVISOR, "advisor.batch_pdf", "advisor.preparations", "advisor.preparation", "advisor.return_preparation"),
    **_rows(ADVISOR, "advisor.take_back_preparation", "advisor.invite", "advisor.view", "advisor.share"),
    **_rows(ADVISOR, "advisor.keep_award", "advisor.propose_anew", "advisor.revise", "advisor.reassign"),
    **_rows(ADVISOR, "advisor.late_decision", "advisor.penalty", "advisor.own_debt_account", "advisor.own_interest"),
    **_rows(ADVISOR, "advisor.objections", "advisor.receive_objection", "advisor.objection", "advisor.lateness"),
    **_rows(ADVISOR, "advisor.receive_of_another", "advisor.ask_repair", "advisor.repaired", "advisor.further_delay"),
    **_rows(ADVISOR, "advisor.ask_to_be_heard", "advisor.wants_to_be_heard", "advisor.interest"),
    **_rows(ADVISOR, "advisor.adjourn", "advisor.hearing", "advisor.heard", "advisor.waive", "advisor.decide"),
    **_rows(ADVISOR, "advisor.withdraw_objection", "advisor.propose_for_objection", "advisor.repay"),
    **_rows(ADVISOR, "advisor.repay_account"),
    **_rows(RESIDENT, "resident.repayment_account"),
    **_rows(EMPLOYER, "employer.repayment_account"),
    **_rows(REGION, "region.mandate_list", "region.end_mandate"),
    # -- trainings of the region
    **_rows(ANYONE, "resident.trainings", "resident.region_training"),
    **_rows(RESIDENT, "resident.pick_training", "resident.shortlist", "resident.shortlist_pdf"),
    **_rows(EMPLOYER, "employer.pick_training", "employer.shortlist", "employer.shortlist_pdf"),
    **_rows(ADVISOR, "advisor.trainings", "advisor.region_training"),
    **_rows(REGION | ADMIN, "region.training_list", "region.new_training", "region.training", "region.retire_training"),
    **_rows(REGION | ADMIN, "region.reinstate_training", "region.trainings_csv", "region.trainings_sheet"),
    **_rows(REGION | ADMIN, "region.send_trainings", "region.training_plan", "region.drop_trainings"),
    **_rows(RESIDENT, "resident.letters", "resident.letter_pdf", "resident.corrections"),
    **_rows(EMPLOYER, "employer.letters", "employer.letter_pdf", "employer.corrections"),
    **_rows(RESIDENT, "resident.letter", "resident.answered", "resident.own_outcome", "resident.own_outcome_pdf"),
    **_rows(EMPLOYER, "employer.letter", "employer.answered", "employer.own_outcome", "employer.own_outcome_pdf"),
    **_rows(RESIDENT, "resident.looked", "resident.own_data", "resident.own_data_json", "resident.own_data_pdf"),
    **_rows(EMPLOYER, "employer.looked", "employer.own_data", "employer.own_data_json", "employer.own_data_pdf"),
    **_rows(RESIDENT, "resident.own_rights", "resident.withdraw_own_right"),
    **_rows(EMPLOYER, "employer.own_rights", "employer.withdraw_own_right"),
    **_rows(ADVISOR, "advisor.privacy_list", "advisor.privacy_request", "advisor.ask_right", "advisor.extend_privacy"),
    **_rows(REGION, "region.retention", "region.retention_kind", "region.retention_term", "region.hold"),
    **_rows(REGION, "region.take_back_retention", "region.end_hold"),
    **_rows(ADMIN, "admin.processing", "admin.processing_file"),
    **_rows(RESIDENT, "resident.outcome_pdf", "resident.feedback"),
    **_rows(EMPLOYER, "employer.outcome_pdf", "employer.feedback"),
    **_rows(RESIDENT, "resident.evidence", "resident.hand_in", "resident.evidence_file"),
    **_rows(EMPLOYER, "employer.evidence", "employer.hand_in", "employer.evidence_file"),
    **_rows(ADVISOR, "advisor.evidence", "advisor.hand_in_piece", "advisor.evidence_file", "advisor.accept_piece"),
    **_rows(ADVISOR, "advisor.return_piece", "advisor.see_piece", "advisor.given_answers"),
    # -- web/owner
    **_rows(OWNER, "owner.near_misses"),
    **_rows(OWNER, "owner.scheme", "owner.scheme_list", "owner.new_scheme", "owner.begin_draft", "owner.edit_draft"),
    **_rows(OWNER, "owner.preview_draft", "owner.import_draft", "owner.export_version", "owner.withdraw_draft"),
    **_rows(OWNER | REGION, "owner.version", "owner.replay_version", "owner.approve_change", "owner.return_version"),
    **_rows(OWNER | REGION, "owner.publish", "owner.compare"),
    **_rows(OWNER, "owner.offer_version", "owner.rebase_version", "owner.retire", "owner.export", "owner.take_in"),
    # -- web/region
    **_rows(REGION, "region.overview", "region.overview_file", "region.transfers", "region.transfers_file"),
    **_rows(
        REGION, "region.budget_list", "region.budget", "region.change_budget", "region.announce", "region.new_budget"
    ),
    **_rows(REGION, "region.aid_register", "region.aid_register_file", "region.registered_award"),
    **_rows(REGION, "region.reviews", "region.signers", "region.remove_signer"),
    # -- web/provider
    **_rows(PROVIDER, "provider.invoice", "provider.redeem", "provider.redemption", "provider.redemptions"),
    **_rows(PROVIDER, "provider.invoice_list", "provider.sent_invoice", "provider.invoice_file"),
    **_rows(PROVIDER, "provider.account_number", "provider.keep_voucher"),
    **_rows(ANYONE, "provider.sign_up", "provider.signed_up"),
    # -- invoices, payments, outcomes and signals
    **_rows(ADVISOR, "advisor.invoice_list", "advisor.invoice", "advisor.accept", "advisor.refuse"),
    **_rows(ADVISOR, "advisor.invoice_file", "advisor.registration_list", "advisor.registration"),
    **_rows(ADVISOR, "advisor.account_number", "advisor.delist", "advisor.flag_list", "advisor.flag"),
    **_rows(REGION, "region.payment_list", "region.make_payment_batch", "region.payment_batch", "region.payment_file"),
    **_rows(REGION, "region.bank_statement", "region.outcomes", "region.books"),
    **_rows(REGION, "region.unmatched", "region.unmatched_line", "region.payment_outcome", "region.waiting_outcomes"),
    **_rows(RESIDENT, "resident.training_progress", "resident.training_paid_bill", "resident.training_outcome"),
    **_rows(EMPLOYER, "employer.training_progress", "employer.training_paid_bill", "employer.training_outcome"),
    # -- web/two_people
    **_rows(ADVISOR | OWNER | REGION | ADMIN, "two_people.waiting_list", "two_people.act", "two_people.send_back"),
    **_rows(ADVISOR | OWNER | REGION | ADMIN, "two_people.take_back"),
    **_rows(ADVISOR | OWNER | REGION | ADMIN | CONTROLLER | AUDITOR, "two_people.powers"),
    # -- web/accounting
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.overview", "accounting.package_list"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.expense_list", "accounting.expenses_file"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.expense", "accounting.cofinancing_list"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.cofinancing", "accounting.cofinancing_file"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.expense_file", "accounting.evidence_file"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.payment_evidence_file"),
    **_rows(REGION, "accounting.new_package", "accounting.work_package", "accounting.new_expense"),
    **_rows(REGION, "accounting.approve_laid_expense", "accounting.return_expense", "accounting.reverse_expense"),
    **_rows(REGION, "accounting.cofinancing_duty", "accounting.new_cofinancing", "accounting.add_evidence"),
    **_rows(REGION, "accounting.prove_entry", "accounting.refuse_entry"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.register_page", "accounting.register_file"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.register_sheet"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.cross_table_page", "accounting.cross_table_file"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.cross_table_sheet"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.plot_page", "accounting.plot_image", "accounting.plot_file"),
    **_rows(REGION | CONTROLLER, "accounting.pace_page"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.channel_page", "accounting.channel_file"),
    **_rows(REGION, "accounting.campaign_list", "accounting.campaign"),
    **_rows(REGION, "accounting.end_a_campaign", "accounting.take_up_a_campaign"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.agreement_list"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.agreement", "accounting.agreements_file"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.agreement_document", "accounting.tranche"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.duty_calendar", "accounting.duties_file"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.funders_money", "accounting.liquidity_file"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.tranches_file"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.waiting_money", "accounting.waiting_money_file"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.standing_file"),
    **_rows(REGION, "accounting.new_agreement", "accounting.amend_agreement", "accounting.new_party"),
    **_rows(REGION, "accounting.sign_party", "accounting.new_document", "accounting.new_duty", "accounting.duty"),
    **_rows(REGION, "accounting.change_duty", "accounting.drop_duty", "accounting.new_change"),
    **_rows(REGION, "accounting.plan_answer", "accounting.promise", "accounting.new_tranche"),
    **_rows(REGION, "accounting.tranche_receipt", "accounting.change_tranche", "accounting.call_tranche"),
    **_rows(REGION, "accounting.drop_tranche", "accounting.receive_tranche"),
    **_rows(REGION, "accounting.ask_undo_receipt", "accounting.undo_tranche_receipt"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.period_list", "accounting.period"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.period_file"),
    **_rows(REGION, "accounting.new_period", "accounting.lay_down_period", "accounting.take_back_period"),
    **_rows(REGION, "accounting.close_the_period"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.journal", "accounting.journal_csv", "accounting.journal_xaf"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.journal_xaf_4", "accounting.chart_list"),
    **_rows(REGION, "accounting.chart_line", "accounting.work_a_rebalance_out_anew"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.winding_list", "accounting.winding"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.forecast_list", "accounting.forecast"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.forecast_image", "accounting.forecast_file"),
    **_rows(REGION | CONTROLLER, "accounting.new_forecast"),
    **_rows(REGION, "accounting.set_money_meter", "accounting.end_a_surety", "accounting.drop_a_round"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.surety_list", "accounting.surety", "accounting.award_round"),
    **_rows(REGION, "accounting.new_surety", "accounting.begin_a_surety", "accounting.set_a_room"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.rebalance_list", "accounting.rebalance"),
    **_rows(REGION, "accounting.new_rebalance", "accounting.carry_out_a_rebalance", "accounting.drop_a_rebalance"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.price_list", "accounting.scenario_list", "accounting.scenario"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.scenarios_side_by_side", "accounting.round_list"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.scenario_file", "accounting.scenario_sheet"),
    **_rows(REGION, "accounting.new_round", "accounting.give_round_points", "accounting.divide_a_round"),
    **_rows(REGION, "accounting.work_out_line_prices", "accounting.put_line_prices_in_force"),
    **_rows(REGION, "accounting.drop_line_prices", "accounting.end_line_prices"),
    **_rows(REGION, "accounting.new_scenario", "accounting.work_out_scenario", "accounting.drop_a_scenario"),
    **_rows(REGION, "accounting.begin_winding", "accounting.close_winding_step", "accounting.stop_ending_scheme"),
    **_rows(REGION, "accounting.lay_down_leftovers", "accounting.take_back_leftovers"),
    **_rows(REGION, "accounting.transfer_leftovers", "accounting.call_off_winding"),
    **_rows(REGION, "accounting.administration_list", "accounting.administration_template"),
    **_rows(REGION, "accounting.new_administration", "accounting.administration_file", "accounting.administration"),
    **_rows(REGION, "accounting.administration_columns", "accounting.administration_choice"),
    **_rows(REGION, "accounting.try_an_administration", "accounting.lay_down_an_administration"),
    **_rows(REGION, "accounting.take_over_an_administration", "accounting.return_an_administration"),
    **_rows(REGION, "accounting.drop_an_administration", "accounting.lay_down_an_undo"),
    **_rows(REGION, "accounting.undo_an_administration"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.report"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.report_figure", "accounting.report_sheet"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.report_list", "accounting.report_paper"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.report_file_list", "accounting.report_file"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.ask_report_file"),
    **_rows(REGION, "accounting.report_text"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.report_calendar", "accounting.report_mails"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "accounting.ask_report_mail", "accounting.end_report_mail"),
    **_rows(REGION | CONTROLLER | AUDITOR, "accounting.sample_list", "accounting.sample"),
    **_rows(AUDITOR, "accounting.draw", "accounting.sample_bundle"),
    **_rows(AUDITOR, "accounting.sample_voucher", "accounting.sample_paper"),
    **_rows(REGION | CONTROLLER, "accounting.warning_list", "accounting.warning", "accounting.show_warning_again"),
    **_rows(REGION | CONTROLLER, "accounting.warnings_by_mail", "accounting.inflow"),
    **_rows(REGION, "accounting.change_inflow_plan"),
    # -- web/assisting
    **_rows(ADVISOR | HELPER, "assisting.overview", "assisting.go_on", "api.send_question", "api.send_form"),
    **_rows(RESIDENT | EMPLOYER, "assisting.stop"),
    **_rows(REGION | ADMIN, "region.outage_list", "region.end_of_outage", "region.drop_outage"),
    # -- web/api: for who has no token too, and with a token
    **_rows(ANYONE, "api.schemes", "api.scheme", "api.facts", "api.trainings", "api.training"),
    **_rows(ANYONE, "api.openapi", "api.client", "api.make_mix", "api.check_mix"),
    **_rows(ADVISOR, "api.questions", "api.question", "api.vouchers", "api.voucher"),
    **_rows(PROVIDER, "api.look_up_voucher", "api.reserve_voucher", "api.submit_invoice_by_program"),
    **_rows(PROVIDER, "api.submit_electronic_invoice"),
    **_rows(ADVISOR | PROVIDER, "api.invoices", "api.invoice"),
    **_rows(ADVISOR | REGION, "api.allocations"),
    **_rows(REGION | CONTROLLER | AUDITOR | FUNDER, "api.accountability"),
    # -- web/admin
    **_rows(ADMIN, "admin.token_list", "admin.new_token", "admin.token", "admin.approve_the_token"),
    **_rows(ADMIN, "admin.replace_the_token", "admin.end_the_token"),
    **_rows(ADMIN, "admin.webhook_list", "admin.new_webhook", "admin.webhook", "admin.end_the_webhook"),
    **_rows(ADMIN, "admin.send_word_again", "admin.account", "admin.account_list", "admin.add", "admin.disable"),
    **_rows(ADMIN, "admin.enable", "admin.end_sessions", "admin.ledger", "admin.make_link"),
    **_rows(ADMIN, "admin.overview", "admin.running_page", "admin.send_again", "admin.try_registration_again"),
    **_rows(ADMIN, "admin.limit", "admin.reset_step", "admin.rights_review", "admin.confirm", "admin.unusual_viewing"),
    **_rows(ADMIN, "admin.team_list", "admin.team", "admin.add_member", "admin.remove_member", "admin.end_team"),
    **_rows(ADMIN, "admin.set_places"),
    **_rows(ADMIN, "admin.begin_job", "admin.job_list", "admin.try_job_again", "admin.registration_list"),
}


class SessionOver(NotFound):
    """A form that was sent to a page that nobody in particular may open: most often a session that is over."""


class PolicyMissing(RuntimeError):
    """An endpoint has no row in `POLICY`: the application does not start."""


def require_policy(app: Flask) -> None:
    """Refuse to start when an endpoint has no row in `POLICY`. Raises `PolicyMissing` with the names."""
    missing = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - POLICY.keys())
    if missing:
        raise PolicyMissing(f"no audience in portal/web/edge/policy.py POLICY for: {', '.join(missing)}")


def admits(endpoint: str, audience: Audience) -> bool:
    """Whether the policy lets `audience` in at `endpoint`."""
    audiences = POLICY.get(endpoint, frozenset())
    return Audience.ANYONE in audiences or audience in audiences


def guard() -> None:
    """Stop the request with a 404 when the policy does not admit the actor. Runs before every view."""
    endpoint, actor = request.endpoint, current_actor()
    if endpoint is not None and not (admits(endpoint, actor.audience) and _open_to_who_helps(endpoint, actor)):
        if request.method == "POST" and actor.audience is Audience.ANYONE:
            raise SessionOver
        abort(404)
    reads_only = actor.grade is Grade.READER and request.method not in ("GET", "HEAD", "OPTIONS")
    if endpoint is not None and reads_only and endpoint not in OPEN_TO_READERS:
        raise Refusal("only_reads", _l("U kunt hier alleen meelezen. Vraag een collega om dit te doen."))


def _open_to_who_helps(endpoint: str, actor: Actor) -> bool:
    """For who helps only the pages of a draft and the public ones; for everybody else all that the policy admits."""
    if not actor.is_helping:
        return True
    public = Audience.ANYONE in POLICY.get(endpoint, frozenset()) and endpoint not in NOT_WHILE_HELPING
    return public or endpoint in HELPED
