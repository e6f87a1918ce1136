"""An applicant reads why in days, names and points, never in weeks by number, ids or milli-points; and what would have helped."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override

import factories as make
from dure.portal.kit.kept import Kept
from dure.portal.subjects.decisions import journal
from dure.portal.subjects.decisions.reasons import SENTENCES, figures_of
from dure.portal.subjects.rounds.why import points, why
from dure.records.allocation.models import Plan, RoundReason
from dure.records.demand.models import EligibilityOutcome
from portal.test_budgets import MOST

pytestmark = pytest.mark.django_db
OPTION = {"best_from_week": "8", "best_servers": "6", "value": "29580", "price": "31463", "miss": "1883"}
SIZE = {"servers": "17", "minimum_servers": "13", "earliest_week": "8", "latest_week": "11", "weeks": "7"}
CHANGES = {"with_servers": "5", "from_week": "9", "with_model": "H200"}
PLACE = {"waiting_list_place": "3"}
# Every kind of refusal that a plan knows, with the figures that it comes with.
WEIGHED = ("organisation_cap", "sector_share", "taken_by_higher_rank", "price_above_value", "unlucky_in_rounding")
NEVER = (
    "outside_window",
    "no_capacity_of_model",
    "larger_than_every_pod",
    "larger_than_every_pool",
    "no_size_step",
    "worth_nothing",
)
DETAILS = {
    **{code: {**OPTION, **CHANGES, **PLACE} for code in WEIGHED},
    **{code: {**SIZE} for code in NEVER},
    "no_free_window": {**SIZE, **PLACE},
    "fewer_servers_than_asked": {"asked": "20", "granted": "12"},
}
RAW = re.compile(
    r"milli-?point|밀리점|31[,]?463(?!\d)|29[,]?580(?!\d)|(?<![\d.])1[,]?883(?!\d)|[Ww]eek 8|[Ww]eek 9|8주차|9주차|주 8", re.ASCII
)


def test_what_is_looked_for_is_what_the_method_writes():
    for language in ("ko", "en"):
        with override(language):
            for code in {*DETAILS} - {"fewer_servers_than_asked"}:
                raw = ", ".join(f"{label} {figure}" for label, figure in figures_of({"code": code, "detail": DETAILS[code]}))
                assert RAW.search(raw), raw


@pytest.fixture
def pool(monkeypatch):
    monkeypatch.setattr(journal, "_names", Kept())  # what is made here is made by no act, after which names would be read again
    provider = make.organisation(name={"ko": "햇빛클라우드", "en": "Sunny Cloud"})
    return make.servers(make.cluster(provider=provider), count=2)[0].pool


@pytest.fixture
def refused(pool):
    """`refused(code)`: an application of an approved plan with that reason, and whoever applied."""

    def made(code, **more):
        mine = make.organisation()
        application, round_ = make.application(organisation_=mine), make.round_()
        plan = Plan.objects.create(
            round=round_, entry=make.approved(subject=round_.pk), method="best_value", objective=7, bound=8, gap="0.125",
            idle_gpu_weeks=0, applications=1, sector_use={},
        )  # fmt: skip
        of_pool = (
            {"pool" if code == "fewer_servers_than_asked" else "best_pool": pool.pk}
            if code not in {*NEVER, "no_free_window"}
            else {}
        )
        RoundReason.objects.create(plan=plan, application=application, code=code, detail={**DETAILS[code], **of_pool, **more})
        return application, make.person("applicant", organisation=mine)

    return made


def text(person, path, language):
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(person)
    answer = client.get(path)
    assert answer.status_code == 200
    found = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", found.decode())).split())


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("code", DETAILS)
def test_no_figure_of_the_method_reaches_an_applicant(refused, pool, code, language):
    application, person = refused(code)
    for path in (f"/applicant/applications/{application.pk}/", f"/objects/application/{application.pk}/", "/applicant/"):
        page = text(person, path, language)
        with override(language):
            assert gettext(SENTENCES[code]) in page, path
        assert not RAW.search(page), path
        assert pool.pk not in page, path


@pytest.mark.parametrize(("language", "called"), [("ko", "햇빛클라우드"), ("en", "Sunny Cloud")])
def test_what_would_have_helped_is_said_to_the_applicant_too(refused, pool, language, called):
    application, person = refused("price_above_value")
    page = text(person, f"/applicant/applications/{application.pk}/", language)
    with override(language):
        start = RoundReason.objects.get().plan.round.start_on
        names = {pool.pk: f"{called} {pool.gpu_model_id}"}
        said = why(RoundReason.objects.get().detail, start, names)
    assert len(said.helped) == 3
    for sentence in (*said.helped, *said.figures):
        assert sentence in page
    assert f"{called} {pool.gpu_model_id}" in page
    assert "31.463" in page


def test_days_stand_for_weeks_and_one_change_for_none():
    with override("en"):
        said = why({"from_week": "2", "with_servers": "6", "with_model": "H200"}, "2026-03-02", {})
        assert said.helps
        assert [len(said.helped), "2026-03-16" in said.helped[1]] == [3, True]
        assert why({}, "2026-03-02", {}).helped == []
        alone = why({**OPTION, "best_pool": "p"}, "2026-03-02", {"p": "Sunny Cloud B200"})
        assert not alone.helps
        assert [each.split()[0] for each in alone.helped] == ["Neither"]
        assert alone.figures[0] == "The option that came closest: Sunny Cloud B200, 6 servers from 2026-04-27."
        assert "1.883 points less than the 31.463 points" in alone.figures[1]
        assert "not too low" in why({**OPTION, "miss": "0", "best_pool": "p"}, "2026-03-02", {}).figures[1]
    assert points(1_031_463) == "1,031.463"


class TestTheObjectPage:
    def test_a_refusal_leads_to_the_page_with_all_reasons(self, refused):
        application, person = refused("price_above_value")
        path = f"/objects/application/{application.pk}/"
        for who, leads in (
            (person, f"/applicant/applications/{application.pk}/"),
            (make.person("agency"), f"/agency/applications/{application.pk}/"),
        ):
            client = Client()
            client.force_login(who)
            assert f'href="{leads}"' in client.get(path).content.decode()
        entry = RoundReason.objects.get().plan.entry_id
        client = Client()
        client.force_login(make.person("ministry"))
        assert f'href="/ministry/decisions/{entry}/"' in client.get(path).content.decode()

    def test_a_refusal_costs_no_more_than_a_page_may(self, refused):
        application, person = refused("price_above_value")
        client = Client()
        client.force_login(person)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/objects/application/{application.pk}/").status_code == 200
        assert len(captured) <= MOST

    def test_what_is_not_eligible_names_its_rules(self):
        mine = make.organisation()
        application = make.application(organisation_=mine)
        EligibilityOutcome.objects.create(
            application=application, entry=make.approved("eligibility", application.user_call_id), eligible=False,
            outcomes=[{"rule": "purposes", "seen": "mining", "allowed": "research", "passed": False}], remedies=[],
        )  # fmt: skip
        person = make.person("applicant", organisation=mine)
        page = text(person, f"/objects/application/{application.pk}/", "en")
        assert "Not eligible: " in page
        assert "The result with all its reasons" in page

    def test_a_reduced_grant_says_so_and_a_refusal_before_it_counts_no_more(self, refused):
        for code, expected in (("fewer_servers_than_asked", True), ("price_above_value", False)):
            application, person = refused(code)
            grant = make.grant(application_=application)
            for path in (f"/objects/application/{application.pk}/", f"/applicant/applications/{application.pk}/"):
                page = text(person, path, "en")
                assert "2 servers are granted." in page
                assert (SENTENCES[code] in page) is expected
                assert "would have been in" not in page
                assert grant.pool_id not in page
