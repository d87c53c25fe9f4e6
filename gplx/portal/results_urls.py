"""Addresses of a person's own test results."""

from __future__ import annotations

from django.urls import path

from gplx.portal.views import results

app_name = "results"
urlpatterns = [
    path("", results.results, name="all"),
    path("/<int:sitting_id>", results.result, name="one"),
    path("/<int:sitting_id>/bien-ban.pdf", results.minutes_copy, name="minutes"),
]
