"""Every legal instrument this register rests on, once, and citations of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, decree, circular, draft or decision of the project.

    Attributes:
        id: the short name used in citations, for example ``168/2024``.
        title_vi: the Vietnamese title, as a reader would look it up.
        in_force_from: first day of force; None for a draft or a reading.
        last_checked_on: the day a person last compared our rows with a text of it.
    """

    id: str
    title_vi: str
    title_en: str
    in_force_from: date | None
    last_checked_on: date | None = None


class Citation(str):
    """One place in one instrument; as text it reads ``168/2024 art. 50(1)(b)``."""

    __slots__ = ("instrument", "locator")
    instrument: str
    locator: str

    def __new__(cls, instrument: str, locator: str) -> Citation:
        citation = super().__new__(cls, f"{instrument} {locator}".strip())
        citation.instrument = instrument
        citation.locator = locator
        return citation


_CHECKED = date(2026, 11, 1)

INSTRUMENTS: dict[str, Instrument] = {
    instrument.id: instrument
    for instrument in (
        Instrument(
            "36/2024/QH15",
            "Luật Trật tự, an toàn giao thông đường bộ",
            "Law on Road Traffic Order and Safety",
            date(2025, 1, 1),
            _CHECKED,
        ),
        Instrument(
            "118/2025/QH15",
            "Luật sửa đổi, bổ sung mười luật có liên quan đến an ninh, trật tự",
            "Law amending ten laws on security and order",
            date(2026, 7, 1),
            _CHECKED,
        ),
        Instrument(
            "91/2015/QH13",
            "Bộ luật Dân sự 2015",
            "Civil Code 2015",
            date(2017, 1, 1),
            _CHECKED,
        ),
        Instrument(
            "168/2024",
            "Nghị định 168/2024/NĐ-CP về xử phạt vi phạm giao thông đường bộ; trừ điểm, phục hồi điểm GPLX",
            "Decree 168/2024 on road-traffic sanctions and licence points",
            date(2025, 1, 1),
            _CHECKED,
        ),
        Instrument(
            "238/2026",
            "Nghị định 238/2026/NĐ-CP sửa đổi Nghị định 168/2024/NĐ-CP",
            "Decree 238/2026 amending Decree 168/2024",
            date(2026, 8, 15),
            _CHECKED,
        ),
        Instrument(
            "65/2024/TT-BCA",
            "Thông tư 65/2024/TT-BCA về kiểm tra kiến thức pháp luật để phục hồi điểm GPLX",
            "Circular 65/2024 on the knowledge test that restores points",
            date(2025, 1, 1),
            _CHECKED,
        ),
        Instrument(
            "105/2026/TT-BCA",
            "Thông tư 105/2026/TT-BCA về kiểm tra kiến thức để phục hồi điểm GPLX",
            "Circular 105/2026 on the knowledge test that restores points",
            date(2026, 7, 1),
        ),
        Instrument(
            "73/2024/TT-BCA",
            "Thông tư 73/2024/TT-BCA về tuần tra, kiểm soát và xử lý vi phạm",
            "Circular 73/2024 on patrol, control and handling of violations",
            date(2025, 1, 1),
            _CHECKED,
        ),
        Instrument(
            "13/2025/TT-BCA",
            "Thông tư 13/2025/TT-BCA sửa đổi các thông tư về giao thông đường bộ",
            "Circular 13/2025 amending the road-traffic circulars",
            date(2025, 3, 1),
            _CHECKED,
        ),
        Instrument(
            "12/2025/TT-BCA",
            "Thông tư 12/2025/TT-BCA về sát hạch, cấp giấy phép lái xe",
            "Circular 12/2025 on tests and issue of driving licences",
            date(2025, 3, 1),
            _CHECKED,
        ),
        Instrument(
            "151/2024",
            "Nghị định 151/2024/NĐ-CP quy định chi tiết Luật Trật tự, an toàn giao thông đường bộ",
            "Decree 151/2024 detailing the Law on Road Traffic Order and Safety",
            date(2025, 1, 1),
            _CHECKED,
        ),
        Instrument(
            "236/2026",
            "Nghị định 236/2026/NĐ-CP sửa đổi Nghị định 151/2024/NĐ-CP",
            "Decree 236/2026 amending Decree 151/2024",
            date(2026, 7, 1),
            _CHECKED,
        ),
        Instrument(
            "38/2024/TT-BGTVT",
            "Thông tư 38/2024/TT-BGTVT về tốc độ và khoảng cách an toàn của xe cơ giới",
            "Circular 38/2024 on the speed and distance of motor vehicles",
            date(2025, 1, 1),
        ),
        Instrument(
            "51/2024/TT-BGTVT",
            "Thông tư 51/2024/TT-BGTVT ban hành QCVN 41:2024/BGTVT về báo hiệu đường bộ",
            "Circular 51/2024 with the national standard QCVN 41:2024 on road signs",
            date(2025, 1, 1),
        ),
        Instrument(
            "36/2024/TT-BYT",
            "Thông tư 36/2024/TT-BYT về tiêu chuẩn, khám sức khỏe người lái xe",
            "Circular 36/2024 on the driver's health examination",
            date(2025, 1, 1),
            _CHECKED,
        ),
        Instrument(
            "24/2015/TTLT",
            "Thông tư liên tịch 24/2015/TTLT-BYT-BGTVT về khám sức khỏe người lái xe",
            "Joint circular 24/2015 on the driver's health examination",
            None,
        ),
        Instrument(
            "12/2017/TT-BGTVT",
            "Thông tư 12/2017/TT-BGTVT về đào tạo, sát hạch, cấp giấy phép lái xe",
            "Circular 12/2017 on training, tests and issue of driving licences",
            date(2017, 6, 1),
            _CHECKED,
        ),
        Instrument(
            "5/2024/TT-BGTVT",
            "Thông tư 05/2024/TT-BGTVT sửa đổi Thông tư 12/2017/TT-BGTVT",
            "Circular 05/2024 amending circular 12/2017",
            date(2024, 6, 1),
        ),
        Instrument(
            "35/2024/TT-BGTVT",
            "Thông tư 35/2024/TT-BGTVT về đào tạo, sát hạch, cấp giấy phép lái xe",
            "Circular 35/2024 on training, tests and issue of driving licences",
            date(2025, 1, 1),
            _CHECKED,
        ),
        Instrument(
            "1891/QĐ-TTg",
            "Quyết định 1891/QĐ-TTg ngày 03/9/2025 về cắt giảm, đơn giản hóa thủ tục hành chính",
            "Decision 1891 of 2025-09-03 on shorter administrative procedures",
            date(2025, 9, 3),
        ),
        Instrument(
            "766/QĐ-TTg",
            "Quyết định 766/QĐ-TTg ngày 23/6/2022 về bộ chỉ số phục vụ người dân, doanh nghiệp",
            "Decision 766 of 2022-06-23 on the indicators of public service",
            date(2022, 6, 23),
        ),
        Instrument(
            "37/2023/TT-BTC",
            "Thông tư 37/2023/TT-BTC về phí sát hạch lái xe, lệ phí cấp giấy phép",
            "Circular 37/2023 on fees of driving tests and licences",
            None,
        ),
        Instrument(
            "63/2023/TT-BTC",
            "Thông tư 63/2023/TT-BTC giảm phí, lệ phí khi dùng dịch vụ công trực tuyến",
            "Circular 63/2023 on lower fees of services applied for online",
            date(2023, 12, 1),
        ),
        Instrument(
            "154/2025/TT-BTC",
            "Thông tư 154/2025/TT-BTC về phí, lệ phí cấp giấy phép lái xe",
            "Circular 154/2025 on fees of driving licences",
            date(2026, 1, 1),
            _CHECKED,
        ),
        Instrument(
            "portal",
            "Mã trạng thái, kênh và nền tảng thanh toán của Cổng Dịch vụ công quốc gia, theo mã nguồn công khai",
            "Status codes, channels and payment platform of the national portal, as public integration code has them",
            None,
            _CHECKED,
        ),
        Instrument(
            "VNPay 2.1.0",
            "Tài liệu kết nối của cổng VNPay, phiên bản 2.1.0",
            "Integration pages of the VNPay gateway, version 2.1.0",
            None,
            _CHECKED,
        ),
        Instrument(
            "VietQR",
            "Mã QR chuyển tiền: EMVCo QRCPS (bên bán trình) theo hồ sơ của NAPAS",
            "Transfer by QR code: EMVCo QRCPS, merchant-presented, in the profile of NAPAS",
            None,
            _CHECKED,
        ),
        Instrument(
            "seed 000",
            "Bài báo năm 2021 về thí điểm đổi giấy phép lái xe trực tuyến tại 12 tỉnh, thành phố",
            "Press article of 2021 on the pilot of online exchange in 12 provinces and cities",
            None,
            _CHECKED,
        ),
        Instrument(
            "124/2004/QĐ-TTg",
            "Quyết định 124/2004/QĐ-TTg về danh mục và mã số các đơn vị hành chính",
            "Decision 124/2004 on the list and codes of administrative units",
            date(2004, 8, 1),
        ),
        Instrument(
            "175/2024/QH15",
            "Nghị quyết 175/2024/QH15 về thành lập thành phố Huế trực thuộc Trung ương",
            "Resolution 175/2024 on the city of Huế",
            date(2025, 1, 1),
        ),
        Instrument(
            "202/2025/QH15",
            "Nghị quyết 202/2025/QH15 về sắp xếp đơn vị hành chính cấp tỉnh",
            "Resolution 202/2025 on the mergers of provinces",
            date(2025, 6, 12),
        ),
        Instrument(
            "19/2025/QĐ-TTg",
            "Quyết định 19/2025/QĐ-TTg về danh mục và mã số các đơn vị hành chính",
            "Decision 19/2025 on the list and codes of administrative units",
            date(2025, 7, 1),
        ),
        Instrument(
            "Đồng Nai 2026",
            "Nghị quyết của Quốc hội về thành lập thành phố Đồng Nai trực thuộc Trung ương (số chưa rõ)",
            "Resolution of the National Assembly on the city of Đồng Nai (number not seen)",
            date(2026, 4, 30),
        ),
        Instrument(
            "108/2026/TT-BCA",
            "Thông tư 108/2026/TT-BCA về sát hạch, cấp giấy phép lái xe",
            "Circular 108/2026 on tests and issue of driving licences",
            date(2026, 7, 1),
        ),
        Instrument(
            "68/2024/TT-BQP",
            "Thông tư 68/2024/TT-BQP về giấy phép lái xe quân sự",
            "Circular 68/2024 of the Ministry of Defence on military driving licences",
            date(2025, 1, 1),
            _CHECKED,
        ),
        Instrument(
            "draft-2024-10",
            "Dự thảo Nghị định (hồ sơ thẩm định, tháng 10/2024) về trừ điểm, phục hồi điểm GPLX",
            "Draft decree of October 2024 on licence points",
            None,
            _CHECKED,
        ),
        Instrument(
            "seed 003",
            "Bài báo tháng 10/2024 về dự thảo trừ điểm, phục hồi điểm GPLX",
            "Press article of October 2024 that describes the draft",
            None,
            _CHECKED,
        ),
        Instrument(
            "4/2025/TT-VPCP",
            "Thông tư 04/2025/TT-VPCP về thực hiện thủ tục hành chính trên môi trường điện tử (mã hồ sơ)",
            "Circular 04/2025 of the Government Office on the code of a dossier",
            date(2026, 1, 25),
        ),
        Instrument(
            "45/2019/QH14",
            "Bộ luật Lao động 2019",
            "Labour Code 2019",
            date(2021, 1, 1),
            _CHECKED,
        ),
        Instrument(
            "28/2026/QH16",
            "Nghị quyết 28/2026/QH16 về Ngày Văn hóa Việt Nam",
            "Resolution 28/2026 on Culture Day",
            date(2026, 7, 1),
        ),
        Instrument(
            "9441/TB-BNV",
            "Thông báo 9441/TB-BNV về lịch nghỉ Tết, nghỉ lễ năm 2026",
            "Announcement 9441/TB-BNV of the days off in 2026",
            date(2026, 1, 1),
            _CHECKED,
        ),
        Instrument(
            "12729/VPCP-KGVX",
            "Văn bản 12729/VPCP-KGVX về hoán đổi ngày làm việc 02/01/2026",
            "Letter 12729/VPCP-KGVX on the swap of 2 January 2026",
            date(2026, 1, 1),
        ),
        Instrument(
            "ADR",
            "Quyết định thiết kế của dự án (docs/adr)",
            "Design decision of this project (docs/adr)",
            None,
            _CHECKED,
        ),
        Instrument(
            "reading",
            "Cách hiểu của dự án khi văn bản không nói rõ (docs/readings.md)",
            "Reading of this project where the text is silent (docs/readings.md)",
            None,
            _CHECKED,
        ),
    )
}


@cache
def cite(instrument: str, locator: str) -> Citation:
    """A citation of a known instrument.

    Raises:
        KeyError: the instrument is not in `INSTRUMENTS`: add it there first.
    """
    return Citation(INSTRUMENTS[instrument].id, locator)


@cache
def reading(number: int) -> Citation:
    """A citation of one of the project's readings, written ``reading 8``."""
    return cite("reading", str(number))
