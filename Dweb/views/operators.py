"""The addresses for operators: /healthz and /metrics."""

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_noop as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from .. import runtime
from ..operations.metrics import CONTENT_TYPE
from .errors import wrong_method
from .operation import operation
from .schemas import SUCCESS, TRUE, maybe, shape


@csrf_exempt  # or a wrong method would be 403
@require_safe
@never_cache
@operation(
    _("Whether the database answers."),
    answer=shape(msg=SUCCESS, degraded=maybe(TRUE, _("while Redis, which the server needs, is away or full"))),
    public=True,
)
def healthz(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"msg": "success", "degraded": True} if runtime.get().degraded else {"msg": "success"})


@csrf_exempt  # or the refusal of a POST would show a stranger that the address exists
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answers Prometheus at the addresses in METRICS_ALLOWED, and everyone else with 404."""
    # Behind a proxy that TRUSTED_PROXIES lacks, strangers seem to have the proxy's address, which may be 127.0.0.1.
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META
    if forwarded or request.META.get("REMOTE_ADDR") not in settings.METRICS_ALLOWED:
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return wrong_method(request, ("GET", "HEAD"))
    return HttpResponse(runtime.get().metrics.page(), content_type=CONTENT_TYPE)
