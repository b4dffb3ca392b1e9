"""The words for what stands around a decision: grounds, prepared decisions, shares elsewhere and objections."""

from __future__ import annotations

from collections.abc import Mapping

from portal.platform.i18n import LazyString
from portal.platform.i18n import lazy_gettext as _l

Labelled = tuple[LazyString, str]

GROUNDS: Mapping[str, LazyString] = {
    "own_facts": _l("Op wat de aanvrager zelf heeft opgegeven"),
    "said_in_talk": _l("Ook op wat het loket heeft veranderd omdat de aanvrager dat zei"),
    "other_facts": _l("Op andere gegevens. De aanvrager is daarover gehoord"),
    "slight": _l("Op andere gegevens, maar het verschil maakt voor de aanvrager niets uit"),
}
VIEW_WAYS: Mapping[str, LazyString] = {
    "in_writing": _l("op papier of per e-mail"),
    "spoken": _l("in een gesprek"),
    "own_page": _l("zelf, op de eigen pagina"),
    "not_given": _l("geen reactie gekregen"),
}
INTENDED_ACTS: Mapping[str, LazyString] = {
    "refuse": _l("(een deel van) de aanvraag afwijzen"),
    "revoke": _l("de voucher intrekken"),
    "lower": _l("de voucher verlagen"),
    "end": _l("de voucher laten eindigen"),
    "settle_lower": _l("de voucher lager vaststellen"),
    "lower_settled": _l("de vaststelling intrekken of verlagen"),
}
UNHEARD: Mapping[str, LazyString] = {
    "asked": _l("De houder vroeg er zelf om (Awb 4:8 lid 1)"),
    "own_facts": _l("Het rust alleen op wat de houder zelf opgaf (Awb 4:8 lid 1 onder b)"),
    "urgent": _l("Het kan niet wachten (Awb 4:11 onder a)"),
    "heard_before": _l("De houder kon al eerder reageren, en er is niets nieuws (Awb 4:11 onder b)"),
    "purpose": _l("Het doel wordt alleen bereikt als de houder het niet vooraf weet (Awb 4:11 onder c)"),
}
TAKING_GROUNDS: Mapping[str, LazyString] = {
    "at_request": _l("De houder vroeg er zelf om"),
    "not_done": _l("De opleiding gaat niet of niet helemaal door (Awb 4:48 lid 1 onder a)"),
    "duty_not_met": _l("De houder hield zich niet aan een verplichting (Awb 4:48 lid 1 onder b)"),
    "wrong_data": _l("De houder gaf verkeerde of te weinig gegevens (Awb 4:48 lid 1 onder c)"),
    "wrong_award": _l("De toekenning klopte niet, en de houder wist dat of kon het weten (Awb 4:48 lid 1 onder d)"),
    "no_budget": _l("Toegekend als er genoeg geld zou komen, en dat kwam er niet (Awb 4:48 lid 1 onder e)"),
    "mistake": _l("De toekenning klopte niet (Awb 4:50 lid 1 onder a)"),
    "changed": _l("De omstandigheden of de inzichten zijn veranderd (Awb 4:50 lid 1 onder b)"),
    "by_rule": _l("De regels van de regeling noemen dit geval (Awb 4:50 lid 1 onder c)"),
}
PREPARATION_KINDS: Mapping[str, LazyString] = {
    "awarded": _l("Besluit op de aanvraag"),
    "settled": _l("Voucher vaststellen"),
    "settled_less": _l("Vaststelling intrekken of verlagen"),
    "supplemented": _l("Meer toekennen"),
    "revised": _l("Opnieuw besluiten"),
}
PREPARATION_STATES: Mapping[str, Labelled] = {
    "waiting": (_l("wacht op een collega"), "wait"),
    "decided": (_l("besloten"), "ok"),
    "sent_back": (_l("teruggegeven"), "no"),
    "withdrawn": (_l("teruggenomen"), "neutral"),
}
SHARE_OUTCOMES: Mapping[str, Labelled] = {
    "granted": (_l("toegekend"), "ok"),
    "partly": (_l("voor een deel toegekend"), "wait"),
    "refused": (_l("geweigerd"), "no"),
}
OBJECTION_STATES: Mapping[str, Labelled] = {
    "open": (_l("in behandeling"), "wait"),
    "decided": (_l("besloten"), "ok"),
    "withdrawn": (_l("ingetrokken"), "neutral"),
}
OBJECTIONABLE: Mapping[str, LazyString] = {
    "approved": _l("Besluit op de aanvraag"),
    "partly": _l("Besluit op de aanvraag"),
    "rejected": _l("Besluit op de aanvraag"),
    "set_aside": _l("Besluit om de aanvraag niet te behandelen"),
    "supplemented": _l("Aanvullende toekenning"),
    "settled": _l("Vaststelling van een voucher"),
    "settled_less": _l("Verlaging van een vaststelling"),
    "revoked": _l("Intrekking van een voucher"),
    "lowered": _l("Verlaging van een voucher"),
    "restored": _l("Teruggave van een voucher"),
    "interest": _l("Rente over wat te laat terugkwam"),
    "set_off": _l("Verrekening van wat iemand terugbetaalt"),
    "put_off": _l("Besluit over later terugbetalen"),
    "waived": _l("Besluit over kwijtschelden"),
    "penalty": _l("Besluit over de dwangsom"),
    "own_interest": _l("Rente die de regio betaalt"),
}
OBJECTION_OUTCOMES: Mapping[str, Labelled] = {
    "inadmissible": (_l("niet-ontvankelijk"), "no"),
    "unfounded": (_l("ongegrond"), "no"),
    "founded": (_l("gegrond"), "ok"),
}
WAIVERS: Mapping[str, LazyString] = {
    "inadmissible": _l("Het bezwaar is kennelijk niet-ontvankelijk"),
    "unfounded": _l("Het bezwaar is kennelijk ongegrond"),
    "not_wanted": _l("De persoon wil niet gehoord worden"),
    "no_answer": _l("De persoon zei niet op tijd gehoord te willen worden"),
    "fully_met": _l("De persoon krijgt helemaal gelijk, en niemand anders wordt geraakt"),
}
DELAY_BASES: Mapping[str, LazyString] = {
    "objector_agrees": _l("Wie bezwaar maakte gaat akkoord, en niemand anders wordt geraakt"),
    "all_agree": _l("Iedereen om wie het gaat, gaat akkoord"),
    "procedure": _l("Het is nodig om regels van de wet over de behandeling te volgen"),
}
NO_PENALTIES: Mapping[str, LazyString] = {
    "in_time": _l("Het besluit is binnen twee weken verstuurd"),
    "notice_too_late": _l("De ingebrekestelling kwam onredelijk laat"),
    "no_interest": _l("Wie het vroeg, is geen belanghebbende"),
    "manifest": _l("De aanvraag of het bezwaar is kennelijk niet-ontvankelijk of ongegrond"),
}
OWN_DEBTS: Mapping[str, LazyString] = {
    "penalty": _l("Dwangsom"),
    "damage": _l("Schade na het eerder eindigen van een voucher"),
    "interest": _l("Rente over wat te laat is betaald"),
}
OWN_DEBT_STANDS: Mapping[str, Labelled] = {
    "asked": (_l("rekening gevraagd"), "wait"),
    "returned": (_l("teruggekomen, andere rekening gevraagd"), "no"),
    "given": (_l("rekening bekend"), "info"),
    "on_its_way": (_l("bij de bank"), "info"),
    "paid": (_l("betaald"), "ok"),
    "lapsed": (_l("vervallen na bezwaar"), "neutral"),
}
DUE: Mapping[str, LazyString] = {
    "penalty": _l("Ingebreke gesteld: besluiten, of de dwangsom vaststellen"),
    "objection": _l("Besluit op bezwaar"),
    "objection_hearing": _l("Hoorzitting houden en verslag maken"),
    "view": _l("Reactie vastleggen: de termijn is voorbij"),
    "given_view": _l("Reactie over een voucher: besluiten, of laten zoals hij is"),
    "preparation": _l("Besluit dat op een tweede persoon wacht"),
    "repayment": _l("Geld teruggeven aan de houder"),
    "own_debt": _l("De regio betaalt zelf: rekening vragen"),
    "own_interest": _l("Rente vaststellen over wat de regio te laat betaalde"),
    "claim_interest": _l("Rente vaststellen over wat te laat terugkwam"),
    "share": _l("Ander deel geweigerd: toekenning laten of herzien"),
    "correction": _l("De aanvrager is het niet eens met een wijziging"),
    "rest": _l("Geld vrij voor de rest: meer toekennen"),
    "privacy": _l("Privacyverzoek beantwoorden"),
    "register": _l("De-minimissteun: de regio zet haar in het register"),
    "register_again": _l("De-minimissteun veranderd: de regio verbetert het register"),
    "talk": _l("Gesprek voeren en vastleggen"),
    "react": _l("Eerste reactie geven"),
    "call": _l("Bellen: wil gebeld worden"),
    "call_back": _l("Terugbellen: daar is om gevraagd"),
    "decide": _l("Besluit op de aanvraag"),
    "evidence": _l("Stukken bekijken"),
    "given_answers": _l("Antwoorden van de aanvrager overnemen"),
    "answer": _l("Geen antwoord gekregen: verdergaan of niet in behandeling nemen"),
    "freed": _l("Geld vrij voor wie wacht: besluiten"),
    "invoice": _l("Factuur goedkeuren of weigeren"),
    "sign_up": _l("Aanmelding van een opleider bekijken"),
    "account_number": _l("Rekeningnummer controleren of bevestigen"),
    "old_claim": _l("Terugvordering die bijna niet meer kan"),
    "two_people": _l("Handeling van een collega als tweede persoon"),
}
REGISTER_DUTIES: Mapping[str, LazyString] = {
    "enter": _l("in het register zetten"),
    "correct": _l("in het register verbeteren"),
}
DECISION_ACTIONS: Mapping[str, LazyString] = {
    "hearing.invited": _l("Reactie gevraagd voor een afwijzing"),
    "hearing.recorded": _l("Reactie vastgelegd"),
    "hearing.dropped": _l("Voornemen over een voucher gaat niet door"),
    "hearing.answered": _l("Reactie gegeven op de eigen pagina"),
    "decision.prepared": _l("Besluit voorgelegd aan een collega"),
    "decision.sent_back": _l("Voorbereid besluit teruggegeven"),
    "decision.preparation_withdrawn": _l("Voorbereid besluit teruggenomen"),
    "share_elsewhere.granted": _l("Ander deel toegekend"),
    "share_elsewhere.partly": _l("Ander deel voor een deel toegekend"),
    "share_elsewhere.refused": _l("Ander deel geweigerd"),
    "share_elsewhere.kept": _l("Toekenning gelaten zoals zij is"),
    "share_elsewhere.revised": _l("Toekenning herzien"),
    "default_notice.received": _l("Ingebrekestelling ontvangen"),
    "default_notice.settled": _l("Besloten over de dwangsom"),
    "default_notice.settled_again": _l("Opnieuw besloten over de dwangsom, na bezwaar"),
    "own_interest.decided": _l("Besloten over rente die de regio betaalt"),
    "own_interest.decided_again": _l("Opnieuw besloten over rente die de regio betaalt, na bezwaar"),
    "own_debt.account_given": _l("Rekening gegeven voor wat de regio zelf betaalt"),
    "own_debt.paid": _l("De regio betaalde wat zij zelf schuldig was"),
    "own_debt.returned": _l("Betaling van de regio zelf kwam terug van de bank"),
    "own_debt.lapsed": _l("Schadevergoeding vervallen na bezwaar"),
    "objection.received": _l("Bezwaar ontvangen"),
    "objection.lateness_judged": _l("Te laat bezwaar beoordeeld"),
    "objection.adjourned": _l("Bezwaar verdaagd"),
    "objection.hearing_planned": _l("Hoorzitting gepland"),
    "objection.heard": _l("Hoorzitting gehouden"),
    "objection.hearing_waived": _l("Niet gehoord"),
    "objection.repair_asked": _l("Gevraagd om het bezwaar aan te vullen"),
    "objection.repaired": _l("Bezwaar aangevuld"),
    "objection.delayed": _l("Verder uitstel voor het bezwaar"),
    "objection.hearing_asked": _l("Gevraagd of de persoon gehoord wil worden"),
    "objection.wants_to_be_heard": _l("De persoon wil gehoord worden"),
    "objection.interest_judged": _l("Belang van wie bezwaar maakt beoordeeld"),
    "objection.decided_founded": _l("Bezwaar gegrond"),
    "objection.decided_unfounded": _l("Bezwaar ongegrond"),
    "objection.decided_inadmissible": _l("Bezwaar niet-ontvankelijk"),
    "objection.withdrawn": _l("Bezwaar ingetrokken"),
    "voucher.reassigned": _l("Ander budget betaalt"),
}
