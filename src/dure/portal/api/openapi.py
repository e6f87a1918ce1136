"""The OpenAPI 3.1 document: every command and resource, from the table of commands, the table of resources and the structs."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

import dure
from dure.cycle.commands.importing import Report
from dure.cycle.commands.registry import COMMANDS
from dure.cycle.commands.rows import Row
from dure.cycle.handoffs import BY_NAME
from dure.formats.sheets import CONTENT_TYPES
from dure.portal.api.carrying_out import CommandList, answer
from dure.portal.api.columns import Column, page_struct, struct
from dure.portal.api.documents import HandedIn
from dure.portal.api.door import JSON, Caller
from dure.portal.api.exporting import FORMATS
from dure.portal.api.jobs import JobState
from dure.portal.api.problems import KINDS, MEDIA_TYPE, Problem
from dure.portal.api.reading import MOST_ROWS, parameters
from dure.portal.api.resource import Resource
from dure.portal.api.schemas import DIALECT, components, doc_of, example, result_type
from dure.portal.api.tables import RESOURCES
from dure.portal.kit.lists.reasons import LONGEST, SHORTEST, WANTED

Json = dict[str, Any]
SECURITY: list[Json] = [{"token": []}, {"session": [], "csrf": []}]
READ_SECURITY: list[Json] = [{"token": []}, {"session": []}]
_WRONG_READ = (400, 401, 403, 404, 422, 500, 503)
_WRONG_FACTS = (400, 401, 403, 404, 409, 422, 500, 503)
_WRONG_WRITE = (400, 401, 403, 404, 409, 411, 413, 415, 422, 500, 503)
_ETAG = {"ETag": {"description": "Version of what is answered.", "schema": {"type": "string"}}}
_SUMMARY = (
    "Read the records that you may see, and carry out the commands that you may do. Each command is one typed act; it is "
    "checked, done and recorded in one transaction or not at all. Money is in the smallest unit of the programme's currency, "
    "ratios are decimal text, instants RFC 3339. What is not yours answers like what does not exist."
)


def open_document(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The document as JSON."""
    del caller
    return answer(request, document())


@cache
def document() -> Json:
    """The whole document; raises when a field names no column, or a command has no example."""
    kinds = _struct_types()
    kinds += [Problem, CommandList, Report, JobState, HandedIn]
    refs, named = components(kinds)
    schema_of = dict(zip(kinds, refs, strict=True))
    paths: Json = {}
    for row in COMMANDS:
        paths |= _command_paths(row, schema_of, named)
    paths |= _import_paths(schema_of[Report], schema_of[JobState])
    for resource in RESOURCES:
        paths |= _resource_paths(resource, schema_of)
        paths |= _export_paths(resource, schema_of[JobState])
    paths |= _document_paths(schema_of[HandedIn])
    paths |= _job_paths(schema_of[JobState])
    paths |= _table_paths(schema_of[CommandList])
    paths |= _decision_paths()
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {"title": "dure", "version": dure.__version__, "description": _SUMMARY, "license": _LICENCE},
        "servers": [{"url": "/"}],
        "tags": [{"name": each} for each in ("commands", "imports", "exports", "jobs", "decisions", "documents", "records")],
        "paths": paths,
        "components": {
            "schemas": named,
            "responses": {f"Problem{status}": _problem_response(status, schema_of[Problem]) for status in sorted(_statuses())},
            "securitySchemes": _SCHEMES,
        },
    }


_LICENCE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
_SCHEMES: Json = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token that `make_token` was given the SHA-256 of."},
    "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "The log-in of the pages."},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": "Value of the cookie csrftoken."},
}


def _struct_types() -> list[Any]:
    made = [each for row in COMMANDS for each in (row.command, _done(row))]
    made += [each for resource in RESOURCES for each in (struct(resource.noun), page_struct(resource.noun))]
    return list(dict.fromkeys(made))


@cache
def _done(row: Row) -> type[msgspec.Struct]:
    """What `carry_out` answers, with the result that the command's function promises."""
    fields = [("result", result_type(row)), ("act", int), ("about", str), ("version", int)]
    made = msgspec.defstruct(f"{row.name.title().replace('_', '')}Done", fields, kw_only=True)
    made.__doc__ = "The result, the number of the act, its subject as KIND/ID, and the subject's version now."
    return made


def _command_paths(row: Row, schema_of: dict[Any, Json], named: Json) -> Json:
    desks = ", ".join(dict.fromkeys(seat.desk for seat in row.by))
    states = f" Possible while: {', '.join(row.while_)}." if row.while_ != ("any",) else ""
    body = {"schema": schema_of[row.command], "example": example(schema_of[row.command], named)}
    replayed = {"Idempotency-Replayed": {"description": "`true` where the act had been done.", "schema": {"const": "true"}}}
    return {
        f"/api/v1/commands/{row.name}": {
            "post": {
                "operationId": row.name,
                "tags": ["commands"],
                "summary": row.label,
                "description": f"{doc_of(row.command)} Desks that may: {desks}.{states}",
                "security": SECURITY,
                "parameters": [_KEY, _IF_MATCH],
                "requestBody": {"required": True, "content": {JSON: body}},
                "responses": {"200": _good("Done.", schema_of[_done(row)], replayed), **_wrong(_WRONG_WRITE)},
            }
        }
    }


def _import_paths(report: Json, job: Json) -> Json:
    media: Json = {kind: {"schema": {}} for kind in CONTENT_TYPES.values()}
    media |= _ONE_FILE
    apply = {
        "name": "apply", "in": "query", "schema": {"enum": ["true", "false"], "default": "false"},
        "description": "`true`: carry out all rows or none; otherwise only say what they would do.",
    }  # fmt: skip
    form = {"name": "format", "in": "query", "schema": {"enum": ["xlsx", "csv"], "default": "xlsx"}}
    sheets: Json = {kind: {"schema": {}} for form_, kind in CONTENT_TYPES.items() if form_ != "jsonl"}
    name = _name_parameter("Command of which each row is one.")
    return {
        "/api/v1/imports/{name}": {
            "parameters": [name],
            "get": {
                "operationId": "open_template", "tags": ["imports"], "summary": "Download the empty table of a command",
                "security": [], "parameters": [form],
                "responses": {"200": {"description": "The table.", "content": sheets}, **_wrong((400, 401, 404, 422, 500, 503))},
            },
            "post": {
                "operationId": "import_rows", "tags": ["imports"], "summary": "Preview or carry out a table of commands",
                "security": SECURITY, "parameters": [apply, _KEY], "requestBody": {"required": True, "content": media},
                "responses": {
                    "200": _good("What the rows do.", report, {}, etag=False), "202": _later(job), **_wrong(_WRONG_WRITE),
                },
            },
        }
    }  # fmt: skip


def _table_paths(command_list: Json) -> Json:
    schema = {"application/schema+json": {"schema": {"type": "object"}}}
    wrong = _wrong((400, 401, 404, 422, 500, 503))
    return {
        "/api/v1/commands": {
            "get": {
                "operationId": "list_commands", "tags": ["commands"], "summary": "List the commands and which you may do",
                "security": [{}, *READ_SECURITY], "responses": {"200": _good("The table.", command_list, {}), **wrong},
            }
        },
        "/api/v1/commands/{name}/schema": {
            "parameters": [_name_parameter("Name of the command.")],
            "get": {
                "operationId": "read_schema", "tags": ["commands"], "summary": "Read the JSON Schema of a command",
                "security": [], "responses": {"200": {"description": "The schema.", "content": schema}, **wrong},
            },
        },
    }  # fmt: skip


def _decision_paths() -> Json:
    subject = {"name": "subject", "in": "query", "required": True, "schema": {"type": "string"}, "description": "KIND/ID"}
    decision = {"name": "name", "in": "path", "required": True, "schema": {"enum": list(BY_NAME)}, "description": "Decision."}
    seq = {
        "name": "seq",
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
        "description": "Its number.",
    }
    of_entry = {key: {"type": "object"} for key in ("facts", "rules", "recommendation")}
    return {
        "/api/v1/decisions/{name}/facts": {
            "parameters": [decision, subject],
            "get": {
                "operationId": "prepare_facts", "tags": ["decisions"], "summary": "Read the facts of a decision",
                "security": READ_SECURITY,
                "responses": {"200": _good("The facts.", {"type": "object"}, {}), **_wrong(_WRONG_FACTS)},
            },
        },
        "/api/v1/entries/{seq}/documents": {
            "parameters": [seq],
            "get": {
                "operationId": "read_entry_documents", "tags": ["decisions"], "summary": "Read the documents of an entry",
                "security": READ_SECURITY,
                "responses": {
                    "200": _good("The documents.", {"type": "object", "properties": of_entry, "required": list(of_entry)}, {}),
                    **_wrong(_WRONG_READ),
                },
            },
        },
    }  # fmt: skip


def _resource_paths(resource: Resource, schema_of: dict[Any, Json]) -> Json:
    noun = resource.noun.replace("-", "_")
    link = {"Link": {"description": "The next page, where there is one.", "schema": {"type": "string"}}}
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}, "description": "Its id."}
    return {
        f"/api/v1/{resource.noun}": {
            "get": {
                "operationId": f"list_{noun}", "tags": ["records"], "summary": resource.what, "security": READ_SECURITY,
                "parameters": [*_PAGING, *_filters(resource), _IF_NONE_MATCH],
                "responses": {
                    "200": _good("A page.", schema_of[page_struct(resource.noun)], link),
                    "304": _UNCHANGED,
                    **_wrong(_WRONG_READ),
                },
            }
        },
        f"/api/v1/{resource.noun}/{{id}}": {
            "parameters": [key],
            "get": {
                "operationId": f"read_{noun}", "tags": ["records"], "summary": f"Read one. {resource.what}",
                "security": READ_SECURITY, "parameters": [_IF_NONE_MATCH],
                "responses": {
                    "200": _good("The record.", schema_of[struct(resource.noun)], {}), "304": _UNCHANGED, **_wrong(_WRONG_READ),
                },
            },
        },
    }  # fmt: skip


def _export_paths(resource: Resource, job: Json) -> Json:
    noun = resource.noun.replace("-", "_")
    form = {"name": "format", "in": "query", "schema": {"enum": list(FORMATS), "default": "csv"}}
    reason = {
        "name": WANTED, "in": "query", "schema": {"type": "string", "minLength": SHORTEST, "maxLength": LONGEST},
        "description": "Why an office takes it along; needed where the records are people.",
    }  # fmt: skip
    return {
        f"/api/v1/exports/{resource.noun}": {
            "get": {
                "operationId": f"export_{noun}", "tags": ["exports"], "summary": f"All as one file. {resource.what}",
                "security": READ_SECURITY, "parameters": [form, reason, *_filters(resource)],
                "responses": {"200": _file(FORMATS.values()), "202": _later(job), **_wrong((*_WRONG_READ, 429))},
            }
        }
    }  # fmt: skip


def _document_paths(handed_in: Json) -> Json:
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}, "description": "Its id."}
    return {
        "/api/v1/uploads": {
            "post": {
                "operationId": "hand_in", "tags": ["documents"], "summary": "Hand in a file, for an act to attach within a day",
                "security": SECURITY, "requestBody": {"required": True, "content": _ONE_FILE},
                "responses": {"201": _good("It is kept.", handed_in, {}, etag=False), **_wrong(_WRONG_WRITE)},
            }
        },
        "/api/v1/documents/{id}/content": {
            "parameters": [key],
            "get": {
                "operationId": "read_content", "tags": ["documents"], "summary": "Read the file of a document",
                "security": READ_SECURITY, "responses": {"200": _file(["application/octet-stream"]), **_wrong(_WRONG_READ)},
            },
        },
    }  # fmt: skip


def _job_paths(job: Json) -> Json:
    number = {
        "name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
        "description": "Number of the job.",
    }  # fmt: skip
    form = {"name": "format", "in": "query", "schema": {"enum": ["xlsx", "csv"], "default": "xlsx"}}
    wrong = _wrong((*_WRONG_READ, 409, 410))
    answers = [
        ("", "read_job", "Read how far work in the background is", [], _good("The job.", job, {}, etag=False)),
        ("/result", "read_result", "Read what it came to: a file, or the report on a table of commands", [],
         _file([*FORMATS.values(), JSON, "application/zip"])),
        ("/faults", "read_faults", "Read the faults of a table of commands as a table", [form],
         _file([CONTENT_TYPES["xlsx"], "text/csv; charset=utf-8"])),
    ]  # fmt: skip
    return {
        f"/api/v1/jobs/{{id}}{ending}": {
            "parameters": [number],
            "get": {
                "operationId": name, "tags": ["jobs"], "summary": summary, "security": READ_SECURITY, "parameters": parameters,
                "responses": {"200": good, **wrong},
            },
        }
        for ending, name, summary, parameters, good in answers
    }  # fmt: skip


def _file(kinds: Iterable[str]) -> Json:
    return {"description": "The file.", "content": {kind: {"schema": {}} for kind in kinds}}


def _later(job: Json) -> Json:
    location = {"description": "Address of the job.", "schema": {"type": "string"}}
    return _good("There is much of it: it is done in the background.", job, {"Location": location}, etag=False)


def _filters(resource: Resource) -> list[Json]:
    return [
        {"name": name, "in": "query", "schema": _filter_schema(kind), "description": _meaning(resource, name)}
        for name, (_lookup, kind) in parameters(resource).items()
    ]


def _filter_schema(kind: Column) -> Json:
    schemas, _named = components([kind.type])
    return schemas[0]


def _meaning(resource: Resource, name: str) -> str:
    meanings = {field.name: field.meaning for field in resource.fields}
    for ending, words in (("_from", "at or after"), ("_before", "before")):
        if name not in meanings and name.endswith(ending):
            return f"{words}: {meanings[name.removesuffix(ending)]}"
    return meanings[name]


def _good(description: str, schema: Json, headers: Json, *, etag: bool = True) -> Json:
    return {
        "description": description,
        "headers": {**(_ETAG if etag else {}), **headers},
        "content": {JSON: {"schema": schema}},
    }


def _wrong(statuses: tuple[int, ...]) -> Json:
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}


def _statuses() -> set[int]:
    return {kind.status for kind in KINDS.values()}


def _problem_response(status: int, schema: Json) -> Json:
    codes = "; ".join(f"`{code}`: {kind.title}" for code, kind in KINDS.items() if kind.status == status)
    return {"description": f"{codes}.", "content": {MEDIA_TYPE: {"schema": schema}}}


def _name_parameter(meaning: str) -> Json:
    return {
        "name": "name",
        "in": "path",
        "required": True,
        "schema": {"enum": [r.name for r in COMMANDS]},
        "description": meaning,
    }


_ONE_FILE: Json = {
    "multipart/form-data": {
        "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
    }
}
_UNCHANGED = {"description": "Unchanged since the `ETag` in `If-None-Match`.", "headers": _ETAG}
_KEY: Json = {
    "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "pattern": "^[!-~]{1,140}$"},
    "description": "The same key with the same input gives the first outcome again, and does nothing twice.",
    "example": "6f1c2b2e-8a57-4c8e-9d3b-0f2f6f0b7a11",
}  # fmt: skip
_IF_MATCH: Json = {
    "name": "If-Match", "in": "header", "schema": {"type": "string", "pattern": '^"(0|[1-9][0-9]{0,17})(-[0-9a-f]+)?"$'},
    "description": "`ETag` of the subject as you saw it: refused with 409 `stale` where somebody has acted on it since.",
}  # fmt: skip
_IF_NONE_MATCH: Json = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "An `ETag` that you hold.",
}
_PAGING: list[Json] = [
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 50}},
    {"name": "cursor", "in": "query", "schema": {"type": "string"}, "description": "From `next` of the page before."},
]
