#!/usr/bin/env bash
# Style, types, import directions, templates, vendored files. Every check runs; the exit code says whether all passed.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=()
step() {
  local name=$1
  shift
  if "$@" >/tmp/skills360-check.$$ 2>&1; then echo "ok      $name"; else
    echo "FAILED  $name"
    cat /tmp/skills360-check.$$
    failed+=("$name")
  fi
  rm -f /tmp/skills360-check.$$
}
step "ruff check" .venv/bin/ruff check .
step "ruff format" .venv/bin/ruff format --check .
step "mypy --strict" .venv/bin/mypy
step "import-linter" .venv/bin/lint-imports --no-cache
step "djlint" .venv/bin/djlint templates --lint --quiet
step "vendored files" .venv/bin/python scripts/vendor_assets.py --check
if [ ${#failed[@]} -gt 0 ]; then
  echo "Not passed: ${failed[*]}"
  exit 1
fi
