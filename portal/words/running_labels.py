"""What the page of the administrator calls the things that must run, and how they stand."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

ASPECTS: Mapping[str, LazyString] = {
    "disk": _l("Ruimte op de schijf"),
    "mail": _l("Mail die wacht"),
    "undelivered": _l("Mail die niet weg kon"),
    "jobs": _l("De taken"),
    "given_up": _l("Opgegeven werk"),
    "stuck": _l("Werk dat is blijven hangen"),
    "books": _l("Controle van de boekhouding"),
    "backup": _l("Laatste back-up"),
    "drill": _l("Back-up teruggezet als proef"),
    "archive": _l("Besluiten naar het archief"),
    "webhooks": _l("Berichten aan andere systemen"),
    "scanner": _l("Virusscanner"),
}
SIGNS: Mapping[str, tuple[LazyString, str]] = {
    "ok": (_l("in orde"), "ok"),
    "warning": (_l("let op"), "wait"),
    "wrong": (_l("niet in orde"), "no"),
}
WORK_KINDS: Mapping[str, LazyString] = {
    "job": _l("Taak"),
    "replay": _l("Proef met een conceptregeling"),
    "scenario": _l("Scenario uitrekenen"),
    "forecast": _l("Prognose maken"),
    "prices": _l("Prijzen van budgetten uitrekenen"),
    "round": _l("Geld van een ronde verdelen"),
    "rebalance": _l("Herboekingen uitrekenen"),
    "surety_room": _l("Ruimte van een garantie uitrekenen"),
    "takeover_trial": _l("Proef met een bestaande administratie"),
    "takeover": _l("Bestaande administratie overnemen"),
    "takeover_undo": _l("Het overnemen ongedaan maken"),
    "report_file": _l("Bestand van een verslag maken"),
    "trainings": _l("Lijst met opleidingen inlezen"),
    "search": _l("Zoekindex opnieuw maken"),
}
WORK_STATES: Mapping[str, tuple[LazyString, str]] = {
    "waiting": (_l("wacht"), "wait"),
    "running": (_l("wordt gedaan"), "wait"),
    "paused": (_l("in pauze"), "neutral"),
    "done": (_l("gedaan"), "ok"),
    "cancelled": (_l("gestopt"), "neutral"),
    "failed": (_l("mislukt"), "no"),
}
WORK_TROUBLES: Mapping[str, LazyString] = {
    "does_not_parse": _l("Deze regeling is nog niet af. Verbeter eerst wat er niet klopt."),
    "scenario_gone": _l("Dit scenario is intussen weggegooid."),
    "gone": _l("Wat dit scenario verandert, is er niet meer. Maak een nieuw scenario."),
    "nothing_to_learn": _l("Er is nog geen voucher of geen budget dat doorloopt. Dan valt er niets te verwachten."),
    "forecast_older": _l("Er is intussen een nieuwere prognose."),
    "too_little_past": _l("Er zijn nog te weinig vragen gesteld om vooruit te kijken. Dat kan vanaf tien vragen."),
    "no_money": _l("Er is geen budget dat nog loopt. Dan zijn er geen prijzen."),
    "prices_decide": _l(
        "In deze regio gaat de prijs van geld voor wat mensen zelf betalen. Dan rekent het loket geen prijzen uit."
    ),
    "prices_moved_on": _l("De prijzen staan er intussen anders voor. Bekijk ze opnieuw."),
    "ClusterMissing": _l("De computers die meerekenen, antwoorden niet. Vraag het de beheerder."),
    "round_gone": _l("Deze ronde is er niet meer. Kijk bij de rondes wat er nu staat."),
    "round_not_over": _l("Er kunnen nog aanvragen bij komen. Verdeel het geld na de laatste dag."),
    "round_moved_on": _l("Deze ronde staat er intussen anders voor. Bekijk haar opnieuw."),
    "day_not_ahead": _l("Kies een dag die nog komt, binnen tien jaar."),
    "rebalance_gone": _l("Dit plan is er niet meer. Maak een nieuw plan."),
    "rebalance_moved_on": _l(
        "Dit plan is intussen vervallen of al uitgerekend. Open het plan en kijk hoe het nu staat."
    ),
    "rebalance_waiting": _l("Er wacht al een plan op een tweede persoon. Dat gaat voor."),
    "surety_gone": _l("Deze garantie is er niet meer. Kijk bij verwacht gebruik wat er nu geldt."),
    "surety_moved_on": _l("Dit is intussen veranderd. Kijk hoe het nu staat."),
    "surety_room_older": _l("De ruimte is intussen al van een latere dag."),
    "surety_books_moved": _l(
        "Er is intussen geboekt op dit budget. Reken de ruimte over een paar minuten nog een keer uit."
    ),
    "asker_gone": _l("Wie dit vroeg, mag het niet meer."),
}
"""Why work could not be done, by the code of what went wrong; of other codes the code itself is said."""
