"""Forms in headless Chromium: by keyboard alone, on a telephone, saved by the script, accessible, within the content policy."""

import datetime as dt
import os
import re
import shutil
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

import factories
from dure.cycle.commands.registry import COMMANDS
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.cycle.programme import book
from dure.records.drafts import queries as drafts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PICTURES = os.environ.get("DURE_PICTURES", "")  # a folder where each page that is checked is drawn
WATCH = """
document.addEventListener("securitypolicyviolation", (event) => {
  (window.breaches ||= []).push(event.violatedDirective + " " + event.blockedURI);
});
"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PASSWORD = "only-for-this-test"  # noqa: S105 - opens nothing but the database of one test
BRING_BACK = "저장하지 못한 내용 되살리기"
ROWS = {row.name: row for row in COMMANDS}


@pytest.fixture
def chromium(monkeypatch):
    if CHROMIUM is None:
        message = "journeys need Chromium: apt-get install -y --no-install-recommends chromium fonts-noto-cjk"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the driver of the browser runs a loop in this thread
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--no-first-run"])
        yield browser
        browser.close()
        connections.close_all()  # those that were opened while the driver's loop ran in this thread


def act(name, who, /, **given):
    row = ROWS[name]
    return run(row, read_command(row, given), Context(book(), who, timezone.now(), "script"))


def able(person):
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def programme():
    """A user call that is open, an applicant, and the agency."""
    agency = able(factories.the("agency"))
    opens, closes = timezone.now() - dt.timedelta(days=3), timezone.now() + dt.timedelta(days=3)
    act(
        "open_user_call", agency, id="2026-2", title={"ko": "2026년 2차 이용자 공모", "en": "Second user call 2026"},
        opens_at=opens.isoformat(), closes_at=closes.isoformat(), gpus_offered=512,
    )  # fmt: skip
    act("add_gpu_model", agency, id="H200", relative_compute="1", gpus_per_server=8)
    act("appropriate", factories.the("ministry"), amount=1_459_000_000_000, appropriated_on="2025-05-02")
    organisation = factories.organisation(id="dotori", name={"ko": "도토리숲랩스", "en": "Dotori Labs"}, kind="company")
    return agency, able(factories.person("applicant", organisation=organisation, name={"ko": "장화", "en": "Jang Hwa"}))


class Window:
    """A browser window of one person that checks each page it shows."""

    def __init__(self, browser, address, person, *, width):
        self.address = address
        self.page = browser.new_context(viewport={"width": width, "height": 900}, locale="ko-KR").new_page()
        self.page.set_default_timeout(60_000)
        self.page.add_init_script(WATCH)
        self.faults = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.log_in(person)

    def log_in(self, person):
        self.page.context.clear_cookies()
        self.page.goto(f"{self.address}/login/?next=/acts/")
        self.page.get_by_label("사용자 이름").fill(person.username)
        self.page.get_by_label("비밀번호").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def open(self, path, picture=""):
        answer = self.page.goto(self.address + path)
        assert answer.status == 200, path
        self.check(picture or path)

    def check(self, what):
        from axe_playwright_python.sync_playwright import Axe

        page = self.page
        page.wait_for_load_state("load")
        page.evaluate("document.fonts.ready.then(() => true)")
        if PICTURES:
            name = f"{re.sub('[^a-z0-9]+', '-', what.lower()).strip('-')}-{page.viewport_size['width']}.png"
            page.screenshot(path=Path(PICTURES) / name, full_page=True)
        assert page.evaluate("window.breaches || []") == [], what
        assert not self.faults, what
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), f"{what} scrolls sideways"
        assert page.locator("h1").count() == 1, what
        violations = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert not violations, [f"{what}: {each['id']}: {each['nodes'][0]['html'][:160]}" for each in violations]


@pytest.mark.parametrize("width", [pytest.param(1440, marks=pytest.mark.long), 360])
def test_an_application_by_keyboard_with_an_error_on_the_way(chromium, live_server, programme, width):
    _agency, applicant = programme
    window = Window(chromium, live_server.url, applicant, width=width)
    page = window.page
    window.check("acts")
    window.open("/acts/submit_application/?call=2026-2", "form")
    sector = page.locator("#f-sector")
    sector.focus()
    for _ in range(sector.locator("option").count()):
        if sector.input_value() != "industry":
            page.keyboard.press("ArrowDown")
    assert sector.input_value() == "industry"
    for name, value in (("title", "창고 물류 로봇의 파지 모델"), ("purpose", "basic_research")):
        page.locator(f"#f-{name}").focus()
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.locator("#problems").wait_for()
    assert page.title().startswith("오류:")
    assert page.evaluate("document.activeElement.id") == "problems"
    window.check("form with errors")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id").startswith("f-")
    assert page.locator("#f-title").input_value() == "창고 물류 로봇의 파지 모델"
    page.locator("[id='f-models-0-models.key']").select_option("H200")
    for name, value in (
        ("models-0-models.value", "1"),
        ("servers", "4"),
        ("minimum_servers", "2"),
        ("weeks", "26"),
        ("latest_week", "8"),
    ):
        page.locator(f"[id='f-{name}']").focus()
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="입력하신 내용").wait_for()
    window.check("check")
    page.get_by_role("button", name=re.compile("답변 변경.*이용 기간")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#part-4$"))
    assert page.evaluate("document.activeElement.id") == "part-4"
    assert page.get_by_text("작성 항목 4개 중 4개 완료").count() == 1
    window.check("form changed from the check")
    page.locator("#f-weeks").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="입력하신 내용").wait_for()
    page.locator("button[value=confirm]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/acts/done/"))
    window.check("done")
    page.get_by_role("link", name="대상 보기").click()
    page.wait_for_url(re.compile("/objects/application/"))
    window.check("object of the applicant")
    assert not drafts.drafts_of(applicant).exists()


def test_the_script_saves_and_what_was_saved_comes_back(chromium, live_server, programme):
    _agency, applicant = programme
    window = Window(chromium, live_server.url, applicant, width=1440)
    page = window.page
    page.clock.install()
    window.open("/acts/submit_application/?call=2026-2", "form before the draft")
    page.locator("#f-title").fill("저절로 저장되는 과제")
    page.clock.fast_forward(11_000)
    page.get_by_text(re.compile(r"^[0-9:]+ 저장됨$")).wait_for()
    page.locator("#f-title").fill("떠나기 직전에 쓴 과제")
    page.goto(f"{live_server.url}/acts/")
    page.goto(f"{live_server.url}/acts/submit_application/?call=2026-2")
    if page.locator("#f-title").input_value() != "떠나기 직전에 쓴 과제":  # the page was asked for before the draft arrived
        page.get_by_role("button", name=BRING_BACK).click()
        page.get_by_role("button", name=BRING_BACK).wait_for(state="detached")
    assert page.locator("#f-title").input_value() == "떠나기 직전에 쓴 과제"
    window.check("form restored")


def test_what_never_arrived_is_brought_back_to_its_writer_alone(chromium, live_server, programme):
    _agency, applicant = programme
    window = Window(chromium, live_server.url, applicant, width=1440)
    page, form = window.page, f"{live_server.url}/acts/submit_application/?call=2026-2"
    page.goto(form)
    page.evaluate("navigator.sendBeacon = () => false")
    page.locator("#f-title").fill("보내지 못한 과제")
    page.goto(f"{live_server.url}/acts/")
    page.goto(form)
    assert page.locator("#f-title").input_value() == ""
    window.check("form with what can be brought back")
    page.get_by_role("button", name=BRING_BACK).click()
    page.get_by_role("button", name=BRING_BACK).wait_for(state="detached")
    assert page.locator("#f-title").input_value() == "보내지 못한 과제"
    page.evaluate("navigator.sendBeacon = () => false")
    page.locator("#f-title").fill("다시 보내지 못한 과제")
    page.goto(f"{live_server.url}/acts/")
    window.log_in(able(factories.person("applicant", organisation=factories.organisation())))
    page.goto(form)
    assert page.get_by_role("button", name=BRING_BACK).count() == 0


def test_what_is_brought_back_replaces_nothing_that_was_saved_meanwhile(chromium, live_server, programme):
    _agency, applicant = programme
    window = Window(chromium, live_server.url, applicant, width=1440)
    page, form = window.page, f"{live_server.url}/acts/submit_application/?call=2026-2"
    page.clock.install()
    page.goto(form)
    page.evaluate("navigator.sendBeacon = () => false")
    page.locator("#f-title").fill("보내지 못한 과제")
    page.goto(f"{live_server.url}/acts/")
    page.goto(form)
    page.locator("#f-title").fill("그 사이 저장한 과제")
    page.get_by_role("button", name="초안 저장").click()
    page.get_by_role("button", name=BRING_BACK).click()
    page.get_by_role("button", name=BRING_BACK).wait_for(state="detached")
    page.locator("#f-title").fill("되살려 고친 과제")
    page.clock.fast_forward(11_000)
    page.get_by_text("다른 창에서도").wait_for()
    kept = drafts.drafts_of(applicant).get()
    assert [kept.inputs["title"], *(each["inputs"]["title"] for each in kept.displaced)] == [
        "되살려 고친 과제",
        "그 사이 저장한 과제",
    ]


@pytest.mark.parametrize("width", [1440, 360])
def test_filing_and_subjects_for_the_agency(chromium, live_server, programme, width):
    agency, applicant = programme
    window = Window(chromium, live_server.url, agency, width=width)
    window.open("/acts/", "all acts of the agency")
    window.open("/acts/filing/", "file a decision")
    window.open("/acts/file_budget/?subject=2025-05-02", "file the budget")
    window.page.get_by_text("사실 자료 고치기").click()
    box = window.page.locator("#f-facts")
    box.fill(box.input_value().replace("1459000000000", "1500000000000"))
    window.page.locator("button.first[value=check]").click()
    window.page.get_by_role("heading", name="그다음에는").wait_for()
    window.check("facts compared")
    window.open("/acts/submit_proposal/", "nested rows")
    window.open("/acts/register_servers/", "pasted rows")
    window.open("/objects/user_call/2026-2/", "object of the agency")
    window.open("/objects/organisation/dotori/", "organisation")
    window.open(f"/objects/person/{applicant.uid}/", "person")


@pytest.mark.parametrize(
    "address",
    ["/acts/publish_with_user_call/", "/account/tables/of/invite_person/", "/register/"],
    ids=["form", "table", "register"],
)
def test_a_file_that_is_too_large_is_never_sent(chromium, live_server, programme, address):
    agency, _applicant = programme
    window = Window(chromium, live_server.url, agency, width=360)
    window.open(address)
    chosen = window.page.locator("input[type=file]")
    most = int(chosen.get_attribute("data-most"))
    chosen.set_input_files({"name": "large.pdf", "mimeType": "application/pdf", "buffer": bytes(most + 1)})
    said = window.page.get_by_role("alert")
    assert re.search("파일이 10MB를 넘어|5MB 이하여야", said.inner_text())
    assert chosen.evaluate("input => input.files.length") == 0
    window.check("too large")
    chosen.set_input_files({"name": "small.pdf", "mimeType": "application/pdf", "buffer": bytes(most)})
    assert (chosen.evaluate("input => input.files.length"), said.inner_text()) == (1, "")
