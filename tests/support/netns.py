"""A network namespace of its own, one cable to it, and behind that cable an address that can be cut off."""

import secrets
import subprocess


class Namespace:
    """`outside` and `inside` are the two ends of the cable; `far` is a further address outside, which cut() takes away.

    Needs the right to make namespaces, which root has where the machine lets it.
    """

    def __init__(self) -> None:
        self.name = f"dweb-{secrets.token_hex(3)}"
        net = f"10.{64 + secrets.randbelow(64)}.{secrets.randbelow(256)}"
        self.outside, self.inside, self.far = f"{net}.1", f"{net}.2", f"{net}.129"
        self._nobody = f"{net}.3"
        cable, end = f"{self.name[:11]}-o", f"{self.name[:11]}-i"
        _ip("netns", "add", self.name)
        try:
            _ip("link", "add", cable, "type", "veth", "peer", "name", end)
            _ip("link", "set", end, "netns", self.name)
            _ip("addr", "add", f"{self.outside}/25", "dev", cable)
            _ip("addr", "add", f"{self.far}/25", "dev", cable)
            _ip("link", "set", cable, "up")
            for command in (
                f"addr add {self.inside}/25 dev {end}",
                f"link set {end} up",
                "link set lo up",
                f"route add {self.far} via {self.outside}",
            ):
                _ip("-n", self.name, *command.split())
        except BaseException:
            self.close()
            raise

    def command(self, *command: str) -> tuple[str, ...]:
        """The command that runs a command inside."""
        return ("ip", "netns", "exec", self.name, *command)

    def cut(self) -> None:
        """From now on, what is sent from inside to the far address vanishes, as behind a cut cable."""
        _ip("-n", self.name, "route", "replace", self.far, "via", self._nobody)

    def mend(self) -> None:
        _ip("-n", self.name, "route", "replace", self.far, "via", self.outside)

    def close(self) -> None:
        _ip("netns", "del", self.name)


def allowed() -> bool:
    try:
        Namespace().close()
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
