"""Addresses of the machine API, under /api/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from gplx.api.application import api
from gplx.api.oauth import token

urlpatterns: list[URLPattern | URLResolver] = [
    path("oauth/token", token, name="api_token"),
    path("v1/", api.urls),
]
