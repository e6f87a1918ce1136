"""Facts that nobody should hand in get one clear refusal, or the right answer; neither engine nor checker crashes."""

import copy
import json

import pytest
from msgspec.structs import replace

from dure.__main__ import main
from dure.checks.allocation import faults
from dure.cycle.deciding import check, decide, open_book
from dure.decisions.allocation import recommend
from dure.decisions.allocation.model.validate import refuse_wide
from dure.evidence.checking import read_facts
from dure.formats.canonical import plain
from dure.formats.errors import BadInput
from dure.formats.reading import parse_json
from dure.formats.stages import stage_format
from dure.rules.book import DEFAULT

BOOK = open_book(DEFAULT)
SOUND = {
    "stage": "allocation",
    "version": 1,
    "start_on": "2026-03-02",
    "weeks": 6,
    "draw_seed": "seed",
    "pools": [
        {
            "id": "p",
            "provider": "x",
            "gpu_model": "H200",
            "gpus_per_server": 8,
            "pods": [{"id": "a", "servers": 2}, {"id": "b", "servers": 1}],
            "in_service": [{"from_week": 0, "servers": 3}],
        },
    ],
    "leases": [
        {"id": "l", "pool": "p", "servers": ["p/b/001"], "from_week": 0, "to_week": 2, "sector": "s", "organisation": "o9"}
    ],
    "applications": [
        {
            "id": f"a{n}",
            "organisation": f"o{n}",
            "sector": "s",
            "score": "80",
            "models": {"H200": "1"},
            "servers": 1,
            "minimum_servers": 1,
            "weeks": 2,
            "earliest_week": 0,
            "latest_week": 4,
            "arrived_at": f"2026-01-0{n}T00:00:00+09:00",
        }
        for n in (1, 2)
    ],
    "sectors": [{"id": "s", "share": "1", "floor": "0", "ceiling": "1"}],
}
LEASE = SOUND["leases"][0]


def facts(path="", value=None, **others):
    """Sound facts with one place changed; `path` is as in messages: applications[0].score."""
    whole = copy.deepcopy(SOUND) | others
    if path:
        spot, keys = whole, path.replace("[", ".").replace("]", "").split(".")
        for key in keys[:-1]:
            spot = spot[int(key)] if key.isdigit() else spot[key]
        spot[int(keys[-1]) if keys[-1].isdigit() else keys[-1]] = value
    return whole


def of(**changes):
    """Facts whose first application differs."""
    return facts("applications[0]", {**SOUND["applications"][0], **changes})


REFUSED = {
    "an id twice": (of(id="a2"), "$.applications: id 'a2' comes twice. Give each entry its own id."),
    "an empty id": (of(id=""), "Expected `str` of length >= 1"),
    "an id of 161 letters": (of(id="x" * 161), "Expected `str` of length <= 160"),
    "a line feed after an id": (of(id="a1\n"), "is no "),
    "negative weeks": (of(weeks=-2), "at $.applications[0].weeks: Expected `int` >= 1."),
    "no weeks": (of(weeks=0), "Expected `int` >= 1"),
    "a negative window": (of(earliest_week=-1), "at $.applications[0].earliest_week: Expected `int` >= 0."),
    "a window that ends before it begins": (
        of(earliest_week=4, latest_week=3),
        "application a1: would start in week 4 at the earliest, 3 at the latest. Correct the window.",
    ),
    "no server": (of(servers=0), "Expected `int` >= 1"),
    "more at least than at most": (
        of(minimum_servers=2),
        "asks for 1 servers and at least 2. The minimum is at most what is asked for.",
    ),
    "2^63 servers": (of(servers=2**63), "9223372036854775808 is beyond 2^53 - 1."),
    "10^400 servers": (of(servers=10**400), "is beyond 2^53 - 1."),
    "2^31 servers": (of(servers=2**31), "Expected `int` <= 2147483647"),
    "a fraction of a server": (of(servers=1.5), "1.5 is a floating-point number."),
    "no model": (of(models={}), "application a1: accepts no GPU model. Name at least one model."),
    "a model worth nothing": (of(models={"H200": "0"}), "the model H200 is worth nothing to it. Leave the model out."),
    "a model worth more than one": (of(models={"H200": "1.01"}), "is no "),
    "NaN for a score": (of(score="NaN"), "at $.applications[0].score: is no decimal"),
    "infinity for a score": (of(score="Infinity"), "is no "),
    "a negative score": (of(score="-1"), "is no "),
    "a score in scientific notation": (of(score="8e1"), "is no "),
    "a score of 10,000 digits": (of(score="9" * 10_000), "is no "),
    "a score with 19 decimals": (of(score="1." + "1" * 19), "is no "),
    "a score with a line feed": (of(score="80\n"), "is no "),
    "a score in other digits": (of(score="٨٠"), "is no "),
    "a score above 100": (of(score="100.000000000000000001"), "the score 100.000000000000000001 is above 100."),
    "a score as a number": (of(score=80), "Expected `str`, got `int`"),
    "priority 10^30": (of(priority="1" + "0" * 30), "at $.applications[0].priority: is no decimal number from 0"),
    "values that sum beyond 2^53": (of(priority="9" * 18, servers=10**6, weeks=6), "the values sum to"),
    "an unknown sector": (of(sector="none"), "$.applications[].sector: 'none' is not defined in this file. Known: s."),
    "an instant without a zone": (
        of(arrived_at="2026-01-01T00:00:00"),
        "at $.applications[0].arrived_at: Expected `datetime` with a timezone",
    ),
    "the 30th of February": (of(arrived_at="2026-02-30T00:00:00+09:00"), "Invalid RFC3339 encoded datetime"),
    "a key too many": (of(colour="red"), "Object contains unknown field `colour`"),
    "an empty draw seed": (facts("draw_seed", ""), "at $.draw_seed: Expected `str` of length >= 1."),
    "a horizon of no week": (facts("weeks", 0), "at $.weeks: Expected `int` >= 1."),
    "a horizon of 521 weeks": (facts("weeks", 521), "at $.weeks: Expected `int` <= 520."),
    "a pool twice": (facts("pools", SOUND["pools"] * 2), "$.pools: id 'p' comes twice."),
    "a pod twice": (facts("pools[0].pods[1].id", "a"), "pool p: id 'a' comes twice."),
    "a pod of minus one servers": (facts("pools[0].pods[0].servers", -1), "$.pools[0].pods[0].servers"),
    "two billion servers": (
        facts("pools[0].pods[0].servers", 2**31 - 1),
        "$.pools: 2,147,483,648 servers; at most 200,000 are handled. Check the counts.",
    ),
    "a server in two pods": (
        facts("pools[0].pods", [{"id": "a", "servers": ["p/b/001"]}, {"id": "b", "servers": 2}]),
        "id 'p/b/001' comes twice.",
    ),
    "a server in two pools": (
        facts(
            "pools",
            [*SOUND["pools"], {**SOUND["pools"][0], "id": "q", "pods": [{"id": "a", "servers": ["p/a/001"]}], "in_service": []}],
        ),
        "servers of all pools: id 'p/a/001' comes twice.",
    ),
    "more in service than the pods hold": (
        facts("pools[0].in_service[0].servers", 4),
        "pool p: 4 servers in service from week 0, but the pods hold 3. Correct the pods or the step.",
    ),
    "two steps in one week": (
        facts("pools[0].in_service", [{"from_week": 0, "servers": n} for n in (3, 2)]),
        "pool p, in_service: id '0' comes twice.",
    ),
    "an outage of nothing": (
        facts("pools[0].outages", [{"from_week": 0, "to_week": 1}]),
        "pool p: an outage names a server or a pod, one of the two.",
    ),
    "an outage of a server and a pod": (
        facts("pools[0].outages", [{"from_week": 0, "to_week": 1, "server": "p/a/001", "pod": "a"}]),
        "an outage names a server or a pod, one of the two.",
    ),
    "an outage of an unknown server": (
        facts("pools[0].outages", [{"from_week": 0, "to_week": 1, "server": "p/a/009"}]),
        "pool p, outages: 'p/a/009' is not defined in this file. Known: p/a/001, p/a/002, p/b/001.",
    ),
    "an outage of an unknown pod": (
        facts("pools[0].outages", [{"from_week": 0, "to_week": 1, "pod": "z"}]),
        "pool p, outages: 'z' is not defined in this file. Known: a, b.",
    ),
    "an outage that ends before it begins": (
        facts("pools[0].outages", [{"from_week": 2, "to_week": 1, "pod": "a"}]),
        "[2, 1) is not a span of weeks.",
    ),
    "a lease twice": (facts("leases", [LEASE, LEASE]), "$.leases: id 'l' comes twice."),
    "a lease of an unknown pool": (facts("leases[0].pool", "z"), "$.leases[].pool: 'z' is not defined in this file. Known: p."),
    "a lease of an unknown server": (
        facts("leases[0].servers", ["p/b/009"]),
        "lease l, servers: 'p/b/009' is not defined in this file.",
    ),
    "a lease of an unknown sector": (
        facts("leases[0].sector", "z"),
        "$.leases[].sector: 'z' is not defined in this file. Known: s.",
    ),
    "a lease of no server": (
        facts("leases[0].servers", []),
        "lease l: holds no server. Name its servers, or take the lease away.",
    ),
    "a lease that names a server twice": (
        facts("leases[0].servers", ["p/b/001"] * 2),
        "lease l, servers: id 'p/b/001' comes twice.",
    ),
    "a lease of no week": (
        facts("leases[0].to_week", 0),
        "lease l: [0, 0) is not a span of weeks. The end comes after the start.",
    ),
    "a lease on a server not in service": (
        facts("pools[0].in_service[0].servers", 2),
        "lease l: server p/b/001 is not in service in week 0. Correct the lease or the pool's in_service.",
    ),
    "two leases on one server": (
        facts("leases", [LEASE, {**LEASE, "id": "m", "from_week": 1, "to_week": 3}]),
        "lease m: server p/b/001 is in another lease at the same time. Correct one of the two leases.",
    ),
    "a sector twice": (facts("sectors", SOUND["sectors"] * 2), "$.sectors: id 's' comes twice."),
    "a floor above the ceiling": (
        facts("sectors[0]", {"id": "s", "share": "1", "floor": "0.6", "ceiling": "0.5"}),
        "sector s: the floor 0.6 is above the ceiling 0.5. Correct one.",
    ),
    "a share above one": (facts("sectors[0].ceiling", "1.1"), "is no "),
    "a share with ten decimals": (
        facts("sectors[0].floor", "0.0000000001"),
        "sector s: 0.0000000001 has more than 9 decimals. Round the share.",
    ),
}


def reading(raw):
    return parse_json(json.dumps(raw, ensure_ascii=False).encode(), where="round.json")


@pytest.mark.parametrize("kind", REFUSED)
def test_is_refused_in_one_sentence(kind):
    raw, said = REFUSED[kind]
    with pytest.raises(BadInput) as refusal:
        decide("allocation", reading(raw), book=BOOK, where="round.json")
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("kind", REFUSED)
def test_the_checker_refuses_such_facts_as_well(kind):
    """Whatever recommendation comes with them; what only the engine cannot count is not the checker's to refuse."""
    made = plain(decide("allocation", SOUND, book=BOOK).recommendation)
    engine_only = {"values that sum beyond 2^53", "a share with ten decimals"}
    try:
        found = check("allocation", reading(REFUSED[kind][0]), made, book=BOOK)
    except BadInput:
        return
    assert kind in engine_only
    assert "wrong_facts" in {fault.code for fault in found}


# What may look odd and is not: the answer is given, and the checker agrees. The reason due to a1, if any.
ANSWERED = {
    "as it is": (facts(), None),
    "no application": (facts("applications", []), None),
    "no pool": (facts("pools", [], leases=[]), "no_capacity_of_model"),
    "no capacity in any week": (facts("pools[0].in_service", [], leases=[]), "no_capacity_of_model"),
    "capacity taken away at once": (
        facts("pools[0].in_service", [{"from_week": 0, "servers": 0}], leases=[]),
        "no_capacity_of_model",
    ),
    "capacity after the horizon": (
        facts("pools[0].in_service", [{"from_week": 60, "servers": 3}], leases=[]),
        "no_capacity_of_model",
    ),
    "a pool without pods": (
        facts("pools[0]", {**SOUND["pools"][0], "pods": [], "in_service": []}, leases=[]),
        "no_capacity_of_model",
    ),
    "an empty pod": (
        facts("pools[0].pods", [{"id": "a", "servers": []}, {"id": "b", "servers": 3}]),
        None,
    ),
    "every server out": (
        facts("pools[0].outages", [{"from_week": 0, "to_week": 6, "pod": pod} for pod in "ab"]),
        "no_capacity_of_model",
    ),
    "an outage beyond the horizon": (facts("pools[0].outages", [{"from_week": 5, "to_week": 5000, "pod": "a"}]), None),
    "an outage that begins after the horizon": (
        facts("pools[0].outages", [{"from_week": 100, "to_week": 200, "pod": "a"}]),
        None,
    ),
    "larger than every cluster": (of(servers=9, minimum_servers=9), "larger_than_every_pool"),
    "as large as a number can be": (of(servers=2**31 - 1, minimum_servers=2**31 - 1), "larger_than_every_pool"),
    "all that can be had and more": (of(servers=2**31 - 1, latest_week=0), "fewer_servers_than_asked"),
    "larger than every pod": (of(servers=3, minimum_servers=3, pod="required"), "larger_than_every_pod"),
    "longer than a century": (of(weeks=2**31 - 1), None),
    "a window outside the horizon": (of(earliest_week=6, latest_week=5200), "outside_window"),
    "a window that leaves the horizon": (of(earliest_week=5, latest_week=5200), None),
    "a model that nobody has": (of(models={"GB300": "1"}), "no_capacity_of_model"),
    "a score of nothing": (of(score="0"), "worth_nothing"),
    "no priority": (of(priority="0"), "worth_nothing"),
    "18 decimals everywhere": (
        of(score="79.123456789012345678", priority="1.000000000000000001", models={"H200": "0.999999999999999999"}),
        None,
    ),
    "the least that can be written": (of(score="0.000000000000000001", models={"H200": "0.000000000000000001"}), "worth_nothing"),
    "a very high priority": (of(priority="999999999"), None),
    "a lease to the end of time": (facts("leases[0].to_week", 5200), None),
    "a lease after the horizon": (facts("leases[0]", {**LEASE, "from_week": 10, "to_week": 20}), None),
    "leases one after the other": (facts("leases", [LEASE, {**LEASE, "id": "m", "from_week": 2, "to_week": 4}]), None),
    "everything leased": (
        facts("leases", [{**LEASE, "servers": ["p/a/001", "p/a/002", "p/b/001"], "to_week": 6}]),
        "no_free_window",
    ),
    "a horizon of one week": (facts("weeks", 1), None),
    "a horizon of ten years": (facts("weeks", 520), None),
    "shares that cannot hold": (
        facts(
            "sectors",
            [
                {"id": "s", "share": "0.5", "floor": "0.9", "ceiling": "1"},
                {"id": "t", "share": "0.5", "floor": "0.9", "ceiling": "1"},
            ],
        ),
        None,
    ),
    "a sector without share": (facts("sectors", [{"id": "s", "share": "0", "floor": "0", "ceiling": "0"}]), None),
    "letters of other scripts": (of(id="대학·🜚", organisation="한빛 대학교"), None),
    "text of a formula": (of(organisation="=1+1' OR '1'='1"), None),
}


@pytest.mark.parametrize("kind", ANSWERED)
def test_is_answered_and_the_answer_checked(kind):
    raw, code = ANSWERED[kind]
    given, in_force = read_facts("allocation", reading(raw), where="facts"), rules(largest_share="1")
    made = recommend(given, in_force)
    assert faults(given, in_force, made) == []
    first = raw["applications"][0]["id"] if raw["applications"] else ""
    assert [reason.code for reason in made.reasons if reason.item == first] == ([code] if code else [])


def rules(**changes):
    in_force, _ = BOOK.fill(stage_format("allocation").rules, on=BOOK.reference_on)
    return type(in_force)(**{**plain(in_force), "size_steps": (), "tie_break": ("draw",), **changes})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"share_penalty": 2**31 - 1}, None),
        ({"share_penalty": 0, "largest_share": "0"}, None),
        ({"delay_per_week": "1", "score_power": 4}, None),
        ({"delay_per_week": "0.000000000000000001"}, None),
        ({"size_steps": (2**31 - 1,)}, None),
        ({"size_steps": (3, 1, 3)}, None),
        ({"tie_break": ("score", "score")}, "rule allocation/tie_break: id 'score' comes twice."),
        ({"tie_break": ("name",)}, "rule allocation/tie_break: 'name' is not defined"),
    ],
)
def test_rules_at_their_limits(changes, said):
    given, in_force = read_facts("allocation", facts(), where="facts"), rules(**changes)
    if said:
        with pytest.raises(BadInput, match=said):
            recommend(given, in_force)
    else:
        assert faults(given, in_force, recommend(given, in_force)) == []


def test_a_share_penalty_too_large_for_the_round_is_refused():
    whole = facts("pools[0].pods[0].servers", 6000)
    whole["pools"][0]["in_service"][0]["servers"] = 6001
    with pytest.raises(BadInput, match="rule allocation/share_penalty: a share penalty of 2147483647 milli-points is too large"):
        recommend(read_facts("allocation", whole, where="facts"), rules(share_penalty=2**31 - 1))


def many(count, **changes):
    """So many applications, each of its own duration."""
    return [{**SOUND["applications"][0], "id": f"n{n}", "weeks": n + 1, **changes} for n in range(count)]


def pools_of(count, pods):
    pods = [{"id": f"b{n}", "servers": 1} for n in range(pods)]
    return [{**SOUND["pools"][0], "id": f"q{n}", "pods": pods, "in_service": []} for n in range(count)]


VAST = {
    "ten years in forty models": (
        {"applications": many(2000, latest_week=519, models={f"m{k}": "1" for k in range(40)})},
        "$.applications: 41,600,000 weeks over all applications and models; at most 40,000,000 are handled. Split the round",
    ),
    "ten thousand pools": (
        {"applications": many(200, latest_week=519), "pools": pools_of(10_000, 1)},
        "$.applications: 1,040,000,000 options over all applications; at most 1,000,000,000 are handled. Split the round",
    ),
    "every duration in every pod": (
        {"applications": many(200), "pools": pools_of(1, 1000)},
        "$.pools: 104,000,000 pods times durations times weeks; at most 100,000,000 are handled. Use larger pods",
    ),
}


@pytest.mark.parametrize("kind", VAST)
def test_what_is_beyond_the_declared_limits_is_refused(kind):
    changes, said = VAST[kind]
    given = read_facts("allocation", facts(weeks=520, leases=[], **changes), where="facts")
    with pytest.raises(BadInput) as refusal:
        recommend(given, rules())
    assert said in str(refusal.value)


def test_a_million_applications_or_leases_are_counted_and_refused():
    given = read_facts("allocation", facts(), where="facts")
    for changes, said in (
        ({"applications": given.applications * 500_000}, "$.applications: 1,000,000 applications; at most 250,000 are handled."),
        ({"leases": given.leases * 1_000_000}, "$.leases: 1,000,000 leases; at most 250,000 are handled."),
    ):
        made = replace(given, **changes)
        for ask in (lambda made=made: recommend(made, rules()), lambda made=made: faults(made, rules(), None)):
            with pytest.raises(BadInput) as refusal:
                ask()
            assert said.partition(": ")[2] in str(refusal.value)


def test_a_pool_in_too_many_parts_is_refused():
    refuse_wide(100_000, 2000)
    with pytest.raises(BadInput, match="200,002,000 applications times parts of the most divided pool; at most 200,000,000"):
        refuse_wide(100_001, 2000)


def test_the_command_ends_with_2_one_line_and_no_file(tmp_path, capsys):
    for kind in ("negative weeks", "two leases on one server", "a score of 10,000 digits", "2^63 servers"):
        raw, said = REFUSED[kind]
        (tmp_path / "facts.json").write_text(json.dumps(raw))
        assert main(["decide", "allocation", str(tmp_path / "facts.json"), "--out", str(tmp_path / "out.json")]) == 2
        printed = capsys.readouterr()
        assert (printed.out, printed.err.count("\n"), (tmp_path / "out.json").exists()) == ("", 1, False)
        assert said in printed.err
