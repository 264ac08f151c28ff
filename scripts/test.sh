#!/usr/bin/env bash
# Everything, twice: on SQLite with the browser, then what touches the database on PostgreSQL. Random order, three processes: one of them mostly waits for a browser or a server.
# Further arguments go to pytest: `scripts/test.sh tests/ideas -k board`.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/system_packages.sh
echo "On SQLite:"
.venv/bin/pytest -n 3 --dist worksteal "$@"
echo "On PostgreSQL:"
.venv/bin/python -m tests.postgres .venv/bin/pytest -n 3 --dist worksteal -m "not browser and not engine" "$@"
