"""The register as in service, for measuring: no movable clock; HTTPS would end before this server."""

from __future__ import annotations

from gplx.project.settings import *  # noqa: F403

DEMO = False
# In service only providers with TLS are accepted; the benchmark asks none.
CITIZEN_ISSUER = OFFICER_ISSUER = "https://identity.example"
