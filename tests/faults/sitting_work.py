"""What the test room's programs do while the tests of this folder kill them. These functions run in children."""

from __future__ import annotations

from gplx.accounts.models import User
from gplx.exams.models import Registration
from gplx.licences.models import Holder
from gplx.points.fsck import one_picture
from gplx.sittings import actions, candidate_actions, fsck, result_actions
from gplx.sittings.candidate_actions import Device
from gplx.sittings.models import Sitting, State
from tests.sittings import room


def officers() -> tuple[int, int]:
    return room.a_user().pk, room.a_user().pk


def a_candidate() -> int:
    """Somebody who may sit today; the number of his registration."""
    room.fill_bank()
    holder = room.a_holder(5000 + Holder.objects.count())
    room.exhaust(holder)
    return room.registered(room.a_session(unit=f"Phòng Mẫu {holder.pk}"), holder).pk


def admit(registration_id: int, officer_id: int) -> int:
    """Admitted once; told again, the code is simply another."""
    reason = "lại" if Sitting.objects.filter(registration_id=registration_id).exists() else ""
    by = User.objects.get(pk=officer_id)
    admitted = actions.admit(registration_id, identity_paper="identity_card", by=by, reason=reason)
    assert admitted.sitting is not None
    return admitted.sitting.pk


def begin(registration_id: int, officer_id: int) -> tuple[int, int, str]:
    registration = Registration.objects.get(pk=registration_id)
    sitting, device = room.let_in(registration, User.objects.get(pk=officer_id))
    candidate_actions.start(device)
    return sitting.pk, device.admission_id, device.secret


def answer(admission_id: int, secret: str, choices: list[tuple[int, int]]) -> None:
    for position, choice in choices:
        candidate_actions.answer(Device(admission_id, secret), position, choice)


def answer_rightly(admission_id: int, secret: str) -> None:
    device = Device(admission_id, secret)
    room.answer_all(Sitting.objects.get(admissions=admission_id), device)


def submit(admission_id: int, secret: str) -> None:
    candidate_actions.submit(Device(admission_id, secret))


def sign(sitting_id: int, officer_id: int) -> None:
    result_actions.sign(sitting_id, acknowledged="signed", by=User.objects.get(pk=officer_id))


def confirm(sitting_id: int, officer_id: int) -> bool:
    """Confirmed by now, by this or an earlier call."""
    if Sitting.objects.get(pk=sitting_id).state != State.CONFIRMED:
        result_actions.confirm(sitting_id, by=User.objects.get(pk=officer_id))
    return True


def broken() -> list[str]:
    with one_picture():
        return [str(one) for one in fsck.check()]


def admit_with_code(registration_id: int, officer_id: int) -> tuple[int, str, str]:
    by = User.objects.get(pk=officer_id)
    admitted = actions.admit(registration_id, identity_paper="identity_card", by=by)
    assert admitted.sitting is not None
    return admitted.sitting.pk, admitted.sitting.number, admitted.code


def serve(port: int) -> None:
    """A web server of the register, until it is killed."""
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from gplx.project.wsgi import application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with make_server("127.0.0.1", port, application, handler_class=Quiet) as server:
        server.serve_forever()
