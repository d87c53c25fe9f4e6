"""What is said to a person about each condition of an exchange, and how to mend it, in Vietnamese and English."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from gplx.law.exchange_readiness import Condition


class Text(NamedTuple):
    """What is so, and what to do about it; `remedy` is empty where there is nothing to do."""

    says_vi: str
    says_en: str
    remedy_vi: str = ""
    remedy_en: str = ""


TEXTS: dict[str, Text] = {
    "service.open": Text(
        "Có thể nộp hồ sơ trực tuyến tại {province}.",
        "You can file online in {province}.",
    ),
    "service.closed": Text(
        "Chưa nhận hồ sơ trực tuyến tại {province}.",
        "Online filing is not open in {province} yet.",
        "Nộp hồ sơ trực tiếp tại nơi tiếp nhận.",
        "File at the counter of a reception point.",
    ),
    "service.not_known": Text(
        "Không có văn bản nào cho biết vào ngày này {province} đã nhận hồ sơ trực tuyến hay chưa.",
        "No text says whether online filing was open in {province} on this day.",
        "Hỏi nơi tiếp nhận hồ sơ.",
        "Ask the reception point.",
    ),
    "licence.found": Text("Đã tìm thấy giấy phép lái xe.", "The licence was found."),
    "licence.not_found": Text(
        "Không tìm thấy giấy phép lái xe trong hệ thống.",
        "The licence was not found in the system.",
        "Kiểm tra lại số giấy phép. Vẫn có thể nộp hồ sơ: cơ quan tiếp nhận xác minh bằng văn bản rồi mới quyết định.",
        "Check the number. You can file all the same: the office verifies in writing before it decides anything.",
    ),
    "licence.silent": Text(
        "Hệ thống giấy phép lái xe chưa trả lời.",
        "The licence system has not answered.",
        "Không cần làm gì; việc tra cứu được thực hiện lại.",
        "Nothing to do; the look-up is repeated.",
    ),
    "genuine.yes": Text(
        "Giấy phép khớp với dữ liệu trong hệ thống.",
        "The licence agrees with the system.",
    ),
    "genuine.differs": Text(
        "Số phôi, ngày cấp hoặc ngày hết hạn in trên thẻ khác với hệ thống.",
        "Blank number, day of issue or expiry on the card differ from the system.",
        "Nhập lại đúng như in trên thẻ. Nếu vẫn khác, cơ quan tiếp nhận xác minh trước khi quyết định.",
        "Enter them as they are printed. If they still differ, the office verifies before it decides.",
    ),
    "genuine.not_known": Text(
        "Chưa đối chiếu giấy phép với hệ thống.",
        "The licence was not compared with the system yet.",
        "Nhập số phôi, ngày cấp và ngày hết hạn in trên thẻ, hoặc mở giấy phép trên ứng dụng VNeID.",
        "Enter blank number, day of issue and expiry from the card, or open the licence in the VNeID app.",
    ),
    "reason.named": Text(
        "Trường hợp được đổi: {case_vi}.",
        "A case in which a licence is exchanged: {case_en}.",
    ),
    "reason.not_named": Text(
        "Phần văn bản đã đọc không nêu trường hợp này: {case_vi}.",
        "What was read of the rules does not name this case: {case_en}.",
        "Hỏi nơi tiếp nhận hồ sơ.",
        "Ask the reception point.",
    ),
    "class.same": Text("Hạng {held} được đổi sang cùng hạng.", "Class {held} is exchanged for the same class."),
    "class.converted": Text(
        "Hạng {held} cũ được đổi sang hạng {target}. Có thể chọn: {offered}.",
        "The old class {held} becomes class {target}. You may choose: {offered}.",
    ),
    "class.downgrade": Text(
        "Hạng {held} được đổi xuống hạng {target} theo nguyện vọng của người lái xe.",
        "Class {held} is exchanged for the lower class {target}, as you ask.",
        "Khai rõ trong đơn rằng quý vị tự nguyện đổi xuống hạng thấp hơn và chịu trách nhiệm.",
        "State in the form that you ask for the lower class of your own accord and answer for it.",
    ),
    "class.over_age": Text(
        "Đã quá tuổi lái xe hạng {held}: được đổi xuống hạng {target} nếu đủ sức khỏe. Có thể chọn: {offered}.",
        "You are past the age for class {held}: it becomes class {target} if you are fit. You may choose: {offered}.",
    ),
    "class.restricted": Text(
        "Hạng {held} được đổi sang hạng {target}, giới hạn: {restriction_vi}.",
        "Class {held} becomes class {target}, limited: {restriction_en}.",
    ),
    "class.without_largest": Text(
        "Hạng {held} được đổi sang hạng {target}, nhưng đã quá tuổi lái xe trên 29 chỗ và xe giường nằm.",
        "Class {held} becomes class {target}, but you are past the age for coaches over 29 seats and sleepers.",
    ),
    "class.too_young": Text(
        "Chưa đủ tuổi lái xe hạng {target}.",
        "You are not old enough for class {target}.",
        "Chọn hạng khác, hoặc nộp hồ sơ từ ngày {day}.",
        "Choose another class, or file from {day}.",
    ),
    "class.not_offered": Text(
        "Hạng {held} không đổi được sang hạng {target}.",
        "Class {held} cannot be exchanged for class {target}.",
        "Chọn một trong các hạng: {offered}.",
        "Choose one of: {offered}.",
    ),
    "class.none": Text(
        "Không có hạng giấy phép nào thay cho hạng {held}.",
        "No class of licence replaces class {held}.",
        "Hỏi cơ quan cấp phép; hạng A4 chuyển thành chứng chỉ điều khiển xe máy chuyên dùng.",
        "Ask the licensing office; class A4 becomes a certificate for special machines.",
    ),
    "term.none": Text("Hạng này không có thời hạn.", "This class never expires."),
    "term.running": Text("Giấy phép còn hạn đến hết ngày {day}.", "The licence holds until {day}."),
    "term.relief": Text(
        "Giấy phép quá hạn dưới một tháng do ốm đau, thiên tai, hỏa hoạn hoặc dịch bệnh: được đổi đến hết ngày {day}.",
        "Expired for less than a month by illness, disaster, fire or epidemic: it can be exchanged until {day}.",
        "Nộp kèm giấy tờ chứng minh.",
        "Attach the proof.",
    ),
    "term.inferred": Text(
        "Giấy phép quá hạn dưới 03 tháng: được đổi đến hết ngày {day}. Văn bản không nói rõ điều này.",
        "Expired for less than three months: it can be exchanged until {day}. No text says so in words.",
    ),
    "term.theory_test": Text(
        "Giấy phép hết hạn ngày {day}: phải sát hạch lại lý thuyết.",
        "The licence expired on {day}: the theory test has to be taken again.",
        "Đăng ký sát hạch lý thuyết; nếu quá hạn do ốm đau, thiên tai, hỏa hoạn, dịch bệnh, hãy khai điều đó.",
        "Register for the theory test; if illness, disaster, fire or epidemic was the cause, say so.",
    ),
    "term.theory_and_practice": Text(
        "Giấy phép hết hạn ngày {day}, đã từ một năm trở lên: phải sát hạch lại lý thuyết và thực hành.",
        "The licence expired on {day}, a year ago or more: theory and practice have to be taken again.",
        "Đăng ký sát hạch lý thuyết và thực hành.",
        "Register for the tests of theory and practice.",
    ),
    "withdrawn.unfit": Text(
        "Giấy phép đã bị thu hồi vì không đủ sức khỏe.",
        "The licence was withdrawn on health grounds.",
        "Khi đủ sức khỏe, đề nghị cấp lại theo thủ tục đổi, kèm giấy khám sức khỏe mới.",
        "When fit again, ask for a new one by the procedure of exchange, with a new health certificate.",
    ),
    "withdrawn.wrongly_issued": Text(
        "Giấy phép đã bị thu hồi vì cấp sai.",
        "The licence was withdrawn because it was wrongly issued.",
        "Đề nghị cấp lại theo thủ tục đổi.",
        "Ask for a new one by the procedure of exchange.",
    ),
    "withdrawn.uncollected": Text(
        "Giấy phép đã bị thu hồi vì không đến nhận sau khi hết thời hạn tạm giữ hoặc thi hành; không đổi được.",
        "The licence was withdrawn because it was not collected in time; it cannot be exchanged.",
        "Sau 05 năm, học và sát hạch như người cấp lần đầu.",
        "After five years, train and take the test as a first-time applicant.",
    ),
    "revoked.no": Text("Giấy phép không bị tước quyền sử dụng.", "The licence is not revoked."),
    "revoked.until": Text(
        "Giấy phép bị tước quyền sử dụng đến hết ngày {day}.",
        "The licence is revoked until {day}.",
        "Nộp hồ sơ khi đã chấp hành xong.",
        "File when the revocation is over.",
    ),
    "revoked.other_part": Text(
        "Phần kia của giấy phép tích hợp bị tước; phần này vẫn được đổi.",
        "The other part of the integrated licence is revoked; this part can be exchanged.",
    ),
    "revoked.other_part_decision": Text(
        "Phần kia của giấy phép tích hợp bị tước; phần này vẫn được đổi.",
        "The other part of the integrated licence is revoked; this part can be exchanged.",
        "Nộp kèm quyết định xử phạt thay cho giấy phép.",
        "Attach the penalty decision instead of the licence.",
    ),
    "revoked.silent": Text(
        "Chưa biết giấy phép có bị tước quyền sử dụng hay không.",
        "Whether the licence is revoked is not known yet.",
        "Không cần làm gì; việc tra cứu được thực hiện lại.",
        "Nothing to do; the look-up is repeated.",
    ),
    "case.none": Text("Không có vụ việc vi phạm chưa xử lý xong.", "There is no unfinished violation case."),
    "case.open": Text(
        "Còn vụ việc vi phạm chưa xử lý xong: {cases}. Chưa được đổi; đây không phải là từ chối hẳn.",
        "A violation case is unfinished: {cases}. No exchange yet; it is not refused for good.",
        "Thực hiện xong yêu cầu của cơ quan giải quyết vụ việc, rồi nộp hồ sơ hoặc chờ kiểm tra lại.",
        "Finish what the authority of the case requires, then file, or wait for the next look-up.",
    ),
    "case.noted": Text(
        "Còn vụ việc vi phạm chưa xử lý xong: {cases}. Điều này không cản trở việc đổi theo quy định này.",
        "A violation case is unfinished: {cases}. Under these rules it does not bar the exchange.",
        "Liên hệ cơ quan giải quyết vụ việc.",
        "Turn to the authority of the case.",
    ),
    "case.silent": Text(
        "Nguồn dữ liệu vi phạm chưa trả lời.",
        "The source of violation data has not answered.",
        "Không cần làm gì; vẫn nộp được hồ sơ, việc tra cứu được thực hiện lại.",
        "Nothing to do; you can file, and the look-up is repeated.",
    ),
    "health.not_needed": Text(
        "Không cần giấy khám sức khỏe khi đổi sang hạng {target}.",
        "No health certificate is needed for class {target}.",
    ),
    "health.suits": Text(
        "Đã có giấy khám sức khỏe phù hợp hạng {target}, có giá trị đến hết ngày {day}.",
        "There is a health certificate for class {target}, valid until {day}.",
    ),
    "health.silent": Text(
        "Nguồn dữ liệu khám sức khỏe chưa trả lời.",
        "The source of health data has not answered.",
        "Nộp kèm bản sao điện tử có chứng thực, hoặc chờ tra cứu lại.",
        "Attach a certified electronic copy, or wait for the next look-up.",
    ),
    "health.certificate_missing": Text(
        "Chưa tìm thấy giấy khám sức khỏe cho hạng {target}.",
        "No health certificate for class {target} was found.",
        "Khám tại cơ sở có gửi dữ liệu, nhắc cơ sở đã khám gửi dữ liệu, hoặc nộp bản sao điện tử có chứng thực.",
        "Be examined where data is sent, ask your facility to send it, or attach a certified electronic copy.",
    ),
    "health.certificate_from_future": Text(
        "Ngày kết luận trên giấy khám sức khỏe sau ngày nộp hồ sơ.",
        "The health certificate was concluded after the day of filing.",
        "Nhờ cơ sở khám gửi lại dữ liệu đúng.",
        "Ask the facility to send the right data.",
    ),
    "health.certificate_expired": Text(
        "Giấy khám sức khỏe đã hết giá trị ngày {day}.",
        "The health certificate expired on {day}.",
        "Khám lại sức khỏe cho hạng {target}.",
        "Be examined again for class {target}.",
    ),
    "health.not_eligible": Text(
        "Giấy khám sức khỏe kết luận không đủ sức khỏe lái xe.",
        "The health certificate concludes that you are not fit to drive.",
        "Hỏi cơ sở khám; có thể đổi sang hạng mà quý vị đủ sức khỏe.",
        "Ask the facility; you may ask for a class for which you are fit.",
    ),
    "health.reexamination_due": Text(
        "Đã đến ngày phải khám lại theo giấy khám sức khỏe.",
        "The day of the next examination has come.",
        "Khám lại sức khỏe.",
        "Be examined again.",
    ),
    "health.class_unknown": Text(
        "Hạng ghi trên giấy khám sức khỏe phải do cán bộ xem xét.",
        "The class on the health certificate has to be looked at by a person.",
        "Vẫn nộp được hồ sơ.",
        "You can file all the same.",
    ),
    "health.class_not_covered": Text(
        "Giấy khám sức khỏe không đủ cho hạng {target}.",
        "The health certificate is not sufficient for class {target}.",
        "Khám sức khỏe cho hạng {target}, hoặc chọn hạng thấp hơn.",
        "Be examined for class {target}, or choose a lower class.",
    ),
    "health.drugs_found": Text(
        "Giấy khám sức khỏe ghi có chất ma túy trong cơ thể.",
        "The health certificate found drugs in the body.",
        "Khám lại khi kết quả xét nghiệm âm tính.",
        "Be examined again when the test is negative.",
    ),
    "points.kept": Text(
        "Giấy phép mới giữ nguyên {balance} điểm.",
        "The new licence keeps its {balance} points.",
    ),
    "points.exhausted": Text(
        "Giấy phép còn 0 điểm: vẫn được đổi, giấy phép mới cũng có 0 điểm và chưa được lái xe.",
        "The licence has 0 points: it can be exchanged, the new one has 0 too, and you may not drive yet.",
        "Dự kiểm tra kiến thức để phục hồi điểm khi đủ thời gian chờ.",
        "Sit the knowledge test when the wait is over.",
    ),
    "points.silent": Text(
        "Chưa biết số điểm; việc này không cản trở việc đổi.",
        "The points are not known yet; that does not bar the exchange.",
    ),
    "rules.not_read": Text(
        "Chưa kiểm chứng: {caution_vi}.",
        "Not verified: {caution_en}.",
        "Hỏi nơi tiếp nhận hồ sơ nếu cần chắc chắn.",
        "Ask the reception point if you need to be sure.",
    ),
}


def told(condition: Condition, language: Literal["vi", "en"]) -> tuple[str, str]:
    """What is so, and what to do about it; the second is empty where there is nothing to do."""
    text = TEXTS[condition.says]
    values = dict(condition.values)
    if condition.day is not None:
        values["day"] = _written(condition.day, language)
    says, remedy = (text.says_vi, text.remedy_vi) if language == "vi" else (text.says_en, text.remedy_en)
    return says.format(**values), remedy.format(**values)


def _written(day: date, language: str) -> str:
    return f"{day:%d/%m/%Y}" if language == "vi" else day.isoformat()
