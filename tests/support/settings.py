"""The chat's settings with other limits: TEST_LIMITS in the environment has them, as JSON (see environment.py)."""

import json
import os

from chatproj import limits

limits.change(**json.loads(os.environ["TEST_LIMITS"]))

from chatproj.settings import *  # noqa: E402, F403 - settings are derived from the limits above
