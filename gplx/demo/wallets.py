"""Electronic licences of the demo: a few people carry one, lists are out, and two systems are pushed to."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from gplx import clock
from gplx.demo.people import CITIZENS
from gplx.licences import electronic
from gplx.licences.models import Holder
from gplx.points.models import Account
from gplx.wallet import actions, es256, publication, pushes, store
from gplx.wallet.models import Form, TargetKind
from gplx.wallet.pushes import Snapshot

CARRYING = ("clean", "drugs", "restored", "two-parts", "revoked")
"""Whose phones hold one; their keys are thrown away, so that nobody can show these: a visitor fetches his own."""
_DAYS_AGO = 20


def give_out() -> int:
    """Credentials for some of the named people, first lists, and the sandbox's two receivers; how many credentials."""
    at = publication.now()
    store.key_store().make_missing(at=at)
    given = 0
    for person in CITIZENS:
        holder = Holder.objects.get(citizen_number=person.citizen_number)
        if person.key in CARRYING:
            for part in electronic.parts(holder.pk, clock.today()):
                subject = electronic.subject(holder.pk, part, clock.today())
                assert subject is not None
                keys = [es256.new_key().public_key()]
                issued_at = at - timedelta(days=_DAYS_AGO)
                given += len(
                    actions.issue(
                        subject, keys, Form.SD_JWT, at=issued_at, recorded_on=clock.today(), wallet="Điện thoại cũ"
                    )
                )
    publication.publish_due()
    register_receivers()
    named = Account.objects.filter(holder__citizen_number__in=[person.citizen_number for person in CITIZENS])
    pushes.announce(
        [
            Snapshot(
                account.holder_id,
                account.part,
                account.balance,
                account.balance > 0 and not account.revoked,
                account.settled_on or clock.today(),
            )
            for account in named.order_by("holder_id", "part")
        ]
    )
    return given


def register_receivers() -> None:
    """Push to the sandbox's two receivers, wherever the sandbox listens today."""
    for name, kind in (("e-id", TargetKind.E_ID), ("police", TargetKind.POLICE)):
        pushes.register(name, kind, f"{settings.SANDBOX_URL}/receivers/{name}/events")
