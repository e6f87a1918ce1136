"""The layout, components and texts of the portal."""

from django.apps import AppConfig


class SharedConfig(AppConfig):
    """Templates, static files, template tags and the Korean catalogue."""

    name = "dure.portal.shared"
    label = "portal_shared"
    verbose_name = "portal"
