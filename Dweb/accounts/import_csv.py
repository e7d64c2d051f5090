"""Accounts from a CSV file: account, username, and optionally password and role. All of them are made, or none.

A first line that begins with "account" names the columns. Accounts without a password get links.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..models import GONE, PlaceRole, User, fault_of, skeleton
from ..refusal import Refusal
from . import password_links
from .administration import make_accounts, new_person

COLUMNS = ("account", "username", "password", "role")
AT_ONCE = 500  # values of one query
FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # what a spreadsheet takes for the beginning of a formula


@dataclass
class Line:
    """A line of the file that asks for an account, and what is wrong with it: sentences, by the columns."""

    number: int
    account: str = ""
    username: str = ""
    password: str = ""
    role: str = ""
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def place_role(self) -> PlaceRole:
        return PlaceRole(self.role or PlaceRole.MEMBER)


def decode(content: bytes) -> str:
    """The text of a file. Raises Refusal."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal("bad_input", _("This file is not UTF-8: save it as “CSV UTF-8”.")) from None


def read(text: str) -> list[Line]:
    """The lines of a file, each with its faults. Raises Refusal for what is no such file, or too much of one."""
    if len(text.encode()) > settings.IMPORT_MAX_BYTES:
        most = settings.IMPORT_MAX_BYTES // 1024
        raise Refusal("too_large", _("The file has at most %(most)d KiB: import it in parts.") % {"most": most})
    lines = list(islice(_lines(text), settings.IMPORT_ROWS + 1))
    if not lines:
        raise Refusal("bad_input", _("There is no account in it."))
    if len(lines) > settings.IMPORT_ROWS:
        detail = _("At most %(most)d accounts are imported at once: import the file in parts.")
        raise Refusal("too_large", detail % {"most": settings.IMPORT_ROWS})
    if sum(line.password != "" for line in lines) > settings.IMPORT_PASSWORDS:
        detail = _("At most %(most)d accounts of a file have passwords: leave them out, and send people links.")
        raise Refusal("too_large", detail % {"most": settings.IMPORT_PASSWORDS})
    for line in lines:
        _check(line)
    _compare(lines)
    return lines


def make(by: User, lines: Sequence[Line], reason: str = "") -> list[tuple[User, str]]:
    """Makes the accounts of lines without faults. Returns them with the paths of their links. Raises Refusal."""
    users = [new_person(each.account, each.username, each.password, each.place_role) for each in lines]
    make_accounts(by, users, reason)
    return [(user, "" if line.password else password_links.path(user)) for user, line in zip(users, lines, strict=True)]


def table(rows: Iterable[Sequence[str]]) -> str:
    """A CSV file, in which no cell begins a formula."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in rows)
    return file.getvalue()


def _lines(text: str) -> Iterator[Line]:
    first = text.lstrip().partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;", key=first.count), strict=True)
    columns: Sequence[str] = COLUMNS
    is_first = True
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if is_first and cells[0].lower() == COLUMNS[0]:
                columns = _columns(cells)
            else:
                yield _line(rows.line_num, columns, cells)
            is_first = False
    except csv.Error:
        raise Refusal("bad_input", _("Line %(line)d cannot be read as CSV.") % {"line": rows.line_num}) from None


def _columns(cells: Sequence[str]) -> Sequence[str]:
    columns = [cell.lower() for cell in cells]
    if len({*columns}) < len(columns) or not {*columns} <= {*COLUMNS}:
        detail = _("The first line may name these columns, each once: %(columns)s.")
        raise Refusal("bad_input", detail % {"columns": ", ".join(COLUMNS)})
    return columns


def _line(number: int, columns: Sequence[str], cells: Sequence[str]) -> Line:
    line = Line(number, **dict(zip(columns, cells, strict=False)))
    if len(cells) > len(columns):
        line.faults["role"] = _("This line has too many columns.")
    return line


def _check(line: Line) -> None:
    """Notes what is wrong with a line by itself."""
    user = User(account=line.account, username=line.username)
    try:
        user.clean_fields(exclude={each.name for each in User._meta.fields} - {"account", "username"})
    except ValidationError as error:
        line.faults |= {name: " ".join(messages) for name, messages in error.message_dict.items()}
    line.account = user.account  # in its one spelling
    for name in ("account", "username"):
        if fault := fault_of(getattr(line, name)):
            line.faults.setdefault(name, fault)
    if GONE.match(line.account):
        line.faults.setdefault("account", _("This account is taken: choose another one."))
    line.role = line.role.lower()
    if line.role and line.role not in PlaceRole.values:
        roles = ", ".join(PlaceRole.values)
        line.faults.setdefault("role", _("The role is one of these: %(roles)s.") % {"roles": roles})
    if line.password:
        try:
            validate_password(line.password, user)
        except ValidationError as error:
            line.faults["password"] = " ".join(error.messages)


def _compare(lines: Sequence[Line]) -> None:
    """Notes accounts that are taken, or look like one that is: in the database, or further up in the file."""
    accounts = _stored("account", [line.account for line in lines])
    looks = _stored("account_skeleton", [skeleton(line.account) for line in lines])
    seen: dict[str, int] = {}
    for line in lines:
        look = skeleton(line.account)
        if line.account in accounts:
            line.faults.setdefault("account", _("This account is taken: choose another one."))
        elif look in looks:
            line.faults.setdefault("account", _("This account looks like one that is taken: choose another one."))
        elif look in seen:
            detail = _("This account is the one of line %(line)d, or looks like it.")
            line.faults.setdefault("account", detail % {"line": seen[look]})
        seen.setdefault(look, line.number)


def _stored(name: str, values: Sequence[str]) -> set[str]:
    """Which of these values people have in a field."""
    found: set[str] = set()
    for start in range(0, len(values), AT_ONCE):
        which: Mapping[str, object] = {f"{name}__in": values[start : start + AT_ONCE]}
        found |= {*User.objects.filter(**which).values_list(name, flat=True)}
    return found
