"""The project's addresses: the chat's own, the admin's, and the pages for errors outside a view."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("Dweb.urls")),
]

handler400 = "Dweb.views.errors.bad_request"
handler403 = "Dweb.views.errors.forbidden"
handler404 = "Dweb.views.errors.not_found"
handler500 = "Dweb.views.errors.server_error"
