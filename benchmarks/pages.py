"""How soon does each page of the demo send its first byte? Needs `make demo` running; PORT as there."""

import http.client
import json
import os
import re
import statistics
import time
import urllib.parse
from pathlib import Path

from dure.cycle.demo import PASSWORD
from machine import description

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "pages.json"
PORT = int(os.environ.get("PORT", "8000"))
ROUNDS = 5
LONGEST_WALK = 60
PEOPLE = ("", "msit-hong", "nipa-seong", "review-kongjwi", "kakao-nolbu", "acad-jang", "naicc-jeon", "audit-im")


class Visitor:
    """A browser without a picture: cookies, links, and the time to the first byte."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, float]:
        """Status, body, milliseconds to the first byte."""
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Referer": f"http://127.0.0.1:{PORT}/"}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        connection.request("POST" if form else "GET", path, urllib.parse.urlencode(form or {}), headers)
        answer = connection.getresponse()
        first = answer.read(1)
        milliseconds = (time.perf_counter() - start) * 1000
        for value in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        body = (first + answer.read()).decode(errors="replace")
        return answer.status, body, milliseconds

    def log_in(self, username: str) -> None:
        """Sign in with the demo's password."""
        _, body, _ = self.ask("/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)
        form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token.group(1) if token else ""}
        status, _, _ = self.ask("/login/", form)
        if status != 302:
            raise SystemExit(f"{username} could not log in: {status}")


def main() -> None:
    """Walk from the front page of each desk, time every page met, print and keep the result."""
    pages: dict[str, float] = {}
    for username in PEOPLE:
        visitor = Visitor()
        if username:
            visitor.log_in(username)
        for path in _walk(visitor):
            times = [visitor.ask(path)[2] for _ in range(ROUNDS)]
            pages[f"{username or 'public'} {path}"] = statistics.median(times)
    slowest = sorted(pages.items(), key=lambda item: -item[1])[:10]
    result = {
        "what": "milliseconds to the first byte, median of five, one reader, after one warm visit",
        "pages": len(pages),
        "median_ms": round(statistics.median(pages.values()), 1),
        "slowest_ms": {name: round(value, 1) for name, value in slowest},
        "goal_ms": 200,
        "machine": description(),
    }
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    print(json.dumps(result, ensure_ascii=False, indent=1))


def _walk(visitor: Visitor) -> list[str]:
    """Pages reached by links from the front page, one per form of address (numbers and ids count as one form)."""
    seen, forms, waiting = [], set(), ["/"]
    while waiting and len(seen) < LONGEST_WALK:
        path = waiting.pop(0)
        status, body, _ = visitor.ask(path)
        if status != 200:
            continue
        seen.append(path)
        for found in re.findall(r'href="(/[^"#]*)"', body):
            link = found.replace("&amp;", "&")
            form = re.sub(r"[\w%-]*\d[\w%.-]*", "N", link.partition("?")[0])
            if form not in forms and not re.search(r"static|logout|language|i18n", link):
                forms.add(form)
                waiting.append(link)
    return seen


if __name__ == "__main__":
    main()
