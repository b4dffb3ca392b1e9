"""What the region accounts for in the demonstration, as data: agreements, money of funders, expenses, co-financing, a report.

Days are counted from the day on which the desk of the demonstration opened. Nobody in it exists; the agreements, the duty of
€ 575.000 and the four work packages are those of the final report of the Ontwikkelfonds (3.1, 3.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.accounting.agreements.actions import DutyTerms
from portal.accounting.agreements.models import DutyKind

# Agreements, and the money of funders --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TrancheTold:
    """One part of what a funder promised: when it is expected, called for and received; by hand it takes two people."""

    cents: int
    expected: int
    called: int | None = None
    came: int | None = None
    by_hand: bool = False
    confirmed: bool = True


@dataclass(frozen=True)
class AgreementTold:
    """What goes with one agreement (by slug)."""

    parties: tuple[str, ...]
    promised_cents: int
    tranches: tuple[TrancheTold, ...]
    duties: tuple[DutyTerms, ...] = ()
    cofinancing_cents: int = 0


REPORT_DUTY = DutyTerms(DutyKind.REPORT, "Verslag over het afgelopen jaar, met de stand van het geld.")
"""Every funder asks for it, each year on the same day."""
AGREEMENTS: Mapping[str, AgreementTold] = {
    "regio-deal-400000": AgreementTold(
        ("Regio Stedendriehoek", "Strategische Board"),
        400_000_00,
        (
            TrancheTold(150_000_00, 40, called=20, came=38),
            TrancheTold(100_000_00, 330, called=310, came=342),
            TrancheTold(100_000_00, 690, called=671, came=694, by_hand=True),
            TrancheTold(50_000_00, 800),
        ),
        (
            DutyTerms(DutyKind.INDICATOR, "Aan het einde zijn er 250 vouchers van inwoners gebruikt."),
            DutyTerms(DutyKind.ALLOWED_COSTS, "Hoogstens een kwart van het geld is voor sturing en inrichting.", 100_000_00),
        ),
    ),
    "gelderland-500000": AgreementTold(
        ("Regio Stedendriehoek", "Provincie Gelderland"),
        500_000_00,
        (
            TrancheTold(250_000_00, 60, called=31, came=55),
            TrancheTold(150_000_00, 430, called=405, came=428),
            TrancheTold(100_000_00, 715, called=700, came=726, by_hand=True, confirmed=False),
        ),
        (DutyTerms(DutyKind.COFINANCING, "Anderen brengen samen € 575.000 in: geld en uren.", 575_000_00),),
        cofinancing_cents=575_000_00,
    ),
    "overijssel-300000": AgreementTold(
        ("Regio Stedendriehoek", "Provincie Overijssel"),
        300_000_00,
        (TrancheTold(100_000_00, 75, called=50, came=74), TrancheTold(100_000_00, 470, called=445, came=466), TrancheTold(100_000_00, 790)),
        (DutyTerms(DutyKind.EARMARK, "Alleen voor vouchers van werkgevers."),),
    ),
}  # fmt: skip
PLAN_CHANGE = "Van werkpakket 2 gaat € 10.000 naar werkpakket 3: de inrichting was goedkoper en de werving vraagt meer."
MINUTES = "Verslag van de stuurgroep, punt 4."

# Work packages and expenses ------------------------------------------------------------------------------------------------

REGION_LINE, PROVINCE_LINE = "regio-deal-uitvoering", "gelderland-uitvoering"
PACKAGES = (
    ("WP1", "Sturing", "Steering", {REGION_LINE: 20_000_00, PROVINCE_LINE: 15_000_00}),
    ("WP2", "Inrichting", "Setting up", {REGION_LINE: 30_000_00, PROVINCE_LINE: 25_000_00}),
    ("WP3", "Uitvoering", "Carrying out", {REGION_LINE: 30_000_00, PROVINCE_LINE: 70_000_00}),
    ("WP4", "Vouchers van inwoners", "Vouchers of residents", {REGION_LINE: 5_000_00}),
)
"""Number, title and budget per funding line. The vouchers themselves are in the books of the vouchers."""


@dataclass(frozen=True)
class ExpenseTold:
    """An expense: on which day it was laid down, for what, and what became of it."""

    day: int
    package: str
    line: str
    supplier: str
    what: str
    number: str
    net_cents: int
    vat_percent: int = 21
    vat_deductible: bool = False
    approved: bool = True
    reversed_on: int | None = None
    sent_back: str = ""


EXPENSES = (
    ExpenseTold(24, "WP1", REGION_LINE, "Bureau Richting (voorbeeld)", "Projectleiding, eerste kwartaal", "BR-101", 4_800_00),
    ExpenseTold(52, "WP2", REGION_LINE, "Handboekmakers (voorbeeld)", "Handboek voor het loket", "2025/07", 7_500_00),
    ExpenseTold(66, "WP2", PROVINCE_LINE, "Webwinkel Model bv (voorbeeld)", "Inrichten van het digitale loket", "W-3310", 12_400_00, vat_deductible=True),
    ExpenseTold(98, "WP3", PROVINCE_LINE, "Drukkerij Proefvel (voorbeeld)", "Folders en posters", "D-250411", 1_950_00, vat_deductible=True),
    ExpenseTold(140, "WP3", PROVINCE_LINE, "Leerwerkloket (voorbeeld)", "Uren van adviseurs, eerste half jaar", "LWL-25-1", 9_600_00, vat_percent=0),
    ExpenseTold(183, "WP1", REGION_LINE, "Bureau Richting (voorbeeld)", "Projectleiding, tweede kwartaal", "BR-118", 4_800_00),
    ExpenseTold(236, "WP3", PROVINCE_LINE, "Radio Voorbeeldstad (voorbeeld)", "Spotjes voor werkgevers", "RV-88", 2_250_00, reversed_on=436),
    ExpenseTold(300, "WP4", REGION_LINE, "Vertaalbureau Bedacht (voorbeeld)", "Informatie voor inwoners in eenvoudige taal", "VB-19", 1_480_00),
    ExpenseTold(352, "WP3", PROVINCE_LINE, "Leerwerkloket (voorbeeld)", "Uren van adviseurs, tweede half jaar", "LWL-25-2", 10_400_00, vat_percent=0),
    ExpenseTold(425, "WP3", PROVINCE_LINE, "Radio Voorbeeldstad (voorbeeld)", "Spotjes voor werkgevers, goede factuur", "RV-88B", 1_750_00),
    ExpenseTold(478, "WP1", REGION_LINE, "Bureau Richting (voorbeeld)", "Projectleiding en overleg met geldgevers", "BR-140", 5_200_00),
    ExpenseTold(540, "WP3", PROVINCE_LINE, "Leerwerkloket (voorbeeld)", "Uren van adviseurs, eerste half jaar", "LWL-26-1", 11_200_00, vat_percent=0),
    ExpenseTold(602, "WP2", PROVINCE_LINE, "Webwinkel Model bv (voorbeeld)", "Nieuwe pagina's voor werkgevers", "W-3562", 3_300_00, vat_deductible=True),
    ExpenseTold(668, "WP1", REGION_LINE, "Zaalverhuur De Hoek (voorbeeld)", "Bijeenkomst van de stuurgroep", "Z-12", 640_00, sent_back="De presentielijst ontbreekt."),
    ExpenseTold(716, "WP3", PROVINCE_LINE, "Drukkerij Proefvel (voorbeeld)", "Posters voor het najaar", "D-261102", 890_00, approved=False),
)  # fmt: skip
WRONG_BILL = "De leverancier rekende twee spotjes dubbel. Er komt een nieuwe factuur."

# Co-financing --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BroughtTold:
    """What somebody brings: money (in cents) or hours (in hundredths) at a rate; over how many days before it was written down."""

    day: int
    who: str
    what: str
    public: bool
    cents: int | None = None
    hours: int | None = None
    rate_cents: int | None = None
    over: int = 30
    own_share: bool = False
    proven: bool = True
    refused: str = ""
    evidence: bool = True


COFINANCING = (
    BroughtTold(90, "Gemeente Apeldoorn", "Bijdrage aan het loket", True, cents=45_000_00, over=80),
    BroughtTold(132, "Gemeente Deventer", "Werkplekken voor adviseurs", True, hours=640_00, rate_cents=55_00, over=90),
    BroughtTold(205, "Vereniging van werkgevers (voorbeeld)", "Uren van bedrijfsadviseurs", False, hours=412_50, rate_cents=72_50, over=120),
    BroughtTold(268, "Metaalbedrijf Proefstuk", "Eigen deel van de opleiding van zes lassers", False, cents=18_600_00, own_share=True),
    BroughtTold(341, "Zorggroep Voorbeeld", "Eigen deel van opleidingen in de zorg", False, cents=27_350_00, own_share=True, over=60),
    BroughtTold(455, "Gemeente Zutphen", "Bijdrage aan het loket", True, cents=30_000_00, over=90),
    BroughtTold(530, "Roc Verzonnen", "Begeleiding van deelnemers", True, hours=520_00, rate_cents=61_00, over=120),
    BroughtTold(598, "Installatiebedrijf Schets", "Eigen deel van de opleiding van drie monteurs", False, cents=9_450_00, own_share=True),
    BroughtTold(655, "Transportbedrijf Model", "Eigen deel, zonder bewijs van betaling", False, cents=4_200_00, own_share=True, refused="Er is geen bewijs dat dit is betaald."),
    BroughtTold(704, "Gemeente Lochem", "Uren van consulenten", True, hours=180_00, rate_cents=58_00, over=60, proven=False, evidence=False),
)  # fmt: skip

# The report ----------------------------------------------------------------------------------------------------------------

NARRATIVE: Mapping[str, str] = {
    "goal_line": "Een leven lang ontwikkelen: inwoners en werkgevers in acht gemeenten.",
    "goal_aim": "Iedereen in de regio kan een stap zetten met een opleiding. Geld mag daarbij niet in de weg staan.",
    "goal_what": "Een loket met advies, en een voucher voor wie het geld nergens anders vandaan kan halen.",
    "goal_reached": "Toegekende vouchers: {vouchers_awarded}. Gebruikte vouchers: {vouchers_redeemed}. Mensen met een voucher: {people}.",
    "together_who": "De regio, de gemeenten, het Leerwerkloket, opleiders en de geldgevers.",
    "together_dilemmas": "Niet elke geldgever vroeg hetzelfde verslag. Nu staat alles in een vorm die voor iedereen gelijk is.",
    "together_region": "De stuurgroep kwam elk kwartaal bijeen. Daar is ook over het plan besloten.",
    "money_received": "Bij het budget kwam in deze tijd, min wat terugging: {received}.",
    "money_budget": "Het budget is {budget}. Daarvan is {committed} vastgelegd in vouchers die nog gebruikt kunnen worden.",
    "money_spent": "Er is {spent} besteed en {paid} betaald. Dat is {share_spent} van het budget.",
    "results_yield": "Mensen gingen een gesprek aan over hun werk. Ook wie geen voucher kreeg, ging vaak verder.",
    "results_concrete": "Vragen: {questions}. Gesprekken: {talks}. Verwijzingen: {referrals}.",
    "results_impact": "De opleiding afgemaakt, van wie antwoordde: {share_finished}.",
    "lessons_success": "Een adviseur die meekijkt, en een voucher die snel gebruikt kan worden.",
    "lessons_advice": "Spreek met alle geldgevers vooraf dezelfde regels af.",
    "future_alone": "Zonder geld van de geldgevers kan het loket wel adviseren, maar geen vouchers geven.",
    "communication": "Met folders, spotjes op de radio en bezoek aan bedrijven.",
}
"""Text per question. A figure between braces is filled in when the report is read."""
OF_FUNDER = ("goal_aim", "money_received", "money_budget", "money_spent", "results_concrete")
"""What stands in the report of one funder."""
REPORT_SENT = "Verslag verstuurd aan de geldgever, met de cijfers van het gesloten jaar."


@dataclass(frozen=True)
class LineTold:
    """A funding line that the region adds: slug, agreement, titles, budget, and what it is for."""

    slug: str
    funder: str
    agreement: str
    title: Mapping[str, str]
    cents: int
    schemes: tuple[str, ...]
    routes: tuple[str, ...] = field(default=())
    first_year: bool = False


NO_VOUCHERS = ("uitvoering",)
"""A name that no scheme has: money that no voucher is paid from."""
LINES = (
    LineTold(REGION_LINE, "regio-deal", "regio-deal-400000", {"nl": "Regio Deal: uitvoering", "en": "Regio Deal: running the fund"}, 90_000_00, NO_VOUCHERS),
    LineTold(PROVINCE_LINE, "provincie-gelderland", "gelderland-500000", {"nl": "Gelderland: uitvoering", "en": "Gelderland: running the fund"}, 115_000_00, NO_VOUCHERS),
    LineTold("regio-deal-eerste-jaar", "regio-deal", "regio-deal-400000", {"nl": "Regio Deal: vouchers eerste jaar", "en": "Regio Deal: vouchers first year"}, 30_000_00, ("ontwikkelfonds-individueel",), ("individual",), first_year=True),
    LineTold("gelderland-eerste-jaar", "provincie-gelderland", "gelderland-500000", {"nl": "Gelderland: vouchers eerste jaar", "en": "Gelderland: vouchers first year"}, 40_000_00, ("ontwikkelfonds-individueel", "ontwikkelfonds-werkgever"), first_year=True),
)  # fmt: skip
FIRST_YEAR_OVER = "Het eerste jaar is om. Wat over is, gaat naar het volgende jaar."
