"""Play the outside systems: identity providers with invented people, a mail server, an SMS gateway, a hospital.

For demos and tests. The mail server takes the port after the one of the pages.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from gplx.gateways.sandbox import receivers
from gplx.gateways.sandbox.hospital_pages import HospitalPages
from gplx.gateways.sandbox.identity import Client
from gplx.gateways.sandbox.mailbox import Mailbox, smtp_server
from gplx.gateways.sandbox.phone_page import PhonePages
from gplx.gateways.sandbox.server import Part, identity_providers, server
from gplx.gateways.sandbox.sms import SmsGateway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="default: GPLX_SANDBOX_PORT, else 8001")


def run(arguments: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gplx.project.settings")
    from django.conf import settings

    if not settings.DEMO:
        print("The sandbox belongs to a demo: set GPLX_DEMO=1.", file=sys.stderr)
        return 2
    base = urlsplit(settings.BASE_URL)
    client = Client(settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET, frozenset({f"{base.scheme}://{base.netloc}"}))
    providers = identity_providers(settings.CITIZEN_ISSUER, settings.OFFICER_ISSUER, client)
    port = arguments.port or settings.SANDBOX_PORT
    mailbox = Mailbox()
    sms = SmsGateway(settings.SMS_KEY, f"{settings.BASE_URL}/api/v1/notices/sms-receipts")
    hospital = HospitalPages(Path(settings.MEDIA_ROOT) / "sandbox-hospital", settings.BASE_URL)
    smtp = smtp_server(mailbox, port + 1)
    parts: list[Part] = [mailbox, sms, PhonePages(client.origins), hospital, *receivers.both(_push_secret)]
    with server(port, providers, parts=parts) as running:
        smtp.start()
        print(f"sandbox: {', '.join(provider.issuer for provider in providers)}; mail on port {port + 1}", flush=True)
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            return 0
        finally:
            smtp.stop()
    return 0


def _push_secret(target: str) -> str:
    """The secret that the demo registered a receiver with; empty before that."""
    folder = Path(os.environ.get("GPLX_KEYS", Path(__file__).resolve().parents[3] / ".data" / "keys"))
    path = folder / f"push-{target}.secret"
    return path.read_text().strip() if path.exists() else ""
