"""Decisions about what somebody has to pay back, and about what is due for a late decision: rows of the table of decisions."""

from __future__ import annotations

from portal.awarding.decisions.models import DecisionKind
from portal.framework.powers import Power
from portal.papers.legal_rows import DecisionRow, Recourse
from portal.platform.i18n import lazy_gettext as _l

_ASKED_FOR = _l("Niet nodig: de houder krijgt wat is gevraagd (4:8)")
_OTHER_TERMS = _l("Er komen andere termijnen (7:11)")
_RELIEF = "tests/portal/paying/collecting/test_relief.py"
_OWN_INTEREST = "tests/portal/paying/late_interest/test_late_interest.py"
_PENALTIES = "tests/portal/second_look/late_decisions/test_penalties_paid.py"

ON_CLAIMS: tuple[DecisionRow, ...] = (
    DecisionRow(
        _l("Rente vaststellen over wat te laat terugkwam"),
        "portal.paying.collecting.actions.determine_interest",
        Power.AWARD,
        DecisionKind.INTEREST,
        ("recovery/interest",),
        ("4:87", "4:98", "4:99"),
        _l("Niet nodig: bezwaar kan, en wat is betaald, kan helemaal terug (4:12)"),
        Recourse.OBJECTION,
        _l("De rente vervalt; wat daarvan is betaald, krijgt de houder terug (7:11)"),
        (
            "tests/portal/paying/collecting/test_collecting.py"
            "::test_interest_is_determined_when_the_claim_was_paid_and_then_paid_too",
        ),
    ),
    DecisionRow(
        _l("Een verrekening van wat iemand moet terugbetalen"),
        "portal.paying.setting_off.actions.set_off",
        Power.SET_OFF,
        DecisionKind.SET_OFF,
        ("recovery/set_off",),
        ("4:57", "4:93"),
        _l("Niet nodig: bezwaar kan, en wat is ingehouden, kan helemaal terug (4:12)"),
        Recourse.OBJECTION,
        _l("Wat is ingehouden, wordt uitbetaald; het moet dan weer worden terugbetaald (7:11)"),
        (
            "tests/portal/paying/setting_off/test_setting_off.py"
            "::test_a_claim_on_a_holder_is_set_off_by_a_decision_that_one_may_object_to",
        ),
    ),
    DecisionRow(
        _l("Uitstel van betaling geven"),
        "portal.paying.collecting.relief.defer_payment",
        Power.AWARD,
        DecisionKind.PUT_OFF,
        ("recovery/deferred",),
        ("4:94",),
        _ASKED_FOR,
        Recourse.OBJECTION,
        _OTHER_TERMS,
        (f"{_RELIEF}::test_paying_later_is_a_decision_with_a_letter_and_a_last_day_to_object",),
    ),
    DecisionRow(
        _l("Termijnen afspreken voor wat iemand terugbetaalt"),
        "portal.paying.recoveries.plan_instalments",
        Power.AWARD,
        DecisionKind.PUT_OFF,
        ("recovery/planned",),
        ("4:94",),
        _ASKED_FOR,
        Recourse.OBJECTION,
        _OTHER_TERMS,
        (f"{_RELIEF}::test_paying_later_is_a_decision_with_a_letter_and_a_last_day_to_object",),
    ),
    DecisionRow(
        _l("Uitstel of kwijtschelding weigeren"),
        "portal.paying.collecting.relief.refuse_relief",
        Power.AWARD,
        DecisionKind.PUT_OFF,
        ("recovery/not_deferred", "recovery/not_waived"),
        ("4:94", "4:94a"),
        _l("Niet nodig: bezwaar kan, en wat is betaald, kan helemaal terug (4:12)"),
        Recourse.OBJECTION,
        _l("Er komen termijnen, of er vervalt een bedrag (7:11)"),
        (f"{_RELIEF}::test_refusing_to_let_somebody_pay_later_or_less_is_a_decision_too",),
    ),
    DecisionRow(
        _l("Kwijtschelden wat iemand moet terugbetalen"),
        "portal.paying.recoveries.write_off",
        Power.WRITE_OFF,
        DecisionKind.WAIVED,
        ("recovery/written_off",),
        ("4:94a",),
        _ASKED_FOR,
        Recourse.OBJECTION,
        _l("Er vervalt meer (7:11)"),
        (f"{_RELIEF}::test_letting_a_part_go_is_a_decision_and_a_founded_objection_lets_more_go",),
    ),
    DecisionRow(
        _l("Kosten en rente kwijtschelden"),
        "portal.paying.collecting.relief.waive_charges",
        Power.WRITE_OFF,
        DecisionKind.WAIVED,
        ("recovery/charges_waived",),
        ("4:94a",),
        _ASKED_FOR,
        Recourse.OBJECTION,
        _l("Er vervalt meer (7:11)"),
        (f"{_RELIEF}::test_letting_costs_go_is_a_decision",),
    ),
    DecisionRow(
        _l("Rente laten vervallen na een gegrond bezwaar"),
        "portal.paying.collecting.undoing.undo_interest",
        Power.AWARD,
        DecisionKind.UNDONE,
        ("recovery/interest_undone",),
        ("7:11",),
        _l("Gehoord over het bezwaar (7:2)"),
        Recourse.APPEAL,
        _l("De rechtbank oordeelt (8:72)"),
        (
            "tests/portal/second_look/objections/test_claims_undone.py"
            "::test_interest_lapses_and_what_was_paid_of_it_is_owed_and_paid_by_another",
        ),
    ),
    DecisionRow(
        _l("Een verrekening ongedaan maken na een gegrond bezwaar"),
        "portal.paying.setting_off.undoing.undo_set_off",
        Power.AWARD,
        DecisionKind.UNDONE,
        ("recovery/set_off_undone",),
        ("4:87", "7:11"),
        _l("Gehoord over het bezwaar (7:2)"),
        Recourse.APPEAL,
        _l("De rechtbank oordeelt (8:72)"),
        (
            "tests/portal/second_look/objections/test_claims_undone.py"
            "::test_what_was_set_off_is_paid_and_the_claim_is_open_again_with_new_days_to_pay",
        ),
    ),
    DecisionRow(
        _l("De dwangsom vaststellen als een besluit te laat is"),
        "portal.second_look.late_decisions.actions.settle_penalty",
        Power.AWARD,
        DecisionKind.PENALTY,
        ("late/penalty",),
        ("4:17", "4:18", "4:19"),
        _l("Niet nodig: wie in gebreke stelde, krijgt wat de wet geeft"),
        Recourse.OBJECTION,
        _l("De dwangsom wordt opnieuw vastgesteld (4:19, 7:11)"),
        (
            "tests/portal/second_look/late_decisions/test_late_decisions.py"
            "::test_the_letters_name_the_days_the_amount_the_body_and_the_last_day_to_object",
        ),
    ),
    DecisionRow(
        _l("De dwangsom opnieuw vaststellen na een gegrond bezwaar"),
        "portal.second_look.penalties.actions.settle_penalty_again",
        Power.AWARD,
        None,
        ("late/penalty_again",),
        ("4:17", "4:19", "7:11"),
        _l("Gehoord over het bezwaar (7:2)"),
        Recourse.APPEAL,
        _l("De rechtbank oordeelt (8:72)"),
        (f"{_PENALTIES}::test_a_founded_objection_against_the_penalty_alone_gives_the_difference",),
    ),
    DecisionRow(
        _l("Rente vaststellen over wat de regio te laat betaalde"),
        "portal.paying.late_interest.actions.determine_own_interest",
        Power.AWARD,
        DecisionKind.OWN_INTEREST,
        ("late/interest",),
        ("4:98", "4:99", "4:102"),
        _l("Niet nodig: de persoon krijgt wat de wet geeft"),
        Recourse.OBJECTION,
        _l("De rente wordt hoger vastgesteld (7:11)"),
        (f"{_OWN_INTEREST}::test_what_goes_back_after_an_objection_bears_interest_from_each_payment_on",),
    ),
    DecisionRow(
        _l("De rente van de regio opnieuw vaststellen na een gegrond bezwaar"),
        "portal.paying.late_interest.actions.determine_own_interest_again",
        Power.AWARD,
        None,
        ("late/interest_again",),
        ("4:99", "7:11"),
        _l("Gehoord over het bezwaar (7:2)"),
        Recourse.APPEAL,
        _l("De rechtbank oordeelt (8:72)"),
        (f"{_OWN_INTEREST}::test_a_founded_objection_gives_the_difference_and_is_told_with_the_way_to_the_court",),
    ),
)
