"""What a message is called on the own page, where all that was sent stands: without the words of the message itself."""

from __future__ import annotations

import pytest

from portal.papers.correspondence import subject_words
from portal.platform.config import TEMPLATES
from portal.platform.i18n import use_locale

FOLDER = TEMPLATES / "messages"
TO_WHO_ASKED = sorted(
    f"{text.parent.name}/{text.stem}"
    for text in FOLDER.glob("*/*.txt")
    if text.parent.name not in ("account", "provider")
)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("employer", [False, True])
def test_every_message_to_who_asked_has_a_name_for_the_own_page(language: str, employer: bool) -> None:
    with use_locale(language):
        named = {template: subject_words(template, employer=employer) for template in TO_WHO_ASKED}
    assert len(named) > 90
    assert all(named.values()), [template for template, words in named.items() if not words]


def test_an_employer_reads_of_the_employee_and_a_resident_of_oneself() -> None:
    with use_locale("nl"):
        ours = subject_words("voucher/cancelled", employer=True)
        own = subject_words("voucher/cancelled", employer=False)
    assert (ours, own) == ("De opleiding van uw werknemer gaat niet door", "Uw opleiding gaat niet door")


def test_control_a_message_that_is_not_made_any_more_has_no_name() -> None:
    with use_locale("nl"):
        assert subject_words("voucher/of_before", employer=False) is None
