"""The chapter about the source stands in the report of a desk with its history, for who sees all money, and nowhere else."""

from __future__ import annotations

from sqlalchemy import update

from portal.accounting.source_report.figures import HISTORY_REGION
from portal.framework.catalogue.models import RegionRecord
from tests.web.office import Office, said
from tests.web.walking import assert_sound, soup_of

WHERE = "/verantwoording/verslag"
TITLE = "10. Waar de bron zichzelf tegenspreekt"


def test_the_report_says_where_its_source_contradicts_itself_and_what_was_assumed(office: Office) -> None:
    without = office.browser("region").get(WHERE)
    assert TITLE not in without.text
    office.do(lambda session: session.execute(update(RegionRecord).values(slug=HISTORY_REGION)))
    for role in ("region", "controller"):
        page = office.browser(role).get(WHERE)
        assert_sound(page)
        tables = {str(one.caption.get_text(strip=True)): one for one in soup_of(page).select("table") if one.caption}
        rows = [len(tables[name].select("tbody tr")) for name in tables if "bron" in name or "historie" in name]
        assert TITLE in page.text and rows == [19, 14, 18]
        words = said(page).replace("\xa0", " ")
        assert "149 van 520 vouchers is 28,65%" in words and "niet gelijk" in words and "is een aanname" in words
    assert TITLE not in office.browser("funder").get(WHERE).text
    assert TITLE not in office.browser("region").get(f"{WHERE}?geldgever=rijk").text
    paper = office.browser("region").get(f"{WHERE}.pdf")
    assert (
        paper.data.startswith(b"%PDF") and TITLE.encode() in paper.data
    )  # the outline of the document names its chapters
