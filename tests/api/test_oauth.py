"""Clients and tokens: RFC 6749 section 4.4, and B22."""

from __future__ import annotations

import argparse
import base64
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client, RequestFactory

from gplx.accounts import command_client, tokens
from gplx.accounts.addresses import address_of
from gplx.accounts.models import AccessToken, MachineClient
from gplx.api import limits
from gplx.api.models import RefusedAttempt
from tests.api.conftest import AUTHORITY, Machine

pytestmark = pytest.mark.django_db

TOKEN = "/api/oauth/token"
FORM = "application/x-www-form-urlencoded"


def ask(web: Client, form: str, **headers: Any) -> Any:
    return web.post(TOKEN, form, content_type=FORM, **headers)


def command(arguments: list[str]) -> int:
    """`gplx client …`."""
    parser = argparse.ArgumentParser()
    command_client.add_arguments(parser)
    return command_client.run(parser.parse_args(arguments))


def by_form(client: Machine, more: str = "") -> str:
    return f"grant_type=client_credentials&client_id={client.client_id}&client_secret={client.secret}{more}"


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def test_a_secret_in_the_form_gives_a_token_for_all_scopes(police: Machine) -> None:
    response = ask(police.web, by_form(police))
    given = response.json()
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert (given["token_type"], set(given["scope"].split())) == ("Bearer", set(tokens.SCOPES))
    assert 15 * 60 <= given["expires_in"] <= 60 * 60
    assert tokens.bearer(given["access_token"]) is not None
    assert not AccessToken.objects.filter(digest=given["access_token"]).exists()


def test_a_secret_by_basic_gives_a_token_for_the_scope_asked(police: Machine) -> None:
    form = "grant_type=client_credentials&scope=standing:read"
    response = ask(police.web, form, HTTP_AUTHORIZATION=basic(police.client_id, police.secret))
    assert response.json()["scope"] == "standing:read"


@pytest.mark.parametrize(
    ("form", "error", "status"),
    [
        ("grant_type=client_credentials&client_id=ID&client_secret=wrong", "invalid_client", 401),
        ("grant_type=client_credentials&client_id=nobody&client_secret=SECRET", "invalid_client", 401),
        ("grant_type=client_credentials&client_id=%00&client_secret=SECRET", "invalid_request", 400),
        ("grant_type=client_credentials", "invalid_client", 401),
        ("grant_type=password&client_id=ID&client_secret=SECRET", "unsupported_grant_type", 400),
        ("client_id=ID&client_secret=SECRET", "invalid_request", 400),
        ("grant_type=client_credentials&client_id=ID&client_secret=SECRET&scope=everything", "invalid_scope", 400),
        ("grant_type=client_credentials&grant_type=x&client_id=ID&client_secret=SECRET", "invalid_request", 400),
        ("grant_type=client_credentials&client_id=ID&client_secret=%ff", "invalid_request", 400),
    ],
)
def test_errors_are_those_of_the_rfc(police: Machine, form: str, error: str, status: int) -> None:
    filled = form.replace("=ID", f"={police.client_id}").replace("SECRET", police.secret)
    response = ask(police.web, filled)
    assert (response.status_code, response.json()) == (status, {"error": error})
    assert police.secret not in response.content.decode()


def test_a_failed_basic_attempt_is_challenged(police: Machine) -> None:
    response = ask(police.web, "grant_type=client_credentials", HTTP_AUTHORIZATION=basic(police.client_id, "wrong"))
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Basic ")


def test_a_client_cannot_ask_for_more_than_it_was_given(police: Machine) -> None:
    made = tokens.create_client("Hệ thống Mẫu Hai", AUTHORITY, ["standing:read"])
    form = f"grant_type=client_credentials&client_id={made.client_id}&client_secret={made.secret}"
    assert ask(police.web, f"{form}&scope=decisions:write").json() == {"error": "invalid_scope"}


def test_guessing_secrets_is_stopped_even_with_the_right_one(police: Machine) -> None:
    wrong = by_form(police._replace(secret="wrong"))
    answers = [ask(police.web, wrong).status_code for _ in range(limits.ATTEMPTS_OF_A_CLIENT_MAX)]
    assert set(answers) == {401}
    response = ask(police.web, by_form(police))
    assert (response.status_code, response.json()["code"]) == (429, "too_many_attempts")
    assert int(response["Retry-After"]) > 0
    RefusedAttempt.objects.update(refused_at=Now() - tokens.TOKEN_LIFETIME)
    assert ask(police.web, by_form(police)).status_code == 200


def test_nobody_is_locked_out_from_another_address(police: Machine) -> None:
    wrong = by_form(police._replace(secret="wrong"))
    for _ in range(limits.ATTEMPTS_OF_A_CLIENT_MAX):
        ask(police.web, wrong, REMOTE_ADDR="192.0.2.66")
    assert ask(police.web, by_form(police), REMOTE_ADDR="192.0.2.1").status_code == 200


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer  ", "Bearer none", "Basic abc", "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer " + "x" * 5000],
)
def test_b22_without_a_good_token_there_is_one_answer(police: Machine, authorization: str) -> None:
    for path in ("/api/v1/catalogue/offences", "/api/v1/licences/790000000001/standing"):
        response = police.web.get(path, HTTP_AUTHORIZATION=authorization)
        assert (response.status_code, response.json()["code"]) == (401, "unauthorized")
        assert response["WWW-Authenticate"] == 'Bearer realm="gplx"'


def test_b22_an_expired_token_is_worth_nothing(police: Machine) -> None:
    AccessToken.objects.update(expires_at=Now())
    assert police.get("/api/v1/catalogue/offences").status_code == 401
    assert police.get("/api/v1/licences/790000000001/standing").status_code == 401


def test_t22_closing_a_client_takes_its_tokens_at_once(police: Machine) -> None:
    assert police.get("/api/v1/catalogue/offences").status_code == 200
    assert tokens.close_client(police.client_id)
    assert police.get("/api/v1/catalogue/offences").status_code == 401
    assert ask(police.web, by_form(police)).json() == {"error": "invalid_client"}
    assert not tokens.close_client(police.client_id)


def test_tokens_that_expired_are_removed_with_the_next_one(police: Machine) -> None:
    AccessToken.objects.update(expires_at=Now() - tokens.TOKEN_LIFETIME)
    ask(police.web, by_form(police))
    assert AccessToken.objects.count() == 1


def test_the_command_shows_the_secret_once_and_keeps_its_digest(capsys: pytest.CaptureFixture[str]) -> None:
    run = ["create", "Hệ thống Mẫu", "--authority", AUTHORITY, "--scope", "standing:read"]
    assert command(run) == 0
    made = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())
    kept = MachineClient.objects.get(client_id=made["client_id"])
    assert made["client_secret"] not in (kept.secret_digest, kept.name, kept.client_id)
    assert tokens.authenticate(made["client_id"], made["client_secret"]) == kept
    assert command(["list"]) == 0
    assert f"{made['client_id']}\topen" in capsys.readouterr().out
    assert command(["close", made["client_id"]]) == 0
    assert command(["close", made["client_id"]]) == 1
    assert command(["list"]) == 0
    assert f"{made['client_id']}\tclosed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "authority", "scopes"), [("", "A", ["standing:read"]), ("A", " ", ["standing:read"]), ("A", "A", ["all"])]
)
def test_a_client_needs_a_name_an_authority_and_scopes_that_exist(name: str, authority: str, scopes: list[str]) -> None:
    with pytest.raises(tokens.ClientRefusedError):
        tokens.create_client(name, authority, scopes)


def test_b24_a_forwarded_address_counts_only_behind_our_own_proxy(rf: RequestFactory, settings: Any) -> None:
    def seen(forwarded: str) -> str:
        return address_of(rf.post("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded))

    assert seen("198.51.100.7") == "192.0.2.1"
    settings.BEHIND_PROXY = True
    assert seen("203.0.113.9, 198.51.100.7") == "198.51.100.7"
    assert seen("198.51.100.7, 2001:DB8::1") == "2001:db8::1"
    assert seen("") == seen("198.51.100.7, anybody") == "192.0.2.1"
