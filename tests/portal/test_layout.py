"""Every kind of page, on a telephone and on a wide screen: nothing sideways, no text cut or covered; English in the long suite.

The pages are found by following links from each desk's first page: one page of each route, one of each kind of decision.
All faults of a desk are collected and reported together.
"""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import resolve

from portal.people import PASSWORD, PEOPLE
from portal.serving import PATIENCE
from portal.test_browser import chromium as browser  # noqa: F401 - the fixture that starts Chromium

pytestmark = pytest.mark.browser
WIDTHS = {1440: 900, 360: 740}
FIRST = {"": ["/", "/stages/", "/rules/", "/open-data/", "/api/", "/login/"], **{desk: [f"/{desk}/"] for desk in PEOPLE}}
# Files, and what only changes something.
NOT_PAGES = re.compile(r"\.(csv|json|jsonl|svg|ics|zip)$|^/api/v1/|^/documents/")
FAULTS = """
() => {
  const said = new Set(), wide = document.documentElement.clientWidth;
  const words = (node) => (node.textContent || node.className.baseVal || node.className || node.tagName).trim().slice(0, 60);
  const tell = (what, node) => said.add(`${what}: ${words(node)}`);
  const shown = (node) => node.checkVisibility() && node.getClientRects().length && !node.matches(".skip, .unseen");
  const pageWide = document.documentElement.scrollWidth;
  if (pageWide > window.innerWidth) said.add(`the page is ${pageWide} px wide`);

  document.querySelectorAll("body *:not(svg *)").forEach((node) => {
    const box = node.getBoundingClientRect(), out = box.width && (box.right > wide + 1 || box.left < -1);
    const scrolls = node.parentElement.closest(".table-frame, .menu ul, .unseen, .skip");
    if (out && shown(node) && !scrolls) tell("wider than the window", node);
    if (out && node.matches(".menu [aria-current]")) tell("the open page is out of sight in its menu", node);
  });
  document.querySelectorAll("h1, h2, .badge, .button, button, .figures dd, .figures dt").forEach((node) => {
    if (shown(node) && node.clientWidth && node.scrollWidth > node.clientWidth + 1) tell("cut", node);
  });
  document.querySelectorAll(".table-frame").forEach((frame) => {
    const scrolls = frame.scrollWidth > frame.clientWidth + 1;
    if (scrolls && wide < 600 && shown(frame)) tell("a table that scrolls sideways", frame.querySelector("caption") || frame);
  });

  document.querySelectorAll("svg.chart").forEach((svg) => {
    if (!shown(svg)) return;
    const frame = svg.getBoundingClientRect();
    const leaves = (box, by) =>
      box.left < frame.left - by || box.right > frame.right + by || box.top < frame.top - by || box.bottom > frame.bottom + by;
    svg.querySelectorAll("rect, circle, line, path").forEach((each) => {
      if (leaves(each.getBoundingClientRect(), 3)) tell(`a ${each.tagName} outside its drawing`, svg.parentElement);
    });
    const texts = [...svg.querySelectorAll("text")].filter((each) => each.textContent);
    const boxes = texts.map((each) => each.getBoundingClientRect());
    boxes.forEach((one, at) => {
      if (leaves(one, 2)) tell("outside its drawing", texts[at]);
      if (one.height < 10) tell("too small to read", texts[at]);
      boxes.slice(at + 1).forEach((other, next) => {
        const x = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const y = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        // A line of text is higher than its letters: only what covers letters counts.
        if (x > 2 && y > one.height * .3) tell(`covers "${texts[at + 1 + next].textContent}"`, texts[at]);
      });
    });
  });
  return [...said];
}
"""
LINKS = """
() => [...document.querySelectorAll("main a[href], nav a[href]")].map((each) => [each.getAttribute("href"), each.textContent])
"""


def kind_of(path, words):
    """What kind of page is at that address: its route; of stages which, of decisions what about."""
    found = resolve(path)
    if found.view_name in {"public:decision", "agency:decision"}:  # other desks see the same as the agency's
        return found.view_name, words.split(" · ")[0].strip()
    return found.view_name, found.kwargs.get("key", "") if found.view_name == "public:stage" else ""


def pages_of(page, address, first, belongs):
    """Addresses by kind, each yielded once it is open, found from the first pages on."""
    found = {(path, ""): path for path in first}
    waiting = list(first)
    while waiting:
        page.goto(address + (here := waiting.pop(0)))
        links = page.evaluate(LINKS)
        yield here
        for href, words in links:
            path = urlsplit(urljoin(address + here, href)).path
            if not href.startswith(("/", "?", ".")) or not belongs(path) or NOT_PAGES.search(path) or path in first:
                continue
            if path not in found.values() and (kind := kind_of(path, words)) not in found:
                found[kind] = path
                waiting.append(path)


def log_in(page, address, desk):
    page.goto(f"{address}/login/?next=/rules/")
    page.locator("#id_username").fill(PEOPLE[desk])
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def faults_of(page, path, language):
    """What is wrong with the page that is open, at each width, also with what is folded."""
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        for each in page.evaluate(FAULTS):
            yield f"{path} {language} {width} px: {each}"


@pytest.mark.parametrize("language", ["ko", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("desk", FIRST, ids=lambda desk: desk or "public")
def test_nothing_is_cut_covered_or_wider_than_the_window(browser, served, desk, language):  # noqa: F811 - the fixture by its name
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    if desk:
        log_in(page, served, desk)
    public = tuple(f"/{each}/" for each in PEOPLE)
    belongs = (lambda path: path.startswith(f"/{desk}/")) if desk else (lambda path: not path.startswith(public))
    speak(context, served, language)
    faults, pages = [], 0
    for path in pages_of(page, served, FIRST[desk], belongs):
        faults += faults_of(page, path, language)
        pages += 1
    context.close()
    assert pages >= len(FIRST[desk])
    assert not faults, "\n".join(faults)


def speak(context, address, language):
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])


SCROLL = "() => [...document.querySelectorAll('.table-frame')].filter((each) => each.scrollWidth > each.clientWidth + 1).length"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_tables_of_money_fit_next_to_the_acts_on_their_subject(browser, served, language):  # noqa: F811 - the fixture by its name
    context = browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    log_in(page, served, "agency")
    speak(context, served, language)
    for path in ("/objects/appropriation/2025-05-14/", "/objects/proposal/csp-nhn/"):
        assert page.goto(served + path).ok
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
            assert page.locator(".table-frame").count() == 1
            assert page.evaluate(SCROLL) == 0, f"{path} {language} {width} px"
    context.close()
