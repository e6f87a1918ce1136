"""The checker must find every figure that somebody changed."""

import msgspec
import pytest
from msgspec.structs import replace

from decisions.allocation_rounds import application, facts, pool, rules
from dure.checks.allocation import faults
from dure.decisions.allocation import recommend
from dure.formats.stages.allocation import Branch, Lease, Sector


@pytest.fixture(scope="module")
def settled():
    """A round with a lease, a required pod, a cap that binds, refusals and a reduced grant."""
    rows = [
        application(0, servers=3, minimum_servers=2, weeks=6, latest_week=0, pod="required", score="90"),
        application(1, servers=2, weeks=3, score="85", organisation="o1"),
        application(2, servers=2, minimum_servers=2, weeks=3, score="70", organisation="o1", sector="t"),
        application(3, servers=2, minimum_servers=2, weeks=6, latest_week=0, score="50", sector="t"),
        application(4, models={"B200": "1"}),
    ]
    pools = [pool(pods=(3, 2)), pool("q", "L40", (1,))]
    leases = (Lease(id="l", pool="p", servers=("p/p0/001",), from_week=0, to_week=2, sector="s", organisation="o9"),)
    sectors = (Sector(id="s", share="0.5", floor="0.1", ceiling="0.7"), Sector(id="t", share="0.5", floor="0.1", ceiling="0.9"))
    made_of = facts(rows, pools, leases=leases, sectors=sectors)
    in_force = rules(largest_share="0.35")
    made = recommend(made_of, in_force)
    assert faults(made_of, in_force, made) == []
    return made_of, in_force, made


def _grant(made, number=0, **changes):
    grants = list(made.grants)
    grants[number] = replace(grants[number], **changes)
    return replace(made, grants=tuple(grants))


def _reason(made, code, **changes):
    reasons = [replace(r, detail={**r.detail, **changes}) if r.code == code else r for r in made.reasons]
    return replace(made, reasons=tuple(reasons))


def _price(made, **changes):
    return replace(made, certificate=replace(made.certificate, **changes))


def _other(made, **changes):
    changed = replace(made.other_methods["by_rank"], **changes)
    return replace(made, other_methods={**made.other_methods, "by_rank": changed})


def _use(made, **changes):
    return _other(made, sector_use={**made.other_methods["by_rank"].sector_use, **changes})


def _key(made):
    return min(made.certificate.prices)


TAMPERING = {
    "server of nowhere": (lambda m: _grant(m, servers=("p/p0/099",)), "unknown_server"),
    "pool of nowhere": (lambda m: _grant(m, pool="zz"), "unknown_pool"),
    "stranger": (lambda m: _grant(m, application="zz"), "unknown_application"),
    "model not asked for": (lambda m: _grant(m, pool="q", servers=("q/q0/001",)), "wrong_model"),
    "leased server": (lambda m: _grant(m, servers=("p/p0/001", "p/p0/002")), "server_not_free"),
    "two grants on a server": (lambda m: _grant(m, servers=m.grants[1].servers), "server_in_two_grants"),
    "one server twice": (lambda m: _grant(m, servers=(m.grants[0].servers[0],) * 2), "server_twice"),
    "late start": (lambda m: _grant(m, from_week=5, to_week=11), "outside_window"),
    "longer": (lambda m: _grant(m, to_week=m.grants[0].to_week + 1), "wrong_weeks"),
    "fewer than the minimum": (lambda m: _grant(m, servers=m.grants[0].servers[:1]), "wrong_size"),
    "two pods where one is required": (lambda m: _grant(m, servers=("p/p0/002", "p/p1/001")), "pod_required"),
    "value": (lambda m: _grant(m, value=m.grants[0].value + 1), "wrong_value"),
    "grant twice": (lambda m: replace(m, grants=(*m.grants, m.grants[0])), "granted_twice"),
    "objective": (lambda m: replace(m, objective=m.objective + 1), "wrong_objective"),
    "bound": (lambda m: replace(m, bound=m.bound - 1), "wrong_bound"),
    "bound below the plan": (lambda m: replace(m, bound=m.objective - 1), "above_the_bound"),
    "gap": (lambda m: replace(m, gap="0.5"), "wrong_gap"),
    "sector use": (lambda m: replace(m, sector_use={**m.sector_use, "s": 1}), "wrong_sector_use"),
    "sector balance": (lambda m: replace(m, sector_balance={**m.sector_balance, "s": 1}), "wrong_sector_balance"),
    "no sector balance": (lambda m: replace(m, sector_balance={}), "wrong_sector_balance"),
    "idle": (lambda m: replace(m, idle_gpu_weeks=1), "wrong_idle_gpu_weeks"),
    "pods crossed": (lambda m: replace(m, placement=replace(m.placement, cross_pod_grants=9)), "wrong_cross_pod_grants"),
    "free block": (lambda m: replace(m, placement=replace(m.placement, largest_free_block=9)), "wrong_largest_free_block"),
    "method": (lambda m: replace(m, method="by_rank"), "wrong_method"),
    "method left out": (lambda m: replace(m, other_methods={}), "wrong_other_methods"),
    "other method above the bound": (
        lambda m: _other(m, objective=10**9),
        "above_the_bound",
    ),
    "other method's use of a sector unknown": (lambda m: _other(m, sector_use={"s": 1, "t": 1, "z": 1}), "wrong_method_use"),
    "other method's use below the leases": (lambda m: _use(m, s=0), "wrong_method_use"),
    "other method's use and what it leaves idle": (
        lambda m: _use(m, t=m.other_methods["by_rank"].sector_use["t"] + 1),
        "wrong_method_use",
    ),
    "other method idle": (lambda m: _other(m, idle_gpu_weeks=0), "wrong_method_use"),
    "other method's nobody": (lambda m: _other(m, served=0), "wrong_method_use"),
    "other method's loss beyond its shares": (lambda m: _other(m, objective=-(10**9)), "wrong_method_use"),
    "a price raised": (
        lambda m: _price(
            m,
            prices={**m.certificate.prices, _key(m): (*m.certificate.prices[_key(m)][:-1], 10**9)},
            branches=(),
            leaf_prices=(),
        ),
        "wrong_bound",
    ),
    "a case left out": (
        lambda m: _price(m, branches=(Branch(kind="granted", application="a0", below=(1, 2)),)),
        "wrong_branches",
    ),
    "a leaf without prices": (lambda m: _price(m, branches=(Branch(kind="leaf", prices=99),)), "wrong_branches"),
    "a price below zero": (lambda m: _price(m, prices={**m.certificate.prices, _key(m): (-1,) * 6}), "wrong_prices"),
    "a pool without prices": (lambda m: _price(m, prices={}), "wrong_prices"),
    "a share price too high": (lambda m: _price(m, share_prices={"s": 10**9}), "wrong_prices"),
    "a cap price of nobody": (lambda m: _price(m, cap_prices={"zz": 1}), "wrong_prices"),
    "no reasons": (lambda m: replace(m, reasons=()), "no_reason"),
    "a reason too many": (lambda m: replace(m, reasons=(*m.reasons, replace(m.reasons[0], item="zz"))), "needless_reason"),
    "the price told": (lambda m: replace(m, reasons=tuple(_shift(r) for r in m.reasons)), "wrong_reason"),
    "the waiting list": (lambda m: replace(m, reasons=tuple(_jump(r) for r in m.reasons)), "wrong_waiting_list"),
}


def _shift(reason):
    return replace(reason, detail={**reason.detail, "price": "1"}) if "price" in reason.detail else reason


def _jump(reason):
    return (
        replace(reason, detail={**reason.detail, "waiting_list_place": "9"}) if "waiting_list_place" in reason.detail else reason
    )


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_is_found(settled, kind):
    made_of, in_force, made = settled
    change, code = TAMPERING[kind]
    changed = msgspec.structs.replace(change(made))
    assert changed != made
    assert code in {fault.code for fault in faults(made_of, in_force, changed)}


def test_a_cap_that_is_passed_is_found(settled):
    made_of, in_force, made = settled
    tighter = replace(in_force, largest_share="0.05")
    assert "cap_exceeded" in {fault.code for fault in faults(made_of, tighter, made)}
