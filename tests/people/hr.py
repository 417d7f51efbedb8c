"""The text of small staff files."""

from __future__ import annotations

from people.hr_file import COLUMNS

ORDINARY = {
    "anställningsnummer": "100001",
    "förnamn": "Åsa",
    "efternamn": "Öberg",
    "e-post": "asa.oberg@example.org",
    "yrkestitel": "Undersköterska",
    "AID-kod": "",
    "enhet": "Solrosen",
    "kommun": "Granvik",
    "chef": "",
    "anställningsform": "Tillsvidare",
    "sysselsättningsgrad": "75,5",
    "startdatum": "2020-01-01",
    "slutdatum": "",
}


def line(**cells: str) -> str:
    """One line like the ordinary one. Keywords name columns, with `_` for what Python does not take in a name."""
    named = {"e_post": "e-post", "AID_kod": "AID-kod"}
    said = ORDINARY | {named.get(column, column): text for column, text in cells.items()}
    return ";".join(f'"{said[column]}"' if ";" in said[column] else said[column] for column in COLUMNS)


def text(*lines: str, headings: str = ";".join(COLUMNS)) -> str:
    return "\r\n".join([headings, *lines]) + "\r\n"


def file(*lines: str) -> bytes:
    return text(*lines).encode()
