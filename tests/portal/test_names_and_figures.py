"""Pages say whose and what in words: names for ids, words for codes, and figures of the subject itself."""

import re
import typing

import pytest
from django.test import Client
from django.utils import timezone, translation

from dure.cycle.commands.registry import row_of
from dure.cycle.commands.running import read_command
from dure.formats.errors import BadInput
from dure.formats.stages.reclaim import Proposal
from dure.portal.kit.wording.book import book, written
from dure.portal.kit.wording.words import WORDS, name
from dure.portal.subjects.acts.choices import subject_name
from dure.records.parties.models import Person
from dure.records.procurement import queries as procurement
from dure.records.procurement.models import Agreement
from portal.api_callers import Caller, token_of
from world import NOW, finish_second_call, moment

KOREAN = re.compile("[가-힣]")
NO_WORDS = {  # names of models, a prefix and legal forms are what they are
    "provisioning/name_prefix", "registration/legal_forms",
}  # fmt: skip


def page_of(username, path, language="ko"):
    visitor = Client()
    visitor.cookies["django_language"] = language
    visitor.force_login(Person.objects.get(username=username))
    answer = visitor.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


def test_the_own_use_of_a_cluster_is_of_its_own_agreement(world):
    path, own = "/provider/clusters/alpha-cluster/", procurement.agreement("call-1-alpha")
    world.act("amend_agreement", NOW, agreement=own.pk, agreed_on=NOW, reason="변경", own_use_share="0.031")
    alone = page_of("alpha-1", path, "en")
    assert "3.1%" in alone
    assert "over all of the provider" not in alone
    other = Agreement.objects.create(id="other", call_id="call-1", provider_id="alpha", signed_on=NOW)
    terms = procurement.terms_in_force(own)
    terms.pk, terms.agreement, terms.own_use_share, terms.version, terms.reason = None, other, "0.29", 1, ""
    terms.save(force_insert=True)
    beside = page_of("alpha-1", path, "en")
    assert "3.1%" in beside
    assert "29%" not in beside
    assert "over all of the provider" in beside, "whose use it was is not known"


def test_a_new_providers_first_page_is_headed_with_its_name(world):
    world.act("register_organisation", NOW, id="gamma", name={"ko": "감마 클라우드"}, kind="company")
    world.act("give_role", NOW, person="nobody", desk="provider", organisation="gamma")
    assert '<p class="lead soft">감마 클라우드</p>' in page_of("nobody", "/provider/")


def test_a_closed_account_is_called_by_its_persons_name(world):
    Person.objects.filter(username="lab-1").update(name={"ko": "춘향"})
    act = world.do("close_account", {"person": "lab-1"}, by="agency-1", at=NOW).act
    with translation.override("ko"):
        assert subject_name("person/lab-1", Person.objects.get(username="agency-1")) == "춘향 · lab-1"
    assert "춘향" in page_of("agency-1", f"/acts/done/{act}/")
    assert "춘향" not in page_of("agency-1", "/acts/give_role/"), "it is offered no more"


class TestEvaluations:
    @pytest.fixture(autouse=True)
    def _before_the_award(self, world, monkeypatch):
        finish_second_call(world, award=False)
        monkeypatch.setattr(timezone, "now", lambda: moment("2026-07-06"))
        self.world, self.seq = world, world.filed["evaluation", "panel-call-2"]

    def test_who_may_see_the_proposals_reads_the_names_of_their_providers(self):
        for desk in ("agency", "ministry", "auditor"):
            page = page_of(f"{desk}-1", f"/{desk}/decisions/{self.seq}/")
            assert "alpha 기관" in page, desk
            assert "call-2-alpha" not in page, desk
            for file in ("ranking.svg", "ranking.csv"):
                assert "alpha 기관" in page_of(f"{desk}-1", f"/{desk}/decisions/{self.seq}/{file}"), (desk, file)

    def test_others_read_them_with_the_award(self):
        page_of("agency-1", f"/agency/decisions/{self.seq}/")
        for path in (f"/operator/decisions/{self.seq}/", f"/decisions/{self.seq}/"):
            assert "beta 기관" not in page_of("operator-1", path), path
        self.world.decide("portfolio", "call-2", "2026-07-10")
        assert "beta 기관" in page_of("operator-1", f"/decisions/{self.seq}/")


def _texts(value):
    if isinstance(value, dict):
        return [text for key, each in value.items() for text in [key, *_texts(each)]]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def test_rules_that_are_words_are_written_in_words():
    values = [(rule.name, text) for rule in book().rules.values() for value in rule.values for text in _asked(rule, value.value)]
    bare = {(rule, text) for rule, text in values if rule not in NO_WORDS and text not in WORDS and not text[:1].isdigit()}
    assert not bare
    with translation.override("ko"):
        assert written("none", "choice") == "없음"
        for code in ("by_evaluator", "by_item", "heaviest_criterion", "NoDecay", "DenyOnLimit"):
            assert KOREAN.search(written(code)), code


def _asked(rule, value):
    """The words of a value; of a table those of its conditions, since rows have titles. Models are called as they are."""
    if rule.unit != "table":
        return _texts(value)
    rows = (*value["rows"], *value["exceptions"])
    asked = (list(each.values()) for row in rows for of, each in row["when"].items() if of != "gpu_model")
    return (text for each in asked for text in _texts(each))


@pytest.mark.parametrize("field", ["action", "because"])
def test_what_is_done_to_a_lease_and_why_is_written_in_words(field):
    for code in typing.get_args(typing.get_type_hints(Proposal)[field]):
        with translation.override("ko"):
            assert KOREAN.search(name(code)), code


def test_a_panel_names_who_sees_it_and_nobody_else_is_led_to_it(world, monkeypatch):
    assert world
    monkeypatch.setattr(timezone, "now", lambda: moment(NOW))
    link = 'href="/objects/panel/panel-call-1/"'
    for desk in ("agency", "ministry", "auditor"):
        assert link in page_of(f"{desk}-1", "/objects/call/call-1/"), desk
        said = page_of(f"{desk}-1", "/objects/panel/panel-call-1/", "en").partition('id="h-watchers"')[2]
        assert "perator" not in said.partition("</section>")[0]
    for stranger in ("operator-1", "alpha-1"):
        assert link not in page_of(stranger, "/objects/call/call-1/"), stranger


class TestTheApiInKorean:
    def test_a_field_that_is_missing_or_unknown_is_named_by_its_key(self, world):
        assert world
        agency = Caller(token_of(Person.objects.get(username="agency-1"), "refuse_decision"), language="ko")
        missing = agency.act("refuse_decision", {"note": "x"})
        assert (missing.status_code, missing.value["where"]) == (422, "refuse_decision at $.entry")
        assert KOREAN.search(missing.value["what"])
        unknown = agency.act("refuse_decision", {"entry": 1, "note": "x", "colour": "red"})
        assert unknown.value["where"] == "refuse_decision at $.colour"

    def test_also_within_a_part(self):
        raw = {
            "id": "r",
            "start_on": "2026-07-06",
            "weeks": 26,
            "pools": ["p"],
            "draw_seed": "s",
            "sectors": [{"id": "industry"}],
        }
        with pytest.raises(BadInput) as refused:
            read_command(row_of("open_round"), raw)
        assert re.fullmatch(r"open_round at \$\.sectors\[(0|\.\.\.)\]\.(share|floor|ceiling)", refused.value.where)
