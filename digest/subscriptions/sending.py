"""A week's issue on its way: one letter a subscriber, whatever dies in between.

Each letter is claimed in the database by one conditional UPDATE before it is handed over, and noted
as sent after that.  So of two runs at once only one sends it, and of all that were sent before a
kill none is sent again but, perhaps, the one in hand: when a claim is older than any server takes
for an answer, the next run sends that letter (at least once, not at most once, for a letter that
comes twice under one Message-ID does less harm than one that never comes).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from digest.issues import weeks
from digest.subscriptions.joining import forget_unconfirmed
from digest.subscriptions.letters import IssueLetters
from digest.subscriptions.models import Delivery, Mailing, Subscriber
from digest.subscriptions.transport import Answer, MailServerError, Outcome, hand_over, open_anew
from digest.weeks import Week

BATCH = 200
IN_HAND = timedelta(minutes=15)  # or twenty timeouts of the connection, if these are longer
MOST_BOUNCES = 3  # letters in a row that are refused as to nobody
MOST_BREAKS = 3  # letters in a row that the connection breaks at

State = Delivery.State
Progress = Callable[[int, int], None]


@dataclass
class Report:
    """What a run did; ``trouble`` is why it ended before all were tried."""

    entries: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    refusals: list[tuple[int, int]] = field(default_factory=list)  # subscriber, code
    suspended: int = 0
    before: int = 0  # letters that were sent by earlier runs
    left: int = 0  # letters that the next run sends
    in_hand: int = 0  # letters that another run has, or had when it was killed
    trouble: str = ""


@dataclass(frozen=True)
class Plan:
    """What a run would do: letters by language, and those that are sent already."""

    entries: int
    letters: dict[str, int]
    before: int


def plan(week: Week, now: datetime) -> Plan:
    """Say what ``send`` would do now; writes nothing."""
    issue = weeks().issue(week)
    mailing = Mailing.objects.filter(week=week.key).first()
    done: QuerySet[Delivery] = Delivery.objects.filter(
        mailing=mailing, state__in=[State.SENT, State.REFUSED]
    )
    waiting = _recipients(week, mailing.started_at if mailing else now)
    waiting = waiting.exclude(pk__in=done.filter(subscriber__isnull=False).values("subscriber"))
    by_language = waiting.order_by("language").values_list("language").annotate(Count("pk"))
    return Plan(
        len(issue) if issue else 0,
        dict(by_language) if issue else {},
        done.filter(state=State.SENT).count(),
    )


def send(week: Week, base: str, now: datetime, progress: Progress | None = None) -> Report:
    """Mail a week's issue to everybody who has not got it; ``base`` is the site's address.

    A mail server that fails ends the run, with the reason in the report; the next one goes on.
    """
    forget_unconfirmed(now)
    all_weeks = weeks()
    issue = all_weeks.issue(week)
    if issue is None:
        return Report()
    mailing, _made = Mailing.objects.get_or_create(week=week.key, defaults={"started_at": now})
    _enrol(mailing, week)
    run = _Run(mailing, IssueLetters(week, all_weeks, base), Report(entries=len(issue)))
    run.report.before = mailing.deliveries.filter(state=State.SENT).count()
    try:
        run.go(progress)
    except MailServerError as error:
        run.report.trouble = str(error)
    run.report.left = _reached(mailing).filter(state=State.WAITING).count()
    run.report.in_hand = _reached(mailing).filter(state=State.SENDING).count()
    return run.report


def send_sample(week: Week, base: str, address: str) -> int:
    """Send the issue in each language to one address, and return how many letters that were.

    Raises MailServerError.
    """
    writer = IssueLetters(week, weeks(), base)
    letters = [
        letter
        for language, _name in settings.LANGUAGES
        if (letter := writer.to(Subscriber(email=address, language=language, token="sample")))  # noqa: S106
    ]
    if not letters:
        return 0
    with _connected() as connection:
        for letter in letters:
            answer = hand_over(connection, letter)
            if answer.outcome is not Outcome.SENT:
                said = f"{answer.outcome.value} {answer.code or ''}".strip()
                raise MailServerError(OSError(said))
    return len(letters)


@contextmanager
def _connected() -> Iterator[BaseEmailBackend]:
    """Connect to the mail server, for as long as the block lasts.  Raises MailServerError."""
    connection = get_connection()
    open_anew(connection)
    try:
        yield connection
    finally:
        with suppress(OSError):  # a goodbye that nobody hears
            connection.close()


def _recipients(week: Week, began: datetime) -> QuerySet[Subscriber]:
    """Return those whom an issue concerns, and who were there when its mailing began."""
    sections = weeks().totals.get(week.key, {}).keys()
    concerned = Q(category=None) | Q(category__in=sections)
    return Subscriber.objects.active().filter(concerned, confirmed_at__lte=began)


def _enrol(mailing: Mailing, week: Week) -> None:
    """Make a row for each letter; once more for those that an interrupted run had not made."""
    people = _recipients(week, mailing.started_at).order_by("pk").values_list("pk", flat=True)
    last = 0
    while True:
        with transaction.atomic():  # nobody leaves between being found and being written down
            some = list(people.filter(pk__gt=last).select_for_update()[:BATCH])
            Delivery.objects.bulk_create(
                [Delivery(mailing=mailing, subscriber_id=pk, at=timezone.now()) for pk in some],
                ignore_conflicts=True,
            )
        if len(some) < BATCH:
            return
        last = some[-1]


def _reached(mailing: Mailing) -> QuerySet[Delivery]:
    """Return the letters of those who have not left, and whose servers take them."""
    return mailing.deliveries.filter(subscriber__isnull=False, subscriber__suspended_at=None)


def _free() -> Q:
    """Return what may be sent now: what nobody has in hand, or had until a process died."""
    patience = max(IN_HAND, timedelta(seconds=20 * settings.EMAIL_TIMEOUT))
    abandoned = Q(state=State.SENDING, at__lt=timezone.now() - patience)
    return Q(state=State.WAITING) | abandoned


@dataclass
class _Run:
    """One run over the letters of a mailing, over one connection as long as that holds."""

    mailing: Mailing
    letters: IssueLetters
    report: Report
    breaks: int = 0

    def go(self, progress: Progress | None) -> None:
        """Try each letter that is free once.  Raises MailServerError."""
        free = _reached(self.mailing).filter(_free()).select_related("subscriber").order_by("pk")
        total, done, last = free.count(), 0, 0
        if not total:
            return
        with _connected() as self.connection:
            while batch := list(free.filter(pk__gt=last)[:BATCH]):
                for delivery in batch:
                    self.deliver(delivery)
                    done += 1
                    if progress:
                        progress(done, total)
                last = batch[-1].pk

    def deliver(self, delivery: Delivery) -> None:
        """Claim a letter, hand it over, and note what became of it."""
        same = Delivery.objects.filter(pk=delivery.pk, subscriber=delivery.subscriber)
        if not same.filter(_free()).update(state=State.SENDING, at=timezone.now()):
            return  # another run was first, or its subscriber has left
        answer = Answer(Outcome.LATER)
        try:
            answer = self.hand_over(delivery)
        finally:
            self.note(delivery, answer)
        self.breaks = self.breaks + 1 if answer.outcome is Outcome.BROKEN else 0
        if self.breaks >= MOST_BREAKS:
            raise MailServerError(OSError("it ends every connection"))

    def hand_over(self, delivery: Delivery) -> Answer:
        """Hand a letter over; a connection that breaks is made anew, and the letter tried again."""
        assert delivery.subscriber is not None
        letter = self.letters.to(delivery.subscriber, delivery)
        if letter is None:
            return Answer(Outcome.LATER)  # they have chosen another section meanwhile
        answer = hand_over(self.connection, letter)
        if answer.outcome is Outcome.BROKEN:
            open_anew(self.connection)
            answer = hand_over(self.connection, letter)
        if answer.outcome is Outcome.BROKEN:
            open_anew(self.connection)
        return answer

    def note(self, delivery: Delivery, answer: Answer) -> None:
        """Note in the database and in the report what became of a letter."""
        outcome = answer.outcome
        states = {Outcome.LATER: State.WAITING, Outcome.BROKEN: State.WAITING}
        state = states.get(outcome, State.SENT if outcome is Outcome.SENT else State.REFUSED)
        self.report.outcomes[outcome] += 1
        noted = Delivery.objects.filter(pk=delivery.pk)
        if outcome is Outcome.UNKNOWN:
            with transaction.atomic():
                noted.update(state=state, at=timezone.now())
                self.note_bounce(delivery)
        else:
            noted.update(state=state, at=timezone.now())
        if outcome is Outcome.SENT and delivery.subscriber and delivery.subscriber.bounces:
            Subscriber.objects.filter(pk=delivery.subscriber.pk).update(bounces=0)
        if state == State.REFUSED:
            self.report.refusals.append((delivery.subscriber_id or 0, answer.code))

    def note_bounce(self, delivery: Delivery) -> None:
        """Count a bounce of the address, and suspend it after too many in a row."""
        assert delivery.subscriber is not None
        subscriber = Subscriber.objects.filter(pk=delivery.subscriber.pk)
        subscriber.update(bounces=F("bounces") + 1)
        too_many = subscriber.filter(bounces__gte=MOST_BOUNCES, suspended_at=None)
        self.report.suspended += too_many.update(suspended_at=timezone.now())
