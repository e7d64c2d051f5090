"""/hooks/: the incoming webhooks of a room; and /hooks/<key>/, where programs write, answered as Slack answers them."""

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt

from .. import runtime
from ..accounts.throttle import failures_of_hooks, in_words
from ..chat import hooks as rules
from ..chat import slack
from ..models import NAME_CHARS, Hook, fault_of
from ..operations.security import record
from ..refusal import Refusal
from .api import by_method
from .errors import as_refusal
from .fields import MAX_CID_CHARS, clean_room, clean_text
from .operation import FORM, JSON, PLAIN, operation
from .schemas import (
    FLAG,
    NUMBER,
    OK,
    ROOM,
    SUCCESS,
    TEXT,
    TIME,
    USER,
    YES_OR_NO,
    Maybe,
    Schema,
    like,
    many,
    maybe,
    noted,
    or_null,
    several,
    shape,
    text,
)
from .values import FLAGS, clean_line, clean_number, clean_word

WORDS = {
    "bad_input": "invalid_payload",
    "not_found": "no_service",
    "forbidden": "action_prohibited",
    "too_large": "payload_too_large",
    "too_fast": "rate_limited",
}


HOOK: dict[str, Schema | Maybe] = {
    "id": NUMBER,
    "name": TEXT,
    "names": noted(FLAG, gettext_noop("whether its messages may have a name and an emoji of their own")),
    "by": USER,
    "made": TIME,
    "used": or_null(TIME),
}


@operation(
    gettext_noop("The incoming webhooks of a room, the newest first, for its moderators."),
    fields=shape(room=ROOM),
    answer=shape(hooks=many(shape("Hook", **HOOK))),
    errors=("not_found",),
)
def listed(request: HttpRequest) -> dict[str, Any]:
    return {"hooks": rules.listed(runtime.get(), request.user, clean_room(request.GET.get("room")))}


@operation(
    gettext_noop("Makes a webhook, whose address is answered this once; or ends one by its id."),
    fields=(
        shape(
            name=like(text(NAME_CHARS, 1), "Deployments"),
            room=ROOM,
            names=maybe(YES_OR_NO, gettext_noop("1: its messages may have a name and an emoji of their own")),
        ),
        shape(end=NUMBER),
    ),
    answer=several(shape(msg=SUCCESS, url=TEXT, **HOOK), OK),
    errors=("not_found",),
)
def change(request: HttpRequest) -> dict[str, Any]:
    fields = request.POST.dict()
    if "end" in fields:
        rules.end(runtime.get(), request.user, clean_number(fields, "end"))
        return {"msg": "success"}
    name = clean_line(fields, "name", NAME_CHARS)
    if not name:
        raise Refusal("bad_input", _("Give the webhook a name, under which its messages are shown."))
    if fault := fault_of(name):
        raise Refusal("bad_input", fault)
    takes_names = FLAGS[clean_word(fields, "names", FLAGS, "0")]
    room = clean_room(fields.get("room"))
    hook, key = rules.make(runtime.get(), request.user, name, room, takes_names=takes_names)
    url = request.build_absolute_uri(reverse("hook", args=[key]))
    return {"msg": "success", "url": url, **rules.as_json(hook)}


hooks = by_method(GET=listed, POST=change)


@operation(
    gettext_noop("Takes a message for the room of a webhook; whoever has the address may write."),
    bodies={
        PLAIN: like(TEXT, "hello"),
        JSON: shape(text=maybe(TEXT, gettext_noop("and what else a message to Slack may have"))),
        FORM: shape(payload=noted(TEXT, gettext_noop("the same, as JSON"))),
    },
    headers={"Idempotency-Key": noted(TEXT, gettext_noop("the same message, sent again, is stored once"))},
    kinds={PLAIN: TEXT},
    statuses={410: gettext_noop("the room is archived")},
    errors=("not_found", "frozen", "muted", "conflict"),
    errors_as=PLAIN,
    public=True,
    method="POST",
)
@csrf_exempt
def incoming(request: HttpRequest, key: str) -> HttpResponse:
    try:
        if request.method != "POST":
            raise Refusal("bad_input", "", status=405, headers={"Allow": "POST"})
        _send(request, key)
    except slack.Unreadable as error:
        return _text(str(error), 400)
    except Exception as error:
        refusal = as_refusal(error)
        if refusal is None:
            raise
        runtime.get().refusals.record(refusal, request)
        word = "channel_is_archived" if refusal.status == 410 else WORDS.get(refusal.code, "server_error")
        response = _text(word, refusal.status)
        refusal.add_headers(response)
        return response
    return _text("ok")


def _send(request: HttpRequest, key: str) -> None:
    live = runtime.get()
    rules.check_pace(live, key)
    hook = Hook.of_key(key)
    if hook is None or not hook.bot.is_active:
        raise _failure(request)
    post = slack.parsed(request.META.get("CONTENT_TYPE", ""), request.body)
    text = clean_text({"txt": slack.cut(post.text, settings.MESSAGE_MAX_CHARS)})
    rules.send(live, hook, key, post._replace(text=text, name=_name(post.name)), _cid(request))


def _failure(request: HttpRequest) -> Refusal:
    """Counts a key that is none, by the address."""
    wait = failures_of_hooks(request).take()
    record("throttled" if wait else "hook_failed", request, wait=wait or None)
    if wait:
        return Refusal("too_fast", in_words(wait), wait)
    return Refusal("not_found", _("There is no such webhook any more."))


def _name(name: str) -> str:
    """A name as people's names may be; one that may not be is not shown."""
    name = " ".join(name.split())[:NAME_CHARS].strip()
    return "" if fault_of(name) else name


def _cid(request: HttpRequest) -> str | None:
    """The request's Idempotency-Key: a repeat is no second message."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return None
    if len(key) <= MAX_CID_CHARS and key.isascii() and key.isprintable():
        return key
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def _text(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(words, content_type="text/plain; charset=utf-8", status=status)
