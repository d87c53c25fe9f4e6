"""PDFs at the desk."""

from __future__ import annotations

from django.http import HttpResponse


def as_pdf(data: bytes, name: str) -> HttpResponse:
    """A PDF to be opened or kept; its name says nothing about a person."""
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
