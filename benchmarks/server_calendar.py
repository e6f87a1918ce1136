"""Is the picture of 10,000 servers over a year fluid? Bytes, first byte, scripting, layout and frames in a real browser.

`python benchmarks/server_calendar.py [--servers 10000] [--applications 6000]`; needs Chromium. The round is made up,
solved, filed and served as any other, from a database of its own that is thrown away.
"""

import argparse
import datetime as dt
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from allocation_rounds import make_round, rules
from machine import description

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "server_calendar.json"
NAME, PASSWORD, ROUND = "agency", "only-for-measuring", "national"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run")
FRAMES = """async ([count, move]) => {
  const canvas = document.querySelector(".picture-frame canvas"), box = canvas.getBoundingClientRect(), frames = [], work = [];
  const act = {
    scroll: (n) => canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: n % 100 < 50 ? 90 : -90, clientX: box.x + 500, clientY: box.y + 300, bubbles: true, cancelable: true })),
    zoom: (n) => canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: n % 40 < 20 ? -60 : 60, ctrlKey: true, clientX: box.x + 500, clientY: box.y + 300, bubbles: true, cancelable: true })),
    point: (n) => canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: box.x + 150 + (n * 7) % 900, clientY: box.y + 30 + (n * 11) % 500, bubbles: true })),
    keys: (n) => canvas.dispatchEvent(new KeyboardEvent("keydown", { key: n % 2 ? "ArrowDown" : "ArrowRight", bubbles: true, cancelable: true })),
    down_the_page: () => window.scrollBy(0, 40),
    recolour: (n) => { const by = document.querySelector("#picture-colour"); by.selectedIndex = (n + 1) % 3; by.dispatchEvent(new Event("change")); },
  }[move];
  let last = await new Promise(requestAnimationFrame);
  for (let n = 0; n < count; n++) {
    let began;
    requestAnimationFrame(() => { began = performance.now(); });
    act(n);  // what it asks to be drawn is drawn after `began` and before `now`
    const now = await new Promise(requestAnimationFrame);
    await new Promise((done) => { const channel = new MessageChannel(); channel.port1.onmessage = done; channel.port2.postMessage(0); });
    work.push(performance.now() - began);
    frames.push(now - last); last = now;
  }
  return { frames, work };
}"""  # noqa: E501 - one gesture, one line


def main() -> None:
    """Make, file, serve, look, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=10_000)
    parser.add_argument("--applications", type=int, default=6_000)
    arguments = parser.parse_args()
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        raise SystemExit("needs Chromium: apt-get install -y --no-install-recommends chromium fonts-noto-cjk")
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(DURE_HOME=home, DJANGO_SETTINGS_MODULE="dure.portal.settings.local")
        try:
            round_ = _file(arguments.servers, arguments.applications)
            server, address = _serve()
            try:
                seen = _look(browser, address)
            finally:
                server.terminate()
                server.wait(timeout=20)
        finally:
            from dure.connectors.postgres.embedded import stop
            from dure.cycle.installing.homes import server_directory

            with suppress(OSError):
                stop(server_directory())
    result = {
        "what": "the page of every server over time in headless Chromium without a graphics processor, 1280 x 900",
        "round": round_,
        **seen,
        "goals": {"frame_ms": 50, "page_bytes": 2_000_000},
        "machine": description(),
    }
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    print(json.dumps(result, ensure_ascii=False, indent=1))


def _file(servers: int, applications: int) -> dict[str, Any]:
    """A made-up round, solved with little effort, checked and filed."""
    import django

    django.setup()
    from django.core.management import call_command

    from dure.checks.allocation import faults
    from dure.decisions.allocation import Effort, recommend
    from dure.formats.canonical import digest, plain
    from dure.records.allocation import actions as allocation
    from dure.records.demand import actions as demand
    from dure.records.journal import actions as journal
    from dure.records.parties import actions as parties

    call_command("migrate", verbosity=0)
    facts, in_force = make_round(applications=applications, servers=servers, demand=2.5), rules()
    start = time.perf_counter()
    made = recommend(facts, in_force, effort=Effort(price_steps=50, moves=0, compiled=True))
    solved = time.perf_counter() - start
    if found := faults(facts, in_force, made):
        raise SystemExit(f"the checker found {found[:3]}")
    at = dt.datetime(2026, 2, 27, 9, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    person = parties.add_person(username=NAME, name={"ko": "재는 사람"}, password=PASSWORD)
    parties.give_role(person=person, desk="agency", at=at)
    for each in sorted({one.organisation for one in facts.applications}):
        parties.add_organisation(id=each, name={"ko": f"기관 {each[1:]}"}, kind="university", size="any")
    call = demand.open_user_call(id=ROUND, title={"ko": "재는 공모"}, opens_at=at - dt.timedelta(days=400), closes_at=at)
    fields = ("id", "organisation", "sector", "servers", "minimum_servers", "weeks", "earliest_week", "latest_week", "pod")
    demand.submit_applications(
        user_call=call,
        applications=[
            {**{field: getattr(each, field) for field in fields}, "title": each.id, "purpose": "research",
             "gpu_models": each.models, "submitted_at": min(each.arrived_at, at - dt.timedelta(minutes=1))}
            for each in facts.applications
        ],
    )  # fmt: skip
    allocation.open_round(user_call=call, id=ROUND, start_on=facts.start_on, weeks=facts.weeks, opened_at=at)
    told = plain(facts)
    recommendation = {**plain(made), "stage": "allocation", "facts_digest": digest(told)}
    journal.file_recommendation(
        stage="allocation",
        subject=ROUND,
        facts=told,
        rules=plain(in_force),
        recommendation=recommendation,
        filed_by=person,
        at=at,
    )
    return {
        "servers": sum(pool.in_service[0].servers for pool in facts.pools), "weeks": facts.weeks, "pools": len(facts.pools),
        "applications": applications, "grants": len(made.grants), "solved_s": round(solved, 1),
    }  # fmt: skip


def _serve() -> tuple[subprocess.Popen[bytes], str]:
    """The portal on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
         "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "dure.portal.wsgi:application"], cwd=ROOT,
    )  # fmt: skip
    for _ in range(300):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return server, f"http://127.0.0.1:{port}"
        time.sleep(0.1)
    raise SystemExit("the portal did not come up")


def _look(browser: str, address: str) -> dict[str, Any]:
    """Open the page as its user does, then scroll, zoom, point and press keys."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        window = driver.chromium.launch(executable_path=browser, args=list(FLAGS))
        page = window.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto(f"{address}/login/")
        page.get_by_label("사용자 이름").fill(NAME)
        page.get_by_label("비밀번호").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        there = f"{address}/agency/rounds/{ROUND}/plans/latest/servers/"
        page.goto(there)  # warm
        found: dict[str, Any] = {"visit": _load(page, there), "first_byte_ms": _first_bytes(page, f"{address}/agency/rounds/")}
        for move, count in (("point", 150), ("keys", 150), ("recolour", 12), ("zoom", 160)):
            found[f"whole_{move}"] = _spread(page.evaluate(FRAMES, [count, move]))
        page.locator("[data-zoom=whole]").click()
        page.locator("[data-zoom=in]").click(click_count=12)  # to rows of readable height
        for move in ("scroll", "point", "keys", "down_the_page"):
            found[f"close_{move}"] = _spread(page.evaluate(FRAMES, [150, move]))
        window.close()
    return found


def _load(page: Any, there: str) -> dict[str, Any]:
    """One visit: what came over the wire, and what the browser did with it."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    start = time.perf_counter()
    page.goto(there)
    page.locator("[data-legend] li").first.wait_for()
    drawn = time.perf_counter() - start
    told = page.evaluate("""() => {
      const visit = performance.getEntriesByType("navigation")[0], all = performance.getEntriesByType("resource");
      const picture = all.find((each) => each.name.includes("servers.json"));
      return { first_byte_ms: visit.responseStart, html_bytes: visit.encodedBodySize, html_bytes_unpacked: visit.decodedBodySize,
        picture_first_byte_ms: picture.responseStart - picture.requestStart, picture_bytes: picture.encodedBodySize,
        picture_bytes_unpacked: picture.decodedBodySize, elements: document.getElementsByTagName("*").length };
    }""")
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return {
        **{key: round(value) for key, value in told.items()},
        "drawn_after_ms": round(drawn * 1000),
        "script_ms": round(metrics["ScriptDuration"] * 1000),
        "layout_ms": round((metrics["LayoutDuration"] + metrics["RecalcStyleDuration"]) * 1000),
        "heap_mb": round(metrics["JSHeapUsedSize"] / 1e6, 1),
    }


def _first_bytes(page: Any, rounds: str) -> dict[str, int]:
    """The other pages of the round and its longest files: milliseconds until they begin to come, the better of two visits."""
    plan = f"{rounds}{ROUND}/plans/latest/"
    pages = {
        "rounds": rounds, "round": f"{rounds}{ROUND}/", "waiting": f"{plan}waiting/",
        "application": f"{plan}applications/a000000/",
        "servers.csv": f"{plan}tables/servers.csv", "grants.csv": f"{plan}tables/grants.csv",
    }  # fmt: skip
    found = {}
    for name, there in pages.items():
        times = []
        for _ in range(2):
            start = time.perf_counter()
            answer = page.request.get(there)
            times.append(time.perf_counter() - start)
            if answer.status != 200:
                raise SystemExit(f"{there}: {answer.status}")
        found[name] = round(min(times) * 1000)
    return found


def _spread(measured: dict[str, list[float]]) -> dict[str, float]:
    """Frames of a gesture: between two, and the work in one."""
    frames, work = sorted(measured["frames"]), sorted(measured["work"])
    return {
        "frame_ms_median": round(statistics.median(frames), 1),
        "frame_ms_p95": round(frames[int(len(frames) * 0.95)], 1),
        "frame_ms_max": round(frames[-1], 1),
        "work_ms_p95": round(work[int(len(work) * 0.95)], 1),
    }


if __name__ == "__main__":
    main()
