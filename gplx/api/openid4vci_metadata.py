"""What a wallet reads before it fetches anything: the issuer, its endpoints, and what it gives out.

Source:
    OpenID4VCI 1.0 section 12.2 (issuer), Appendix A.2 (mdoc), A.3 (SD-JWT VC); RFC 8414 (authorization server).
"""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from gplx.licences.electronic import CONFIGURATIONS, Configuration
from gplx.licences.models import Part
from gplx.wallet import es256, store
from gplx.wallet.actions import KEYS_MAX
from gplx.wallet.licence import DOC_TYPE, NAMESPACE, PRIVILEGES
from gplx.wallet.models import Form
from gplx.wallet.offers import GRANT_TYPE
from gplx.wallet.sd_jwt import CREDENTIAL_TYPE, TYP

_NAMES = {
    Part.MOTORCYCLE: ("Giấy phép lái xe: mô tô", "Driving licence: motorcycle"),
    Part.CAR: ("Giấy phép lái xe: ô tô", "Driving licence: car"),
}
_CLAIMS = {
    "family_name": ("Họ", "Family name"),
    "given_name": ("Tên đệm và tên", "Given names"),
    "birth_date": ("Ngày sinh", "Date of birth"),
    "issue_date": ("Ngày cấp", "Date of issue"),
    "expiry_date": ("Ngày hết hạn", "Date of expiry"),
    "issuing_country": ("Nước cấp", "Issuing country"),
    "issuing_authority": ("Cơ quan cấp", "Issuing authority"),
    "document_number": ("Số giấy phép", "Licence number"),
    PRIVILEGES: ("Hạng được lái", "Driving privileges"),
    "un_distinguishing_sign": ("Ký hiệu quốc gia", "Distinguishing sign"),
}


@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    """The issuer's metadata."""
    return _json(
        {
            "credential_issuer": store.issuer(),
            "credential_endpoint": f"{store.issuer()}/wallet/credential",
            "nonce_endpoint": f"{store.issuer()}/wallet/nonce",
            "notification_endpoint": f"{store.issuer()}/wallet/notification",
            "batch_credential_issuance": {"batch_size": KEYS_MAX},
            "display": [
                {"name": "Sổ đăng ký giấy phép lái xe", "locale": "vi"},
                {"name": "Register of driving licences", "locale": "en"},
            ],
            "credential_configurations_supported": {
                name: _configuration(name, one) for name, one in CONFIGURATIONS.items()
            },
        }
    )


@require_safe
def authorization_server(request: HttpRequest) -> HttpResponse:
    """The metadata of what gives tokens: the issuer itself, for offers that the holder made."""
    return _json(
        {
            "issuer": store.issuer(),
            "token_endpoint": f"{store.issuer()}/wallet/token",
            "grant_types_supported": [GRANT_TYPE],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": ["none"],
            "pre-authorized_grant_anonymous_access_supported": True,
        }
    )


def _configuration(name: str, one: Configuration) -> dict[str, Any]:
    path = [NAMESPACE] if one.form == Form.MDOC else []
    display = [{"name": text, "locale": locale} for text, locale in zip(_NAMES[one.part], ("vi", "en"), strict=True)]
    described: dict[str, Any] = {
        "scope": name,
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": [es256.JOSE_NAME]}},
        "credential_metadata": {
            "display": display,
            "claims": [
                {
                    "path": [*path, claim],
                    "display": [{"name": vi, "locale": "vi"}, {"name": en, "locale": "en"}],
                }
                for claim, (vi, en) in _CLAIMS.items()
            ],
        },
    }
    if one.form == Form.MDOC:
        return {
            "format": "mso_mdoc",
            "doctype": DOC_TYPE,
            "cryptographic_binding_methods_supported": ["cose_key"],
            "credential_signing_alg_values_supported": [es256.COSE_NUMBER],
            **described,
        }
    return {
        "format": TYP,
        "vct": CREDENTIAL_TYPE,
        "cryptographic_binding_methods_supported": ["jwk"],
        "credential_signing_alg_values_supported": [es256.JOSE_NAME],
        **described,
    }


def _json(value: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(orjson.dumps(value), content_type="application/json")
    response["Cache-Control"] = "public, max-age=300"
    response["Access-Control-Allow-Origin"] = "*"
    return response
