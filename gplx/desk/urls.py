"""The desk's addresses: Vietnamese words without diacritics. None of them carries a person's number or name (I18)."""

from __future__ import annotations

from django.urls import path

from gplx.desk.views import (
    annulments,
    catalogue,
    files,
    home,
    intake,
    licence_check,
    look_up,
    quarantine,
    statement,
    test_room,
    undelivered,
)

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("tra-cuu", look_up.look_up, name="look_up"),
    path("tra-cuu/chon", look_up.choose, name="choose"),
    path("tra-cuu/<int:number>", look_up.look, name="look"),
    path("tra-cuu/<int:number>/ban-ke/<str:part>", statement.statement, name="statement"),
    path("kiem-tra-giay-phep", licence_check.check, name="licence_check"),
    path("kiem-tra-giay-phep/ngoai-tuyen.zip", licence_check.offline, name="offline_kit"),
    path("danh-muc", catalogue.browse, name="catalogue"),
    path("danh-muc/<path:code>", catalogue.offence, name="offence"),
    path("quyet-dinh/nhap", intake.form, name="intake"),
    path("quyet-dinh/goi-y", catalogue.suggestions, name="suggestions"),
    path("quyet-dinh/nhap/<str:draft>/kiem-tra", intake.check, name="intake_check"),
    path("quyet-dinh/<int:decision_id>", intake.done, name="decision"),
    path("huy-quyet-dinh", annulments.overview, name="annulments"),
    path("huy-quyet-dinh/nhap", annulments.form, name="annulment_form"),
    path("huy-quyet-dinh/nhap/<str:draft>/kiem-tra", annulments.check, name="annulment_check"),
    path("huy-quyet-dinh/<int:proposal_id>", annulments.proposal, name="annulment"),
    path("doi-chieu", quarantine.queue, name="quarantine"),
    path("doi-chieu/<int:decision_id>", quarantine.item, name="quarantine_item"),
    path("chua-bao-duoc", undelivered.overview, name="undelivered"),
    path("chua-bao-duoc/<int:errand_id>", undelivered.item, name="undelivered_item"),
    path("tep", files.overview, name="files"),
    path("tep/mau.<str:kind>", files.template, name="file_template"),
    path("tep/<int:file_id>", files.file, name="file"),
    path("tep/<int:file_id>/tien-do", files.progress, name="file_progress"),
    path("tep/<int:file_id>/ghi-nhan", files.take, name="file_take"),
    path("tep/<int:file_id>/ket-qua.csv", files.result, name="file_result"),
    path("phong-thi", test_room.sessions, name="test_sessions"),
    path("phong-thi/thong-ke", test_room.statistics, name="test_statistics"),
    path("phong-thi/<int:session_id>", test_room.session, name="test_session"),
    path("phong-thi/<int:session_id>/<int:registration_id>", test_room.candidate, name="test_candidate"),
    path(
        "phong-thi/<int:session_id>/<int:registration_id>/bien-ban-<str:copy>.pdf",
        test_room.minutes_copy,
        name="test_minutes",
    ),
]
