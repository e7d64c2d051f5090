"""The project's addresses: the chat's own, the admin's, and the pages for errors outside a view."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("Dweb.urls")),
    # A page of another version, open since before an update or from another server, loads the file as it is today.
    re_path(
        rf"^{settings.STATIC_URL[1:]}(?P<name>.+)\.[0-9a-f]{{12}}(?P<suffix>\.\w+)$",
        RedirectView.as_view(url=f"{settings.STATIC_URL}%(name)s%(suffix)s"),
        name="asset",
    ),
]

handler400 = "Dweb.views.errors.bad_request"
handler403 = "Dweb.views.errors.forbidden"
handler404 = "Dweb.views.errors.not_found"
handler500 = "Dweb.views.errors.server_error"
