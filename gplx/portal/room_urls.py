"""Addresses of the test room. None carries anything of a person: who sits there is known by the tablet's cookie."""

from __future__ import annotations

from django.urls import path

from gplx.portal.views import room

app_name = "room"
urlpatterns = [
    path("", room.enter, name="enter"),
    path("/huong-dan", room.instructions, name="instructions"),
    path("/cau/<int:position>", room.question, name="question"),
    path("/cau/<int:position>/nghe/<str:voice>.mp3", room.listen, name="listen"),
    path("/tong-quan", room.overview, name="overview"),
    path("/nop-bai", room.submit, name="submit"),
    path("/xong", room.done, name="done"),
]
