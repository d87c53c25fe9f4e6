"""What the framework cannot know for the description of the API: bodies, headers and problems we read ourselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from gplx.api.access import PURPOSE_HEADER, REFERENCE_HEADER, REFERENCE_LENGTH_MAX, Scope
from gplx.api.schemas import ProblemDocument
from gplx.audit.models import Purpose

PROBLEM_REFERENCE = {"$ref": "#/components/schemas/ProblemDocument"}
REFERENCE_TEMPLATE = "#/components/schemas/{model}"
_BODIES: dict[str, type[BaseModel]] = {}

_SAID = {
    400: "The request cannot be read",
    401: "No token that is good now",
    403: "The token does not allow this",
    404: "Unknown, or not yours: the same answer",
    409: "The same number with other content is known",
    411: "The length of the body is not stated",
    413: "The body is too large",
    415: "Another media type than application/json in UTF-8",
    422: "Some fields are not right; nothing was recorded",
    429: "Too many requests of this kind; wait as Retry-After says",
    503: "Not available now; try again as Retry-After says",
}


def problems(*statuses: int) -> dict[str, Any]:
    """Answers of an operation that are problem documents."""
    return {
        "responses": {
            status: {
                "description": _SAID[status],
                "content": {"application/problem+json": {"schema": PROBLEM_REFERENCE}},
            }
            for status in statuses
        }
    }


def body(*models: type[BaseModel]) -> dict[str, Any]:
    """A JSON body that our strict reader takes, described by models; several: one of them."""
    _BODIES.update({model.__name__: model for model in models})
    references = [{"$ref": REFERENCE_TEMPLATE.format(model=model.__name__)} for model in models]
    schema = references[0] if len(references) == 1 else {"anyOf": references}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def purpose_headers(*, required: bool = True) -> dict[str, Any]:
    """The two headers that say why a person's record is read."""
    return {
        "parameters": [
            {
                "in": "header",
                "name": PURPOSE_HEADER,
                "required": required,
                "schema": {"type": "string", "enum": list(Purpose.values)},
                "description": "why the record is read; the holder can see it",
            },
            {
                "in": "header",
                "name": REFERENCE_HEADER,
                "required": required,
                "schema": {
                    "type": "string", "minLength": 1, "maxLength": REFERENCE_LENGTH_MAX, "pattern": "^[A-Za-z0-9]+$",
                },
                "example": "TT-2026-000123",
                "description": "case, stop or decision number: letters, digits and . / : - between them; letters"
                " beyond ASCII as percent-encoded UTF-8: 123/Q%C4%90-XPHC",
            },
        ]
    }  # fmt: skip


def complete(description: dict[str, Any], scope_of: Mapping[tuple[str, str], str]) -> None:
    """Add what holds for every operation: scopes, problems of transport and token, and the models of the bodies.

    Args:
        scope_of: the scope an operation needs, by path and method in lower case.
    """
    description["components"]["securitySchemes"] = {"oauth2": {"type": "oauth2", "flows": Scope.openapi_flows}}
    schemas = description["components"]["schemas"]
    schemas["ProblemDocument"] = ProblemDocument.model_json_schema(ref_template=REFERENCE_TEMPLATE)
    schemas.update(schemas["ProblemDocument"].pop("$defs"))
    for name, model in _BODIES.items():
        schema = model.model_json_schema(ref_template=REFERENCE_TEMPLATE)
        schemas.update(schema.pop("$defs", {}))
        schemas[name] = schema
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            statuses = [400, 422, 503]
            scope = scope_of.get((path, method))
            if scope is not None:
                statuses += [401, 403]
                operation["security"] = [{"oauth2": [scope]}]
            if "requestBody" in operation:
                statuses += [411, 413, 415]
            if "{" in path:
                statuses.append(404)
            known = {int(status) for status in operation["responses"]}
            for status, answer in problems(*sorted(set(statuses) - known))["responses"].items():
                operation["responses"][status] = answer
            operation["responses"] = {
                str(status): operation["responses"][status] for status in sorted(operation["responses"], key=int)
            }
