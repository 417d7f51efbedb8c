"""What hangs on the wall: tagged, whole, in Swedish, and with the address for those who cannot scan."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from io import BytesIO
from typing import Any

import pytest
import segno
from django.test import Client
from pypdf import PdfReader

from courses.codes.printing import pattern
from people.api import Organisation, Person
from tests.courses.codes.making import account, code, target
from tests.courses.taking import module, publish
from tests.paper import text_of

pytestmark = pytest.mark.django_db
MILLIMETRES = 72 / 25.4
LONG = "Förflyttningsteknik vid avancerad rehabilitering av patienter med nedsatt rörelseförmåga i trånga badrum"


@pytest.fixture
def signed_in(client: Client, manager: Person) -> Client:
    client.force_login(account(manager))
    return client


def sheet(response: Any) -> PdfReader:
    assert response.headers["Content-Type"] == "application/pdf"
    return PdfReader(BytesIO(response.content))


def alternatives(reader: PdfReader) -> list[str]:
    """What each picture says to whoever cannot see it, from the tree of tags."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                found.append(str(node.get("/Alt")))
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


@pytest.mark.parametrize(("size", "width", "height"), [("a4", 210, 297), ("a6", 105, 148)])
def test_a_poster_says_what_it_opens_and_how(
    signed_in: Client, manager: Person, norr: Organisation, size: str, width: int, height: int
) -> None:
    made = code(manager, norr, target(section=1))
    response = signed_in.get(f"/koder/{made.text}/affisch/{size}/")
    reader = sheet(response)
    box = reader.pages[0].mediabox
    assert [round(float(side) / MILLIMETRES) for side in (box.width, box.height)] == [width, height]
    assert len(reader.pages) == 1
    assert text_of(response.content) == (
        f"Lärnära · {norr.name} Händer skärm 2 Händer · Hygien Skanna med telefonens kamera "
        f"eller skriv i webbläsaren 127.0.0.1:8000/q/{made.text} 3 minuter"
    )
    assert alternatives(reader) == [f"QR-kod som leder till 127.0.0.1:8000/q/{made.text}"]
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "sv"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == "Händer skärm 2"


def test_labels_of_several_codes_share_a_sheet(signed_in: Client, manager: Person, norr: Organisation) -> None:
    made = [code(manager, norr), code(manager, norr, target("lyft"))]
    query = "&".join(f"code={each.text}" for each in made)
    response = signed_in.get(f"/koder/etiketter/?{query}&copies=12")
    reader = sheet(response)
    assert len(reader.pages) == 1
    words = text_of(response.content).replace(" ", "")
    assert [words.count(f"/q/{each.text}") for each in made] == [12, 12]
    assert len(alternatives(reader)) == 24
    assert len(sheet(signed_in.get(f"/koder/etiketter/?{query}&copies=13")).pages) == 2


@pytest.mark.parametrize("path", ["{code}/affisch/a4/", "{code}/affisch/a6/", "etiketter/?code={code}&copies=24"])
def test_the_longest_names_stay_on_the_sheet(signed_in: Client, manager: Person, norr: Organisation, path: str) -> None:
    made = code(manager, norr)
    publish("hygien", [{**module("Händer"), "title": LONG}], minor=1, title=LONG)
    response = signed_in.get(f"/koder/{path.format(code=made.text)}")
    assert len(sheet(response).pages) == 1
    assert made.text in text_of(response.content)


def test_the_pattern_is_the_address_with_a_quiet_zone() -> None:
    address = "https://larnara.example.org/q/H7K3M"
    svg = ElementTree.fromstring(pattern(address))
    symbol = segno.make(address, error="q", micro=False, boost_error=False)
    assert svg.attrib["width"] == str(symbol.symbol_size(border=4)[0])
    drawn = svg.find("{http://www.w3.org/2000/svg}path").attrib["d"]
    assert drawn.startswith("M4 4.5h7")
