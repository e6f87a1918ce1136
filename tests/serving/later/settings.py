"""Production of the later dure."""

from dure.portal.settings.production import *  # noqa: F403 - it is production and one change more

MIGRATION_MODULES = {"parties": "serving.later.parties"}
