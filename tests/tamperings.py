"""The kinds of tampering that are planted in an export, each done as well as a forger without keys can do it."""

import copy
import json

from dure.cycle.replaying import decide_again
from dure.evidence.signatures import statements
from dure.evidence.signatures.signing import new_private_key, public_key, sign
from dure.formats.canonical import digest

OFFICIALS = ("ministry", "agency", "operator")


def finish(case, *, thorough):
    """Hashes and log are made again."""
    case.chain_again()
    case.log_again(heads=not thorough)


def decide(case, entry, *, facts=None, rules=None, made=None):
    """The recommendation that the programme itself makes of changed facts or rules."""
    facts = case.document(entry, "facts") if facts is None else facts
    rules = case.document(entry, "rules") if rules is None else rules
    made = case.document(entry, "recommendation") if made is None else made
    again = decide_again(entry["decision"], facts, rules, made, version=entry["format"])
    for name, value in (("facts", facts), ("rules", rules), ("recommendation", again)):
        case.put(entry, name, value)
    entry["method"] = again["method"]
    return again


def unsigned(case, entry):
    """A forged answer has no signature that fits: the old one is taken away."""
    case.parts["signed_answers"] = [row for row in case.rows("signed_answers") if row["entry"] != entry["seq"]]


def swapped_approver(case):
    entry = case.rng.choice(case.recommendations())
    answer = case.approval_of(entry)
    people = {role["person"] for role in case.rows("roles") if role["desk"] in OFFICIALS} - {answer["who"], entry["who"]}
    act = case.act_of(answer)
    answer["who"] = act["person"] = case.rng.choice(sorted(people))
    if case.rng.random() < 0.5:
        unsigned(case, entry)


def empty_approver(case):
    entry = case.rng.choice(case.recommendations())
    answer = case.approval_of(entry)
    act = case.act_of(answer)
    answer["who"] = ""
    if case.rng.random() < 0.5:
        case.rows("acts").remove(act)
        unsigned(case, entry)


def dropped_approval(case):
    entry = case.rng.choice(case.recommendations())
    answer = case.approval_of(entry)
    act = case.act_of(answer)
    if case.rng.random() < 0.7:
        case.rows("acts").remove(act)
        unsigned(case, entry)
    if case.rng.random() < 0.5:
        case.forget(entry["seq"])
    case.entries.remove(answer)


def cut_tail(case):
    last = case.rng.randrange(1, len(case.entries))
    cut = case.entries[last:]
    from_at = min(entry["at"] for entry in cut)
    for entry in cut:
        case.forget(entry["seq"])
    case.parts["acts"] = [
        act for act in case.rows("acts") if act["at"] < from_at or not act["command"].startswith(("file_", "approve_", "refuse_"))
    ]
    del case.entries[last:]


def reordered_stages(case):
    places = [n for n, entry in enumerate(case.entries) if entry["kind"] == "recommendation" and n + 3 < len(case.entries)]
    place = case.rng.choice(places)
    case.entries[place : place + 4] = case.entries[place + 2 : place + 4] + case.entries[place : place + 2]
    times = sorted(entry["at"] for entry in case.entries[place : place + 4])
    for entry, at in zip(case.entries[place : place + 4], times, strict=True):
        try:
            act = case.act_of(entry)
        except StopIteration:
            continue
        entry["at"] = act["at"] = at


def rescored_panel(case):
    entry = case.rng.choice([each for each in case.recommendations("evaluation") if each["stage"] == "evaluation"])
    facts = case.document(entry, "facts")
    score = case.rng.choice(facts["scores"])
    weights = {each["id"]: each["weight"] for each in facts["criteria"]}
    criterion = case.rng.choice(sorted(score["points"]))
    points = "0" if score["points"][criterion] != "0" else weights[criterion]
    score["points"] = {**score["points"], criterion: points}
    place = {"panel": entry["subject"], "evaluator": score["evaluator"], "item": score["proposal"]}
    for sheet in case.rows("sheets"):
        if place.items() <= sheet.items():
            sheet["points"] = score["points"]
    for act in case.rows("acts"):
        if act["command"] == "submit_score_sheet" and place.items() <= act["given"].items():
            case.give(act, points=score["points"])
    made = decide(case, entry, facts=facts)
    by_item = {each["proposal"]: each for each in made["ranking"]}
    for row in case.rows("rankings"):
        if row["entry"] == entry["seq"]:
            told = by_item[row["item"]]
            row |= {name: told[name] for name in ("rank", "total", "technical", "passed", "criteria")}


def invented_rule(case):
    entry = case.rng.choice(case.recommendations("shares", "evaluation", "burden", "budget"))
    rules, made = case.document(entry, "rules"), case.document(entry, "recommendation")
    field, value = case.rng.choice({
        "shares": [("step", "0.20"), ("step", "0.01")], "evaluation": [("minimum_values", 2), ("threshold", "0.10")],
        "burden": [("package_months", [1, 2]), ("hours_per_month", 720)], "budget": [("rounding_unit", 1000)],
    }[entry["decision"]])  # fmt: skip
    rules[field] = value
    for reading in made["rules_read"]:
        if reading["rule"].endswith(f"/{field}"):
            reading["value"] = value
            if case.rng.random() < 0.5:  # the book of rules says so, too
                row = next(each for each in case.rows("rules") if each["rule"] == reading["rule"])
                row["values"][0]["value"] = value
    decide(case, entry, rules=rules, made=made)


def foreign_method(case):
    entry = case.rng.choice(case.recommendations())
    made = case.document(entry, "recommendation")
    kind = case.rng.choice(["method", "both", "code", "format", "stage"])
    if kind == "method":
        entry["method"] = "by_hand"
    elif kind == "both":
        made["method"] = entry["method"] = "by_hand"
        case.put(entry, "recommendation", made)
    elif kind == "code":
        entry["code_version"] = case.rng.choice(["dure 9.9.9", "other 0.1.0", ""])
    elif kind == "format":
        entry["format"] += 1
        case.approval_of(entry)["format"] += 1
    else:
        entry["stage"] = "rebalancing" if entry["stage"] != "rebalancing" else "budget"
        case.approval_of(entry)["stage"] = entry["stage"]


def in_record(part, *columns):
    """A figure of a record is another one."""

    def forge(case):
        row = case.pick(part)
        column = case.rng.choice([each for each in columns if row[each] is not None])
        row[column] = other(case, row[column])

    return forge


def other(case, value):
    """Another value of its kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + case.rng.choice([1, -1, 1000])
    if value[:4].isdigit() and value[4:5] == "-":  # a day or a moment
        return f"{int(value[:4]) + case.rng.choice([1, -1])}{value[4:]}".replace("-02-29", "-02-28")
    if value.replace(".", "").isdigit():
        return str(int(value.partition(".")[0]) + 1)
    if len(value) == 64:
        return digest(value)
    return f"{value}x"


def changed_grant(case):
    """In the record, or in plan and records alike: two applications change places."""
    if case.rng.random() < 0.5:
        in_record("grants", "servers", "pool", "from", "to", "value", "application")(case)
        return
    entry = case.recommendations("allocation")[0]
    made = case.document(entry, "recommendation")
    one, two = case.rng.sample(made["grants"], 2)
    one["servers"], two["servers"] = two["servers"], one["servers"]
    one["pool"], two["pool"] = two["pool"], one["pool"]
    case.put(entry, "recommendation", made)
    by_id = {f"{entry['subject']}/{each['application']}": each for each in (one, two)}
    for row in case.rows("grants"):
        if row["id"] in by_id:
            row |= {"servers": len(by_id[row["id"]]["servers"]), "pool": by_id[row["id"]]["pool"]}
    kept = [row for row in case.rows("leases") if row["grant"] not in by_id]
    example = {row["grant"]: row for row in case.rows("leases") if row["grant"] in by_id}
    case.parts["leases"] = kept + [
        {**example[grant], "server": server} for grant, each in by_id.items() for server in each["servers"]
    ]


def changed_bill(case):
    """A line and its invoice; or the settlement, too."""
    line = case.pick("invoice_lines")
    invoice = next(row for row in case.rows("invoices") if row["id"] == line["invoice"])
    less = case.rng.randrange(1, line["list_amount"])
    line["list_amount"] -= less
    line["support_amount"] -= less
    invoice["list_amount"] -= less
    invoice["support_amount"] -= less
    if case.rng.random() < 0.5:
        return
    entry = next(each for each in case.entries if each["seq"] == invoice["entry"])
    made = case.document(entry, "recommendation")
    for each in made["invoices"]:
        if each["organisation"] == invoice["organisation"]:
            told = next(one for one in each["lines"] if one["lease"] == line["grant"])
            for row in (told, each):
                row["list_amount"] -= less
                row["support_amount"] -= less
    case.put(entry, "recommendation", made)


def changed_payment(case):
    """A payment, and the act that made it."""
    row = case.pick("payments")
    act = next(
        each
        for each in case.rows("acts")
        if each["command"] == "pay_commitment" and each["given"]["reference"] == row["reference"]
    )
    column, field = case.rng.choice([("amount", "amount"), ("paid_on", "paid_on")])
    before = row[column]
    row[column] = before - 1 if column == "amount" else other(case, before)
    line = next(each["line"] for each in case.rows("commitments") if each["reference"] == row["commitment"])
    if column == "amount":
        next(each for each in case.rows("budget_lines") if each["line"] == line)["paid_amount"] -= 1
    if case.rng.random() < 0.7:
        case.give(act, **{field: row[column]})


def changed_lease(case):
    """Another server or time; or returned, with an act that says so."""
    row = case.pick("leases", lambda each: not each["ended_because"])
    if case.rng.random() < 0.6:
        column = case.rng.choice(["server", "from", "to"])
        server = case.pick("leases", lambda each: each["server"] != row["server"])["server"]
        row[column] = server if column == "server" else "2026-04-01T00:00:00Z"
        return
    at = "2026-05-04T01:00:00Z"
    row["to"], row["ended_because"] = at, "returned"
    given = {"grant": row["grant"], "servers": [row["server"]]}
    last = case.rows("acts")[-1]
    case.rows("acts").append({
        **last, "act": last["act"] + 1, "command": "return_servers", "about": f"grant/{row['grant']}", "at": at, "given": given,
        "input": digest(given), "person": next(each["person"] for each in case.rows("roles") if each["desk"] == "operator"),
    })  # fmt: skip


def changed_usage(case):
    """Usage, its digest on a bill, or both with what was approved."""
    invoice = case.pick("invoices")
    kind = case.rng.choice(["digest", "digest in both", "usage"])
    if kind == "usage":
        in_record("usage", "held_gpu_seconds", "used_gpu_seconds", "gpu_hours", "from", "to")(case)
        return
    for row in case.rows("invoices") if kind == "digest in both" else [invoice]:
        row["usage_digest"] = digest("forged")
    if kind == "digest in both":
        entry = next(each for each in case.entries if each["seq"] == invoice["entry"])
        case.put(entry, "recommendation", {**case.document(entry, "recommendation"), "usage_digest": digest("forged")})


def changed_award(case):
    """An award costs more; so do its commitments, and the selection says so."""
    award = case.pick("awards")
    more = case.rng.choice([1, 1_000_000])
    award["price_amount"] += more
    reference = f"{award['call']}/{award['proposal']}/{award['lot']}/"
    commitment = next(each for each in case.rows("commitments") if each["reference"].startswith(reference))
    commitment["amount"] += more
    next(each for each in case.rows("budget_lines") if each["line"] == commitment["line"])["committed_amount"] += more
    next(each for each in case.rows("calls") if each["id"] == award["call"])["awarded_amount"] += more
    if case.rng.random() < 0.5:
        entry = next(each for each in case.entries if each["seq"] == award["entry"])
        made = case.document(entry, "recommendation")
        next(each for each in made["awards"] if (each["proposal"], each["lot"]) == (award["proposal"], award["lot"]))[
            "price_amount"
        ] += more
        made["spent_amount"] += more
        case.put(entry, "recommendation", made)


def changed_role(case):
    """Somebody sat at a desk since another day; the act that gave the role is dated so."""
    role = case.pick("roles")
    column = case.rng.choice(["given_at", "confirmed_at", "ended_at", "until"])
    before = role[column]
    role[column] = other(case, before) if before else "2026-01-15T00:00:00Z"
    if case.rng.random() < 0.5 and column == "given_at":
        for act in case.rows("acts"):
            if act["command"] == "give_role" and act["given"]["person"] == role["person"] and act["at"] == before:
                act["at"] = role[column]


def forged_signature(case):
    """The forger's own key in the place of a person's; everything that the person signed is signed again with it."""
    key = case.pick("keys")
    mine = new_private_key()
    statements_of = [row for row in case.rows("signed_answers") if row["key"] == key["id"]]
    if case.rng.random() < 0.4:
        row = case.rng.choice(statements_of)
        row |= {name: value for name, value in vars_of(sign(mine, row["statement"])).items() if name != "key"}
        return
    for row in statements_of:
        row.update(vars_of(sign(mine, row["statement"])))
    old = key["id"]
    key |= {"id": statements_of[0]["key"], "public": public_key(mine)}
    for act in case.rows("acts"):
        if act["about"] == f"key/{old}":
            act["about"] = f"key/{key['id']}"


def vars_of(signed):
    """Its fields."""
    return {name: getattr(signed, name) for name in signed.__struct_fields__}


def replayed_signature(case):
    """What was signed for one recommendation stands in the place of another."""
    one, two = case.rng.sample(case.rows("signed_answers"), 2)
    kept = {name: one[name] for name in one if name != "entry"}
    two |= kept


REMOVABLE = (
    "grants", "leases", "invoices", "invoice_lines", "payments", "usage", "awards", "commitments", "orders", "agreements",
    "roles", "keys", "sheets", "rankings", "eligibility", "signed_answers", "plans", "waiting_places", "server_states",
    "shares", "acts", "log", "applications", "proposals", "servers", "prices", "budget_lines", "clusters", "rounds",
    "organisations", "seats", "panels",
)  # fmt: skip


def removed_record(case):
    rows = case.rows(case.rng.choice(REMOVABLE))
    rows.remove(case.rng.choice(rows))


def added_record(case):
    part = case.rng.choice([name for name in REMOVABLE if name != "log"])
    row = copy.deepcopy(case.pick(part))
    name = next(
        (each for each in ("id", "reference", "place", "act", "server", "application", "key", "item") if each in row), None
    )
    if name:
        row[name] = row[name] + 100_000 if isinstance(row[name], int) else f"{row[name]}-added"
    case.rows(part).append(row)


def swapped_documents(case):
    """Two recommendations change their documents; or a document's content stands under another's digest."""
    one, two = case.rng.sample(case.recommendations(), 2)
    if case.rng.random() < 0.5:
        name = case.rng.choice(["facts", "rules", "recommendation"])
        one[f"{name}_digest"], two[f"{name}_digest"] = two[f"{name}_digest"], one[f"{name}_digest"]
        return
    name = case.rng.choice(["facts", "recommendation"])
    case.documents[one[f"{name}_digest"]] = case.base.documents[two[f"{name}_digest"]]


def changed_manifest(case):
    """The manifest says something else, and nobody signed that; or it bears no signature at all."""
    kind = case.rng.choice(["head", "withheld", "programme", "zone", "public", "unsigned"])
    journal = case.entries
    case.signed_by_installation = kind != "unsigned"
    case.manifest_changes = {
        "head": {"journal": {"entries": len(journal) + 1, "hash": journal[-1]["hash"]}},
        "withheld": {"withheld": [*case.base.manifest["withheld"], {"digest": digest("x"), "because": "none"}]},
        "programme": {"programme": "other"},
        "zone": {"zone": "Pacific/Kiritimati"},
        "public": {"public": public_key(new_private_key())},
        "unsigned": {},
    }[kind]


def changed_head(case):
    """A head says another hash, and is signed by whoever has a key of their own."""
    row = case.pick("heads")
    told = json.loads(row["statement"])
    told["hash"] = digest("forged")
    row["statement"] = statements.text(told)
    row["signature"] = sign(new_private_key(), row["statement"]).signature


def in_one_of(*forgeries):
    """One of these, by lot."""

    def forge(case):
        case.rng.choice(forgeries)(case)

    return forge


KINDS = {
    "swapped approver": swapped_approver,
    "empty approver": empty_approver,
    "dropped approval": dropped_approval,
    "cut tail": cut_tail,
    "reordered stages": reordered_stages,
    "re-scored panel": rescored_panel,
    "invented rule": invented_rule,
    "foreign method or version": foreign_method,
    "changed grant": changed_grant,
    "changed invoice line": changed_bill,
    "changed payment": changed_payment,
    "changed lease": changed_lease,
    "changed usage": changed_usage,
    "changed award": changed_award,
    "changed role date": changed_role,
    "forged signature": forged_signature,
    "replayed signature": replayed_signature,
    "removed record": removed_record,
    "added record": added_record,
    "swapped documents": swapped_documents,
    "changed manifest": changed_manifest,
    "changed head": changed_head,
    "moved deadline": in_one_of(in_record("calls", "opened_at", "closes_at"), in_record("user_calls", "opens_at", "closes_at")),
    "other appropriation": in_one_of(
        in_record("appropriations", "amount"),
        in_record("commitments", "appropriated_on"),
        in_record("budget_lines", "appropriated_on"),
    ),
    "changed terms of a round": in_record("rounds", "start_on", "weeks", "draw_seed"),
    "foreign statement": in_record("statements", "kind", "subject", "stated_by", "stated_at"),
    "changed machine": in_one_of(
        in_record("servers", "pool", "cluster", "owner", "own_use", "in_service_from"),
        in_record("clusters", "agreement", "servers"),
    ),
}
AS_IT_IS = {"changed manifest", "changed head"}  # nothing else is made again


def planted(case, kind):
    """Forge that kind into the case."""
    KINDS[kind](case)
    if kind not in AS_IT_IS:
        finish(case, thorough=case.rng.random() < 0.7)
    return case
