"""The check of an electronic licence for officers, and what they need to make it without a network.

Nothing is looked up: the holder shows what he wants to show. Looking into the register is another page, with a purpose.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from gplx.accounts.models import Role
from gplx.desk.access import StaffRequest, staff
from gplx.wallet import counter, kit, publication


@staff(Role.ROADSIDE)
def check(request: StaffRequest) -> HttpResponse:
    """The same check as the public page's; and the kit for checks without a network."""
    context = counter.page(request.method == "POST", request.POST, request.FILES)
    context["for_officers"] = True
    return render(request, "desk/licence_check.html", context, status=422 if context["fault"] else 200)


@staff(Role.ROADSIDE)
def offline(request: StaffRequest) -> HttpResponse:
    """The trusted root and the last status lists in one file; each list is signed and says how old it is."""
    made = kit.pack(at=publication.now())
    response = HttpResponse(made.content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="gplx-kiem-tra-{made.made_at:%Y%m%d-%H%M}.zip"'
    return response
