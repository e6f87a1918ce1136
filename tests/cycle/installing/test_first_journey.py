"""The first hour in a browser: from `dure init` to the first decision that a ministry approves, as the application's log-in."""

import re

import pytest

from cycle.installing.opened import ADDRESS, behind_nginx, on_this_machine
from cycle.installing.someone import Someone
from notices.inbox import text_of
from portal.test_browser import chromium as browser  # noqa: F401 - the fixture that starts Chromium
from serving.proxy import need_nginx
from serving.running import until

pytestmark = pytest.mark.browser


@pytest.fixture(params=[pytest.param("http", marks=pytest.mark.long), "https"])
def installation(request, tmp_path):
    """An installation that is served, for this machine or behind nginx; both together would take minutes."""
    if request.param == "https":
        need_nginx()
    with (behind_nginx if request.param == "https" else on_this_machine)(tmp_path) as opened:
        yield opened


@pytest.fixture
def people(installation, browser):  # noqa: F811 - the fixture
    """Makes people with a window each, which are closed at the end."""
    made = []

    def someone():
        made.append(Someone(browser, installation.base))
        return made[-1]

    yield someone
    for each in made:
        each.context.close()


def test_from_the_first_link_to_the_first_approval(installation, people):
    first = people().joins(installation.link, "chunhyang")
    assert first.page.url == f"{installation.base}/agency/"
    first.acts("/acts/register_organisation/", id="namwon", name={"ko": "남원대학교"}, kind="academia")
    second = people().joins(invited(first, "이몽룡", "agency"), "mongryong")
    assert second.page.url == f"{installation.base}/agency/", "the only administrator seats the second alone"

    minister = people().joins_by_passkey(invited(first, "홍길동", "ministry"), "gildong")
    assert minister.device.of() == ["localhost"]
    assert minister.page.goto("/ministry/").status == 404, "a role that one person gave begins with the word of another"
    second.goes("/account/invitations/").presses("main a[href*=confirm_role]")
    second.confirms()
    minister.logs_out()
    minister.logs_in_by_passkey()
    assert minister.page.url == f"{installation.base}/ministry/"
    minister.acts("/acts/appropriate/", amount="1459000000000", appropriated_on="2025-05-01")

    first.acts("/acts/file_budget/?subject=2025-05-01")
    approves_after_proof(minister, installation)
    assert "1조 4,590억 원" in first.goes("/").sees()

    said = installation.engineer.types("doctor").stdout
    assert [line for line in said.splitlines() if line.startswith("wrong") and "backup" not in line] == []
    assert first.page.goto(installation.link).status == 404, "a link opens once"
    if installation.inbox:
        a_mail_leads_back(people(), installation)


def invited(by, name, desk):
    """The link, which leads to where the portal is opened."""
    link = by.invites(name, desk)
    assert re.fullmatch(rf"{re.escape(by.base)}/invitation/dure_[\w-]{{43}}/", link), link
    return link


def approves_after_proof(minister, installation):
    """The proof of identity has grown old: it is asked for, and what was typed is there afterwards."""
    minister.goes("/ministry/decisions/1/")
    minister.page.check("main [name=decision][value=approve]")
    minister.fills(note="예산안대로 승인합니다")
    installation.ages(minister.session())
    minister.presses("main form[action$='/answer/'] button:not(.unseen)")
    assert minister.page.url.startswith(f"{installation.base}/account/confirm/passkey/"), minister.page.url
    minister.presses("main form[data-passkey=get] button")
    assert "예산안대로 승인합니다" in minister.sees()
    assert minister.page.input_value("main [name=decision]") == "approve"
    minister.presses("main form[action$='/answer/'] button")
    assert minister.page.url == f"{installation.base}/ministry/decisions/1/"
    seen = minister.goes("/ministry/decisions/1/").sees()
    assert "승인" in seen
    assert "예산안대로 승인합니다" in seen


def a_mail_leads_back(again, installation):
    """The first administrator is told of a log-in on another device, by a mail whose links open."""
    again.logs_in("chunhyang")
    installation.delivers()
    (mail, *_more) = until(lambda: installation.inbox.to(ADDRESS), "the mail arrives")
    links = re.findall(r"https?://\S+", text_of(mail))
    assert links
    for link in links:
        assert link.startswith(f"{installation.base}/"), link
        again.goes(link)
