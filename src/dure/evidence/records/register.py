"""Who and what the programme is about: organisations, calls, panels, rounds, applications, machines. Each came in by an act."""

from collections import Counter
from collections.abc import Iterator

from dure.evidence.comparing import amount, compared, instant
from dure.evidence.findings import Finding, finding
from dure.evidence.history.acts import given
from dure.evidence.history.links import as_recorded
from dure.evidence.holding import Held, Row

# Part, the command by which a row comes in, the kind of its subject, and the column that is the act's moment.
ENTERED = (
    ("organisations", "register_organisation", "organisation", ""),
    ("applications", "submit_application", "application", "submitted_at"),
    ("proposals", "submit_proposal", "proposal", "submitted_at"), ("panels", "seat_panel", "panel", "seated_at"),
    ("calls", "open_provider_call", "call", ""), ("user_calls", "open_user_call", "user_call", ""),
)  # fmt: skip
# By kind of statement the command that makes one, and the kind of the act's subject; the programme's own has no other.
STATING = {
    "buildout_report": ("report_buildout", ""), "policy_priority": ("set_policy_priority", "shares"),
    "obligations": ("note_obligations", "user_call"), "maintenance": ("plan_maintenance", "pool"),
    "cluster_state": ("report_cluster_state", "pool"), "usage_records": ("report_usage", "month"),
    "burden_design": ("design_burden", "month"), "settlement_notes": ("note_settlement", "month"),
    "off_purpose": ("confirm_off_purpose", "grant"), "proposal_checks": ("check_proposals", "call"),
    "price_answers": ("note_price_answers", "call"),
}  # fmt: skip


def entered(held: Held) -> Iterator[Finding]:
    """Each row came in by one act, then; and what is open to be seen is there for each such act."""
    sealed = any("leaf" in act for act in held.table("acts"))
    for part, command, kind, column in ENTERED:
        came = {act["about"].removeprefix(f"{kind}/"): act["at"] for act in held.table("acts") if act.get("command") == command}
        rows = [{"id": row["id"], **({column: row[column]} if column else {})} for row in held.table(part)]
        expected = [{"id": key, **({column: at} if column else {})} for key, at in came.items()]
        for each in compared(part, expected, rows, key="id"):
            if each.code != "row_is_missing" or not _may_be_hidden(part, sealed=sealed):
                yield each


def withdrawn(held: Held) -> Iterator[Finding]:
    """An application was withdrawn by one act, then, or not at all."""
    at = {
        act["about"].removeprefix("application/"): act["at"]
        for act in held.table("acts")
        if act.get("command") == "withdraw_application"
    }
    for row in held.table("applications"):
        if row.get("withdrawn_at") != at.get(row["id"]):
            yield finding("row_differs", f"applications {row['id']}, withdrawn_at", at.get(row["id"]), row.get("withdrawn_at"))


def _may_be_hidden(part: str, *, sealed: bool) -> bool:
    """Applications of an open call, and panels that still judge, are left out of an export."""
    return part in {"applications", "panels"} or (part == "proposals" and sealed)


def stated(held: Held) -> Iterator[Finding]:
    """Each statement was made by an act of its person about its subject, then, and each such act made one."""
    about = {command: kind for kind, (command, _of) in STATING.items()}
    acts = Counter(
        (about[act["command"]], _subject(held, act), act["person"], act["at"])
        for act in held.table("acts")
        if act.get("command") in about
    )
    rows = Counter((row["kind"], row["subject"], row["stated_by"], row["stated_at"]) for row in held.table("statements"))
    for key in sorted({*acts, *rows}):
        if acts[key] != rows[key]:
            kind, subject, who, at = key
            where = f"statements, {kind} of {subject} by {who} at {at}"
            yield finding("row_differs", where, f"{acts[key]}, as many as acts", rows[key])


def _subject(held: Held, act: Row) -> str:
    of = dict(STATING.values())[act["command"]]
    return str(act["about"].removeprefix(f"{of}/") if of else held.manifest["programme"])


def terms(held: Held) -> Iterator[Finding]:
    """Calls, rounds, models and clusters are as they were opened or added; a deadline as it was moved last."""
    later = {act["about"]: instant(act["given"]["closes_at"]) for act in given(held, "confirm_extension", "extend_for_clocks")}
    calls = [
        {
            "id": each["id"], "budget_amount": each["budget"], "opened_at": instant(each["opened_at"]),
            "closes_at": later.get(f"call/{each['id']}", instant(each["closes_at"])),
        }
        for each in _given(held, "open_provider_call")
    ]  # fmt: skip
    yield from compared("calls", calls, held.table("calls"), key="id")
    users = [
        {
            "id": each["id"], "opens_at": instant(each["opens_at"]), "gpus_offered": each["gpus_offered"],
            "closes_at": later.get(f"user_call/{each['id']}", instant(each["closes_at"])),
        }
        for each in _given(held, "open_user_call")
    ]  # fmt: skip
    yield from compared("user_calls", users, held.table("user_calls"), key="id")
    yield from compared("rounds", _rounds(held), held.table("rounds"), key="id")
    models = [{**each, "relative_compute": amount(each["relative_compute"])} for each in _given(held, "add_gpu_model")]
    found = [{**each, "relative_compute": amount(each["relative_compute"])} for each in held.table("gpu_models")]
    yield from compared("gpu_models", models, found, key="id")
    names = ("id", "pool", "agreement", "gpu_model", "gpus_per_server", "servers", "promised_on")
    clusters = [{name: each[name] for name in names} for each in _given(held, "add_cluster")]
    yield from compared("clusters", clusters, held.table("clusters"), key="id")


def _rounds(held: Held) -> list[Row]:
    changed = {each["round"]: each for each in _given(held, "set_round_terms")}
    return [
        {
            **{name: act["given"][name] for name in ("id", "call", "start_on", "weeks")}, "opened_at": act["at"],
            **{name: (changed.get(act["given"]["id"]) or act["given"])[name] for name in ("pools", "sectors", "draw_seed")},
        }
        for act in given(held, "open_round")
    ]  # fmt: skip


def machines(held: Held) -> Iterator[Finding]:
    """Servers and pools are those that were registered; in service from a moment at which servers of the pool went in, for good.

    No command ends a server's service: so an end has no origin. Whoever adds one makes it known here by its act.
    """
    agreed = {each["id"]: each["provider"] for each in held.table("agreements")}
    pools: dict[str, Row] = {}
    servers: list[Row] = []
    for act in given(held, "add_cluster", "register_servers"):
        told = act["given"]
        pools[told["pool"]] = {
            "id": told["pool"], "provider": agreed.get(told["agreement"]), "gpu_model": told["gpu_model"],
            "gpus_per_server": told["gpus_per_server"],
        }  # fmt: skip
        if act["command"] == "register_servers":
            place = {"pool": told["pool"], "cluster": told["cluster"], "owner": told["owner"], "own_use": told["cluster"] is None}
            servers += [{"id": each["id"], **place} for each in told["servers"]]
    yield from compared("pools", pools.values(), held.table("pools"), key="id")
    yield from compared("servers", servers, held.table("servers"), key="id")
    began = {(each["pool"], instant(each["from_at"]), each["accepted_on"]) for each in _given(held, "put_in_service")}
    for row in held.table("servers"):
        began_at = row["in_service_from"]
        if began_at is not None and (row["pool"], instant(began_at), row["accepted_on"]) not in began:
            yield finding("row_differs", f"servers {row['id']}, in_service_from", "a moment at which the pool went in", began_at)
        if (ended_at := row.get("in_service_to")) is not None:
            yield finding(
                "row_without_origin", f"servers {row['id']}, in_service_to", "an act that ends it: there is none", ended_at
            )


def panels(held: Held) -> Iterator[Finding]:
    """A panel was locked, and a seat left, by an act, then; its evaluators are those of the seats that were not left."""
    locked = {act["about"].removeprefix("panel/"): act["at"] for act in held.table("acts") if act.get("command") == "lock_panel"}
    for row in held.table("panels"):
        if row["locked_at"] != locked.get(row["id"]):
            yield finding("row_differs", f"panels {row['id']}, locked_at", locked.get(row["id"]), row["locked_at"])
    for entry, facts in as_recorded(held, "evaluation"):
        of_panel = [row for row in held.table("seats") if row["panel"] == entry["subject"]]
        told = set(facts["evaluators"])
        # Facts that were filed before evaluators could be told apart from those in whose place they sit name both.
        seats = sorted(row["code"] for row in of_panel if not row.get("left_at") or row["code"] in told)
        if seats != sorted(told):
            yield finding("row_differs", f"seats of {entry['subject']}", sorted(told), seats)
    shown = {row["id"] for row in held.table("panels")}
    replaced = Counter(
        (panel, act["at"])
        for act in held.table("acts")
        if act.get("command") == "replace_evaluator" and (panel := act["about"].removeprefix("panel/")) in shown
    )
    left = Counter((row["panel"], row["left_at"]) for row in held.table("seats") if row.get("left_at"))
    for key in sorted({*replaced, *left}):
        if replaced[key] != left[key]:
            yield finding("row_differs", f"seats of {key[0]}, left at {key[1]}", f"{replaced[key]}, as many as acts", left[key])


def applicants(held: Held) -> Iterator[Finding]:
    """Organisations are what the decisions about them said they are."""
    known = {row["id"]: row for row in held.table("organisations")}
    for entry, facts in as_recorded(held, "eligibility", "burden", "settlement"):
        for told in facts.get("applicants", facts.get("organisations", ())):
            row = known.get(told["id"], {})
            for name in ("kind", "size", "youth_led", "domestic", "group"):
                due = {"size": row.get("size") or "any", "group": row.get("group") or None}.get(name, row.get(name))
                if name in told and told[name] != due:
                    where = f"organisations {told['id']}, {name}"
                    yield finding("row_differs", where, f"{told[name]}, as in entry {entry['seq']}", row.get(name))


def mergers(held: Held) -> Iterator[Finding]:
    """Organisations that are read as others were merged by an act, then."""
    expected = [
        {"id": act["about"].removeprefix("organisation/"), "merged_at": act["at"]}
        for act in held.table("acts")
        if act.get("command") == "confirm_merger"
    ]
    rows = [{name: each[name] for name in ("id", "merged_at")} for each in held.table("organisations") if each.get("merged_into")]
    yield from compared("organisations", expected, rows, key="id")


def _given(held: Held, command: str) -> list[Row]:
    return [act["given"] for act in given(held, command)]
