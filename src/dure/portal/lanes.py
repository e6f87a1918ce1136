"""Which requests wait apart from the pages: the front's lanes, by the addresses of the portal."""

from dure.portal.front.limits import Lane

# Passwords are hashed slowly by design: whoever guesses them makes those wait who log in, and nobody else.
HASHED = (
    "/login/", "/invitation/", "/renewal/",
    "/account/confirm/", "/account/password/", "/account/authenticator/", "/account/passkeys/", "/account/recovery-codes/",
)  # fmt: skip
LANES = (
    Lane("probe", paths=("/health/", "/metrics")),
    Lane("secret", paths=HASHED, methods=("POST",), waiting=50, nice=10),
    # A list as a file or in print (kit/lists), a table of a decision, all records of a kind, the evidence.
    Lane("file", paths=("/api/v1/exports/",), endings=(".csv", ".jsonl", ".zip"), queries=(b"-format=", b"-print="), nice=5),
)
