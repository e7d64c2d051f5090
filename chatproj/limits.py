"""The limits, each with its reason. docs/settings.md lists them for operators; change() sets other values."""

import sys

from django.core.exceptions import ImproperlyConfigured

# Connections
WEBSOCKET_PING_SECONDS = 20  # proxies cut a connection that is silent for a minute (nginx: 60 seconds)
WEBSOCKET_CLOSE_SECONDS = 2  # a server that stops waits so long for clients that do not answer
WEBSOCKET_MAX_MESSAGE_BYTES = 64 * 1024  # the longest message fits in, with every character escaped
OUTBOX_MAX_BYTES = 1024 * 1024  # a client that reads nothing holds no more memory
GREETING_PART_BYTES = 128 * 1024  # several fit into an outbox; ordinary users have all of their rooms in the first one
CONTROL_FRAMES_PER_SECOND = 50  # each costs its sender two bytes; a client that looks after its connection sends few
STREAM_COMMENT_SECONDS = 15  # as with pings; and a client knows that a stream that is silent for longer is dead
STREAM_SILENT_SECONDS = 40  # a peer that has acknowledged nothing for so long is gone; a line may drop out for a while
STREAM_ROOMS = 100  # that an address names: it has to fit into the 4 KiB of a request line
POLL_MAX_SECONDS = 55  # proxies give up after a minute (nginx: 60 seconds)
POLL_EVENTS = 200  # of one answer; a client asks again at once
POLL_BYTES = 256 * 1024  # of one answer, beyond its first event
FRAMES_PER_MESSAGE = 5  # a client also sends frames that SEND_RATE does not count, such as pings

# The process
LOOP_END_SECONDS = 2  # a process whose loop has failed, or whose master is gone, serves nobody any more
ACCEPT_PAUSE_SECONDS = 0.5  # the machine has no room for a connection; trying at once again would keep it busy
SHORTAGE_LOG_SECONDS = 60  # every client that comes meanwhile meets the same shortage
SPARE_FILES = 1_000  # requests, the database, Redis, the log; of a small limit, half is left for them
KEPT_FILES = 32  # the work that has begun opens files, too: the database's, static files, a socket's copy
SPARE_THREADS = 50  # the server's own threads, its master and its commands
PORT_WAIT_SECONDS = 5  # the workers of a server that was killed keep its port until they notice

# Requests
REQUESTS_AT_ONCE = 2  # that compute; more would only wait for the interpreter's lock, and delay messages
REQUEST_TURN_SECONDS = 0.05  # if none has begun for so long, those at work wait for something: the next one begins
HANDSHAKES_AT_ONCE = 8  # what they look up is asked together; more would hold up the frames of those who are in
HANDSHAKE_MAX_BYTES = 4 * 1024  # of a head that is answered in the loop, where nobody is heard meanwhile
HTTP_THREADS = 64  # requests that wait hold a thread each
REQUEST_HEAD_SECONDS = 10  # for a head in total, and for the first byte of a connection; a slow line needs a second
REQUEST_HEAD_MAX_BYTES = 64 * 1024  # cookies of browsers are a few KiB; half a head is kept in memory
TRANSFER_MIN_BYTES = 1024  # a second, of a body or an answer; the slowest lines in use are three times as fast
TRANSFER_SECONDS = 10  # in which that speed must be kept; a line may drop out for some seconds
UNFINISHED_PER_ADDRESS = 256  # a school's requests are in parts for a moment each; each holds one file or two
UNFINISHED_REQUESTS = 2_000  # a whole botnet holds no more files
UNFINISHED_PER_ADDRESS_BYTES = 32 * 1024 * 1024  # a school on a slow line loads 128 large pieces of scripts at once
UNFINISHED_BYTES = 128 * 1024 * 1024  # a whole botnet holds no more memory
ANSWER_MAX_BYTES = 4 * 1024 * 1024  # an answer made piece by piece does not fill the memory for a client that is slow
REQUEST_MAX_BYTES = 256 * 1024  # the longest message fits in, with every byte percent-encoded
REQUEST_MAX_FIELDS = 100  # a body of thousands of fields keeps a thread busy
HISTORY_EVENTS = 50  # more than a screen shows
HISTORY_MAX_EVENTS = 200  # each event takes time to read and to encode, and other requests wait
HISTORY_MAX_CHARS = 256 * 1024  # an answer that its client reads slowly is kept in memory for hours
LATEST_ROOMS = 100  # a list shows ten at once; log.history looks into so many with one query
LATEST_CHARS = 200  # more than a line of a list shows
SEARCH_EVENTS = 50  # people add a word rather than read further
SEARCH_MAX_CHARS = 200  # each word of a query costs a look into the index
SEARCH_SECONDS = 1  # people add a word rather than wait; then what was found so far is the answer
SEARCHES_AT_ONCE = 2  # more in parallel only wait for the interpreter's lock, and others with them
SEARCHES_WAITING = 12  # their threads and those of HASH_QUEUE leave ten of HTTP_THREADS for other requests
PEOPLE_FOUND = 50  # people type another letter rather than read further
MANAGE_ROWS = 50  # of people, or of the record, on a page of /manage/: admins search rather than read further
CACHE_MAX_ENTRIES = 100_000  # an attacker cannot push the count of their failures out with other entries

# Accounts
SIGNIN_FREE_FAILURES = 5  # people mistype their passwords
SIGNIN_MAX_WAIT_SECONDS = 900  # 96 guesses a day; an account's owner waits a quarter of an hour at most
SIGNIN_ADDRESS_FAILURES = 30  # a class mistypes its passwords; an attacker tries many accounts
SIGNIN_ADDRESS_SECONDS = 600  # people behind an attacker's address wait no longer
REFUSED_PAGES = 30  # a minute, of an address; a class sees its errors beside the form, a flood gets a line of text
SIGNIN_SUCCESSES = 30  # in SIGNIN_ADDRESS_SECONDS, of one account; each is a hash and a session
SIGNIN_ACCOUNT_FAILURES = 50  # one address is slowed down before it gets there, so it shuts nobody out
SIGNIN_ACCOUNT_SECONDS = 3_600  # 1,200 guesses a day from all addresses of an attacker together
REGISTRATIONS_PER_HOUR = 60  # a class of 40 behind one address registers at once
WAITING_ACCOUNTS = 200  # an admin looks through so many in minutes; a crowd of strangers makes the list no longer
WAITING_DAYS = 30  # who is let in later signs in with the password
HASH_QUEUE = 40  # a class registers at once; together with searches, ten of HTTP_THREADS are left for others
HASH_WAIT_SECONDS = 10  # a small or busy computer hashes for as many people as may wait
PASSWORD_LINK_SECONDS = 86_400  # who gets a link today uses it today; one that is left lying about is void tomorrow
IMPORT_ROWS = 500  # a school's year; a larger file comes in parts
IMPORT_PASSWORDS = 50  # a class; each takes 45 ms of a processor, and the other accounts get links
IMPORT_MAX_BYTES = 64 * 1024  # so many rows with long names fit in
SESSION_CLEAR_SECONDS = 3_600  # expired sessions let nobody in; they only take room
SESSIONS_PER_USER = 100  # a list that people can look through; the end of all of them takes a moment
SEEN_SECONDS = 300  # people who look for a device ask for no second; each time, the sessions in use are written
TOKENS_PER_USER = 50  # a list that people can look through
TOKEN_ROOMS = 50  # of one token; each is looked up when it is made, and a token for more is nearly one for all
SOCKETS_OF_PEOPLE = 5  # of MAX_SOCKETS_PER_USER: a few tabs and a phone, whatever somebody's programs keep open
TOKEN_MAX_DAYS = 3_660  # ten years; who wants a longer one gives none
HOOKS_PER_ROOM = 20  # a list that moderators can look through
HOOKS_PER_DAY = 50  # of one user, as invitations; each leaves the author of its messages behind
HOOK_RATE = 2  # messages a second of one webhook: more is a flood that nobody reads
HOOK_BURST = 30  # a deployment, or all alerts of a rack, at once
HANDOVER_SECONDS = 300  # people fetch their phone; a code that was photographed is soon worth nothing
NAME_CHANGES_PER_HOUR = 10  # people correct a name a few times; each is shown to everyone
PICTURE_CHANGES_PER_HOUR = 10  # of one person; each is shown to everyone
QUIET_DAYS = 366  # people who are away for longer close the page

# The database
DB_WAIT_SECONDS = 20  # a request gets its 503 before a proxy gives up (nginx: 60 seconds)
DB_LOCK_SECONDS = 4  # twice, for the transaction before and its own, is less than COMMIT_WAIT_SECONDS
DB_OWNER_SECONDS = 5  # the workers of a server that was killed end within two seconds
DB_MAX_WAITING = 48  # the other request threads (HTTP_THREADS) serve what only reads
COMMIT_GATHER_SECONDS = 0.05  # one transaction for many messages costs little more than one for one message
COMMIT_MAX_EVENTS = 200  # a transaction stays short, because the senders wait for all of it
COMMIT_QUEUE_EVENTS = 10_000  # a database that hangs fills no more memory
COMMIT_WAIT_SECONDS = 10  # the page waits no longer for an answer
WAL_MAX_BYTES = 16 * 1024 * 1024  # a busy second writes less, and a checkpoint of so much takes a tenth of a second
WAL_CHECK_SECONDS = 1  # the text of a deleted message is gone soon
WAL_LOCK_SECONDS = 0.05  # a checkpoint that waits for readers holds up who writes

# Messages and rooms
MESSAGE_MAX_CHARS = 4_000  # all clients in the room load and render the whole message
MAX_ROOMS_PER_USER = 1_000  # each of them is read, sent and subscribed to whenever the user connects
ROOMS_PER_DAY = 50  # a teacher makes a room for each of their classes and groups in one afternoon
PRIVATE_CHATS_PER_HOUR = 30  # people begin a few a day; each one stays in the others' lists for good
DIRECT_PEOPLE = 10  # in a private chat; for more there are rooms
MAX_CHATS_OF_SEVERAL = 200  # of one person: nobody leaves one, and each is in every greeting
PEOPLE_ADDED_PER_HOUR = 200  # a teacher adds a year's pupils; each finds a room in their list that they did not open
FIRST_MEMBERS = 100  # of a new room; each is looked up, and their sockets are told
INVITATIONS_PER_DAY = 50  # one link may be used by many; each stays in the admins' list until it is over
INVITATION_USES = 50  # a class; who wants fewer or more says so
INVITATION_MAX_USES = 10_000  # as many as a process serves
INVITATION_HOURS = 168  # a week: a link that was passed on does not open the place for ever
INVITATION_MAX_HOURS = 8_760  # a year
INVITATION_MAX_ROOMS = 20  # each is a transaction for everyone who comes
ROOMS_IN_COMMON = 50  # on the card of a person; people look for one that they know
MAX_BLOCKS = 1_000  # all are in every greeting of who blocks them
REPORTS_PER_DAY = 30  # a moderator looks at each
REPORTS_LISTED = 20  # each with the messages around it
REPORT_CONTEXT = 3  # messages before and behind the one that is reported
DELETED_AT_ONCE = 500  # events of a room that is gone; the database is locked for some milliseconds
DELETION_SECONDS = 60  # nobody sees what is still there; it only takes room
MUTE_MAX_MINUTES = 525_600  # a year; who should be silent for longer is removed
ROOMS_FOUND = 50  # of the directory, people type another letter rather than read further
MESSAGE_MAX_FOLD = 4  # a search compares folded texts; of living scripts none unfolds to more
SEARCH_MAX_TERMS = 4_000  # each term is a row of the index; a long Chinese message has one for each pair of characters
SEARCH_MAX_CANDIDATES = 5_000  # a search for common words ends in time

# Files
FILE_MAX_BYTES = 100 * 1024 * 1024  # a lesson's video; larger ones belong on a file server
FILE_PIECE_BYTES = 2 * 1024 * 1024  # of an upload that can be resumed; a lost connection costs no more
MESSAGE_FILES = 10  # all of them are in the room's list, and on everyone's screen
USER_FILES_BYTES = 2 * 1024 * 1024 * 1024  # of one person; the page shows how much is used
USER_FILES = 10_000  # of one person; each is a row and a file of the disk, however small
PLACE_FILES_BYTES = 50 * 1024 * 1024 * 1024  # of all
DISK_SPARE_SHARE = 0.05  # of the disk stays free: without room for the database, no message is stored
UPLOADS_AT_ONCE = 200  # each holds a file and a connection
UPLOADS_BYTES_PER_SECOND = 50 * 1024 * 1024  # together, half of a fast line; at more, who writes waits for them
UPLOADS_PER_USER = 10  # at once; a message has as many
FILES_STORED_AT_ONCE = 4  # each looks through a file and waits for the disk, in a thread of HTTP_THREADS
FILES_WAITING = 6  # those that are stored among them: each keeps a thread, of which others need some
UNFINISHED_UPLOADS = 20  # of one person, in pieces: each counts in their quota with all that it will have
UNSENT_FILE_SECONDS = 86_400  # who writes a message sends it on the same day
FILES_SECONDS = 600  # nobody sees files that no message took; they only take room
PICTURES_ASKED = 200  # people and rooms in one request for their pictures; a page shows fewer at once
FILES_LISTED = 50  # of a room; people scroll or search further
PICTURE_MAX_PIXELS = 90_000_000  # of a preview; the largest cameras of phones take 50 to 200 million, the rest 12
PREVIEW_SECONDS = 20  # of a processor, for one preview; a small computer takes two for 12 million pixels
PREVIEW_MEMORY_BYTES = 1024 * 1024 * 1024  # of the process that makes previews; 90 million pixels take 360 MB
PREVIEW_WAIT_SECONDS = 300  # a busy machine leaves the process that makes them a tenth of a processor
PREVIEW_CHECK_SECONDS = 60  # previews that the database was not there for; the process ends if there is none

# Presence, read marks, typing
PRESENCE_SECONDS = 1  # all changes of a second are one frame for all clients
PRESENCE_GRACE_SECONDS = 5  # a page that is reloaded does not leave and come back
PRESENCE_MAX_PEOPLE = 200  # a frame for all clients stays small, however many users are online
PRESENCE_LEASE_SECONDS = 6  # the users of a process that died expire soon; a busy process renews in time
MARK_SECONDS = 1  # read marks of a second are stored together
TYPING_MAX_PEOPLE = 100  # in a larger room each "typing" costs as much as a message
TYPING_RATE = 1  # so many of each user are sent on in a second, since clients show one for some seconds
TYPING_BURST = 5  # a user may type in several rooms, one after the other

# Outgoing webhooks
HOOKS_OUTGOING = 100  # of the place; each message is held against those of its room
HOOK_SECONDS = 10  # from the connection to the end of the answer; who waits in the room has given up by then
HOOK_ANSWER_BYTES = 64 * 1024  # the longest message fits in
HOOK_SENDERS = 8  # threads; most of them wait for receivers
HOOK_SENDERS_EACH = 2  # of these for one webhook: one that hangs leaves the others to the rest
HOOK_PAUSE_SECONDS = 1  # after the first failed try; twice as long after each further one
HOOK_PAUSE_MAX_SECONDS = 300  # a receiver that is back gets its messages soon
HOOK_GIVE_UP_SECONDS = 86_400  # a receiver that failed at night is mended by day
HOOK_QUEUE = 10_000  # messages that wait for one webhook, about; what comes meanwhile is not sent there
HOOK_ENDED_SECONDS = 604_800  # admins look at failures within a week
HOOK_ENDED_KEPT = 1_000  # of one webhook; more than anyone reads
HOOK_CHECK_SECONDS = 10  # a queue grows beyond its limit for so long
HOOK_POLL_SECONDS = 2  # messages of a process that was killed before it told are found by then
HOOK_LEASE_SECONDS = 20  # a request and its end fit in; if the sending server dies, another one goes on by then
HOOK_BOT_TURNS = 5  # messages of bots, one after the other, before they set off no webhook until a person writes

# Regular checks
LOG_CHECK_SECONDS = 0.9  # without Redis, a message of another process arrives within two of these
SESSION_CHECK_SECONDS = 30  # an account that is closed keeps its sockets no longer, and a changed name is seen by then

# The log
REFUSALS_LOGGED = 10  # a minute, of each event and person; a flood is seen, and neither fills the log nor costs more

__all__ = [*filter(str.isupper, globals())]


def change(**limits: float) -> None:
    """Sets limits. A settings module calls it before it imports chatproj.settings, which derives values from them."""
    if unknown := limits.keys() - set(__all__):
        raise ImproperlyConfigured(f"{', '.join(sorted(unknown))}: no such limit. docs/settings.md lists the limits.")
    if "chatproj.settings" in sys.modules:
        raise ImproperlyConfigured("limits.change() comes too late: call it before you import chatproj.settings.")
    globals().update(limits)
