"""What each desk sees and does: working lists, answers with four eyes, score sheets, verification, files."""

import itertools
import json
import re

from portal.conftest import Visitor
from portal.people import PEOPLE
from serving.running import until

MOST_QUERIES = 40


def pending(visitor, desk):
    """Numbers of the decisions that wait for this person."""
    text = visitor.ask(f"/{desk}/").text
    mine = text.partition('id="table-mine"')[2].partition('id="table-others"')[0]
    return [int(seq) for seq in re.findall(rf"/{desk}/decisions/(\d+)/", mine)]


def test_an_answer_is_confirmed_and_then_recorded(visitors, served):
    ministry = Visitor(served).log_in(PEOPLE["ministry"])  # who logged in long ago has to do so again
    seq = pending(ministry, "ministry")[0]
    first = ministry.ask(
        f"/ministry/decisions/{seq}/answer/", method="POST", fields={"decision": "approve", "note": "as advised"}
    )
    assert first.status == 200
    assert "as advised" in first.text
    assert seq in pending(ministry, "ministry"), "nothing is recorded before it is confirmed"
    confirmed = re.search(r'name="confirmed" value="([0-9a-f]{64})"', first.text).group(1)
    fields = {"decision": "refuse", "note": "The figures are of last year.", "confirmed": confirmed}
    done = ministry.ask(f"/ministry/decisions/{seq}/answer/", method="POST", fields=fields)
    assert done.status == 302
    assert seq not in pending(ministry, "ministry")
    page = ministry.ask(f"/ministry/decisions/{seq}/").text
    assert "Refused by" in page
    assert "The figures are of last year." in page
    again = ministry.ask(f"/ministry/decisions/{seq}/answer/", method="POST", fields=fields)
    assert again.status == 302, "pressed twice, it was done once"
    other = ministry.ask(f"/ministry/decisions/{seq}/answer/", method="POST", fields=fields | {"decision": "approve"})
    assert other.status == 409
    assert "refused it on" in other.text
    assert visitors[""].ask(f"/decisions/{seq}/").status == 404, "what was refused is not public"


def test_four_eyes_are_explained(visitors):
    """The agency filed these itself, so it reads why it cannot answer, and a forged answer is refused with the same words."""
    agency = visitors["agency"]
    others = agency.ask("/agency/").text.partition('id="table-others"')[2]
    seq = next(
        int(found)
        for found in re.findall(r"/agency/decisions/(\d+)/", others)
        if "four eyes" in agency.ask(f"/agency/decisions/{found}/").text
    )
    answer = agency.ask(f"/agency/decisions/{seq}/answer/", method="POST", fields={"decision": "approve", "note": ""})
    assert answer.status == 409
    assert "four eyes" in answer.text


def test_a_refusal_needs_its_reason(visitors):
    ministry = visitors["ministry"]
    seq = pending(ministry, "ministry")[0]
    answer = ministry.ask(f"/ministry/decisions/{seq}/answer/", method="POST", fields={"decision": "refuse", "note": " "})
    assert answer.status == 409
    assert "needs its reason" in answer.text


def test_the_public_sees_only_what_was_approved(visitors):
    for seq in pending(visitors["ministry"], "ministry"):
        assert visitors[""].ask(f"/decisions/{seq}/").status == 404


def test_every_stage_has_its_public_page(visitors):
    from dure.cycle.stages import STAGES

    for stage in STAGES:
        answer = visitors[""].ask(f"/stages/{stage.key}/")
        assert answer.status == 200
        assert stage.title in answer.text
    assert visitors[""].ask("/stages/nothing/").status == 404


def test_the_first_page_holds_the_programme(visitors):
    text = visitors[""].ask("/").text
    expected = (
        "Sixteen stages", "Money", "Calendar: promised, forecast, actual", "GPUs in service by week", "Allocation round",
        "Shares: published and allotted", "What is assumed", "Open data", "Gap to the proven bound",
    )  # fmt: skip
    for words in expected:
        assert words in text, words
    assert text.count("<svg") >= 4


def test_open_data_are_files_that_programs_read(visitors):
    page = visitors[""].ask("/open-data/").text
    files = sorted(set(re.findall(r'href="(/(?:open-data|decisions)/[^"]+\.(?:json|csv|jsonl))"', page)))
    assert len(files) >= 20, "every approved decision, the calendar and the hashes"
    for address in files:
        answer = visitors[""].ask(address)
        assert answer.status == 200, address
        assert answer.headers["Content-Disposition"].startswith("attachment")
        if address.endswith(".json"):
            assert json.loads(answer.text)["rules_read"]
        elif address.endswith(".csv"):
            assert answer.text.startswith("\ufeff")
    lines = [json.loads(line) for line in visitors[""].ask("/open-data/journal-hashes.jsonl").text.splitlines()]
    for before, after in itertools.pairwise(lines):
        assert after["previous_hash"] == before["hash"]
    assert not {"facts", "recommendation", "who", "note"} & set(lines[0])


def test_applications_are_found_sorted_and_filtered(visitors):
    agency = visitors["agency"]
    whole = agency.ask("/agency/applications/")
    assert whole.text.count("/agency/applications/") > 20
    chosen = agency.ask("/agency/applications/?applications-state=chosen&applications-sort=-servers").text
    assert "Not chosen</span>" not in chosen.partition("<tbody>")[2]
    assert "Nothing matches" in agency.ask("/agency/applications/?applications-q=zzzzzz").text
    key = re.search(
        r'href="/agency/applications/(uc1[^"?]+)/"', agency.ask("/agency/applications/?applications-q=uc1").text
    ).group(1)
    detail = agency.ask(f"/agency/applications/{key}/").text
    assert "Eligibility, rule by rule" in detail
    assert "Result" in detail


def test_an_applicant_sees_result_and_reason(visitors):
    applicant = visitors["applicant"]
    text = applicant.ask("/applicant/").text
    keys = re.findall(r'href="/applicant/applications/(uc1[^"?]+)/"', text)
    assert keys
    assert "Eligibility, rule by rule" in applicant.ask(f"/applicant/applications/{keys[0]}/").text


def test_a_provider_sees_its_own(visitors):
    text = visitors["provider"].ask("/provider/").text
    keys = re.findall(r'href="/provider/clusters/([^"?]+)/"', text)
    assert keys
    assert all("nhn" in key for key in keys)
    assert "kakao" not in text.lower()
    assert "Servers in service by week" in visitors["provider"].ask(f"/provider/clusters/{keys[0]}/").text


def test_a_reviewer_hands_in_a_new_version_and_sees_no_one_elses(visitors):
    reviewer = visitors["reviewer"]
    page = reviewer.ask("/reviewer/panels/open-panel/later-project/")
    assert page.status == 200
    version = re.compile(r"Version (\d+)")
    before = version.search(page.text)
    names = re.findall(r'name="(points-[^"]+)"', page.text)
    shown = dict(re.findall(r'name="(page-[^"]+)" value="([^"]*)"', page.text))
    bad = reviewer.ask(
        "/reviewer/panels/open-panel/later-project/", method="POST", fields={**shown, **dict.fromkeys(names, "many")}
    )
    assert bad.status == 400
    good = reviewer.ask(
        "/reviewer/panels/open-panel/later-project/", method="POST", fields={**shown, **dict.fromkeys(names, "12.50")}
    )
    assert good.status == 302
    after = version.search(reviewer.ask("/reviewer/panels/open-panel/later-project/").text)
    assert int(after.group(1)) == int(before.group(1)) + 1
    locked = re.findall(r'href="(/reviewer/panels/csp[^"]+)"', reviewer.ask("/reviewer/").text)
    assert locked
    assert reviewer.ask(locked[0], method="POST", fields={}).status == 400


def test_the_auditor_verifies_replays_and_exports(visitors):
    auditor = visitors["auditor"]
    for asked, page, found in (
        ("/auditor/verification/", "/auditor/verification/", "complete, unaltered and right"),
        ("/auditor/decisions/1/replay/", "/auditor/decisions/1/", "exactly as it was filed"),
        ("/auditor/invariants/", "/auditor/invariants/", "hold, as far as they can be seen"),
    ):
        assert auditor.ask(asked, method="POST", fields={}).status == 302
        until(lambda page=page, found=found: found in auditor.ask(page).text, f"{asked}: {found}")
    listed = auditor.ask("/auditor/jobs/").text
    assert "Verifying the journal" in listed
    job = re.search(r'href="(/auditor/jobs/\d+/)"', listed)[1]
    assert "Done, " in auditor.ask(job).text
    lines = auditor.ask("/auditor/journal.jsonl").text.splitlines()
    assert json.loads(lines[-1])["entries"] == len(lines) - 1


def test_the_operator_sees_who_holds_which_server(visitors):
    text = visitors["operator"].ask("/operator/servers/").text
    assert text.count('<svg viewBox="0 0 300 16"') == 25
    assert "Provisioning" in visitors["operator"].ask("/operator/running/").text


def test_the_language_is_chosen_and_kept(visitors):
    anyone = visitors[""]
    anyone.ask("/")
    answer = anyone.ask("/language/", method="POST", fields={"language": "ko", "next": "//elsewhere.example/"})
    assert answer.headers["Location"] == "/", "no form leads to another site"
    try:
        text = anyone.ask("/").text
        assert '<html lang="ko">' in text
        assert "열여섯 단계" in text
    finally:
        anyone.cookies["django_language"] = "en"


def test_pages_ask_the_database_little(visitors):
    """With the whole programme in the database, once a page has been seen; seconds are measured in benchmarks/pages.py."""
    pages = {
        "": ("/", "/rules/", "/stages/allocation/"), "agency": ("/agency/applications/", "/agency/calls/"),
        "operator": ("/operator/servers/",), "auditor": ("/auditor/",), "ministry": ("/ministry/",),
    }  # fmt: skip
    cost = {}
    for who, address in ((who, address) for who, addresses in pages.items() for address in addresses):
        visitors[who].ask(address)
        cost[address] = int(visitors[who].ask(address, headers={"X-Count-Queries": "yes"}).headers["X-Queries"])
    assert 0 < max(cost.values()) <= MOST_QUERIES, cost
