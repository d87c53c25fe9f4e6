"""Addresses: the citizen's pages at the root, the officer's under /desk/, machines under /api/v1/, wallets and
verifiers under /wallet/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from gplx.api import openid4vci, openid4vci_metadata
from gplx.api.status_lists import status_list

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("gplx.api.urls")),
    path("wallet/status/<str:name>", status_list, name="status_list"),
    path(".well-known/openid-credential-issuer", openid4vci_metadata.issuer, name="credential_issuer"),
    path(".well-known/oauth-authorization-server", openid4vci_metadata.authorization_server, name="wallet_server"),
    path("wallet/token", openid4vci.token, name="wallet_token"),
    path("wallet/nonce", openid4vci.nonce, name="wallet_nonce"),
    path("wallet/credential", openid4vci.credential, name="wallet_credential"),
    path("wallet/notification", openid4vci.notification, name="wallet_notification"),
    path("desk/", include("gplx.desk.urls")),
    path("phong-thi", include("gplx.portal.room_urls")),
    path("ket-qua-kiem-tra", include("gplx.portal.results_urls")),
    path("", include("gplx.portal.urls")),
]

handler400 = "gplx.portal.views.open_pages.bad_request"
handler403 = "gplx.portal.views.open_pages.forbidden"
handler404 = "gplx.portal.views.open_pages.not_found"
handler500 = "gplx.portal.views.open_pages.server_error"
