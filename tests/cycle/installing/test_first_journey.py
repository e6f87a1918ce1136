"""The first hour in a browser: from `dure init` to the first decision that a ministry approves, as the application's log-in."""

import re
import subprocess
import sys
from contextlib import suppress

import pytest

from cycle.installing.engineer import Engineer
from portal.serving import PATIENCE, answers, free_port
from portal.test_browser import chromium as browser  # noqa: F401 - the fixture that starts Chromium

pytestmark = pytest.mark.browser
PASSWORD = "namwon-gwanghallu-1447"  # noqa: S105 - of people who are made up


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """An installation that is served: its address, and the first administrator's link."""
    engineer = Engineer(tmp_path_factory.mktemp("installation"))
    said = engineer.types("init", "--administrator", "성춘향")
    link = re.search(r"/invitation/dure_[\w-]{43}/", said.stdout)
    assert link, said.stdout + said.stderr
    port = free_port()
    command = [sys.executable, "-m", "dure", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=engineer.folder, env=engineer.surroundings())
    try:
        assert answers(port, process)
        yield engineer, f"http://127.0.0.1:{port}", link[0]
        assert engineer.types("stop").stdout.startswith("stopped: the server of the portal")
        assert process.wait(PATIENCE) == 0
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        engineer.leaves()


class Someone:
    """A person with a browser window."""

    def __init__(self, window, base):
        self.base = base
        self.page = window.new_context(locale="ko-KR", viewport={"width": 1440, "height": 900}).new_page()
        self.page.set_default_timeout(1000 * PATIENCE)

    def goes(self, address):
        answer = self.page.goto(self.base + address)
        assert answer.status == 200, f"{address}: {answer.status}"
        return self

    def joins(self, link, name):
        """By the link, with a password."""
        self.goes(link)
        self.fills(username=name, password1=PASSWORD, password2=PASSWORD)
        self.presses("button[name=by][value=password], button[name=by] >> nth=0")
        return self

    def fills(self, **fields):
        for name, value in fields.items():
            field = self.page.locator(f"main [name={name}]").first
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def presses(self, button):
        self.page.click(button)
        self.page.wait_for_load_state()

    def invites(self, name, desk):
        """Returns the link, which is shown once."""
        self.goes("/account/invitations/new/")
        self.fills(name_ko=name, desk=desk)
        self.presses("main form button >> nth=-1")
        return re.search(r"/invitation/dure_[\w-]{43}/", self.page.content())[0]

    def acts(self, address, **fields):
        """Fills the form, checks the answers, and carries it out."""
        self.goes(address)
        self.fills(**fields)
        self.presses("main form button[value=check]:not(.unseen)")
        self.presses("main form button[value=confirm]")

    def sees(self):
        return self.page.inner_text("main")


def test_from_the_first_link_to_the_first_approval(installation, browser):  # noqa: F811 - the fixture
    engineer, base, link = installation
    first = Someone(browser, base).joins(link, "chunhyang")
    assert first.page.url == f"{base}/agency/"
    first.acts("/acts/register_organisation/", id="namwon", name_ko="남원대학교", kind="academia")
    second = Someone(browser, base).joins(first.invites("이몽룡", "agency"), "mongryong")
    assert second.page.url == f"{base}/agency/", "the only administrator seats the second alone"

    minister = Someone(browser, base).joins(first.invites("홍길동", "ministry"), "gildong")
    assert minister.page.goto(f"{base}/ministry/").status == 404, "a role that one person gave begins with the word of another"
    second.goes("/account/invitations/")
    second.presses("main a[href*=confirm_role]")
    second.presses("main form button[value=check]:not(.unseen)")
    second.presses("main form button[value=confirm]")
    minister.goes("/ministry/").acts("/acts/appropriate/", amount="1459000000000", appropriated_on="2025-05-01")

    first.acts("/acts/file_budget/?subject=2025-05-01")
    minister.goes("/ministry/decisions/1/")
    minister.page.check("main [name=decision][value=approve]")
    minister.presses("main form button:not(.unseen) >> nth=-1")
    minister.presses("main form button:not(.unseen) >> nth=0")
    assert "1조 4,590억 원" in first.goes("/").sees()
    assert "승인" in minister.goes("/ministry/decisions/1/").sees()

    said = engineer.types("doctor").stdout
    assert [line for line in said.splitlines() if line.startswith("wrong") and "backup" not in line] == []
    assert "chunhyang" not in first.page.goto(f"{base}{link}").text(), "a link opens once"
