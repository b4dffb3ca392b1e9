"""What is held of people who work here, of ways in and of looks; and the tables that hold nobody."""

from __future__ import annotations

from portal.oversight.privacy.holdings.rules import Family, Held, Holding, HoldsNobody, erased

_NOBODY = "About money, agreements, schemes or trainings, and nobody."
_OFFICIAL = "Who laid it down or signed is an official, named beside the act and kept with the books."
_WORK = "How somebody here works, under the number of an account that loses its name when its term is over."

_WAY_IN = "A key or a hash by the number of an account, which loses its name when its term is over."


def _log(since: str, why: str = "") -> Holding:
    return Holding(Family.LOGS, since=since, why=why)


OTHER_HOLDINGS: dict[str, Held] = {
    # -- people
    "account": Holding(
        Family.STAFF, erased("display_name"), since="disabled_at", why="The address becomes another too."
    ),
    "organisation": HoldsNobody("An organisation."),
    "scheme_ownership": HoldsNobody("An organisation."),
    "session_record": _log("expires_at"),
    "sign_in_link": _log("expires_at"),
    "access_link": _log("ends_at"),
    "employer_link": _log("created_at"),
    "service_visit": _log("expires_at"),
    **dict.fromkeys(("code_app", "passkey", "recovery_code", "service_identity", "api_token"), HoldsNobody(_WAY_IN)),
    "audit_event": HoldsNobody(
        "What was done, by number of account and record; in it stands no name. It goes with the books."
    ),
    "audit_link": HoldsNobody("States, amounts and days by number; in it stands no name. It goes with the books."),
    "audit_head": HoldsNobody("The end of the log."),
    "act_count": HoldsNobody("Names of acts and numbers."),
    "refusals_of_place": _log("hour", "Keyed hashes of places."),
    "viewing_event": Holding(Family.VIEWING, since="at"),
    # -- platform
    "idempotency_key": _log("expires_at"),
    "sealed_form": _log("expires_at"),
    "limit_count": _log("until"),
    "job_item": HoldsNobody("Ids and days."),
    "computed_apart": HoldsNobody(
        "Amounts by their place in a list, by hashes; the rows go after a day by themselves."
    ),
    "number_series": HoldsNobody(_NOBODY),
    "webhook_delivery": HoldsNobody("That something happened, by its number."),
    # -- the index
    "search_entry": Holding(Family.INDEX),
    "search_term": Holding(Family.INDEX),
    "search_variant": Holding(Family.INDEX),
    "search_due": HoldsNobody("Ids of what changed."),
    # -- who works here
    "diary": HoldsNobody(_WORK),
    "advisor_hours": HoldsNobody(_WORK),
    "day_away": HoldsNobody(_WORK),
    "taken_quarter": HoldsNobody(_WORK),
    "saved_selection": HoldsNobody(_WORK),
    "seen_warning": HoldsNobody(_OFFICIAL),
    "digest_subscription": HoldsNobody(_WORK),
    "report_schedule": HoldsNobody(_OFFICIAL),
    "long_work": HoldsNobody(_WORK),
    "report_file": HoldsNobody("Figures without people, by number of account; the rows go after a week by themselves."),
    "mandate": HoldsNobody("Who may decide what, by number of account."),
    "team": HoldsNobody("A team of advisors: what it is called."),
    "team_place": HoldsNobody("Which municipality is of which team."),
    "team_member": HoldsNobody("Who is in which team, by number of account."),
    # -- what the region laid down, and its accounts
    **dict.fromkeys(
        (
            *("campaign", "door_count", "region_record", "region_snapshot", "scheme", "scheme_version", "funder"),
            *("agreement", "funding_line", "ceiling_announcement", "training_import", "region_training"),
            *(
                "training_price",
                "training_word",
                "earlier_sector",
                "chart_account",
                "agreement_duty",
                "plan_change",
                "plan_approval",
            ),
            *("funder_promise", "tranche", "work_package", "work_package_budget", "inflow_plan", "leftover"),
            *("cofinancing_duty", "report_run", "column_choice", "sampled_voucher", "outcome_approval"),
            *("trusted_signer", "package_import", "replay_run", "retention_term", "erasure_batch", "surety_room"),
            *("line_price", "rebalance_move", "scenario_part"),
        ),
        HoldsNobody(_NOBODY),
    ),
    **dict.fromkeys(
        (
            *("agreement_party", "agreement_document", "cofinancing", "expense", "accounting_period", "report_text"),
            *("audit_sample", "tranche_receipt", "winding_down", "closed_step", "forecast", "money_meter", "surety"),
            *("line_prices", "scenario", "rebalance", "award_round", "assurance_rule", "webhook"),
        ),
        HoldsNobody(_OFFICIAL),
    ),
}
