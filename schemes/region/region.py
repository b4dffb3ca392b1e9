"""A region is a folder: names, settings, facts, lists, schemes and funding. Another region needs no code."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from schemes.basics.money import Cents
from schemes.basics.values import (
    Dated,
    DatedValue,
    Items,
    Key,
    Line,
    Model,
    MunicipalityCode,
    Paragraph,
    Permille,
    Slug,
    Text,
    WebAddress,
)
from schemes.basics.vocabulary import OrganisationKind

Pass = Literal["own_money", "rest", "priced_money", "schemes"]
YearlyPermille = Annotated[int, Field(ge=0, le=1000, description="Interest of a year in thousandths: 40 is 4 %.")]
EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]+$", max_length=254)]


class RegionBody(Model):
    """A body that owns schemes, decides or advises."""

    id: Slug
    """Name for references; `owner` of a scheme names it."""
    name: Text
    """Name for people."""
    kind: OrganisationKind = "other"
    """What kind of body it is."""
    url: WebAddress | None = None
    """Its site."""


class Desk(Model):
    """Where people can come: the Werkcentrum or Leerwerkloket of the region."""

    name: Text
    """Name of the desk."""
    email: EmailAddress | None = None
    """E-mail address."""
    phone: Line | None = None
    """Telephone number."""
    address: Paragraph | None = None
    """Visiting address."""
    url: WebAddress | None = None
    """Site."""
    opening_hours: Text | None = None
    """Opening hours."""
    court: Text | None = None
    """The court to which a decision upon objection can be appealed (Awb 8:7), as it stands in a letter: "de rechtbank in …"."""


class ElsewherePrices(Model):
    """What a euro of a scheme elsewhere counts for when the scheme does not say."""

    public: Permille = 500
    """Public money elsewhere."""
    sector_fund: Permille = 200
    """Money of a sector fund."""
    other: Permille = 500
    """Any other money elsewhere."""


class FundingPrices(Model):
    """What a euro of a funding line counts for when the line does not say."""

    one_scheme_or_route: Permille = 300
    """The earmark admits one scheme or one route."""
    several: Permille = 700
    """The earmark admits more."""
    less_when_ending: Permille = 200
    """Taken off when the period ends soon."""
    ending_within_days: int = Field(default=180, ge=0, le=3660)
    """What soon is: days from the reference date."""


CEILING_2024: DatedValue[Cents] = DatedValue[Cents].model_validate(
    {"from": "2024-01-01", "value": 30_000_000, "source": "Verordening (EU) 2023/2831 (pelsrijcken.nl, november 2025)"}
)


class DeMinimis(Model):
    """How much de-minimis aid one undertaking may receive, and which facts say how much of that is left."""

    ceiling_cents: Dated[Cents] = (CEILING_2024,)
    """The most de-minimis aid for one undertaking over any 3 years, of all public bodies together, by day of award. On a
    day without a value no ceiling is applied, and a declaration is asked for."""
    used_fact: Key = "de_minimis_used_cents"
    """The money fact that says what the undertaking received in the 3 years before the award. While it is not known nothing
    is taken off an amount, and a declaration is asked for."""
    undertaking_fact: Key = "work_situation"
    """The fact of type choice that says whether somebody in the individual route is an undertaking."""
    undertaking_values: Items[Key] = Field(default=("self_employed",), max_length=50)
    """The values of that fact with which they are. Empty: nobody in the individual route is."""


class TalkSettings(Model):
    """How people choose a talk with an advisor themselves."""

    from_days: int = Field(default=1, ge=0, le=30)
    """The first day that can be chosen, in days from today. 1 is tomorrow."""
    weeks: int = Field(default=4, ge=1, le=26)
    """How many weeks ahead a talk can be chosen."""
    change_hours: int = Field(default=24, ge=0, le=336)
    """Until how many hours before a talk the person can move it or call it off; after that they telephone."""
    video_link: WebAddress | None = Field(default=None, max_length=200)
    """The link for a video talk with an advisor who has no link of their own."""


INTEREST_SINCE_2023: tuple[DatedValue[YearlyPermille], ...] = tuple(
    DatedValue[YearlyPermille].model_validate({"from": day, "value": value, "source": source})
    for day, value, source in (
        (
            "2023-01-01",
            40,
            "Overzicht van rentes in openbare broncode (februari 2026); het besluit zelf is niet gelezen",
        ),
        ("2023-07-01", 60, "smkaccountants.nl, 3 januari 2024"),
        ("2024-01-01", 70, "Stb. 2023, 484 (feitsmaverhagen.nl)"),
        (
            "2025-01-01",
            60,
            "Overzicht van rentes in openbare broncode (februari 2026); het besluit zelf is niet gelezen",
        ),
        (
            "2026-01-01",
            40,
            "Overzicht van rentes in openbare broncode (februari 2026); het besluit zelf is niet gelezen",
        ),
    )
)


class CollectingSettings(Model):
    """How the desk gets back what somebody has to pay back (Awb title 4.4)."""

    interest_permille: Dated[YearlyPermille] = INTEREST_SINCE_2023
    """The statutory interest of a year in thousandths, by day: 40 is 4 % (BW 6:119, 6:120). It can change each half year."""
    interest_in_deferral: bool = False
    """Whether interest runs while payment is put off or goes in instalments (Awb 4:101)."""
    reminder_after_days: int = Field(default=7, ge=0, le=90)
    """How many days after the last day to pay a reminder goes out (Awb 4:112)."""
    reminder_cost_cents: Dated[Cents] = 0
    """What a reminder costs the debtor, for a debt below `reminder_cost_from_cents`. 0: nothing (Awb 4:113 leaves it free)."""
    reminder_cost_high_cents: Dated[Cents] = 0
    """What it costs for a debt of that much or more."""
    reminder_cost_from_cents: Dated[Cents] = 45_400
    """From which debt the higher amount holds: € 454 (Awb 4:113, text of 1 January 2025, 1 January 2026 and 1 July 2026)."""
    provider_days: int = Field(default=30, ge=1, le=366)
    """How many days a provider has to pay back what it credited, before it is reminded."""
    warn_days: int = Field(default=90, ge=1, le=730)
    """How many days before a claim can no longer be made or collected the desk warns (Awb 4:57, 4:104)."""


class RegionSettings(Model):
    """The settings of a region. All have a default."""

    smallest_share_cents: Cents = 2500
    """No smaller share than this, in cents."""
    employer_price_permille: Permille = 1000
    """What a euro of an employer's up-to pledge counts for."""
    elsewhere_price_permille: ElsewherePrices = ElsewherePrices()
    """Prices of money elsewhere."""
    funding_price_permille: FundingPrices = FundingPrices()
    """Prices of the region's own funding lines."""
    pass_order: Items[Pass] = ("own_money", "rest", "priced_money", "schemes")
    """The order in which the mix is made best. own_money is always first."""
    deterministic_time_limit: int = Field(default=30, ge=1, le=3600)
    """The most work the solver may do, in its own seconds that do not depend on the machine."""
    response_days: int = Field(default=3, ge=1, le=60)
    """Working days within which the desk answers a question."""
    decision_weeks: int = Field(default=8, ge=1, le=52)
    """Weeks within which is decided, when the scheme does not say."""
    voucher_valid_days: int = Field(default=180, ge=1, le=3660)
    """Days a voucher is valid in a new definition."""
    expiry_reminder_days: int = Field(default=30, ge=1, le=365)
    """Days before expiry on which the holder is reminded."""
    talks: TalkSettings = TalkSettings()
    """How people choose a talk with an advisor."""
    ending_term_days: int = Field(default=42, ge=14, le=366)
    """How many days a holder can still use a voucher that ends because circumstances changed, unless an advisor chooses otherwise
    (the reasonable term of Awb 4:50)."""
    de_minimis: DeMinimis = DeMinimis()
    """The ceiling for schemes with `state_aid: de_minimis`."""
    collecting: CollectingSettings = CollectingSettings()
    """How the desk gets back what somebody has to pay back."""

    @model_validator(mode="after")
    def _passes(self) -> "RegionSettings":
        if (
            sorted(self.pass_order) != ["own_money", "priced_money", "rest", "schemes"]
            or self.pass_order[0] != "own_money"
        ):
            raise PydanticCustomError(
                "pass_order", "pass_order names own_money first, then rest, priced_money and schemes in any order"
            )
        return self


class Tile(Model):
    """Where a municipality stands on a map of tiles."""

    municipality: MunicipalityCode
    """Its CBS code."""
    row: int = Field(ge=1, le=30)
    """Which row, counted from the north."""
    column: int = Field(ge=1, le=30)
    """Which column, counted from the west."""


class Region(Model):
    """region.yaml: the region's names and settings, and which regions it includes."""

    format: Literal["ontwikkelloket/region/1"]
    """Always ontwikkelloket/region/1."""
    region: Slug
    """Name of the region for addresses. The folder has the same name."""
    name: Text
    """Name for people."""
    desk: Desk | None = None
    """Where people can come. Needed for a region that people use; not for a collection such as nl."""
    includes: Items[Slug] = Field(default=(), max_length=20)
    """Regions whose facts, lists and schemes are used too: folders beside this one, or regions that ship with the software."""
    municipalities: Items[MunicipalityCode] = Field(default=(), max_length=400)
    """The municipalities of the region."""
    tiles: Items[Tile] = Field(default=(), max_length=400)
    """Where the municipalities stand on a map of tiles. Without it they stand there by name."""
    organisations: Items[RegionBody] = Field(default=(), max_length=500)
    """Bodies that own schemes, decide or advise."""
    settings: RegionSettings = RegionSettings()
    """Settings."""
    demo: bool = False
    """This region is a demonstration: the screens carry a banner."""

    @model_validator(mode="after")
    def _unique(self) -> "Region":
        ids = [organisation.id for organisation in self.organisations]
        if len(set(ids)) != len(ids):
            raise PydanticCustomError("duplicate_id", "An organisation stands twice")
        places = {(tile.row, tile.column) for tile in self.tiles}
        on_map = {tile.municipality for tile in self.tiles}
        if len(places) != len(self.tiles) or (self.tiles and on_map != set(self.municipalities)):
            raise PydanticCustomError(
                "tiles_of_region", "Every municipality of the region has one tile, each in a place of its own"
            )
        if self.region in self.includes or len(set(self.includes)) != len(self.includes):
            raise PydanticCustomError("includes_itself", "A region includes others, each once, and not itself")
        return self
