"""Every "no" of the API: an RFC 9457 problem with a code, a Vietnamese and an English title, and the fields meant.

A problem never repeats what was sent, and is never HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson

MEDIA_TYPE = "application/problem+json"


class Kind(NamedTuple):
    """What one code means."""

    status: HTTPStatus
    title: str
    title_en: str


KINDS: dict[str, Kind] = {
    "not_json": Kind(HTTPStatus.BAD_REQUEST, "Nội dung không phải JSON hợp lệ", "The body is not JSON"),
    "not_an_object": Kind(
        HTTPStatus.BAD_REQUEST, "Nội dung phải là một đối tượng JSON", "The body must be a JSON object"
    ),
    "nested_too_deeply": Kind(
        HTTPStatus.BAD_REQUEST, "Nội dung JSON lồng nhau quá sâu", "The JSON is nested too deeply"
    ),
    "duplicate_key": Kind(HTTPStatus.BAD_REQUEST, "Có khóa JSON bị lặp lại", "A JSON key is given twice"),
    "number_form": Kind(HTTPStatus.BAD_REQUEST, "Có số viết sai dạng", "A number is not written as a plain number"),
    "encoding": Kind(
        HTTPStatus.BAD_REQUEST, "Chỉ nhận văn bản UTF-8 không có BOM", "Only UTF-8 text without a BOM is taken"
    ),
    "repeated_parameter": Kind(
        HTTPStatus.BAD_REQUEST, "Có tham số bị lặp lại trong địa chỉ", "A query parameter is given twice"
    ),
    "query_form": Kind(HTTPStatus.BAD_REQUEST, "Phần truy vấn của địa chỉ bị sai", "The query cannot be read"),
    "host": Kind(HTTPStatus.BAD_REQUEST, "Tên máy chủ không đúng", "The Host header does not name this register"),
    "bad_request": Kind(HTTPStatus.BAD_REQUEST, "Yêu cầu không hợp lệ", "The request cannot be read"),
    "unauthorized": Kind(
        HTTPStatus.UNAUTHORIZED, "Cần mã truy cập còn hiệu lực", "A bearer token that is valid now is needed"
    ),
    "signature": Kind(
        HTTPStatus.UNAUTHORIZED, "Chữ ký không đúng", "Not signed by the key that is registered for this system"
    ),
    "scope_missing": Kind(
        HTTPStatus.FORBIDDEN, "Mã truy cập không có quyền này", "The token does not carry the scope this needs"
    ),
    "other_authority": Kind(
        HTTPStatus.FORBIDDEN,
        "Chỉ được gửi quyết định của chính cơ quan mình",
        "A client may send decisions of its own authority only",
    ),
    "other_facility": Kind(
        HTTPStatus.FORBIDDEN,
        "Chỉ được gửi giấy khám của chính cơ sở khám mình, đã đăng ký",
        "A client may send certificates of its own registered facility only",
    ),
    "signature_refused": Kind(
        HTTPStatus.UNAUTHORIZED, "Chữ ký số không được chấp nhận", "The signature of the data is not accepted"
    ),
    "forbidden": Kind(HTTPStatus.FORBIDDEN, "Không được phép", "Not allowed"),
    "not_found": Kind(HTTPStatus.NOT_FOUND, "Không tìm thấy", "Not found"),
    "method_not_allowed": Kind(
        HTTPStatus.METHOD_NOT_ALLOWED, "Địa chỉ này không nhận phương thức đó", "This address does not take that method"
    ),
    "conflict": Kind(
        HTTPStatus.CONFLICT,
        "Đã có quyết định cùng số nhưng nội dung khác; không ghi nhận gì",
        "A decision of the same number with other content is known; nothing was recorded",
    ),
    "certificate_conflict": Kind(
        HTTPStatus.CONFLICT,
        "Đã có giấy khám cùng số và hạng nhưng nội dung khác; muốn sửa phải gửi STATE = EDIT",
        "A certificate of this number and class with other content is known; send STATE = EDIT to correct it",
    ),
    "nothing_to_edit": Kind(
        HTTPStatus.CONFLICT,
        "Chưa có giấy khám cùng số và hạng để sửa; hãy gửi STATE = ADD",
        "There is no certificate of this number and class to correct; send STATE = ADD",
    ),
    "length_required": Kind(
        HTTPStatus.LENGTH_REQUIRED, "Cần cho biết độ dài nội dung", "The length of the body must be stated"
    ),
    "too_large": Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Nội dung quá lớn", "The body is too large"),
    "media_type": Kind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Không nhận kiểu nội dung này", "This media type is not taken here"
    ),
    "invalid": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "Có trường chưa đúng; không ghi nhận gì", "Some fields are not right"
    ),
    "not_comparable": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Không so sánh được: có quyết định nêu mức hoặc hành vi không có trong văn bản này",
        "Not comparable: a decision states a level or an offence that this body of law does not have",
    ),
    "not_eligible": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Chưa đủ điều kiện; không ghi nhận gì",
        "Something the law asks for is missing; nothing was recorded",
    ),
    "session_not_open": Kind(
        HTTPStatus.CONFLICT,
        "Kỳ kiểm tra này không nhận đăng ký: hết chỗ, đã hủy, chưa công bố hoặc quá gần",
        "This session takes no registrations: full, called off, not published, or too near",
    ),
    "registered_elsewhere": Kind(
        HTTPStatus.CONFLICT,
        "Người này đang có hồ sơ đăng ký nộp ở nơi khác",
        "This person has a registration under way that was submitted elsewhere",
    ),
    "not_now": Kind(
        HTTPStatus.CONFLICT,
        "Hồ sơ không còn ở bước làm được việc này",
        "The dossier does not stand where this can be done",
    ),
    "too_many_attempts": Kind(
        HTTPStatus.TOO_MANY_REQUESTS, "Quá nhiều lần xác thực sai", "Too many failed attempts; wait and try again"
    ),
    "too_many_misses": Kind(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Quá nhiều lần tra cứu không có kết quả",
        "Too many look-ups that found nothing; wait and try again",
    ),
    "internal": Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "Lỗi của hệ thống", "An error of the register"),
    "unavailable": Kind(
        HTTPStatus.SERVICE_UNAVAILABLE, "Hệ thống tạm thời chưa sẵn sàng, hãy thử lại", "Not available now; try again"
    ),
}

FIELD_KINDS: dict[str, tuple[str, str]] = {
    "required": ("Thiếu trường bắt buộc", "Required"),
    "unknown_field": ("Trường không có trong đặc tả", "Not a field of this document"),
    "unknown_parameter": ("Tham số không có trong đặc tả", "Not a parameter of this address"),
    "not_text": ("Phải là một chuỗi chữ", "Must be a text"),
    "not_integer": ("Phải là số nguyên", "Must be a whole number"),
    "not_boolean": ("Phải là true hoặc false", "Must be true or false"),
    "not_a_list": ("Phải là một danh sách", "Must be a list"),
    "not_an_object": ("Phải là một đối tượng", "Must be an object"),
    "not_a_day": ("Phải là một ngày có thật, dạng YYYY-MM-DD", "Must be a calendar day, YYYY-MM-DD"),
    "order_of_days": ("Thứ tự các ngày không đúng", "The days are not in order"),
    "out_of_range": ("Ngoài giới hạn cho phép", "Out of range"),
    "instant": (
        "Thời điểm viết như 2026-12-03T08:00:00+07:00, có múi giờ",
        "An instant is written like 2026-12-03T08:00:00+07:00, with its offset",
    ),
    "not_listed": ("Không có trong danh sách cho phép", "Not one of the listed values"),
    "licence_number": ("Số giấy phép lái xe gồm 12 chữ số", "A licence number has 12 digits"),
    "text_character": ("Có ký tự không được phép", "Holds a character that is not allowed"),
    "too_long": ("Dài quá giới hạn", "Too long"),
    "too_short": ("Ngắn quá giới hạn", "Too short"),
    "too_many": ("Quá nhiều phần tử", "Too many items"),
    "unknown_code": ("Mã hành vi không có trong danh mục", "Not a code of the catalogue"),
    "code_not_in_force": (
        "Mã hành vi không có hiệu lực vào ngày vi phạm",
        "The code was not in force on the day of the act",
    ),
    "not_in_schedule": ("Mức điểm không có trong quy định", "Not a level of the schedule"),
    "unknown_decision": ("Không có quyết định mang số này", "There is no decision of that number"),
    "used_twice": ("Đã dùng ở chỗ khác trong cùng tài liệu", "Used twice in the document"),
    "part_needed": (
        "Người này có cả hai phần giấy phép: cần nói rõ motorcycle hay car",
        "The holder has both parts: say motorcycle or car",
    ),
    "part_not_held": ("Giấy phép không có phần này", "The licence has no such part"),
    "invalid": ("Giá trị không hợp lệ", "Not valid"),
}


class Field(NamedTuple):
    """One place of a request that is not right."""

    field: str
    code: str
    title: str
    title_en: str


def field(name: str, code: str) -> Field:
    """A field fault with the titles of its code."""
    return Field(name, code, *FIELD_KINDS[code])


class Problem(Exception):
    """A request that is refused; the border renders it."""

    def __init__(self, code: str, fields: Iterable[Field] = (), *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.kind = KINDS[code]
        self.fields = list(fields)
        self.headers = {"Content-Type": MEDIA_TYPE, **(headers or {})}

    @property
    def status(self) -> int:
        return self.kind.status.value

    def document(self) -> dict[str, Any]:
        """The problem as JSON values."""
        said: dict[str, Any] = {
            "type": "about:blank",
            "status": self.status,
            "code": self.code,
            "title": self.kind.title,
            "title_en": self.kind.title_en,
        }
        if self.fields:
            said["fields"] = [one._asdict() for one in self.fields]
        return said

    def body(self) -> bytes:
        return orjson.dumps(self.document())


def invalid(*fields: Field) -> Problem:
    """The problem of fields that are not right."""
    return Problem("invalid", fields)


def not_comparable(decision_keys: Iterable[str]) -> Problem:
    """The problem of a record that another body of law cannot be asked about, with the decisions concerned."""
    return Problem(
        "not_comparable",
        [
            Field(
                "law",
                "not_in_schedule",
                f"Quyết định {key} nêu mức hoặc hành vi không có trong văn bản này",
                f"Decision {key} states a level or an offence that this body of law does not have",
            )
            for key in decision_keys
        ],
    )


BY_STATUS = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    413: "too_large", 415: "media_type", 422: "invalid", 503: "unavailable",
}  # fmt: skip
"""The code of an answer that did not come from our own code."""


def of_status(status: int) -> Problem:
    """The problem for a bare error status of the framework."""
    return Problem(BY_STATUS.get(status, "internal" if status >= 500 else "bad_request"))
