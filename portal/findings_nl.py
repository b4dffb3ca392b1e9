"""The Dutch of every code of a finding: what is wrong, and what to do about it. Used by `portal.findings` only."""

FORMS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "kleine letters, cijfers en losse koppeltekens, zoals werk-voucher",
    "^[a-z][a-z0-9]*(_[a-z0-9]+)*$": "kleine letters, cijfers en losse lage streepjes, zoals birth_year",
    "^GM[0-9]{4}$": "GM en vier cijfers, zoals GM0200",
    "^[1-9][0-9]{3}$": 'de vier cijfers van een postcode tussen aanhalingstekens, zoals "7411"',
}
KINDS = {"A group of keys": "een groep sleutels", "A list": "een lijst", "Nothing": "niets"}

_ONE = "Verander een van de twee."
_NUMBER = "Verbeter het getal."
_CHOOSE = "Verbeter het, of laat het weg."
_KEEP = "Laat er één staan."
_DATE = "Schrijf jaar-maand-dag, zoals 2026-03-01."
_TEXT = "Schrijf een tekst, of laat de sleutel weg."

SENTENCES: dict[str, tuple[str, str]] = {
    # a file that cannot be read
    "alias": ("Verwijzingen (&naam, *naam, <<) kunnen hier niet.", "Schrijf de waarden voluit."),
    "control_character": ("Er staat een teken in dat niet mag.", "Typ de tekst opnieuw."),
    "duplicate_key": ("Deze sleutel staat er twee keer.", _KEEP),
    "empty_file": ("Het bestand is leeg.", "Vul het, of laat het weg."),
    "file_missing": ("Dit bestand bestaat niet.", "Controleer de naam en de map."),
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
    "includes_itself": ("Een regio noemt andere regio's, elk één keer, en niet zichzelf.", "Haal de dubbele naam weg."),
    "no_bound": ("De voorwaarde heeft geen grens.", "Geef een grens."),
    "two_bounds": ("Deze grenzen kunnen niet samen.", _KEEP),
    "mixed_bounds": (
        "Vaste dagen en dagen vanaf de peildatum kunnen niet in één voorwaarde.",
        "Maak er twee voorwaarden van.",
    ),
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
        "De inhoud klopt niet met de controlecode: het pakket is later veranderd.",
        "Vraag het pakket opnieuw aan de afzender.",
    ),
    "duplicate_cases": ("Deze regeling heeft al een bestand met voorbeelden.", _KEEP),
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
    "list_kind_differs": ("Deze lijst bevat een leeftijd, geen waarden.", "Noem een lijst met waarden."),
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
}  # fmt: skip
