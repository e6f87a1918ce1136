"""What a web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.portal.settings.local")
application = get_wsgi_application()

from dure.portal.subjects.programme.warming import warm  # noqa: E402 - needs Django set up

warm()
