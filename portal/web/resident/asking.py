"""The pages that residents share with employers: the questions, and everything after sending."""

from portal.web.intake.registration import register_asker_pages
from portal.web.resident.steps import DOOR

register_asker_pages(DOOR)
