"""Does the deployment's identity provider answer?"""

import json
import urllib.request
from typing import Any

from django.conf import settings

WELL_KNOWN = "/.well-known/openid-configuration"
PATIENCE = 5.0  # seconds


def remark() -> str:
    """A sentence where its configuration cannot be read, or does not say where one logs in; nothing where there is none."""
    providers: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
    for app in providers["openid_connect"]["APPS"]:
        address = app["settings"]["server_url"]
        at = address if "/.well-known/" in address else address.rstrip("/") + WELL_KNOWN
        try:
            with urllib.request.urlopen(at, timeout=PATIENCE) as answer:  # noqa: S310 - http or https, which the settings check
                told = json.load(answer)
        except (OSError, ValueError) as error:
            return f"the identity provider gives no configuration at {at} ({error}): correct DURE_OIDC_URL, or see why."
        if not isinstance(told, dict) or "authorization_endpoint" not in told:
            return f"what the identity provider gives at {at} does not say where one logs in: correct DURE_OIDC_URL."
    return ""
