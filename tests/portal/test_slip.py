"""Wherever P50 of first service is shown, the days of delay beside it are P50's, not the plan's."""

import datetime as dt
from dataclasses import replace

import pytest

from dure.cycle.deciding import decide
from dure.formats.canonical import plain
from dure.portal.kit.wording.numbers import days
from dure.portal.subjects.buildout import clusters
from dure.portal.subjects.buildout.lists import with_forecast
from dure.portal.subjects.buildout.slip import days_late, forecast_figure
from dure.portal.subjects.decisions.explain import explain
from dure.portal.subjects.decisions.filed import Filed
from portal.test_names_and_figures import page_of

AT = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
SERVICE = {"promised": "2026-03-01", "plan": "2026-02-20", "p50": "2026-03-15"}


@pytest.fixture(scope="module")
def filed(book, example):
    """A build-out whose plan keeps every promise, while half of the runs are two weeks late."""
    raw = example("buildout")
    decided = decide("buildout", raw, book=book)
    made = plain(decided.recommendation)
    made["clusters"] = [
        {**each, "slip_days": -9, "first_service": {**each["first_service"], **SERVICE}} for each in made["clusters"]
    ]
    return Filed(seq=1, decision="buildout", subject="s", filed_by="A", filed_at=AT, facts=raw, rules=plain(decided.rules),
                 recommendation=made)  # fmt: skip


def test_the_public_table_of_clusters(filed):
    table = next(each for each in explain(filed).tables() if each.key == "clusters")
    assert {row["slip"] for row in table.rows} == {14}


def test_the_providers_list(filed):
    cluster = filed.recommendation["clusters"][0]["cluster"]
    rows = [{"pk": cluster}, {"pk": "not forecast"}]
    with_forecast(filed)(rows)
    assert [row["slip"] for row in rows] == [days(14), ""]


@pytest.mark.usefixtures("world")
def test_the_providers_page_of_a_cluster(filed, monkeypatch):
    of_alpha = {**filed.recommendation["clusters"][0], "cluster": "alpha-cluster"}
    build = replace(filed, recommendation={**filed.recommendation, "clusters": [of_alpha]})
    monkeypatch.setattr(clusters, "carried", lambda *_about: build)
    assert "14 days late" in page_of("alpha-1", "/provider/clusters/alpha-cluster/", "en")


def test_what_is_not_in_sight_is_neither_late_nor_on_time():
    unseen = {**SERVICE, "p50": None}
    assert days_late(unseen) is None
    assert forecast_figure("", unseen).note == ""
    assert forecast_figure("", SERVICE).tone == "bad"
