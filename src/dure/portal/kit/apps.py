"""The kit of the portal."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """Templates, static files, template tags and the Korean catalogue."""

    name = "dure.portal.kit"
    label = "portal_kit"
    verbose_name = "portal"
