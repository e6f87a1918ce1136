"""What the server runs: the pages behind the front."""

from dure.portal.front.door import Front
from dure.portal.front.limits import Limits
from dure.portal.front.parent import end_with_parent
from dure.portal.wsgi import application as pages

PROBES = ("/health/", "/metrics")  # answered while every other thread is busy
application = Front(pages, Limits(), reserved=PROBES)
end_with_parent()
