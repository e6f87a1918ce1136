"""Organisations, people and the promised calendar enter."""

from dure.cycle.playing import Player, person_id

from .words import moment

KEEP = ("id", "name", "kind", "synthetic")
APPLICANT = ("id", "name", "kind", "size", "region", "youth_led", "domestic", "group", "synthetic")
SECOND = "ministry"  # seats, with the first at the agency, all other officials
OFFICIAL = frozenset({"ministry", "agency", "operator", "auditor", "reviewer"})
FIRST = moment("2025-05-01")


def begin(play: Player) -> None:
    """Everybody who takes part, and the dates that were promised."""
    given = play.input("programme")
    for each in given["organisations"]:
        play.act("register_organisation", {key: each[key] for key in KEEP}, by="agency", at=FIRST)
    for each in play.input("applicants")["applicants"]:
        fields = {key: "" if each[key] is None else each[key] for key in APPLICANT if key in each}
        play.act("register_organisation", fields, by="agency", at=FIRST)
    first = play.person("agency")
    for each in sorted(given["people"], key=lambda each: each["desk"] != SECOND):
        if each["username"] != first:
            person = {key: each[key] for key in ("username", "name")}
            play.act("add_person", {"id": person_id(each["username"]), **person}, by="agency", at=FIRST)
            role = {"person": person_id(each["username"]), "desk": each["desk"]}
            if each["desk"] in {"provider", "applicant"}:
                role["organisation"] = each["organisation"]
            play.act("give_role", role, by="agency", at=FIRST)
            if each["desk"] in OFFICIAL and each["username"] != play.person(SECOND):
                play.act("confirm_role", {key: role[key] for key in ("person", "desk")}, by=SECOND, at=FIRST)
    for each in play.input("calendar")["milestones"]:
        promised = {"promised_on": each["promised"]} if each["promised"] else {}
        play.act("set_milestone", {"key": each["id"], **promised}, by="agency", at=FIRST)
        if each["actual"]:
            happened = {"actual_on": each["actual"], "cause": (each["cause"] or {}).get("ko", "")}
            play.act("set_milestone", {"key": each["id"], **happened}, by="agency", at=moment(each["actual"]))
