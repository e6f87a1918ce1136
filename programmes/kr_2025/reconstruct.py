# ruff: noqa: INP001 - a script next to its data, run by hand
"""Rebuilds the synthetic files of this folder: `python programmes/kr_2025/reconstruct.py [--to FOLDER]`.

Everything is drawn from SHA-256 streams with one seed (`reconstruction/draws.py`), so a run gives the
committed bytes on every machine; a test compares them. The other files of the folder are written by hand.
"""

import argparse
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from reconstruction import applicants, applications, assets, papers, results, reviews, survey

from dure.decisions.quantities import split_by_largest_remainder

FACTS = Path(__file__).parent / "facts"
PLACES = {"academia": Fraction(32, 100), "research": Fraction(8, 100), "industry": Fraction(60, 100)}
# What other programmes ask, as parts of the market price, from public_facts.json (comparable_korea, comparable_abroad).
COMPARABLES = [
    {"programme": "Gwangju AI data centre", "kind": "industry", "size": "any", "share_low": "0.03", "share_high": "0.03"},
    {"programme": "AI voucher 2021", "kind": "industry", "size": "sme", "share_low": "0.20", "share_high": None},
    {"programme": "AI voucher 2021", "kind": "industry", "size": "midsize", "share_low": "0.30", "share_high": None},
    {"programme": "IndiaAI portal", "kind": "industry", "size": "any", "share_low": "0.60", "share_high": "1"},
    {"programme": "Canada AI Compute Access Fund", "kind": "industry", "size": "any", "share_low": "0.3333", "share_high": "0.5"},
    {"programme": "EuroHPC AI Factories", "kind": "industry", "size": "startup", "share_low": "0", "share_high": "0"},
    {"programme": "EuroHPC AI Factories", "kind": "industry", "size": "sme", "share_low": "0", "share_high": "0"},
    {"programme": "UK AIRR Rapid Access", "kind": "industry", "size": "sme", "share_low": None, "share_high": None},
]
INVENTED = "All names, topics and figures below are drawn from a seed; any likeness to a real organisation is an accident. "


def main() -> None:
    """Write every synthetic file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FACTS, help="folder to write to (default: facts/)")
    to = parser.parse_args().to
    for name, content in files().items():
        (to / name).write_text(as_lines(content), encoding="utf-8")


def files() -> dict[str, dict[str, Any]]:
    """Each synthetic file by name."""
    call, people, user_call = _written("call"), _written("people")["people"], _written("user_call")
    who = applicants.organisations()
    asked = applications.applications(who)
    panel = reviews.reviewers()
    apart = reviews.conflicts(panel, who)
    sheets = reviews.application_scores(asked, panel, apart)
    answers = survey.responses()
    received = results.reports(asked, user_call["call"]["id"])
    kind_of = {one["id"]: one["kind"] for one in who}
    return {
        "applicants.json": _applicants(who),
        "applications.json": _applications(asked),
        "application_scores.json": _scores(sheets, panel, apart, asked),
        "proposal_scores.json": _proposal_scores(reviews.proposal_scores(call)),
        "survey.json": _survey(answers),
        "burden.json": _burden(answers),
        "assets.json": _assets(assets.assets(call, _written("proposals"), _written("orders"), _written("sites"))),
        "papers.json": _papers(papers.plans(asked, people)),
        "outcomes.json": _outcomes(received, results.achievements(asked, received, kind_of)),
    }


def _written(name: str) -> dict[str, Any]:
    """A file that was written by hand."""
    return dict(json.loads((FACTS / f"{name}.json").read_text(encoding="utf-8")))


def _assets(rows: dict[str, Any]) -> dict[str, Any]:
    note = (
        "Rows as the agency enters them: awards of proposals.json, clusters and deliveries of orders.json, sites of sites.json, "
        "as known on 3 March 2026; serials are numbered by us."
    )
    return {
        "about": _about("발주, 설치 장소, 클러스터, 납품, 자산", "Orders, sites, clusters, deliveries and assets", note=note),
        **rows,
    }


def _papers(rows: dict[str, Any]) -> dict[str, Any]:
    return {"about": _about("신청자의 연구계획서", "Plans of applicants", note=INVENTED.strip()), **rows}


def _about(ko: str, en: str, *, status: str = "synthetic", sources: tuple[str, ...] = (), note: str) -> dict[str, Any]:
    return {"what": {"ko": ko, "en": en}, "status": status, "sources": list(sources), "note": note}


def _proposal_scores(sheets: list[dict[str, Any]]) -> dict[str, Any]:
    note = "No score was published, nor the order of the bidders; these give NHN Cloud, Kakao, Naver Cloud and the fourth."
    return {"about": _about("제안서 평가표", "Score sheets of the proposals", note=note), "scores": sheets}


def _applicants(who: list[dict[str, Any]]) -> dict[str, Any]:
    note = INVENTED + "A department or laboratory applies, not its university."
    return {
        "about": _about("신청기관", "Applicants", note=note),
        "applicants": [{key: value for key, value in one.items() if key != "parent"} for one in who],
    }


def _applications(asked: list[dict[str, Any]]) -> dict[str, Any]:
    note = (
        INVENTED + "Public and met exactly: 514 projects, 1,714 servers, 13,712 GPUs, 8,600 GPUs by academia; sizes within the "
        "caps. Ours: everything else, as the number of projects by kind (300 academia, 40 research, 174 industry) and the GPUs "
        "of research (1,016) and industry (4,096). Eight applications break one rule each. `weeks` are `months` times 13/3, "
        "rounded down; `people` are names of accounts."
    )
    title = ("제1차 이용자 공모 신청 514건의 재구성", "Reconstruction of the 514 applications to the first user call")
    return {
        "about": _about(*title, status="reconstruction", sources=("NEWSIS", "ASIAT"), note=note),
        "applications": [one | {"people": [f"{one['id']}-{'abcd'[n]}" for n in range(one["people"])]} for one in asked],
    }


def _scores(
    sheets: list[dict[str, Any]], panel: list[dict[str, Any]], apart: dict[str, list[str]], asked: list[dict[str, Any]]
) -> dict[str, Any]:
    note = (
        INVENTED + "Three of thirty reviewers each. Sheets of applications that turn out ineligible are not to be opened. "
        "Recusals: the reviewer's own university, and firms advised."
    )
    return {
        "about": _about("이용 신청 평가표", "Score sheets of the applications", note=note),
        "reviewers": [{key: one[key] for key in ("id", "affiliation", "fields")} for one in panel],
        "recusals": [
            {"evaluator": one, "proposal": each["id"]}
            for one in sorted(apart)
            for each in asked
            if each["organisation"] in apart[one]
        ],
        "scores": sheets,
    }


def _survey(answers: list[dict[str, Any]]) -> dict[str, Any]:
    note = INVENTED + "That demand was to be surveyed is public; the day, the frame, the answers and the past estimate are ours."
    return {
        "about": _about("2025년 9월 수요조사", "Demand survey of September 2025", note=note),
        "surveyed_on": "2025-09-15",
        "invited": survey.INVITED,
        "frame": survey.frame(),
        "past": survey.past(),
        "responses": answers,
    }


def _burden(answers: list[dict[str, Any]]) -> dict[str, Any]:
    places = []
    for model, servers in (("B200", 255), ("H200", 287)):
        parts = split_by_largest_remainder(servers, PLACES)
        places += [{"kind": kind, "model": model, "gpus": 8 * parts[kind]} for kind in sorted(parts)]
    note = (
        "The market price per GPU-hour was not found; 4,000 and 6,000 won are assumed. Comparables are public where they name a "
        "part of the price (what is not subsidised, or the self-burden); an empty share was not named, and the kind is ours "
        "where the source names none. Places: the sectors' shares of user_call.json in whole servers, academia and research 4 "
        "to 1. Willingness to pay is from survey.json (synthetic)."
    )
    sources = ("GJ2", "GJ4", "AV1", "IN1", "IN2", "CA1", "CA2", "EU1", "UKR")
    return {
        "about": _about("부담금 설계 자료", "What the burden is designed from", status="assumed", sources=sources, note=note),
        "price_book": {"B200": 6000, "H200": 4000},
        "comparables": COMPARABLES,
        "places": places,
        "survey": survey.willing(answers),
    }


def _outcomes(received: list[dict[str, Any]], found: list[dict[str, Any]]) -> dict[str, Any]:
    note = INVENTED + "By application, to be read for those granted; `grant` is the id that its grant would have."
    return {
        "about": _about("중간 보고와 성과", "Interim reports and achievements", note=note),
        "as_of": "2026-07-31",
        "reports": received,
        "achievements": found,
    }


def as_lines(content: dict[str, Any]) -> str:
    """JSON with one entry of a list per line, so that a change shows where it is."""
    parts = []
    for key, value in content.items():
        if isinstance(value, list) and value:
            text = "[\n" + ",\n".join(_compact(entry) for entry in value) + "\n]"
        else:
            text = _compact(value)
        parts.append(f"{json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
