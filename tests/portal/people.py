"""Who logs in at which desk in the tests of pages: people of the demo."""

from dure.cycle.cli.installation.demo import PASSWORD

PEOPLE = {
    "ministry": "msit-hong", "agency": "nipa-seong", "reviewer": "review-kongjwi", "provider": "nhn-heungbu",
    "applicant": "acad-jang", "operator": "naicc-jeon", "auditor": "audit-im",
}  # fmt: skip
__all__ = ["PASSWORD", "PEOPLE"]
