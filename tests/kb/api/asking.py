"""Asks the API what nobody thought of: every operation, by its own description.

In the gate with few examples and a fixed seed; `python -m tests.benchmarks.api` asks as long as one likes.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

# A ZIP archive of one article, and what is none.
ARCHIVE = io.BytesIO()
with zipfile.ZipFile(ARCHIVE, "w") as archive:
    archive.writestr("en/a-lamp.md", "# A lamp\n\nIt shines.\n")
schemathesis.openapi.media_type(
    "application/zip", st.one_of(st.just(ARCHIVE.getvalue()), st.binary(max_size=40))
)
schemathesis.openapi.media_type(
    "application/octet-stream", st.one_of(st.just(b"Serial: 7\n"), st.binary(max_size=40))
)

PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that does not hold."""

    phase: str
    operation: str
    check: str
    message: str
    call: str

    def __str__(self) -> str:
        return f"[{self.phase}] {self.operation}: {self.check}\n{self.message}\n{self.call}\n"


def config(site: str, key: str, *, examples: int, seed: int, phases: Any = PHASES) -> Any:
    """Return what is asked, and how often."""
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "base-url": site,
            # Whatever the state is: else what is wrong in a body would hide behind 428 and 412.
            "headers": {"Authorization": f"Bearer {key}", "If-Match": "*"},
            "generation": {
                "max-examples": examples,
                "deterministic": True,
                "no-shrink": True,
                "database": "none",
            },
            "phases": {name: {"enabled": name in phases} for name in PHASES},
            "checks": {
                # What is well-formed and fits nothing that is there (a cursor of another list, the key of
                # no category, days in the wrong order) is refused with a problem that says so.
                "positive_data_acceptance": {
                    "expected-statuses": ["2xx", 304, 401, 403, 404, 409, 412, 422, 428]
                },
                # What is longer than it may be may be larger than a request may be, too.
                "negative_data_rejection": {
                    "expected-statuses": [
                        400,
                        401,
                        403,
                        404,
                        405,
                        406,
                        409,
                        412,
                        413,
                        415,
                        422,
                        428,
                    ]
                },
                # RFC 6585 names 428 for a write that does not say which state it changes.
                "missing_required_header": {
                    "expected-statuses": [400, 401, 403, 406, 415, 422, 428]
                },
            },
        }
    )


def ask(site: str, key: str, **how: Any) -> Iterator[Found]:
    """Yield what does not hold of the API that is served at the address of a site."""
    document = httpx.get(f"{site}/api/v1/openapi.json").raise_for_status().json()
    schema = schemathesis.openapi.from_dict(document, config=config(site, key, **how))
    known = set()
    for event in from_schema(schema).execute():
        for found in _found(event):
            mark = (found.operation, found.check, found.message[:80])
            if mark not in known:
                known.add(mark)
                yield found


def _found(event: Any) -> Iterator[Found]:
    if isinstance(event, events.ScenarioFinished):
        for case, checks in event.recorder.checks.items():
            for check in checks:
                if check.failure_info is not None:
                    failure = check.failure_info.failure
                    yield Found(
                        event.phase.value,
                        event.recorder.cases[case].value.operation.label,
                        check.name,
                        f"{failure.title}: {failure.message}",
                        check.failure_info.code_sample,
                    )
    elif isinstance(event, events.NonFatalError):
        yield Found("", event.label, "error", str(event.value), "")
    elif isinstance(event, events.FatalError):
        raise event.exception
