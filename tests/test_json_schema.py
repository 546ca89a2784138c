"""The JSON report keeps its published form."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from loganalyzer.diagnosis.causes import CAUSES
from loganalyzer.pipeline import Settings, analyze
from loganalyzer.report.json_v1 import to_mapping

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "loganalyzer/report/json_v1.schema.json").read_text(encoding="utf-8"))
SAMPLES = sorted((ROOT / "sample_logs").glob("*.log"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_report_fits_the_schema(path: Path) -> None:
    """The JSON report of each sample log is valid against the published schema."""
    document = json.loads(json.dumps(to_mapping(analyze(Settings((str(path),))))))
    jsonschema.validate(document, SCHEMA)


def test_several_inputs_fit_the_schema(tmp_path: Path) -> None:
    """The JSON report of several inputs, an empty one among them, is valid against the published schema."""
    empty = tmp_path / "empty.log"
    empty.write_bytes(b"")
    document = json.loads(json.dumps(to_mapping(analyze(Settings((str(SAMPLES[0]), str(empty)))))))
    jsonschema.validate(document, SCHEMA)
    assert len(document["apps"]) == 2


def test_schema_names_every_cause() -> None:
    """The causes of the schema are those of the catalogue."""
    named = set(SCHEMA["$defs"]["finding"]["properties"]["cause"]["enum"])
    assert named == {cause.id for cause in CAUSES} | {"healthy", "unknown"}
