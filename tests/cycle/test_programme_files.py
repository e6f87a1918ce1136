"""Is the input of the 2025 programme what was printed, in the shapes that the stages read?"""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from dure.formats.reading import as_struct, read_json
from dure.formats.stages import allocation, buildout, burden, demand, eligibility, evaluation, metering, outcomes, portfolio
from dure.formats.stages import budget as budget_formats
from dure.rules.folder import Folder

FOLDER = Path(__file__).parents[2] / "programmes" / "kr_2025"
FACTS = FOLDER / "facts"
NAMES = sorted(path.stem for path in FACTS.glob("*.json"))
GENERATED = {
    "applicants", "applications", "application_scores", "assets", "proposal_scores", "survey", "burden", "outcomes", "papers",
}  # fmt: skip
FILES = {name: read_json(FACTS / f"{name}.json") for name in NAMES}
CALENDAR, VOCABULARY = Folder(FOLDER).facts("calendar"), Folder(FOLDER).facts("vocabulary")
PUBLIC = {path: figure["value"] for path, figure in FILES["public_facts"]["figures"].items()}
APPLICATIONS = FILES["applications"]["applications"]
APPLICANTS = {applicant["id"]: applicant for applicant in FILES["applicants"]["applicants"]}
KIND = {application["id"]: APPLICANTS[application["organisation"]]["kind"] for application in APPLICATIONS}
RULE_BREAKERS = 8


def part(entry, kind):
    """The fields of an entry that the struct has, as the struct; the score is what evaluation finds."""
    names = {field.encode_name for field in msgspec.structs.fields(kind)}
    return as_struct({name: value for name, value in entry.items() if name in names}, kind, where=str(entry.get("id", kind)))


def awarded():
    return {
        p["id"]: (p["lots"][0], p["lots"][0]["steps"][-1])
        for p in FILES["proposals"]["proposals"]
        if not p["lots"][0]["declined"]
    }


def test_generator_reproduces_the_committed_files(tmp_path):
    subprocess.run(
        [sys.executable, str(FOLDER / "reconstruct.py"), "--to", str(tmp_path)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    made = {path.stem: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(made) == GENERATED
    differing = [name for name, text in made.items() if text != (FACTS / f"{name}.json").read_bytes()]
    assert not differing, "run `python programmes/kr_2025/reconstruct.py`."


@pytest.mark.parametrize("name", NAMES)
def test_file_says_what_it_is_and_where_it_is_from(name):
    about = FILES[name]["about"]
    assert next(iter(FILES[name])) == "about"
    assert set(about["what"]) == {"ko", "en"}
    assert about["status"] in {"public", "assumed", "synthetic", "reconstruction"}
    assert about["note"]
    if name != "public_facts":
        assert set(about["sources"]) <= set(FILES["public_facts"]["sources"])


def test_public_figures_name_known_sources_and_statuses():
    legend, sources = FILES["public_facts"]["status_legend"], FILES["public_facts"]["sources"]
    for path, figure in FILES["public_facts"]["figures"].items():
        status = figure["status"].partition(" (")[0]
        assert status in legend or (status.startswith("confirmed_") and "confirmed_n" in legend), path
        assert set(figure["sources"]) <= set(sources), path
        assert figure["value"] is not None or figure["status"] == "not_found", path
    cited = {key for milestone in CALENDAR["milestones"] for key in milestone["sources"]}
    assert cited <= set(sources)


def test_applications_add_up_to_the_published_totals():
    applied = PUBLIC["user_call"]["applied"]
    gpus = Counter()
    for application in APPLICATIONS:
        assert application["gpus"] == 8 * application["servers"]
        gpus[KIND[application["id"]]] += application["gpus"]
    assert len(APPLICATIONS) == applied["projects"] == 514
    assert sum(application["servers"] for application in APPLICATIONS) == applied["servers"] == 1714
    assert gpus.total() == applied["gpus"] == 13712
    assert gpus["academia"] == applied["academia_gpus"] == 8600


def test_applications_keep_the_caps_and_the_window():
    most = {PUBLIC[f"unit_packages.{n}"]["model"]: PUBLIC[f"unit_packages.{n}"]["max_servers"] for n in (0, 1)}
    assert most == {"H200": 32, "B200": 16}
    for application in APPLICATIONS:
        assert application["servers"] <= min(most[model] for model in application["models"])
        assert application["gpu_model"] in application["models"]
        assert 1 <= application["minimum_servers"] <= application["servers"]
        assert 0 <= application["earliest_week"] <= application["latest_week"] < FILES["user_call"]["allocation"]["weeks"]
        assert FILES["user_call"]["call"]["opens_at"] <= application["arrived_at"] <= FILES["user_call"]["call"]["closes_at"]
    assert sum(application["months"] > 12 for application in APPLICATIONS) == 1
    assert len({application["id"] for application in APPLICATIONS}) == len({a["title"] for a in APPLICATIONS}) == 514


def test_a_handful_break_one_rule_each(book):
    from dure.cycle.deciding import decide

    facts = {
        "stage": "eligibility",
        "version": 1,
        "applicants": [msgspec.to_builtins(part(one, eligibility.Applicant)) for one in APPLICANTS.values()],
        "applications": [msgspec.to_builtins(part(one, eligibility.EligibilityApplication)) for one in APPLICATIONS],
    }
    found = decide("eligibility", facts, book=book).recommendation
    assert found.refused == RULE_BREAKERS
    refused = [result for result in found.results if not result.eligible]
    assert all(sum(not outcome.passed for outcome in result.outcomes) == 1 for result in refused)
    assert len({reason.code for reason in found.reasons}) >= 6


def test_pools_are_those_of_the_first_user_call():
    call = FILES["user_call"]
    pools = [as_struct(pool, allocation.Pool, where="pool") for pool in call["allocation"]["pools"]]
    gpus = {pool.gpu_model: pool.gpus_per_server * sum(pod.servers for pod in pool.pods) for pool in pools}
    assert {**gpus, "all": sum(gpus.values())} == PUBLIC["user_call"]["pool"] == {"H200": 2296, "B200": 2040, "all": 4336}
    assert all(pool.in_service[0].servers == sum(pod.servers for pod in pool.pods) for pool in pools)
    for key, hand in (("opens_at", "open"), ("closes_at", "close"), ("result_on", "result")):
        assert call["call"][key][:10] == PUBLIC["user_call"][hand]
    assert len(call["criteria"]) == len(PUBLIC["user_call"]["criteria"])
    assert sum(int(criterion["weight"]) for criterion in call["criteria"]) == 100


def test_awarded_steps_are_the_published_quantities():
    figures = [PUBLIC[f"csp_call.awards.{n}"] for n in range(3)]
    by_model_and_total = {(figure["model"], figure["total"]): figure for figure in figures}
    for lot, step in awarded().values():
        figure = by_model_and_total.pop((lot["gpu_model"], 8 * step["servers"]))
        assert 8 * step["own_use_servers"] == figure["csp_own_calc"]
        assert 8 * sum(lot["cluster_sizes"]) == figure["government"] == 8 * (step["servers"] - step["own_use_servers"])
    assert not by_model_and_total
    totals = PUBLIC["csp_call.totals"]
    assert 8 * sum(step["servers"] for _, step in awarded().values()) == totals["all"] == 13136
    assert 8 * sum(sum(lot["cluster_sizes"]) for lot, _ in awarded().values()) == totals["government"] == 10456
    assert 8 * sum(step["own_use_servers"] for _, step in awarded().values()) == totals["csp_own_calc"] == 2680


def test_prices_fit_the_appropriation_and_what_is_known_of_them():
    appropriation = FILES["payments"]["appropriation_amount"]
    prices = {name: step["price_amount"] for name, (_, step) in awarded().items()}
    assert appropriation == PUBLIC["budget.round1_total_krw"] == 1_459_000_000_000
    assert sum(prices.values()) <= appropriation
    assert prices["csp-nhn"] > 10**12
    lines = FILES["payments"]["lines"]
    assert lines["gpu"]["published_amount"] == PUBLIC["budget.round1_gpu_krw"]
    assert lines["operating_environment"]["published_amount"] == PUBLIC["budget.round1_operating_environment_krw"]


def test_commitments_are_the_awarded_prices_and_payments_their_instalments(book):
    commitments = [as_struct(entry, budget_formats.Commitment, where="commitment") for entry in FILES["payments"]["commitments"]]
    payments = [as_struct(entry, budget_formats.Payment, where="payment") for entry in FILES["payments"]["payments"]]
    for proposal in FILES["proposals"]["proposals"][:3]:
        price = awarded()[proposal["id"]][1]["price_amount"]
        assert sum(each.amount for each in commitments if f"/{proposal['id']}/" in each.id) == price
    assert sum(each.gpus for each in commitments) == 13136
    paid = Counter()
    for payment in payments:
        paid[payment.commitment] += payment.amount
    for each in commitments:
        assert paid[each.id] == (each.amount * 7 // 10 if "/csp-nhn/" in each.id else each.amount)
    weights = book.rules["budget/line_weights"].values[0].value
    assert set(weights) == {each.line for each in commitments} == set(FILES["payments"]["lines"])


def test_calendar_holds_the_promises_of_the_rules_and_the_published_dates(book):
    milestones = {milestone["id"]: milestone for milestone in CALENDAR["milestones"]}
    promised = book.rules["programme/milestones_promised"].values[0].value
    assert {name: milestones[name]["promised"] for name in promised} == {name: str(day) for name, day in promised.items()}
    happened = {PUBLIC[path]["date"] for path in PUBLIC if path.startswith("calendar.")} - {"2025-10-31"}
    actual = {milestone["actual"] for milestone in milestones.values() if milestone["precision"] == "day"}
    assert actual == happened
    slipped = {PUBLIC[path]["milestone"]: PUBLIC[path]["actual"] for path in PUBLIC if path.startswith("slip.")}
    for name, title in (
        ("csp_chosen", "CSP chosen"),
        ("burden_rates", "burden rates"),
        ("application_portal", "application portal"),
    ):
        assert milestones[name]["actual"] == slipped[title]
    assert milestones["first_service"]["actual"].startswith(slipped["first service"])


def test_provider_call_is_shaped_for_evaluation_and_portfolio():
    call, proposals = FILES["call"], FILES["proposals"]
    criteria = [as_struct(entry, evaluation.Criterion, where="criterion") for entry in call["criteria"]]
    assert sum(criterion.kind == "judged" for criterion in criteria) == len(PUBLIC["csp_call.criteria_headings"])
    assert sum(int(criterion.weight) for criterion in criteria) == 85
    assert set(call["criteria_titles"]) == {criterion.id for criterion in criteria}
    assert call["call"]["closes_at"][:10] == PUBLIC["csp_call.close"]
    assert call["call"]["result_on"] == PUBLIC["csp_call.award"]
    assert len(proposals["proposals"]) == len(PUBLIC["csp_call.bids"]) == 4
    for model in proposals["gpu_models"].values():
        assert part(model, portfolio.GpuModel)
    computed = {criterion.id for criterion in criteria if criterion.kind == "computed"}
    for proposal in proposals["proposals"]:
        assert set(part(proposal, evaluation.Proposal).values) == computed
        part({**proposal, "rank": 1, "score": "90"}, portfolio.RankedProposal)


def test_score_sheets_keep_recusals_and_weights():
    for sheets, file, call in (
        (FILES["proposal_scores"]["scores"], FILES["call"], FILES["call"]),
        (FILES["application_scores"]["scores"], FILES["application_scores"], FILES["user_call"]),
    ):
        weights = {c["id"]: int(c["weight"]) for c in call["criteria"] if c["kind"] == "judged"}
        apart = {(r.evaluator, r.proposal) for r in (as_struct(e, evaluation.Recusal, where="recusal") for e in file["recusals"])}
        assert apart
        for sheet in (as_struct(entry, evaluation.ScoreSheet, where="sheet") for entry in sheets):
            assert sheet.evaluator in call["evaluators"]
            assert (sheet.evaluator, sheet.proposal) not in apart
            assert set(sheet.points) == set(weights)
            assert all(0 <= 2 * float(points) <= 2 * weights[name] for name, points in sheet.points.items())
    assert len({(s["evaluator"], s["proposal"]) for s in FILES["proposal_scores"]["scores"]}) == 9 * 4 - 1


def test_each_application_has_three_reviewers_and_the_load_is_even():
    sheets = FILES["application_scores"]["scores"]
    assert set(Counter(sheet["proposal"] for sheet in sheets).values()) == {3}
    assert {sheet["proposal"] for sheet in sheets} == {application["id"] for application in APPLICATIONS}
    load = Counter(sheet["evaluator"] for sheet in sheets)
    assert len(load) == 30
    assert max(load.values()) - min(load.values()) <= 3
    assert {reviewer["id"] for reviewer in FILES["application_scores"]["reviewers"]} == set(FILES["user_call"]["evaluators"])


def test_clusters_are_the_published_ones_and_the_first_forecast_knows_nothing_later():
    published = {(c["gpus"], c["model"]) for c in (PUBLIC[f"clusters_government.{n}"] for n in range(5))}
    for known, sites in zip(FILES["orders"]["known"], FILES["sites"]["known"], strict=True):
        assert known["as_of"] == sites["as_of"]
        clusters = [as_struct(entry, buildout.Cluster, where="cluster") for entry in known["clusters"]]
        assert {(c.servers * c.gpus_per_server, c.gpu_model) for c in clusters} == published
        assert sum(c.servers for c in clusters) * 8 == 10456
        assert all(sum(delivery.servers for delivery in c.deliveries) == c.servers for c in clusters)
        assert {c.site for c in clusters} == {as_struct(site, buildout.Site, where="site").id for site in sites["sites"]}
        for cause in known["causes"]:
            as_struct(cause, buildout.Cause, where="cause")
    first = FILES["orders"]["known"][0]
    assert not any("actual_on" in delivery for cluster in first["clusters"] for delivery in cluster["deliveries"])
    assert not any("actual_service" in cluster for cluster in first["clusters"])
    by_end_of_december = [d["actual_on"] <= "2025-12-29" for d in FILES["orders"]["known"][1]["clusters"][0]["deliveries"]]
    assert all(by_end_of_december), "Kakao's 255 nodes were built by 29 December 2025."


def test_every_other_entry_is_shaped_for_its_stage():
    survey, costs, results = FILES["survey"], FILES["burden"], FILES["outcomes"]
    for entries, kind in (
        (survey["frame"], demand.FrameCell),
        (survey["responses"], demand.Response),
        (survey["past"], demand.PastEstimate),
        (costs["comparables"], burden.Comparable),
        (costs["places"], burden.Places),
        (costs["survey"], burden.WillingToPay),
        (results["achievements"], outcomes.Achievement),
        (FILES["usage_profile"]["own_use_contracts"], metering.OwnUseContract),
        (FILES["user_call"]["allocation"]["sectors"], allocation.Sector),
        (FILES["user_call"]["criteria"], evaluation.Criterion),
    ):
        assert entries
        for entry in entries:
            as_struct(entry, kind, where=kind.__name__)
    for application in APPLICATIONS:
        part({**application, "score": "80"}, allocation.Application)
    for applicant in APPLICANTS.values():
        part(applicant, burden.Organisation)
    assert {report["application"] for report in results["reports"]} == {application["id"] for application in APPLICATIONS}
    assert sum(place["gpus"] for place in costs["places"]) == 4336
    assert len(survey["responses"]) == 400
    assert {applicant["kind"] for applicant in APPLICANTS.values()} < set(FILES["user_call"]["sector_of_kind"])
    assert {a["use"] for a in APPLICATIONS} | {r["use"] for r in survey["responses"]} <= set(VOCABULARY["uses"])


def test_people_sit_at_known_desks_and_decisions_have_two_pairs_of_eyes():
    people = FILES["people"]["people"]
    organisations = {one["id"] for one in VOCABULARY["organisations"]} | set(APPLICANTS)
    desks = Counter(person["desk"] for person in people)
    assert set(desks) == {"ministry", "agency", "reviewer", "provider", "applicant", "operator", "auditor"}
    assert min(desks[desk] for desk in ("ministry", "agency", "operator")) == 2
    assert all(person["organisation"] in organisations and "가상" in person["name"]["ko"] for person in people)
    providers = {proposal["provider"] for proposal in FILES["proposals"]["proposals"]}
    assert providers <= organisations
    assert {person["organisation"] for person in people if person["desk"] == "provider"} == providers


def test_own_use_of_the_first_month_is_what_was_awarded():
    own = {entry["provider"]: entry["servers"] for entry in FILES["usage_profile"]["own_use"]}
    steps = {p["provider"]: p["lots"][0]["steps"][-1] for p in FILES["proposals"]["proposals"]}
    shares = {entry["provider"]: entry["share"] for entry in FILES["usage_profile"]["own_use_contracts"]}
    for provider, servers in own.items():
        assert servers == steps[provider]["own_use_servers"]
        assert 0 <= float(shares[provider]) - servers / steps[provider]["servers"] < 0.0001
