"""A person with a browser window, who is invited, joins, fills forms and proves who they are."""

from people.devices import Device
from portal.serving import PATIENCE
from portal.test_browser import WATCH

PASSWORD = "namwon-gwanghallu-1447"  # noqa: S105 - of people who are made up


class Someone:
    """A person with a browser window."""

    def __init__(self, browser, base):
        # A certificate that signed itself is taken, as that of an authority would be.
        self.context = browser.new_context(
            base_url=base, locale="ko-KR", viewport={"width": 1440, "height": 900}, ignore_https_errors=True
        )
        self.context.add_init_script(WATCH)
        self.page = self.context.new_page()
        self.page.set_default_timeout(1000 * PATIENCE)
        self.base, self.device = base, Device(self.page)

    def goes(self, address):
        answer = self.page.goto(address)
        assert answer.status == 200, f"{address}: {answer.status}"
        return self

    def joins(self, link, name):
        """By the link, with a password."""
        self.goes(link)
        self.fills(username=name, password1=PASSWORD, password2=PASSWORD)
        self.presses("button[name=by][value=password]")
        return self

    def joins_by_passkey(self, link, name):
        """By the link, with a passkey that this window's device makes, and without a password."""
        self.goes(link)
        self.fills(username=name)
        self.presses("button[name=by][value=passkey]")
        self.presses("main form[data-passkey=create] button")
        return self

    def logs_in(self, name):
        """By the password."""
        self.goes("/login/")
        self.fills(username=name, password=PASSWORD)
        self.presses("main form[action='/login/'] button")

    def logs_in_by_passkey(self):
        """By it alone: no name is given."""
        self.goes("/login/")
        self.presses("main form[data-passkey=get] button")

    def logs_out(self):
        self.goes("/account/")
        self.presses("form[action*=logout] button")
        assert not self.session()

    def session(self):
        """The key of the session; empty for whoever is not logged in."""
        return next((each["value"] for each in self.context.cookies() if each["name"] == "sessionid"), "")

    def fills(self, **fields):
        for name, value in fields.items():
            if isinstance(value, dict):
                for code, text in value.items():
                    self._fill(f"main [name={name}-{code}], main [name={name}_{code}]", text)
            else:
                self._fill(f"main [name={name}]", value)

    def _fill(self, where, value):
        field = self.page.locator(where).first
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)

    def presses(self, button):
        """Comes back when the page that follows is there."""
        with self.page.expect_navigation():
            self.page.click(button)
        assert self.page.url.startswith(f"{self.base}/")
        assert self.page.evaluate("window.breaches || []") == []

    def invites(self, name, desk):
        """Returns the link, which is shown once."""
        self.goes("/account/invitations/new/")
        self.fills(name={"ko": name}, desk=desk)
        self.presses("main form button >> nth=-1")
        return self.page.input_value("#link")

    def acts(self, address, **fields):
        """Fills the form, checks the answers, and carries it out."""
        self.goes(address)
        self.fills(**fields)
        self.confirms()

    def confirms(self):
        """Has the answers of a form checked, and carries it out."""
        self.presses("main form button[value=check]:not(.unseen)")
        self.presses("main form button[value=confirm]")

    def sees(self):
        return self.page.inner_text("main")
