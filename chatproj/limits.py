"""The limits, each with its reason. docs/settings.md lists them for operators; change() sets other values."""

import sys

from django.core.exceptions import ImproperlyConfigured

# Connections
ADMISSION_LIMIT = 4  # more handshakes in parallel only wait for the interpreter's lock
WEBSOCKET_PING_SECONDS = 20  # proxies cut a connection that is silent for a minute (nginx: 60 seconds)
WEBSOCKET_CLOSE_SECONDS = 2  # a server that stops waits so long for clients that do not answer
WEBSOCKET_MAX_MESSAGE_BYTES = 64 * 1024  # the longest message fits in, with every character escaped
OUTBOX_MAX_BYTES = 1024 * 1024  # a client that reads nothing holds no more memory; a greeting fits in
FRAMES_PER_MESSAGE = 5  # a client also sends frames that SEND_RATE does not count, such as pings

# Requests
HTTP_THREADS = 64  # slow requests hold a thread each; an idle thread costs little
REQUEST_MAX_BYTES = 256 * 1024  # the longest message fits in, with every byte percent-encoded
REQUEST_MAX_FIELDS = 100  # a body of thousands of fields keeps a thread busy
HISTORY_EVENTS = 50  # more than a screen shows
HISTORY_MAX_EVENTS = 200  # each event takes time to read and to encode, and other requests wait
SEARCH_EVENTS = 50  # people add a word rather than read further
SEARCH_MAX_CHARS = 200  # each word of a query costs a look into the index
PEOPLE_FOUND = 50  # people type another letter rather than read further
CACHE_MAX_ENTRIES = 100_000  # an attacker cannot push the count of their failures out with other entries

# Accounts
SIGNIN_FREE_FAILURES = 5  # people mistype their passwords
SIGNIN_MAX_WAIT_SECONDS = 900  # 96 guesses a day; an account's owner waits a quarter of an hour at most
SIGNIN_ADDRESS_FAILURES = 30  # a class mistypes its passwords; an attacker tries many accounts
SIGNIN_ADDRESS_SECONDS = 600  # people behind an attacker's address wait no longer
SIGNIN_ACCOUNT_FAILURES = 50  # one address is slowed down before it gets there, so it shuts nobody out
SIGNIN_ACCOUNT_SECONDS = 3_600  # 1,200 guesses a day from all addresses of an attacker together
REGISTRATIONS_PER_HOUR = 60  # a class of 40 behind one address registers at once
HASH_QUEUE = 40  # a class registers at once, and other requests have threads left of HTTP_THREADS
HASH_WAIT_SECONDS = 10  # a small or busy computer hashes for as many people as may wait
SESSION_CLEAR_SECONDS = 3_600  # expired sessions let nobody in; they only take room

# The database
DB_WAIT_SECONDS = 20  # a request gets its 503 before a proxy gives up (nginx: 60 seconds)
COMMIT_GATHER_SECONDS = 0.03  # one transaction for many messages costs little more than one for one message
COMMIT_MAX_EVENTS = 200  # a transaction stays short, because the senders wait for all of it
COMMIT_QUEUE_EVENTS = 10_000  # a database that hangs fills no more memory
COMMIT_WAIT_SECONDS = 10  # the page waits no longer for an answer

# Messages and rooms
MESSAGE_MAX_CHARS = 4_000  # all clients in the room load and render the whole message
MAX_ROOMS_PER_USER = 1_000  # a greeting names all rooms of a user, and fits into one outbox
SEARCH_MAX_TERMS = 4_000  # each term is a row of the index; a long Chinese message has one for each pair of characters
SEARCH_MAX_CANDIDATES = 5_000  # a search for common words ends in time

# Presence, read marks, typing
PRESENCE_SECONDS = 1  # all changes of a second are one frame for all clients
PRESENCE_GRACE_SECONDS = 5  # a page that is reloaded does not leave and come back
PRESENCE_MAX_PEOPLE = 200  # a frame for all clients stays small, however many users are online
PRESENCE_LEASE_SECONDS = 6  # the users of a process that died expire soon; a busy process renews in time
MARK_SECONDS = 1  # read marks of a second are stored together
TYPING_MAX_PEOPLE = 100  # in a larger room each "typing" costs as much as a message

# Regular checks
LOG_CHECK_SECONDS = 0.9  # without Redis, a message of another process arrives within two of these
SESSION_CHECK_SECONDS = 30  # an account that is closed keeps its sockets no longer

__all__ = [*filter(str.isupper, globals())]


def change(**limits: float) -> None:
    """Sets limits. A settings module calls it before it imports chatproj.settings, which derives values from them."""
    if unknown := limits.keys() - set(__all__):
        raise ImproperlyConfigured(f"{', '.join(sorted(unknown))}: no such limit. docs/settings.md lists the limits.")
    if "chatproj.settings" in sys.modules:
        raise ImproperlyConfigured("limits.change() comes too late: call it before you import chatproj.settings.")
    globals().update(limits)
