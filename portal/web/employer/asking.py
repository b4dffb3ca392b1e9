"""The pages that employers share with residents: the questions, and everything after sending."""

from portal.web.employer.steps import DOOR
from portal.web.intake.registration import register_asker_pages

register_asker_pages(DOOR)
