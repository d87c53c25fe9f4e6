"""Pages for signing in and out. Nothing here believes anything that `gplx.accounts.oidc` has not checked."""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gplx.accounts import actions, oidc

logger = logging.getLogger(__name__)

_ATTEMPT = "sign_in_attempt"
_CALLBACKS: dict[oidc.Kind, str] = {"citizen": "signed_in", "officer": "signed_in_officer"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Where a citizen leaves for the identity provider; somebody on his way to the desk is shown the other door."""
    next_path = _safe(request.POST.get("next") or request.GET.get("next"))
    if request.method != "POST" and next_path.startswith("/desk"):
        return HttpResponseRedirect(f"{reverse('sign_in_officer')}?next={next_path}")
    return _door(request, "citizen", next_path)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_officer(request: HttpRequest) -> HttpResponse:
    """Where an officer leaves for the police's identity provider."""
    return _door(request, "officer", _safe(request.POST.get("next") or request.GET.get("next")))


def _door(request: HttpRequest, kind: oidc.Kind, next_path: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, "portal/sign_in.html", {"kind": kind, "next": next_path})
    here = settings.BASE_URL if not settings.DEMO else request.build_absolute_uri("/").rstrip("/")
    try:
        url, attempt = oidc.begin(kind, redirect_uri=here + reverse(_CALLBACKS[kind]), next_path=next_path)
    except oidc.SignInRefusedError as error:
        return _refused(request, kind, error)
    request.session[_ATTEMPT] = attempt
    return HttpResponseRedirect(url)


@never_cache
@require_GET
def signed_in(request: HttpRequest) -> HttpResponse:
    """Where a citizen comes back to."""
    return _back(request, "citizen")


@never_cache
@require_GET
def signed_in_officer(request: HttpRequest) -> HttpResponse:
    """Where an officer comes back to."""
    return _back(request, "officer")


def _back(request: HttpRequest, kind: oidc.Kind) -> HttpResponse:
    attempt: oidc.Attempt | None = request.session.pop(_ATTEMPT, None)
    try:
        if attempt is None or attempt["kind"] != kind:
            raise oidc.SignInRefusedError("unknown_attempt", "no attempt in this session")
        if any(len(values) > 1 for values in dict(request.GET.lists()).values()):
            raise oidc.SignInRefusedError("bad_answer", "repeated parameter")
        identity = oidc.finish(attempt, {name: request.GET[name] for name in request.GET})
    except oidc.SignInRefusedError as error:
        return _refused(request, kind, error)
    actions.sign_in(request, identity)
    return HttpResponseRedirect(attempt["next"])


def _refused(request: HttpRequest, kind: oidc.Kind, error: oidc.SignInRefusedError) -> HttpResponse:
    logger.warning("sign-in refused: %s", error)
    status = 503 if error.code == "unavailable" else 200 if error.code == "cancelled" else 400
    return render(request, "portal/sign_in.html", {"kind": kind, "next": "/", "refused": error.code}, status=status)


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out here and return to the start page."""
    actions.sign_out(request)
    return redirect("home")


def _safe(next_path: str | None) -> str:
    """A path of ours to go to after signing in; anything else becomes the start page."""
    if next_path and next_path.startswith("/") and url_has_allowed_host_and_scheme(next_path, allowed_hosts=None):
        return next_path
    return "/"
