"""python -m dweb_client: the command `dweb`."""

from .command import main

if __name__ == "__main__":
    raise SystemExit(main())
