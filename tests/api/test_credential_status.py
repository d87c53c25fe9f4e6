"""How the electronic licence stands, by the API alone: in the register at once, in the lists when they are out."""

from __future__ import annotations

from datetime import date

import pytest

from gplx.licences.models import Holder, Licence
from gplx.points.actions import record
from gplx.wallet import publication
from tests.api.conftest import NUMBER, WHY, Machine
from tests.points.people import decision
from tests.wallet import lives

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_status_in_the_register_and_in_the_lists(police: Machine, holder: Holder) -> None:
    licence = Licence.objects.get(number=NUMBER)
    address = f"/api/v1/licences/{NUMBER}/credential-status"

    def car() -> tuple[object, ...]:
        told = police.get(address, **WHY).json()
        assert told["licence_number"] == NUMBER
        assert "wallet/status" not in str(told)
        (part,) = [one for one in told["parts"] if one["part"] == "car"]
        return part["status"], part["credentials"], part["published"], part["published_at"] is not None

    assert car() == ("valid", 0, None, False)
    lives.issue(licence)
    assert car() == ("valid", 1, None, False)
    publication.publish_due()
    assert car() == ("valid", 1, "valid", True)
    record([decision(licence.holder_id, "QD-9", date(2026, 3, 10), 12)], today=date(2026, 3, 10))
    assert car() == ("suspended", 1, "valid", True)
    publication.publish_due()
    assert car() == ("suspended", 1, "suspended", True)
