"""Adds to the programme in `DATABASE_URL` what tests of pages need: decisions that wait for an answer, and an open panel."""

import datetime as dt
import json
from pathlib import Path

import django

django.setup()

from dure.cycle.filing import Desk, file_decision  # noqa: E402 - Django must be set up first
from dure.cycle.programme import book  # noqa: E402
from dure.formats.stages import DECISIONS  # noqa: E402
from dure.records.journal import queries as journal  # noqa: E402
from dure.records.parties import queries as parties  # noqa: E402
from dure.records.review import actions as review  # noqa: E402

ROOT = Path(__file__).parent.parent.parent
LATE = dt.datetime(2026, 9, 1, 9, tzinfo=dt.timezone(dt.timedelta(hours=9)))


def main():
    _pending()
    _open_panel()


def _pending():
    """One recommendation of each kind waits; of stages that the demo does not file, too, so that each has its page."""
    for place, decision in enumerate(DECISIONS):
        filer = parties.person("naicc-jeon" if decision in {"provisioning", "metering"} else "nipa-seong")
        latest = journal.latest_approved(decision)
        sample = json.loads((ROOT / "examples" / f"{decision}.facts.json").read_text())
        facts = latest.facts_value() if latest and decision in {"shares", "budget"} else sample
        facts = {key: value for key, value in facts.items() if key not in {"stage", "version"}}
        at = LATE + dt.timedelta(minutes=place)
        subject = "2026-10-01" if decision == "shares" else f"waiting-{decision}"
        file_decision(decision, subject, facts, desk=Desk(book(), filer, at))


def _open_panel():
    """A panel that still scores, with one sheet handed in."""
    panel = review.seat_panel(
        panel_id="open-panel", kind="application", subject="later-call", at=LATE,
        seats={"e1": parties.person("review-kongjwi"), "e2": parties.person("review-patjwi")},
    )  # fmt: skip
    for evaluator in ("e1", "e2"):
        points = {"effect": "30", "ecosystem": "20"}
        review.submit_score_sheet(panel=panel, evaluator=evaluator, item="later-project", points=points, at=LATE)


if __name__ == "__main__":
    main()
