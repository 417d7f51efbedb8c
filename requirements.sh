# Sourced by ./run and ./test: finds Python, makes .venv and installs a lock into it, only when the lock has changed.

say() { printf '%s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }

find_python() {
    reason="Lärnära needs Python 3.11 or newer, and none was found. Install it and try again."
    for name in python3.13 python3.12 python3.11 python3 python; do
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        if "$name" -c 'import ensurepip, venv, sqlite3' 2>/dev/null; then
            command -v "$name"
            return
        fi
        reason="$name lacks the modules venv, ensurepip or sqlite3. On Debian and Ubuntu: apt install $name-venv"
    done
    fail "$reason"
}

make_environment() {
    # An environment that was left unfinished, or whose Python is gone, is made anew.
    .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    python=$(find_python)
    say "Making .venv with $("$python" --version) ..."
    rm -rf .venv
    "$python" -m venv .venv || fail "$python could not make a virtual environment here; the lines above say why."
}

# install_locked FILE: with uv, which takes seconds, else with pip, which takes a minute or two.
install_locked() {
    make_environment
    stamp=.venv/$1.installed
    sum=$(cksum <"$1")
    [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && return
    say "Installing what $1 lists (once) ..."
    if .venv/bin/uv --version >/dev/null 2>&1 || .venv/bin/python -m pip install -q --require-hashes --only-binary :all: -r requirements-uv.lock; then
        .venv/bin/uv pip install -q --python .venv/bin/python --require-hashes -r "$1" || fail "The packages could not be installed; the lines above say why."
    else
        .venv/bin/python -m pip install -q --require-hashes -r "$1" || fail "The packages could not be installed; the lines above say why."
    fi
    printf '%s' "$sum" >"$stamp"
}
