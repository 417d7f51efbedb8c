"""Every component with sample data: `python -m tests.design.gallery` puts pictures of it in var/gallery/.

The samples are here and nowhere else, so the gallery needs no database and no room but the templates.
"""

from __future__ import annotations

import contextlib
import mimetypes
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.browser import ARGUMENTS, find_chromium

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
WIDTHS = (360, 768, 1280)
THEMES = ("light", "dark")
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'"

_NAMES = [
    "Amina Warsame",
    "Birgitta Holm",
    "Daniel Božić",
    "Elif Yıldız",
    "Gunnar Sandström",
    "Kim-Alexandra Lindqvist",
]
_COLUMNS = [
    ("HYG-01", "Basala hygienrutiner"),
    ("LAK-02", "Läkemedel på delegering"),
    ("EGN-01", "Egenvård: begrepp och ansvar"),
    ("FRE-03", "Vardagsrehabilitering och rehabiliterande förhållningssätt"),
    ("DIG-02", "Digital signering"),
    ("SAM-04", "Informationsöverföring: NPÖ, SAMSA och Millennium"),
    ("OMV-04", "Nutrition och munhälsa"),
    ("SAK-02", "Avvikelser"),
]
_STATUSES = ["met", "met", "expires_soon", "on_the_way", "missing", "expired", "met"]


def _cell(row: int, column: int) -> dict[str, Any]:
    if (row + 2 * column) % 9 == 8:
        return {}
    status = _STATUSES[(3 * row + 5 * column) % len(_STATUSES)]
    held = {"met": 3, "expires_soon": 2, "on_the_way": 1, "missing": 0, "expired": 1}[status]
    until = {"met": date(2028, 3, 31), "expires_soon": date(2027, 1, 14), "expired": date(2026, 10, 1)}.get(status)
    word = {
        "met": "Uppfyllt",
        "expires_soon": "Går ut snart",
        "on_the_way": "På väg",
        "missing": "Saknas",
        "expired": "Har gått ut",
    }[status]
    return {"word": word, "held": held, "asked": 3 if status == "met" else 2, "status": status, "until": until}


def _person() -> SimpleNamespace:
    return SimpleNamespace(full_name="Amina Warsame", given_name="Amina")


def _employment(number: int, organisation: str, unit: str) -> SimpleNamespace:
    return SimpleNamespace(
        uuid=f"00000000-0000-4000-8000-{number:012d}",
        organisation=SimpleNamespace(name=organisation),
        terms=SimpleNamespace(unit=SimpleNamespace(name=unit)),
    )


def _offer(title: str, minutes: int) -> dict[str, Any]:
    return {"url": "#", "title": title, "minutes": minutes}


def sample() -> dict[str, Any]:
    """Return the context of the gallery: texts of the length and kind that the real ones have."""
    courses = [
        ("Egenvård – vad det är och vem som ansvarar", "egenvard", 10),
        ("Personcentrerat förhållningssätt i vardagen", "personcentrering", 12),
        ("Digital signering", "digitalisering", 7),
        ("Vardagsrehabilitering – händerna på ryggen", "halsoframjande", 9),
        ("Delegering – ditt ansvar och dina rättigheter", "kompetensutveckling", 15),
        ("SIP – en plan tillsammans", "samverkan", 8),
    ]
    summary = "Kursen reder ut vad som är egenvård, vem som får bedöma det och vad som skiljer den från delegering."
    employments = [
        _employment(1, "Granviks kommun", "Hemtjänst Norr"),
        _employment(2, "Östra Sundåkers kommun", "Korttidsboendet Eken"),
    ]
    return {
        "page": {
            "person": _person(),
            "employment": employments[0],
            "employments": employments,
            "is_manager": True,
            "is_educator": True,
            "team_url": "/team/hemtjanst-norr/",
        },
        "user": SimpleNamespace(is_authenticated=True),
        "courses": [
            {"url": "#", "title": title, "summary": summary, "minutes": minutes, "focus_area": focus_area}
            for title, focus_area, minutes in courses
        ],
        "statuses": ["met", "expires_soon", "on_the_way", "missing", "expired"],
        "until": date(2027, 1, 14),
        "columns": [{"code": code, "title": title} for code, title in _COLUMNS],
        "rows": [
            {
                "name": name,
                "url": "#",
                "note": "Ny" if number == 1 else "",
                "cells": [_cell(number, column) for column in range(len(_COLUMNS))],
            }
            for number, name in enumerate(_NAMES)
        ],
        "views": [
            {"url": "#", "title": "Karta", "icon": "table", "current": True},
            {"url": "#", "title": "Lista", "icon": "list", "current": False},
        ],
        "gaps": [
            {
                "title": "Läkemedel på delegering",
                "url": "#",
                "held": 1,
                "asked": 3,
                "status": "expired",
                "until": None,
                "asked_by": "Granviks kommun, undersköterska i hemtjänst",
                "offers": [_offer("Läkemedelshantering – grunder", 14), _offer("Delegering – ditt ansvar", 15)],
            },
            {
                "title": "Vardagsrehabilitering och rehabiliterande förhållningssätt",
                "url": "#",
                "held": 2,
                "asked": 2,
                "status": "expires_soon",
                "until": date(2027, 1, 14),
                "asked_by": "",
                "offers": [_offer("Vardagsrehabilitering – händerna på ryggen", 9)],
            },
            {"title": "Avancerad vård", "url": "#", "held": 0, "asked": 1, "status": "missing", "offers": []},
        ],
        "question": {
            "id": "q1",
            "text": "Vem får bedöma om en åtgärd kan utföras som egenvård?",
            "options": [
                "Den legitimerade yrkesutövare som behandlar personen.",
                "Enhetschefen, efter samtal med de anhöriga.",
                "Den som är på plats och ser att det fungerar.",
            ],
        },
        "evidence": [
            {
                "at": datetime(2026, 9, 12, tzinfo=UTC),
                "text": "Kurs klar: Basala hygienrutiner.",
                "by": "",
                "counts": True,
            },
            {
                "at": datetime(2026, 6, 3, tzinfo=UTC),
                "text": "Observerad på nivå 2.",
                "by": "Karin Ek, sjuksköterska",
                "counts": True,
            },
            {
                "at": datetime(2025, 2, 1, tzinfo=UTC),
                "text": "Intyg från förra arbetsgivaren.",
                "by": "",
                "counts": False,
            },
        ],
        "items": [
            "En aktuell plan där det står vem som får göra vad.",
            "Vem som ansvarar dag, kväll, natt och helg, med telefonnummer.",
            "Vad du gör om utrustningen larmar eller slutar fungera.",
        ],
        "questions": ["Vad gör du först?", "Vem behöver få veta?"],
        "computed_at": datetime(2026, 11, 23, 14, 2, tzinfo=UTC),
    }


class Message(str):
    """A message as Django's framework gives it: text with a level."""

    level_tag = "info"


def _message(level: str, text: str) -> Message:
    message = Message(text)
    message.level_tag = level
    return message


def _form() -> Any:
    from django import forms

    class SampleForm(forms.Form):
        email = forms.EmailField(label="E-post", help_text="Den som din arbetsplats har.")
        password = forms.CharField(label="Lösenord", widget=forms.PasswordInput)
        remember = forms.BooleanField(label="Kom ihåg mig på den här enheten", required=False)
        unit = forms.ChoiceField(label="Enhet", choices=[("", "Välj"), ("1", "Hemtjänst Norr")])

    return SampleForm({"email": "amina", "password": "", "unit": "1"})


def pages() -> dict[str, str]:
    """Return the pages of the gallery, by the name they are served and pictured under."""
    from django.contrib.auth.models import AnonymousUser
    from django.template import Context, Engine
    from django.test import RequestFactory
    from django.urls import set_urlconf
    from django.utils.safestring import mark_safe

    engine = Engine.get_default()
    request = RequestFactory().get("/kurser/")
    body = "<p>En åtgärd som personen gör <strong>själv</strong> eller med hjälp, efter bedömning.</p>"
    context = sample() | {
        "request": request,
        "csrf_token": "gallery",
        "form": _form(),
        "body": mark_safe(body),
        "messages": [_message("success", "Kursen är klar."), _message("error", "Filen kunde inte läsas.")],
    }
    stranger = {"request": RequestFactory().get("/konto/login/"), "user": AnonymousUser(), "csrf_token": "gallery"}
    samples = {
        name: engine.from_string((HERE / f"{name}.html").read_text(encoding="utf-8"))
        for name in ("gallery", "team", "swap")
    }
    set_urlconf("tests.design.urls")
    try:
        html = {name: template.render(Context(context)) for name, template in samples.items()}
        html["signin"] = engine.get_template("account/login.html").render(Context(stranger | {"form": _form()}))
        html["lost"] = engine.get_template("404.html").render(Context(stranger))
        html["broken"] = engine.get_template("500.html").render(Context({}))
        html["part"] = '<p tabindex="-1" data-focus>Det nya.</p>'
    finally:
        set_urlconf(None)
    return html


@contextlib.contextmanager
def served(html: dict[str, str]) -> Iterator[str]:
    """Serve the pages and the static files on a free port, under the content security policy of the product."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path.startswith("/static/"):
                file = ROOT / path.lstrip("/")
                body = file.read_bytes() if file.is_file() else None
                kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            else:
                page = html.get(path.strip("/"))
                body, kind = (page.encode() if page else None), "text/html; charset=utf-8"
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: the pictures are the output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def take_pictures(folder: Path, names: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    html = pages()
    with served(html) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        for theme in THEMES:
            for width in WIDTHS:
                page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
                for name in names or list(html):
                    page.goto(f"{address}/{name}/")
                    page.evaluate("for (const image of document.images) image.loading = 'eager'")
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.test")
    django.setup()
    from django.utils import translation

    translation.activate("sv")
    take_pictures(ROOT / "var" / "gallery", sys.argv[1:])
