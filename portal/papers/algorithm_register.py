"""A draft entry for the Algoritmeregister, made from the definitions and settings of a region.

The fields and their limits are those of the publication standard 1.0.0 of MinBZK. What the definitions do not say is left empty
and named under `open`: somebody of the organisation fills it in. It is a draft; nobody is registered by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from portal.platform.i18n import current_locale, format_date, format_list, localized, ngettext
from portal.platform.i18n import gettext as _
from portal.platform.i18n import lazy_gettext as _l
from portal.words import sentences
from portal.words.citations import citation
from portal.words.labels import CONFIDENCE
from portal.words.proof_words import step_name
from schemes.definition import SchemeDefinition
from schemes.region.loading import LoadedRegion

FORMAT = "ontwikkelloket/algorithm-register/1"
STANDARD = "1.0.0"
LIMITS = {
    "name": 100,
    "description_short": 350,
    "organization": 100,
    "begin_date": 7,
    "end_date": 7,
    "contact_email": 500,
    "website": 500,
    "url": 500,
    "goal": 2500,
    "proportionality": 2500,
    "human_intervention": 2500,
    "risks": 2500,
    "lawful_basis": 2500,
    "process_index_url": 500,
    "impacttoetsen": 2500,
    "source_data": 2500,
    "methods_and_models": 5000,
    "provider": 200,
    "publiccode": 500,
    "source_id": 100,
    "tags": 2500,
}
"""The most characters of each text, by the standard."""
LAWS = (
    ("Algemene wet bestuursrecht", "https://wetten.overheid.nl/BWBR0005537"),
    ("Algemene verordening gegevensbescherming (EU) 2016/679", "https://eur-lex.europa.eu/eli/reg/2016/679/oj"),
    ("Uitvoeringswet Algemene verordening gegevensbescherming", "https://wetten.overheid.nl/BWBR0040940"),
)
FIELDS = {
    "name": _l("Naam"), "description_short": _l("Korte omschrijving"), "organization": _l("Organisatie"),
    "category": _l("Thema"), "status": _l("Status"), "begin_date": _l("Begindatum"), "end_date": _l("Einddatum"),
    "contact_email": _l("Contactgegevens"), "website": _l("Publiekspagina"),
    "publication_category": _l("Publicatiecategorie"), "url": _l("Bronregistratie"), "goal": _l("Doel en impact"),
    "proportionality": _l("Afwegingen"), "human_intervention": _l("Menselijke tussenkomst"), "risks": _l("Risicobeheer"),
    "lawful_basis": _l("Wettelijke basis"), "lawful_basis_grouping": _l("Verwijzingen wettelijke basis"),
    "process_index_url": _l("Verwerkingsregister"), "impacttoetsen": _l("Toelichting op impacttoetsen"),
    "impacttoetsen_grouping": _l("Verwijzingen impacttoetsen"), "source_data": _l("Gegevens"),
    "source_data_grouping": _l("Verwijzingen gegevensbronnen"), "methods_and_models": _l("Technische werking"),
    "provider": _l("Leverancier"), "publiccode": _l("Broncode"), "lang": _l("Taal"),
    "standard_version": _l("Versie van de standaard"), "source_id": _l("Eigen nummer"), "tags": _l("Zoektermen"),
}  # fmt: skip
"""The fields of the standard in its order, with what they are called on the page."""
_LANGUAGES = {"nl": "nld", "en": "eng"}


def register_entry(region: LoadedRegion, on: date, address: str = "") -> dict[str, Any]:
    """The draft entry as plain data in the language in use, with the fields that a person must still fill in.

    `address` is the public address of the desk; without it the links to its pages stay empty. Words that the standard prescribes
    (theme, status, category) are Dutch in every language.
    """
    entry = dict.fromkeys(FIELDS, "") | {
        "name": _("Berekenen welke regelingen meebetalen aan een opleiding"),
        "description_short": _short(region),
        "organization": _cut(_desk(region), LIMITS["organization"]),
        "category": ["Werk", "Onderwijs en wetenschap"],
        "status": "In ontwikkeling" if region.region.demo else "In gebruik",
        "contact_email": _contact(region),
        "website": f"{address}/zo-rekenen-wij" if address else "",
        "publication_category": "Impactvolle algoritmes",
        "url": f"{address}/algoritmeregister.json" if address else "",
        "goal": _text("goal", _goal(region)),
        "proportionality": _text("proportionality", _weighed()),
        "human_intervention": _text("human_intervention", _people(region)),
        "risks": _text("risks", _risks(region, on)),
        "lawful_basis": _text("lawful_basis", _basis(region)),
        "lawful_basis_grouping": list(_references(region)),
        "impacttoetsen_grouping": [],
        "source_data": _text("source_data", _data(region)),
        "source_data_grouping": [],
        "methods_and_models": _text("methods_and_models", _working(region)),
        "lang": _LANGUAGES[current_locale()],
        "standard_version": STANDARD,
        "source_id": f"ontwikkelloket-{region.region.region}",
        "tags": _("subsidie, scholing, voucher, loopbaan, inwoner, werkgever, financiering, rekenregels"),
    }
    return {
        "format": FORMAT,
        "made_on": on.isoformat(),
        "note": _(
            "Dit is een concept. Het is gemaakt uit de regelingen en instellingen van %(region)s.", region=_name(region)
        ),
        "labels": {name: str(label) for name, label in FIELDS.items()},
        "entry": entry,
        "open": [{"field": name, "label": str(FIELDS[name]), "what": what} for name, what in _open(entry, region)],
    }


def _open(entry: dict[str, Any], region: LoadedRegion) -> Iterator[tuple[str, str]]:
    """What only people can fill in or confirm."""
    yield "organization", _("Zet hier één organisatie, met de naam uit de lijst van overheidsorganisaties.")
    yield "begin_date", _("De maand waarin het loket hiermee begon, zoals 2026-01.")
    if not entry["contact_email"]:
        yield "contact_email", _("Een e-mailadres of website voor vragen.")
    if not entry["website"]:
        yield "website", _("Het adres van de pagina “Zo rekenen wij” van dit loket.")
    yield "publication_category", _("Bevestig de categorie, met de Beslishulp AI-verordening.")
    yield "lawful_basis", _("Noem de verordening van elk besluitend orgaan. Laat een jurist dit nakijken.")
    yield "process_index_url", _("Het adres van de verwerking in het verwerkingsregister.")
    yield "impacttoetsen", _("Zijn een DPIA en een IAMA gedaan? Zo niet, waarom niet?")
    yield "provider", _("De leverancier, of: intern ontwikkeld.")
    yield "publiccode", _("Het adres van de openbare broncode, als dat er is.")
    if region.region.demo:
        yield "status", _("Dit is een demonstratie. Kies “In gebruik” als er echte vragen komen.")


# The texts -------------------------------------------------------------------------------------------------------------


def _name(region: LoadedRegion) -> str:
    return localized(region.region.name)


def _desk(region: LoadedRegion) -> str:
    return localized(region.region.desk.name) if region.region.desk is not None else _name(region)


def _contact(region: LoadedRegion) -> str:
    desk = region.region.desk
    return "" if desk is None else str(desk.email or desk.url or "")


def _here(region: LoadedRegion) -> list[SchemeDefinition]:
    return [one for one in region.schemes.values() if one.administered == "here"]


def _short(region: LoadedRegion) -> str:
    text = _(
        "Iemand wil een opleiding volgen. Dit algoritme zoekt welke regelingen daaraan meebetalen en welke verdeling voor die "
        "persoon het goedkoopst is. Het geeft de redenen erbij. Een adviseur bespreekt het, en een mens beslist."
    )
    return _cut(text, LIMITS["description_short"])


def _goal(region: LoadedRegion) -> Iterator[str]:
    here, known = len(_here(region)), len(region.schemes)
    yield _("Het doel is dat mensen en bedrijven het geld voor scholing vinden waar zij recht op kunnen hebben.")
    yield ngettext("Het loket kent %(num)s regeling.", "Het loket kent %(num)s regelingen.", known)
    yield ngettext("%(num)s daarvan vraagt men hier aan.", "%(num)s daarvan vraagt men hier aan.", here)
    yield _("Wie een vraag stelt, ziet welke regelingen passen, wie wat betaalt, wat nog onbekend is en waarom.")
    yield _("De uitkomst is informatie. Pas een besluit van het bestuur geeft recht op geld.")


def _weighed() -> Iterator[str]:
    yield _(
        "Regelingen hebben veel voorwaarden, bedragen en regels over samen gebruiken. Met de hand vindt niemand zeker de beste."
    )
    yield _("Elke regeling noemt haar bron. Wat een bron niet zegt, staat erbij als aanname. Niemand krijgt een score.")
    yield _("Het alternatief is dat iemand zelf zoekt, of de eerste regeling neemt die past. Dat kost mensen geld.")
    yield _("Iedereen krijgt een bewijs van de berekening, dat ook zonder het loket is na te rekenen.")


def _people(region: LoadedRegion) -> Iterator[str]:
    bodies = dict.fromkeys(localized(one.deciding_body) for one in _here(region) if one.deciding_body is not None)
    yield _("Het algoritme beslist nooit. Het wijst ook nooit automatisch iets af.")
    yield ngettext(
        "Een adviseur reageert binnen %(num)s werkdag.",
        "Een adviseur reageert binnen %(num)s werkdagen.",
        region.region.settings.response_days,
    )
    yield _(
        "De adviseur kan een bedrag vastzetten, een regeling uitsluiten of een eigen verdeling maken, met de reden erbij."
    )
    yield _(
        "Voor een toekenning controleert een mens wie het is, of de opleiding past, de kosten, en of niets dubbel wordt betaald."
    )
    if bodies:
        yield _("Het besluit neemt: %(bodies)s.", bodies=format_list(bodies))
    yield _("Tegen een besluit kan iemand bezwaar maken.")


def _risks(region: LoadedRegion, on: date) -> Iterator[str]:
    counted = Counter(one.confidence for one in region.schemes.values())
    sure = "; ".join(f"{CONFIDENCE[name][0]}: {number}" for name, number in sorted(counted.items()))
    late = sum(one.review_on < on for one in region.schemes.values())
    yield _("Een regel kan verouderd zijn. Daarom heeft elke regeling een bron, een datum en een dag om na te kijken.")
    yield _("Hoe zeker de bronnen zijn, in aantallen regelingen: %(sure)s.", sure=sure)
    yield _("Regelingen waarvan die dag voorbij is: %(late)s.", late=late)
    yield _(
        "Een antwoord kan ontbreken. Wat niet bekend is, telt nooit als nee. De regeling staat er dan als mogelijk."
    )
    yield _("Een fout in het rekenen wordt gevonden: een tweede programma controleert elke regel, los van het eerste.")
    yield _(
        "Een nieuwe versie van een regeling gaat pas in na voorbeelden, een proef op oude vragen en een tweede persoon."
    )
    yield _(
        "Er wordt niet gerekend met afkomst, naam of adres. Gevoelige vragen komen alleen als een regel ze nodig heeft."
    )


def _basis(region: LoadedRegion) -> Iterator[str]:
    yield _("Algemene wet bestuursrecht: subsidies en besluiten, met redenen (artikel 3:46 en titel 4.2).")
    yield _("AVG artikel 22 en UAVG artikel 40: geen besluit door alleen een computer.")
    for one in sorted(_here(region), key=lambda one: one.scheme):
        titles = format_list(_cited(one))
        yield _("%(scheme)s: %(sources)s.", scheme=localized(one.title), sources=titles)


def _cited(definition: SchemeDefinition) -> Iterator[str]:
    for source in definition.sources:
        where = (citation(part) for part in (source.article, source.reference) if part)
        yield ", ".join((source.title, *where))


def _references(region: LoadedRegion) -> Iterator[dict[str, str]]:
    found = dict(LAWS)
    for one in sorted(_here(region), key=lambda one: one.scheme):
        found |= {source.title: source.url for source in one.sources if source.url is not None}
    for title, link in found.items():
        yield {"title": _cut(title, 100), "link": link}


def _data(region: LoadedRegion) -> Iterator[str]:
    """The facts that a rule looks at, first what is sensitive, and the lists."""
    used = {fact for one in region.schemes.values() for fact in one.facts_used()}
    facts = sorted(
        (fact for key, fact in region.facts.items() if key in used), key=lambda fact: (not fact.sensitive, fact.key)
    )
    yield _("Er zijn geen namen, adressen of burgerservicenummers nodig om te rekenen.")
    yield _(
        "De gegevens komen van de inwoner, de werkgever of een adviseur. Eerdere toekenningen komen uit de eigen boeken."
    )
    sensitive = [localized(fact.question) for fact in facts if fact.sensitive]
    if sensitive:
        yield _(
            "Gevoelig, en alleen gevraagd als een regel het nodig heeft: %(questions)s", questions=" ".join(sensitive)
        )
    lists = "; ".join(localized(one.title) for one in region.references.values())
    yield _("Lijsten: %(lists)s.", lists=lists)
    yield _(
        "Vragen: %(questions)s", questions=" ".join(localized(fact.question) for fact in facts if not fact.sensitive)
    )


def _working(region: LoadedRegion) -> Iterator[str]:
    order = format_list(step_name(name) for name in (*region.region.settings.pass_order, "canonical"))
    rules = "; ".join(str(sentences.CONSTRAINTS[number]) for number in sorted(sentences.CONSTRAINTS) if number)
    yield _("Niet zelflerend: er is geen model dat met gegevens van mensen is getraind.")
    yield _(
        "Invoer: antwoorden op vragen, kosten, toezeggingen en eerdere toekenningen. Uitvoer: een verdeling met redenen."
    )
    yield _("Stap 1. Elke voorwaarde van elke regeling geeft: klopt, klopt niet, of niet bekend.")
    yield _("Stap 2. Regelingen, kosten en budgetten worden één rekenopgave met deze regels: %(rules)s.", rules=rules)
    yield _("Stap 3. Een rekenprogramma zoekt de beste verdeling, in deze volgorde: %(order)s.", order=order)
    yield _("Elke stap wordt bewezen. Lukt dat niet op tijd, dan staat erbij hoeveel beter het nog kan.")
    yield _("Stap 4. Een tweede programma, zonder dat rekenprogramma, controleert alle regels en sommen.")
    yield _(
        "Dezelfde vraag geeft met dezelfde regels altijd dezelfde verdeling. Rekenprogramma: %(solver)s.",
        solver=_solver(),
    )
    yield _(
        "Bij elk voorstel hoort een bewijs met gegevens, versies, verdeling en controlecode (loket receipt verify)."
    )


def _solver() -> str:
    try:
        return f"OR-Tools CP-SAT {version('ortools')}"
    except PackageNotFoundError:
        return "OR-Tools CP-SAT"


def _text(field: str, lines: Iterable[str]) -> str:
    """The lines of a field under each other, as many as the standard has room for."""
    return _cut("\n".join(lines), LIMITS[field])


def _cut(text: str, most: int) -> str:
    """The text, cut at a word when it is longer than the standard allows."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


def rows(document: dict[str, Any]) -> list[dict[str, str]]:
    """The entry as rows of a label and a text, for the page."""
    found = []
    for name, label in document["labels"].items():
        value = document["entry"][name]
        if isinstance(value, list):
            value = "\n".join(f"{one['title']}: {one['link']}" if isinstance(one, dict) else one for one in value)
        found.append({"label": label, "value": value})
    return found


def day_words(document: dict[str, Any]) -> str:
    """The day on which the entry was made."""
    return format_date(date.fromisoformat(document["made_on"]))
