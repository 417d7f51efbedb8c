"""Reading what is printed."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader


def text_of(content: bytes) -> str:
    """Return the words of a PDF in reading order, with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())
