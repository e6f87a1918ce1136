"""What the server runs: the pages behind the front."""

from dure.portal.front.door import Front
from dure.portal.front.limits import Limits
from dure.portal.front.parent import end_with_parent
from dure.portal.lanes import LANES
from dure.portal.refusing import said
from dure.portal.wsgi import application as pages

application = Front(pages, Limits(), lanes=LANES, words=said)
end_with_parent()
