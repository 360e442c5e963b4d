"""Charts as pictures of their own, for paper: the macro's drawing with its colours inside."""

from __future__ import annotations

from flask import get_template_attribute

from app.web.charts import Chart

# Paper is white and knows no variables of the screen; the classes are those of plot.css.
_STYLE = (
    "<style>.plot-rule{stroke:#d0d5dd;stroke-width:1}.plot-word{fill:#5c6573;font-size:11px}"
    ".plot-figure{fill:#151a23;font-size:12px;font-weight:600}.plot-bar{fill:#b9cdf0}"
    ".plot-bar--strong{fill:#1f57b8}.plot-line{fill:none;stroke:#1f57b8;stroke-width:1.75}"
    ".plot-line--mean,.plot-line--share{stroke:#5c6573;stroke-width:1.25}"
    ".plot-line--alert{stroke:#b7791f;stroke-dasharray:4 3}.plot-line--action{stroke:#b42318}"
    ".plot-target{stroke:#5c6573;stroke-width:1;stroke-dasharray:4 3}"
    "svg{font-family:sans-serif}</style>"
)
_OPENING = '<svg class="plot"'


def standalone_chart(chart: Chart, words: str) -> str:
    """Return a chart as an SVG file that needs no style sheet beside it."""
    drawn = str(get_template_attribute("web/macros/charts.html", "chart")(chart, words))
    size = f'xmlns="http://www.w3.org/2000/svg" width="{chart.width}" height="{chart.height}"'
    head, _bracket, body = drawn.replace(_OPENING, f'<svg {size} class="plot"', 1).partition(">")
    return f"{head}>{_STYLE}{body}"
