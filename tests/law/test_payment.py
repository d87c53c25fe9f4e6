"""Fees, VietQR and the check sums of payment: 63/2023/TT-BTC, 154/2025/TT-BTC, EMVCo QRCPS, the portal's platform."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gplx.law import vietqr
from gplx.law.fees import TARIFFS, quote
from gplx.law.payment_checksums import (
    Payment,
    callback_findings,
    check_sum,
    message,
    query_check_sum,
    vnpay_amount,
    vnpay_hash,
    vnpay_is_signed,
    vnpay_message,
)
from gplx.law.periods import NotInForceError
from gplx.law.portal_codes import CHANNEL_NAMES, EXCHANGE_PROCEDURE, STATUS_NAMES, Channel, PortalStatus
from gplx.law.vietqr import NotVietQRError, Transfer

# -- fees ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paid_on", "counter", "online"),
    [
        ("2020-07-01", 135_000, 135_000),
        ("2023-11-30", 135_000, 135_000),
        ("2023-12-01", 135_000, 115_000),
        ("2025-12-31", 135_000, 115_000),
        ("2026-01-01", 115_000, 115_000),
        ("2030-01-01", 115_000, 115_000),
    ],
)
def test_the_fee_of_the_day_of_payment(paid_on, counter, online):
    day = date.fromisoformat(paid_on)
    assert quote(Channel.COUNTER, day).amount_vnd == quote(Channel.POST, day).amount_vnd == counter
    assert quote(Channel.ONLINE, day).amount_vnd == online


def test_no_fee_is_known_before_the_pilot():
    with pytest.raises(NotInForceError):
        quote(Channel.ONLINE, date(2020, 6, 30))


def test_a_quote_holds_until_the_day_before_the_next_tariff():
    quoted = quote(Channel.COUNTER, date(2025, 12, 1))
    assert (quoted.tariff_id, quoted.last_day) == ("2023-12", date(2025, 12, 31))
    assert quoted.holds_on(date(2025, 12, 31))
    assert not quoted.holds_on(date(2026, 1, 1))
    assert quote(Channel.COUNTER, date(2026, 1, 1)).holds_on(date(2099, 1, 1))


def test_an_amount_that_was_only_reported_says_so():
    assert [row.mark for row in TARIFFS.rows] == ["S", "V", "V"]
    assert quote(Channel.ONLINE, date(2021, 1, 1)).mark == "S"


@given(st.sampled_from(Channel), st.dates(date(2020, 7, 1), date(2040, 1, 1)))
def test_online_is_never_dearer_and_a_quote_is_right_as_long_as_it_holds(channel, day):
    quoted = quote(channel, day)
    assert quote(Channel.ONLINE, day).amount_vnd <= quoted.amount_vnd
    if quoted.last_day is not None:
        assert quote(channel, quoted.last_day) == quoted
        assert quote(channel, quoted.last_day + timedelta(days=1)).tariff_id != quoted.tariff_id


# -- VietQR ----------------------------------------------------------------------------------------------------------

ONCE = (
    "00020101021238570010A00000072701270006970436011300000000001150208QRIBFTTA530370454061150005802VN62190815"
    "GPLX 26071500016304D22D"
)
REUSABLE = "00020101021138570010A00000072701270006970436011300000000001150208QRIBFTTA53037045802VN63049939"
TO = Transfer("970436", "0000000000115", 115_000, "GPLX 2607150001")
WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=25)
TRANSFERS = st.builds(
    Transfer,
    bank_bin=st.from_regex(r"[0-9]{6}", fullmatch=True),
    account=st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True),
    amount_vnd=st.none() | st.integers(1, 10**13 - 1),
    purpose=WORDS,
    bill_number=WORDS,
    to_card=st.booleans(),
)


def test_vietqr_the_worked_example():
    assert vietqr.payload(TO) == ONCE
    assert vietqr.read(ONCE) == TO


def test_vietqr_a_code_that_may_be_used_again_has_no_amount():
    assert vietqr.payload(Transfer("970436", "0000000000115")) == REUSABLE
    assert vietqr.read(REUSABLE).amount_vnd is None


def test_vietqr_crc():
    assert vietqr.crc("123456789") == "29B1"
    changed = ONCE.replace("115000", "135000")
    assert vietqr.crc(changed[:-4]) == "0B3A"
    with pytest.raises(NotVietQRError, match="check sum"):
        vietqr.read(changed)


@given(TRANSFERS)
def test_vietqr_what_is_written_is_read(transfer):
    assert vietqr.read(vietqr.payload(transfer)) == transfer


@given(TRANSFERS, st.data())
def test_vietqr_one_changed_character_is_found(transfer, data):
    text = vietqr.payload(transfer)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda one: one != text[at]))
    with pytest.raises(NotVietQRError):
        vietqr.read(text[:at] + other + text[at + 1 :])


@given(st.text(max_size=60) | st.from_regex(r"([0-9]{4}[0-9A-Z]{0,8}){0,6}", fullmatch=True))
def test_vietqr_whatever_is_scanned_is_refused_in_one_way(text):
    for tried in (text, text + "6304", f"{text}6304{vietqr.crc(f'{text}6304')}" if text.isascii() else text):
        with pytest.raises(NotVietQRError):
            vietqr.read(tried)


@pytest.mark.parametrize(
    "changes",
    [
        {"bank_bin": "97043"},
        {"bank_bin": "９７０４３６"},
        {"account": ""},
        {"account": "1" * 20},
        {"amount_vnd": 0},
        {"amount_vnd": 10**13},
        {"purpose": "Lệ phí"},
        {"purpose": "x" * 26},
        {"bill_number": "x" * 26},
    ],
)
def test_vietqr_what_does_not_fit_is_not_written(changes):
    with pytest.raises(ValueError, match=next(iter(changes))):
        vietqr.payload(TO._replace(**changes))


# -- check sums ------------------------------------------------------------------------------------------------------

ASKED = Payment("DEMO-CLIENT", "DEMO0000000000000001", 115_000, version="1.0")
FIRST = "422daeb9a7f636f85a83eb36023aed935be4e5e35b532f6c7672bd68afb748c6"
SECOND = "0c741a8aa6420d73dd46742661c5008c61101597e5292d899a783747eed67c7a"


def test_the_platform_s_vectors():
    assert message(ASKED) == "0|DEMO-CLIENT|PAY|115000|DEMO0000000000000001|1.0"
    assert check_sum(ASKED, "demo-key-1") == FIRST
    assert check_sum(ASKED, "demo-key-2") == SECOND


def test_a_query_is_signed_over_fewer_fields():
    said = query_check_sum(client_id="C", transaction_id="T", command="QUERY", key="k")
    assert len(said) == 64
    assert said != query_check_sum(client_id="C", transaction_id="T", command="PAY", key="k")


def test_a_callback_for_the_stored_request_has_nothing_against_it():
    assert callback_findings(ASKED, ASKED, given=SECOND, key="demo-key-2") == []


def test_a_callback_signed_with_the_first_key_is_found():
    assert callback_findings(ASKED, ASKED, given=FIRST, key="demo-key-2") == ["check_sum_wrong"]
    assert callback_findings(ASKED, ASKED, given="đ", key="demo-key-2") == ["check_sum_wrong"]


def test_a_well_signed_callback_about_something_else_is_found():
    for changes, finding in (
        ({"trans_amount": 1}, "amount_differs"),
        ({"addition_fee": 1}, "amount_differs"),
        ({"transaction_id": "OTHER"}, "transaction_differs"),
        ({"client_id": "OTHER"}, "transaction_differs"),
    ):
        told = ASKED._replace(**changes)
        assert callback_findings(ASKED, told, given=check_sum(told, "k"), key="k") == [finding]


VNPAY = {
    "vnp_Version": "2.1.0",
    "vnp_Command": "pay",
    "vnp_TmnCode": "DEMOTMN1",
    "vnp_Amount": "11500000",
    "vnp_CurrCode": "VND",
    "vnp_TxnRef": "2607150001",
    "vnp_OrderInfo": "Le phi doi GPLX 2607150001",
    "vnp_OrderType": "other",
    "vnp_Locale": "vn",
    "vnp_ReturnUrl": "https://example.org/return",
    "vnp_IpAddr": "127.0.0.1",
    "vnp_CreateDate": "20260715090000",
}
VNPAY_HASH = (
    "f234a075386c32c61ff86b5206fbf3eb4c4ac3053ec7ff48d654163e50c5649d"
    "4e273961dfc2969e697d71bfb66844306c08aefe14aab99287309d755af06671"
)


def test_vnpay_s_vector():
    assert vnpay_message(VNPAY) == (
        "vnp_Amount=11500000&vnp_Command=pay&vnp_CreateDate=20260715090000&vnp_CurrCode=VND&vnp_IpAddr=127.0.0.1"
        "&vnp_Locale=vn&vnp_OrderInfo=Le+phi+doi+GPLX+2607150001&vnp_OrderType=other"
        "&vnp_ReturnUrl=https%3A%2F%2Fexample.org%2Freturn&vnp_TmnCode=DEMOTMN1&vnp_TxnRef=2607150001"
        "&vnp_Version=2.1.0"
    )
    assert vnpay_hash(VNPAY, "demo-secret") == VNPAY_HASH
    assert vnpay_amount(115_000) == VNPAY["vnp_Amount"]


@given(st.dictionaries(st.from_regex(r"vnp_[A-Za-z]{1,9}", fullmatch=True), st.text(min_size=1), max_size=6))
def test_vnpay_is_encoded_as_forms_are(parameters):
    parameters = {name: value for name, value in parameters.items() if not name.startswith("vnp_Secure")}
    assert vnpay_message(parameters) == urlencode(sorted(parameters.items()))


def test_vnpay_a_changed_parameter_is_found():
    signed = {**VNPAY, "vnp_SecureHash": VNPAY_HASH.upper()}
    assert vnpay_is_signed(signed, "demo-secret")
    assert not vnpay_is_signed({**signed, "vnp_Amount": "100"}, "demo-secret")
    assert not vnpay_is_signed(VNPAY, "demo-secret")


# -- codes of the portal ---------------------------------------------------------------------------------------------


def test_the_portal_s_ten_states_and_three_channels():
    assert [int(status) for status in PortalStatus] == list(range(1, 11))
    assert [int(channel) for channel in Channel] == [1, 2, 3]
    assert STATUS_NAMES.keys() == set(PortalStatus)
    assert CHANNEL_NAMES.keys() == set(Channel)
    assert STATUS_NAMES[PortalStatus(5)][0] == "Yêu cầu bổ sung giấy tờ"


def test_the_procedure_has_a_code_since_the_police_issue_licences():
    assert EXCHANGE_PROCEDURE.on(date(2025, 3, 1)) == "3.000347"
    with pytest.raises(NotInForceError):
        EXCHANGE_PROCEDURE.on(date(2025, 2, 28))
