"""What others ask of a site: where to report a leak, what may be found, and a page to show inside theirs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from portal.platform.config import load_settings
from portal.platform.errors import BadSettings
from tests.factories import NOW, a_question
from tests.web.office import Office, office, shared_office, still

__all__ = ["office", "shared_office", "still"]


def test_where_to_report_a_leak_is_said_as_the_standard_has_it_and_is_not_too_old(shared_office: Office) -> None:
    answer = shared_office.app.test_client().get("/.well-known/security.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert {"Contact", "Expires", "Preferred-Languages", "Canonical"} <= said.keys()
    expires = datetime.strptime(said["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < expires - NOW < timedelta(days=366)


def test_search_engines_find_the_public_pages_and_nothing_of_anybody(shared_office: Office) -> None:
    client = shared_office.app.test_client()
    robots, found = client.get("/robots.txt").text, client.get("/sitemap.xml").text
    assert "Disallow: /beheer/" in robots and "/sitemap.xml" in robots
    paths = [one.split("/", 3)[3] for one in re.findall(r"<loc>([^<]+)</loc>", found)]
    assert len(paths) > 10
    pages = {path: client.get(f"/{path}") for path in paths}
    assert {page.status_code for page in pages.values()} == {200}
    for path, page in pages.items():
        shown = dict(re.findall(r'<meta property="(og:\w+)" content="([^"]+)">', page.text))
        assert shown.keys() == {"og:title", "og:type", "og:site_name", "og:url", "og:locale"}, path
        assert shown["og:url"].endswith(f"/{path}") and 'rel="canonical"' in page.text
    assert "og:title" not in client.get("/inloggen").text


def test_a_page_of_somebody_tells_nothing_to_who_shares_its_address(office: Office) -> None:
    question = office.made(a_question)
    for role, path in (("advisor", f"/adviseur/vraag/{question.public_id}"), ("admin", "/beheer/accounts")):
        page = office.browser(role).get(path)
        assert page.status_code == 200 and "og:" not in page.text and 'name="robots" content="noindex' in page.text


def test_only_the_sites_that_are_set_may_show_the_small_page(shared_office: Office) -> None:
    client, kept = shared_office.app.test_client(), shared_office.app.extensions["settings"]
    closed = client.get("/insluiten")
    assert "frame-ancestors 'none'" in closed.headers["Content-Security-Policy"]
    assert closed.headers["X-Frame-Options"] == "DENY"
    sites = "https://www.deventer.nl https://*.apeldoorn.nl"
    shared_office.app.extensions["settings"] = kept.model_copy(update={"widget_sites": sites})
    try:
        opened, other = client.get("/insluiten"), client.get("/")
    finally:
        shared_office.app.extensions["settings"] = kept
    assert f"frame-ancestors {sites};" in opened.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in opened.headers and "X-Framed-By" not in opened.headers
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
    assert not re.search(r'(?:src|href)="(?:https?:)?//', opened.text), "nothing of a third party"
    assert 'target="_top"' in opened.text and "<script" not in opened.text


@pytest.mark.parametrize("wrong", ["http://a.nl", "https://a.nl/pad", "'self'", "*", "https://a.nl; script-src *"])
def test_what_is_no_site_is_no_setting(wrong: str, tmp_path: object) -> None:
    with pytest.raises(BadSettings, match="WIDGET_SITES"):
        load_settings(portal_env="test", state_dir=tmp_path, widget_sites=wrong)
