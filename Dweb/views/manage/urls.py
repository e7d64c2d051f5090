"""The addresses below /manage/, a line a view."""

from django.urls import path

from . import accounts, bots, health, invitations, outgoing, people, place, record, rooms

urlpatterns = [
    path("", people.overview, name="manage"),
    path("place/", place.place, name="manage_place"),
    path("people/", people.people, name="manage_people"),
    path("people/new/", accounts.new_account, name="manage_new_account"),
    path("people/import/", accounts.import_accounts, name="manage_import"),
    path("people/<int:user_id>/", people.person, name="manage_person"),
    path("bots/", bots.bots, name="manage_bots"),
    path("bots/new/", bots.new_bot, name="manage_new_bot"),
    path("rooms/", rooms.rooms, name="manage_rooms"),
    path("rooms/<int:room_id>/", rooms.room, name="manage_room"),
    path("invitations/", invitations.invitations, name="manage_invitations"),
    path("outgoing/", outgoing.outgoing, name="manage_outgoing"),
    path("outgoing/<int:hook_id>/", outgoing.hook, name="manage_outgoing_hook"),
    path("record/", record.record, name="manage_record"),
    path("health/", health.health, name="manage_health"),
]
