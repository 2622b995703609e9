"""The clinic's back office: patients, free times, appointments, repeat prescriptions."""

from collections.abc import Callable, Iterator
from datetime import date, time, timedelta

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import Engine, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from service.sandbox.database import Base
from service.sandbox.once import Answer, Key, Words, once

_READY_DAYS = 2


class Patient(Base):
    """Somebody who is treated."""

    __tablename__ = "clinic_patients"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    birth_date: Mapped[str]
    """ISO 8601; text, because it does not move with the sample data."""
    postcode: Mapped[str]


class Visit(Base):
    """A time with somebody at the clinic, free or taken."""

    __tablename__ = "clinic_visits"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """``doctor``, ``nurse`` or ``blood_test``."""
    staff: Mapped[str]
    day: Mapped[date]
    time: Mapped[time]
    patient_id: Mapped[str | None] = mapped_column(ForeignKey("clinic_patients.id"))
    reason: Mapped[str] = mapped_column(default="")


class Prescription(Base):
    """A medicine that a patient takes for long."""

    __tablename__ = "clinic_prescriptions"

    id: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("clinic_patients.id"))
    patient: Mapped[Patient] = relationship()
    medicine: Mapped[str]
    repeats_left: Mapped[int]
    ordered: Mapped[bool] = mapped_column(default=False)


class WhoIsIt(BaseModel):
    """What a caller knows of themselves."""

    birth_date: str
    postcode: Words


class Booking(BaseModel):
    """A free time that a patient takes."""

    visit_id: Words
    reason: str = ""


_PATIENTS = (
    ("P1001", "Grace Whitfield", "1984-03-12", "SW1A 2AA"),
    ("P1002", "Tomasz Nowak", "1951-11-30", "M1 4BT"),
    ("P1003", "Amara Okafor", "1996-07-05", "EH1 2NG"),
    ("P1004", "Peter O'Shea", "1972-02-29", "CF10 1EP"),
)
_VISITS = (
    # number, kind, staff, days from today, time, patient
    ("V01", "doctor", "Doctor Hall", 1, "09:20", None),
    ("V02", "doctor", "Doctor Mensah", 1, "14:40", None),
    ("V03", "doctor", "Doctor Hall", 2, "11:00", None),
    ("V04", "doctor", "Doctor Mensah", 3, "16:10", None),
    ("V05", "doctor", "Doctor Hall", 4, "08:40", None),
    ("V06", "doctor", "Doctor Mensah", 7, "10:30", None),
    ("V07", "nurse", "Nurse Patel", 1, "10:00", None),
    ("V08", "nurse", "Nurse Patel", 2, "15:20", None),
    ("V09", "nurse", "Nurse Doyle", 4, "12:10", None),
    ("V10", "blood_test", "Nurse Doyle", 2, "08:10", None),
    ("V11", "blood_test", "Nurse Doyle", 3, "08:30", None),
    ("V20", "doctor", "Doctor Hall", 2, "09:00", "P1001"),
    ("V21", "nurse", "Nurse Patel", 4, "11:30", "P1001"),
    ("V22", "doctor", "Doctor Mensah", 3, "15:00", "P1002"),
    ("V23", "blood_test", "Nurse Doyle", 1, "08:00", "P1004"),
)
_PRESCRIPTIONS = (
    ("R501", "P1001", "ramipril", 3),
    ("R502", "P1001", "an asthma inhaler", 1),
    ("R503", "P1002", "metformin", 5),
    ("R504", "P1004", "atorvastatin", 0),
)


def clinic_data(today: date) -> Iterator[Base]:
    """Patients, times and prescriptions, the same every time but for the dates."""
    for identity, name, born, postcode in _PATIENTS:
        yield Patient(id=identity, name=name, birth_date=born, postcode=postcode)
    for number, kind, staff, days, at, patient in _VISITS:
        day = today + timedelta(days=days)
        yield Visit(id=number, kind=kind, staff=staff, day=day, time=time.fromisoformat(at), patient_id=patient)
    for number, patient, medicine, left in _PRESCRIPTIONS:
        yield Prescription(id=number, patient_id=patient, medicine=medicine, repeats_left=left)


def add_clinic(app: FastAPI, engine: Engine, today: Callable[[], date]) -> None:
    """Add the clinic's routes, below ``/clinic``."""
    _add_lookups(app, engine)
    _add_changes(app, engine, today)


def _add_lookups(app: FastAPI, engine: Engine) -> None:
    @app.post("/clinic/patients/search")
    def find_patient(who: WhoIsIt) -> Answer:
        with Session(engine) as session:
            born = session.scalars(select(Patient).where(Patient.birth_date == who.birth_date))
            wanted = _plain(who.postcode)
            patient = next((each for each in born if _plain(each.postcode) == wanted), None)
            return {"patient_id": patient and patient.id, "name": patient and patient.name}

    @app.get("/clinic/visits")
    def free_visits(kind: str, from_day: date) -> Answer:
        with Session(engine) as session:
            free = select(Visit).where(Visit.kind == kind, Visit.patient_id.is_(None), Visit.day >= from_day)
            return {"visits": [_told(visit) for visit in session.scalars(free.order_by(Visit.day, Visit.time))]}

    @app.get("/clinic/patients/{patient_id}/visits")
    def patient_visits(patient_id: str) -> Answer:
        with Session(engine) as session:
            own = select(Visit).where(Visit.patient_id == patient_id).order_by(Visit.day, Visit.time)
            return {"visits": [_told(visit) for visit in session.scalars(own)]}

    @app.get("/clinic/patients/{patient_id}/prescriptions")
    def prescriptions(patient_id: str) -> Answer:
        with Session(engine) as session:
            own = session.scalars(select(Prescription).where(Prescription.patient_id == patient_id))
            return {
                "prescriptions": [
                    {"id": each.id, "medicine": each.medicine, "repeats_left": each.repeats_left} for each in own
                ]
            }


def _add_changes(app: FastAPI, engine: Engine, today: Callable[[], date]) -> None:
    @app.post("/clinic/patients/{patient_id}/visits")
    def book(patient_id: str, request: Booking, key: Key = None) -> Answer:
        what = ("clinic_book", patient_id, request.model_dump_json())
        return once(engine, key, what, lambda session: _book(session, patient_id, request))

    @app.post("/clinic/patients/{patient_id}/visits/{visit_id}/cancellations")
    def cancel(patient_id: str, visit_id: str, key: Key = None) -> Answer:
        def free(session: Session) -> Answer:
            _taken(session, patient_id, visit_id).patient_id = None
            return {"cancelled": True}

        return once(engine, key, ("clinic_cancel", patient_id, visit_id), free)

    @app.post("/clinic/patients/{patient_id}/visits/{visit_id}/moves")
    def move(patient_id: str, visit_id: str, request: Booking, key: Key = None) -> Answer:
        def change(session: Session) -> Answer:
            before = _taken(session, patient_id, visit_id)
            answer = _book(session, patient_id, Booking(visit_id=request.visit_id, reason=before.reason))
            before.patient_id, before.reason = None, ""
            return answer

        return once(engine, key, ("clinic_move", patient_id, visit_id, request.model_dump_json()), change)

    @app.post("/clinic/patients/{patient_id}/prescriptions/{prescription_id}/orders")
    def order(patient_id: str, prescription_id: str, key: Key = None) -> Answer:
        def issue(session: Session) -> Answer:
            prescription = session.get(Prescription, prescription_id)
            if prescription is None or prescription.patient_id != patient_id:
                raise HTTPException(404, "no such prescription")
            if prescription.repeats_left == 0 or prescription.ordered:
                raise HTTPException(409, "it cannot be repeated now")
            prescription.repeats_left -= 1
            prescription.ordered = True
            return {"ready_on": (today() + timedelta(days=_READY_DAYS)).isoformat()}

        return once(engine, key, ("clinic_order", patient_id, prescription_id), issue)


def _book(session: Session, patient_id: str, request: Booking) -> Answer:
    visit = session.get(Visit, request.visit_id)
    if visit is None or session.get(Patient, patient_id) is None:
        raise HTTPException(404, "no such time or patient")
    if visit.patient_id is not None:
        raise HTTPException(409, "the time is taken")
    visit.patient_id, visit.reason = patient_id, request.reason
    return _told(visit)


def _taken(session: Session, patient_id: str, visit_id: str) -> Visit:
    visit = session.get(Visit, visit_id)
    if visit is None or visit.patient_id != patient_id:
        raise HTTPException(404, "no such appointment")
    return visit


def _told(visit: Visit) -> Answer:
    return {
        "id": visit.id,
        "kind": visit.kind,
        "staff": visit.staff,
        "day": visit.day.isoformat(),
        "time": visit.time.isoformat("minutes"),
    }


def _plain(postcode: str) -> str:
    return postcode.replace(" ", "").upper()
