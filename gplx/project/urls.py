"""Addresses: the citizen's pages at the root, the officer's under /desk/, machines under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
