"""Draws lines in panels as SVG, readable on light and dark pages, and without any package."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 410, 270  # Of a panel.
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 130, 42, 30  # Around its lines: numbers, names, title, steps.
_TEXT = 14  # Two names at the ends of lines are no closer to each other than this.
_COLUMNS = 2
# Each name keeps its colour in all panels. Dark enough on white, light enough on black.
_LIGHT = ("#0b62a8", "#b3440e", "#1f7a3f", "#8a3ea8", "#8a6100", "#b0235f", "#4a5560")
_DARK = ("#6cb4f0", "#f09a6a", "#6cc98a", "#cf9be6", "#d9b44a", "#f08ab4", "#b3bec8")
_STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1c2733 }
  .title { font-weight: 600; font-size: 13px }
  .page { fill: #fff } .grid { stroke: #d5dbe1 } .line { fill: none; stroke-width: 2 }
"""


@dataclass(frozen=True)
class Panel:
    """`lines` have a value for each of the `steps`, by name."""

    title: str
    steps: Sequence[str]
    lines: Mapping[str, Sequence[float]]


def draw(title: str, panels: Sequence[Panel]) -> str:
    """The text of an SVG file."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    rows = -(-len(panels) // _COLUMNS)
    width, height = _WIDTH * min(_COLUMNS, len(panels)), _HEIGHT * rows
    drawn = [
        f'<g transform="translate({number % _COLUMNS * _WIDTH} {number // _COLUMNS * _HEIGHT})">\n'
        + "\n".join(_panel(panel, names))
        + "\n</g>"
        for number, panel in enumerate(panels)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">\n'
        f"<title>{escape(title)}</title>\n<style>{_style(len(names))}</style>\n"
        f'<rect class="page" width="{width}" height="{height}"/>\n' + "\n".join(drawn) + "\n</svg>\n"
    )


def _style(colours: int) -> str:
    dark = ["text { fill: #e6ebf0 } .page { fill: #14191f } .grid { stroke: #37414b }"]
    light = []
    for number in range(colours):
        for rules, palette in ((light, _LIGHT), (dark, _DARK)):
            colour = palette[number % len(palette)]
            rules.append(
                f".line.c{number} {{ stroke: {colour} }} text.c{number}, circle.c{number} {{ fill: {colour} }}"
            )
    rules = "\n  ".join(light)
    return f"{_STYLE}  {rules}\n  @media (prefers-color-scheme: dark) {{\n  " + "\n  ".join(dark) + "\n  }\n"


def _panel(panel: Panel, names: Sequence[str]) -> list[str]:
    top = ceiling(max(value for values in panel.lines.values() for value in values))
    xs = _spread(len(panel.steps))

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _BOTTOM - _TOP)

    drawn = [f'<text class="title" x="{_LEFT}" y="22">{escape(panel.title)}</text>']
    for tick in (0.0, top / 2, top):
        at = f"{y(tick):.1f}"
        drawn.append(f'<path class="grid" d="M{_LEFT} {at}H{_WIDTH - _RIGHT}"/>')
        drawn.append(f'<text x="{_LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for x, step in zip(xs, panel.steps, strict=True):
        drawn.append(f'<text x="{x:.1f}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(step)}</text>')
    for name, values in panel.lines.items():
        points = [(x, y(value)) for x, value in zip(xs, values, strict=True)]
        line = " ".join(f"{x:.1f},{at:.1f}" for x, at in points)
        colour = f"c{names.index(name)}"
        drawn.append(f'<polyline class="line {colour}" points="{line}"/>')
        drawn += [f'<circle class="{colour}" cx="{x:.1f}" cy="{at:.1f}" r="3"/>' for x, at in points]
    ends = {name: y(values[-1]) for name, values in panel.lines.items()}
    for name, at in apart(ends, _TEXT).items():
        value = panel.lines[name][-1]
        text = f"{escape(name)} {value:.1f}"
        drawn.append(
            f'<text class="c{names.index(name)}" x="{_WIDTH - _RIGHT + 12}" y="{at + 4:.1f}">{text}</text>'
        )
    return drawn


def _spread(steps: int) -> list[float]:
    """From left to right; a single step stands in the middle."""
    first, last = _LEFT + 20, _WIDTH - _RIGHT
    if steps == 1:
        return [(first + last) / 2]
    return [first + (last - first) * number / (steps - 1) for number in range(steps)]


def ceiling(value: float) -> float:
    """The round number at or above it that ends an axis: 1, 2, 4, 6, 8 or 10 times a power of ten."""
    power = 1.0
    while power * 10 < value:
        power *= 10
    while power > value:
        power /= 10
    return next(times * power for times in (1, 2, 4, 6, 8, 10) if times * power >= value)


def apart(places: Mapping[str, float], distance: float) -> dict[str, float]:
    """The same names from the lowest place to the highest, moved so that no two are closer than the distance."""
    moved: dict[str, float] = {}
    ordered = sorted(places, key=lambda name: places[name])
    for name in ordered:
        least = max(moved.values(), default=-distance) + distance
        moved[name] = max(places[name], least) if moved else places[name]
    # Half of what the last one was moved is taken back by all, so that names stay near their lines.
    excess = (moved[ordered[-1]] - places[ordered[-1]]) / 2 if ordered else 0
    return {name: at - excess for name, at in moved.items()}
