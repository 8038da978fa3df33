"""The graduated rule: the portal's one ornament, which always measures something. Drawn as SVG on the server."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDTH = 600
FINE = 8  # up to so many steps, ten ticks each are still apart on a phone
MAJOR, MIDDLE, MINOR = 2, 9, 14  # top of a tick; all end at 22


def step_scale(step: int, steps: int, label: str) -> SafeString:
    """A rule of ``steps`` parts, its marker in the middle of part ``step`` (counted from 1)."""
    steps = max(steps, 1)
    step = min(max(step, 0), steps)
    share = (step - 0.5) / steps if step else 0.0
    return _scale(share, parts=steps, each=10 if steps <= FINE else 5, value=step, total=steps, label=label)


def amount_scale(value: float, total: float, label: str) -> SafeString:
    """A rule of ten parts, its marker where ``value`` of ``total`` lies."""
    share = min(max(value / total, 0.0), 1.0) if total else 0.0
    return _scale(share, parts=10, each=5, value=value, total=total or 1, label=label)


def _scale(share: float, *, parts: int, each: int, value: float, total: float, label: str) -> SafeString:
    count = parts * each
    major: list[str] = []
    minor: list[str] = []
    off: list[str] = []
    for tick in range(count + 1):
        top = MAJOR if tick % each == 0 else MIDDLE if each % 2 == 0 and tick % (each // 2) == 0 else MINOR
        stroke = f"M{tick * WIDTH / count:.4g} 22V{top}"
        if tick / count > share + 1e-9:
            off.append(stroke)
        else:
            (major if top == MAJOR else minor).append(stroke)
    return format_html(
        '<span class="rule"><svg aria-hidden="true" height="30">'
        '<svg y="8" height="22" width="100%" viewBox="0 0 600 22" preserveAspectRatio="none" overflow="visible">'
        '<path class="off" d="{}"/><path class="on" d="{}"/><path class="on major" d="{}"/></svg>'
        '<svg x="{}%" overflow="visible"><path class="here" d="M-6 -2H6L0 6z"/></svg></svg>'
        '<progress max="{}" value="{}" aria-label="{}"></progress></span>',
        "".join(off),
        "".join(minor),
        "".join(major),
        f"{share * 100:.2f}",
        f"{total:g}",
        f"{value:g}",
        label,
    )


def bullet_bar(value: float, maximum: float, tick: float | None) -> SafeString:
    """A thick bar for now, five hairlines for the scale, one ink tick for start or target."""
    span = maximum or 1
    grid = "".join(f"M{at * 20} 3V9" for at in range(6))
    mark = "" if tick is None else f"M{tick / span * 100:.4g} 0V12"
    return format_html(
        '<svg class="meter" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="track" d="M0 6H100{}"/><path class="value" d="M0 6H{}"/><path class="tick" d="{}"/></svg>',
        grid,
        f"{min(max(value / span, 0.0), 1.0) * 100:.4g}",
        mark,
    )
