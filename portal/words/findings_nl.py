"""The Dutch of every code of a finding: what is wrong, and what to do about it. Used by `portal.words.findings` only.

Why a table and not the catalogue of ``gettext``: there a Dutch sentence has one English one, and here it has not. The English of
a finding is written where the fault is found, in schemes/ and matching/, which know no language. It holds its values already, and
goes as it is into JSON and to whoever uses those packages without a desk. One code has several English sentences
(``duplicate_id`` is said of conditions, variants, organisations and cost lines, of each in its own words) and one Dutch one,
followed by the values. A catalogue would hold a second English beside that of the finding, which nothing keeps equal to it.

What is kept equal is tested (tests/portal/words/test_findings.py): every code has Dutch, no Dutch is left of a code that is gone,
and who reads English is shown what the finding says, for every code.
"""

from schemes.basics.values import MONTH_DAY

FORMS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "kleine letters, cijfers en losse koppeltekens, zoals werk-voucher",
    "^[a-z][a-z0-9]*(_[a-z0-9]+)*$": "kleine letters, cijfers en losse lage streepjes, zoals birth_year",
    "^GM[0-9]{4}$": "GM en vier cijfers, zoals GM0200",
    MONTH_DAY: 'een dag van het jaar als maand-dag tussen aanhalingstekens, zoals "09-01"',
    "^[1-9][0-9]{3}$": 'de vier cijfers van een postcode tussen aanhalingstekens, zoals "7411"',
}
KINDS = {"A group of keys": "een groep sleutels", "A list": "een lijst", "Nothing": "niets"}

_ONE = "Verander een van de twee."
_NUMBER = "Verbeter het getal."
_CHOOSE = "Verbeter het, of laat het weg."
_KEEP = "Laat er één staan."
_DATE = "Schrijf jaar-maand-dag, zoals 2026-03-01."
_TEXT = "Schrijf een tekst, of laat de sleutel weg."

_RECEIPT = "Gebruik dit bewijs niet. Vraag het opnieuw aan het loket."

SENTENCES: dict[str, tuple[str, str]] = {
    # a file that cannot be read
    "alias": ("Verwijzingen (&naam, *naam, <<) kunnen hier niet.", "Schrijf de waarden voluit."),
    "control_character": ("Er staat een teken in dat niet mag.", "Typ de tekst opnieuw."),
    "duplicate_key": ("Deze sleutel staat er twee keer.", _KEEP),
    "empty_file": ("Het bestand is leeg.", "Vul het, of laat het weg."),
    "file_missing": ("Dit bestand bestaat niet.", "Controleer de naam en de map."),
    "file_not_read": ("Dit wordt niet gelezen, door de naam. Geef het een andere naam, of haal het weg.", "Verander de naam."),
    "file_unreadable": ("Dit bestand kan niet worden gelezen.", "Controleer de naam en de rechten."),
    "is_a_folder": ("Dit is een map, geen bestand.", "Noem een bestand in deze map."),
    "key_not_text": ("Een sleutel moet een gewoon woord zijn.", "Schrijf sleutel: waarde."),
    "not_json": ("Dit is geen JSON.", "Verbeter deze regel."),
    "not_utf8": ("Het bestand is geen gewone tekst in UTF-8 van hoogstens 1 MB.", "Bewaar het als UTF-8."),
    "not_yaml": (
        "Dit is geen YAML.",
        "Controleer het inspringen (spaties, geen tabs) en zet tekst met : # ? , of [ tussen aanhalingstekens.",
    ),
    "several_documents": ("In het bestand staan meer documenten (---).", "Maak er losse bestanden van."),
    "tag": ("Labels (!naam) kunnen hier niet.", "Laat het label weg."),
    "too_deep": ("Het bestand heeft te veel niveaus in elkaar.", "Gebruik minder niveaus."),
    "too_large": ("Dit is te groot om te lezen of uit te rekenen.", "Maak het kleiner, of splits het."),
    "weights_per_capacity": ("Elke keuze heeft bij elke grens één gewicht nodig.", _NUMBER),
    "wrong_top_level": (
        "Het bestand moet sleutels met waarden bevatten.",
        "Begin met de regel format: en schrijf sleutel: waarde.",
    ),
    # a value of the wrong kind
    "missing_key": ("Hier ontbreekt een sleutel.", "Voeg die toe."),
    "unknown_key": ("Deze sleutel bestaat hier niet.", _CHOOSE),
    "unknown_type": ("Deze soort bestaat hier niet.", _CHOOSE),
    "value_not_allowed": ("Deze waarde kan hier niet.", "Kies een waarde uit de lijst."),
    "not_a_whole_number": (
        "Dit is geen heel getal.",
        "Schrijf een heel getal zonder aanhalingstekens; bedragen zijn in centen.",
    ),
    "not_true_or_false": ("Dit is niet true of false.", "Schrijf true of false, zonder aanhalingstekens."),
    "not_a_text": ("Dit is geen tekst.", "Schrijf een tekst; zet getallen tussen aanhalingstekens."),
    "wrong_form": ("Dit heeft niet de goede vorm.", "Verbeter het."),
    "blank_text": ("De tekst is leeg.", _TEXT),
    "text_too_long": ("De tekst is te lang.", "Maak de tekst korter."),
    "not_a_mapping": ("Dit is geen groep sleutels.", "Schrijf hier sleutel: waarde."),
    "not_a_list": ("Dit is geen lijst.", "Schrijf een lijst: elk onderdeel op een eigen regel na een streepje."),
    "too_small": ("Dit getal is te klein.", _NUMBER),
    "too_large_number": ("Dit getal is te groot.", _NUMBER),
    "too_few_items": ("De lijst is te kort.", "Voeg iets toe, of laat de sleutel weg."),
    "too_many_items": ("De lijst is te lang.", "Maak de lijst korter."),
    "more_than_one_line": ("De tekst moet op één regel staan.", "Zet de tekst op één regel."),
    "not_a_date": ("Deze dag bestaat niet.", _DATE),
    "date_out_of_range": ("Een datum ligt tussen 1900 en 2200.", "Verbeter het jaar."),
    "not_a_share": ("Dit is geen deel tussen 0 en 1.", 'Schrijf een tekst zoals "1/3", "50%" of "12,5%".'),
    "not_a_number": ("Dit is geen getal.", "Schrijf een getal zonder aanhalingstekens, of null als u het niet weet."),
    "number_out_of_range": ("Dit getal is veel te groot of te klein.", _NUMBER),
    "too_many_decimals": ("Dit getal heeft te veel cijfers achter de komma.", "Rond het af."),
    "outside_the_netherlands": (
        "Deze plaats ligt niet in Nederland.",
        "Schrijf graden noord (50.7 tot 53.6) bij latitude en graden oost (3.3 tot 7.3) bij longitude.",
    ),
    "more_findings": ("Er zijn nog meer fouten.", "Verbeter eerst de fouten hierboven."),
    # parts that do not fit together
    "dates_reversed": ("De laatste dag ligt voor de eerste dag.", _ONE),
    "periods_overlap": ("De perioden overlappen, of staan niet op volgorde.", "Zet ze op volgorde, zonder overlap."),
    "third_party_named": (
        "third_party hoort alleen bij who: third_party, en is daar nodig.",
        "Voeg het toe, of laat het weg.",
    ),
    "rest_needs_parts": ("keep_rest kan alleen met partial_redemption.", _ONE),
    "pass_order": (
        "pass_order noemt eerst own_money, en dan rest, priced_money en schemes.",
        "Noem ze alle vier één keer.",
    ),
    "duplicate_id": ("Deze naam staat er twee keer.", "Geef elk onderdeel een eigen naam."),
    "tiles_of_region": (
        "Elke gemeente van de regio heeft één tegel op de kaart, elk op een eigen plaats.",
        "Geef elke gemeente een rij en een kolom, of laat de kaart weg.",
    ),
    "includes_itself": ("Een regio noemt andere regio's, elk één keer, en niet zichzelf.", "Haal de dubbele naam weg."),
    "no_bound": ("De voorwaarde heeft geen grens.", "Geef een grens."),
    "two_bounds": ("Deze grenzen kunnen niet samen.", _KEEP),
    "mixed_bounds": (
        "Vaste dagen en dagen vanaf de peildatum kunnen niet in één voorwaarde.",
        "Maak er twee voorwaarden van.",
    ),
    "months_for_period": ("months hoort alleen bij period: before, en is daar nodig.", "Voeg months toe, of laat het weg."),
    "per_own_scheme": ("per: employer kan alleen voor toekenningen van de regeling zelf.", "Laat schemes of per weg."),
    "two_days": ("De leeftijd telt op één dag: on_fact of on_day.", _KEEP),
    "two_days_needed": ("Geef from, to of allebei, en niet twee keer hetzelfde feit.", _ONE),
    "other_or_list": ("Geef other of list, één van de twee.", _KEEP),
    "by_without_list": ("by hoort bij list.", "Voeg list toe, of laat by weg."),
    "each_or_share": ("each hoort bij other, en kan niet samen met share.", _KEEP),
    "compares_itself": ("Een feit kan niet met zichzelf worden vergeleken.", "Noem een ander feit."),
    "not_a_row_value": (
        "Dit is geen waarde van het andere feit.",
        "Schrijf een heel getal, of een waarde zoals het andere feit die heeft (yes en no bij ja of nee).",
    ),
    "rest_row_last": ("Alleen de laatste rij mag geen waarden hebben.", "Zet die rij als laatste."),
    "rows_mixed": ("De rijen noemen getallen of namen, niet allebei.", _ONE),
    "per_extra_row": ("above is het grootste getal dat een rij noemt.", "Verbeter above, of voeg een rij toe."),
    "two_facts_needed": ("Een som heeft twee feiten of meer.", "Gebruik number voor één feit."),
    "number_or_items": ("Geef number of items, één van de twee.", _KEEP),
    "not_a_ratio": ("Dit is geen deel.", 'Schrijf een tekst zoals "2/3", "60%" of "130%".'),
    "never_true": ("Aan deze voorwaarde kan niemand voldoen.", "Verbeter de grenzen of het aantal."),
    "years_for_period": (
        "years hoort alleen bij from_first_award en before_award.",
        "Laat years weg, of voeg het toe.",
    ),
    "award_has_no_period": ("Een maximum per toekenning heeft geen periode.", "Laat de periode weg."),
    "less_for_base": ("less hoort alleen bij eligible_cost_less, en is daar nodig.", "Voeg less toe, of laat het weg."),
    "amount_or_share": ("Geef amount_cents of share, niet allebei.", _KEEP),
    "duplicate_value": ("Deze waarde staat er twee keer.", _KEEP),
    "values_missing": ("Dit feit heeft een lijst met waarden nodig.", "Voeg values toe."),
    "values_not_allowed": ("Alleen feiten van de soort choice of choices hebben waarden.", "Laat values weg."),
    "money_key": (
        "Alleen de sleutel van een bedrag eindigt op _cents, en dat moet dan ook.",
        "Verander de sleutel of de soort.",
    ),
    "range_not_allowed": ("Alleen getallen, bedragen en jaren hebben een minimum of maximum.", "Laat het weg."),
    "range_reversed": ("Het minimum is hoger dan het maximum.", _ONE),
    "past_only_not_allowed": ("past_only kan alleen bij een datum of een jaar.", "Laat het weg."),
    "decimals_not_allowed": ("decimals kan alleen bij een getal.", "Laat het weg."),
    "reserved_key": ("Deze sleutel gebruikt het loket zelf, voor wat eerder is toegekend.", "Kies een andere sleutel."),
    "duplicate_fact": ("Dit feit bestaat al.", "Gebruik dat feit, of kies een andere sleutel."),
    # contradictions in a scheme
    "ended_explained": ("explanation_when_ended hoort bij state: ended, en is daar nodig.", _ONE),
    "ended_on_without_ended": ("ended_on kan alleen met state: ended.", _ONE),
    "windows_of_unknown": ("Bij state: unknown zijn er geen aanvraagperioden.", _ONE),
    "windows_overlap": (
        "De aanvraagperioden overlappen, of staan niet op volgorde.",
        "Zet ze op volgorde, zonder overlap.",
    ),
    "not_a_clock_time": ("Dit is geen tijdstip.", 'Schrijf het tijdstip tussen aanhalingstekens, zoals "17:00".'),
    "closes_at_without_day": ("closes_at hoort bij een laatste dag.", "Voeg closes_on toe, of laat closes_at weg."),
    "state_since_without_ceiling": ("state_since kan alleen met state: ceiling_reached.", _ONE),
    "before_and_after_start": ("Aanvragen kan niet zowel voor als na de start.", _KEEP),
    "within_days_without_start": ("within_days hoort bij after_start: true.", _ONE),
    "waiting_list_in_order": (
        "Een wachtlijst kan alleen bij verdeling op volgorde van ontvangst.",
        "Haal waiting_list weg, of kies distribution: order_of_receipt.",
    ),
    "duplicate_change": ("Een wijziging staat er twee keer in complete_again_after.", _KEEP),
    "complete_again_in_order": (
        "Alleen bij verdeling op volgorde van ontvangst heeft een aanvraag een dag die zij kan houden.",
        "Haal complete_again_after weg, of kies distribution: order_of_receipt.",
    ),
    "payment_explained": ("Bij moment: other hoort uitleg.", "Voeg note toe."),
    "duplicate_route": ("Een route staat er twee keer.", _KEEP),
    "duplicate_group": ("Een groep staat er twee keer.", _KEEP),
    "asks_itself_first": ("Een regeling kan niet wachten op zichzelf.", "Haal deze regeling weg bij precedence."),
    "duplicate_category": ("Een soort kosten staat in meer dan één coverage.", _KEEP),
    "coverage_missing": (
        "Er staat niet welke kosten worden betaald.",
        "Voeg coverage toe, of schrijf amount_known: false.",
    ),
    "amount_unknown_but_given": ("Bij amount_known: false is er geen vast bedrag en geen tarief.", _ONE),
    "fixed_and_cap": ("Een vast bedrag heeft geen maximum per toekenning.", _KEEP),
    "fixed_and_rate": ("Een vast bedrag heeft geen tarief.", _KEEP),
    "fixed_and_minimum": ("Een vast bedrag heeft geen minimum.", _KEEP),
    "fact_or_units": ("Geef fact of units, niet allebei.", _KEEP),
    "no_unit_left": ("Met above_units blijft er geen eenheid over die betaalt.", "Verlaag above_units."),
    "tiers_in_order": (
        "De treden staan niet op volgorde van de kosten, of een eerdere trede heeft geen einde.",
        "Zet de treden op volgorde. Alleen de laatste mag zonder up_to_cents.",
    ),
    "tiers_rise": (
        "Bij eligible_cost_less mag het deel per trede niet hoger worden.",
        "Laat de delen dalen, of schrijf of: eligible_cost.",
    ),
    "reduction_of_nothing": (
        "Er is niets waar deze verlaging van af kan.",
        "Voeg een maximum per toekenning, een tarief of een vast bedrag toe.",
    ),
    "fixed_and_tiers": ("Een vast bedrag heeft geen treden.", _KEEP),
    "variant_without_amounts": ("Deze variant verandert geen enkel bedrag.", "Voeg een bedrag toe, of haal de variant weg."),
    "price_of_scheme_here": (
        "Een regeling van de regio zelf heeft geen prijs: die hoort bij de geldbronnen.",
        "Laat price_permille weg.",
    ),
    "minimum_above_cap": ("Het minimum is hoger dan een maximum, dus er kan nooit iets worden betaald.", _ONE),
    "loan_repayable": ("Een lening moet worden terugbetaald.", "Schrijf repayable: true."),
    "deciding_body_missing": ("Een regeling van de regio zelf heeft deciding_body nodig.", "Voeg deciding_body toe."),
    "voucher_rules": ("Alleen een voucher van de regio zelf heeft regels bij voucher, en die zijn daar nodig.", _ONE),
    "amount_unknown_here": ("Van een regeling van de regio zelf is het bedrag bekend.", "Schrijf de bedragen op."),
    "aid_without_public_money": ("Staatssteun is altijd geld van de overheid.", _ONE),
    "aid_of_loan": (
        "De steun in een lening is minder dan de lening en telt hier niet mee.",
        "Noem de steun in also_required.",
    ),
    "employer_money_public": ("Geld van de werkgever is geen geld van de overheid.", "Schrijf public_money: false."),
    # between the files of a region
    "region_missing": (
        "Deze regio is er niet, of kan niet worden gelezen.",
        "Noem een map met een region.yaml, of een bekende regio.",
    ),
    "name_differs": (
        "De naam in het bestand is anders dan de naam van het bestand of de map.",
        "Geef beide dezelfde naam.",
    ),
    "includes_circle": ("De regio's noemen elkaar in een kring.", "Haal er één weg."),
    "include_missing": (
        "Deze regio staat niet naast deze map en hoort niet bij de software.",
        "Voeg de map toe, of noem een andere regio.",
    ),
    "award_after_reference": ("Een eerdere toekenning ligt na de peildatum.", _ONE),
    "hash_differs": (
        "De inhoud klopt niet met de controlecode: het bestand is later veranderd.",
        "Vraag het opnieuw aan de afzender.",
    ),
    "duplicate_cases": ("Deze regeling heeft al een bestand met voorbeelden.", _KEEP),
    "case_fails": ("Dit voorbeeld komt anders uit dan verwacht.", "Verbeter de regeling of het voorbeeld."),
    "no_cases": ("Er is geen voorbeeld dat laat zien wat de regeling doet.", "Schrijf minstens één voorbeeld met de uitkomst."),
    "duplicate_case": ("Dit voorbeeld staat twee keer in het bestand.", "Geef elk voorbeeld een eigen zin."),
    "case_without_day": ("Dit voorbeeld heeft geen dag.", "Schrijf `on` bij het voorbeeld of bij given."),
    "case_without_costs": ("Dit voorbeeld verwacht een bedrag, maar heeft geen kosten.", "Voeg kosten toe."),
    "nothing_expected": ("Dit voorbeeld verwacht niets.", "Schrijf wat eruit moet komen, zoals verdict of amount_cents."),
    "unknown_reason": ("Deze reden bestaat niet bij deze regeling.", "Noem de id of de soort van een voorwaarde."),
    "unknown_state": ("Deze stand bestaat niet.", "Gebruik open, not_yet_open, closed, ended of unknown."),
    "duplicate_scheme": ("Deze regeling staat ook in een ander bestand.", "Houd er één, of kies een andere naam."),
    "unknown_organisation": ("Deze organisatie bestaat niet.", _CHOOSE),
    "unknown_scheme": ("Deze regeling bestaat niet.", _CHOOSE),
    "unknown_fact": ("Dit feit bestaat niet.", "Gebruik een feit uit facts.yaml, of voeg het daar toe."),
    "unknown_list": ("Deze lijst bestaat niet.", "Voeg de lijst toe in de map reference, of noem een andere."),
    "centre_missing": (
        "In geen lijst staat waar deze gemeente ligt.",
        "Voeg de gemeente toe aan een lijst van de soort centres, met latitude en longitude.",
    ),
    "unknown_funder": ("Deze geldgever bestaat niet.", _CHOOSE),
    "unknown_agreement": ("Deze afspraak bestaat niet.", _CHOOSE),
    "fact_type_differs": (
        "Dit feit is van een soort die hier niet past.",
        "Kies een ander feit, of een andere voorwaarde.",
    ),
    "bound_out_of_range": (
        "Deze grens ligt buiten wat het feit kan zijn.",
        "Verbeter de grens, of het minimum of maximum van het feit.",
    ),
    "list_kind_differs": ("Deze lijst is van een soort die hier niet past.", "Noem een lijst van een andere soort."),
    "list_needs_by": (
        "Een lijst met een getal per waarde heeft by nodig; een lijst met één getal niet.",
        "Voeg by toe, of laat het weg.",
    ),
    "share_of_day": ("Rekenen kan alleen met een getal of een bedrag.", "Laat share, each of plus weg."),
    "row_value_differs": (
        "Deze waarde past niet bij de soort van het feit.",
        "Schrijf hele getallen bij een getal of jaar, en woorden bij elk ander feit.",
    ),
    "values_without_row": (
        "Niet elke waarde van het feit heeft hier een grens. Bij de andere weten we het niet.",
        "Voeg ze toe, of een laatste rij zonder waarden.",
    ),
    "prefix_never_matches": ("Geen waarde van het feit begint zo.", _CHOOSE),
    "list_never_matches": (
        "Geen waarde van het feit staat in de lijst.",
        "Gebruik in beide dezelfde sleutels, of noem een andere lijst.",
    ),
    "agreement_of_other_funder": ("Deze afspraak is met een andere geldgever.", _ONE),
    "earmark_unused": (
        "Geen regeling van de regio kan dit geld gebruiken.",
        "Controleer de regelingen, routes en soorten kosten.",
    ),
    # facts of a question
    "derived_fact": ("Dit feit volgt uit een ander feit.", "Geef dat andere feit."),
    "birth_year_differs": ("Het geboortejaar is niet het jaar van de geboortedatum.", _ONE),
    "not_yes_or_no": ("Het antwoord moet ja of nee zijn.", "Schrijf true, false of unknown."),
    "out_of_range": ("Deze waarde is te klein of te groot.", "Verbeter de waarde, of schrijf unknown."),
    "in_the_future": ("Dit moment is nog niet geweest.", "Schrijf een eerdere dag of een eerder jaar."),
    "text_not_allowed": (
        "De tekst is te lang, of bevat een teken dat niet mag.",
        "Maak de tekst korter, of typ hem opnieuw.",
    ),
    "not_a_municipality": ("Dit is niet de CBS-code van een gemeente.", "Schrijf GM en vier cijfers, zoals GM0200."),
    "not_a_postcode": ("Dit is geen Nederlandse postcode.", "Schrijf 7411 AB, of alleen de cijfers: 7411."),
    # parts of a problem, and its mix
    "pledge_in_bundle": ("In een bundel betaalt de werkgever de rest; er is geen toezegging.", "Laat pledges weg."),
    "part_does_not_fit": (
        "Met parts noemt elke regel en elk aanbod zijn deel; zonder parts geen enkele.",
        "Schrijf part overal, of nergens.",
    ),
    "two_pledges_of_one_kind": ("Er is hoogstens één toezegging fixed en één up_to.", _KEEP),
    "bearer_in_employer_route": (
        "In de route van de werkgever zijn alle kosten van de werkgever.",
        "Schrijf bearer: employer.",
    ),
    "bearer_of_category": ("Deze soort kosten is altijd van de werkgever.", "Schrijf bearer: employer."),
    "without_vat_is_more": ("Het bedrag zonder btw is hoger dan het bedrag.", _ONE),
    "price_of_offer_here": (
        "Een aanbod van de regio zelf heeft geen prijs: die hoort bij de geldbronnen.",
        "Laat de prijs weg.",
    ),
    "had_before_without_cap": (
        "Wat iemand eerder kreeg telt mee voor een maximum, maar dat is er niet.",
        "Voeg cap_cents toe.",
    ),
    "less_does_not_fit": (
        "less hoort alleen bij of: eligible_cost_less, en is daar nodig.",
        "Voeg less toe, of laat het weg.",
    ),
    "duplicate_lock": ("Hetzelfde deel is twee keer vastgezet.", _KEEP),
    "unknown_id": ("Deze naam bestaat hier niet.", "Gebruik een naam die in dit bestand staat."),
    "lock_conflict": ("Wat is vastgezet, kan niet allemaal samen.", "Maak een van deze delen los."),
    "limit_reached": (
        "Er is niet op tijd een verdeling gevonden met wat is vastgezet.",
        "Verhoog settings.deterministic_limit_ms.",
    ),
    "no_mix": ("In dit antwoord staat geen verdeling: de vraag had geen kosten.", "Voeg kosten toe en vraag opnieuw."),
    # a receipt
    "embedded_hash_differs": ("Dit is niet de versie die de controlecode noemt.", _RECEIPT),
    "embedded_name_differs": ("Dit is een andere regeling, lijst of versie dan er staat.", _RECEIPT),
    "model_differs": ("Wat er over de rekenwijze staat, past niet bij de verdeling.", _RECEIPT),
    "other_software": (
        "Dit bewijs komt van andere software, die andere regels controleerde.",
        "Controleer het ook met de versie van toen.",
    ),
    "facts_differ": ("De gegevens passen niet bij hun definities.", _RECEIPT),
    "fact_differs": ("Dit gegeven volgt niet uit de andere.", _RECEIPT),
    "fact_twice": ("Een gegeven staat er twee keer.", _RECEIPT),
    "verdict_differs": ("De uitkomst van deze regeling is anders bij deze gegevens.", _RECEIPT),
    "problem_differs": ("Dit deel van de som volgt niet uit de vraag en de regelingen.", _RECEIPT),
    "constraint_broken": ("De verdeling houdt zich niet aan een regel.", _RECEIPT),
    "claim_differs": ("Wat de verdeling over zichzelf zegt, klopt niet.", _RECEIPT),
    "passes_differ": ("De stappen van het bewijs kloppen niet.", _RECEIPT),
    "reasons_differ": ("De redenen horen niet bij deze verdeling.", _RECEIPT),
    "alternative_differs": ("Het verschil met een andere verdeling klopt niet.", _RECEIPT),
    "decision_differs": ("Het besluit hoort niet bij deze verdeling.", _RECEIPT),
    "outcome_differs": ("Wat is besloten, is niet wat de verdeling betaalt.", _RECEIPT),
    "outcome_missing": ("Een regeling betaalt zonder dat daarover is besloten.", _RECEIPT),
    "overrides_differ": ("Wat anders is besloten, is niet het verschil tussen de verdelingen.", _RECEIPT),
}  # fmt: skip
