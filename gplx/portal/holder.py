"""The person who is signed in, as the register knows him: every query of the citizen's pages starts here (T01)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from gplx.accounts.models import Role, User
from gplx.licences.models import Holder
from gplx.notices import queries as notices

P = ParamSpec("P")

View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponse]


def holder_of(request: HttpRequest) -> Holder | None:
    """The licence holder behind a signed-in citizen, by his citizen number or an older number of his."""
    user = request.user
    if not isinstance(user, User) or user.role != Role.CITIZEN or not user.citizen_number:
        return None
    found = Holder.objects.filter(citizen_number=user.citizen_number).first()
    if found is None:
        found = Holder.objects.filter(aliases__number=user.citizen_number).first()
    return found


def holder_page(
    view: Callable[Concatenate[HttpRequest, Holder, P], HttpResponse],
) -> View[P]:
    """A page about the signed-in person's own record; others are asked to sign in or told why there is nothing."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            target = redirect("sign_in")
            if request.method == "GET":
                target["Location"] += f"?next={request.path}"
            return target
        if user.role != Role.CITIZEN:
            return render(request, "portal/for_citizens.html", status=403)
        holder = holder_of(request)
        if holder is None:
            return render(request, "portal/no_licence.html", status=404)
        return view(request, holder, *args, **kwargs)

    return guarded


def unread_count(request: HttpRequest) -> int | str:
    """How many notices in the inbox the signed-in person has not opened; empty when there is none."""
    holder = holder_of(request)
    if holder is None:
        return ""
    return notices.unread_count(holder.pk) or ""
