"""Addresses of the machine API, under /api/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from gplx.api.application import api
from gplx.api.certificates import send_as_hospitals_do
from gplx.api.oauth import token

urlpatterns: list[URLPattern | URLResolver] = [
    path("oauth/token", token, name="api_token"),
    path("hssk/gksk", send_as_hospitals_do, name="api_certificates_as_hospitals_send"),
    path("v1/", api.urls),
]
