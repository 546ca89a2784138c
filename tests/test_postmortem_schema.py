"""The JSON form of a postmortem keeps its published form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from loganalyzer.diagnosis.causes import CAUSES
from loganalyzer.pipeline import Settings, analyze
from loganalyzer.postmortem import build, render
from loganalyzer.postmortem.json_form import SCHEMA as NAME
from loganalyzer.postmortem.survey import survey_inputs
from loganalyzer.redaction import Redactor
from tests.payloads import PAYLOADS, hostile_log

ROOT = Path(__file__).resolve().parent.parent
INCIDENTS = ROOT / "tests" / "incidents"
SCHEMA: dict[str, Any] = json.loads(
    (ROOT / "loganalyzer/postmortem/postmortem_v1.schema.json").read_text(encoding="utf-8")
)
LOGS = sorted([*(ROOT / "sample_logs").glob("*.log"), *INCIDENTS.glob("*.log")])


def closed(schema: Any) -> Any:
    """Give a schema that refuses keys which the published one does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    return inner if "properties" not in schema else {"additionalProperties": False, **inner}


STRICT = closed(SCHEMA)


def document(*paths: Path, good: Path | None = None) -> Any:
    """Give the JSON form of the postmortem of logs."""
    settings = Settings(tuple(map(str, paths)))
    baseline = None
    if good is not None:
        other = Settings((str(good),))
        baseline = analyze(other), survey_inputs(other, with_messages=True)
    return json.loads(render(build(settings, analyze(settings), baseline=baseline, redactor=Redactor()), "json"))


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_log_fits_the_schema(path: Path) -> None:
    """Each log's document is valid, and has no key that is not published."""
    jsonschema.validate(document(path), STRICT)


@pytest.mark.parametrize("name", PAYLOADS)
def test_hostile_log_fits_the_schema(name: str, tmp_path: Path) -> None:
    """Text of a log changes no structure."""
    path = tmp_path / "hostile.log"
    path.write_bytes(hostile_log(PAYLOADS[name]).encode())
    jsonschema.validate(document(path), STRICT)


def test_several_logs_and_a_good_one(tmp_path: Path) -> None:
    """Several inputs, an empty one among them, and a comparison are valid as well."""
    empty = tmp_path / "empty.log"
    empty.write_bytes(b"")
    bad = INCIDENTS / "heroku-request-timeout-scaled.log"
    found = document(bad, empty, good=INCIDENTS / "heroku-port-hardcoded-rolled-back.log")
    jsonschema.validate(found, STRICT)
    assert len(found["reviews"]) == 2
    assert found["reviews"][0]["comparison"]["differences"]


def test_schema_is_one_and_names_every_cause() -> None:
    """The schema is a valid one, and knows the catalogue and its own name."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["$defs"]["cause"]["enum"]) == {cause.id for cause in CAUSES} | {"healthy", "unknown"}
    assert SCHEMA["properties"]["schema"]["const"] == NAME
