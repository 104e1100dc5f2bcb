"""Which items an attempt gets, in what order: chance that can be replayed."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class BankItem:
    """What a draw needs to know of an item. Its id is unique among all that are given."""

    id: str
    bank: str
    tags: frozenset[str] = frozenset()
    difficulty: int | None = None  # 1 easy, 2 middle, 3 hard


@dataclass(frozen=True)
class Draw:
    """So many items of a bank: with all of these tags, of this difficulty; or those that are named."""

    bank: str
    count: int
    tags: frozenset[str] = frozenset()
    difficulty: int | None = None
    named: tuple[str, ...] = ()  # ids, in their order; no chance then

    def fits(self, item: BankItem) -> bool:
        return item.id in self.named if self.named else self._fits(item)

    def _fits(self, item: BankItem) -> bool:
        return (
            item.bank == self.bank
            and self.tags <= item.tags
            and self.difficulty in (None, item.difficulty)
        )


class BankTooSmall(ValueError):
    """No choice of items satisfies all draws; ``draw`` is the one that cannot be filled."""

    def __init__(self, draw: Draw, fitting: int) -> None:
        super().__init__(f"{draw} cannot be filled: {fitting} items fit, some taken by other draws")
        self.draw = draw
        self.fitting = fitting  # items that fit this draw, other draws left aside


def draw(bank_items: Iterable[BankItem], draws: Sequence[Draw], seed: int) -> list[str]:
    """Choose the items of an attempt, none of them twice.

    The order of chance is the order of SHA-256 of seed and item id. It is the same in every
    version of Python and on every machine, which ``random.sample`` does not promise.

    Draws may overlap (five of a bank, and three about privacy of the same bank). Whether they can
    be filled depends on the bank alone, never on the seed: an item that another draw needs is
    given back, as in the search for a matching in a bipartite graph (Kuhn's algorithm).

    Returns:
        Item ids, draw by draw, in the order of chance.

    Raises:
        BankTooSmall: the draws cannot be filled.
    """
    shuffled = sorted(bank_items, key=lambda item: _rank(seed, "item", item.id))
    places = [place for wanted in draws for place in _places(wanted)]
    fitting = [[item.id for item in shuffled if wanted.fits(item)] for wanted in places]
    place_of: dict[str, int] = {}
    for place, wanted in enumerate(places):
        if not _fill(place, fitting, place_of, set()):
            raise BankTooSmall(wanted, len(fitting[place]))
    return sorted(place_of, key=place_of.__getitem__)


def _places(wanted: Draw) -> list[Draw]:
    """Give each item that is named a place of its own, so that their order holds."""
    if wanted.named:
        return [replace(wanted, count=1, named=(item,)) for item in wanted.named]
    return [wanted] * wanted.count


def _fill(place: int, fitting: list[list[str]], place_of: dict[str, int], asked: set[str]) -> bool:
    """Give a place an item: a free one, or else one whose place finds another."""
    for item in fitting[place]:
        if item not in place_of:
            place_of[item] = place
            return True
    for item in fitting[place]:
        if item not in asked:
            asked.add(item)
            if _fill(place_of[item], fitting, place_of, asked):
                place_of[item] = place
                return True
    return False


def order_options(
    item_id: str, option_ids: Sequence[str], seed: int, *, shuffle: bool
) -> list[str]:
    """Order the options of one item for one attempt, the same on every visit."""
    if not shuffle:
        return list(option_ids)
    return sorted(option_ids, key=lambda option: _rank(seed, "option", item_id, option))


def _rank(seed: int, *parts: str) -> bytes:
    return hashlib.sha256("\n".join([str(seed), *parts]).encode()).digest()
