"""Licences, credentials and published lists for the tests of the wallet as a service."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connections
from procrastinate.contrib.django import app

from gplx import clock
from gplx.licences import electronic
from gplx.licences.actions import NewEntitlement, NewHolder, NewLicence, register
from gplx.licences.models import Licence
from gplx.wallet import actions, es256, publication, status_list, store
from gplx.wallet.actions import Issued
from gplx.wallet.certificates import Use
from gplx.wallet.models import Credential, Form


def licence(
    number: int = 1, *, categories: Sequence[str] = ("A1", "B"), issue_date: date = date(2025, 2, 3)
) -> Licence:
    """A registered licence of an invented person."""
    holder = NewHolder("Mẫu Văn Ví", date(1990, 5, 6), "male", "01", citizen_number=f"9998{number:08d}")
    entitlements = tuple(NewEntitlement(category, "2025", issue_date) for category in categories)
    return register(holder, NewLicence(f"9970{number:08d}", issue_date, "01", entitlements))


def issue(
    given: Licence, part: str = "car", form: Form = Form.SD_JWT, *, keys: Sequence[ec.EllipticCurvePrivateKey] = ()
) -> list[Issued]:
    """Credentials of a licence, as the issuance service makes them."""
    store.key_store().make_missing(at=publication.now())
    subject = electronic.subject(given.holder_id, part, clock.today())
    assert subject is not None
    public = [key.public_key() for key in keys or [es256.new_key()]]
    return actions.issue(subject, public, form, at=publication.now(), recorded_on=clock.today())


def said(credential: Credential) -> str:
    """What the last published list says of a credential, as a verifier reads it in either form."""
    last = publication.latest(credential.status_list.name)
    assert last is not None
    anchors = [store.key_store().certificate(Use.ROOT)]
    words = set()
    for data in (last.jwt.encode(), bytes(last.cwt)):
        address = publication.uri(credential.status_list.name)
        verified = status_list.verify(data, uri=address, at=publication.now(), anchors=anchors)
        assert verified.statuses is not None, verified.findings
        words.add({0: "valid", 2: "suspended"}[verified.statuses[credential.index]])
    (word,) = words
    return word


def work_off(*queues: str) -> None:
    """Let a real worker do the jobs of these queues. In a thread: it brings its own event loop."""

    def run() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
            working.run_worker(queues=list(queues), wait=False, install_signal_handlers=False, listen_notify=False)
        connections.close_all()

    worker = threading.Thread(target=run)
    worker.start()
    worker.join(timeout=60)
    assert not worker.is_alive()


SECOND = timedelta(seconds=1)
