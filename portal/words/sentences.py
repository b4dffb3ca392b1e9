"""Every reason code of schemes/ and matching/ as a Dutch sentence (the msgid). `portal.words.wording` fills them in.

Placeholders are the parameters of the code, already written for people: amounts as money, names as titles, lists as text.
"""

from __future__ import annotations

from portal.platform.i18n import LazyString, lazy_gettext
from portal.words.sentences_rules import RELATED

Sentences = dict[str, LazyString]

RULES: Sentences = {
    "is_one_of": lazy_gettext("Het antwoord op “%(question)s” moet zijn: %(allowed)s."),
    "has_any_of": lazy_gettext("Bij “%(question)s” hoort minstens een van deze antwoorden: %(allowed)s."),
    "is_yes": lazy_gettext("Het antwoord op “%(question)s” moet ja zijn."),
    "is_no": lazy_gettext("Het antwoord op “%(question)s” moet nee zijn."),
    "number_at_least": lazy_gettext("Het antwoord op “%(question)s” moet %(minimum)s of meer zijn."),
    "number_more_than": lazy_gettext("Het antwoord op “%(question)s” moet meer dan %(minimum)s zijn."),
    "number_at_most": lazy_gettext("Het antwoord op “%(question)s” mag niet meer dan %(maximum)s zijn."),
    "number_less_than": lazy_gettext("Het antwoord op “%(question)s” moet minder dan %(maximum)s zijn."),
    "number_between": lazy_gettext("Het antwoord op “%(question)s” moet tussen %(minimum)s en %(maximum)s liggen."),
    "date_on_or_after": lazy_gettext("De datum bij “%(question)s” moet %(earliest)s of later zijn."),
    "date_on_or_before": lazy_gettext("De datum bij “%(question)s” moet %(latest)s of eerder zijn."),
    "date_between": lazy_gettext("De datum bij “%(question)s” moet tussen %(earliest)s en %(latest)s liggen."),
    "days_after_reference_at_least": lazy_gettext(
        "De datum bij “%(question)s” moet minstens %(minimum_days)s dagen na de peildatum liggen."
    ),
    "days_after_reference_at_most": lazy_gettext(
        "De datum bij “%(question)s” mag niet meer dan %(maximum_days)s dagen na de peildatum liggen."
    ),
    "days_after_reference_between": lazy_gettext(
        "De datum bij “%(question)s” moet %(minimum_days)s tot %(maximum_days)s dagen na de peildatum liggen."
    ),
    "starts_after_reference": lazy_gettext("U moet dit aanvragen voordat de opleiding begint."),
    "age_at_least": lazy_gettext("U moet %(minimum)s jaar of ouder zijn."),
    "age_at_most": lazy_gettext("U mag niet ouder dan %(maximum)s jaar zijn."),
    "age_below": lazy_gettext("U moet jonger dan %(limit)s jaar zijn."),
    "age_below_state_pension": lazy_gettext("U hebt de AOW-leeftijd nog niet."),
    "age_between": lazy_gettext("U moet %(minimum)s jaar of ouder zijn, en %(below)s."),
    "in_list": lazy_gettext("Het antwoord op “%(question)s” moet op de lijst “%(list)s” staan."),
    "all_of": lazy_gettext("Alle voorwaarden van deze groep moeten gelden."),
    "at_least_one_of": lazy_gettext("Minstens een van de voorwaarden van deze groep moet gelden."),
    "at_least_n_of": lazy_gettext("Minstens %(needed)s van de %(of)s voorwaarden van deze groep moeten gelden."),
    "must_not": lazy_gettext("Deze voorwaarde mag juist niet gelden."),
    **RELATED,
}

UNKNOWN: Sentences = {
    "fact_missing": lazy_gettext("We weten het antwoord nog niet op: %(facts)s."),
    "birth_year_does_not_decide": lazy_gettext("Uw geboortejaar is niet genoeg. We hebben uw geboortedatum nodig."),
    "no_value_on_date": lazy_gettext("De regeling zegt niet wat er op %(on)s geldt."),
    "no_list_on_date": lazy_gettext("De lijst “%(list)s” is er niet voor %(on)s."),
    "no_value_for_answer": lazy_gettext("De regeling zegt niet wat er geldt bij het antwoord %(value)s op “%(fact)s”."),
    "own_scheme_unknown": lazy_gettext("We weten niet bij welke regeling deze voorwaarde hoort."),
    "parts_unknown": lazy_gettext("We weten nog niet genoeg. Dit ontbreekt: %(facts)s."),
}

AVAILABILITY: Sentences = {
    "open_always": lazy_gettext("De regeling is open."),
    "open_until": lazy_gettext("De regeling is open sinds %(opens_on)s. De laatste dag is %(closes_on)s."),
    "third_party_only": lazy_gettext(
        "De regeling is open, maar u kunt dit niet zelf aanvragen. Dat doet: %(third_party)s."
    ),
    "opens_on": lazy_gettext("De regeling gaat open op %(opens_on)s."),
    "not_yet_open": lazy_gettext("De regeling is nog niet open."),
    "closed": lazy_gettext("De regeling is gesloten."),
    "closed_since": lazy_gettext("De regeling is gesloten. De laatste dag was %(closes_on)s."),
    "ceiling_reached": lazy_gettext("Het geld van deze regeling is op. U kunt nu niet aanvragen."),
    "ended": lazy_gettext("De regeling bestaat niet meer."),
    "state_unknown": lazy_gettext("We weten niet zeker of deze regeling nu open is."),
}

USED: Sentences = {
    "fixed_amount": lazy_gettext("Deze regeling betaalt een vast bedrag: %(fixed_cents)s."),
    "cap": lazy_gettext("Deze regeling betaalt nu hoogstens %(left_cents)s."),
    "holder_cap": lazy_gettext(
        "Deze regeling betaalt voor al uw aanvragen samen hoogstens %(cap_cents)s. Daarvan is %(had_before_cents)s al gebruikt."
    ),
    "share_of_base": lazy_gettext(
        "Deze regeling betaalt hoogstens %(share)s van de kosten van %(base_cents)s. Dat is %(limit_cents)s."
    ),
    "tiers": lazy_gettext(
        "Hoe hoog het deel is, hangt af van de kosten. Van %(base_cents)s betaalt de regeling %(limit_cents)s."
    ),
    "borrowing": lazy_gettext("U wilt hoogstens %(limit_cents)s lenen."),
    "de_minimis_room": lazy_gettext(
        "Het bedrijf mag nog hoogstens %(room_cents)s aan staatssteun (de-minimis) krijgen."
    ),
    "pledge_amount": lazy_gettext("De werkgever heeft %(amount_cents)s toegezegd."),
    "coverage": lazy_gettext("Deze regeling betaalt een vast deel van deze kosten: %(lines)s."),
    "costs_paid": lazy_gettext("Daarmee zijn deze kosten helemaal betaald: %(lines)s."),
    "budget": lazy_gettext("Er is niet meer geld over in het budget: %(funding_lines)s."),
    "joint_cap": lazy_gettext("Deze regelingen betalen samen hoogstens %(limit_cents)s."),
    "round_part": lazy_gettext("De ronde van deze regeling gaf deze aanvraag %(limit_cents)s."),
    "co_financing": lazy_gettext("De werkgever moet zelf ook een deel betalen: %(share)s."),
    "rounding": lazy_gettext("Deze regeling betaalt hele bedragen van %(unit_cents)s."),
    "rest_of_the_mix": lazy_gettext("Dit bedrag geeft samen met de andere regelingen de beste verdeling."),
}

UNUSED: Sentences = {
    "other_route": lazy_gettext("Deze regeling is voor een andere aanvrager."),
    "ended": lazy_gettext("Deze regeling bestaat niet meer."),
    "closed": lazy_gettext("Deze regeling is nu gesloten."),
    "not_yet_open": lazy_gettext("Deze regeling is nog niet open. Open vanaf: %(opens_on)s."),
    "ceiling_reached": lazy_gettext("Het geld van deze regeling is op."),
    "not_eligible": lazy_gettext("U voldoet niet aan een voorwaarde."),
    "possible": lazy_gettext("Misschien kan dit. Bij deze kosten is het dan hoogstens %(worth_cents)s. %(why)s"),
    "amount_unknown": lazy_gettext("Misschien kan dit. We weten niet hoeveel het oplevert. %(why)s"),
    "no_cost_covered": lazy_gettext("Deze regeling betaalt andere soorten kosten: %(categories)s."),
    "costs_of_the_employer": lazy_gettext("Deze regeling betaalt alleen kosten die de werkgever moet dragen."),
    "fixed_amount_not_whole": lazy_gettext(
        "Deze regeling betaalt precies %(fixed_cents)s, maar ook alleen hele bedragen van %(unit_cents)s. Dat kan nooit samen."
    ),
    "fixed_amount_too_small": lazy_gettext(
        "Deze regeling betaalt precies %(fixed_cents)s. Onder %(minimum_cents)s wordt niets aangevraagd."
    ),
    "no_budget": lazy_gettext("Er is geen geld beschikbaar dat voor uw vraag gebruikt mag worden."),
    "needs_request_to_borrow": lazy_gettext(
        "Dit is een lening. U kunt hoogstens %(worth_cents)s lenen. Dat doen we alleen als u erom vraagt."
    ),
    "holder_cap_full": lazy_gettext(
        "Deze regeling betaalt voor al uw aanvragen samen hoogstens %(cap_cents)s. Daarvan is %(had_before_cents)s al gebruikt."
    ),
    "cap_used_up": lazy_gettext("Het hoogste bedrag is al gebruikt: %(had_before_cents)s van %(cap_cents)s."),
    "de_minimis_room": lazy_gettext(
        "Het bedrijf mag nog hoogstens %(left_cents)s aan staatssteun (de-minimis) krijgen. Dat is te weinig."
    ),
    "below_minimum": lazy_gettext("Het bedrag zou te klein zijn. Het minimum is %(minimum_cents)s."),
    "joint_cap_full": lazy_gettext(
        "Samen met andere regelingen mag dit hoogstens %(limit_cents)s zijn. Daar is niet genoeg van over."
    ),
    "round_part_full": lazy_gettext("De ronde van deze regeling gaf deze aanvraag %(limit_cents)s. Dat is te weinig."),
    "cofinancing_missing": lazy_gettext(
        "De werkgever moet hiervoor minstens %(needed_cents)s betalen. Nu is dat %(given_cents)s."
    ),
    "group_closed": lazy_gettext("Van deze groep regelingen mag er nu geen worden gebruikt."),
    "excluded_by": lazy_gettext("Dit kan niet samen met: %(offers)s. Die keuze is voor u voordeliger."),
    "comes_after": lazy_gettext("Eerst moet een andere regeling betalen: %(offers)s."),
    "forbidden": lazy_gettext("De adviseur heeft deze regeling uitgesloten."),
    "nothing_left": lazy_gettext(
        "Deze regeling is niet nodig. Er is niets over om te betalen of het gaat al voordeliger."
    ),
}

PAYS_NOTHING = lazy_gettext("Deze regeling betaalt niets van de kosten die u hebt ingevuld.")
"""Of a scheme that may come through, or lend, but could then pay nothing of these costs."""

WHY_POSSIBLE: Sentences = {
    "facts_missing": lazy_gettext("We weten het antwoord nog niet op: %(facts)s."),
    "state_unknown": lazy_gettext("We weten niet zeker of de regeling nu open is."),
    "discretion": lazy_gettext("Een andere organisatie beslist hierover."),
    "third_party": lazy_gettext("Iemand anders moet dit voor u aanvragen."),
    "amount_depends": lazy_gettext("Hoeveel u kunt krijgen, hangt nog af van: %(facts)s."),
    "amount_unknown": lazy_gettext("Het bedrag is niet bekend."),
}

UNCOVERED: Sentences = {
    "nobody_covers": lazy_gettext("Geen regeling betaalt deze kosten."),
    "limits_reached": lazy_gettext("Deze regelingen betalen al wat ze mogen: %(offers)s."),
    "de_minimis_room": lazy_gettext(
        "Het bedrijf mag nog hoogstens %(room_cents)s aan staatssteun (de-minimis) krijgen. Dat geldt voor: %(offers)s."
    ),
    "only_possible": lazy_gettext("Misschien betaalt een van deze regelingen mee: %(offers)s."),
    "could_borrow": lazy_gettext("Voor dit deel kunt u geld lenen: %(offers)s."),
    "own_part_required": lazy_gettext("De werkgever moet zelf een deel betalen voor: %(offers)s."),
    "not_combined": lazy_gettext("Deze regelingen kunnen niet samen met de andere: %(offers)s."),
    "too_little_left": lazy_gettext("Wat deze regelingen hier nog mogen betalen, is te weinig: %(offers)s."),
    "no_budget": lazy_gettext("Voor deze regelingen is hier geen geld: %(offers)s."),
    "forbidden": lazy_gettext("De adviseur heeft deze regelingen uitgesloten: %(offers)s."),
}

NOTES: Sentences = {
    "ask_first": lazy_gettext("Vraag eerst %(offers)s aan. Pas daarna kan: %(schemes)s."),
    "de_minimis_declaration": lazy_gettext(
        "We weten niet hoeveel staatssteun (de-minimis) het bedrijf nog mag krijgen. Een verklaring is nodig voor: %(offers)s. "
        "Het bedrag kan daardoor lager worden."
    ),
}

VIOLATIONS: Sentences = {
    "duplicate_share": lazy_gettext("Hetzelfde aandeel staat %(times)s keer in de mix."),
    "unknown_line": lazy_gettext("Deze kostenpost bestaat niet."),
    "unknown_offer": lazy_gettext("Deze regeling of toezegging bestaat niet."),
    "unknown_funding_line": lazy_gettext("Deze budgetregel bestaat niet."),
    "not_positive": lazy_gettext("Een aandeel moet meer dan nul zijn."),
    "line_overpaid": lazy_gettext("Er wordt %(paid_cents)s betaald voor kosten van %(amount_cents)s."),
    "above_coverage": lazy_gettext("De regeling betaalt van deze kosten hoogstens %(limit_cents)s."),
    "line_of_the_employer": lazy_gettext("Deze kosten zijn van de werkgever. Daar gaat hier geen geld heen."),
    "offer_not_firm": lazy_gettext("Deze regeling is nog niet zeker. Zij mag niet in de mix."),
    "offer_amount_unknown": lazy_gettext("Het bedrag van deze regeling is niet bekend. Zij mag niet in de mix."),
    "above_cap": lazy_gettext("De regeling betaalt nu hoogstens %(limit_cents)s."),
    "above_holder_cap": lazy_gettext(
        "De aanvragen krijgen samen hoogstens %(cap_cents)s. Daarvan is %(had_before_cents)s al gebruikt."
    ),
    "above_de_minimis_room": lazy_gettext(
        "Het bedrijf mag nog hoogstens %(room_cents)s aan staatssteun (de-minimis) krijgen: %(offers)s."
    ),
    "above_share_of_base": lazy_gettext(
        "De regeling betaalt hoogstens %(share)s van %(base_cents)s. Dat is %(limit_cents)s."
    ),
    "below_minimum": lazy_gettext("Het minimum van deze regeling is %(minimum_cents)s."),
    "below_smallest_share": lazy_gettext("Een aandeel onder %(smallest_share_cents)s is te klein."),
    "not_the_fixed_amount": lazy_gettext("Deze regeling betaalt precies %(fixed_amount_cents)s of niets."),
    "above_tiers": lazy_gettext("Van %(base_cents)s betaalt deze regeling hoogstens %(limit_cents)s."),
    "co_financing_short": lazy_gettext(
        "De werkgever moet minstens %(needed_cents)s betalen. In deze mix is het %(given_cents)s."
    ),
    "excluded_together": lazy_gettext("Van deze regelingen mogen er hoogstens %(at_most)s samen: %(offers)s."),
    "excluded_on_line": lazy_gettext(
        "Van deze regelingen mogen er bij deze kosten hoogstens %(at_most)s samen: %(offers)s."
    ),
    "other_public_money": lazy_gettext("Deze regeling mag niet samen met ander publiek geld: %(offers)s."),
    "broken_precedence": lazy_gettext("Eerst moet deze regeling betalen wat zij kan: %(offers)s."),
    "above_joint_cap": lazy_gettext("Deze regelingen betalen samen hoogstens %(limit_cents)s: %(offers)s."),
    "above_round_part": lazy_gettext("De ronde van deze regeling gaf deze aanvraag hoogstens %(limit_cents)s."),
    "above_borrowing": lazy_gettext("Er mag hoogstens %(limit_cents)s geleend worden."),
    "funding_line_not_used_here": lazy_gettext("Dit geld komt niet uit een budgetregel van de regio."),
    "funding_line_missing": lazy_gettext("Er staat niet bij uit welke budgetregel dit geld komt."),
    "funding_period_award_date": lazy_gettext("De budgetregel geldt niet op de dag van toekenning."),
    "funding_period_due_date": lazy_gettext("De budgetregel geldt niet op de dag dat de kosten betaald moeten worden."),
    "funding_earmark_scheme": lazy_gettext("De budgetregel is niet voor deze regeling."),
    "funding_earmark_route": lazy_gettext("De budgetregel is niet voor deze route."),
    "funding_earmark_municipality": lazy_gettext("De budgetregel is niet voor deze gemeente."),
    "funding_earmark_province": lazy_gettext("De budgetregel is niet voor deze provincie."),
    "funding_earmark_sector": lazy_gettext("De budgetregel is niet voor deze sector."),
    "funding_earmark_category": lazy_gettext("De budgetregel is niet voor deze soort kosten."),
    "above_available": lazy_gettext("In de budgetregel is nog %(available_cents)s beschikbaar."),
    "not_rounded": lazy_gettext("Deze regeling betaalt hele bedragen van %(unit_cents)s."),
    "pledge_does_not_pay_line": lazy_gettext("De toezegging van de werkgever is niet voor deze kosten."),
    "above_pledge": lazy_gettext("De werkgever heeft %(amount_cents)s toegezegd."),
    "fixed_pledge_not_used": lazy_gettext("De werkgever betaalt altijd %(due_cents)s. Dat moet in de mix."),
    "lock_not_kept": lazy_gettext("De adviseur heeft %(locked_cents)s vastgezet. In deze mix is het %(actual_cents)s."),
    "forbidden_offer_used": lazy_gettext("De adviseur heeft deze regeling uitgesloten."),
}

CLAIMS: Sentences = {
    "problem_differs": lazy_gettext("Deze mix hoort bij een ander probleem."),
    "passes_differ": lazy_gettext(
        "De stappen horen in deze volgorde te staan: %(actual_passes)s. In de mix staat: %(claimed_passes)s."
    ),
    "status_differs": lazy_gettext("Elke stap is bewezen, maar er staat dat de mix niet bewezen is."),
    "status_too_good": lazy_gettext("Er staat dat de mix bewezen is, maar niet elke stap is bewezen."),
    "rest_differs": lazy_gettext("De rest van %(lines)s is %(actual_cents)s en niet %(claimed_cents)s."),
    "rest_missing": lazy_gettext("De rest van %(lines)s staat er niet bij. Die is %(actual_cents)s."),
    "rest_of_nothing": lazy_gettext("Er staat een rest bij een kostenpost die niet bestaat: %(lines)s."),
    "total_differs": lazy_gettext("Niet goed opgeteld: %(name)s is %(actual_cents)s en niet %(claimed_cents)s."),
    "pass_differs": lazy_gettext("De uitkomst van de stap “%(name)s” is %(actual)s en niet %(claimed)s."),
    "bound_above_value": lazy_gettext(
        "De grens van de stap “%(name)s” is %(claimed)s. Dat is hoger dan de uitkomst %(actual)s."
    ),
    "proof_differs": lazy_gettext(
        "De stap “%(name)s” is bewezen als de grens gelijk is aan de uitkomst, en anders niet. Hier is de grens %(claimed)s en "
        "de uitkomst %(actual)s."
    ),
}

NEXT_STEPS: Sentences = {
    "apply": lazy_gettext("Vraag de regelingen aan die in de mix staan."),
    "ask_missing_facts": lazy_gettext("Vul aan wat we nog niet weten. Dan weet u meer zeker."),
    "ask_third_party": lazy_gettext("Vraag na of een mogelijke regeling voor u doorgaat."),
    "consider_loan": lazy_gettext("U kunt een deel lenen. Dat moet u terugbetalen."),
    "add_costs": lazy_gettext("Zoek een opleiding en vul de kosten in. Dan rekenen we de verdeling uit."),
    "talk_to_advisor": lazy_gettext("Maak een afspraak met een adviseur. Dat is gratis."),
}

CATEGORIES: Sentences = {
    "tuition": lazy_gettext("lesgeld"),
    "exam": lazy_gettext("examen"),
    "books": lazy_gettext("boeken"),
    "materials": lazy_gettext("materiaal"),
    "travel": lazy_gettext("reiskosten"),
    "childcare": lazy_gettext("kinderopvang"),
    "wage": lazy_gettext("loon tijdens de opleiding"),
    "guidance": lazy_gettext("begeleiding"),
    "assessment": lazy_gettext("EVC of toets"),
    "other": lazy_gettext("andere kosten"),
}

CONSTRAINTS: dict[int, LazyString] = {
    0: lazy_gettext("vorm van de mix"),
    1: lazy_gettext("som per kostenpost"),
    2: lazy_gettext("dekking"),
    3: lazy_gettext("alleen zekere regelingen"),
    4: lazy_gettext("maximum"),
    5: lazy_gettext("deel van de kosten"),
    6: lazy_gettext("minimum"),
    7: lazy_gettext("vast bedrag"),
    8: lazy_gettext("deel per stuk van de kosten"),
    9: lazy_gettext("bijdrage van de werkgever"),
    10: lazy_gettext("niet samen"),
    11: lazy_gettext("gezamenlijk maximum"),
    12: lazy_gettext("wie eerst betaalt"),
    13: lazy_gettext("lenen"),
    14: lazy_gettext("budgetregels"),
    15: lazy_gettext("afronding"),
    16: lazy_gettext("toezegging"),
    17: lazy_gettext("vastgezet door de adviseur"),
}
