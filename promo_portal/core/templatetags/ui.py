"""``{% load ui %}``: icons, badges, the graduated rule and the small logic that templates should not do themselves."""

from dataclasses import dataclass
from datetime import date, datetime
from html import escape  # of plain text: what Django's adds for lazy and for marked text costs as much again
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.contrib.admin.views.main import PAGE_VAR
from django.template.context import Context
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from promo_portal.core import clock
from promo_portal.core.context import Branding, current_branding
from promo_portal.core.formats import words
from promo_portal.core.listing import FacetBox
from promo_portal.core.scale import amount_scale, bullet_bar, step_scale

if TYPE_CHECKING:
    from django.http import HttpRequest

register = template.Library()

BADGE_SHAPES = {
    "good": '<circle class="full" cx="6" cy="6" r="5"/>',
    "waiting": '<circle cx="6" cy="6" r="5"/><path class="full" d="M6 1a5 5 0 0 0 0 10z"/>',
    "problem": '<path class="full" d="M6 1.500 10.500 6 6 10.500 1.500 6z"/>',
    "neutral": '<circle cx="6" cy="6" r="4.500"/>',
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A symbol of our sprite; hidden from assistive technology unless it stands alone and carries ``label``."""
    named = format_html(' role="img" aria-label="{}"', label) if label else mark_safe(' aria-hidden="true"')
    return format_html(
        '<svg class="icon icon-{}" viewBox="0 0 20 20"{}><use href="{}#{}"/></svg>', name, named, _sprite(), name
    )


def _sprite() -> str:
    return static("img/icons.svg")


@register.simple_tag
def mark() -> SafeString:
    """The operator's logo mark: the rule by default, another symbol or file by setting."""
    place = current_branding().mark
    file, _, symbol = place.partition("#")
    return format_html(
        '<svg class="mark" viewBox="0 0 34 34" aria-hidden="true"><use href="{}#{}"/></svg>', static(file), symbol
    )


@register.simple_tag
def branding() -> Branding:
    """The operator's name, phone and hours for pages that have no context processors (500, 503)."""
    return current_branding()


@register.simple_tag
def badge(kind: str, text: Any, quiet: bool = False) -> SafeString:
    """A state in shape, colour and word; ``quiet`` is the normal case, which does not shout."""
    shape = BADGE_SHAPES.get(kind, BADGE_SHAPES["neutral"])
    return format_html(
        '<span class="badge badge-{}{}"><svg viewBox="0 0 12 12" aria-hidden="true">{}</svg>{}</span>',
        kind,
        " badge-quiet" if quiet else "",
        mark_safe(shape),  # noqa: S308 - a constant above
        text,
    )


@register.simple_tag
def rule(value: int, total: int, label: Any = "") -> SafeString:
    """The graduated rule with its marker in the middle of step ``value`` of ``total``; the words stand beside it."""
    return step_scale(int(value), int(total), str(label or gettext("Progress")))


@register.simple_tag
def gauge(value: float, total: float, label: Any = "") -> SafeString:
    """The graduated rule as a measure of an amount: places taken, lines done."""
    return amount_scale(float(value), float(total), str(label or gettext("Progress")))


@register.simple_tag
def meter(value: float, maximum: float, tick: float | None = None) -> SafeString:
    """A bullet bar: the bar is now, the tick is where it started or should be. The number stands beside it."""
    return bullet_bar(float(value), float(maximum), None if tick is None else float(tick))


@dataclass(frozen=True)
class LanguageLink:
    """One entry of the language switch."""

    code: str
    name: str
    url: str
    is_current: bool


NAMES = {"fr": "Français", "de": "Deutsch", "en": "English"}


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """The same page and query in each language; a page may give ``alternate_urls`` when its slug differs."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return []
    own = context.get("alternate_urls") or {}
    here = request.get_full_path()
    return [
        LanguageLink(code, NAMES.get(code, code), own.get(code) or translate_url(here, code), code == get_language())
        for code, _name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def has_problem(context: Context) -> bool:
    """Whether a form of this page was refused: its title then begins with “Error: ”."""
    if context.get("has_errors"):
        return True
    return any(bool(getattr(context.get(name), "errors", None)) for name in ("form", "formset"))


@register.simple_tag(takes_context=True)
def page_url(context: Context, number: int, parameter: str = "page") -> str:
    """The address of another page of the same list, with every other parameter kept."""
    request: HttpRequest = context["request"]
    query = [(key, item) for key, items in request.GET.lists() for item in items if key != parameter]
    if number > 1:
        query.append((parameter, str(number)))
    return f"?{urlencode(query)}" if query else request.path


@register.simple_tag
def page_numbers(page: Any) -> list[int | str]:
    """1 2 3 … 24: first, last, and two on each side of the current one."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag
def facet_options(facet: FacetBox) -> SafeString:
    """The choices of a filter. Written here, not in a template: a list has hundreds, and they were half of a page's time."""
    lines = []
    name = escape(facet.name)
    for option in facet.options:
        value = escape(option.value)
        key = f"f-{name}-{value}"
        more = f' data-words="{escape(option.words)}"' if option.words else ""
        count = "" if option.count is None else f' <span class="num">{words.number(option.count)}</span>'
        lines.append(
            f'<div class="form-check{" is-empty" if option.count == 0 else ""}"'
            f"{more}>"
            f'<input class="form-check-input" type="checkbox" name="{name}" value="{value}"'
            f' id="{key}"{" checked" if option.selected else ""}>'
            f'<label class="form-check-label" for="{key}"><span>{escape(str(option.label))}</span>{count}</label></div>'
        )
    return mark_safe("\n".join(lines))  # noqa: S308 - every value is escaped above


@register.filter
def get_item(mapping: dict[Any, Any], key: Any) -> Any:
    """``{{ mapping|get_item:key }}``."""
    return mapping.get(key)


@register.filter
def message_undo(message: Any) -> str:
    """The address behind a message's ``undo:`` tag, or nothing."""
    return next((tag[5:] for tag in (message.extra_tags or "").split() if tag.startswith("undo:/")), "")


@register.simple_tag
def chosen_choice(choices: Any) -> str:
    """The display of a filter's chosen value, or nothing while it lets everything through (its first choice)."""
    return next((str(choice["display"]) for at, choice in enumerate(choices) if at and choice["selected"]), "")


@register.simple_tag
def admin_page_url(changelist: Any, number: int) -> str:
    """The address of another page of an admin list, everything else kept."""
    return str(changelist.get_query_string({PAGE_VAR: number}))


@register.simple_tag
def work_when(when: Any, group: str = "") -> str:
    """When a row of My day is due or came in: −4 jours, 09:30, dim. 21:14, 27.11."""
    if not isinstance(when, date):
        return str(when or "")
    moment = when.astimezone(words.ZURICH) if isinstance(when, datetime) and when.tzinfo else when
    day = moment.date() if isinstance(moment, datetime) else moment
    distance = (day - clock.today()).days
    if group == "late" and distance < 0:
        return words.days_off(distance)
    hour = words.hour(moment) if isinstance(moment, datetime) else ""
    if distance == 0:
        return hour or words.days_off(0)
    near = f"{WEEKDAYS_ABBR[day.weekday()]} {hour}".strip() if abs(distance) < 7 else ""  # noqa: PLR2004 - a week
    return near or words.day_month(day)
