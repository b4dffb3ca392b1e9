"""What people at the desk write: notes of talks, requests, answers and reasons. Placeholders: {name}, {training}, {school}, {company}."""

from __future__ import annotations

ACCOUNT_CHECKED = "Gebeld op het nummer van de website; de administratie las het rekeningnummer voor."
TALK_NOTES = (
    "Goed gesprek gehad. {name} weet waarom deze opleiding past: er zijn in de buurt genoeg vacatures. Offerte van {school} gezien. "
    "Reistijd is te doen, de lessen zijn op vrijdag en zaterdag.",
    "{name} twijfelde tussen twee opleidingen. Wij hebben de lesdagen en de kosten naast elkaar gelegd. De keuze is {training}. "
    "Kan in januari beginnen, mits de voucher er op tijd is.",
    "Gesproken over de thuissituatie en over hoeveel uur leren er bij past. {name} rekent op acht uur per week en heeft dat met het "
    "gezin besproken. Partner werkt minder op lesdagen.",
    "Intake bij {school} is geweest, toelating is schriftelijk bevestigd. Geen andere voorziening die voorgaat. Wij hebben samen de "
    "aanvraag doorgenomen.",
    "Rustig gesprek. {name} heeft lang niet geleerd en ziet op tegen het examen. Gewezen op de hulp die {school} biedt: extra "
    "oefenavonden en een oefenexamen. Dat gaf vertrouwen.",
    "{name} werkt al met het vak en mist alleen het papier. Twee collega's haalden dit certificaat eerder en zijn doorgegroeid.",
)
EMPLOYER_TALK_NOTES = (
    "Bij {company} op bezoek geweest. {name} was er ook bij en wil dit graag. Het bedrijf betaalt de helft en geeft de lesdag vrij.",
    "Gebeld met {company}. De opleiding hoort bij het plan voor de komende twee jaar. Voor dit bedrijf is de bijdrage de doorslag.",
    "Gesprek met {company} en {name}. Uitgelegd dat de helft voor de werkgever is, zonder btw. Geen steun gehad in de laatste drie "
    "jaar; de verklaring volgt.",
)
DESK_NOTES = (
    "Gebeld, geen antwoord. Voicemail ingesproken met ons nummer.",
    "Offerte van {school} binnen, bedragen kloppen met de vraag.",
    "Adres nagekeken: woont in de regio.",
    "Collega van het UWV gesproken: geen bezwaar tegen deze opleiding.",
    "{school} bevestigt: er is nog plaats in de groep die nu begint.",
    "Kopie van het huidige contract gezien en teruggegeven. Niets bewaard.",
)
REQUESTS = (
    "Wilt u ons de offerte van {school} sturen? Op de offerte moeten de kosten per onderdeel staan.",
    "Wij missen nog de startdatum die {school} heeft bevestigd. Wilt u die aan ons doorgeven?",
    "Wilt u laten weten of uw werkgever een deel betaalt, en zo ja hoeveel?",
)
EMPLOYER_REQUESTS = (
    "Wilt u de verklaring over staatssteun (de-minimis) invullen en meesturen?",
    "Wilt u de offerte van {school} sturen, met de bedragen zonder btw?",
)
ANSWERS = (
    "De offerte heb ik nu ook. De opleiding begint op de datum die ik had opgegeven.",
    "Dat heb ik nagevraagd bij {school}. Het klopt zoals ik het had ingevuld.",
    "Hierbij wat u vroeg. Als er nog iets mist, bel mij dan gerust.",
)
APPROVALS = (
    "{name} woont in de regio en volgt een opleiding die de plek op de arbeidsmarkt duidelijk sterker maakt. In dit vak staan in de "
    "regio veel vacatures open. De kosten blijken uit de offerte van {school}. Er is geen andere regeling die voorgaat.",
    "De opleiding {training} leidt tot een erkend bewijs dat werkgevers hier vragen. {name} kan de opleiding naast het werk volgen. "
    "Offerte en inschrijving zijn gezien. De kosten worden niet ook door een ander betaald.",
    "Met {training} kan {name} overstappen naar werk waar in de regio tekort aan is. Dat is besproken in het gesprek en past bij wat "
    "{name} al kan. De offerte klopt met de aanvraag.",
)
EMPLOYER_APPROVALS = (
    "{company} is gevestigd in de regio en betaalt minstens de helft van de kosten. De opleiding maakt {name} breder inzetbaar, ook "
    "buiten dit bedrijf. De verklaring over staatssteun is gezien.",
    "{training} is voor {name} een stap naar een hogere functie. {company} geeft tijd en betaalt de eigen helft. De offerte van "
    "{school} is gezien; er is geen andere subsidie voor dezelfde kosten.",
)
AMENDED = (
    "{name} heeft de boeken en een deel van het materiaal al van een collega gekregen. Daarom is een lager bedrag toegekend dan was "
    "voorgesteld. Dit is met {name} besproken en {name} is het ermee eens. Voor het overige: de opleiding versterkt de positie op de "
    "arbeidsmarkt, de offerte van {school} is gezien.",
)
PARTLY = (
    "{name} vroeg twee vouchers aan voor dezelfde opleiding. Voor één opleiding kan er één voucher van de regio zijn. Toegekend is de "
    "voucher waarmee {name} zelf het minst betaalt. De opleiding past bij de overstap naar ander werk; de werkgever heeft zijn "
    "bijdrage bevestigd."
)
REJECTED_OUTSIDE = (
    "U woont in een gemeente buiten deze regio. De voucher is alleen voor inwoners van de gemeenten van de regio. Daarom "
    "wijzen wij uw aanvraag af. Het loket van uw eigen regio kan u verder helpen; wij hebben u het telefoonnummer gegeven."
)
REJECTED_GROUP = (
    "De voucher is voor werknemers, zzp'ers en mensen die werk zoeken. U vertelde in het gesprek dat u nu niet werkt en ook geen werk "
    "zoekt. Daarom wijzen wij uw aanvraag af. Gaat u later werk zoeken? Dan kunt u opnieuw aanvragen."
)
REJECTED_PURPOSE = (
    "Deze nascholing is verplicht voor het werk dat u nu doet. Zij maakt uw positie op de arbeidsmarkt niet sterker dan zij al was, en "
    "uw werkgever is volgens de cao degene die deze kosten betaalt. Daarom wijzen wij uw aanvraag af."
)
REJECTED_COMPANY = (
    "Uw bedrijf is niet gevestigd in een van de gemeenten van deze regio. De werkgeversroute is alleen voor bedrijven in de "
    "regio. Daarom wijzen wij uw aanvraag af. Uw sectorfonds heeft mogelijk wel een bijdrage."
)
REJECTED_NO_MONEY = (
    "De regeling heeft op dit moment geen geld meer voor deze opleiding. Wij behandelen aanvragen in de volgorde waarin ze compleet zijn. "
    "Komt er geld bij, dan kunt u opnieuw aanvragen zolang de opleiding niet is begonnen."
)
REFERRALS = {
    "uwv": ("UWV WERKbedrijf Apeldoorn",
            "U krijgt WW en hebt voor een opleiding eerst toestemming van UWV nodig. UWV kan deze opleiding ook zelf betalen. Uw "
            "adviseur daar weet dat u contact opneemt."),
    "municipality": ("Gemeente, team Werk en inkomen",
                     "U krijgt bijstand. De gemeente kan de opleiding betalen en kijkt ook naar reiskosten en opvang. Wij hebben met u "
                     "de naam van uw contactpersoon opgezocht."),
    "career": ("Loopbaangesprek bij dit loket",
               "U weet nog niet welke richting bij u past. Daarom is er eerst een loopbaangesprek. Daarna kunt u bij ons terugkomen "
               "met een opleiding; uw vraag hoeft u dan niet opnieuw te vertellen."),
    "language": ("Taalhuis in de bibliotheek",
                 "Voor lezen en schrijven is er het Taalhuis. De lessen zijn dichtbij en kosten niets. De coördinator belt u deze week."),
    "fund": ("Opleidingsfonds van de sector",
             "Voor deze opleiding heeft uw sector een eigen bijdrage die beter past. Het fonds beslist daar zelf over."),
}  # fmt: skip
WITHDRAWN = (
    "Ik heb een andere baan gevonden en heb de opleiding niet meer nodig.",
    "De opleiding gaat niet door: er waren te weinig aanmeldingen.",
    "Mijn werkgever betaalt nu toch alles zelf.",
)
DEARER_AFTER_ALL = "De korting gaat toch niet door. Ik heb het hele bedrag nodig."
GIVEN_BACK = "De opleider trok de korting in. De voucher krijgt het bedrag terug."
ASKED_FOR = "De houder vroeg er zelf om, aan de telefoon."
THINKS_OF_LESS = "De opleider meldt dat de deelnemer halverwege is gestopt. Daarom denken wij aan een lager bedrag."
VIEW_ON_LESS = "Ik ben gestopt omdat ik werk vond. Ik begrijp dat ik een deel terugbetaal, het liefst in termijnen."
REVOKED = "De opleiding is gestopt en wordt niet opnieuw gegeven. De voucher is in overleg ingetrokken."
APPROVAL_WITHDRAWN = (
    "De opleider stuurt facturen voor lessen die niet zijn gegeven. Na een gesprek is de goedkeuring ingetrokken."
)
BUDGET_LATER = "Dit deel van het budget komt later beschikbaar, na de tussenrapportage aan de financier."
BUDGET_MOVED = "Na de tussenrapportage is het deel dat dit jaar niet nodig lijkt, verplaatst naar volgend jaar."
EMPLOYER_WISHES = (
    "Wij willen dat {name} de opleiding {training} volgt. Zo blijft het vak in ons bedrijf.",
    "Er gaan de komende jaren drie mensen met pensioen. Met {training} kan {name} hun werk overnemen.",
    "Onze klanten vragen hier steeds vaker om. {name} wil zich met {training} verder ontwikkelen.",
    "{name} kan meer dan het huidige werk vraagt. Met {training} kan er een volgende stap gezet worden.",
)
NO_IDEA_WISH = "Ik weet dat ik iets anders wil, maar nog niet wat. Kan iemand met mij meedenken?"

# Invoices, objections, vouchers that change ----------------------------------------------------------------------------

INVOICE_NOTES = (
    "Bestand bekeken: offerte en factuur komen overeen. Start nagevraagd bij de opleider.",
    "Factuur bekeken en vergeleken met de aanvraag. Deelnemer is begonnen.",
    "Bedrag, naam en opleiding kloppen. Presentielijst gezien.",
)
INVOICE_REFUSED = "Op de factuur staat meer dan in de offerte: er is een tweede cursus bij geteld. Stuur een factuur voor deze opleiding alleen."
FACTS_OF_OTHERS = "{school} laat ons weten dat {name} daar nog niet is ingeschreven. Zonder inschrijving kunnen wij geen voucher geven. Klopt dit?"
SET_ASIDE = "De offerte van de opleider ontbreekt. Wij hebben erom gevraagd, met een termijn van twee weken. Er kwam geen antwoord."
TAKEN_UP = "U belde ons: de offerte is onderweg. Daarom nemen wij uw aanvraag toch in behandeling. Stuur de offerte nu op tijd."
REJECTED_START = (
    "De opleiding {training} versterkt uw plek op de arbeidsmarkt niet genoeg: in het gesprek bleek dat u dit werk al doet en het "
    "bewijs daarvoor al hebt. Daarom wijzen wij uw aanvraag af."
)
REJECTED_PAPERS = (
    "Uit de offerte van {school} blijkt niet welke kosten bij het examen horen. Daarom kunnen wij niet zien waarvoor het geld is. Wij "
    "wijzen uw aanvraag af."
)
GROUNDS = (
    "Ik doe dit werk niet. Ik help er soms bij, maar zonder het bewijs mag ik het niet alleen doen. Daarvoor heb ik de opleiding nodig.",
    "Ik ben het er niet mee eens. In het gesprek heb ik verteld dat ik ander werk zoek. Dat staat niet in uw besluit.",
)
EMPLOYER_GROUNDS = (
    "Onze medewerker gaat ander werk doen. Daarvoor is deze opleiding nodig. Wij sturen de functieomschrijving mee.",
    "Het besluit gaat uit van het oude werk van onze medewerker. De nieuwe functie begint volgend jaar.",
)
HEARING_REPORT = (
    "Aanwezig: {name} en een adviseur die niet bij het besluit was betrokken. {name} vertelt over het werk van nu en laat een "
    "werkrooster zien. Nagevraagd welke taken {name} zelfstandig doet. Niemand had nog iets toe te voegen."
)
UNFOUNDED = (
    "Wij hebben alles opnieuw bekeken en {name} gehoord. Uit het werkrooster blijkt dat {name} het werk waar deze opleiding voor is al "
    "drie jaar zelfstandig doet. Daarom blijft het besluit zoals het is."
)
FOUNDED = (
    "{school} heeft een nieuwe offerte gestuurd, met de kosten per onderdeel. Daarmee staat vast waarvoor het geld is. De opleiding "
    "{training} past bij wat {name} wil. Het eerste besluit was te streng; {name} krijgt de voucher alsnog."
)
STARTS_LATER = "De groep bij {school} begint later dan gepland. {name} kon daar niets aan doen."
BLOCKED = "{name} krijgt een uitkering. Wij wachten op toestemming voor de opleiding {training}."
CHEAPER = "{school} geeft korting op de boeken. Het verschil is niet nodig."
RAISED = "Het examen is duurder geworden. {name} liet de brief van {school} zien. Het bedrag past bij de aanvraag."
SETTLED = "De opleiding is afgerond en het bewijs is gezien. Wij stellen de voucher vast op wat is gebruikt."
SETTLED_LOWER = (
    "{name} is met de opleiding gestopt en volgde een kwart van de lessen niet. Dat deel was al betaald. Wij stellen de voucher lager "
    "vast. {name} betaalt het verschil terug, in termijnen."
)
NOT_WAIVED = "U vroeg om niets te hoeven terugbetalen. Uw inkomen laat toe dat u het bedrag in delen betaalt. Daarom vervalt het niet."
INSTALMENTS_AGREED = "In één keer betalen is te zwaar. Met vier termijnen kan het wel, zo spraken wij telefonisch af."
LET_GO = "Na ziekte is er een paar maanden minder inkomen geweest. Een tiende deel van wat open staat, hoeft daarom niet terug."
CREDITED = "De opleider rekende een boek dat niet is geleverd en stuurde een creditnota."
BATCH_CANCELLED = "Een factuur van deze lijst moest eerst nog worden nagekeken. Wij maken de lijst opnieuw."
MONEY_GONE = "Het geld voor dit jaar is toegekend. Wat over is, gaat terug tot de financier opnieuw besluit."
FUND_ENDS = "De afspraak met de geldgevers loopt tot het einde van dat jaar."
MOVES_HOUSE = "Verhuist volgende maand naar Deventer en wil het gesprek daar."
NEW_COLLEAGUE = "Nora begint volgende maand als adviseur bij het loket."
MONEY_PROMISED = "De geldgever heeft schriftelijk een tweede tranche toegezegd."
MONEY_BACK = "De financier stelt een deel beschikbaar voor wie op de wachtlijst staat."
ANOTHER_BUDGET = "Overijssel sluit dit jaar eerder af. Gelderland mag deze voucher ook betalen en heeft nog geld."
