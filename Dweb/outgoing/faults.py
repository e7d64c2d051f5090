"""What may be wrong with a webhook or one of its messages: as words that are stored, and as sentences for admins."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SENTENCES: Mapping[str, str | Promise] = {
    "blanks": gettext_lazy("The address has blanks or invisible characters."),
    "unread": gettext_lazy("The address cannot be read."),
    "scheme": gettext_lazy("The address does not begin with http:// or https://."),
    "host": gettext_lazy("The address has no host, or a wrong one."),
    "login": gettext_lazy("The address has a name or a password before its host."),
    "name": gettext_lazy("The name of the host is not found: %(detail)s."),
    "inside": gettext_lazy("%(detail)s is no address of the internet, and no admin has allowed others here."),
    "connection": gettext_lazy("There was no connection: %(detail)s."),
    "tls": gettext_lazy("TLS failed: %(detail)s."),
    "time": gettext_lazy("The answer did not come in time."),
    "http": gettext_lazy("The answer was not HTTP: %(detail)s."),
    "redirect": gettext_lazy("The answer was %(detail)s, to another address: redirects are not followed."),
    "status": gettext_lazy("The answer was %(detail)s."),
    "compressed": gettext_lazy("It was taken, but its answer was compressed, which is not read."),
    "unfinished": gettext_lazy("It was taken, but its answer did not come to an end."),
    "long": gettext_lazy("It was taken, but its answer was longer than %(detail)s bytes."),
    "textless": gettext_lazy("It was taken, but its answer was no text, or no JSON with a text."),
    "cut": gettext_lazy("Its answer was cut to %(detail)s characters."),
    "unsaid": gettext_lazy("It was taken, but its answer could not be written in the room: %(detail)s"),
    "deleted": gettext_lazy("The message was deleted."),
    "outside": gettext_lazy("The bot is no member of the room any more."),
    "stopped": gettext_lazy("The webhook was turned off."),
}


def sentence(fault: str) -> str:
    """The sentence about a fault as it is stored: a word of SENTENCES, a blank, and what it is about."""
    word, _blank, detail = fault.partition(" ")
    words = SENTENCES.get(word)
    return _("Something went wrong: %(detail)s") % {"detail": fault} if words is None else words % {"detail": detail}
