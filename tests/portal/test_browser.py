"""One journey per desk in headless Chromium: accessible pages, in Korean, without a breach of the content policy."""

import os
import re
import shutil

import pytest

from dure.formats.stages import DECISIONS
from portal.people import PASSWORD, PEOPLE
from portal.serving import PATIENCE

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-quic",
)  # fmt: skip
# What each journey visits: every page that the desk's menus and lists lead to, one of each kind.
JOURNEYS = {
    "": ["/", "/stages/", "/stages/allocation/", "/stages/call/", "/rules/", "/open-data/", "/login/"],
    "ministry": ["/ministry/"],
    "agency": [
        "/agency/",
        "/agency/calls/",
        "/agency/applications/",
        "/account/",
        "/account/sessions/",
        "/account/passkeys/add/",
        "/account/authenticator/add/",
        "/account/invitations/",
        "/account/invitations/new/",
    ],
    "reviewer": ["/reviewer/", "/reviewer/panels/open-panel/later-project/"],
    "provider": ["/provider/"],
    "applicant": ["/applicant/"],
    "operator": ["/operator/", "/operator/servers/", "/operator/running/"],
    "auditor": ["/auditor/", "/auditor/decisions/1/", "/auditor/verification/"],
}
# Rows of a table are alike: the first five stand for the rest, whose number decides how long a check takes.
SEEN = {"exclude": [["tbody tr:nth-child(n + 6)"]]}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
WATCH = """
document.addEventListener("securitypolicyviolation", (event) => {
  (window.breaches ||= []).push(event.violatedDirective + " " + event.blockedURI);
});
"""


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        message = "journeys need Chromium: apt-get install -y --no-install-recommends chromium fonts-noto-cjk"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


class Reader:
    """A browser window of one person that checks each page it opens."""

    def __init__(self, browser, address, *, width=1280):
        self.address = address
        self.context = browser.new_context(viewport={"width": width, "height": 900}, locale="en-US")
        self.context.set_default_timeout(PATIENCE * 1000)
        self.page = self.context.new_page()
        self.page.add_init_script(WATCH)
        self.faults = []
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def log_in(self, username, password):
        self.page.goto(f"{self.address}/login/?next=/rules/")
        self.page.get_by_label("사용자 이름").fill(username)
        self.page.get_by_label("비밀번호").fill(password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def open(self, path):
        answer = self.page.goto(self.address + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        self.check(path)

    def check(self, path):
        from axe_playwright_python.sync_playwright import Axe

        self.page.wait_for_load_state("load")
        self.page.evaluate("document.fonts.ready.then(() => true)")
        assert self.page.locator("html").get_attribute("lang") == "ko"
        assert self.page.locator("h1").count() == 1, path
        assert self.page.evaluate("window.breaches || []") == [], path
        assert not self.faults, path
        assert not self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), f"{path} scrolls sideways"
        found = Axe().run(self.page, context=SEEN, options=RULES)
        told = [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found.response["violations"]]
        assert not told, f"{path}: {told}"


@pytest.fixture
def reader(chromium, served):
    made = []

    def window(desk="", **options):
        one = Reader(chromium, served, **options)
        made.append(one)
        if desk:
            one.log_in(PEOPLE[desk], PASSWORD)
        return one

    yield window
    for one in made:
        one.context.close()


@pytest.mark.parametrize("desk", JOURNEYS, ids=lambda desk: desk or "public")
def test_pages_are_accessible_and_keep_the_policy(reader, desk):
    window = reader(desk)
    for path in JOURNEYS[desk]:
        window.open(path)


def test_every_decision_is_accessible_to_the_auditor(reader):
    """One page of each kind of decision, with its drawings, tables, reasons and rules."""
    window = reader("auditor")
    window.page.goto(f"{window.address}/auditor/?journal-state=waiting")
    paths = {link.get_attribute("href") for link in window.page.locator("#list-journal tbody a").all()}
    assert len(paths) > len(DECISIONS)  # one of each, and what the demo leaves waiting
    for path in sorted(paths):
        window.open(path)


@pytest.mark.long  # the walk of the layout looks at every page at this width
def test_a_telephone_shows_every_first_page(reader):
    for desk in JOURNEYS:
        reader(desk, width=390).open(JOURNEYS[desk][0])


def test_dark_pages_have_contrast_too(reader):
    window = reader()
    window.page.emulate_media(color_scheme="dark")
    for path in ("/", "/rules/"):
        window.open(path)


def test_ministry_journey(reader):
    """From the list through the explanation to an approval that is confirmed and recorded."""
    window = reader("ministry")
    page = window.page
    page.get_by_role("link", name="부처 업무").click()
    page.locator("#table-mine a", has_text="2026년 10월 1일").click()
    window.check(page.url)
    page.get_by_label("승인").check()
    page.get_by_label(re.compile("의견")).fill("검토했습니다.")
    page.get_by_role("button", name="확인 단계로").click()
    window.check(page.url)
    page.get_by_role("button", name="승인하고 기록").click()
    assert "원장에 기록되었습니다" in page.get_by_role("status").first.inner_text()
    window.check(page.url)


def test_agency_journey(reader):
    """Search and sort without leaving the page, then one application with its reason."""
    window = reader("agency")
    page = window.page
    page.goto(f"{window.address}/agency/applications/")
    page.get_by_role("link", name="신청 서버").click()
    page.wait_for_url(re.compile("applications-sort=servers"))
    page.get_by_role("searchbox").fill("대학교")
    page.get_by_role("button", name="적용").click()
    page.wait_for_url(re.compile("applications-q="))
    window.check(page.url)
    page.locator("#list-applications tbody a").first.click()
    page.wait_for_url(re.compile("/agency/applications/[^?]+/$"))
    window.check(page.url)


def test_applicant_journey(reader):
    window = reader("applicant")
    page = window.page
    page.goto(f"{window.address}/applicant/")
    page.locator("#list-applications tbody a").first.click()
    page.wait_for_url(re.compile("/applicant/applications/"))
    assert page.get_by_text("결과", exact=True).is_visible()
    window.check(page.url)


def test_provider_journey(reader):
    window = reader("provider")
    page = window.page
    page.goto(f"{window.address}/provider/")
    page.locator("#list-clusters tbody a").first.click()
    page.wait_for_url(re.compile("/provider/clusters/"))
    window.check(page.url)


def test_reviewer_journey(reader):
    window = reader("reviewer")
    page = window.page
    page.goto(f"{window.address}/reviewer/panels/open-panel/later-project/")
    page.locator("input[inputmode=decimal]").first.fill("14")
    page.get_by_role("button", name="새 판으로 제출").click()
    assert "제출되었습니다" in page.get_by_role("status").first.inner_text()
    window.check(page.url)


def test_auditor_journey(reader):
    window = reader("auditor")
    page = window.page
    page.goto(f"{window.address}/auditor/decisions/1/")
    page.get_by_role("button", name="이 결정 재현").click()
    page.get_by_text(re.compile("똑같이 결정합니다")).wait_for()
    window.check(page.url)


def test_operator_journey(reader):
    window = reader("operator")
    page = window.page
    page.goto(f"{window.address}/operator/running/")
    page.locator("#table-plans tbody a").first.click()
    window.check(page.url)


def test_public_journey_by_keyboard_and_language(reader):
    window = reader()
    page = window.page
    page.goto(window.address)
    page.keyboard.press("Tab")
    assert "본문으로" in page.locator(":focus").inner_text()
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", name="Sixteen stages").is_visible()
    page.get_by_role("button", name="한국어").click()
    page.get_by_role("link", name=re.compile("^11")).click()
    window.check(page.url)
