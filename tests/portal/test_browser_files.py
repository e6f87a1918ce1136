"""A long file in a real browser, with a real worker: asked for, watched, cancelled, asked for again, and saved."""

import pytest
from playwright.sync_api import expect

import factories as make
from cycle.working.keeper import working
from cycle.working.test_exports import few_rows, sixty
from cycle.working.test_workers import address
from logins import url_of
from portal.hold import hold
from portal.serving import PATIENCE
from portal.test_browser import Reader
from portal.test_browser_forms import PASSWORD, able, chromium

__all__ = ["chromium", "few_rows", "sixty"]
expect.set_options(timeout=PATIENCE * 1000)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.usefixtures("sixty")
@pytest.mark.parametrize("width", [1440, 360])
def test_somebody_waits_for_a_long_file_cancels_asks_again_and_saves_it(chromium, live_server, tmp_path, width):
    person = able(make.the("agency"))
    reader = Reader(chromium, live_server.url, width=width)
    reader.log_in(person.username, PASSWORD)
    page = reader.page
    with hold(address()) as run, working(tmp_path, database=url_of("worker", address())):
        reader.open("/agency/applications/")
        page.get_by_text("파일과 인쇄").click()
        page.get_by_role("link", name="CSV").nth(1).click()
        page.wait_for_url("**/account/files/*/")
        run.wait_until_reached()
        expect(page.get_by_role("status")).to_have_text("행을 쓰는 중")
        reader.check("being made")
        page.get_by_role("button", name="취소").click()
        expect(page.locator("#job")).to_contain_text("멈추라는 요청을 받았습니다")
        run.release()
        expect(page.get_by_role("status")).to_have_text("취소했습니다.")
        reader.check("cancelled")
        page.get_by_role("button", name="다시 신청").click()
        expect(page.get_by_text("파일이 준비되었습니다.")).to_be_visible()
    reader.check("made")
    with page.expect_download() as saving:
        page.get_by_role("link", name="파일 내려받기").click()
    assert saving.value.suggested_filename == "dure-applications.csv"
    saving.value.save_as(tmp_path / "saved.csv")
    assert (tmp_path / "saved.csv").read_text(encoding="utf-8-sig").count("app-") == 60
    reader.open("/account/files/")
    expect(page.locator("tbody tr").first).to_contain_text("applications.csv")
    reader.context.close()
