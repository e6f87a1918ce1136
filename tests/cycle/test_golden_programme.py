"""The whole programme: public figures reproduced, every decision checked again, replayed, and the same as last reviewed."""

import copy
import datetime as dt
import difflib
import json
import re

import pytest

from cycle.figures import lines
from dure.cycle.deciding import open_book
from dure.cycle.replaying import decide_again, differences
from dure.cycle.stages import STAGES
from dure.evidence.journal import verify
from dure.formats.canonical import plain
from dure.formats.stages import stage_format
from dure.rules.book import DEFAULT
from programme import ROOT, dure

GOLDEN = ROOT / "tests" / "cycle" / "golden" / "programme.txt"


def recommendation(run, stage, place=-1):
    return [entry["recommendation"] for entry in run.entries if entry["kind"] == "recommendation" and entry["decision"] == stage][
        place
    ]


def test_sixteen_numbered_lines_are_printed(programme_run):
    numbered = re.findall(r"^ ?(\d+)\. ", programme_run.printed, flags=re.MULTILINE)
    assert numbered == [str(stage.number) for stage in STAGES]
    assert len(re.findall(r"\[\d+\.\d+ s, deciding \d+\.\d+ s\]", programme_run.printed)) == len(STAGES)


def test_public_figures_are_reproduced(programme_run):
    figures = json.loads((ROOT / "programmes" / "kr_2025" / "facts" / "public_facts.json").read_text())["figures"]
    awarded, public = recommendation(programme_run, "portfolio"), figures["csp_call.totals"]["value"]
    assert (awarded["gpus"], awarded["public_gpus"], awarded["own_use_gpus"]) == (
        public["all"],
        public["government"],
        public["csp_own_calc"],
    )
    assert awarded["spent_amount"] <= figures["budget.round1_total_krw"]["value"]
    allocation = next(entry["facts"] for entry in programme_run.entries if entry["decision"] == "allocation" and entry["facts"])
    pools = {
        pool["gpu_model"]: sum(len(pod["servers"]) for pod in pool["pods"]) * pool["gpus_per_server"]
        for pool in allocation["pools"]
    }
    opened = figures["user_call"]["value"]["pool"]
    assert pools == {"H200": opened["H200"], "B200": opened["B200"]}


def test_all_gpus_of_the_first_user_call_are_allotted(programme_run):
    made = recommendation(programme_run, "allocation")
    weeks = range(52)
    use = [sum(len(g["servers"]) * 8 for g in made["grants"] if g["from_week"] <= week < g["to_week"]) for week in weeks]
    assert max(use) == 4336


def test_journal_verifies_and_a_flipped_digit_is_found(programme_run, tmp_path):
    exported = programme_run.journal.read_bytes().splitlines()
    assert verify(exported) == (len(exported) - 1, [])
    entries = next(place for place, line in enumerate(exported, start=1) if b'"spent_amount":' in line)
    head = {"head": json.loads(exported[entries - 1])["hash"], "entries": entries}  # a chain holds up to any entry
    text = "\n".join([*(line.decode() for line in exported[:entries]), json.dumps(head)]) + "\n"
    place = text.index('"spent_amount":') + len('"spent_amount":')
    flipped = tmp_path / "flipped.jsonl"
    flipped.write_text(text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :])
    done = dure("verify", flipped, database=programme_run.database)
    assert done.returncode == 1
    assert "wrong_digest" in done.stdout


def test_nothing_takes_effect_without_another_person(programme_run):
    filed = {entry["seq"]: entry for entry in programme_run.entries if entry["kind"] == "recommendation"}
    answers = [entry for entry in programme_run.entries if entry["kind"] != "recommendation"]
    assert set(filed) - {answer["refers_to"] for answer in answers} == {max(filed)}, "the last proposal waits for the ministry"
    assert all(answer["who"] != filed[answer["refers_to"]]["who"] for answer in answers)


def test_every_decision_replays_under_the_rules_of_the_book(programme_run):
    """That each is right is what verifying has checked."""
    book = open_book(DEFAULT)
    for entry in programme_run.entries:
        if entry["kind"] == "recommendation":
            again = decide_again(entry["decision"], entry["facts"], entry["rules"], entry["recommendation"])
            assert list(differences(entry["recommendation"], again)) == [], entry["decision"]
            on = dt.date.fromisoformat(entry["recommendation"]["on"])
            rules, readings = book.fill(stage_format(entry["decision"]).rules, on=on)
            assert (plain(rules), plain(readings)) == (entry["rules"], entry["recommendation"]["rules_read"])


def test_an_appeal_is_answered_by_changing_one_fact(programme_run):
    entry = next(e for e in programme_run.entries if e["decision"] == "eligibility" and e["kind"] == "recommendation")
    refused = next(
        result for result in entry["recommendation"]["results"] if not result["eligible"] and "largest_months" in str(result)
    )
    facts = copy.deepcopy(entry["facts"])
    application = next(each for each in facts["applications"] if each["id"] == refused["application"])
    application["months"] = entry["rules"]["limits"]["rows"][0]["then"]["largest_months"]
    again = decide_again("eligibility", facts, entry["rules"], entry["recommendation"])
    assert next(r for r in again["results"] if r["application"] == refused["application"])["eligible"]


def test_same_as_the_golden_programme(programme_run, request):
    """Review a change of this file as a change of what the programme decides."""
    decided = [entry for entry in programme_run.entries if entry["kind"] == "recommendation"]
    now = "\n\n".join("\n".join(lines(entry)) for entry in decided) + "\n"
    if request.config.getoption("--regenerate-golden"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(now, encoding="utf-8")
        pytest.skip("written again; review the difference")
    before = GOLDEN.read_text(encoding="utf-8")
    changed = "\n".join(difflib.unified_diff(before.splitlines(), now.splitlines(), "reviewed", "now", lineterm=""))
    assert not changed, f"{changed}\n\nIf this is meant: `make golden`, and review the difference."
