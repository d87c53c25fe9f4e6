"""The named people of the demo: whom a reader can sign in as, and what is special about each.

All are invented: family name "Mẫu" (sample), citizen numbers that begin with 999 and licence numbers that begin
with 99, which no office has ever given out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gplx.accounts.models import Role


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to sign in as at the sandbox identity provider.

    Attributes:
        citizen_number: what the identity provider says of everybody; of an officer, so that he cannot work on himself.
        old_number: a 9-digit number the provider of a citizen may state instead.
        unit: where an officer works.
        categories: classes of the licence, old or new by its day of issue.
    """

    key: str
    name: str
    role: str
    special_vi: str
    special_en: str
    citizen_number: str = ""
    old_number: str = ""
    licence_number: str = ""
    birth_date: date = date(1990, 1, 1)
    sex: str = "male"
    issue_date: date = date(2019, 5, 20)
    categories: tuple[str, ...] = ("B2",)
    province_code: str = "01"
    unit: str = ""

    @property
    def is_citizen(self) -> bool:
        return self.role == Role.CITIZEN


def _citizen(number: int, key: str, name: str, special_vi: str, special_en: str, **more: object) -> Person:
    return Person(
        key,
        name,
        Role.CITIZEN,
        special_vi,
        special_en,
        citizen_number=f"99909{number:07d}",
        licence_number=f"99{number:010d}",
        **more,  # type: ignore[arg-type]
    )


CITIZENS: tuple[Person, ...] = (
    _citizen(1, "clean", "Mẫu Thị An", "còn đủ 12 điểm, chưa từng bị trừ", "12 points, never lost any", sex="female"),
    _citizen(2, "four-left", "Mẫu Văn Bốn", "còn 4 điểm", "4 points left"),
    _citizen(
        3,
        "drugs",
        "Mẫu Văn Túy",
        "bị trừ hết điểm vì ma túy, đang ở tháng chờ thứ 23",
        "exhausted by drugs, month 23 of the wait",
    ),
    _citizen(4, "restored", "Mẫu Thị Hồi", "được phục hồi 12 điểm hôm qua", "restored yesterday", sex="female"),
    _citizen(
        5,
        "annulled",
        "Mẫu Văn Oan",
        "từng bị trừ hết điểm, sau đó quyết định bị hủy",
        "annulled after exhaustion",
    ),
    _citizen(
        6, "tomorrow", "Mẫu Thị Mai", "sẽ được phục hồi điểm vào ngày mai", "will be restored tomorrow", sex="female"
    ),
    _citizen(
        7,
        "pending",
        "Mẫu Văn Chờ",
        "có quyết định có hiệu lực từ ngày mai",
        "has a decision that takes effect tomorrow",
    ),
    _citizen(
        8,
        "two-parts",
        "Mẫu Thị Đôi",
        "giấy phép tích hợp: phần mô tô và phần ô tô có điểm khác nhau",
        "one licence with two parts and two balances",
        sex="female",
        categories=("A1", "B2"),
    ),
    _citizen(9, "revoked", "Mẫu Văn Tước", "đang bị tước quyền sử dụng giấy phép", "licence revoked at present"),
    _citizen(
        10,
        "test-tomorrow",
        "Mẫu Văn Sát",
        "bị trừ hết điểm, được dự kiểm tra từ ngày mai",
        "exhausted, may sit the test from tomorrow",
    ),
    _citizen(
        11,
        "passed",
        "Mẫu Thị Đỗ",
        "đã kiểm tra đạt và được phục hồi điểm tuần trước",
        "passed the test last week",
        sex="female",
    ),
    _citizen(
        12,
        "old-number",
        "Mẫu Văn Cũ",
        "tài khoản vẫn dùng số CMND 9 chữ số",
        "signs in with an old 9-digit number",
        old_number="999000012",
        birth_date=date(1965, 3, 2),
        issue_date=date(2014, 8, 1),
        categories=("A1",),
    ),
    _citizen(
        13,
        "ready-to-sit",
        "Mẫu Thị Sẵn",
        "bị trừ hết điểm, đã đăng ký và được kiểm tra hôm nay",
        "exhausted, registered, and sits the test today",
        sex="female",
    ),
    _citizen(
        14,
        "failed-test",
        "Mẫu Văn Trượt",
        "kiểm tra chưa đạt cách đây mấy ngày",
        "failed the test some days ago",
    ),
    _citizen(
        15,
        "ready",
        "Mẫu Thị Kịp",
        "hết thời hạn chờ, đăng ký kiểm tra được ngay",
        "the wait is over, can register for the test",
        sex="female",
    ),
    _citizen(
        16,
        "registered",
        "Mẫu Văn Hẹn",
        "đã đăng ký kiểm tra vào ngày làm việc tới",
        "registered for the test on the next working day",
    ),
    _citizen(
        17,
        "refused",
        "Mẫu Văn Nhầm",
        "hồ sơ kiểm tra không được tiếp nhận, được đăng ký lại",
        "registration refused, may register again",
    ),
)

OFFICERS: tuple[Person, ...] = (
    Person(
        "roadside",
        "Cán bộ Mẫu Tuần",
        Role.ROADSIDE,
        "cán bộ tuần tra: tra cứu trên đường",
        "patrol officer: looks licences up at the roadside",
        citizen_number="999199000001",
        unit="Đội tuần tra Mẫu",
    ),
    Person(
        "case-1",
        "Cán bộ Mẫu Lý",
        Role.CASE_OFFICER,
        "cán bộ xử lý: nhập quyết định, đối chiếu, tệp",
        "case officer: intake, quarantine, files",
        citizen_number="999199000002",
        unit="Phòng xử lý Mẫu",
    ),
    Person(
        "case-2",
        "Cán bộ Mẫu Duyệt",
        Role.CASE_OFFICER,
        "cán bộ xử lý thứ hai: xác nhận việc hủy do người khác đề xuất",
        "second case officer: confirms what another proposed",
        citizen_number="999199000003",
        unit="Phòng xử lý Mẫu",
    ),
    Person(
        "examiner",
        "Cán bộ Mẫu Khảo",
        Role.EXAMINER,
        "cán bộ tổ chức kiểm tra kiến thức",
        "examiner: holds the knowledge test",
        citizen_number="999199000005",
        unit="Phòng kiểm tra Mẫu",
    ),
    Person(
        "examiner-2",
        "Cán bộ Mẫu Chứng",
        Role.EXAMINER,
        "cán bộ kiểm tra thứ hai: xác nhận kết quả do người khác ký",
        "second examiner: confirms what another signed",
        citizen_number="999199000007",
        unit="Phòng kiểm tra Mẫu",
    ),
    Person(
        "clinic",
        "Bác sĩ Mẫu Khám",
        Role.CLINIC,
        "bác sĩ của cơ sở khám sức khỏe",
        "doctor of a health facility",
        citizen_number="999199000006",
        unit="Phòng khám Mẫu",
    ),
    Person(
        "administrator",
        "Cán bộ Mẫu Quản",
        Role.ADMINISTRATOR,
        "quản trị hệ thống",
        "administrator",
        citizen_number="999199000004",
        unit="Cục Mẫu",
    ),
)

NOBODY = Person(
    "no-licence",
    "Mẫu Thị Không",
    Role.CITIZEN,
    "có tài khoản nhưng không có giấy phép lái xe",
    "has an account but no licence",
    citizen_number="999099999999",
    sex="female",
)

PEOPLE: tuple[Person, ...] = (*CITIZENS, NOBODY, *OFFICERS)
