"""Where the signed-in person is told besides the inbox: added, confirmed by a code, taken away (T10)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gplx.accounts.models import User
from gplx.licences.models import Holder
from gplx.notices import codes, contact_actions, contact_queries
from gplx.notices.models import ContactKind
from gplx.portal.forms import GovukForm
from gplx.portal.holder import holder_page

SIGNED_IN_MINUTES_MAX = 15
"""Who signed in longer ago does so again before he changes where he is told: a session may be another's (T08, T10)."""

_SHORT = {"class": "govuk-input--width-20", "autocomplete": "off"}


class AddressForm(GovukForm):
    """An address of one kind."""

    address = forms.CharField(max_length=254)

    def __init__(self, kind: ContactKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix=kind.value, **kwargs)
        self.kind = kind
        field = self.fields["address"]
        if kind == ContactKind.EMAIL:
            field.label, field.help_text = _("Địa chỉ thư điện tử"), _("Ví dụ ten@vidu.vn")
            field.error_messages["required"] = _("Hãy nhập địa chỉ thư điện tử.")
            field.widget.attrs |= {"type": "email", "autocomplete": "email", "spellcheck": "false"}
        else:
            field.label, field.help_text = _("Số điện thoại di động"), _("Ví dụ 0912 345 678")
            field.error_messages["required"] = _("Hãy nhập số điện thoại di động.")
            field.widget.attrs |= {"type": "tel", "autocomplete": "tel", "class": "govuk-input govuk-input--width-20"}

    def clean_address(self) -> str:
        try:
            return contact_actions.read_address(self.kind, self.cleaned_data["address"])
        except contact_actions.NotAnAddressError:
            raise forms.ValidationError(
                _("Địa chỉ này không viết đúng. Hãy viết như ten@vidu.vn.")
                if self.kind == ContactKind.EMAIL
                else _("Đây không phải số di động nhận được tin nhắn. Hãy viết như 0912 345 678.")
            ) from None


class CodeForm(GovukForm):
    """The code that was sent."""

    code = forms.RegexField(
        r"^\s*[0-9]{6}\s*$",
        label=gettext_lazy("Mã xác nhận"),
        help_text=gettext_lazy("6 chữ số trong thư hoặc tin nhắn vừa gửi"),
        error_messages={
            "required": gettext_lazy("Hãy nhập mã xác nhận."),
            "invalid": gettext_lazy("Mã có 6 chữ số."),
        },
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-5", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )

    def __init__(self, kind: ContactKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"{kind.value}-code", **kwargs)


@holder_page
def contacts(request: HttpRequest, holder: Holder) -> HttpResponse:
    """What is known, and one form for each kind; a change needs a sign-in of the last minutes."""
    if request.method != "POST":
        return _shown(request, holder)
    if not _signed_in_lately(request):
        messages.warning(request, _("Để đổi nơi nhận thông báo, hãy đăng nhập lại."))
        return redirect("sign_in")
    kind = next((one for one in contact_actions.offered() if one.value == request.POST.get("kind")), None)
    act = request.POST.get("act")
    if kind is None or act not in ("add", "confirm", "remove"):
        return _shown(request, holder, status=422)
    if act == "remove":
        if contact_actions.remove(holder.pk, kind):
            messages.success(request, _("Đã gỡ bỏ. Nơi cũ được báo về thay đổi này."))
        return redirect("contacts")
    return _add(request, holder, kind) if act == "add" else _confirm(request, holder, kind)


def _add(request: HttpRequest, holder: Holder, kind: ContactKind) -> HttpResponse:
    form = AddressForm(kind, request.POST)
    if form.is_valid():
        try:
            contact_actions.ask(holder.pk, kind, form.cleaned_data["address"])
        except contact_actions.TooManyCodesError:
            form.add_error("address", _("Bạn đã yêu cầu quá nhiều mã trong một ngày. Hãy thử lại vào ngày mai."))
        else:
            messages.success(request, _("Đã gửi mã xác nhận. Hãy nhập mã đó ở dưới."))
            return redirect("contacts")
    return _shown(request, holder, {kind: form}, status=422)


def _confirm(request: HttpRequest, holder: Holder, kind: ContactKind) -> HttpResponse:
    form = CodeForm(kind, request.POST)
    if form.is_valid():
        answer = contact_actions.confirm(holder.pk, kind, form.cleaned_data["code"].strip())
        if answer == "confirmed":
            messages.success(request, _("Đã xác nhận. Từ nay thông báo cũng được gửi đến đây."))
            return redirect("contacts")
        form.add_error(
            "code",
            _("Mã không đúng. Hãy xem lại tin vừa nhận.")
            if answer == "wrong"
            else _("Mã không dùng được nữa. Hãy nhập lại địa chỉ để nhận mã mới."),
        )
    return _shown(request, holder, codes_={kind: form}, status=422)


def _signed_in_lately(request: HttpRequest) -> bool:
    since = Now() - timedelta(minutes=SIGNED_IN_MINUTES_MAX)
    return isinstance(request.user, User) and User.objects.filter(pk=request.user.pk, last_login__gt=since).exists()


def _shown(
    request: HttpRequest,
    holder: Holder,
    forms_: dict[ContactKind, AddressForm] | None = None,
    codes_: dict[ContactKind, CodeForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = [
        (
            place,
            (forms_ or {}).get(place.kind) or AddressForm(place.kind),
            (codes_ or {}).get(place.kind) or CodeForm(place.kind),
        )
        for place in contact_queries.places(holder.pk)
    ]
    faulty = next(
        (form for form in [*(forms_ or {}).values(), *(codes_ or {}).values()] if form.is_bound and form.errors), None
    )
    context = {"rows": rows, "form": faulty, "minutes": contact_actions.CODE_MINUTES, "digits": codes.DIGITS}
    return render(request, "portal/contacts.html", context, status=status)
