"""Value over time, and time by size, as one picture without a drawing library."""

import math

WIDE, HIGH, EDGE, LEGEND = 420, 260, 44, 70
COLOURS = ("#1f4e79", "#b3541e", "#3b7d3a", "#7a3e8e", "#8a6d00", "#00707a", "#555555", "#a02040")


def picture(rows: list[dict]) -> str:
    """Two charts side by side: share of the bound reached by the search, and seconds against applications."""
    shown = [row for row in rows if row["value_over_time"]]
    body = [_axes(0, "seconds (log)", "% of the bound (the last 5)"), _axes(WIDE, "applications (log)", "seconds (log)")]
    longest = max((row["value_over_time"][-1][0] for row in shown), default=1.0)
    for number, row in enumerate(shown):
        colour = COLOURS[number % len(COLOURS)]
        points = [(_log(at, 0.1, longest), (100 * value / row["bound"] - 95) / 5) for at, value in row["value_over_time"]]
        body.append(_line([(x, y) for x, y in points if y >= 0], colour, 0))
        pods = ", pods required" if row["pods_required_share"] else ""
        label = f"{row['applications']:,} at {row['demand_over_supply']}{pods}"
        across, down = EDGE + 190 * (number % 2), HIGH - 12 + 15 * (number // 2)
        body.append(f'<text x="{across}" y="{down}" fill="{colour}">{label}</text>')
    typical = [row for row in rows if 2.4 <= row["demand_over_supply"] <= 2.6 and not row["pods_required_share"]]
    sizes = sorted((row["applications"], row["seconds"]["placed_and_explained"]) for row in typical)
    if sizes:
        most = max(seconds for _, seconds in sizes)
        points = [(_log(n, sizes[0][0], sizes[-1][0]), _log(seconds, 1, most)) for n, seconds in sizes]
        body.append(_line(points, COLOURS[0], WIDE))
        for (x, y), (n, seconds) in zip(points, sizes, strict=True):
            at, down = _place(x, y, WIDE)
            body.append(f'<circle cx="{at}" cy="{down}" r="3" fill="{COLOURS[0]}"/>')
            body.append(f'<text x="{at - 70 * (x > 0.8)}" y="{down - 6}">{n:,}: {seconds:.0f} s</text>')
    body += [
        f'<text x="{EDGE - 26}" y="{_place(0, y, 0)[1]}">{text}</text>' for y, text in ((0, "95"), (0.5, "97.5"), (1, "100"))
    ]
    body += [
        f'<text x="{_place(_log(at, 0.1, longest), 0, 0)[0] - 4}" y="{HIGH - EDGE + 14}">{at:g}</text>'
        for at in (0.1, 1, 10, 100)
        if at <= longest
    ]
    box = f'viewBox="0 0 {2 * WIDE} {HIGH + LEGEND}" font-family="sans-serif" font-size="10"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *body, "</svg>", ""])


def _log(value: float, least: float, most: float) -> float:
    if most <= least:
        return 0.0
    return max(0.0, math.log(max(value, least) / least) / math.log(most / least))


def _place(x: float, y: float, left: float) -> tuple[float, float]:
    return round(left + EDGE + x * (WIDE - 2 * EDGE), 1), round(HIGH - EDGE - y * (HIGH - 2 * EDGE), 1)


def _line(points: list[tuple[float, float]], colour: str, left: float) -> str:
    text = " ".join(f"{x},{y}" for x, y in (_place(*point, left) for point in points))
    return f'<polyline points="{text}" fill="none" stroke="{colour}" stroke-width="1.5"/>'


def _axes(left: float, across: str, up: str) -> str:
    (x0, y0), (x1, y1) = _place(0, 0, left), _place(1, 1, left)
    return (f'<path d="M{x0} {y1}V{y0}H{x1}" fill="none" stroke="#333"/>'
            f'<text x="{x1 - 84}" y="{y0 - 5}">{across}</text><text x="{x0 - 30}" y="{y1 - 10}">{up}</text>')  # fmt: skip
