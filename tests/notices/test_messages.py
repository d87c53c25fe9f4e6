"""Messages that belong to no line of the record: told once a key, in the transaction that has them told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from gplx.licences.models import Holder
from gplx.notices import actions, catalogue, queries
from gplx.notices.actions import NewMessage, announce
from gplx.notices.models import Notice
from gplx.notices.texts import points
from gplx.points import fsck
from gplx.points.actions import record
from tests.notices.test_queue import told_ids
from tests.points.people import decision, people

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)


def changed(holder: Holder, key: str = "contact:1:added", **content: Any) -> NewMessage:
    told = {
        "on": DAY.isoformat(),
        "what": {"vi": "một số điện thoại được thêm", "en": "a telephone number was added"},
        "sources": ["168/2024 art. 50(3)(b)"],
    }
    return NewMessage(holder.pk, "contact_changed", key, told | content)


def test_a_message_reaches_the_inbox_with_its_text() -> None:
    (holder,) = people(1)
    announce([changed(holder)], recorded_on=DAY)
    (waiting,) = queries.inbox(holder.pk)
    assert (waiting.entry_id, waiting.kind) == (None, "contact_changed")
    assert "Ngày 10/03/2026, một số điện thoại được thêm." in waiting.text_vi
    assert "On 10/03/2026, a telephone number was added." in waiting.text_en
    assert "điểm b khoản 3 Điều 50 Nghị định 168/2024/NĐ-CP" in waiting.text_vi
    assert actions.deliver_to_inbox([waiting.id]) == 1
    (told,) = queries.inbox(holder.pk)
    assert told._replace(evidence=None) == waiting
    assert told.evidence is not None
    assert told.evidence.text_version == catalogue.version("contact_changed")


def test_told_again_under_its_key_it_is_one_message_and_one_job() -> None:
    first, second = people(2)
    announce([changed(first), changed(second, "contact:2:added")], recorded_on=DAY)
    announce([changed(first, what={"vi": "khác", "en": "other"})], recorded_on=DAY)
    announce([changed(second, "contact:2:added"), changed(second, "contact:3:added")], recorded_on=DAY)
    assert sorted(filter(None, Notice.objects.values_list("natural_key", flat=True))) == [
        "contact:1:added",
        "contact:2:added",
        "contact:3:added",
    ]
    assert [len(ids) for ids in told_ids()] == [2, 1]


def test_a_transaction_that_fails_announces_nothing() -> None:
    (holder,) = people(1)

    @transaction.atomic
    def fail_after_announcing() -> None:
        announce([changed(holder)], recorded_on=DAY)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_announcing()
    assert (Notice.objects.count(), told_ids()) == (0, [])


@pytest.mark.parametrize("fault", [{"kind": "no_such_kind"}, {"content": {"sources": []}}])
def test_what_cannot_be_written_is_refused_at_once(fault: dict[str, Any]) -> None:
    (holder,) = people(1)
    with pytest.raises(LookupError):
        announce([changed(holder)._replace(**fault)], recorded_on=DAY)


def test_a_notice_has_an_entry_or_a_key_and_never_both() -> None:
    (holder,) = people(1)
    record([decision(holder.pk, "QD-1", DAY, 4)], today=DAY)
    entry = Notice.objects.get().entry
    for told, key in ((None, None), (entry, "both")):
        with pytest.raises(DatabaseError), transaction.atomic():
            Notice.objects.create(holder=holder, entry=told, natural_key=key, kind="x", content={}, recorded_on=DAY)


def test_the_record_is_whole_with_messages_in_it() -> None:
    (holder,) = people(1)
    record([decision(holder.pk, "QD-1", DAY, 4)], today=DAY)
    announce([changed(holder), changed(holder, "contact:1:removed")], recorded_on=DAY)
    actions.deliver_to_inbox(list(Notice.objects.values_list("pk", flat=True)))
    assert list(fsck.check()) == []


def test_each_kind_is_worded_in_both_languages_under_a_name_that_fits() -> None:
    assert points.KINDS.items() <= catalogue.KINDS.items()
    for kind, wordings in catalogue.KINDS.items():
        assert len(kind) <= 30
        assert len(catalogue.version(kind)) <= 20
        assert all((wordings.title_vi, wordings.title_en, wordings.vi, wordings.en))
