"""Where things are."""

import os
from pathlib import Path

E2E = Path(__file__).resolve().parents[1]
REPOSITORY = E2E.parents[1]
APPLICATIONS = REPOSITORY / "fixtures" / "apps"
CACHE = Path(os.environ.get("INFERRA_TEST_CACHE", REPOSITORY / ".cache")).resolve()
INFERRA = Path(os.environ.get("INFERRA_BIN", REPOSITORY / "target" / "release" / "inferra")).resolve()
