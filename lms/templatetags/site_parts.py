"""What stands on every page, the head and the foot, kept for one reader with holes for her token and the address."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from lms.context import PageFrame, Somewhere
from people.api import fill, hole

register = template.Library()


@register.simple_tag(takes_context=True)
def site_part(context: template.RequestContext, name: str) -> SafeString:
    """Render a part of the site's frame; on a page without a frame, as an include would."""
    part, page, request = get_template(name), context.get("page"), context.get("request")
    if not isinstance(page, PageFrame) or request is None:
        return mark_safe(part.render(dict(context.flatten())))  # type: ignore[arg-type]  # the stubs allow other keys
    html = page.kept(name, lambda: part.render(_with_holes(context)))
    values = {hole("csrf"): context.get("csrf_token", ""), hole("address"): request.get_full_path()}
    return mark_safe(fill(html, {mark: escape(value) for mark, value in values.items()}))


def _with_holes(context: template.RequestContext) -> dict[str, Any]:
    return {
        "page": context["page"],
        "user": context.get("user"),
        "request": Somewhere(context["request"]),
        "csrf_token": hole("csrf"),
    }
