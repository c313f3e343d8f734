"""What registrants are written. Delivery speaks the language in which they registered."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from email.utils import parseaddr

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.dates import clocks, long_date
from network.events import ical, people, queries
from network.events.models import EventVisibility, Registration, RegistrationState
from network.events.notices import REGISTRANT, Notice
from network.events.presenting import Presented, present
from network.outbox import Attachment, Context, Mail, OutboxMessage, Reach, reaches, renders

MINUTES = "%H:%M"


@reaches(REGISTRANT)
def registrant(session: Session, registration_id: uuid.UUID, context: Context) -> Reach | None:
    """The address is opened at delivery and lives in no queue."""
    found = session.scalars(queries.registration(registration_id)).one_or_none()
    return Reach(people.email_of(context.keyring, found), found.language) if found is not None else None


class Letter:
    """One letter in the making: the registration, its event, and the parts that every letter has."""

    def __init__(self, session: Session, registration: Registration, context: Context) -> None:
        self.registration, self.context = registration, context
        self.email = people.email_of(context.keyring, registration)
        self.shown: Presented = present(session, [registration.event], registration.language)[0]
        self.session = session

    @property
    def title(self) -> str:
        return self.shown.title.text

    def subject(self, words: str) -> str:
        """Nothing in a subject tells of a meeting that is not for everybody."""
        if self.registration.event.visibility is EventVisibility.PUBLIC:
            return f"{words}: {self.title}"
        return words

    def details(self) -> Iterator[str]:
        event, language = self.registration.event, self.registration.language
        yield self.title
        readings = clocks(event.start_at, event.timezone)
        times = " · ".join(
            _(
                "%(time)s (%(places)s)",
                time=c.local.strftime(MINUTES),
                places=", ".join(str(p) for p in c.places),
            )
            for c in readings
        )
        yield f"{long_date(readings[0].local, language)}, {times}"
        if self.shown.where:
            yield self.shown.where
        if event.online_url and self.registration.state is RegistrationState.COMPLETE:
            yield _("To join online: %(url)s", url=event.online_url)

    def manage(self) -> str:
        link = url_for(
            "events.manage",
            lang=self.registration.language,
            token=people.manage_token(self.context.keyring, self.registration),
            _external=True,
        )
        words = _("To see, change or withdraw your registration, open this link. Do not pass it on:")
        return f"{words}\n{link}"

    def write(
        self, subject: str, *paragraphs: str, details: bool = True, calendar: str | None = None
    ) -> Mail:
        """The whole letter. ``calendar`` is the iCalendar method of its attachment, None for none."""
        greeting = _("Hello %(name)s,", name=self.registration.name)
        parts = [greeting, *paragraphs]
        if details:
            parts.append("\n".join(self.details()))
        parts += [self.manage(), self.shown.organiser]
        return Mail(
            to=self.email,
            subject=self.subject(subject),
            text="\n\n".join(parts) + "\n",
            attachments=(self._entry(calendar),) if calendar else (),
        )

    def _entry(self, method: str) -> Attachment:
        event, language = self.registration.event, self.registration.language
        _name, sender = parseaddr(self.context.settings.mail_from)
        entry = ical.entry(
            event,
            language,
            url=url_for("events.page", lang=language, slug=event.slug, _external=True),
            place=self.shown.place,
            online=self.registration.state is RegistrationState.COMPLETE,
            cancelled=method == ical.CANCEL,
            invitee=ical.Invitee(
                name=self.registration.name,
                email=self.email,
                organizer=self.shown.organiser,
                organizer_email=sender,
                changed_at=self.registration.changed_at,
            ),
        )
        content = ical.calendar([entry], method=method)
        return Attachment("event.ics", content, ical.MIMETYPE, {"method": method, "charset": "utf-8"})


def _letter(session: Session, message: OutboxMessage, context: Context) -> Letter | None:
    """The letter begun; None where the registration is gone."""
    found = session.scalars(queries.registration_with_event(message.to_id)).one_or_none()
    return None if found is None else Letter(session, found, context)


def _standing(letter: Letter) -> tuple[str, str, str | None]:
    """Subject, sentence and calendar method for how a registration stands at this moment."""
    registration = letter.registration
    if registration.state is RegistrationState.COMPLETE:
        return _("You are registered"), _("You have a seat. We look forward to seeing you."), ical.REQUEST
    if registration.state is RegistrationState.PENDING:
        words = _(
            "Your registration has arrived. The organiser looks at each one, and you get another mail soon."
        )
        return _("Your registration has arrived"), words, None
    if registration.state is RegistrationState.WAITLISTED:
        place = (letter.session.scalar(queries.ahead_of(registration)) or 0) + 1
        words = _(
            "All seats are taken at the moment. You are number %(place)s on the waiting list. As soon as a seat becomes free,"
            " you get it by yourself, and a mail tells you.",
            place=place,
        )
        return _("You are on the waiting list"), words, None
    return _("About your registration"), _("This registration is not valid any more."), None


@renders(Notice.REGISTERED.value)
def registered(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    letter = _letter(session, message, context)
    if letter is None:
        return None
    subject, words, calendar = _standing(letter)
    return letter.write(subject, words, calendar=calendar)


@renders(Notice.AGAIN.value)
def again(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    letter = _letter(session, message, context)
    if letter is None or not letter.registration.active:
        return None
    _subject, words, calendar = _standing(letter)
    known = _(
        "Somebody, perhaps you, registered with this address once more. You were registered already, so nothing changed."
    )
    return letter.write(_("About your registration"), known, words, calendar=calendar)


@renders(Notice.PROMOTED.value)
def promoted(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    letter = _letter(session, message, context)
    if letter is None or not letter.registration.seated:
        return None
    _subject, words, calendar = _standing(letter)
    free = _("A seat has become free for you, and you are off the waiting list.")
    return letter.write(_("A seat has become free"), free, words, calendar=calendar)


@renders(Notice.APPROVED.value)
def approved(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    letter = _letter(session, message, context)
    if letter is None or letter.registration.state is not RegistrationState.COMPLETE:
        return None
    words = _("The organiser has accepted your registration. You have a seat.")
    return letter.write(_("You are registered"), words, calendar=ical.REQUEST)


@renders(Notice.REJECTED.value)
def rejected(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    letter = _letter(session, message, context)
    if letter is None or letter.registration.state is not RegistrationState.REJECTED:
        return None
    words = _("The organiser could not accept your registration. This is why:")
    return letter.write(_("About your registration"), words, letter.registration.reason, calendar=ical.CANCEL)


@renders(Notice.WITHDRAWN.value)
def withdrawn(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    letter = _letter(session, message, context)
    if letter is None:
        return None
    words = _("Your registration is withdrawn. If this was a mistake, please register anew.")
    return letter.write(_("Your registration is withdrawn"), words, calendar=ical.CANCEL)


@renders(Notice.MOVED.value)
def moved(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    letter = _letter(session, message, context)
    if letter is None or not letter.registration.seated:
        return None
    words = _("Time or place of this event has changed. Your seat is kept. This is how it stands now:")
    return letter.write(_("Something has changed"), words, calendar=ical.REQUEST)


@renders(Notice.POSTPONED.value)
def postponed(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    letter = _letter(session, message, context)
    if letter is None:
        return None
    words = _(
        "This event is postponed. Your registration is kept, and you get a mail when there is a new date."
    )
    return letter.write(_("Postponed"), words, calendar=ical.REQUEST if letter.registration.seated else None)


@renders(Notice.CANCELLED.value)
def cancelled(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    letter = _letter(session, message, context)
    if letter is None:
        return None
    words = _("This event will not take place. We are sorry.")
    return letter.write(_("Cancelled"), words, calendar=ical.CANCEL if letter.registration.seated else None)
