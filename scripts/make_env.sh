#!/usr/bin/env bash
# Makes .venv from the hashed locks: `make_env.sh runtime` or `make_env.sh development`.
# Assumes python3 3.11 or later and nothing else; uses uv when it is there, else pip.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-runtime}

python=$(command -v python3.11 || command -v python3 || true)
if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Skills360 needs Python 3.11 or later as python3. On Debian 12: apt-get install python3" >&2
  exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null && ! command -v uv >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing python3-venv …"
    apt-get install -y -qq python3-venv >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; }
  else
    echo "Python's venv module is missing. Run: sudo apt-get install python3-venv" >&2
    exit 1
  fi
fi

# An environment whose interpreter is gone (a moved folder, an upgraded machine) is made anew.
if [ -d .venv ] && ! .venv/bin/python -c '' 2>/dev/null; then rm -rf .venv; fi
if command -v uv >/dev/null; then
  [ -d .venv ] || uv venv -q --python "$python" .venv
  install() { VIRTUAL_ENV="$PWD/.venv" uv pip install -q --require-hashes "$@"; }
else
  [ -d .venv ] || "$python" -m venv .venv
  install() { .venv/bin/python -m pip install -q --disable-pip-version-check --no-input --require-hashes "$@"; }
fi

echo "Preparing the $kind environment …"
if [ "$kind" = runtime ]; then
  install -r requirements.txt
  touch .venv/.runtime
else
  install -r requirements.txt -r requirements-dev.txt
  touch .venv/.runtime .venv/.development
fi
