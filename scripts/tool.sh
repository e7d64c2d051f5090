# Sourced by scripts that need a tool which the chat and its tests do without: `tool NAME==VERSION` installs it into an
# environment of its own, whose programs are in $tool, until the script ends.

. scripts/python.sh
tool() {
    tool_folder=$(mktemp -d)
    trap 'rm -rf "$tool_folder"' EXIT
    "$(find_python)" -m venv "$tool_folder"
    "$tool_folder/bin/python" -m pip install --quiet --disable-pip-version-check "$1" || {
        echo "$1 cannot be installed: the package index must be reachable." >&2
        exit 3
    }
    tool=$tool_folder/bin
}
