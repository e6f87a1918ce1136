"""What the server runs: the pages behind the front."""

from dure.portal.front.door import Front
from dure.portal.front.limits import Lane, Limits
from dure.portal.front.parent import end_with_parent
from dure.portal.wsgi import application as pages

LANES = (
    Lane("probe", paths=("/health/", "/metrics")),
    # Passwords are hashed slowly by design: whoever guesses them makes those wait who log in, and nobody else.
    Lane("secret", paths=("/login/", "/account/", "/invitation/", "/renewal/"), methods=("POST",), waiting=50, nice=10),
    Lane("file", query=b"-format=", nice=5),  # a list as a file: kit/lists
)
application = Front(pages, Limits(), lanes=LANES)
end_with_parent()
