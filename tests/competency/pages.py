"""What the tests of pages share: who reads, and what the page says."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from people.api import Person, create_account, now

PASSWORD = "four wooden horses"


def reads(who: Person) -> Client:
    """Return a browser in which `who` is signed in."""
    client = Client()
    user = who.user or create_account(who, f"{who.given_name.casefold()}{who.pk}@demo.example.org", PASSWORD)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ago(days: float) -> datetime:
    """Pages ask the clock, so what they are to show lies so many days before now."""
    return now() - timedelta(days=days)


def writes_her_password(client: Client) -> Client:
    """Make it fresh, as somebody does on the page that asks for it."""
    assert client.post("/konto/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client


def text_of(response: HttpResponse) -> str:
    """Return the words of the page's main part, in one line."""
    html = response.content.decode()
    main = re.search(r"<main.*?>(.*)</main>", html, re.DOTALL)
    return words_in(main[1] if main else html)


def words_in(html: str) -> str:
    without = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(without).split())


def rows_of(response: HttpResponse, tag: str = "tr") -> list[str]:
    """Return the words of each row of the page."""
    found = re.findall(rf"<{tag}[ >].*?</{tag}>", response.content.decode(), re.DOTALL)
    return [words_in(each) for each in found]


def links_of(response: HttpResponse) -> set[str]:
    return {unescape(link) for link in re.findall(r'href="([^"]+)"', response.content.decode())}


def hidden_fields(response: HttpResponse) -> dict[str, Any]:
    """Return what a form would send back without anybody touching it."""
    html = response.content.decode()
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in inputs if name != "csrfmiddlewaretoken"}
