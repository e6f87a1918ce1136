"""A valid input of every command in the filled world, and one for each state in which it is refused."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from unittest import mock

import papers
from dure.cycle.commands.tables.supply import CALLS
from dure.cycle.people import registrations
from dure.cycle.people.secrets import Secret
from dure.evidence.signatures import statements
from dure.evidence.signatures.signing import key_id, new_private_key, public_key, sign
from world import (
    BUILT,
    DELIVERED,
    EVALUATORS,
    JUDGED,
    LEVELS,
    MONTH,
    NEXT_MONTH,
    NOW,
    PRIORITY,
    SECTORS,
    answer,
    application_of,
    buildout_report,
    commitment,
    duty,
    finish_second_call,
    grant,
    iso,
    lot,
    moment,
    score_second_call,
)


class Case(NamedTuple):
    """An input, when it is given, who acts for the side that it belongs to and who for another, and what comes before it."""

    given: dict[str, Any]
    at: str = NOW
    own: str = ""
    other: str = ""
    before: Callable[[Any], None] = lambda _world: None


APPLICANT = {"own": "lab-1", "other": "firm-1"}
FIRM = {"own": "firm-1", "other": "lab-1"}
INSTITUTE = {"own": "institute-1", "other": "lab-1"}
PROVIDER = {"own": "alpha-1", "other": "beta-1"}
REVIEWER = {"own": "reviewer-1", "other": "reviewer-2"}
TERMS = {"pools": ["alpha-pool", "beta-pool"], "sectors": list(SECTORS), "draw_seed": "seed"}
MINE = {"agreement": "call-1-alpha", "gpu_model": "B200"}
SUBJECTS = {
    "budget": "2026-01-03", "evaluation": "panel-call-1", "portfolio": "call-2", "buildout": "", "demand": "survey-1",
    "shares": "2026-09-01", "eligibility": "users-1", "ranking": "panel-users-1", "allocation": "round-1",
    "provisioning": "alpha-pool", "metering": MONTH, "burden": MONTH, "settlement": MONTH, "outcomes": MONTH,
    "reclaim": "round-1", "new_shares": "2026-09-01",
}  # fmt: skip

# What must be there before that decision's facts are.
BEFORE = {"portfolio": {"at": "2026-07-06", "before": partial(finish_second_call, award=False)}}


TOKEN = {"digest": "c" * 64, "name": "밤마다 내려받기", "expires_at": iso("2026-07-10")}
VIEW = {"id": "d" * 32, "list": "applications", "name": "내 보기", "query": ""}
INVITED = {"digest": "b" * 64, "name": {"ko": "초대받은 사람"}, "expires_at": iso("2026-06-20")}
MERGER = {"organisation": "shop", "into": "maker", "reason": "같은 사업자등록번호입니다."}
ACCOUNTS = {"person": "shop-1", "into": "maker-1", "reason": "같은 사람입니다."}
MADE, KEPT = {**TOKEN, "digest": "e" * 64}, {**VIEW, "id": "f" * 32, "name": "둔 보기"}


PRIVATE_KEY, OTHER_KEY = new_private_key(), new_private_key()


def registration(by, key=PRIVATE_KEY):
    """The input with which that person registers a key of these tests."""
    told = statements.possession(programme="kr_2025", person=by, public=public_key(key))
    return {"public": public_key(key), "signature": sign(key, statements.text(told)).signature}


def registered_key(world):
    world.act("register_key", NOW, by="operator-1", **registration("operator-1"))


def waiting_role(world):
    world.act("give_role", NOW, person="nobody", desk="operator")


def open_invitation(world):
    world.act("invite_person", NOW, by="lab-1", **{**INVITED, "digest": "a" * 64}, organisation="lab", desk="applicant")


def waiting_registration(world, digit="9"):
    fields = {
        "name": {"ko": "남원"}, "kind": "academia", "number": "124-81-00998", "address": "남원시", "desk": "applicant",
        "contact_name": "김담당", "contact_email": "kim@namwon.example", "language": "ko",
    }  # fmt: skip
    rules = registrations.rules_of(world.book, moment(NOW).date())
    with mock.patch.object(registrations, "new_secret", return_value=Secret(f"dure_{digit}", digit * 64)):
        registrations.ask(fields, [registrations.Upload("a.pdf", b"%PDF-")], rules=rules, by=None, at=moment(NOW))


def answered_registration(command, **more):
    """The request of `waiting_registration`, answered by that command."""

    def before(world):
        waiting_registration(world)
        world.act(command, NOW, registration="9" * 16, **more)

    return before


def waiting_renewal(world, digit="8", person="auditor-1"):
    world.act("renew_access", NOW, person=person, digest=digit * 64, reason="전화로 확인했습니다.")


def waiting_merger(world, twin="twin-1"):
    world.act("register_organisation", NOW, id=twin, name={"ko": "쌍둥이"}, kind="company", size="small")
    world.do("propose_merger", {**MERGER, "organisation": twin}, by="agency-1", at=NOW)


def waiting_person_merger(world, twin="second-1"):
    world.act("add_person", NOW, id=twin, username=twin, name={"ko": "둘째 계정"})
    world.do("propose_person_merger", {**ACCOUNTS, "person": twin}, by="agency-1", at=NOW)


def people(_world):
    return {
        "confirm_registration": Case({"registration": "9" * 16, "organisation": "namwon"}, before=waiting_registration),
        "refuse_registration": Case(
            {"registration": "8" * 16, "reason": "다른 기관입니다."}, before=lambda world: waiting_registration(world, "8")
        ),
        "renew_access": Case({"person": "lab-1", "digest": "6" * 64, "reason": "전화로 확인했습니다."}),
        "confirm_renewal": Case({"renewal": "8" * 16}, before=waiting_renewal),
        "withdraw_renewal": Case({"renewal": "7" * 16}, before=lambda world: waiting_renewal(world, "7", "operator-1")),
        "propose_merger": Case(MERGER),
        "confirm_merger": Case({"organisation": "twin-1"}, before=waiting_merger),
        "drop_merger": Case({"organisation": "twin-2"}, before=lambda world: waiting_merger(world, "twin-2")),
        "propose_person_merger": Case(ACCOUNTS),
        "confirm_person_merger": Case({"person": "second-1"}, before=waiting_person_merger),
        "drop_person_merger": Case({"person": "second-2"}, before=lambda world: waiting_person_merger(world, "second-2")),
        "set_address": Case({"person": "lab-1", "email": "lab-1@lab.example"}, **APPLICANT),
        "make_token": Case(TOKEN, **APPLICANT),
        "revoke_token": Case(
            {"token": "e" * 16}, **APPLICANT, before=lambda world: world.do("make_token", MADE, by="lab-1", at=NOW)
        ),
        "register_key": Case(registration("ministry-2", OTHER_KEY)),
        "end_key": Case({"key": key_id(public_key(PRIVATE_KEY))}, before=registered_key),
        "save_view": Case(VIEW, **APPLICANT),
        "forget_view": Case(
            {"id": KEPT["id"]}, **APPLICANT, before=lambda world: world.do("save_view", KEPT, by="lab-1", at=NOW)
        ),
        "register_organisation": Case({"id": "new", "name": {"ko": "새 기관"}, "kind": "company"}),
        "add_person": Case({"id": "new", "username": "new", "name": {"ko": "새 사람"}}),
        "give_role": Case({"person": "nobody", "desk": "auditor"}),
        "confirm_role": Case({"person": "nobody", "desk": "operator"}, before=waiting_role),
        "close_account": Case({"person": "auditor-2"}),
        "invite_person": Case({**INVITED, "organisation": "lab", "desk": "applicant"}, **APPLICANT),
        "withdraw_invitation": Case({"invitation": "a" * 16}, **APPLICANT, before=open_invitation),
        "end_role": Case({"person": "auditor-1", "desk": "auditor"}),
    }


def money(world):
    paid = {"reference": "payment-2", "amount": 1000, "paid_on": NOW}
    received = {"invoice": world.invoice, "reference": "bank-2", "amount": 10, "received_on": NOW}
    return {
        "appropriate": Case({"amount": 1000, "appropriated_on": NOW}),
        "pay_commitment": Case({"commitment": commitment(world, "alpha"), **paid}),
        "issue_price_book": Case({"from_on": "2026-07-01", "prices": {"B200": 6000, "H200": 4000}, "source": "가정"}),
        "design_burden": Case({"period": NEXT_MONTH}),
        "note_settlement": Case({"period": NEXT_MONTH, "providers": [duty("alpha")]}),
        "record_payment": Case(received),
    }


def calls(world):
    opened = {"opened_at": iso("2026-08-01"), "closes_at": iso("2026-09-01")}
    proposal = {"call": "call-2", "id": "alpha-new", "provider": "alpha", "lots": [lot("alpha", "new-lot")]}
    later = {"call": "call-2", "closes_at": iso("2026-07-10"), "reason": "질의가 많아서"}
    checked = {"proposal": "call-2-alpha", "gate": "fail", "reason": "사업자등록증이 없습니다."}
    signed = {"signed_on": "2026-07-20", "starts_on": "2026-08-01", "owner": "keeper", "user_right": "centre"}
    return {
        "set_milestone": Case({"key": "first_service", "actual_on": "2026-03-20"}),
        "open_provider_call": Case({"id": "call-3", "title": {"ko": "공모"}, "budget": 1000, **opened}),
        "extend_provider_call": Case(later),
        "confirm_extension": Case(
            {"call": "call-2", "closes_at": later["closes_at"]},
            before=lambda world: world.do("extend_provider_call", later, by="agency-1", at=NOW),
        ),
        "ask_question": Case({"call": "call-2", "question": "언제입니까?"}, own="alpha-1"),
        "answer_question": Case({"question": world.question, "answer": "7월입니다."}),
        "submit_proposal": Case(proposal, **PROVIDER),
        "check_proposals": Case({"call": "call-2", "checks": [checked]}, at="2026-07-05"),
        "note_price_answers": Case(
            {"call": "call-2", "answers": [{"proposal": "call-2-alpha", "lot": "call-2-alpha-lot", "matches_lowest": True}]},
            at="2026-07-05",
        ),
        "sign_agreements": Case({"call": "call-2", **signed}, at="2026-07-20", before=finish_second_call),
        "amend_agreement": Case({"agreement": "call-1-alpha", "agreed_on": NOW, "reason": "변경", "own_use_share": "0.3"}),
    }


def third(world):
    """Another person at the reviewer desk."""
    world.act("add_person", NOW, id="reviewer-3", username="reviewer-3", name={"ko": "reviewer-3"})
    world.act("give_role", NOW, person="reviewer-3", desk="reviewer")
    world.act("confirm_role", NOW, by="ministry-1", person="reviewer-3", desk="reviewer")


def panels(_world):
    criteria = [{"id": name, "weight": weight, "kind": "judged"} for name, weight in JUDGED.items()]
    seats = {**dict.fromkeys(EVALUATORS), "e1": "reviewer-1"}
    seated = {"kind": "application", "call": "users-2", "criteria": criteria, "draw_seed": "seed", "seats": seats}
    mine = {"panel": "panel-call-2", "evaluator": "e1", "item": "call-2-alpha"}
    visit = {"panel": "panel-call-2", "item": "call-2-alpha", "points": "14", "visited_on": NOW}
    return {
        "seat_panel": Case({"id": "panel-new", **seated}),
        "replace_evaluator": Case(
            {"panel": "panel-call-2", "evaluator": "e2", "person": "reviewer-3", "code": "e6"}, before=third
        ),
        "declare_conflict": Case({**mine, "reason": "이해관계"}, **REVIEWER),
        "submit_score_sheet": Case({**mine, "points": JUDGED}, **REVIEWER),
        "record_site_visit": Case(visit),
        "lock_panel": Case({"panel": "panel-call-2"}, at="2026-07-05", before=score_second_call),
    }


def assets(world):
    cluster = {"id": "new", "site": "alpha-site", "pool": "alpha-pool", "gpus_per_server": 8, "servers": 4, **MINE, **BUILT}
    consignment = {"id": "new", "order": "alpha-order", "cluster": "alpha-cluster", "servers": 2, **DELIVERED}
    register = {"pool": "alpha-pool", "pod": "b", "cluster": "alpha-cluster", "gpus_per_server": 8, "owner": "keeper", **MINE}
    serial = {"id": "alpha-pool/b/001", "serial": "NEW-1"}
    return {
        "add_gpu_model": Case({"id": "GB300", "relative_compute": "2.5", "gpus_per_server": 8}),
        "add_site": Case({"id": "new", "name": {"ko": "센터"}, "provider": "alpha", **LEVELS}, **PROVIDER),
        "place_order": Case({"id": "new", "servers": 4, "ordered_on": NOW, **MINE}, **PROVIDER),
        "add_cluster": Case(cluster, **PROVIDER),
        "announce_delivery": Case(consignment, **PROVIDER),
        "record_delivery": Case({"delivery": "alpha-delivery-2", "actual_on": NOW}, **PROVIDER),
        "register_servers": Case({**register, "servers": [serial]}, **PROVIDER),
        "put_in_service": Case({"pool": "alpha-pool", "from_at": iso(NOW), "accepted_on": NOW}),
        "report_buildout": Case(buildout_report(world)),
    }


def demand(_world):
    frame = [{"sector": "industry", "size": "any", "organisations": 10}]
    survey = {"title": {"ko": "조사"}, "opened_on": NOW, "closed_on": "2026-06-30", "invited": 10, "frame": frame}
    return {
        "open_survey": Case({"id": "survey-2", **survey}),
        "record_survey_responses": Case({"survey": "survey-1", "responses": [answer("late", 1, "industry")]}),
        "set_policy_priority": Case({"from_on": "2026-10-01", "priority": PRIORITY}),
        "open_user_call": Case({"id": "users-3", "title": {"ko": "공모"}, "opens_at": iso(NOW), "closes_at": iso("2026-07-10")}),
        "submit_application": Case(application_of("users-2", "new", "lab"), **APPLICANT),
        "withdraw_application": Case(
            {"application": "taken-back"},
            **APPLICANT,
            before=lambda world: world.act(
                "submit_application", NOW, by="lab-1", **application_of("users-2", "taken-back", "lab")
            ),
        ),
        "note_obligations": Case({"call": "users-2", "owing": [{"organisation": "lab", "obligations": ["보고"]}]}),
        "open_round": Case({"id": "round-3", "call": "users-2", "start_on": "2026-07-06", "weeks": 26, **TERMS}),
        "set_round_terms": Case({"round": "round-2", **TERMS}),
        "solve_round": Case({"round": "round-1"}),
        "stop_solving": Case({"round": "round-2"}, before=lambda world: world.begin_solving("round-2")),
        "return_servers": Case({"grant": grant("a-lab")}, **APPLICANT),
        "leave_waiting_list": Case({"round": "round-1", "application": "a-maker"}, own="maker-1", other="lab-1"),
    }


def operation(world):
    entry, finding = world.filed["provisioning", "alpha-pool"], {"confirmed_on": NOW, "share": "0.1", "evidence": "기록"}
    days = [{"grant": grant("a-lab"), "day": "2026-05-01", "utilisation": None}]
    result = {"id": "a-lab-model", "grant": grant("a-lab"), "kind": "model", "count": 1, "evidence": "주소"}
    return {
        "plan_maintenance": Case({"pool": "alpha-pool", "windows": [{"pod": "a", "from_on": NOW, "to_on": "2026-06-12"}]}),
        "report_cluster_state": Case({"pool": "alpha-pool", "observed": []}),
        "mark_changes_applied": Case({"entry": entry, "orders": [2]}),
        "mark_changes_undone": Case({"entry": entry, "orders": [1]}),
        "report_usage": Case({"period": NEXT_MONTH, "jobs": []}),
        "record_daily_use": Case({"days": days}),
        "answer_notice": Case({"grant": grant("a-institute"), "answer": "준비 중"}, **INSTITUTE),
        "judge_answer": Case({"grant": grant("a-firm"), "accepted": True}),
        "open_appeal": Case({"grant": grant("a-institute"), "text": "이의"}, **INSTITUTE),
        "close_appeal": Case({"grant": grant("a-firm"), "upheld": True, "finding": "인정"}),
        "confirm_off_purpose": Case({"grant": grant("a-lab"), **finding}),
        "ask_for_reports": Case({"round": "round-1", "due_on": "2026-09-15"}),
        "submit_report": Case({"grant": grant("a-firm"), "due_on": "2026-06-15", "text": "보고"}, **FIRM),
        "report_achievement": Case(result, **APPLICANT),
        "verify_achievements": Case({"achievements": ["a-lab-paper-2"]}),
    }


def documents(_world):
    def handed(world, *, also=lambda _world: None):
        papers.handed_in("lab-1", "firm-1", "institute-1", "agency-1", "agency-2")
        also(world)

    handed_to = partial(handed, also=papers.applied)
    return {
        "attach_to_application": Case({"application": "papers", **papers.PAPER}, **APPLICANT, before=handed_to),
        "attach_to_grant": Case(papers.ANSWER, **INSTITUTE, before=handed),
        "publish_with_provider_call": Case({"call": "call-2", **papers.PAPER}, before=handed),
        "publish_with_user_call": Case({"call": "users-2", **papers.PAPER}, before=handed),
        "remove_document": Case({"document": f"grant/{grant('a-institute')}/1"}, **INSTITUTE, before=papers.supported),
        "unpublish_document": Case({"document": "user_call/users-2/1"}, before=papers.published),
    }


def _withdrawn_with_papers(world):
    papers.attached(world)
    world.act("withdraw_application", NOW, by="lab-1", application="papers")


def _judged_with_papers(world):
    papers.supported(world)
    world.act("answer_notice", NOW, by="institute-1", grant=grant("a-institute"), answer="준비 중")
    world.act("judge_answer", NOW, grant=grant("a-institute"), accepted=True)


def _of_papers(now):
    """The states in which no document can be attached or removed."""
    late = {"before": papers.attached, "at": "2026-07-03"}
    of_application = Case({"document": "application/papers/1"}, **APPLICANT)
    found = {
        (name, state): case._replace(**changed)
        for name, case in (("attach_to_application", now["attach_to_application"]), ("remove_document", of_application))
        for state, changed in (("after the deadline", late), ("withdrawn", {"before": _withdrawn_with_papers}))
    }
    found["attach_to_grant", "not asked"] = Case({**papers.ANSWER, "grant": grant("a-lab")}, **APPLICANT)
    found["remove_document", "not asked"] = now["remove_document"]._replace(before=_judged_with_papers)
    return found


def work(_world):
    return {
        "cancel_job": Case({"job": 1001}, own="agency-1", before=lambda world: world.ask_for_work(1001)),
        "retry_job": Case({"job": 1002}, own="agency-1", before=lambda world: world.ask_for_work(1002, failure="x")),
    }


def decisions(world):
    found = {
        f"file_{name}": Case({"subject": subject or world.book.programme}, **BEFORE.get(name, {}))
        for name, subject in SUBJECTS.items()
    }
    return found | {
        "approve_decision": Case({"entry": world.pending}),
        "refuse_decision": Case({"entry": world.pending, "note": "다시"}),
    }


def valid(world):
    """By command: an input that is possible now."""
    parts = (people, money, calls, panels, assets, demand, operation, documents, work, decisions)
    return {name: case for part in parts for name, case in part(world).items()}


def _ask_for_work(world, *, number, **ended):
    world.ask_for_work(number, **ended)


def _withdrawn(world):
    world.act("submit_application", NOW, by="lab-1", **application_of("users-2", "taken-back", "lab"))
    world.act("withdraw_application", NOW, by="lab-1", application="taken-back")


def elsewhere(world):
    """By command and state: an input about a subject in that state, in which the command is not possible."""
    now = valid(world)
    locked, early, approved = {"panel": "panel-call-1", "item": "call-1-alpha"}, "2026-05-20", world.filed["outcomes", MONTH]
    found = {(name, "locked"): _other(now[name], locked) for name in panels(world) if "item" in now[name].given}
    found["lock_panel", "locked"] = Case({"panel": "panel-call-1"})
    found["replace_evaluator", "locked"] = _other(now["replace_evaluator"], {"panel": "panel-call-1"})
    found["set_round_terms", "granted"] = _other(now["set_round_terms"], {"round": "round-1"})
    found |= _of_ended_calls(now) | _of_papers(now)
    found["submit_application", "closed"] = _other(now["submit_application"], {"call": "users-1"})
    found["withdraw_application", "after the deadline"] = Case({"application": "a-lab"}, **APPLICANT)
    found["withdraw_application", "withdrawn"] = now["withdraw_application"]._replace(before=_withdrawn)
    for name in ("check_proposals", "note_price_answers"):
        found[name, "open"] = now[name]._replace(at=NOW)
        found[name, "not open yet"] = now[name]._replace(at=early)
    for name in ("submit_proposal", "submit_application"):
        found[name, "not open yet"] = now[name]._replace(at=early)
    for name, state in (
        ("judge_answer", "no answer"), ("close_appeal", "no appeal"), ("answer_notice", "no notice"),
        ("open_appeal", "nothing to appeal"),
    ):  # fmt: skip
        found[name, state] = _other(now[name], {"grant": grant("a-lab")})._replace(**(APPLICANT if now[name].own else {}))
    for state, before in (
        ("confirmed", answered_registration("confirm_registration", organisation="first")),
        ("refused", answered_registration("refuse_registration", reason="다른 기관입니다.")),
    ):
        for name in ("confirm_registration", "refuse_registration"):
            found[name, state] = _other(now[name], {"registration": "9" * 16})._replace(before=before)
    found["stop_solving", "not being solved"] = Case({"round": "round-1"})
    jobs = {"under way": {}, "failed or cancelled": {"failure": "x"}, "done": {"outcome": {}}}
    for name, possible in (("cancel_job", "under way"), ("retry_job", "failed or cancelled")):
        for number, state in enumerate(sorted(set(jobs) - {possible}), start=1003):
            found[name, state] = Case(
                {"job": number}, own="agency-1", before=partial(_ask_for_work, number=number, **jobs[state])
            )  # fmt: skip
    for name in ("approve_decision", "refuse_decision"):
        found[name, "approved"] = _other(now[name], {"entry": approved})
        found[name, "refused"] = _other(now[name], {"entry": world.refused})
    return found


def _of_ended_calls(now):
    """The second call has closed in July; the first has its awards."""
    ended = {"closed": lambda case: case._replace(at="2026-07-05"), "awarded": lambda case: _other(case, {"call": "call-1"})}
    return {
        (row.name, state): change(now[row.name])
        for row in CALLS
        for state, change in ended.items()
        if state in set(row.state.names) - set(row.while_)
    }


def _other(case, changes):
    return case._replace(given={**case.given, **changes})
