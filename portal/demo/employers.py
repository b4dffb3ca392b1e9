"""Companies that do not exist, in the eight municipalities; their numbers of the Chamber of Commerce start with 0000."""

from __future__ import annotations

from dataclasses import dataclass

from portal.demo.people import OUTSIDE_PLACES, Town, email_name


@dataclass(frozen=True)
class Company:
    """An employer with one establishment and somebody who answers for it."""

    name: str
    kvk_number: str
    place: Town
    size: int
    sector_fund: str
    sectors: tuple[str, ...]
    contact: str
    function: str

    @property
    def email(self) -> str:
        """An address at example.nl, which is nobody's."""
        return f"{email_name(self.contact)}@example.nl"


APELDOORN, DEVENTER = Town("GM0200", "Apeldoorn", "7317"), Town("GM0150", "Deventer", "7418")
ZUTPHEN, LOCHEM = Town("GM0301", "Zutphen", "7202"), Town("GM0262", "Lochem", "7240")
EPE, VOORST = Town("GM0232", "Epe", "8162"), Town("GM0285", "Twello", "7392")
BRUMMEN, HEERDE = Town("GM0213", "Eerbeek", "6961"), Town("GM0246", "Heerde", "8181")

COMPANIES = (
    Company("Smederij Voorbeeld", "00001001", DEVENTER, 14, "oom", ("technology",), "Sam Testerink", "eigenaar"),
    Company("Metaalbedrijf Proefstuk", "00001002", APELDOORN, 62, "ao_metalektro", ("technology", "ict"),
            "Ellen Fictema", "personeelszaken"),
    Company("Installatiebedrijf Denkbeeld", "00001003", APELDOORN, 23, "wij_techniek", ("technology", "construction"),
            "Ron Schetsmans", "bedrijfsleider"),
    Company("Warmte en Water Modelink", "00001004", DEVENTER, 9, "wij_techniek", ("technology", "construction"),
            "Gerda Modelink", "eigenaar"),
    Company("Zorggroep Verzonnen Dal", "00001005", ZUTPHEN, 240, "other", ("care", "other"),
            "Astrid van Schets", "opleidingsadviseur"),
    Company("Thuiszorg De Proef", "00001006", APELDOORN, 85, "other", ("care", "other"), "Miriam Oefenhof", "teammanager"),
    Company("Kinderopvang Het Sjabloon", "00001007", VOORST, 31, "other", ("childcare", "education"),
            "Lisa Sjablonius", "directeur"),
    Company("Transport Nergens Heen", "00001008", VOORST, 44, "soob", ("transport",), "Dirk van Nergens", "planner"),
    Company("Logistiek Centrum Fictie", "00001009", HEERDE, 118, "soob", ("transport", "ict"), "Wendy Simulaars",
            "personeelszaken"),
    Company("Bouwbedrijf Blauwdruk", "00001010", EPE, 27, "other", ("construction",), "Hans Blauwdruksma", "directeur"),
    Company("Timmerfabriek De Maquette", "00001011", LOCHEM, 18, "other", ("construction", "technology"),
            "Jan Maquettink", "eigenaar"),
    Company("Hoveniers Fabelgroen", "00001012", BRUMMEN, 12, "colland", ("green",), "Inge Fabelink", "eigenaar"),
    Company("Administratiekantoor Invulstra", "00001013", ZUTPHEN, 7, "none", ("business",), "Peter Invulstra", "eigenaar"),
    Company("Softwarehuis Pseudo", "00001014", DEVENTER, 36, "none", ("ict", "business"), "Linda Pseudonk", "teamleider"),
    Company("Papierfabriek Probeersel", "00001015", BRUMMEN, 160, "other", ("technology", "business", "other"),
            "Erna Probeersma", "personeelszaken"),
    Company("Bakkerij Voorlopig", "00001016", EPE, 16, "other", ("business", "other"), "Theo Voorlopink", "eigenaar"),
)  # fmt: skip

OUTSIDE_COMPANY = Company(
    "Machinefabriek Over de Grens",
    "00001099",
    OUTSIDE_PLACES[1],
    52,
    "oom",
    ("technology",),
    "Nico Naamloos",
    "bedrijfsleider",
)
"""Just outside the region."""


def companies_for(sector: str) -> tuple[Company, ...]:
    """The companies where somebody would follow a training of this sector; any company when there is none."""
    return tuple(company for company in COMPANIES if sector in company.sectors) or COMPANIES
