"""The chat's addresses, and /nothing/, which reads the user and stores nothing."""

from django.http import HttpRequest, JsonResponse
from django.urls import path

from chatproj.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def nothing(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"msg": "success", "userid": request.user.pk, "chars": len(request.POST["txt"])})


urlpatterns = [*urlpatterns, path("nothing/", nothing)]
