"""How the forms of log-ins are written: allauth's fields under our names."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from dure.portal.kit.identity.said import LABELS

register = template.Library()


@register.filter
def called(field: Any) -> str:
    """The name of a field of a form."""
    own = LABELS.get(f"{type(field.form).__name__}.{field.name}") or LABELS.get(field.name)
    return _(own) if own else str(field.label)
