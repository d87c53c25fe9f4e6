"""Health certificates of the demo: facilities, a make-believe authority, and what hospitals sent of some people.

The person who waits because of drugs has none yet: the sandbox's hospital can send it (`/benh-vien/`).
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from gplx.accounts import tokens
from gplx.accounts.models import MachineClient
from gplx.demo.people import CITIZENS
from gplx.files import actions as files
from gplx.gateways.sandbox import hospital as sandbox
from gplx.gateways.sandbox.hospital_pages import CLIENT
from gplx.health import actions, facility_actions, message

FACILITIES = (
    (sandbox.CODE, sandbox.NAME, "01"),
    ("99002", "Phòng khám Mẫu", "01"),
    ("99003", "Bệnh viện Mẫu Miền Trung", "48"),
    ("99004", "Bệnh viện Mẫu Miền Nam", "79"),
)
_FIRST_DAY = date(2016, 1, 1)
# Whose, how many days ago it was concluded, and what differs from an ordinary one.
_SENT: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("test-tomorrow", 12, {}),
    ("passed", 40, {"category": "C"}),
    ("restored", 400, {}),
    ("four-left", 30, {"conclusion": "A0-3"}),
    ("pending", 20, {"conclusion": "A0-2"}),
    ("two-parts", 5, {"category": "D"}),
    ("tomorrow", 3, {"name": "Mẫu Thị Mài"}),
    ("revoked", 2, {"birth_date": date(1990, 1, 11)}),
    ("annulled", 1, {"category": "B.9"}),
)


def folder() -> Path:
    """Where the demo keeps what the sandbox's hospital needs."""
    return Path(settings.MEDIA_ROOT) / "sandbox-hospital"


@transaction.atomic
def send_some(today: date) -> None:
    """Register the facilities and take what the hospital sends, in a register without certificates."""
    files.sweep(older_than_seconds=0)
    hospital = sandbox.kept_hospital(folder())
    facility_actions.add_anchor("Tổ chức chứng thực Mẫu", hospital.authority_pem)
    for code, name, province_code in FACILITIES:
        made = facility_actions.add_facility(code=code, name=name, province_code=province_code, active_from=_FIRST_DAY)
        if code == hospital.code:
            facility_actions.add_signing_certificate(made.pk, hospital.certificate_pem)
    _client()
    by_key = {person.key: person for person in CITIZENS}
    for number, (key, days_ago, more) in enumerate(_SENT, start=1):
        person, concluded_on = by_key[key], today - timedelta(days=days_ago)
        told: dict[str, Any] = {"name": person.name, "birth_date": person.birth_date, "sex": person.sex, **more}
        stated = sandbox.fields(
            hospital,
            identity_number=person.citizen_number,
            concluded_on=concluded_on,
            number=f"{number:05}/GKSKLX/{hospital.code}/{concluded_on:%y}",
            **told,
        )
        sent = sandbox.message(hospital, stated, mistake="legacy" if key == "two-parts" else "")
        data = sent.pop("SIGNDATA")
        actions.receive_signed(message.read(sent, today=today), data, source="demo", today=today)


def _client() -> None:
    """The hospital's client of the API; its secret lies beside the hospital's key."""
    path = folder() / CLIENT
    if path.exists():
        kept = json.loads(path.read_text())
        if MachineClient.objects.filter(client_id=kept["client_id"], active=True).exists():
            return
    made = tokens.create_client(sandbox.NAME, sandbox.CODE, ["health:write"])
    path.touch(mode=0o600)
    path.write_text(json.dumps({"client_id": made.client_id, "secret": made.secret}))
