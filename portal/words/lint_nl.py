"""The Dutch of every code of the linter: what is doubtful, and what to do about it. Names between braces are parameters.

Used by `portal.words.findings` only. Which codes there are stands in `schemes.lint.rules`.

Why a table and not the catalogue of ``gettext`` stands at `portal.words.findings_nl`: the English of a finding is written by the
rule that finds it, its values filled in, and would stand in a catalogue a second time. Beside that table and not in it, because
these sentences keep places for their values where those others name the values behind the sentence. Tests hold this table to the
rules: every rule has Dutch, no Dutch is left over, and every place gets its value from the rule (tests/schemes/lint and
tests/matching/lint).
"""

_MEANT = "Laat het zo als het zo bedoeld is."
_OUT = "Haal het weg, of verander de uitsluiting."

LINT: dict[str, tuple[str, str]] = {
    # conditions
    "rule_never_true": (
        "Aan deze regel kan niemand voldoen: {rule}.",
        "Verbeter de grenzen of de waarden, of haal de regel weg.",
    ),
    "rules_contradict": (
        "Niemand kan aan deze regels samen voldoen: {rules}.",
        "Verander er één, of zet ze samen in een voorwaarde van de soort any.",
    ),
    "variant_never_used": (
        "Niemand krijgt de variant {variant}: niemand past erin, of een eerdere variant gaat altijd voor.",
        "Verbeter de voorwaarde, of zet de smalste variant vooraan.",
    ),
    "rule_always_true": (
        "Iedereen voldoet altijd aan deze regel: {rule}. Hij vraagt dus niets.",
        "Verbeter de grenzen of de waarden, of haal de regel weg.",
    ),
    "rule_adds_nothing": (
        "Wie aan de andere regels voldoet, voldoet ook aan deze: {rule}.",
        "Haal de regel weg, of verbeter hem.",
    ),
    # stacking
    "precedence_in_group": (
        "Deze regeling vraagt eerst {other}, maar beide staan in de groep {group}. Daarvan mag er maar één worden gebruikt.",
        "Haal de voorrang weg, of haal een van de twee uit de groep.",
    ),
    "precedence_excluded": (
        "Deze regeling vraagt eerst {other}, maar de twee kunnen nooit samen: er mag geen ander geld van de overheid bij.",
        "Haal de voorrang weg, of no_other_public_money.",
    ),
    "precedence_circle": ("Deze regelingen vragen elkaar eerst: {circle}.", "Haal één voorrang weg."),
    "precedence_no_effect": (
        "{other} bestaat niet meer of is voor een andere route, en gaat dus nooit voor.",
        "Haal de voorrang weg.",
    ),
    "precedence_costs_money": (
        "Dat {first} voorgaat, kan iemand geld kosten. Bij kosten van {cost_cents}, samen met {others}, betaalt iemand zelf "
        "{without_cents} zonder {first}, en {with_cents} als {first} {first_cents} mag betalen.",
        "Haal de voorrang weg, of verander het bedrag of de regel die dan niet meer past.",
    ),
    "less_excluded": ("Wat {other} betaalt gaat eraf, maar de twee regelingen kunnen nooit samen.", _OUT),
    "own_share_excluded": (
        "Geld van een sectorfonds telt mee als eigen deel, maar naast deze regeling kan geen sectorfonds worden gebruikt.",
        "Schrijf counts_sector_fund: false, of verander de uitsluiting.",
    ),
    "joint_cap_excluded": (
        "Het gezamenlijke maximum {cap} telt {other} mee, maar de twee regelingen kunnen nooit samen.",
        _OUT,
    ),
    "joint_cap_differs": (
        "{other} noemt een andere grens voor het gezamenlijke maximum {cap}. De laagste geldt.",
        "Schrijf in beide dezelfde grens.",
    ),
    "group_of_one": (
        "In de groep {group} staat geen andere regeling. De groep sluit dus niets uit.",
        "Noem de groep ook bij de andere regelingen, of haal hem weg.",
    ),
    "group_never_binds": (
        "De groep {group} heeft {members} regelingen, en die mogen allemaal samen. De groep sluit dus niets uit.",
        "Verlaag at_most, of haal de groep weg.",
    ),
    "group_differs": (
        "De groep {group} heeft een andere at_most of scope in: {others}.",
        "Schrijf in alle regelingen van de groep hetzelfde.",
    ),
    # amounts
    "fixed_not_whole": (
        "{fixed_cents} wordt nooit betaald: deze regeling betaalt hele bedragen van {unit_cents}.",
        "Schrijf een bedrag dat daar precies in past, of een andere rounding_unit_cents.",
    ),
    "fixed_too_small": (
        "{fixed_cents} wordt nooit betaald: onder {minimum_cents} vraagt in deze regio niemand iets aan.",
        "Schrijf een ander bedrag, of verlaag smallest_share_cents van de regio.",
    ),
    "scheme_beaten": (
        "Wie deze regeling kan krijgen, kan ook {other} krijgen. Die betaalt nooit minder, en beide samen kan niet.",
        "Controleer de bedragen en voorwaarden van beide. Haal er één weg als niemand er iets aan heeft.",
    ),
    "cliff_in_cost": (
        "Eén euro maakt veel verschil. Bij kosten van {cost_cents} is het bedrag {high_cents}, bij één euro minder {low_cents}.",
        _MEANT + " Laat anders het bedrag langzaam stijgen.",
    ),
    "cliff_in_fact": (
        "Eén stap maakt een verschil van {loss_cents}. Rond {fact} {value} is het bedrag {high_cents} of {low_cents}.",
        _MEANT + " Laat anders het bedrag langzaam dalen.",
    ),
    "cliff_in_time": (
        "Eén dag maakt een verschil van {loss_cents}. Wie aanvraagt op {day} krijgt {low_cents}, een dag eerder {high_cents}.",
        _MEANT,
    ),
    # ages and days
    "ages_gap": (
        "De leeftijd {ages} valt tussen deze regeling of variant en {other}.",
        _MEANT + " Laat ze anders aansluiten.",
    ),
    "ages_overlap": (
        "De leeftijd {ages} valt in deze regeling en in {other}. Er mag er maar één worden gebruikt.",
        _MEANT + " Laat ze anders aansluiten.",
    ),
    "window_gap": (
        "Tussen twee aanvraagperioden zit één dag waarop niemand kan aanvragen: {day}.",
        _MEANT + " Laat de perioden anders aansluiten.",
    ),
    "dated_gap": (
        "Van {first} tot en met {last} geldt geen enkele waarde.",
        "Laat de vorige waarde langer gelden, of voeg de waarde van deze dagen toe.",
    ),
    "value_missing": (
        "Op {day} kan iemand de regeling aanvragen, maar dan geldt er geen waarde.",
        "Voeg de waarde toe die dan geldt.",
    ),
    "list_missing": (
        "Op {day} kan iemand de regeling aanvragen, maar de lijst {list} zegt niets over die dag.",
        "Voeg een versie van de lijst toe.",
    ),
    # money
    "budget_unreachable": (
        "Geen enkele vraag kan worden betaald uit {line}. Daar staat {amount_cents}.",
        "Controleer de regelingen, routes, plaatsen, sectoren, soorten kosten en de periode.",
    ),
    "scheme_without_money": (
        "Er is geen geldbron die deze regeling kan betalen.",
        "Voeg een geldbron toe, of maak een oormerk of periode ruimer.",
    ),
    # texts, sources and age of the definition
    "translation_missing": (
        "De Engelse tekst ontbreekt, of is hetzelfde als de Nederlandse: {text}",
        "Schrijf de Engelse tekst.",
    ),
    "source_missing": (
        "Niet te zien is waar dit vandaan komt: {places}.",
        "Voeg het artikel toe. Schrijf een los bedrag als een waarde met een datum en een bron. Noem een aanname een aanname.",
    ),
    "review_passed": (
        "Deze regeling had op {day} opnieuw gecontroleerd moeten zijn.",
        "Vergelijk haar met de bronnen en kies een nieuwe review_on.",
    ),
    "windows_passed": (
        "De laatste aanvraagperiode sloot op {day}. Er is geen volgende.",
        "Voeg de volgende periode toe, of schrijf state closed, ended of unknown.",
    ),
}
