"""Build sdist and wheel, and use the wheel as a new user would: `make test-wheel`.

Checks that the shipped package works by itself: with an empty home, an empty folder outside the checkout, and
no network. The first environment has the core alone and pytest: each command works or names the extra that it
needs. The second has the extras, too, and runs what the pages show. The details are tested in tests/.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from scripts.wheel.checks import CHECKS
from scripts.wheel.core_checks import CORE_CHECKS
from scripts.wheel.files import built
from scripts.wheel.user import Failed, install, new_user


def main() -> int:
    """Build, install and check the wheel; 1 if anything fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("core", type=Path, help="a virtual environment with requirements/core.txt")
    parser.add_argument("environment", type=Path, help="a virtual environment with requirements/wheel.txt")
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            wheel = built(Path(folder))
            for environment, checks in ((options.core, CORE_CHECKS), (options.environment, CHECKS)):
                print(f"in {environment}:")
                install(wheel, environment.absolute())
                with new_user(environment.absolute()) as user:
                    for check in checks:
                        check(user)
                        print(f"ok: {(check.__doc__ or '').partition('.')[0]}")
    except Failed as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
