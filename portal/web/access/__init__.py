"""What is no audience's own: coming in and going out, whether the service is up, and finding what one may see."""

from portal.web.access import entry, finding, health, unlocking, well_known

__all__ = ["entry", "finding", "health", "unlocking", "well_known"]
