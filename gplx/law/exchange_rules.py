"""The rules on the exchange of a driving licence (đổi giấy phép lái xe), by the day on which a dossier is complete.

Four sets of rules followed each other (ADR 0063):

- R1, 12/2017/TT-BGTVT: the transport departments, the years of the pilot. Its amendments were not read;
- R2, 35/2024/TT-BGTVT: the same offices, new licence classes;
- R3, 12/2025/TT-BCA: the traffic police;
- R4, 108/2026/TT-BCA: the same. Its text was not read: what is not reported of it is carried over from R3 (ADR 0064).

Licences of the army, of the police and of other countries have procedures of their own and are not exchanged here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from gplx.law.exchange_dossier import (
    Application,
    Document,
    Expired,
    Ground,
    Limit,
    Relief,
    RuleSet,
    RuleSetId,
    ViolationCheck,
)
from gplx.law.health import needs_certificate
from gplx.law.periods import Dated, InForce
from gplx.law.sources import cite

FIRST_DAY = date(2020, 7, 1)
"""The first day of the pilot; nothing older is modelled. Source: seed 000."""

_LAW, _T12_17, _T35 = "36/2024/QH15", "12/2017/TT-BGTVT", "35/2024/TT-BGTVT"
_T12_25, _T108 = "12/2025/TT-BCA", "108/2026/TT-BCA"


# -- who needs a document ----------------------------------------------------------------------------------------------


def _everybody(_: Application) -> bool:
    return True


def _foreigner(asked: Application) -> bool:
    return asked.foreigner


def _changed_data(asked: Application) -> bool:
    return asked.case == "data_change"


def _partly_revoked(asked: Application) -> bool:
    return asked.partly_revoked


def _holds_the_card(asked: Application) -> bool:
    return not asked.partly_revoked


def _at_the_counter(asked: Application) -> bool:
    return not asked.online


def _needs_health(asked: Application) -> bool:
    """By the class that is asked for; splitting an integrated licence needs none."""
    return needs_certificate(asked.target.code, asked.target.regime) and asked.case != "split"


_FORM = ("Đơn đề nghị đổi giấy phép lái xe", "application form")
_HEALTH = ("Giấy khám sức khỏe của người lái xe còn hiệu lực", "driver's health certificate, still valid")
_PASSPORT = ("Hộ chiếu", "passport")
_PHOTO_TAKEN = ("Ảnh chụp trực tiếp khi nộp hồ sơ", "photograph taken on the spot")

# -- R1: the transport departments, 2020-07-01 to 2024-12-31 ---------------------------------------------------------

R1 = RuleSet(
    id="R1",
    body_vi="Tổng cục Đường bộ Việt Nam, Sở Giao thông vận tải",
    body_en="Directorate for Roads, provincial Departments of Transport",
    articles=(cite(_T12_17, "art. 33-34, 36-38"),),
    cases={
        "before_expiry": cite(_T12_17, "art. 37(2)"),
        "over_age": cite(_T12_17, "art. 37(3)"),
        "integration": cite(_T12_17, "art. 33"),
        "split": cite(_T12_17, "art. 38"),
    },
    downgrade=None,
    documents=(
        Document("form", *_FORM, cite(_T12_17, "art. 38, annex 19"), _everybody),
        Document("health_certificate", *_HEALTH, cite(_T12_17, "art. 38"), _needs_health),
        Document(
            "old_licence",
            "Bản sao giấy phép lái xe; xuất trình bản chính khi nộp trực tiếp",
            "copy of the licence; the original is shown at the counter",
            cite(_T12_17, "art. 38"),
            _everybody,
        ),
        Document(
            "identity",
            "Bản sao căn cước, chứng minh nhân dân hoặc hộ chiếu",
            "copy of the identity card or passport",
            cite(_T12_17, "art. 38"),
            _everybody,
        ),
        Document("photo", *_PHOTO_TAKEN, cite(_T12_17, "art. 38"), _everybody),
    ),
    grounds=(
        Ground(
            "foreign_or_temporary",
            "Giấy phép tạm thời hoặc quốc tế của nước ngoài; giấy phép của nước ngoài, quân đội, công an đã quá hạn "
            "hoặc tẩy xóa",
            "a temporary or international licence of another country; one of another country, the army or the police "
            "that expired or was altered",
            True,
            cite(_T12_17, "art. 37(6)"),
        ),
        Ground(
            "not_in_register",
            "Giấy phép không có trong hệ thống thông tin và không có trong sổ quản lý",
            "the licence is neither in the system nor in the register",
            True,
            cite(_T12_17, "art. 37(6)"),
        ),
        Ground(
            "demobilised",
            "Thôi phục vụ quân đội quá 06 tháng",
            "more than six months since leaving the army",
            True,
            cite(_T12_17, "art. 37(6)"),
        ),
        Ground("unfit", "Không đủ sức khỏe lái xe", "not fit to drive", True, cite(_T12_17, "art. 37(6)")),
    ),
    violation=ViolationCheck(
        False,
        "Dịch vụ thí điểm tra cứu vi phạm; văn bản gốc không coi vi phạm chưa xử lý xong là lý do không đổi",
        "the pilot looks violations up; the original text does not name an unfinished case as a bar",
        cite("seed 000", ""),
    ),
    limits=(Limit("result", 10, cite(_T12_17, "art. 37(8)(a)"), "V"),),
    expired=(
        # Article 36(1) begins at three months; article 37(2) says "before expiry". What lies between is exchanged.
        Expired(0, "exchange", cite(_T12_17, "art. 36(1), 37(2)"), inferred=True),
        Expired(3, "theory_test", cite(_T12_17, "art. 36(1)")),
        Expired(12, "theory_and_practice", cite(_T12_17, "art. 36(1)")),
    ),
    relief=None,
    converts_old_classes=False,
    caution_vi="Đã đọc văn bản gốc của Thông tư 12/2017; chưa đọc các thông tư sửa đổi từ 2019 đến 2024",
    caution_en="the original text of circular 12/2017 was read, its amendments of 2019 to 2024 were not",
)
R1_AMENDED = replace(R1, limits=(Limit("supplement", 4, cite("5/2024/TT-BGTVT", "on art. 37(8)"), "S"), *R1.limits))

# -- R2: the same offices, the classes of 2025, 2025-01-01 to 2025-02-28 -----------------------------------------------

_UNFINISHED_VI = (
    "Người có giấy phép chưa thực hiện xong yêu cầu của cơ quan có thẩm quyền khi giải quyết vụ việc vi phạm"
)
_UNFINISHED_EN = "the holder has not finished what the authority required in a road-safety violation case"
_R2_DOSSIER = cite(_T35, "art. 36(2)")
R2 = RuleSet(
    id="R2",
    body_vi="Cục Đường bộ Việt Nam, Sở Giao thông vận tải",
    body_en="Road Administration, provincial Departments of Transport",
    articles=(cite(_T35, "art. 31-36, 40"),),
    cases={
        "before_expiry": cite(_LAW, "art. 62(2)"),
        "damaged": cite(_LAW, "art. 62(2)"),
        "data_change": cite(_LAW, "art. 62(2)"),
        "integration": cite(_T35, "art. 36"),
    },
    downgrade=cite(_T35, "art. 36(3)(đ)"),
    documents=(
        Document("form", *_FORM, cite(_T35, "art. 36(2), annex XXVI"), _everybody),
        Document("health_certificate", *_HEALTH, _R2_DOSSIER, _needs_health),
        Document(
            "old_licence",
            "Bản sao giấy phép lái xe, bản sao điện tử có chứng thực hoặc bản sao điện tử từ sổ gốc",
            "plain copy of the licence, certified electronic copy, or electronic copy from the original register",
            _R2_DOSSIER,
            _holds_the_card,
        ),
        Document(
            "penalty_decision",
            "Quyết định xử phạt tước quyền sử dụng một phần của giấy phép tích hợp",
            "the decision that revokes one part of the integrated licence",
            cite(_T35, "art. 36(2)(c)"),
            _partly_revoked,
        ),
        Document("identity", *_PASSPORT, _R2_DOSSIER, _foreigner),
        Document("photo", *_PHOTO_TAKEN, _R2_DOSSIER, _at_the_counter),
    ),
    grounds=(
        Ground(
            "not_in_register",
            "Giấy phép không có trong hệ thống thông tin hoặc sổ quản lý",
            "the licence is not in the system or register",
            True,
            cite(_T35, "art. 36(1)(đ)"),
        ),
        Ground("unfinished_violation", _UNFINISHED_VI, _UNFINISHED_EN, False, cite(_LAW, "art. 62(4)")),
    ),
    violation=ViolationCheck(True, _UNFINISHED_VI, _UNFINISHED_EN, cite(_LAW, "art. 62(4)")),
    limits=(
        Limit("supplement", 4, cite(_T35, "art. 36(3)"), "S"),
        Limit("result", 10, cite(_T35, "art. 36(3)"), "S"),
    ),
    expired=(
        Expired(0, "theory_test", cite(_T35, "art. 34(2)")),
        Expired(12, "theory_and_practice", cite(_T35, "art. 34(2)")),
    ),
    relief=None,
    converts_old_classes=True,
)

# -- R3: the traffic police, 2025-03-01 to 2026-06-30 ----------------------------------------------------------------

_R3_DOSSIER = cite(_T12_25, "art. 21(2)")
R3 = RuleSet(
    id="R3",
    body_vi="Cục Cảnh sát giao thông, Phòng Cảnh sát giao thông, điểm tiếp nhận của Công an cấp xã",
    body_en="Traffic Police Department, its provincial divisions, reception points of the communal police",
    articles=(cite(_T12_25, "art. 18-21, 25, 30-33, 35"),),
    cases={
        "before_expiry": cite(_T12_25, "art. 21(1)(a)"),
        "damaged": cite(_T12_25, "art. 21(1)(b)"),
        "foreign_origin": cite(_T12_25, "art. 21(1)(c)"),
        "data_change": cite(_T12_25, "art. 21(1)(d)"),
        "integration": cite(_T12_25, "art. 21(1)(đ)"),
    },
    downgrade=cite(_T12_25, "art. 21(4)"),
    documents=(
        Document("form", *_FORM, cite(_T12_25, "art. 21(2), annex XII"), _everybody),
        Document("health_certificate", *_HEALTH, _R3_DOSSIER, _needs_health),
        Document("identity", *_PASSPORT, _R3_DOSSIER, _foreigner),
        Document(
            "proof_of_change",
            "Giấy tờ chứng minh thông tin đã thay đổi",
            "proof of the data that changed",
            _R3_DOSSIER,
            _changed_data,
        ),
        Document("photo", *_PHOTO_TAKEN, _R3_DOSSIER, _at_the_counter),
    ),
    grounds=(
        Ground(
            "not_in_register",
            "Không còn giấy phép lái xe, và giấy phép không có trong hệ thống thông tin, không có trong sổ quản lý",
            "the holder no longer has the licence and it is neither in the system nor in the register",
            True,
            cite(_T12_25, "art. 21(1)(e)"),
        ),
        Ground("unfinished_violation", _UNFINISHED_VI, _UNFINISHED_EN, False, cite(_T12_25, "art. 21(1)(e)")),
    ),
    violation=ViolationCheck(True, _UNFINISHED_VI, _UNFINISHED_EN, cite(_LAW, "art. 62(4)")),
    limits=(
        Limit("supplement", 4, cite(_T12_25, "art. 21(3)(b)"), "V"),
        Limit("forward", 2, cite(_T12_25, "art. 21(3)(c)"), "V"),
        Limit("electronic", 6, cite(_T12_25, "art. 21(3)(c)"), "V"),
        Limit("result", 10, cite(_T12_25, "art. 21(3)(c)"), "V"),
    ),
    expired=(
        Expired(0, "theory_test", cite(_T12_25, "art. 19(2)")),
        Expired(12, "theory_and_practice", cite(_T12_25, "art. 19(2)")),
    ),
    relief=Relief(1, cite(_T12_25, "art. 19(2)")),
    converts_old_classes=True,
)

# -- R4: since 2026-07-01 --------------------------------------------------------------------------------------------

_R4_RESULT = Limit("result", 7, cite("1891/QĐ-TTg", ""), "S")
R4 = replace(
    R3,
    id="R4",
    articles=(cite(_T108, "art. 22"), *R3.articles),
    limits=tuple(_R4_RESULT if limit.code == "result" else limit._replace(mark="S") for limit in R3.limits),
    caution_vi="Chưa đọc toàn văn Thông tư 108/2026; phần chưa biết lấy theo Thông tư 12/2025",
    caution_en="the text of circular 108/2026 was not read; what is not known of it is taken from circular 12/2025",
)
"""Carried over from R3 but for the three and a half days that are reported: ADR 0064."""

RULE_SETS = InForce[RuleSet](
    Dated(FIRST_DAY, R1, cite("seed 000", ""), "V"),
    Dated(date(2024, 6, 1), R1_AMENDED, cite("5/2024/TT-BGTVT", ""), "S"),
    Dated(date(2025, 1, 1), R2, cite(_T35, ""), "V"),
    Dated(date(2025, 3, 1), R3, cite(_T12_25, "art. 38"), "V"),
    Dated(date(2026, 7, 1), R4, cite(_T108, ""), "S"),
)


_LATEST = {row.value.id: row.value for row in RULE_SETS.rows if row.value is not None}


def rule_set(complete_on: date, *, override: RuleSetId | None = None) -> RuleSet:
    """The rules that govern a dossier, by the day on which it became complete.

    Args:
        override: the rules that an officer named instead, for a reason that is kept with the dossier.

    Raises:
        NotInForceError: before the pilot.

    Source:
        36/2024/QH15 art. 62; 12/2025/TT-BCA art. 38, which is silent on dossiers already under way: ADR 0063.
    """
    return RULE_SETS.on(complete_on) if override is None else _LATEST[override]
