"""`gplx law`: what is printed, and the exit status."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from gplx.law.coverage import provisions
from gplx.project.cli import main


@pytest.fixture
def law(capsys):
    """Run `gplx law …`; gives exit status, standard output and standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            status = main(["law", *arguments])
        except SystemExit as stop:
            status = int(stop.code or 0)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


# --- show -------------------------------------------------------------------------------------------------------


def test_show_says_everything_about_an_offence(law):
    status, out, err = law("show", "168/2024:21.8.d", "--on", "2026-09-01")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "168/2024:21.8.d    4 điểm    ô tô",
        "  Chở vật dạng thùng giả công-ten-nơ dài quá rơ moóc hoặc chở sai loại hàng theo đăng kiểm",
        "  Container-like box longer than the trailer record, or cargo type not matching the inspection record",
        "",
        "  từ ngày          2026-08-15",
        "  quy định         Điều 21, khoản 8, điểm d",
        "  trừ điểm theo    21.13.b",
        "  phạt tiền        8.000.000–12.000.000 đ",
        "  ghi chú (en)     238/2026 Art 8.4.a: content REPLACED - the former behaviour (container with",
        "                   unlawfully cut roof) no longer appears in 21.8.d; points unchanged",
        "  nguồn            238/2026 art. 8(4)(a)",
    ]


def test_show_takes_the_code_without_its_decree(law):
    assert law("show", "6.9.b") == law("show", "168/2024:6.9.b")


def test_show_speaks_english(law):
    status, out, _ = law("show", "draft-2024:car.steering.feet", "--lang", "en")
    assert status == 0
    assert out.splitlines() == [
        "draft-2024:car.steering.feet    12 points    car",
        "  Steering with the feet",
        "  Dùng chân điều khiển vô lăng",
        "",
        "  from                    2025-01-01",
        "  same act in the decree  revocation:6.12",
        "  certainty               press-list",
        '  reported by             vietnam.vn "gan-200-hanh-vi-co-the-bi-tru-diem" 2024-08-02',
        "  note                    vietnam.vn only; group is our reading (a steering wheel); the motorcycle",
        "                          acts of 7.9 are not named",
        "  source                  draft-2024-10 as reported, August to October 2024",
    ]
    assert "article 6, clause 9, point b" in law("show", "6.9.b", "--lang", "en")[1]


def test_show_without_a_day_gives_every_wording(law):
    _, out, _ = law("show", "168/2024:20.6.d")
    assert [line.split()[-1] for line in out.splitlines() if "từ ngày" in line] == [
        "2025-01-01",
        "2026-07-01",
        "2026-08-15",
    ]


@pytest.mark.parametrize(("day", "words"), [("2026-08-14", "cắt nóc trái phép"), ("2026-08-15", "giả công-ten-nơ")])
def test_show_gives_the_wording_of_the_day_of_the_act(law, day, words):
    _, out, _ = law("show", "21.8.d", "--on", day)
    assert words in out
    assert out.count("từ ngày") == 1


def test_show_names_the_publications_of_a_draft_level(law):
    _, out, _ = law("show", "draft-2024:any.drugs.driving")
    assert "12 điểm" in out
    assert "ma túy           có" in out
    assert "vnauto.net 2024-08-08" in " ".join(out.split())


def test_an_unknown_code_is_refused_with_its_neighbours(law):
    status, out, err = law("show", "168/2024:6.9.x")
    assert (status, out) == (2, "")
    assert "không có hành vi nào mang mã 168/2024:6.9.x" in err
    assert "168/2024:6.9.b" in err
    status, _, err = law("show", "draft-2024:car.speed", "--lang", "en")
    assert status == 2
    assert "did you mean: draft-2024:car.speed" in err


def test_a_code_like_no_other_is_refused_without_advice(law):
    status, _, err = law("show", "?????")
    assert status == 2
    assert "có phải" not in err


def test_a_code_that_was_not_in_force_is_refused_with_both_dates(law):
    status, out, err = law("show", "168/2024:20.8a", "--on", "2026-08-14")
    assert (status, out) == (2, "")
    assert "2026-08-15" in err
    assert "2026-08-14" in err
    assert law("show", "168/2024:20.8a", "--on", "2026-08-15")[0] == 0
    assert "is in force from 2026-08-15" in law("show", "20.8a", "--on", "2026-08-14", "--lang", "en")[2]


@pytest.mark.parametrize("day", ["2025-02-30", "20250301", "yesterday", "2025-W01-1", ""])
def test_what_is_no_day_is_refused(law, day):
    status, out, err = law("show", "6.9.b", "--on", day)
    assert (status, out) == (2, "")
    assert "YYYY-MM-DD" in err


def test_show_prints_json(law):
    status, out, _ = law("show", "6.9.b", "--on", "2025-03-01", "--json")
    assert status == 0
    assert out.startswith('{\n  "code": "168/2024:6.9.b",\n')
    assert '"Vượt đèn tín hiệu"' in out  # readable, not escaped
    row = json.loads(out)
    assert (row["code"], row["points"], row["summary_vi"]) == ("168/2024:6.9.b", 4, "Vượt đèn tín hiệu")
    assert row["source"] == "168/2024 art. 6(16)(b)"
    _, out, _ = law("show", "20.6.d", "--json")
    assert [row["first_day"] for row in json.loads(out)] == ["2025-01-01", "2026-07-01", "2026-08-15"]


# --- list -------------------------------------------------------------------------------------------------------


def test_list_stands_in_columns(law):
    status, out, _ = law("list", "--law", "in-force", "--level", "8", "--on", "2025-01-01")
    assert status == 0
    assert out.splitlines() == [
        "MÃ               ĐIỂM  LOẠI XE  HÀNH VI",
        "168/2024:21.7.a     8  ô tô     Chở quá tải trên 100–150%",
        "168/2024:21.7.b     8  ô tô     Kéo rơ moóc vượt khối lượng kéo trên 100–150%",
        "168/2024:32.15      8  ô tô     Chủ xe tự lái chở hoặc kéo quá tải trên 100–150%",
        "",
        "3 hành vi, Nghị định 168/2024/NĐ-CP, sửa đổi bởi Nghị định 238/2026/NĐ-CP, vi phạm ngày 2025-01-01.",
    ]


@pytest.mark.parametrize(("day", "count"), [("2024-12-31", 0), ("2025-01-01", 208), ("2026-08-14", 208)])
def test_list_goes_by_the_day_of_the_act(law, day, count):
    assert f"{count} hành vi" in law("list", "--law", "in-force", "--on", day)[1]


def test_list_without_a_day_is_the_newest_state_of_the_tables(law):
    _, out, _ = law("list", "--law", "in-force")
    assert "212 hành vi" in out
    assert "2026-08-15" in out


def test_list_under_the_draft_says_how_much_is_known(law):
    _, out, _ = law("list")
    assert "239 hành vi" in out
    assert "Trong 189 hành vi của dự thảo, 24 hành vi đã công khai; trong 28 hành vi bị trừ 12 điểm, 9." in out
    assert "Of the draft's 189 behaviours 24 are public" in law("list", "--lang", "en")[1]
    assert "189" not in law("list", "--law", "in-force")[1]


@pytest.mark.parametrize("text", ["vượt đèn đỏ", "vuot den do", "đèn tín hiệu vượt"])
def test_list_by_text(law, text):
    _, out, _ = law("list", "--law", "in-force", "--text", text, "--vehicle", "motorcycle")
    assert "168/2024:7.7.c" in out
    assert "1 hành vi" in out


def test_list_by_article_and_level(law):
    status, out, _ = law("list", "--law", "in-force", "--article", "7", "--level", "10", "--json")
    assert status == 0
    answer = json.loads(out)
    assert [row["code"] for row in answer["offences"]] == ["168/2024:7.8.b", "168/2024:7.10.a", "168/2024:7.10.b"]
    assert (answer["law"], answer["on"]) == ("in-force", "2026-08-15")


def test_an_empty_list_is_no_error(law):
    status, out, _ = law("list", "--text", "không có gì như vậy")
    assert status == 0
    assert out.startswith("0 hành vi")
    assert json.loads(law("list", "--text", "zzz", "--json")[1])["offences"] == []


@pytest.mark.parametrize("wrong", [["--level", "13"], ["--level", "x"], ["--vehicle", "boat"], ["--law", "none"]])
def test_conditions_that_make_no_sense_are_refused(law, wrong):
    status, out, err = law("list", *wrong)
    assert (status, out) == (2, "")
    assert "error" in err


# --- coverage ---------------------------------------------------------------------------------------------------


def test_coverage_names_rule_and_test_of_a_provision(law):
    status, out, _ = law("coverage")
    assert status == 0
    blocks = dict(block.split("\n", 1) for block in out.strip().split("\n\n") if "\n" in block)
    highest_only = blocks["168/2024 art. 50(1)(b)    [đã xây dựng]"].splitlines()
    assert highest_only[0] == "  Một lần xử phạt nhiều hành vi: chỉ trừ hành vi cao nhất"
    assert "    quy tắc  gplx.law.points:heaviest" in highest_only
    assert "    kiểm thử  tests/law/golden/deductions.json::only the highest of several offences" in highest_only
    limitation = blocks["168/2024 art. 4(1), 4(3)    [không tự động hóa được]"].splitlines()
    assert limitation == ["  Thời hiệu xử phạt một năm", "    vì thời hiệu được xét khi ra quyết định"]


def test_coverage_speaks_english_and_counts(law):
    status, out, _ = law("coverage", "--lang", "en")
    assert status == 0
    assert "168/2024 art. 4(1), 4(3)    [not automatable]\n  Limitation period of one year\n" in out
    assert "    because it is looked at when the decision is made\n" in out
    *_, counts = out.splitlines()
    names = {
        "built": "built",
        "partly": "partly built",
        "not_built": "not built yet",
        "not_automatable": "not automatable",
    }
    expected = Counter(names[row.status] for row in provisions())
    assert counts.split(" · ") == [f"{name}: {expected[name]}" for name in names.values()]


def test_coverage_open_leaves_out_what_is_done(law):
    status, out, _ = law("coverage", "--open", "--lang", "en")
    assert status == 0
    assert "[built]" not in out
    assert "[not automatable]" not in out
    assert "[not built yet]" in out
    assert "    the layout of the form was not available\n" in out


def test_coverage_in_json_is_the_whole_table(law):
    status, out, _ = law("coverage", "--json")
    assert status == 0
    everything = json.loads(out)
    unfinished = json.loads(law("coverage", "--json", "--open")[1])
    assert {row["status"] for row in everything} == {"built", "partly", "not_built", "not_automatable"}
    assert [row for row in everything if row["status"] in ("partly", "not_built")] == unfinished


# --- as a program -----------------------------------------------------------------------------------------------


def test_law_starts_without_django_and_prints_diacritics_in_a_plain_locale():
    program = """
import sys
from gplx.project.cli import main
status = main()
assert "django" not in sys.modules
sys.exit(status)
"""
    finished = subprocess.run(
        [sys.executable, "-c", program, "law", "show", "6.9.b"],
        capture_output=True,
        check=False,
        env={**os.environ, "LC_ALL": "C", "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert finished.returncode == 0, finished.stderr
    assert "Vượt đèn tín hiệu" in finished.stdout.decode("utf-8")


# --- exchange ---------------------------------------------------------------------------------------------------

B2 = ("exchange", "--class", "B2", "--issued", "2016-09-01", "--expires", "2026-09-01")


def test_exchange_says_what_is_needed_and_given_with_the_articles(law):
    status, out, err = law(*B2, "--on", "2026-03-10")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Đổi giấy phép lái xe hạng B2 (hệ thống trước 2025), hồ sơ đủ ngày 2026-03-10"
    for line in (
        "  hết hạn 2026-09-01: được đổi  [12/2025/TT-BCA art. 21(1)(a)]",
        "  B: đến 2036-03-10; chứng chỉ điều khiển máy kéo đến 3.500 kg  [36/2024/QH15 art. 89(3)]",
        "  Giấy khám sức khỏe của người lái xe còn hiệu lực  [12/2025/TT-BCA art. 21(2)]",
        "  115.000 đ trực tuyến, 115.000 đ trực tiếp  [154/2025/TT-BTC]",
        "  2026-03-17  Hết thời hạn 5 ngày làm việc: hết ngày  [12/2025/TT-BCA art. 21(3)(c)]",
        "  giữ nguyên số điểm và các mốc thời gian  [36/2024/QH15 art. 58(4)]",
    ):
        assert line in lines
    assert "CHƯA KIỂM CHỨNG" not in out


def test_exchange_says_what_was_not_read(law):
    assert "CHƯA KIỂM CHỨNG: Chưa đọc toàn văn Thông tư 108/2026" in law(*B2, "--on", "2026-07-01")[1]
    english = law(*B2, "--on", "2026-07-01", "--lang", "en")[1]
    assert "NOT VERIFIED: the text of circular 108/2026 was not read" in english
    assert "2026-07-07  due after 3.5 working days: by noon (reported, text not read)" in english


def test_exchange_of_an_expired_licence_names_the_test_and_no_classes(law):
    status, out, _ = law(*B2, "--on", "2026-09-02", "--lang", "en")
    assert status == 0
    assert "expires 2026-09-01: the theory test has to be taken again  [12/2025/TT-BCA art. 19(2)]" in out
    assert "Classes to choose from" not in out
    assert "with proof of the reason" in law(*B2, "--on", "2026-09-02", "--hardship", "--lang", "en")[1]


def test_exchange_as_json(law):
    status, out, _ = law(*B2, "--on", "2026-03-10", "--to", "C1", "--counter", "--json")
    assert status == 0
    said = json.loads(out)
    assert [choice["class"] for choice in said["choices"]] == ["B", "C1"]
    assert [document["code"] for document in said["documents"]] == ["form", "health_certificate", "photo"]
    assert (said["rules"], said["due"], said["due_half"], said["fee_online_vnd"]) == (
        "R3",
        "2026-03-17",
        "afternoon",
        115_000,
    )


def test_exchange_looks_at_ages_when_it_knows_them(law):
    e = ("exchange", "--class", "E", "--issued", "2021-05-04", "--on", "2025-10-01", "--lang", "en")
    assert "ages are not looked at" in law(*e)[1]
    out = law(*e, "--born", "1968-01-01", "--sex", "male")[1]
    assert "ages are not looked at" not in out
    assert "not over 29 seats" in out


def test_exchange_of_a_class_that_nothing_replaces(law):
    status, out, _ = law("exchange", "--class", "A4", "--issued", "2020-01-01", "--on", "2025-10-01")
    assert status == 0
    assert out.splitlines()[-1] == "  không có hạng nào thay cho hạng này"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*B2, "--on", "2020-06-30"), "no rules are known for 2020-06-30"),
        ((*B2, "--on", "2026-03-10", "--to", "D"), "B, C1"),
        ((*B2, "--on", "2026-03-10", "--case", "split"), "no such case: split"),
        ((*B2, "--on", "2026-03-10", "--born", "1980-01-01"), "--born needs --sex"),
        (("exchange", "--class", "B1", "--issued", "2016-09-01", "--on", "2026-03-10"), "--expires"),
        (("exchange", "--class", "B9", "--issued", "2016-09-01", "--on", "2026-03-10"), "B9"),
        (("exchange", "--class", "C1", "--issued", "2016-09-01", "--on", "2026-03-10"), "C1"),
    ],
)
def test_exchange_refuses_what_it_cannot_answer(law, arguments, said):
    status, out, err = law(*arguments)
    assert (status, out) == (2, "")
    assert said in err
