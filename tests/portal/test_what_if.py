"""What if: the page computes what the ledger would show after the steps really happened."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from itertools import count
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from gplx.law import points as law
from gplx.law.profiles import DRAFT
from gplx.licences.models import Holder
from gplx.points.actions import NewFact, record
from gplx.points.models import Account, Fact, FactKind
from gplx.points.queries import statement
from gplx.portal import scenario as steps
from gplx.portal.scenario import Scenario, Step
from tests.portal.people import a_holder, annul, decide
from tests.portal.test_points_page import text


def add(client: Client, path: str, **told: str) -> str:
    """Post one step; the address that holds the scenario now."""
    answer = client.post(path, told)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


@pytest.fixture
def added(citizen: Client) -> str:
    """The address after one more decision of 4 points on 01/12/2026."""
    return add(citizen, "/thu-tinh?phan=car", them="quyet-dinh", diem="4", vi_pham="25/11/2026", hieu_luc="01/12/2026")


def test_one_more_decision_stands_beside_today(citizen: Client, added: str):
    assert urlsplit(added).query == "phan=car&them=4~2026-11-25~2026-12-01"
    body = text(citizen, added)
    assert "Hôm nay Còn 8 trên 12 điểm" in body
    assert "Ngày 01/12/2026, nếu không có gì thêm Còn 8 trên 12 điểm" in body
    assert "Ngày 01/12/2026, theo giả định Còn 4 trên 12 điểm" in body
    assert "Đủ 12 điểm từ ngày 02/12/2027" in body


def test_nothing_is_written(citizen: Client, added: str):
    before = Fact.objects.count()
    text(citizen, added)
    assert Fact.objects.count() == before


def test_what_was_assumed_is_what_the_ledger_shows_when_it_happens(citizen: Client, holder: Holder, added: str):
    assumed = text(citizen, added)
    day = date(2026, 12, 1)
    decide(holder, "13/QĐ", day, 4, today=day, acted_on="2026-11-25", decided_on="2026-11-26")
    now = statement(Account.objects.get(holder=holder).pk, on=day)
    assert f"theo giả định Còn {now.balance} trên 12 điểm" in assumed
    assert now.restores_on is not None
    assert f"Đủ 12 điểm từ ngày {now.restores_on:%d/%m/%Y}" in assumed


def test_an_offence_is_found_without_diacritics_and_added_by_its_code(citizen: Client):
    found = add(citizen, "/thu-tinh?phan=car", them="tim", q="den do")
    body = citizen.get(found).content.decode()
    assert 'value="168/2024:6.9.b"' in body
    told = {"hanh_vi": "168/2024:6.9.b", "vi_pham": "22/11/2026", "hieu_luc": "22/11/2026"}
    after = add(citizen, found, them="quyet-dinh", **told)
    assert "them=168/2024:6.9.b~2026-11-22~2026-11-22" in after
    assert "theo giả định Còn 4 trên 12 điểm" in text(citizen, after)


def test_htmx_gets_the_offences_alone(citizen: Client):
    body = citizen.get("/thu-tinh?phan=car&q=den+do", headers={"HX-Request": "true", "HX-Target": "offences"})
    assert "<html" not in body.content.decode()
    assert "168/2024:6.9.b" in body.content.decode()


def test_an_annulment_is_assumed_by_choosing_a_decision(citizen: Client, holder: Holder, today: date):
    fact = Fact.objects.get()
    after = add(citizen, "/thu-tinh?phan=car", them="huy", quyet_dinh=str(fact.pk))
    body = text(citizen, after)
    assert "Hủy quyết định số 12/QĐ-XPHC" in body
    assert "theo giả định Còn 12 trên 12 điểm" in body
    annul("12/QĐ-XPHC", 2026, today=today)
    assert "12/QĐ-XPHC" not in text(citizen, "/thu-tinh?phan=car")


def test_exhaustion_test_and_certificate_are_assumed(citizen: Client):
    path = "/thu-tinh?phan=car&them=12d~2026-11-22~2026-11-22"
    body = text(citizen, path)
    assert "Được kiểm tra từ ngày 23/11/2028 (chờ 24 tháng)." in body
    assert "Cần giấy khám kết luận không có ma túy." in body
    without = add(citizen, path, them="thi", **{"thi-ngay": "23/11/2028"})
    assert "Kết quả kiểm tra không có tác dụng" in text(citizen, without)
    with_paper = add(citizen, without, them="giay", **{"giay-ngay": "20/11/2028"})
    assert "Ngày 23/11/2028, theo giả định Còn 12 trên 12 điểm" in text(citizen, with_paper)
    later = add(citizen, with_paper, them="den", **{"den-ngay": "22/11/2028"})
    assert "Ngày 22/11/2028, theo giả định Còn 0 trên 12 điểm" in text(citizen, later)


def test_a_step_is_taken_out_by_a_link(citizen: Client, added: str):
    links = [unescape(link) for link in re.findall(r'href="(/thu-tinh[^"]*)"', citizen.get(added).content.decode())]
    assert "/thu-tinh?phan=car" in links


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"vi_pham": "22/11/2026", "hieu_luc": "22/11/2026"}, "Hãy tìm và chọn một hành vi, hoặc chọn số điểm."),
        ({"diem": "4", "vi_pham": "22/11/2026", "hieu_luc": "21/11/2026"}, "không thể trước ngày vi phạm"),
        ({"diem": "4", "vi_pham": "", "hieu_luc": "21/11/2026"}, "Hãy nhập ngày."),
        ({"diem": "13", "vi_pham": "22/11/2026", "hieu_luc": "22/11/2026"}, "13"),
        ({"hanh_vi": "x", "vi_pham": "22/11/2026", "hieu_luc": "22/11/2026"}, "Không có hành vi này"),
        ({"hanh_vi": "168/2024:6.9.b", "vi_pham": "31/12/2024", "hieu_luc": "01/02/2025"}, "01/01/2025"),
    ],
)
def test_a_fault_is_said_and_nothing_is_added(citizen: Client, told: dict[str, str], said: str):
    answer = citizen.post("/thu-tinh?phan=car", {"them": "quyet-dinh", **told})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "govuk-error-summary" in body
    assert said in body


@pytest.mark.parametrize(
    "query",
    [
        "them=x", "them=4~2026-11-25", "them=0~2026-11-25~2026-11-25", "them=4~2026-13-01~2026-13-02",
        "them=4~2026-11-25~2026-11-20", "them=4~0001-01-01~9999-12-31", "tuoc=2026-01-02~2026-01-01", "thi=x",
        "huy=x", "huy=-1", "huy=" + "9" * 40, "den=9999-12-31", "them=" + "1" * 5000, "giay=",
        "&".join(["thi=2026-01-01"] * 60),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_left_out_and_said(citizen: Client, query: str):
    for page in ("/thu-tinh", "/tinh"):
        assert "Một phần của liên kết không đọc được" in text(citizen, f"{page}?phan=car&{query}")


def test_another_persons_decision_is_not_annulled(citizen: Client, holder: Holder, today: date):
    other = a_holder(2, "Người Mẫu Hai")
    decide(other, "77/QĐ", date(2026, 5, 4), 6, today=date(2026, 5, 4))
    theirs = Fact.objects.get(account__holder=other).pk
    assert "77/QĐ" not in text(citizen, f"/thu-tinh?phan=car&huy={theirs}")
    assert urlsplit(add(citizen, "/thu-tinh?phan=car", them="huy", quyet_dinh=str(theirs))).query == "phan=car"


def test_a_shared_address_gives_the_same_result_and_names_nobody(citizen: Client, holder: Holder, added: str):
    page = citizen.get(added).content.decode()
    [share] = [unescape(link) for link in re.findall(r'href="(/tinh\?[^"]*)"', page)]
    for personal in ("12/Q", "CSGT", "001099", "790000", "M%E1%BA%ABu", str(holder.pk) + "&"):
        assert personal not in share
    stranger = Client()
    body = text(stranger, share)
    assert "Hôm nay, theo giả định Còn 8 trên 12 điểm" in body
    assert "Ngày 01/12/2026, theo giả định Còn 4 trên 12 điểm" in body


def test_anybody_can_compute_without_signing_in(client: Client, db: None, today: date):
    assert "Còn 12 trên 12 điểm" in text(client, "/tinh")
    after = add(client, "/tinh", them="quyet-dinh", diem="12", vi_pham="22/11/2026", hieu_luc="22/11/2026")
    assert "theo giả định Còn 0 trên 12 điểm" in text(client, after)
    # The law in force has no offence of 12 points: there is nothing to compare with.
    assert "không so sánh được" in text(client, after)
    twice = "/tinh?them=10~2026-11-01~2026-11-01&them=2~2026-11-22~2026-11-22"
    assert "được kiểm tra từ ngày 23/05/2027 (chờ 6 tháng)" in text(client, twice)


_DAYS = st.dates(date(2025, 1, 1), date(2032, 12, 31))
_STEPS = st.lists(
    st.one_of(
        st.builds(
            lambda points, drug, acted, wait: Step(
                "them", f"{points}{'d' if drug else ''}~{acted}~{acted + timedelta(days=wait)}"
            ),
            st.integers(1, 12), st.booleans(), _DAYS, st.integers(0, 90),
        ),
        st.builds(lambda day: Step("thi", day.isoformat()), _DAYS),
        st.builds(lambda day: Step("giay", day.isoformat()), _DAYS),
        st.builds(
            lambda day, length: Step("tuoc", f"{day}~{day + timedelta(days=length)}"), _DAYS, st.integers(0, 400)
        ),
    ),
    max_size=12,
)  # fmt: skip


@given(_STEPS, st.none() | _DAYS)
def test_a_scenario_survives_its_address(taken: list[Step], until: date | None):
    scenario = Scenario(tuple(sorted(taken, key=lambda step: steps.KINDS.index(step.kind))), until)
    again, all_read = steps.read(QueryDict(scenario.query(phan="car")), DRAFT)
    assert all_read
    assert again == scenario
    assert dict(parse_qsl(scenario.query(phan="car")))["phan"] == "car"


@given(_STEPS, _DAYS)
def test_the_engine_gets_exactly_the_steps(taken: list[Step], day: date):
    """Every step is one fact; the order of the steps does not matter (I08)."""
    forwards = steps.assumed(Scenario(tuple(taken)), [], DRAFT)
    backwards = steps.assumed(Scenario(tuple(reversed(taken))), [], DRAFT)
    assert len(forwards) == len(taken)
    first, second = law.replay(forwards, DRAFT, day), law.replay(backwards, DRAFT, day)
    assert (first.balance, first.restores_on, first.exhaustion) == (
        second.balance,
        second.restores_on,
        second.exhaustion,
    )


_people = count(1000)


def _as_fact(holder: Holder, step: Step, index: int) -> NewFact:
    """A step as the register would really be told of it."""
    parts = step.value.split("~")
    first = date.fromisoformat(parts[-1] if step.kind == "them" else parts[0])
    key = f"{holder.pk}/{index}"
    if step.kind == "them":
        points = int(parts[0].rstrip("d"))
        offences = [{"points": points, "drug": parts[0].endswith("d")}]
        content = {"acted_on": parts[1], "offences": offences}
        # The law orders decisions of one day by their number: the scenario numbers its own the same way.
        return NewFact(holder.pk, "car", FactKind.DECISION, f"decision:{key}", first, content, decision_key=f"~{index}")
    if step.kind == "tuoc":
        return NewFact(holder.pk, "car", FactKind.REVOCATION, f"revocation:{key}", first, {"to": parts[1]})
    if step.kind == "thi":
        return NewFact(holder.pk, "car", FactKind.TEST, f"test:{key}", first, {"passed": True})
    return NewFact(holder.pk, "car", FactKind.DRUG_FREE_CERTIFICATE, f"certificate:{key}", first, {})


@pytest.mark.django_db
@settings(max_examples=40)
@given(_STEPS.filter(bool), _DAYS)
def test_simulated_is_what_the_ledger_shows_after_it_happened(taken: list[Step], day: date):
    holder = a_holder(next(_people))
    record([_as_fact(holder, step, index) for index, step in enumerate(taken)], today=day)
    account = Account.objects.get(holder=holder)
    simulated = law.replay(steps.assumed(Scenario(tuple(taken)), [], DRAFT), DRAFT, day)
    happened = statement(account.pk, on=day)
    assert (account.balance, account.restores_on) == (simulated.balance, simulated.restores_on)
    assert (happened.may_drive, happened.exhaustion) == (simulated.may_drive, simulated.exhaustion)
    assert [line[:4] for line in happened.lines] == [line[:4] for line in simulated.lines]
    assert [entry.points for entry in account.entries.order_by("number")] == [line.points for line in simulated.lines]


def test_a_recorded_level_the_other_law_does_not_have_is_not_compared(citizen: Client, holder: Holder, today: date):
    decide(holder, "99/QĐ", date(2026, 10, 1), 5, today=date(2026, 10, 1))
    step = "/thu-tinh?phan=car&them=2~2026-11-22~2026-11-22"
    assert "nên không so sánh được" in text(citizen, step)
    fact = Fact.objects.latest("pk")
    assert "nên không so sánh được" not in text(citizen, f"{step}&huy={fact.pk}")
