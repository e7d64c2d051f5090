"""The addresses below /manage/, a line a view."""

from django.urls import path

from . import accounts, health, people, place, record

urlpatterns = [
    path("", people.overview, name="manage"),
    path("place/", place.place, name="manage_place"),
    path("people/", people.people, name="manage_people"),
    path("people/new/", accounts.new_account, name="manage_new_account"),
    path("people/import/", accounts.import_accounts, name="manage_import"),
    path("people/<int:user_id>/", people.person, name="manage_person"),
    path("record/", record.record, name="manage_record"),
    path("health/", health.health, name="manage_health"),
]
