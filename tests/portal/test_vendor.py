"""Vendored files are those that were fetched, with their licences, and few."""

import hashlib
import re
from pathlib import Path

import dure.portal

PORTAL = Path(dure.portal.__file__).parent
STATIC = PORTAL / "kit" / "static" / "dure"
VENDOR = STATIC / "vendor"
LARGEST = 4 * 1024 * 1024


def test_checksums_hold_and_nothing_else_lies_there():
    sums = dict(reversed(line.split("  ")) for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
    found = {f"./{path.relative_to(VENDOR)}" for path in VENDOR.rglob("*") if path.is_file()} - {"./SHA256SUMS", "./README.md"}
    assert found == set(sums)
    for name, digest in sums.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name


def test_each_has_its_licence_and_all_are_small():
    for folder in (path for path in VENDOR.iterdir() if path.is_dir()):
        assert (folder / "LICENSE.txt").exists(), f"{folder.name}: keep its licence next to it."
    assert sum(path.stat().st_size for path in STATIC.rglob("*") if path.is_file()) < LARGEST


def test_no_page_names_another_host():
    pages = [path for path in PORTAL.rglob("*.html") if path.name != "mail.html"]  # it is read outside of the portal
    for path in [*pages, *PORTAL.rglob("static/dure/*.css"), *PORTAL.rglob("static/dure/*.js")]:
        found = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//[^"')\s]+""", path.read_text())
        assert not found, f"{path.name}: {found}"
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", path.read_text()), (
            f"{path.name}: the policy refuses inline code."
        )
