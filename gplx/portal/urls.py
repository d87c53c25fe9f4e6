"""The citizen's addresses: Vietnamese words without diacritics."""

from __future__ import annotations

from django.urls import path

from gplx.accounts import views as accounts
from gplx.portal import language
from gplx.portal.views import (
    contacts,
    csgt,
    demo_clock,
    dossiers,
    electronic,
    exhausted,
    health,
    messages,
    offences,
    open_pages,
    papers,
    points,
    practice,
    registering,
    tracking,
    what_if,
)

urlpatterns = [
    path("", open_pages.home, name="home"),
    path("cach-tinh-diem", open_pages.about, name="about"),
    path("danh-muc", offences.browse, name="catalogue"),
    path("danh-muc/<path:code>", offences.one_offence, name="offence"),
    path("ngon-ngu", language.set_language, name="set_language"),
    path("dang-nhap", accounts.sign_in, name="sign_in"),
    path("dang-nhap/xong", accounts.signed_in, name="signed_in"),
    path("can-bo/dang-nhap", accounts.sign_in_officer, name="sign_in_officer"),
    path("can-bo/dang-nhap/xong", accounts.signed_in_officer, name="signed_in_officer"),
    path("dang-xuat", accounts.sign_out, name="sign_out"),
    path("diem", points.points, name="points"),
    path("diem/<str:part>/lich.ics", points.next_day, name="calendar"),
    path("ban-ke", points.paper, name="paper"),
    path("ban-ke.pdf", papers.statement, name="paper_pdf"),
    path("kiem-tra", papers.ask, name="check_ask"),
    path("kiem-tra/<str:code>", papers.check, name="check_paper"),
    path("hop-thu", messages.inbox, name="inbox"),
    path("hop-thu/<int:notice_id>", messages.notice, name="notice"),
    path("hop-thu/<int:notice_id>/nghe/<str:voice>.mp3", messages.listen, name="listen"),
    path("lien-he", contacts.contacts, name="contacts"),
    path("csgt", csgt.csgt, name="csgt"),
    path("suc-khoe", health.health, name="health"),
    path("ai-da-xem", messages.accesses, name="accesses"),
    path("thu-tinh", what_if.own, name="what_if"),
    path("tinh", what_if.shared, name="what_if_shared"),
    path("het-diem/<str:part>", exhausted.exhausted, name="exhausted"),
    path("dang-ky-kiem-tra/<str:part>", registering.register, name="register_test"),
    path("ho-so", dossiers.dossiers, name="dossiers"),
    path("ho-so/<str:code>", dossiers.dossier, name="dossier"),
    path("ho-so/<str:code>/phieu", dossiers.slip, name="dossier_slip"),
    path("tra-cuu-ho-so", tracking.track, name="track"),
    path("vi-giay-phep", electronic.mine, name="electronic"),
    path("kiem-tra-giay-phep", electronic.check, name="licence_check"),
    path("on-tap", practice.start, name="practice"),
    path("on-tap/chu-de/<str:address>", practice.topic, name="practice_topic"),
    path("on-tap/de/<str:category>", practice.paper, name="practice_paper"),
    path("demo/dong-ho", demo_clock.demo_clock, name="demo_clock"),
]
