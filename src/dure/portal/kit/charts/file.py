"""A drawing as a file of its own: SVG with its title, its unit and its colours inside, to be put into a report."""

import re
from functools import lru_cache
from html import escape
from pathlib import Path

from django.contrib.staticfiles import finders

from dure.portal.kit.charts.svg import element, text, wrapped

SHEETS = ("dure/site.css", "dure/rounds.css")
HEAD, FOOT, LINE = 16, 10, 20
_FACE = "Pretendard, 'Noto Sans KR', 'Malgun Gothic', sans-serif"
_SIZE = re.compile(r'viewBox="0 0 (\d+) (\d+)"')


def as_file(picture: str, *, title: str, unit: str) -> str:
    """The wide variant of a picture as a document: title and unit above it, light colours on white."""
    drawn = picture[picture.index("<svg") : picture.index("</svg>") + len("</svg>")]
    width, height = map(int, _SIZE.search(drawn).groups())  # type: ignore[union-attr]
    lines = wrapped(f"{title} ({unit})" if unit else title, width)
    top = HEAD + LINE * len(lines)
    return element(
        "svg",
        element("title", escape(title)),
        element("style", _style()),
        element("rect", width="100%", height="100%", fill="#fff"),
        *(text(line, x=10, y=HEAD + LINE * place + 6, class_="group-name") for place, line in enumerate(lines)),
        element("g", drawn.replace("<svg ", f'<svg width="{width}" height="{height}" ', 1), transform=f"translate(10 {top})"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width + 20} {top + height + FOOT}",
        width=width + 20,
        height=top + height + FOOT,
        class_="chart",
        font_family=_FACE,
        font_size="13.5",
    )


@lru_cache(maxsize=1)
def _style() -> str:
    """What the pages' stylesheets say of drawings, with the colours written out: few programs for drawings know variables."""
    sheets = [Path(str(finders.find(name))).read_text(encoding="utf-8") for name in SHEETS]
    light = sheets[0].split(":root {", 1)[1].split("}", 1)[0]
    colours = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", light))
    rules = [rule for sheet in sheets for rule in re.findall(r"\.chart [.\w][^{}]*\{[^{}]*\}", sheet)]
    return re.sub(r"var\((--[\w-]+)\)", lambda found: colours[found[1]], " ".join(rules))
