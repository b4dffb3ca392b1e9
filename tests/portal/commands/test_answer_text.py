"""What `loket match` says, word for word, to a resident and to an employer, in Dutch and English; and to whom "u" is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from portal.commands.cli import main
from tests.schemes.conftest import VELDRIJK

ASKED: dict[str, dict[str, Any]] = {
    "individual": {
        "facts": {
            "residence_municipality": "GM9901",
            "birth_date": "1984-05-04",
            "work_situation": "employee",
            "training_sector": "technology",
            "training_start": "2026-05-01",
            "student_finance": False,
        },
        "costs": [{"category": "tuition", "amount_cents": 315000}],
    },
    "employer": {
        "facts": {"work_situation": "employee", "training_sector": "technology", "training_start": "2026-05-01"},
        "costs": [{"category": "tuition", "amount_cents": 100000}],
    },
}
SAID = {
    ("individual", "nl"): """\
Peildatum: 1 maart 2026
kosten            wie betaalt           uit                bedrag
lesgeld, € 3.150  Leervoucher Veldrijk  Vouchers 2026  € 2.500,00
                  uzelf                                  € 650,00

Eigen bijdrage: € 650,00
Bewezen: een betere verdeling bestaat niet.

Waarom deze bedragen:
  - Leervoucher Veldrijk: Deze regeling betaalt nu hoogstens € 2.500.
Volgorde: Leervoucher Veldrijk.

Hoe zeker de regels zijn:
  - Leervoucher Veldrijk: Niet alle regels staan in een officiële bron. Mogelijk, laat het nakijken. Bron: Verordening leervoucher Veldrijk 2026, 2 januari 2026.
      Aanname: Boeken tellen voor de helft mee.

Wat overblijft:
  - lesgeld, € 650,00: Deze regelingen betalen al wat ze mogen: Leervoucher Veldrijk.

Wat hier niet bij past, met de reden:
  Bestaat niet meer (1)
  Voor een andere aanvrager (1)
Met --all staan ze er allemaal bij, elk met de reden.

Wat u nu kunt doen:
  - Vraag de regelingen aan die in de mix staan.
  - Maak een afspraak met een adviseur. Dat is gratis.
""",
    ("individual", "en"): """\
Reference date: 1 March 2026
costs            who pays                   from              amount
tuition, €3,150  Veldrijk learning voucher  Vouchers 2026  €2,500.00
                 yourself                                    €650.00

Own contribution: €650.00
Proven: there is no better mix.

Why these amounts:
  - Veldrijk learning voucher: This scheme now pays at most €2,500.
Order: Veldrijk learning voucher.

How sure the rules are:
  - Veldrijk learning voucher: Not all rules are in an official source. Possible, have it checked. Source: Verordening leervoucher Veldrijk 2026, 2 January 2026.
      Assumption: Books count for half.

What is left:
  - tuition, €650.00: These schemes already pay as much as they are allowed to: Veldrijk learning voucher.

What does not fit here, with the reason:
  No longer exists (1)
  For another applicant (1)
With --all each of them is listed, with the reason.

What you can do now:
  - Apply for the schemes that are in the mix.
  - Make an appointment with an advisor. It is free.
""",
    ("employer", "nl"): """\
Peildatum: 1 maart 2026
kosten            wie betaalt  uit      bedrag
lesgeld, € 1.000  werkgever         € 1.000,00

Het bedrijf betaalt zelf: € 1.000,00
Bewezen: een betere verdeling bestaat niet.

Wat overblijft:
  - lesgeld, € 1.000,00: Geen regeling betaalt deze kosten.

Wat hier niet bij past, met de reden:
  Betaalt deze kosten niet (1):
    - Bijdrage begeleiding Metaalfonds: Deze regeling betaalt andere soorten kosten: begeleiding en loon tijdens de opleiding.
  Voor een andere aanvrager (2)
Met --all staan ze er allemaal bij, elk met de reden.

Wat u nu kunt doen:
  - Vul aan wat we nog niet weten. Dan weet u meer zeker.
  - Vraag na of een mogelijke regeling voor u doorgaat.
  - Maak een afspraak met een adviseur. Dat is gratis.
""",
    ("employer", "en"): """\
Reference date: 1 March 2026
costs            who pays  from     amount
tuition, €1,000  employer        €1,000.00

The company pays: €1,000.00
Proven: there is no better mix.

What is left:
  - tuition, €1,000.00: No scheme pays these costs.

What does not fit here, with the reason:
  Does not pay these costs (1):
    - Metal Fund guidance contribution: This scheme pays other kinds of costs: guidance and wages during the training.
  For another applicant (2)
With --all each of them is listed, with the reason.

What you can do now:
  - Fill in what we do not know yet. Then more will be certain for you.
  - Ask if a possible scheme will go ahead for you.
  - Make an appointment with an advisor. It is free.
""",
}


def match(folder: Path, route: str, *options: str) -> str:
    path = folder / f"{route}.json"
    asked = {"format": "ontwikkelloket/question/1", "route": route, "reference_date": "2026-03-01", **ASKED[route]}
    path.write_text(json.dumps(asked), encoding="utf-8")
    result = CliRunner().invoke(main, ["match", str(path), "--region", str(VELDRIJK), *options], catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("route", "language"), SAID)
def test_the_answer_is_said_word_for_word(route: str, language: str, tmp_path: Path) -> None:
    assert match(tmp_path, route, "--lang", language) == SAID[route, language]


def test_with_all_every_scheme_is_named_with_its_reason(tmp_path: Path) -> None:
    folded, whole = match(tmp_path, "individual"), match(tmp_path, "individual", "--all")
    assert "--all" in folded and "--all" not in whole
    for line in (
        "  Bestaat niet meer (1):",
        "  Voor een andere aanvrager (1):",
        "    - Bijdrage begeleiding Metaalfonds: Deze regeling is voor een andere aanvrager.",
    ):
        assert line in whole.splitlines() and line not in folded.splitlines()
