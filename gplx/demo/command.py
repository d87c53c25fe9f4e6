"""Fill an empty register with an invented population and two years of decisions, then say what to try.

The same seed and day make the same register. --reset empties the register first; that is possible in a demo only.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from tqdm import tqdm

from gplx import clock
from gplx.accounts.models import MachineClient
from gplx.audit.append_only import emptying_a_demo
from gplx.demo import certificates, exams, mail, sittings
from gplx.demo.history import Story, live_through
from gplx.demo.people import CITIZENS, PEOPLE, Person
from gplx.demo.population import load, residents
from gplx.demo.telling import tell
from gplx.demo.wallets import give_out, register_receivers
from gplx.gateways.sandbox.people import publish
from gplx.licences.models import Holder, Licence
from gplx.points import installation
from gplx.points.queries import installed_profile
from gplx.questions.actions import record_own_bank
from gplx.wallet import publication, store

LICENCES, DECISIONS, SEED = 20_000, 6_000, 1

_STAY = {"accounts", "questions"}
"""Rooms whose rows are nobody's life: who may sign in or call, and the bank of questions. A reset leaves them."""
_QUEUE = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers")
_GROWING_TABLES = "points_account, points_fact, points_entry, notices_notice, sanctions_decision, sanctions_annulment"
_ANALYZE_AFTER_DAYS = (7, 30, 90, 200, 400)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--licences", type=int, default=LICENCES, help=f"how many licences (default {LICENCES})")
    parser.add_argument("--decisions", type=int, default=DECISIONS, help=f"how many decisions (default {DECISIONS})")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed makes another population")
    parser.add_argument("--reset", action="store_true", help="empty the register first")
    parser.add_argument("--people", action="store_true", help="only say whom to sign in as and what to try")


def run(arguments: argparse.Namespace) -> int:
    if not settings.DEMO:
        print("This register is in service (GPLX_DEMO=0): it takes no invented people.", file=sys.stderr)
        return 2
    if arguments.licences < len(CITIZENS) or arguments.decisions < 0:
        print(
            f"--licences is a count of {len(CITIZENS)} or more (the named people have one each), --decisions of 0 or"
            " more.",
            file=sys.stderr,
        )
        return 2
    if arguments.people or not arguments.reset:
        installation.check()
    if not arguments.people:
        if Licence.objects.exists() and not arguments.reset:
            print("The register is not empty. Use --reset to empty it and start anew.", file=sys.stderr)
            return 2
        store.key_store().make_missing(at=publication.now())
        _fill(arguments)
    register_receivers()
    publish(asdict(person) for person in PEOPLE)
    _say_what_to_try()
    return 0


@transaction.atomic
def _fill(arguments: argparse.Namespace) -> None:
    """All or nothing: an interrupted demo leaves the register as it was."""
    with connection.cursor() as cursor:
        if arguments.reset:
            with emptying_a_demo():
                cursor.execute(f"TRUNCATE {', '.join(_tables())} RESTART IDENTITY CASCADE")
            installation.choose()
        # Checked at each statement's end instead of piling up until the commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    today = clock.today()
    with _bar(arguments.licences, "Giấy phép / licences", unit_scale=True) as bar:
        people = load(residents(arguments.licences, arguments.seed, today), bar)
    story = Story(people, arguments.seed, today, installed_profile())
    story.named_people()
    story.everybody(arguments.decisions)
    _analyze("licences_holder, licences_identityalias, licences_licence, licences_entitlement")
    days = (story.today - story.first_day).days + 1
    with _bar(days, "Từng ngày / day by day", unit=" days") as bar:
        for number, _ in enumerate(live_through(story)):
            bar.update()
            if number in _ANALYZE_AFTER_DAYS:
                _analyze(_GROWING_TABLES)
    _analyze(_GROWING_TABLES)
    exams.hold_sessions(today)
    exams.register_people({person.key: _holder(person) for person in CITIZENS}, today)
    mail.fill([person.citizen_number for person in CITIZENS])
    tell()
    give_out()
    record_own_bank()
    certificates.send_some(today)
    sittings.hold()


def _holder(person: Person) -> Holder:
    return Holder.objects.get(citizen_number=person.citizen_number)


def _tables() -> list[str]:
    """Every table of the register's own rooms, but those that stay."""
    ours = (room for room in apps.get_app_configs() if room.name.startswith("gplx.") and room.label not in _STAY)
    return [*(model._meta.db_table for room in ours for model in room.get_models()), *_QUEUE]


def _analyze(tables: str) -> None:
    """Within one long transaction nobody else keeps the planner's statistics."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def _bar(total: int, description: str, **more: Any) -> tqdm[Any]:
    """A progress bar; where nobody watches (a log file), a line now and then."""
    return tqdm(total=total, desc=description, mininterval=0.2 if sys.stderr.isatty() else 10, **more)


def _say_what_to_try() -> None:
    base = settings.BASE_URL
    print(f"\nGPLX: {base}    (ngày của hệ thống / the register's day: {clock.today():%d/%m/%Y})\n")
    width = max(len(person.name) for person in PEOPLE)
    print("Đăng nhập thử với / sign in as:")
    for person in PEOPLE:
        print(f"  {person.name:<{width}}  {person.special_vi} / {person.special_en}")
    print(
        f"""
Thử xem / what to try:
  {base}/                 điểm của mình, tính thử, hộp thư, bản kê / a driver's points, what-if, inbox, statement
  {base}/het-diem/car     hết điểm: việc cần làm, đăng ký kiểm tra / no points left: what to do, register
  {base}/desk/lich-kiem-tra    lịch kiểm tra, hồ sơ chờ trả lời / the examiner's calendar and queue
  {base}/vi-giay-phep     giấy phép điện tử và ví / the electronic licence
  {base}/kiem-tra-giay-phep    kiểm tra một giấy phép điện tử / check one
  {base}/csgt             thông báo trên trang CSGT / notices on the traffic police's page
  {settings.SANDBOX_URL}/mail/ · {settings.SANDBOX_URL}/sms/   thư và tin nhắn đã gửi / mail and messages that went out
  {settings.SANDBOX_URL}/phone/   điện thoại giả lập / a phone with a wallet
  {settings.SANDBOX_URL}/receivers/e-id/  hệ thống được báo (e-id, police) / systems that are pushed to
  {base}/desk/            tra cứu, nhập quyết định, đối chiếu / an officer's look-up, intake, quarantine
  {base}/desk/phong-thi    kiểm tra hôm nay: hai cán bộ Mẫu Khảo và Mẫu Chứng, người dự Mẫu Thị Sẵn
                                        / today's test: two examiners and one candidate
  {base}/on-tap           ôn tập câu hỏi, không cần đăng nhập / practise the questions, nothing is kept
  {base}/desk/cau-hoi      ngân hàng câu hỏi, đề mẫu / the question bank, sample papers (Mẫu Khảo)
  {base}/phong-thi        máy trong phòng kiểm tra / the tablet in the test room
  {base}/desk/thu-giay    thư giấy: lô, in, gửi, trả lại / letters: batches, printing, posting, returns
  {base}/kiem-tra         kiểm tra một văn bản theo mã / is a paper genuine?
  {base}/api/v1/docs      giao diện lập trình / the API (gplx client create …)
  {settings.SANDBOX_URL}/benh-vien/   bệnh viện giả lập gửi giấy khám / a hospital of the sandbox sends certificates
  {base}/demo/dong-ho     dời ngày để xem điểm được phục hồi / move the day and watch a restoration
  gplx law list --text "den do"          tra danh mục / search the catalogue
  gplx replay FILE                       luật nói gì về một chuỗi sự kiện / what the law makes of facts
  gplx fsck                              kiểm chứng toàn bộ sổ điểm / prove the whole record
"""
    )
    if not MachineClient.objects.exclude(authority__in=[code for code, _, _ in certificates.FACILITIES]).exists():
        print("Tạo ứng dụng máy / make a machine client:")
        print("  gplx client create demo --authority CSGT-01 --scope decisions:write --scope standing:read\n")
