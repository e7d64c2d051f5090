"""The environment of a server that starts with given settings."""

import json
from collections.abc import Mapping

from chatproj import limits
from chatproj.env import env

PROCESS = {
    "DJANGO_SETTINGS_MODULE",
    "GUNICORN_CMD_ARGS",
    "PYTHONPATH",
    "TMPDIR",
}  # what others than the chat read


def environment(given: Mapping[str, object]) -> dict[str, str]:
    """Variables for these settings. A name may be that of a variable or of a limit. Raises ValueError for another."""
    changed = {name: value for name, value in given.items() if name in limits.__all__}
    variables = {name: str(value) for name, value in given.items() if name not in changed}
    if unknown := variables.keys() - env.scheme.keys() - PROCESS:
        raise ValueError(f"neither variables nor limits: {', '.join(sorted(unknown))}")
    if changed:
        module = {"DJANGO_SETTINGS_MODULE": "tests.support.settings"}
        variables = module | variables | {"TEST_LIMITS": json.dumps(changed)}
    return variables
