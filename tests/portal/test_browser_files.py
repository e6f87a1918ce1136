"""A file that is made in the background, in a real browser: asked for, watched, cancelled, asked for again, and saved."""

import zipfile

import pytest
from playwright.sync_api import expect

from portal.test_browser import PASSWORD, PEOPLE, Reader, chromium

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 360])
def test_the_auditor_waits_for_the_evidence_and_saves_it(chromium, served, held, tmp_path, width):
    reader = Reader(chromium, served, width=width)
    reader.log_in(PEOPLE["auditor"], PASSWORD)
    page = reader.page
    with held() as run:
        reader.open("/auditor/evidence.zip")
        assert "/account/files/" in page.url
        run.wait_until_reached()
        expect(page.get_by_role("status")).to_have_text("증거 자료를 모으는 중")
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
    assert saving.value.suggested_filename == "dure-evidence.zip"
    saving.value.save_as(tmp_path / "evidence.zip")
    assert "manifest.json" in zipfile.ZipFile(tmp_path / "evidence.zip").namelist()
    reader.open("/account/files/")
    expect(page.locator("tbody tr").first).to_contain_text("dure-evidence.zip")
    reader.context.close()
