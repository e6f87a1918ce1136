"""A device that keeps passkeys, as Chromium plays one: it finds the fingerprint to be its owner's unless it is told otherwise."""


class Device:
    """The authenticator of one page of a browser."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        self.id = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def is_a_strangers(self):
        """The fingerprint is not its owner's from now on."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": False})

    def of(self):
        """For which sites it keeps passkeys."""
        kept = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]
        return [each["rpId"] for each in kept]
