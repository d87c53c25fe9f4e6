"""The page that describes the API comes from here alone and works under the content security policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_description_opens_without_a_refused_or_foreign_request(page: Page, live_server: LiveServer) -> None:
    complaints: list[str] = []
    addresses: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(f"{live_server.url}/api/v1/docs")
    expect(page.get_by_text("/api/v1/licences/{number}/standing")).to_be_visible()
    assert complaints == []
    assert [one for one in addresses if not one.startswith((live_server.url, "data:", "blob:"))] == []
