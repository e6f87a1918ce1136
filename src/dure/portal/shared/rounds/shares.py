"""Where does each sector lie between its floor and its ceiling?"""

from fractions import Fraction

from django.utils.translation import gettext as _

from dure.portal.shared.charts.svg import Scale, drawing, element, names_width, text, title
from dure.portal.shared.explain.allocation import sectors_chart, shares_of
from dure.portal.shared.filed import Filed
from dure.portal.shared.shown import Chart
from dure.portal.shared.wording.numbers import percent

WIDTH, ROW, VALUE = 620, 46, 170


def bounds_chart(filed: Filed) -> Chart:
    """A band from floor to ceiling per sector, a line where the published share lies, and a dot where the plan does."""
    rows = shares_of(filed)
    plain = sectors_chart(filed)
    start = names_width(row["sector"] for row in rows)
    along = Scale(0, 1, start, WIDTH - VALUE)
    parts, y = [], 8
    for row in rows:
        low, high = Fraction(row["floor"]), Fraction(row["ceiling"])
        actual, published = Fraction(row["actual"]), Fraction(row["published"])
        middle = y + 12
        out = not low <= actual <= high
        parts += [
            text(row["sector"], x=start - 12, y=middle + 5, class_="group-name", anchor="end"),
            element("line", x1=along(0), x2=along(1), y1=middle, y2=middle, class_="grid"),
            element("rect", title(f"{percent(low)} – {percent(high)}"), x=along(low), y=y, height=24, rx=4,
                    width=f"{max(float(along(high)) - float(along(low)), 2):.1f}", class_="band"),
            element("line", title(percent(published)), x1=along(published), x2=along(published), y1=y - 3, y2=y + 27,
                    class_="aim"),
            element("circle", title(percent(actual)), cx=along(actual), cy=middle, r=7, class_="actual-out" if out else "actual"),
            text(percent(actual), x=f"{float(along(1)) + 14:.1f}", y=middle + 5, class_="bar-value"),
            text(f"{percent(low, 0)}–{percent(high, 0)}", x=f"{float(along(1)) + 66:.1f}", y=middle + 5, class_="tick"),
        ]  # fmt: skip
        y += ROW
    parts += [text(percent(mark, 0), x=along(mark), y=y + 2, class_="tick", anchor="middle")
              for mark in (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))]  # fmt: skip
    drawn = drawing(*parts, width=WIDTH, height=y + 10, label=_("Each sector between its floor and its ceiling"))
    says = _("The band reaches from floor to ceiling, the line is the published share, the dot the plan, in GPU-weeks.")
    return Chart(_("Shares against their bounds"), drawn, says, plain.table)
