"""Rounds at the desks: what is shown agrees with the recommendation; a year of 10,000 servers stays small."""

import datetime as dt
import gzip
import json
import random
import re
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from django.utils.translation import override

from dure.cycle.deciding import decide
from dure.formats.canonical import plain
from dure.portal.kit.wording.cells import file_rows
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.rounds import servers, waiting
from dure.portal.subjects.rounds.charts import methods, prices, shares
from dure.portal.subjects.rounds.explanation import show, stopped, totals
from portal.people import PASSWORD, PEOPLE
from portal.test_browser import Reader, chromium

__all__ = ["chromium"]
AT = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
ROUND = "user-2025-1"
ASKED_TO_STOP = "멈추라는 요청을 받았습니다."


@pytest.fixture(scope="module")
def filed(book, example):
    raw = example("allocation")
    decided = decide("allocation", raw, book=book)
    return Filed(seq=1, decision="allocation", subject="sample", filed_by="A", filed_at=AT, facts=raw, rules=plain(decided.rules),
                 recommendation=plain(decided.recommendation))  # fmt: skip


def cells_of(shown):
    """The picture's cells, unpacked as the script does: held by which application, idle or not in service."""
    names = []
    for pool in shown["pools"]:
        for pod, count, listed in pool["pods"]:
            names += listed or [f"{pool['id']}/{pod}/{n:03d}" for n in range(1, count + 1)]
    cells = {}
    for key, _organisation, _sector, start, end, _lease, *runs in shown["held"]:
        place = 0
        for gap, count in zip(runs[::2], runs[1::2], strict=True):
            place += gap
            for _ in range(count):
                for week in range(start, end):
                    assert (names[place], week) not in cells
                    cells[names[place], week] = key
                place += 1
    return cells


def test_the_picture_is_the_plan(filed):
    wanted = {
        (server, week): each["application"]
        for each in filed.recommendation["grants"]
        for server in each["servers"]
        for week in range(each["from_week"], min(each["to_week"], filed.facts["weeks"]))
    }
    cells = cells_of(servers.picture(filed))
    assert {key: cells[key] for key in wanted} == wanted
    held = sum(int((grid == servers.HELD).sum()) for _pool, grid in servers.grids(filed))
    assert held == len(cells)


def test_runs_are_gaps_and_lengths():
    assert servers.runs([5, 3, 4, 9]) == [3, 3, 3, 1]
    assert servers.runs([]) == []
    assert servers.runs([0]) == [0, 1]


def test_sums_by_week_agree_with_the_plan(filed):
    rows = servers.use_chart(filed).table.rows
    size = {pool["id"]: pool["gpus_per_server"] for pool in filed.facts["pools"]}
    assert len(set(size.values())) >= 1
    for pool, grid in servers.grids(filed):
        mine = [row for row in rows if row["pool"] == pool]
        assert [row["held"] for row in mine] == (grid == servers.HELD).sum(axis=0).tolist()
    idle = sum(int((grid == servers.IDLE).sum()) * size[pool] for pool, grid in servers.grids(filed))
    assert idle == filed.recommendation["idle_gpu_weeks"]


def test_methods_are_compared_with_the_best_and_the_bound(filed):
    rows = methods.method_rows(filed)
    assert {bool(row["recommended"]) for row in rows} == {True, False}
    assert rows[0]["loss"] == "0"
    assert [row["objective"] for row in rows] == sorted((row["objective"] for row in rows), reverse=True)
    own = next(row for row in rows if row["recommended"])
    assert abs(Fraction(own["gap"]) - Fraction(filed.recommendation["gap"])) < Fraction(1, 10**5)


def test_every_method_has_its_shares_against_floor_and_ceiling(filed):
    rows = list(shares.share_rows(filed))
    sectors, every = len(filed.facts["sectors"]), len(filed.recommendation["other_methods"]) + 1
    assert len(rows) == sectors * every
    for method in {row["method"] for row in rows}:
        mine = [row for row in rows if row["method"] == method]
        assert sum(Fraction(row["actual"]) for row in mine) == 1
        assert len(mine) == sectors
    own = [row for row in rows if row["recommended"]]
    assert {row["id"]: row["gpu_weeks"] for row in own} == filed.recommendation["sector_use"]


def test_shares_outside_their_bounds_are_flagged(filed):
    sector = {"id": "s", "floor": "0.2", "ceiling": "0.5"}
    assert [shares.outside(sector, {"s": used, "t": 10 - used}) for used in (1, 2, 5, 6)] == [
        Fraction(-1, 10), 0, 0, Fraction(1, 10)
    ]  # fmt: skip
    assert shares.outside(sector, {"s": 0, "t": 0}) == 0
    assert shares.outside_words(Fraction(-1, 10)) == ("−10.0%p below its floor", "bad")
    assert shares.outside_words(Fraction(1, 10)) == ("+10.0%p above its ceiling", "bad")
    assert shares.outside_words(Fraction(0))[1] == "good"

    narrow = replace(filed, facts={**filed.facts, "sectors": [
        {**each, "floor": "0" if place else "1", "ceiling": "1"} for place, each in enumerate(filed.facts["sectors"])
    ]})  # fmt: skip
    assert {row["outside_tone"] for row in methods.method_rows(narrow)} == {"bad"}
    drawn = shares.bounds_chart(narrow)
    flagged = [row for row in drawn.table.rows if row["state_tone"] == "bad"]
    assert drawn.svg.count('class="actual-out"') == 2 * sum(row["recommended"] for row in flagged) == 2
    assert drawn.svg.count('class="other-out"') == 2 * sum(not row["recommended"] for row in flagged) == 4


def test_where_a_person_stopped_is_said(filed):
    assert stopped(filed) == ""
    told = {**filed.recommendation, "stopped_after": {"stage": "plan", "reports": 3}}
    said = show(replace(filed, recommendation=told))
    assert "at report 3 of the search for a plan" in said.warning


def test_leases_count_as_held(filed):
    grants = filed.recommendation["grants"]
    half = len(grants) // 2
    leases = [*filed.facts["leases"], *({**each, "sector": "s", "organisation": "o"} for each in grants[:half])]
    later = replace(
        filed, facts={**filed.facts, "leases": leases}, recommendation={**filed.recommendation, "grants": grants[half:]}
    )
    assert totals(later)["held_gpus"] == totals(filed)["held_gpus"] > totals(later)["granted_gpus"]
    assert "leased before" in show(later).headline
    assert "leased before" not in show(replace(filed, facts={**filed.facts, "leases": []})).headline


def test_every_drawing_is_whole_and_every_table_is_a_file(filed):
    told = filed.facts["applications"][0]
    charts = [methods.methods_chart(filed), shares.bounds_chart(filed), prices.prices_chart(filed), servers.use_chart(filed),
              prices.stays_chart(filed, told, worth=3)]  # fmt: skip
    for chart in charts:
        ET.fromstring(chart.svg)  # noqa: S314 - our own drawing
        assert chart.says
        assert len(list(file_rows(chart.table))) > 1
    assert len(list(file_rows(servers.holdings_table(filed)))) > 1


def test_a_stay_costs_the_sum_of_its_weeks_rounded_up():
    assert prices.stay_prices([1000, 1500, 0, 1], 2) == [3, 2, 1, 1]
    assert prices.stay_prices([1000, 1500, 0, 1], 9) == [3, 2, 1, 1]
    assert prices.stay_prices([], 2) == []


def test_a_price_is_called_by_its_pool_and_its_pod():
    pools = [{"id": "centre/b200"}, {"id": "centre"}]
    one = Filed(seq=1, decision="allocation", subject="n", filed_by="A", filed_at=AT, facts={"pools": pools}, rules={},
                recommendation={}, names={"centre": "센터", "centre/b200": "센터 B200"})  # fmt: skip
    called = prices.place_names(["centre", "centre/p01", "centre/b200", "centre/b200/p02", "elsewhere/p01"], one)
    assert list(called.values()) == ["센터", "센터/p01", "센터 B200", "센터 B200/p02", "elsewhere/p01"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_public_proof_is_in_points(filed, language):
    made = filed.recommendation
    with override(language):
        shown = show(filed).only_public()
        texts = [shown.headline, shown.proof, *(f"{each.label} {each.note}" for each in shown.figures)]
        texts += [str(column.label) for table in shown.tables() for column in table.columns]
    assert not [each for each in texts if re.search("milli|밀리점", each)]
    assert f"{made['objective'] / 1000:,.3f}" in shown.proof
    assert f"{made['bound'] / 1000:,.3f}" in shown.proof
    methods = next(each for each in shown.tables() if each.key == "methods")
    assert methods.rows[0]["value_points"] == f"{made['objective'] / 1000:.3f}"


def test_proposed_places_are_in_order_and_of_those_not_served(filed):
    rows = waiting.proposed(filed)
    served = {each["application"] for each in filed.recommendation["grants"]}
    assert [row["place"] for row in rows] == sorted(row["place"] for row in rows)
    assert not served & {row["application"] for row in rows}


@pytest.fixture(scope="module")
def national():
    """10,000 servers for 52 weeks, full, in grants of many sizes on servers scattered over their pool."""
    draw, weeks, grants, applications = random.Random(7), 52, [], []
    pools = [{"id": f"pool-{n:02d}", "gpus_per_server": 8, "gpu_model": "B200", "in_service": [{"from_week": 0, "servers": 500}],
              "pods": [{"id": pod, "servers": 100} for pod in "abcde"]} for n in range(20)]  # fmt: skip
    for pool in pools:
        names = [name for _pod, each in servers.server_names(pool) for name in each]
        free = [0] * len(names)
        while (week := min(free)) < weeks:
            open_now = [at for at, since in enumerate(free) if since == week]
            size = min(len(open_now), draw.choice([1, 1, 2, 2, 4, 8, 16, 32, 64]))
            first = draw.randrange(len(open_now) - size + 1)
            length = min(weeks - week, draw.choice([4, 8, 13, 26, 52]))
            key = f"application-{len(grants):05d}"
            taken = open_now[first : first + size]
            grants.append({"application": key, "pool": pool["id"], "servers": [names[at] for at in taken], "from_week": week,
                           "to_week": week + length, "value": 1})  # fmt: skip
            applications.append(
                {"id": key, "organisation": f"organisation-{draw.randrange(800)}", "sector": "abc"[draw.randrange(3)]}
            )
            for at in taken:
                free[at] = week + length
    facts = {"start_on": "2026-03-02", "weeks": weeks, "pools": pools, "leases": [], "applications": applications,
             "sectors": [{"id": sector} for sector in "abc"]}  # fmt: skip
    return Filed(seq=1, decision="allocation", subject="n", filed_by="A", filed_at=AT, facts=facts, rules={},
                 recommendation={"grants": grants})  # fmt: skip


def test_ten_thousand_servers_for_a_year_are_small(national):
    shown = servers.picture(national)
    text = json.dumps(shown, separators=(",", ":"), ensure_ascii=False).encode()
    cells = cells_of(shown)
    assert len(cells) == 520_000
    assert len(gzip.compress(text)) < len(text) < 500_000, f"{len(text)} bytes for {len(shown['held'])} grants"


def test_sums_of_ten_thousand_servers_leave_none_idle(national):
    chart = servers.use_chart(national)
    assert all(row["idle"] == 0 for row in chart.table.rows)


def test_pages_and_files_of_a_round(visitors):
    for desk in ("agency", "operator"):
        base = f"/{desk}/rounds/{ROUND}/"
        assert ROUND in visitors[desk].ask(f"/{desk}/rounds/").text
        assert "proven bound" in visitors[desk].ask(base).text
        assert visitors[desk].ask(f"{base}progress/").headers["Location"] == base
        shown = json.loads(visitors[desk].ask(f"{base}plans/latest/servers.json").text)
        assert shown["weeks"] == 52
        for table in ("methods", "sectors", "prices", "applications", "grants", "use", "servers", "waiting"):
            answer = visitors[desk].ask(f"{base}plans/latest/tables/{table}.csv")
            assert answer.status == 200, table
            assert len(answer.text.splitlines()) > 2, table
        for nothing in ("plans/1/", "plans/latest/tables/nothing.csv", "plans/x/servers/"):
            assert visitors[desk].ask(base + nothing).status == 404, nothing
        assert visitors[desk].ask(f"/{desk}/rounds/no-such-round/").status == 404


@pytest.fixture
def window(chromium, served):
    made = []

    def of(desk):
        one = Reader(chromium, served)
        made.append(one)
        one.log_in(PEOPLE[desk], PASSWORD)
        return one

    yield of
    for one in made:
        one.context.close()


@pytest.mark.browser
def test_a_run_is_stopped_with_and_without_its_plan(window, held):
    """The operator stops a run twice: nothing is filed, then the best plan, which says where it was stopped."""
    operator = window("operator")
    page = operator.page
    page.goto(f"{operator.address}/operator/rounds/{ROUND}/")
    before = page.locator("#table-history tbody tr").count()
    with held() as run:
        page.get_by_role("button", name="지금 계산").click()
        run.wait_until_reached()
        page.get_by_role("button", name="멈추고 접수하지 않기").focus()
        page.evaluate("document.getElementById('solve').dataset.old = 'yes'")
        page.locator("#solve:not([data-old])").wait_for()
        page.keyboard.press("Enter")  # the part of the page is new, and the button still has the focus
        page.get_by_text(ASKED_TO_STOP).wait_for()
        run.release()
        page.get_by_role("button", name="지금 계산").wait_for()
    assert "아무것도 접수하지 않았습니다" in page.locator("#solve").inner_text()
    assert page.locator("#table-history tbody tr").count() == before
    with held() as run:
        page.get_by_role("button", name="지금 계산").click()
        run.wait_until_reached()
        page.get_by_role("button", name="멈추고 지금까지의 최선안 접수").click()
        page.get_by_text(ASKED_TO_STOP).wait_for()
        run.release()
        page.get_by_role("button", name="지금 계산").wait_for()
    assert page.locator("#table-history tbody tr").count() == before + 1
    assert re.search(r"\d번째 보고에서 사람이 탐색을 멈췄고", page.locator("#content").inner_text())
    operator.check(page.url)


@pytest.mark.browser
def test_a_round_from_solving_to_approval(window, held):
    """The agency solves and compares, looks into one application and at the servers; the ministry approves.

    What is granted then leaves later runs next to nothing to search, so the run that is stopped comes first.
    """
    agency = window("agency")
    page, base = agency.page, f"{agency.address}/agency/rounds/"
    page.goto(base)
    agency.check(base)
    page.get_by_role("link", name=ROUND).click()
    agency.check(page.url)
    with held() as run:
        page.get_by_role("button", name="지금 계산").click()
        page.get_by_role("heading", name="계산 중").wait_for()
        agency.check(page.url)
        run.release()
        page.get_by_role("button", name="지금 계산").wait_for()
    assert "검사를 거쳐 접수" in page.locator("#solve").inner_text()
    assert page.get_by_role("heading", name="방법 비교").is_visible()
    agency.check(page.url)
    page.locator("#table-applications tbody a").first.click()
    assert page.get_by_role("heading", name="이용 기간 전체의 가격").is_visible()
    agency.check(page.url)
    page.go_back()
    assert page.locator("#table-methods").is_visible()
    assert page.locator("#table-sectors").is_visible()
    page.get_by_role("link", name="시간별 모든 서버").click()
    page.locator("[data-legend] li").first.wait_for()
    canvas = page.locator(".picture-frame canvas")
    canvas.focus()
    before = page.locator("[data-said]").inner_text()
    for key in ("ArrowDown", "ArrowRight", "+", "+"):
        page.keyboard.press(key)
    assert page.locator("[data-said]").inner_text() != before
    agency.check(page.url)
    page.locator("#picture-find").fill("kakao")
    for turn in (1, 2):
        page.get_by_role("button", name="찾기").click()
        assert f"({turn}/" in page.locator("[data-said]").inner_text()
    page.goto(f"{base}{ROUND}/plans/latest/waiting/")
    agency.check(page.url)
    page.goto(f"{base}{ROUND}/")
    page.get_by_role("link", name="결정하러 가기: 승인 또는 거부").click()
    decision = page.url.rstrip("/").rpartition("/")[2]

    ministry = window("ministry").page
    ministry.goto(f"{agency.address}/ministry/decisions/{decision}/")
    ministry.get_by_label("승인").check()
    ministry.get_by_role("button", name="확인 단계로").click()
    assert "결과가 공개됩니다" in ministry.locator("#content").inner_text()
    ministry.get_by_role("button", name="승인하고 기록").click()
    assert "원장에 기록되었습니다" in ministry.get_by_role("status").first.inner_text()
    page.goto(f"{base}{ROUND}/")
    assert page.get_by_role("link", name="공개 화면").is_visible()


@pytest.mark.browser
def test_the_picture_leads_to_applications_by_key_and_by_pointer(window):
    """In the approved plan, a cell that is held leads to the application that holds it."""
    operator = window("operator")
    page, base = operator.page, f"{operator.address}/operator/rounds/{ROUND}/"
    page.goto(base)
    page.locator("#table-history tbody tr", has_text="승인됨").last.get_by_role("link").click()
    page.get_by_role("link", name="시간별 모든 서버").click()
    page.locator("[data-legend] li").first.wait_for()
    address, said = page.url, page.locator("[data-said]")
    key = said.inner_text().split(": ")[1].split(" · ")[0]
    page.locator(".picture-frame canvas").press("Enter")
    page.wait_for_url(lambda url: f"/applications/{key}/" in url)
    assert key in page.get_by_role("heading", level=1).inner_text()
    page.goto(address)
    page.locator("[data-legend] li").first.wait_for()
    page.locator(".picture-frame canvas").click(position={"x": 400, "y": 200})
    held = said.inner_text()
    page.mouse.move(600, 500)
    assert said.inner_text() == held
    page.get_by_role("link", name="이 신청 보기").click()
    page.wait_for_url(lambda url: "/applications/" in url)
    assert page.get_by_role("heading", level=1).inner_text().split(" · ")[0] in held
    operator.check(page.url)
