"""The words for states and kinds on the screens of staff: a label and the look of its tag."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l
from portal.words.decision_labels import DECISION_ACTIONS

Labelled = tuple[LazyString, str]

QUESTION_STATES: dict[str, Labelled] = {
    "draft": (_l("nog niet verstuurd"), "neutral"),
    "submitted": (_l("advies gevraagd"), "info"),
    "applied": (_l("aangevraagd"), "info"),
    "waiting": (_l("wacht op aanvrager"), "wait"),
    "decided": (_l("besloten"), "ok"),
    "referred": (_l("doorverwezen"), "neutral"),
    "set_aside": (_l("niet in behandeling"), "no"),
    "withdrawn": (_l("ingetrokken"), "neutral"),
    "closed": (_l("afgesloten"), "neutral"),
}
STANDINGS: Mapping[str, Labelled] = QUESTION_STATES | {
    "talk_planned": (_l("gesprek gepland"), "info"),
    "talk_held": (_l("gesprek gevoerd"), "info"),
    "proposed": (_l("voorstel klaar"), "info"),
    "prepared": (_l("voorgelegd aan een collega"), "wait"),
    "objected": (_l("bezwaar"), "wait"),
}
REPRESENTATIVE_KINDS: Mapping[str, LazyString] = {
    "authorised": _l("met een machtiging"),
    "parent": _l("als ouder"),
    "guardian": _l("als voogd, curator, mentor of bewindvoerder"),
    "lawyer": _l("als advocaat"),
}
PLACE_STATES: Mapping[str, Labelled] = {
    "waiting": (_l("wacht"), "wait"),
    "offered": (_l("geld vrij"), "ok"),
    "left": (_l("gestopt met wachten"), "neutral"),
}
STEPS: Mapping[str, LazyString] = {
    "reaction": _l("Van vraag tot reactie"),
    "talk": _l("Van vraag tot eerste gesprek"),
    "application": _l("Van vraag tot aanvraag"),
    "completion": _l("Van aanvraag tot compleet"),
    "decision": _l("Van aanvraag tot besluit, zonder stilstand"),
    "whole": _l("Van vraag tot besluit"),
}
WHOSE: Mapping[str, LazyString] = {
    "everybody": _l("Van iedereen"),
    "mine": _l("Van mij"),
    "nobody": _l("Van niemand"),
}
ROUTES: Mapping[str, LazyString] = {"individual": _l("inwoner"), "employer": _l("werkgever")}
CONTACT_WAYS: Mapping[str, LazyString] = {"email": _l("e-mail"), "phone": _l("telefoon"), "post": _l("post")}
MORE_BY_MAIL: Mapping[str, LazyString] = {
    "decision": _l("Besluiten, en berichten over bezwaar"),
    "voucher": _l("Berichten over vouchers en geld"),
}
"""What somebody may agree to have by e-mail beside messages about the question."""
MESSAGE_TOPICS: Mapping[str, LazyString] = {"case": _l("Berichten over uw vraag"), **MORE_BY_MAIL}
TOPICS_AT_THE_DESK: Mapping[str, LazyString] = {
    "case": _l("Over de vraag"),
    "decision": _l("Besluiten, aanmaningen en bezwaar"),
    "voucher": _l("Vouchers en geld"),
}
CHANNELS: Mapping[str, LazyString] = {
    "email": _l("per e-mail"),
    "letter": _l("per post"),
    "call": _l("telefonisch; wat op papier moet, per post"),
    "sms": _l("per sms; wat op papier moet, per post"),
}
TALK_WAYS: Mapping[str, LazyString] = {
    "desk": _l("aan het loket"),
    "phone": _l("telefoon"),
    "video": _l("videobellen"),
    "workplace": _l("op de werkplek"),
}
TALK_STATES: Mapping[str, Labelled] = {
    "planned": (_l("gepland"), "wait"),
    "held": (_l("gevoerd"), "ok"),
    "cancelled": (_l("afgezegd"), "neutral"),
    "missed": (_l("niet gekomen"), "no"),
}
PLEDGE_STATES: Mapping[str, Labelled] = {
    "expected": (_l("verwacht"), "wait"),
    "asked": (_l("gevraagd"), "wait"),
    "given": (_l("toegezegd"), "ok"),
    "declined": (_l("betaalt niet mee"), "no"),
}
PLEDGE_KINDS: Mapping[str, LazyString] = {"fixed": _l("een vast bedrag"), "up_to": _l("hoogstens dit bedrag")}
CLOSE_REASONS: Mapping[str, LazyString] = {
    "helped": _l("De persoon is geholpen"),
    "no_answer": _l("De persoon antwoordt niet"),
    "finished": _l("De opleiding is klaar"),
    "other": _l("Iets anders"),
}
PROPOSAL_KINDS: Mapping[str, LazyString] = {
    "computed": _l("berekend"),
    "renewed": _l("opnieuw berekend"),
    "amended": _l("aangepast door adviseur"),
}
DECISION_KINDS: Mapping[str, Labelled] = {
    "approved": (_l("goedgekeurd"), "ok"),
    "partly": (_l("voor een deel goedgekeurd"), "ok"),
    "rejected": (_l("afgewezen"), "no"),
    "referred": (_l("doorverwezen"), "neutral"),
    "supplemented": (_l("meer toegekend"), "ok"),
    "settled": (_l("vastgesteld"), "ok"),
    "settled_less": (_l("vaststelling verlaagd"), "no"),
    "revoked": (_l("ingetrokken"), "no"),
    "lowered": (_l("verlaagd"), "neutral"),
    "restored": (_l("teruggegeven"), "ok"),
    "taken_over": (_l("overgenomen"), "neutral"),
    "set_aside": (_l("niet in behandeling"), "no"),
    "taken_up": (_l("toch in behandeling"), "info"),
    "interest": (_l("rente vastgesteld"), "neutral"),
    "set_off": (_l("verrekend"), "neutral"),
    "put_off": (_l("uitstel van betaling"), "neutral"),
    "waived": (_l("kwijtschelding"), "neutral"),
    "penalty": (_l("dwangsom"), "neutral"),
    "own_interest": (_l("rente van de regio"), "neutral"),
    "undone": (_l("ongedaan gemaakt"), "neutral"),
}
OUTCOMES: Mapping[str, Labelled] = {
    "awarded": (_l("toegekend"), "ok"),
    "rejected": (_l("afgewezen"), "no"),
    "set_aside": (_l("niet in behandeling"), "no"),
}
VOUCHER_STATES: Mapping[str, Labelled] = {
    "issued": (_l("nog niet gebruikt"), "info"),
    "partly_redeemed": (_l("deels gebruikt"), "info"),
    "redeemed": (_l("gebruikt"), "ok"),
    "expired": (_l("verlopen"), "neutral"),
    "revoked": (_l("voucher ingetrokken"), "no"),
    "settled": (_l("vastgesteld"), "ok"),
}
MESSAGE_KINDS: Mapping[str, LazyString] = {"email": _l("e-mail"), "letter": _l("brief"), "sms": _l("sms")}
MESSAGE_STATES: Mapping[str, Labelled] = {
    "queued": (_l("wacht"), "wait"),
    "sending": (_l("wordt verstuurd"), "wait"),
    "sent": (_l("verstuurd"), "ok"),
    "failed": (_l("niet gelukt"), "no"),
}
RECIPIENTS: Mapping[str, LazyString] = {
    "resident": _l("inwoner"),
    "employer": _l("werkgever"),
    "account": _l("medewerker"),
    "provider": _l("opleider"),
}
ROLES: Mapping[str, LazyString] = {
    "advisor": _l("Adviseur"),
    "owner": _l("Eigenaar van regelingen"),
    "region": _l("Regio"),
    "provider": _l("Opleider"),
    "admin": _l("Beheerder"),
    "helper": _l("Helper, bijvoorbeeld van een bibliotheek"),
    "funder": _l("Financier"),
    "controller": _l("Controller"),
    "auditor": _l("Accountant"),
}
VERDICTS: Mapping[str, Labelled] = {
    "in_mix": (_l("zit erin"), "ok"),
    "eligible": (_l("mag"), "info"),
    "unknown": (_l("misschien"), "wait"),
    "not_eligible": (_l("mag niet"), "no"),
    "ended": (_l("bestaat niet meer"), "neutral"),
    "closed": (_l("gesloten"), "neutral"),
    "not_yet_open": (_l("nog niet open"), "neutral"),
    "ceiling_reached": (_l("geld is op"), "neutral"),
    "other_route": (_l("andere route"), "neutral"),
}
OUTCOME_STATUSES: Mapping[str, Labelled] = {
    "met": (_l("klopt"), "ok"),
    "not_met": (_l("klopt niet"), "no"),
    "unknown": (_l("niet bekend"), "wait"),
}
CONFIDENCE: Mapping[str, Labelled] = {
    "verified": (_l("gelezen in de bron"), "ok"),
    "verified_old": (_l("gelezen in een oude bron"), "wait"),
    "secondary": (_l("uit een andere bron"), "wait"),
    "general": (_l("algemene kennis"), "wait"),
    "unknown": (_l("niet gevonden"), "no"),
}
SCHEME_KINDS: Mapping[str, LazyString] = {
    "voucher": _l("voucher"),
    "subsidy": _l("subsidie"),
    "loan": _l("lening"),
    "sector_fund": _l("sectorfonds"),
    "employer_contribution": _l("bijdrage van de werkgever"),
    "benefit_service": _l("voorziening bij een uitkering"),
}
SCHEME_STATES: Mapping[str, Labelled] = {
    "open": (_l("open"), "ok"),
    "not_yet_open": (_l("nog niet open"), "wait"),
    "closed": (_l("gesloten"), "neutral"),
    "ceiling_reached": (_l("geld is op"), "no"),
    "ended": (_l("bestaat niet meer"), "neutral"),
    "unknown": (_l("niet bekend"), "wait"),
}
VERSION_STATES: Mapping[str, Labelled] = {
    "draft": (_l("concept"), "wait"),
    "in_review": (_l("wordt nagekeken"), "wait"),
    "scheduled": (_l("gaat later in"), "info"),
    "in_force": (_l("geldt nu"), "ok"),
    "superseded": (_l("vervangen"), "neutral"),
    "retired": (_l("vervallen"), "neutral"),
}
APPROVAL_STATES: Mapping[str, Labelled] = {
    "approved": (_l("goedgekeurd"), "ok"),
    "withdrawn": (_l("goedkeuring ingetrokken"), "no"),
}
TRANSFER_KINDS: Mapping[str, LazyString] = {
    "fund": _l("budget erbij"),
    "reserve": _l("voucher toegekend"),
    "release": _l("vrijgekomen"),
    "spend": _l("voucher gebruikt"),
    "pay": _l("betaald"),
    "recover": _l("teruggevorderd"),
    "return": _l("budget terug"),
    "reassign": _l("naar ander budget"),
    "correct": _l("correctie"),
    "expense": _l("uitgave van de regio"),
}
FIGURES: Mapping[str, LazyString] = {
    "funded": _l("Budget"),
    "reserved": _l("Gereserveerd"),
    "spent": _l("Besteed"),
    "paid": _l("Betaald"),
    "available": _l("Vrij"),
}
FIGURE_NOTES: Mapping[str, LazyString] = {
    "funded": _l("Alles wat de financiers hebben toegezegd."),
    "reserved": _l("Vouchers die nog gebruikt kunnen worden."),
    "spent": _l("Vouchers die zijn gebruikt en uitgaven van de regio. Ook wat al betaald is."),
    "paid": _l("Wat opleiders al hebben gekregen, en uitgaven van de regio. Dit is een deel van besteed."),
    "available": _l("Wat nog toegekend kan worden."),
}
ACTIONS: Mapping[str, LazyString] = {
    "voucher.blocked": _l("Voucher geblokkeerd"),
    "voucher.unblocked": _l("Voucher weer te gebruiken"),
    "voucher.extended": _l("Voucher verlengd"),
    "voucher.put_back": _l("Verlenging teruggedraaid"),
    "voucher.held": _l("Voucher wacht op een factuur"),
    "voucher.let_go": _l("Voucher wacht niet meer op een factuur"),
    "voucher.topped_up": _l("Voucher hoger"),
    "voucher.lowered": _l("Voucher lager"),
    "voucher.restored": _l("Voucher teruggegeven na bezwaar"),
    "voucher.restoration_waits": _l("Voucher komt terug zodra er geld is"),
    "voucher.restoration_ended": _l("Wachten op geld gestopt: de voucher is anders geëindigd"),
    "voucher.start_moved": _l("Opleiding begint op een andere dag"),
    "voucher.reserved": _l("Voucher bestemd voor opleider"),
    "voucher.freed": _l("Voucher voor elke opleider"),
    "voucher.provider_swapped": _l("Andere opleider"),
    "voucher.credited": _l("Factuur lager"),
    "voucher.cancelled": _l("Opleiding gaat niet door"),
    "voucher.moved_out": _l("Houder verhuisd"),
    "voucher.settled": _l("Voucher vastgesteld"),
    "voucher.reminded": _l("Herinnering gestuurd"),
    "forecast.made": _l("Prognose gemaakt"),
    "award_round.opened": _l("Ronde geopend"),
    "award_round.points_given": _l("Punten vastgelegd"),
    "award_round.divided": _l("Geld van een ronde verdeeld"),
    "award_round.dropped": _l("Ronde vervallen"),
    "money_meter.set": _l("Bepaald of iedereen ziet tot wanneer er geld is"),
    "surety.laid_down": _l("Garantie voorgelegd"),
    "surety.begun": _l("Garantie ingegaan"),
    "surety.room_set": _l("Ruimte van de garantie bepaald"),
    "surety.ended": _l("Garantie gestopt"),
    "rebalance.asked": _l("Herboekingen laten uitrekenen"),
    "rebalance.laid_down": _l("Herboekingen voorgelegd"),
    "rebalance.nothing": _l("Herboekingen uitgerekend: niets te winnen"),
    "rebalance.carried_out": _l("Herboekingen uitgevoerd"),
    "rebalance.dropped": _l("Herboekingen vervallen"),
    "recovery.claimed": _l("Bedrag teruggevraagd"),
    "recovery.planned": _l("Termijnen afgesproken"),
    "recovery.received": _l("Terugbetaling ontvangen"),
    "recovery.missed": _l("Termijn gemist"),
    "recovery.not_deferred": _l("Uitstel van betaling geweigerd"),
    "recovery.not_waived": _l("Kwijtschelding geweigerd"),
    "voucher.settled_again": _l("Voucher opnieuw vastgesteld na bezwaar"),
    "recovery.written_off": _l("Kwijtgescholden"),
    "recovery.lowered": _l("Terug te betalen bedrag lager na bezwaar"),
    "repayment.paid": _l("Geld teruggegeven aan de houder"),
    "repayment.account_given": _l("Rekening voor de teruggave gegeven"),
    "repayment.returned": _l("Teruggave kwam terug van de bank"),
    "term.announced": _l("Besluit moet binnen een week"),
    "account.created": _l("Account gemaakt"),
    "account.link_issued": _l("Link gemaakt"),
    "application.delayed": _l("Gemeld dat het besluit later komt"),
    "application.received": _l("Aanvraag ontvangen"),
    "application.completed": _l("Aanvraag compleet"),
    "application.incomplete": _l("Aanvraag niet compleet"),
    "application.corrected": _l("Gegevens van de aanvraag verbeterd"),
    "question.links_ended": _l("Alle links beëindigd"),
    "question.link_asked": _l("Nieuwe link gevraagd"),
    "contact.changed_at_desk": _l("Contactgegevens veranderd aan de balie"),
    "proof.asked": _l("Code gevraagd om te bevestigen wie iemand is"),
    "proof.given": _l("Bevestigd wie iemand is"),
    "texts.asked": _l("Sms gevraagd"),
    "texts.proved": _l("Mobiel nummer gecontroleerd"),
    "texts.ended": _l("Geen sms meer"),
    "question.assisted": _l("Samen met de aanvrager ingevuld"),
    "question.outcome_kept": _l("Uitkomst bewaard bij het versturen"),
    "feedback.given": _l("Gezegd of het klopte"),
    "question.reminded": _l("Aanvrager herinnerd"),
    "case.claimed": _l("Vraag opgepakt"),
    "case.handed_over": _l("Vraag overgedragen"),
    "case.released": _l("Vraag losgelaten"),
    "case.to_team": _l("Vraag naar een ander team"),
    "contact.corrected": _l("Contactgegevens aangepast"),
    "contact.changed": _l("Contactgegevens veranderd door de aanvrager"),
    "conversation.planned": _l("Gesprek gepland"),
    "conversation.held": _l("Gesprek gevoerd"),
    "conversation.cancelled": _l("Gesprek afgezegd"),
    "shortlist.added": _l("Opleiding op de lijst gezet"),
    "shortlist.dropped": _l("Opleiding van de lijst gehaald"),
    "conversation.chosen": _l("Gesprek gekozen door de aanvrager"),
    "conversation.moved": _l("Gesprek verzet"),
    "conversation.missed": _l("Niet gekomen bij het gesprek"),
    "conversation.reminded": _l("Herinnering aan het gesprek gestuurd"),
    "call_back.asked": _l("Genoteerd dat u terugbelt"),
    "call_back.answered": _l("Teruggebeld"),
    "diary.hours_added": _l("Uren voor gesprekken toegevoegd"),
    "diary.hours_removed": _l("Uren voor gesprekken weggehaald"),
    "diary.away_added": _l("Afwezig gemeld"),
    "diary.away_removed": _l("Toch aanwezig"),
    "diary.place_kept": _l("Plaats en link voor gesprekken bewaard"),
    "evidence.handed_in": _l("Stuk ingeleverd"),
    "evidence.taken_out": _l("Ingeleverd stuk weggehaald"),
    "evidence.seen": _l("Stuk gezien zonder bestand"),
    "evidence.accepted": _l("Stuk akkoord"),
    "evidence.returned": _l("Stuk opnieuw gevraagd"),
    "question.answers_looked_at": _l("Antwoorden van de aanvrager bekeken"),
    "correction.confirmed": _l("Wijziging bevestigd door de aanvrager"),
    "correction.objected": _l("De aanvrager is het niet eens met een wijziging"),
    "correction.settled": _l("Wijziging blijft, met antwoord aan de aanvrager"),
    "note.added": _l("Notitie gemaakt"),
    "person.separated": _l("Weer uit elkaar gehaald: twee personen"),
    "person.joined": _l("Zelfde persoon bevestigd"),
    "person.kept_apart": _l("Andere persoon bevestigd"),
    "pledge.asked": _l("Werkgever gevraagd"),
    "pledge.given": _l("Werkgever betaalt mee"),
    "pledge.declined": _l("Werkgever betaalt niet mee"),
    "proposal.made": _l("Voorstel berekend"),
    "question.submitted": _l("Vraag ontvangen"),
    "question.corrected": _l("Vraag aangepast"),
    "question.group": _l("Groep van de werkgever aangepast"),
    "question.more_asked": _l("Meer informatie gevraagd"),
    "question.more_answered": _l("Antwoord ontvangen"),
    "question.request_ended": _l("Verdergegaan zonder antwoord"),
    "question.approved": _l("Aanvraag goedgekeurd"),
    "question.partly": _l("Aanvraag voor een deel goedgekeurd"),
    "question.rejected": _l("Aanvraag afgewezen"),
    "question.referred": _l("Doorverwezen"),
    "question.set_aside": _l("Niet in behandeling genomen"),
    "question.taken_up": _l("Toch in behandeling genomen"),
    "question.withdrawn": _l("Vraag ingetrokken"),
    "question.closed": _l("Vraag afgesloten"),
    "representative.authorised": _l("Vertegenwoordiger toegelaten"),
    "representative.confirmed": _l("Vertegenwoordiger bevestigd door een tweede"),
    "representative.ended": _l("Vertegenwoordiging beëindigd"),
    "waiting.joined": _l("Op de wachtlijst gezet"),
    "waiting.left": _l("Van de wachtlijst gehaald"),
    "waiting.kept": _l("Plaats op de wachtlijst gehouden"),
    "waiting.offered": _l("Geld vrijgekomen"),
    **DECISION_ACTIONS,
    "voucher.issued": _l("Voucher gemaakt"),
    "voucher.redeemed": _l("Voucher gebruikt"),
    "voucher.revoked": _l("Voucher ingetrokken"),
    "voucher.expired": _l("Voucher verlopen"),
}


def label(labels: Mapping[str, Any], key: Any) -> str:
    """The label of a state; the state itself when it has none."""
    name = key.value if isinstance(key, Enum) else str(key)
    found = labels.get(name, name)
    return str(found[0]) if isinstance(found, tuple) else str(found)


def tag(labels: Mapping[str, Labelled], key: Any) -> dict[str, str]:
    """A cell of a table with the state as a tag."""
    name = key.value if isinstance(key, Enum) else str(key)
    return {"text": label(labels, name), "tag": labels[name][1] if name in labels else "neutral"}


def choices(labels: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The labels as the choices of a field."""
    return [(value, text[0] if isinstance(text, tuple) else text) for value, text in labels.items()]
