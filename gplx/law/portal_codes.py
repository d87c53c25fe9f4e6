"""The codes by which the national public-service portal speaks of a dossier: its state, and how it came."""

from __future__ import annotations

from datetime import date
from enum import IntEnum

from gplx.law.periods import Dated, InForce
from gplx.law.sources import cite

EXCHANGE_PROCEDURE = InForce[str](Dated(date(2025, 3, 1), "3.000347", cite("portal", "procedure code"), "S"))
"""The code of the procedure of exchange (MaTTHC), as public guides name it; the one of the pilot is not known."""


class PortalStatus(IntEnum):
    """The state of a dossier (TrangThaiHoSo), the same in four independent integrations.

    Source:
        portal (status codes).
    """

    NEWLY_REGISTERED = 1
    RECEIVED = 2
    NOT_RECEIVED = 3
    IN_PROCESS = 4
    SUPPLEMENT_REQUESTED = 5
    PAYMENT_REQUESTED = 6
    WITHDRAWAL_ASKED = 7
    STOPPED = 8
    FINISHED = 9
    RETURNED = 10


class Channel(IntEnum):
    """How a dossier was filed (KenhThucHien).

    Source:
        portal (channel codes).
    """

    COUNTER = 1
    ONLINE = 2
    POST = 3


STATUS_NAMES: dict[PortalStatus, tuple[str, str]] = {
    PortalStatus.NEWLY_REGISTERED: ("Mới đăng ký", "newly registered"),
    PortalStatus.RECEIVED: ("Được tiếp nhận", "received"),
    PortalStatus.NOT_RECEIVED: ("Không được tiếp nhận", "not received"),
    PortalStatus.IN_PROCESS: ("Đang xử lý", "in process"),
    PortalStatus.SUPPLEMENT_REQUESTED: ("Yêu cầu bổ sung giấy tờ", "supplement requested"),
    PortalStatus.PAYMENT_REQUESTED: ("Yêu cầu thực hiện nghĩa vụ tài chính", "payment requested"),
    PortalStatus.WITHDRAWAL_ASKED: ("Công dân yêu cầu rút hồ sơ", "citizen asks to withdraw"),
    PortalStatus.STOPPED: ("Dừng xử lý", "processing stopped"),
    PortalStatus.FINISHED: ("Đã xử lý xong", "processing finished"),
    PortalStatus.RETURNED: ("Đã trả kết quả", "result returned"),
}
"""Vietnamese and English name of each state."""

CHANNEL_NAMES: dict[Channel, tuple[str, str]] = {
    Channel.COUNTER: ("Trực tiếp", "at the counter"),
    Channel.ONLINE: ("Trực tuyến", "online"),
    Channel.POST: ("Bưu chính công ích", "public post"),
}
"""Vietnamese and English name of each channel."""
