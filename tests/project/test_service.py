"""A register in service, started as it would be: what it needs, and how it is reached behind a proxy that ends TLS."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
import requests
from psycopg import sql

from gplx import pgdev

HOST = "register.example"
SECRET = "a-secret-of-this-test-alone-0123456789-abcdefghijklmnop"
SERVICE = {
    "GPLX_DEMO": "0",
    "GPLX_SECRET_KEY": SECRET,
    "GPLX_HOSTS": HOST,
    "GPLX_BASE_URL": f"https://{HOST}",
    "GPLX_CITIZEN_ISSUER": "https://citizens.example",
    "GPLX_OFFICER_ISSUER": "https://officers.example",
    "GPLX_OIDC_CLIENT_ID": "register",
    "GPLX_OIDC_CLIENT_SECRET": "of-this-test-alone",
}
NUMBER = "790000000001"
SECURE = {"Host": HOST, "X-Forwarded-Proto": "https"}


def environment(**changes: str | None) -> dict[str, str]:
    """The environment of a register in service; None leaves a variable out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GPLX_", "DATABASE_", "DJANGO_"))}
    # Nobody listens there: reading the settings needs no database.
    given = {**kept, **SERVICE, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/register", **changes}
    return {name: value for name, value in given.items() if value is not None}


class Served(NamedTuple):
    """A running web server and where its log goes."""

    url: str
    log: Path


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The name of a database that was prepared for a register in service."""
    name = f"service_{os.getpid()}"
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            subprocess.run(
                [sys.executable, "-m", "gplx.project.cli", "migrate"],
                env=environment(DATABASE_URL=address(name)),
                stdout=subprocess.DEVNULL,
                check=True,
            )
            yield name
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def address(database: str) -> str:
    return pgdev.test_cluster().url(database)


@pytest.fixture(scope="module")
def served(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("service") / "log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", "gplx.project.cli", "serve", "--port", str(port), "--workers", "1"],
            env=environment(
                DATABASE_URL=address(database),
                GPLX_BEHIND_PROXY="1",
                DJANGO_SETTINGS_MODULE="tests.project.service_settings",
            ),
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, server, log)
        yield Served(url, log)
    finally:
        server.terminate()
        server.wait(30)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            requests.get(f"{url}/api/v1/health", headers={"Host": HOST}, allow_redirects=False, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


@pytest.fixture
def no_database(database: str) -> Iterator[None]:
    """The database lets nobody in, and ends whoever is in."""
    name = sql.Identifier(database)
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        try:
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database])
            yield
        finally:
            server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


def get(served: Served, path: str, **headers: str) -> requests.Response:
    return requests.get(served.url + path, headers={"Host": HOST, **headers}, allow_redirects=False, timeout=30)


def test_what_watches_it_asks_without_tls(served: Served) -> None:
    assert get(served, "/api/v1/health").json() == {"status": "ok"}
    assert get(served, "/api/v1/ready").status_code == 200


@pytest.mark.parametrize("path", ["/", f"/api/v1/licences/{NUMBER}/standing"])
def test_plain_http_is_sent_to_https_once(served: Served, path: str) -> None:
    plain = get(served, path)
    assert (plain.status_code, plain.headers["Location"]) == (301, f"https://{HOST}{path}")
    assert get(served, path, **SECURE).status_code != 301


def test_a_page_and_its_form_come_through_the_proxy(served: Served) -> None:
    assert get(served, "/", **SECURE).status_code == 200
    session = requests.Session()
    page = session.get(f"{served.url}/dang-nhap", headers=SECURE, timeout=30)
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    # A browser sends its cookie for TLS only; the proxy passes it on.
    cookie = "; ".join(f"{one.name}={one.value}" for one in page.cookies)
    for origin, status in ((f"https://{HOST}", 302), ("https://evil.example", 403)):
        changed = requests.post(
            f"{served.url}/ngon-ngu",
            headers={**SECURE, "Origin": origin, "Referer": f"{origin}/", "Cookie": cookie},
            data={"csrfmiddlewaretoken": token, "language": "en", "next": "/"},
            allow_redirects=False,
            timeout=30,
        )
        assert changed.status_code == status


def test_the_short_way_is_dressed_as_the_long_one(served: Served) -> None:
    short, long = (get(served, f"/api/v1/licences/{NUMBER}/{what}", **SECURE) for what in ("standing", "statement"))
    assert (short.status_code, short.content) == (long.status_code, long.content)
    for answer in (short, long):
        del answer.headers["Date"]
    assert dict(short.headers) == dict(long.headers)
    assert short.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_another_host_is_refused_on_both_ways(served: Served) -> None:
    for path in ("/", f"/api/v1/licences/{NUMBER}/standing"):
        assert get(served, path, **{**SECURE, "Host": "evil.example"}).status_code == 400


@pytest.mark.usefixtures("no_database")
def test_without_the_database_every_answer_says_try_again(served: Served) -> None:
    bearer = {"Authorization": "Bearer abc", "Access-Purpose": "roadside_check", "Access-Reference": "TT-1"}
    for path in (f"/api/v1/licences/{NUMBER}/standing", f"/api/v1/licences/{NUMBER}/statement"):
        answer = get(served, path, **SECURE, **bearer)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), path
        assert answer.headers["Content-Type"] == "application/problem+json"
    signed_in = {**SECURE, "Cookie": "__Host-session=abcdefghijklmnopqrstuvwxyz012345"}
    for path in ("/", "/diem", "/desk/"):
        page = get(served, path, **signed_in)
        assert (page.status_code, page.headers["Retry-After"]) == (503, "5"), path
        assert "Hãy thử lại" in page.text
        assert "Please try again" in page.text
    token = requests.post(
        f"{served.url}/api/oauth/token",
        headers=SECURE,
        auth=("somebody", "secret"),
        data={"grant_type": "client_credentials"},
        timeout=30,
    )
    assert (token.status_code, token.json()) == (503, {"error": "temporarily_unavailable"})
    assert (token.headers["Retry-After"], token.headers["Cache-Control"]) == ("5", "no-store")
    assert get(served, "/api/v1/ready").status_code == 503
    assert get(served, "/api/v1/health").status_code == 200


def test_after_the_database_came_back_every_thread_answers(served: Served) -> None:
    bearer = {"Authorization": "Bearer abc", "Access-Purpose": "roadside_check", "Access-Reference": "TT-1"}
    answers = {get(served, f"/api/v1/licences/{NUMBER}/standing", **SECURE, **bearer).status_code for _ in range(40)}
    assert answers == {401}


@pytest.mark.parametrize("path", ["//api/v1/licences/{}/standing", "/api//v1/licences/{}", "/desk//{}", "/no/{}"])
def test_i18_no_address_reaches_the_log(served: Served, path: str) -> None:
    asked = f"{abs(hash(path)) % 10**12:012}"
    with socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])), timeout=30) as raw:
        head = f"Host: {HOST}\r\nX-Forwarded-Proto: https\r\nConnection: close"
        raw.sendall(f"GET {path.format(asked)} HTTP/1.1\r\n{head}\r\n\r\n".encode())
        assert raw.makefile("rb").readline().split()[1] == b"404"
    # The log is written before the answer.
    assert asked not in served.log.read_text()


@pytest.mark.parametrize(("path", "most"), [("/dang-nhap", 256 * 1024), ("/desk/tep", 33 * 1024 * 1024)])
def test_a_body_that_is_too_long_is_refused_before_it_comes(served: Served, path: str, most: int) -> None:
    for length, refused in ((most + 1, True), (most, False)):
        with socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])), timeout=30) as raw:
            head = (
                f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n"
                f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"
            )
            raw.sendall(head.encode())
            # What is not too long is refused for the missing token of its form, and read no further.
            assert raw.makefile("rb").readline().split()[1] == (b"413" if refused else b"403")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"GPLX_DEMO": None}, "GPLX_DEMO=0 in service, GPLX_DEMO=1 for a demo"),
        ({"GPLX_DEMO": "true"}, "GPLX_DEMO is 0"),
        ({"GPLX_SECRET_KEY": None}, "GPLX_SECRET_KEY"),
        ({"GPLX_SECRET_KEY": SECRET[:49]}, "50 random characters"),
        ({"GPLX_BASE_URL": None}, "GPLX_BASE_URL"),
        ({"GPLX_BASE_URL": f"http://{HOST}"}, "https://"),
        ({"GPLX_HOSTS": None}, "GPLX_HOSTS"),
        ({"GPLX_SMS_URL": "https://sms.example"}, "GPLX_SMS_KEY"),
        ({"GPLX_SMS_URL": "http://sms.example", "GPLX_SMS_KEY": "k"}, "GPLX_SMS_URL must begin with https://"),
    ],
)
def test_what_is_missing_stops_the_start_with_its_name(changes: dict[str, str | None], said: str) -> None:
    started = subprocess.run(
        [sys.executable, "-c", "import gplx.project.settings"],
        env=environment(**changes),
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode != 0
    assert said in started.stderr.splitlines()[-1]


def test_the_private_database_is_a_demos_without_a_word() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "from gplx.project import settings; print(settings.DEMO)"],
        env={
            **environment(DATABASE_URL=None, **dict.fromkeys(SERVICE)),
            "GPLX_PG_DIR": str(pgdev.test_cluster().data_dir),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "True\n"
