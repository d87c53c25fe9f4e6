"""Signing in against the sandbox's identity providers, over real HTTP."""

from __future__ import annotations

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from joserfc.jwk import KeySet
from procrastinate.contrib.django import app

from gplx.accounts import oidc, tasks
from gplx.accounts.models import User
from gplx.gateways.sandbox.failures import FAILURES
from tests.accounts.sandbox import choose, come_back, leave, sign_in

pytestmark = pytest.mark.django_db


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_citizen_signs_in_and_goes_on_to_where_he_wanted(client: Client, sandbox: str):
    answer = sign_in(client, next_path="/hop-thu", person="mot")
    assert (answer.status_code, answer["Location"]) == (302, "/hop-thu")
    user = User.objects.get(pk=client.session["_auth_user_id"])
    assert (user.role, user.citizen_number, user.issuer) == ("citizen", "001099000001", f"{sandbox}/citizen")


def test_a_person_with_an_old_number_only_signs_in_with_it(client: Client, sandbox: str):
    sign_in(client, person="cu")
    assert User.objects.get().citizen_number == "012345678"


def test_an_officer_gets_the_role_of_his_issuer(client: Client, sandbox: str):
    sign_in(client, door="/can-bo/dang-nhap", next_path="/desk/", person="tuan-tra")
    user = User.objects.get()
    assert (user.role, user.is_staff_member, user.province_code) == ("roadside", True, "01")
    assert user.unit == "Đội Mẫu"
    assert user.citizen_number == "999199000001"


def test_an_officer_without_a_known_role_stays_outside(client: Client, sandbox: str):
    assert sign_in(client, door="/can-bo/dang-nhap", person="gia-mao").status_code == 400
    assert not signed_in(client)


@pytest.mark.parametrize("person", ["khong-so", "so-cu"])
def test_an_officer_without_a_citizen_number_stays_outside_and_is_told_why(client: Client, sandbox: str, person: str):
    answer = sign_in(client, door="/can-bo/dang-nhap", person=person)
    assert answer.status_code == 400
    assert "chưa có số định danh cá nhân 12 chữ số" in answer.content.decode()
    assert not signed_in(client)
    assert not User.objects.exists()


def test_somebody_on_his_way_to_the_desk_is_shown_the_officers_door(client: Client, sandbox: str):
    answer = client.get("/dang-nhap?next=/desk/tra-cuu")
    assert answer["Location"] == "/can-bo/dang-nhap?next=/desk/tra-cuu"


def test_signing_in_twice_is_one_person_and_a_fresh_session(client: Client, sandbox: str):
    client.get("/dang-nhap")
    leave(client)
    before = client.session.session_key
    sign_in(client, person="mot")
    after = client.session.session_key
    sign_in(client, person="mot")
    assert len({before, after, client.session.session_key}) == 3
    assert User.objects.count() == 1


def test_idle_sessions_end_after_30_minutes_and_at_the_desk_after_15(sandbox: str):
    for door, person, minutes in (("/dang-nhap", "mot", 30), ("/can-bo/dang-nhap", "tuan-tra", 15)):
        client = Client()
        sign_in(client, door=door, person=person)
        left = client.session.get_expiry_date() - timezone.now()
        assert timedelta(minutes=minutes - 1) < left <= timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("door", "person", "page", "hours"),
    [("/dang-nhap", "mot", "/hop-thu", 12), ("/can-bo/dang-nhap", "tuan-tra", "/desk/tra-cuu", 8)],
)
def test_a_session_in_use_ends_after_12_hours_and_at_the_desk_after_8(
    client: Client, sandbox: str, monkeypatch: pytest.MonkeyPatch, door: str, person: str, page: str, hours: int
):
    began = time.time()
    sign_in(client, door=door, person=person)
    for minutes, is_open in ((0, True), (hours * 60 - 2, True), (hours * 60 + 2, False), (0, False)):
        monkeypatch.setattr(time, "time", lambda minutes=minutes: began + minutes * 60)
        answer = client.get(page)
        assert (answer.status_code != 302) is is_open, "the page, or on to the sign-in page"
        assert signed_in(client) is is_open


def test_a_session_begun_without_an_end_gets_one(client: Client, sandbox: str):
    sign_in(client, person="mot")
    session = client.session
    del session["ends_at"]
    session.save()
    client.get("/hop-thu")
    assert 0 < client.session["ends_at"] - time.time() <= 8 * 3600


def test_t17_an_officer_who_signs_in_elsewhere_ends_his_first_session(sandbox: str):
    first, second, another = Client(), Client(), Client()
    sign_in(first, door="/can-bo/dang-nhap", person="tuan-tra")
    sign_in(another, door="/can-bo/dang-nhap", person="dong-nghiep")
    assert first.get("/desk/tra-cuu").status_code == 200
    sign_in(second, door="/can-bo/dang-nhap", person="tuan-tra")
    assert first.get("/desk/tra-cuu")["Location"] == "/can-bo/dang-nhap?next=/desk/tra-cuu"
    assert not signed_in(first)
    for client in (second, another):
        assert client.get("/desk/tra-cuu").status_code == 200


def test_a_citizen_may_be_signed_in_twice(sandbox: str):
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, person="mot")
    assert first.get("/hop-thu").status_code == second.get("/hop-thu").status_code == 404, "signed in, no licence"


def test_ended_sessions_are_removed_every_hour(client: Client, sandbox: str):
    sign_in(client, person="mot")
    other = Client()
    sign_in(other, person="mot")
    Session.objects.filter(pk=other.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    kept = client.session.session_key
    tasks.remove_ended_sessions(timestamp=0)
    assert list(Session.objects.values_list("pk", flat=True)) == [kept]
    periodic = app.periodic_registry.periodic_tasks
    assert periodic["accounts.remove_ended_sessions", "accounts.remove_ended_sessions"].cron == "29 * * * *"


def test_signing_out_ends_the_session_for_good(client: Client, sandbox: str):
    sign_in(client, person="mot")
    cookie = client.cookies["sessionid"].value
    assert client.get("/dang-xuat").status_code == 405
    assert client.post("/dang-xuat").status_code == 302
    assert not signed_in(client)
    client.cookies["sessionid"] = cookie
    assert not signed_in(client)


def test_what_leaves_for_the_provider_asks_for_one_use_only(client: Client, sandbox: str):
    first, second = (parse_qs(urlsplit(leave(client)).query) for _ in range(2))
    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name][0]) >= 43


@pytest.mark.parametrize("failure", sorted(FAILURES))
def test_t09_a_bad_token_makes_no_session(client: Client, sandbox: str, failure: str):
    answer = sign_in(client, person="mot", failure=failure)
    assert answer.status_code == 400
    assert "Chưa đăng nhập được" in answer.content.decode()
    assert not signed_in(client)
    assert not User.objects.exists()


def test_t09_there_are_enough_bad_tokens_and_each_is_bad(client: Client, sandbox: str):
    assert len(FAILURES) >= 30
    assert sign_in(client, person="mot", failure="none of them").status_code == 302


def test_t09_an_answer_counts_once(client: Client, sandbox: str):
    back = choose(leave(client), person="mot")
    assert come_back(client, back).status_code == 302
    client.post("/dang-xuat")
    assert come_back(client, back).status_code == 400
    assert not signed_in(client)


def test_t09_a_code_counts_once_at_the_provider_too(client: Client, sandbox: str):
    url = leave(client)
    attempt = client.session["sign_in_attempt"]
    back = choose(url, person="mot")
    told = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    assert oidc.finish(attempt, told).subject == "mot"
    with pytest.raises(oidc.SignInRefusedError):
        oidc.finish(attempt, told)


def test_t09_an_answer_for_another_session_is_refused(sandbox: str):
    victim, attacker = Client(), Client()
    back = choose(leave(attacker), person="mot")
    leave(victim)
    assert come_back(victim, back).status_code == 400
    assert come_back(Client(), back).status_code == 400
    assert not signed_in(victim)


@pytest.mark.parametrize(
    "change",
    [
        lambda query: query.replace("state=", "state=x"),
        lambda query: "&".join(part for part in query.split("&") if not part.startswith("state=")),
        lambda query: query + "&state=second",
        lambda query: query.replace("code=", "code=x"),
        lambda query: "&".join(part for part in query.split("&") if not part.startswith("code=")),
        lambda query: query + "&error=server_error",
        lambda query: query.replace("iss=http", "iss=https"),
        lambda query: query.replace("citizen", "officer"),
    ],
)
def test_t09_a_changed_answer_is_refused(client: Client, sandbox: str, change):
    parts = urlsplit(choose(leave(client), person="mot"))
    assert client.get(f"{parts.path}?{change(parts.query)}").status_code == 400
    assert not signed_in(client)


def test_t09_a_citizens_answer_opens_no_officers_door(client: Client, sandbox: str):
    parts = urlsplit(choose(leave(client), person="mot"))
    assert client.get(f"/can-bo{parts.path}?{parts.query}").status_code == 400
    assert not signed_in(client)


def test_t09_another_code_verifier_gets_no_token(client: Client, sandbox: str):
    url = leave(client)
    attempt = client.session["sign_in_attempt"]
    attempt["verifier"] = "x" * 64
    session = client.session
    session["sign_in_attempt"] = attempt
    session.save()
    assert come_back(client, choose(url, person="mot")).status_code == 400


def test_t09_an_old_attempt_is_refused(client: Client, sandbox: str):
    back = choose(leave(client), person="mot")
    session = client.session
    session["sign_in_attempt"] = {**session["sign_in_attempt"], "began_at": 0}
    session.save()
    assert come_back(client, back).status_code == 400


def test_a_cancelled_sign_in_is_said_plainly(client: Client, sandbox: str):
    answer = sign_in(client, cancel="1")
    assert answer.status_code == 200
    assert "Bạn đã hủy đăng nhập" in answer.content.decode()


def test_a_silent_provider_is_said_plainly(client: Client, sandbox: str, settings):
    settings.CITIZEN_ISSUER = "http://127.0.0.1:9/citizen"
    answer = client.post("/dang-nhap")
    assert answer.status_code == 503
    assert "không trả lời" in answer.content.decode()


def test_a_provider_that_calls_itself_otherwise_is_not_trusted(client: Client, sandbox: str, settings):
    settings.CITIZEN_ISSUER = sandbox.replace("127.0.0.1", "localhost") + "/citizen"
    assert client.post("/dang-nhap").status_code == 503


def test_the_provider_is_asked_for_a_fresh_authentication(client: Client, sandbox: str):
    asked = parse_qs(urlsplit(leave(client)).query)
    assert asked["max_age"] == [str(oidc.AUTHENTICATION_AGE_SECONDS)]


def test_t09_in_service_a_provider_without_tls_is_not_asked(sandbox: str, settings):
    settings.DEMO = False
    with pytest.raises(oidc.SignInRefusedError, match="not https"):
        oidc.begin("citizen", redirect_uri="https://register.test/x", next_path="/")
    assert not oidc._providers


@pytest.mark.parametrize("name", ["CITIZEN_ISSUER", "OFFICER_ISSUER"])
def test_t09_a_register_in_service_does_not_start_with_a_provider_without_tls(settings, name: str):
    settings.DEMO, settings.CITIZEN_ISSUER, settings.OFFICER_ISSUER = False, "https://a.test", "https://b.test"
    config = apps.get_app_config("accounts")
    config.ready()
    setattr(settings, name, "http://a.test")
    with pytest.raises(ImproperlyConfigured, match=f"GPLX_{name}"):
        config.ready()


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"])
def test_t09_in_service_every_address_of_a_provider_has_tls(settings, monkeypatch: pytest.MonkeyPatch, name: str):
    issuer = "https://people.test"
    settings.DEMO, settings.CITIZEN_ISSUER = False, issuer
    names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
    told = {"issuer": issuer, **{one: f"{issuer}/{one}" for one in names}}
    monkeypatch.setattr(oidc, "_providers", {})
    monkeypatch.setattr(oidc, "_get_json", lambda url: told)
    oidc._provider(issuer)
    oidc._providers.clear()
    told[name] = f"http://people.test/{name}"
    with pytest.raises(oidc.SignInRefusedError, match="not https"):
        oidc._provider(issuer)


def test_after_signing_in_nobody_is_sent_to_another_site(client: Client, sandbox: str):
    for foreign in ("https://example.test/", "//example.test", "/\\example.test", "hop-thu"):
        assert sign_in(client, next_path=foreign, person="mot")["Location"] == "/"


def test_a_provider_with_new_keys_is_believed_after_asking_again(client: Client, sandbox: str):
    sign_in(client, person="mot")
    oidc._keys[f"{sandbox}/citizen"] = KeySet.generate_key_set("EC", "P-256", count=1)
    assert sign_in(client, person="mot").status_code == 302


class TestTheSandboxItself:
    def test_it_redirects_to_known_addresses_only(self, client: Client, sandbox: str):
        url = leave(client).replace("testserver", "example.test")
        assert requests.get(url, timeout=10).status_code == 400

    @pytest.mark.parametrize("missing", ["state", "nonce", "code_challenge", "client_id", "scope"])
    def test_it_demands_every_part_of_a_request(self, client: Client, sandbox: str, missing: str):
        url = leave(client).replace("testserver", "localhost")
        assert requests.get(url, timeout=10).status_code == 200
        assert requests.get(url.replace(f"{missing}=", "x="), timeout=10).status_code == 400

    def test_it_speaks_the_readers_language(self, client: Client, sandbox: str):
        for language, said in (("vi", "Bạn là ai?"), ("en", "Who are you?")):
            client.cookies["django_language"] = language
            page = requests.get(leave(client), timeout=10).text
            assert f'<html lang="{language}">' in page
            assert f"<h1>{said}</h1>" in page

    def test_it_tells_nobody_without_a_token_who_somebody_is(self, sandbox: str):
        assert requests.post(f"{sandbox}/citizen/userinfo", timeout=10).status_code == 401

    def test_people_can_be_named_by_any_number_of_the_demo(self, client: Client, sandbox: str):
        sign_in(client, person="", number="001 099 000 077")
        assert User.objects.get().citizen_number == "001099000077"
