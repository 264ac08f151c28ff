"""The REST API: the same services, rules and access table as the pages, for programs. docs/api.md describes it."""
