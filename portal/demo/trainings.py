"""Trainings as people in the region ask for them, with providers that do not exist and costs of a likely size (in cents)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class School:
    """A training provider. `approved`: whether it may redeem the vouchers of this desk."""

    key: str
    name: str
    kvk_number: str
    user: str
    """Who signs in for it."""
    approved: bool = True


SCHOOLS = (
    School("vakschool", "Vakschool Voorbeeld", "00002001", "Karin Proefstra"),
    School("techniek", "Techniekcollege Proefhof", "00002002", "Ronald Oefenhof"),
    School("zorg", "Zorgacademie Verzonnen", "00002003", "Nadia Modelink"),
    School("rijden", "Verkeersschool De Demo", "00002004", "Mo ter Demo"),
    School("kantoor", "Rekenmeester Opleidingen", "00002005", "Greet Plekhouders"),
    School("code", "Codeklas Fictief", "00002006", "Jip Fictema"),
    School("bouw", "Bouwplaats Model", "00002007", "Arie Maquettink"),
    School("groen", "Groenschool Schets", "00002008", "Floor van Schets"),
    School("taal", "Taalhuis Oefening", "00002009", "Hind Testerink"),
    School("hogeschool", "Hogeschool Bedacht", "00002010", "Els Bedachtstra"),
    School("nieuw", "Digitaal Atelier Onbekend", "00002011", "Bas Naamloos", approved=False),
    School("snel", "Snelcursus Nergens", "00002012", "Rob van Nergens"),
)
NEW_SCHOOL, WITHDRAWN_SCHOOL = "nieuw", "snel"


@dataclass(frozen=True)
class DemoTraining:
    """One training: what it costs, who gives it, and why people want it."""

    key: str
    name: str
    school: str
    sector: str
    path: str
    level: str
    kind: str
    costs: tuple[tuple[str, int], ...]
    goals: tuple[str, ...]
    wish: str
    routes: tuple[str, ...] = ("individual", "employer")
    recognised: bool = False
    mandatory: bool = False
    borrow_up_to_cents: int = 0


BOTH = ("individual", "employer")
INDIVIDUAL, EMPLOYER = ("individual",), ("employer",)
JOB, OTHER, OWN, WORK = "keep_current_job", "other_job", "own_business", "find_work"
SKILLS, PAPER = "basic_skills", "certificate"

TRAININGS = (
    DemoTraining("lassen", "Lassen MIG/MAG, niveau 2", "vakschool", "technology", "course", "none", "further_training",
             (("tuition", 145000), ("exam", 18500), ("materials", 12000)), (PAPER, JOB),
             "Ik sta al jaren aan de lopende band. Ik wil leren lassen en daar mijn papieren voor halen."),
    DemoTraining("warmtepomp", "Warmtepomptechnicus", "techniek", "technology", "course", "mbo3", "retraining",
             (("tuition", 235000), ("exam", 29500), ("books", 11000)), (OTHER, PAPER),
             "Ik wil warmtepompen installeren. Er is veel werk en ik wil iets doen voor het klimaat."),
    DemoTraining("elektro", "Monteur elektrotechnische installaties (bbl)", "techniek", "technology", "mbo_bbl", "mbo2",
             "retraining", (("tuition", 143500), ("books", 39000), ("materials", 26000)), (OTHER, PAPER),
             "Ik wil werken en leren tegelijk, als monteur.", recognised=True),
    DemoTraining("cnc", "CNC-draaien en -frezen", "vakschool", "technology", "course", "none", "further_training",
             (("tuition", 189000), ("materials", 14500)), (JOB,),
             "Onze nieuwe machines werken met de computer. Daar wil ik mee leren werken."),
    DemoTraining("plc", "PLC-programmeren, basis", "techniek", "technology", "course", "none", "further_training",
             (("tuition", 168000), ("books", 9500)), (JOB, PAPER),
             "Ik los nu storingen op zonder te weten hoe de besturing werkt. Dat wil ik leren."),
    DemoTraining("zonnepanelen", "Zonnepanelen monteren met VCA", "techniek", "technology", "course", "none", "retraining",
             (("tuition", 119500), ("exam", 15500)), (WORK, OTHER),
             "Ik zoek werk buiten en met mijn handen. Zonnepanelen leggen lijkt mij mooi werk."),
    DemoTraining("monteur", "Servicemonteur werktuigkunde", "vakschool", "technology", "third_path", "mbo3", "retraining",
             (("tuition", 360000), ("exam", 35000), ("books", 25000)), (OTHER, PAPER),
             "Ik wil van lasser naar servicemonteur, met meer afwisseling en minder zwaar werk.", recognised=True),
    DemoTraining("verzorgende", "Verzorgende IG", "zorg", "care", "third_path", "mbo3", "retraining",
             (("tuition", 295000), ("exam", 30000), ("books", 42000)), (OTHER, PAPER),
             "Ik heb mijn moeder verzorgd. Nu wil ik er mijn beroep van maken.", recognised=True),
    DemoTraining("helpende", "Helpende plus", "zorg", "care", "course", "mbo2", "retraining",
             (("tuition", 165000), ("books", 18000)), (WORK, PAPER),
             "Ik wil in de zorg werken en begin met een korte opleiding.", recognised=True),
    DemoTraining("medicatie", "Medicatie en voorbehouden handelingen", "zorg", "care", "course", "none", "refresher",
             (("tuition", 78000), ("exam", 12500)), (JOB,),
             "Ik wil weer bij zijn met de handelingen die ik op mijn werk doe."),
    DemoTraining("dokter", "Doktersassistent, terug in het vak", "zorg", "care", "course", "none", "refresher",
             (("tuition", 220000), ("books", 16000)), (WORK, OTHER),
             "Ik was tien jaar thuis en wil terug naar mijn oude vak.", INDIVIDUAL),
    DemoTraining("kinderopvang", "Pedagogisch medewerker kinderopvang", "zorg", "childcare", "third_path", "mbo3",
             "retraining", (("tuition", 275000), ("exam", 25000), ("books", 31000)), (OTHER, PAPER),
             "Ik wil met jonge kinderen werken.", recognised=True),
    DemoTraining("code95", "Code 95, 35 uur nascholing", "rijden", "transport", "course", "none", "refresher",
             (("tuition", 89500), ("travel", 6000)), (JOB, PAPER),
             "Mijn code 95 loopt af. Zonder kan ik mijn werk niet doen.", mandatory=True),
    DemoTraining("rijbewijs", "Vrachtwagenchauffeur: rijbewijs C met code 95", "rijden", "transport", "course", "none",
             "retraining", (("tuition", 385000), ("exam", 62000)), (OTHER, WORK),
             "Ik wil op de vrachtwagen. Drie bedrijven in de buurt zoeken chauffeurs."),
    DemoTraining("heftruck", "Heftruck en reachtruck", "rijden", "transport", "course", "none", "further_training",
             (("tuition", 42500), ("exam", 9500)), (WORK, PAPER),
             "Met dit certificaat kan ik in het magazijn aan de slag."),
    DemoTraining("boekhouden", "Basiskennis boekhouden", "kantoor", "business", "course", "none", "further_training",
             (("tuition", 124000), ("exam", 24500), ("books", 16000)), (OWN, PAPER),
             "Ik doe de boeken van mijn zaak zelf en wil het goed leren.", INDIVIDUAL),
    DemoTraining("loon", "Praktijkdiploma loonadministratie", "kantoor", "business", "course", "mbo4", "further_training",
             (("tuition", 149000), ("exam", 27500), ("books", 21000)), (JOB, PAPER),
             "Wij doen de lonen vanaf januari zelf. Ik wil dat gaan doen."),
    DemoTraining("ondernemen", "Ondernemen voor zzp'ers", "kantoor", "business", "course", "none", "further_training",
             (("tuition", 115000), ("books", 8500)), (OWN,),
             "Ik ben een goede schilder, maar geen ondernemer. Ik wil leren offertes maken en vooruit plannen.", INDIVIDUAL),
    DemoTraining("leiding", "Leidinggeven op de werkvloer", "kantoor", "business", "course", "none", "further_training",
             (("tuition", 197500), ("books", 7500)), (JOB,),
             "Een collega wordt teamleider en heeft dat nooit geleerd.", EMPLOYER),
    DemoTraining("python", "Python voor data en rapportages", "code", "ict", "course", "none", "further_training",
             (("tuition", 179500),), (JOB, OTHER),
             "Ik maak nu alles in spreadsheets. Met Python wil ik dat slimmer doen."),
    DemoTraining("beheer", "Netwerk- en systeembeheerder", "code", "ict", "third_path", "mbo4", "retraining",
             (("tuition", 320000), ("exam", 40000), ("books", 28000)), (OTHER, PAPER),
             "Ik repareer al jaren computers voor vrienden. Nu wil ik er mijn werk van maken.", recognised=True),
    DemoTraining("testen", "Softwaretester met certificaat", "code", "ict", "course", "none", "retraining",
             (("tuition", 135000), ("exam", 26000)), (WORK, OTHER),
             "Mijn baan in de winkel stopt. Ik zoek werk achter de computer."),
    DemoTraining("veilig", "Veilig werken met data, voor de werkvloer", "code", "ict", "course", "none", "further_training",
             (("tuition", 98000),), (JOB,),
             "Onze planner werkt met persoonsgegevens en wil weten wat mag.", EMPLOYER),
    DemoTraining("timmeren", "Timmerman (bbl)", "bouw", "construction", "mbo_bbl", "mbo2", "retraining",
             (("tuition", 143500), ("books", 28000), ("materials", 34000)), (OTHER, PAPER),
             "Ik wil timmerman worden en bij een baas leren.", recognised=True),
    DemoTraining("uitvoerder", "Uitvoerder bouw", "bouw", "construction", "third_path", "mbo4", "further_training",
             (("tuition", 410000), ("exam", 38000)), (JOB, PAPER),
             "Na twintig jaar metselen wil ik de stap naar uitvoerder maken.", recognised=True),
    DemoTraining("isolatie", "Isoleren van woningen", "bouw", "construction", "course", "none", "further_training",
             (("tuition", 132000), ("materials", 9000)), (JOB, OTHER),
             "Er komen steeds meer vragen over isolatie. Dat wil ik kunnen."),
    DemoTraining("tuin", "Tuinontwerp", "groen", "green", "course", "mbo4", "further_training",
             (("tuition", 240000), ("materials", 18000), ("travel", 9000)), (JOB, OWN),
             "Ik wil tuinen niet alleen aanleggen, maar ook ontwerpen."),
    DemoTraining("ontwerp", "Associate degree engineering (deeltijd)", "hogeschool", "technology", "he_parttime",
             "associate_degree", "further_training", (("tuition", 269400), ("books", 45000)), (OTHER, PAPER),
             "Ik wil van monteur naar werkvoorbereider. Daarvoor vraagt mijn werkgever een associate degree.", INDIVIDUAL,
             recognised=True, borrow_up_to_cents=100000),
    DemoTraining("onderwijs", "Onderwijsassistent", "hogeschool", "education", "third_path", "mbo4", "retraining",
             (("tuition", 260000), ("books", 23000)), (OTHER, WORK),
             "Ik help al op de school van mijn kinderen. Ik wil daar mijn werk van maken.", recognised=True),
    DemoTraining("taal", "Nederlands op de werkvloer", "taal", "other", "course", "none", "further_training",
             (("tuition", 98000), ("books", 4500)), (SKILLS, JOB),
             "Ik begrijp mijn collega's goed, maar schrijven is moeilijk. Ik wil werkbonnen kunnen invullen."),
    DemoTraining("digitaal", "Digitaal vaardig: van e-mail tot planning", "taal", "other", "course", "none",
             "further_training", (("tuition", 45000), ("materials", 6000)), (SKILLS, WORK),
             "Alles gaat met de computer. Ik wil dat zelf kunnen, zonder hulp van mijn dochter."),
    DemoTraining("evc", "Erkenning van ervaring (EVC) installatietechniek", "techniek", "technology", "assessment", "mbo3",
             "further_training", (("assessment", 140000), ("tuition", 65000)), (PAPER, JOB),
             "Ik heb geen diploma, maar wel achttien jaar ervaring. Dat wil ik op papier."),
)  # fmt: skip


def trainings_for(route: str) -> tuple[DemoTraining, ...]:
    """The trainings that are asked for on a route."""
    return tuple(training for training in TRAININGS if route in training.routes)


def training_by_key(key: str) -> DemoTraining:
    """One training. Raises KeyError."""
    return {training.key: training for training in TRAININGS}[key]


def school_of(key: str) -> School:
    """A school by its key. Raises KeyError."""
    return {school.key: school for school in SCHOOLS}[key]
