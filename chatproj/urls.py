"""The project's addresses: the chat's own, the admin's, and the pages for errors outside a view."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("Dweb.urls")),
]

handler400 = "Dweb.errors.bad_request"
handler403 = "Dweb.errors.forbidden"
handler404 = "Dweb.errors.not_found"
handler500 = "Dweb.errors.server_error"
