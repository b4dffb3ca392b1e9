"""The codes that explain a mix further than its amounts, as Dutch sentences (the msgid): what is not certain, other mixes, what
would change it, where the money comes from. `portal.words.wording_mix` fills them in."""

from __future__ import annotations

from portal.platform.i18n import LazyString, lazy_gettext

Sentences = dict[str, LazyString]

SOURCES: Sentences = {
    "only_line": lazy_gettext("Alleen dit geld mag hiervoor gebruikt worden."),
    "cheaper_used_up": lazy_gettext("Ander geld gaat voor, maar dat is op: %(funding_lines)s."),
    "ends_soon": lazy_gettext("Dit geld gaat voor, want het kan nog maar tot en met %(last_day)s gebruikt worden."),
    "narrow_earmark": lazy_gettext("Dit geld gaat voor, want het mag maar voor één regeling of één route."),
    "lowest_price": lazy_gettext("Dit geld gaat voor, want de regio gaf het de laagste prijs."),
    "same_price": lazy_gettext("Dit geld is even duur als ander geld: %(funding_lines)s. Dan beslist de naam."),
    "together": lazy_gettext("Zo past het geld het best bij alle regelingen samen."),
}

USED_BECAUSE: Sentences = {
    "saves": lazy_gettext("Zonder deze regeling is de eigen bijdrage %(own_cents)s hoger."),
    "covers": lazy_gettext("Zonder deze regeling blijft er %(rest_cents)s meer over dat niemand betaalt."),
    "cheaper_money": lazy_gettext("Zonder deze regeling is er geld nodig dat de regio duurder telt."),
    "fewer_schemes": lazy_gettext("Zonder deze regeling is er vaker een aanvraag nodig: %(number)s keer meer."),
    "as_good": lazy_gettext("Een andere verdeling is precies even goed. Dan beslist een vaste volgorde."),
    "locked": lazy_gettext("De adviseur heeft dit bedrag vastgezet."),
}

AT_MOST: Sentences = {
    "covered": lazy_gettext(
        "Het kan hoogstens %(at_most_cents)s opleveren: meer van deze kosten betaalt de regeling niet."
    ),
    "cap": lazy_gettext(
        "Het kan hoogstens %(at_most_cents)s opleveren. Het maximum is %(cap_cents)s, eerder gekregen is %(had_before_cents)s."
    ),
    "fixed_amount": lazy_gettext(
        "Het kan hoogstens %(at_most_cents)s opleveren. De regeling betaalt precies %(fixed_cents)s of niets."
    ),
    "share_of_base": lazy_gettext(
        "Het kan hoogstens %(at_most_cents)s opleveren. Dat is %(share)s van %(base_cents)s."
    ),
    "tiers": lazy_gettext("Het kan hoogstens %(at_most_cents)s opleveren, bij kosten van %(base_cents)s."),
    "borrowing": lazy_gettext("Het kan hoogstens %(at_most_cents)s opleveren: meer wilt u niet lenen."),
    "de_minimis_room": lazy_gettext(
        "Het kan hoogstens %(at_most_cents)s opleveren: meer staatssteun (de-minimis) mag het bedrijf niet krijgen."
    ),
    "budget": lazy_gettext("Het kan hoogstens %(at_most_cents)s opleveren: meer geld is er niet voor deze regeling."),
    "joint_cap": lazy_gettext("Het kan hoogstens %(at_most_cents)s opleveren: samen met %(offers)s geldt dat maximum."),
    "round_part": lazy_gettext("Het kan hoogstens %(at_most_cents)s opleveren: zoveel gaf de ronde."),
}

POINTS: Sentences = {
    "possible": lazy_gettext("Deze regeling is nog niet zeker."),
    "facts_missing": lazy_gettext("We weten het antwoord nog niet op: %(facts)s."),
    "state_unknown": lazy_gettext("We weten niet zeker of de regeling nu open is."),
    "discretion": lazy_gettext("Een andere organisatie beslist hierover."),
    "third_party": lazy_gettext("Iemand anders moet dit aanvragen."),
    "amount_depends": lazy_gettext("Hoeveel het is, hangt nog af van: %(facts)s."),
    "amount_unknown": lazy_gettext("Het bedrag is niet bekend."),
    "place_unknown": lazy_gettext("Sommig geld is maar voor één plaats of sector. We weten nog niet: %(facts)s."),
    "aid_undeclared": lazy_gettext(
        "Kreeg het bedrijf al veel staatssteun (de-minimis)? Dan kan het minder krijgen: %(offers)s."
    ),
}

DIFFERS: Sentences = {
    "fewer_applications": lazy_gettext("Er zijn minder aanvragen nodig: %(number)s."),
    "more_applications": lazy_gettext("Er zijn meer aanvragen nodig: %(number)s."),
    "less_to_repay": lazy_gettext("De lening is %(difference_cents)s lager."),
    "more_to_repay": lazy_gettext("De lening is %(difference_cents)s hoger."),
    "employer_pays_less": lazy_gettext("De werkgever betaalt %(difference_cents)s minder."),
    "employer_pays_more": lazy_gettext("De werkgever betaalt %(difference_cents)s meer."),
    "less_public_money": lazy_gettext("Er is %(difference_cents)s minder publiek geld nodig."),
    "more_public_money": lazy_gettext("Er is %(difference_cents)s meer publiek geld nodig."),
}

LEVERS: Sentences = {
    "listed_training": lazy_gettext("De opleiding is in een andere sector: %(changes)s."),
    "other_training": lazy_gettext("Kies een opleiding waarvoor dit geldt: %(changes)s."),
    "provider": lazy_gettext("Kies een opleider of opleiding waarvoor dit geldt: %(changes)s."),
    "employer_fact": lazy_gettext("Bij het bedrijf geldt dit: %(changes)s."),
    "more_hours": lazy_gettext("Het antwoord op “%(question)s” is %(value)s, dus meer."),
    "fewer_hours": lazy_gettext("Het antwoord op “%(question)s” is %(value)s, dus minder."),
    "start_later": lazy_gettext("De opleiding begint pas op %(day)s."),
    "start_earlier": lazy_gettext("De opleiding begint al op %(day)s."),
    "apply_before_start": lazy_gettext("Vraag eerst aan. Begin pas op %(day)s met de opleiding."),
    "apply_later": lazy_gettext("Vraag pas aan op %(day)s. Dan is deze regeling open: %(offers)s."),
    "pledge": lazy_gettext("De werkgever zegt %(amount_cents)s toe."),
    "pledge_unlocks": lazy_gettext(
        "De werkgever zegt %(amount_cents)s toe. Dan betaalt deze regeling ook meer: %(offers)s, samen %(schemes_cents)s."
    ),
    "other_route": lazy_gettext(
        "Laat %(route)s het aanvragen. Dan betaalt de werknemer %(resident_cents)s en de werkgever %(employer_cents)s."
    ),
    "split_over_years": lazy_gettext(
        "Verdeel de kosten over twee jaar: %(first_cents)s nu en %(second_cents)s vanaf %(day)s."
    ),
    "ceiling_raised": lazy_gettext("Het maximum van %(offers)s gaat van %(from_cents)s naar %(to_cents)s."),
    "minimum_lowered": lazy_gettext("Het minimum van %(offers)s gaat van %(from_cents)s naar %(to_cents)s."),
    "combination_allowed": lazy_gettext("Deze regeling mag samen met de andere: %(offers)s."),
    "scheme_open": lazy_gettext("Deze regeling gaat weer open: %(offers)s."),
    "budget_raised": lazy_gettext("Bij dit budget komt %(by_cents)s: %(funding_lines)s."),
    "lock_released": lazy_gettext("Wat is vastgezet of uitgesloten, vervalt: %(offers)s."),
}

ROUTES: Sentences = {
    "individual": lazy_gettext("de werknemer"),
    "employer": lazy_gettext("de werkgever"),
}

WHO: Sentences = {
    "resident": lazy_gettext("De aanvrager"),
    "employer": lazy_gettext("De werkgever"),
    "advisor": lazy_gettext("De adviseur"),
    "scheme_owner": lazy_gettext("De eigenaar van de regeling"),
    "region": lazy_gettext("De regio"),
}

PRICE: Sentences = {
    "own_more": lazy_gettext("De eigen bijdrage is %(difference_cents)s hoger dan in de beste verdeling."),
    "own_same": lazy_gettext("De eigen bijdrage is even hoog als in de beste verdeling."),
    "covered_less": lazy_gettext("Er is %(difference_cents)s minder gedekt."),
    "covered_more": lazy_gettext("Er is %(difference_cents)s meer gedekt, met een lening."),
    "public_more": lazy_gettext("Er is %(difference_cents)s meer publiek geld nodig."),
    "public_less": lazy_gettext("Er is %(difference_cents)s minder publiek geld nodig."),
    "public_same": lazy_gettext("Er is evenveel publiek geld nodig."),
    "applications_more": lazy_gettext("Er zijn meer aanvragen nodig: %(number)s."),
    "applications_fewer": lazy_gettext("Er zijn minder aanvragen nodig: %(number)s."),
    "own_less": lazy_gettext("De eigen bijdrage is %(difference_cents)s lager dan in de beste verdeling."),
    "not_proven": lazy_gettext(
        "Van een van de twee verdelingen is niet bewezen dat zij de beste is. Niet bewezen is de stap “%(step)s”. De eigen "
        "bijdrage kan daardoor hoogstens %(gap_cents)s lager zijn dan hier staat."
    ),
}
