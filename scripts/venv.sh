# Sourced by the other scripts: makes .venv and installs $requirements by its lock, unless both are there already.
# Says in one sentence what is missing.

. scripts/python.sh

if ! .venv/bin/python -c '' 2>/dev/null; then
    python=$(find_python)
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "$python has no venv module: install it first (on Debian and Ubuntu: apt install python3-venv)." >&2
        exit 1
    fi
    echo "Making .venv …"
    rm -rf .venv
    "$python" -m venv .venv
fi

# The stamp holds what was installed.
wanted=$(cat "locks/$requirements")
stamp=.venv/$requirements.installed
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    echo "Installing $requirements …"
    if ! .venv/bin/python -m pip install --use-pep517 --quiet --disable-pip-version-check \
        --require-hashes --requirement "locks/$requirements"; then
        echo "Installing $requirements failed: see above. The package index must be reachable." >&2
        [ "$requirements" = requirements.txt ] ||
            echo "mysqlclient is built from source: on Debian and Ubuntu it needs apt install gcc pkg-config python3-dev libmariadb-dev." >&2
        exit 1
    fi
    printf '%s\n' "$wanted" >"$stamp"
fi
