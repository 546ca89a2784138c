"""The apps are started by the tests and not collected as tests."""

collect_ignore = ["python", "node"]
