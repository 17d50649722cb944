"""Which messages belong together.

What the API says of threads and answers counts first, then what the portal knows of answers that were sent from here.
Only a message that none of these connects is grouped by its subject, with its neighbours in time; so two threads of the
API stay apart, even if they have the same subject.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from inbox.conversations.conversation import Conversation
from inbox.entries import Entry
from inbox.securemail import Message
from inbox.subjects import without_prefixes

SAME_SUBJECT = timedelta(days=60)  # Between two neighbours with the same subject.

_NO_ANSWERS: Mapping[str, str] = MappingProxyType({})
_UNDATED = datetime.min.replace(tzinfo=UTC)

Node = tuple[str, str]  # A message or a thread, with its id: in some APIs both are numbers.
Answered = Mapping[str, Sequence[str]]  # By the id of each message, the ids of those that it answers.


def group(
    entries: Iterable[Entry],
    answers: Mapping[str, str] = _NO_ANSWERS,
    withdrawn: Collection[str] = (),
) -> tuple[Conversation, ...]:
    """The conversations of these messages, which are of one consumer's one box; the newest first, like the messages.

    `answers` has the ids of messages that were sent from here, with the id of the message that each answers.
    `withdrawn` are ids of messages that the consumer withdrew.
    """
    # A list that changes while it is read may name a message twice.
    listed = list({entry.message.id: entry for entry in entries}.values())
    moments = _moments(listed)
    answered = {entry.message.id: _answered(entry.message, answers) for entry in listed}
    # Of two with the same date, the one that the list has later is the older.
    oldest_first = listed[::-1]
    oldest_first.sort(key=lambda entry: moments[entry.message.id] or _UNDATED)
    sets = _DisjointSets()
    linked = _join_linked(sets, listed, answered)
    _join_same_subject(sets, oldest_first, moments, linked)
    members: dict[Node, list[Entry]] = {sets.root(_node(entry.message)): [] for entry in listed}
    for entry in oldest_first:
        members[sets.root(_node(entry.message))].append(entry)
    known, ids = frozenset(withdrawn), set(moments)
    return tuple(
        Conversation(tuple(_answers_last(found, answered)), known, _goes_back(found, answered, ids))
        for found in members.values()
    )


class _DisjointSets:
    """Union-find: almost linear, and without recursion, however long the chains of answers are."""

    def __init__(self) -> None:
        self._parents: dict[Node, Node] = {}

    def root(self, node: Node) -> Node:
        parents = self._parents
        parents.setdefault(node, node)
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    def join(self, one: Node, other: Node) -> Node:
        root = self.root(other)
        self._parents[self.root(one)] = root
        return root


def _node(message: Message) -> Node:
    return "message", message.id


def _answered(message: Message, answers: Mapping[str, str]) -> list[str]:
    """The ids of the messages that it answers: as the API says, and as the portal knows."""
    found = (message.parent_id, answers.get(message.id))
    return [other for other in found if other and other != message.id]


def _goes_back(entries: Sequence[Entry], answered: Answered, ids: Collection[str]) -> bool:
    return any(other not in ids for entry in entries for other in answered[entry.message.id])


def _links(message: Message, answered: Answered) -> list[Node]:
    """What the message is connected with, be it in the list or not."""
    threads = [("thread", message.thread_id)] if message.thread_id else []
    return threads + [("message", other) for other in answered[message.id]]


def _join_linked(sets: _DisjointSets, entries: Sequence[Entry], answered: Answered) -> set[Node]:
    """Join what is connected by ids. Returns the roots of the sets that have such a connection."""
    linked = []
    for entry in entries:
        message = entry.message
        links = _links(message, answered)
        for link in links:
            sets.join(_node(message), link)
        # A thread that is named after its only message connects it with nothing.
        if any(identifier != message.id for _kind, identifier in links):
            linked.append(_node(message))
    return {sets.root(node) for node in linked}


def _join_same_subject(
    sets: _DisjointSets,
    oldest_first: Sequence[Entry],
    moments: Mapping[str, datetime | None],
    linked: set[Node],
) -> None:
    """Join neighbours with the same subject, unless ids put each of them into a conversation of its own."""
    before: dict[str, Entry] = {}
    for entry in oldest_first:
        subject = without_prefixes(entry.message.subject).casefold()
        if not subject:
            continue
        neighbour = before.get(subject)
        before[subject] = entry
        if neighbour is None or not _are_close(moments[neighbour.message.id], moments[entry.message.id]):
            continue
        roots = {sets.root(_node(neighbour.message)), sets.root(_node(entry.message))}
        if len(roots & linked) < 2:
            is_linked = bool(roots & linked)
            root = sets.join(_node(neighbour.message), _node(entry.message))
            if is_linked:
                linked.add(root)


def _are_close(earlier: datetime | None, later: datetime | None) -> bool:
    return earlier is not None and later is not None and later - earlier <= SAME_SUBJECT


def _moments(listed: Sequence[Entry]) -> dict[str, datetime | None]:
    """When each message was written, by its id. One without a date takes that of its neighbour in the list."""
    moments: dict[str, datetime | None] = {}
    for entries in (reversed(listed), iter(listed)):
        known = None
        for entry in entries:
            known = moments.get(entry.message.id) or entry.message.date or known
            moments[entry.message.id] = known
    return moments


def _answers_last(oldest_first: Sequence[Entry], answered: Answered) -> Sequence[Entry]:
    """In this order, but no message before one that it answers: clocks may differ."""
    if len(oldest_first) == 1:
        return oldest_first
    by_id = {entry.message.id: entry for entry in oldest_first}
    ordered: list[Entry] = []
    placed: set[str] = set()
    for entry in oldest_first:
        chain: list[Entry] = []
        following: Entry | None = entry
        while following and following.message.id not in placed:
            placed.add(following.message.id)
            chain.append(following)
            before = answered[following.message.id]
            following = by_id.get(before[0]) if before else None
        ordered += reversed(chain)
    return ordered
