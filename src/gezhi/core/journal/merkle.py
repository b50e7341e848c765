"""Merkle trees after RFC 9162 section 2.1: one hash that fixes a day's lines and their order.

Leaves and inner nodes are hashed with different first bytes, so neither can pass for the other.
Nothing here knows what a leaf says. The functions on whole trees take the leaf hashes, which is
what a journal keeps; `Tree` takes leaves one by one in memory that grows with the logarithm of
their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()
"""The root of a day without a line: MTH({}) = SHA-256()."""


def leaf_hash(line: bytes) -> bytes:
    """MTH({d}) = SHA-256(0x00 || d)."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def root(lines: Iterable[bytes]) -> bytes:
    """The root over whole lines, in their order."""
    return root_of_hashes(leaf_hash(line) for line in lines)


def root_of_hashes(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in their order; reads them once and keeps none."""
    tree = Tree()
    for leaf in leaves:
        tree.add_hash(leaf)
    return tree.root()


class Tree:
    """A tree that grows line by line; `size` and `peaks` are all there is to store of it.

    The peaks are the roots of its complete subtrees, largest first: one for each binary 1 of the
    size, so a day of 150,000 lines holds at most 17 hashes.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Go on from a stored state; ValueError if the two do not belong together."""
        if size < 0 or len(peaks) != size.bit_count():
            raise ValueError("a tree of that size has another number of peaks")
        if any(len(peak) != HASH_BYTES for peak in peaks):
            raise ValueError(f"a peak has {HASH_BYTES} bytes")
        self._size = size
        self._peaks = list(peaks)

    @property
    def size(self) -> int:
        """How many lines it holds."""
        return self._size

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The roots of its complete subtrees, largest first."""
        return tuple(self._peaks)

    def add(self, line: bytes) -> None:
        """Append a line."""
        self.add_hash(leaf_hash(line))

    def add_hash(self, leaf: bytes) -> None:
        """Append a line by its leaf hash."""
        # Each trailing 1 of the size is a complete subtree that this leaf lets merge.
        merging, joined = self._size, leaf
        while merging & 1:
            joined = node_hash(self._peaks.pop(), joined)
            merging >>= 1
        self._peaks.append(joined)
        self._size += 1

    def root(self) -> bytes:
        """The root of the lines so far."""
        peaks = reversed(self._peaks)
        top = next(peaks, EMPTY_ROOT)
        for peak in peaks:
            top = node_hash(peak, top)
        return top


def inclusion_proof(leaves: Sequence[bytes], at: int) -> list[bytes]:
    """PATH(m, D_n) of section 2.1.3.1: what shows that leaf hash `at` lies under the root.

    IndexError if there is no such leaf.
    """
    if not 0 <= at < len(leaves):
        raise IndexError(f"no leaf {at} in a tree of {len(leaves)}")
    path: list[bytes] = []
    start, end = 0, len(leaves)
    while end - start > 1:
        middle = start + _split(end - start)
        if at < middle:
            path.append(root_of_hashes(leaves[middle:end]))
            end = middle
        else:
            path.append(root_of_hashes(leaves[start:middle]))
            start = middle
    return path[::-1]


def proves_inclusion(
    path: Sequence[bytes], *, leaf: bytes, at: int, size: int, root: bytes
) -> bool:
    """Whether leaf hash `leaf` is number `at` of the `size` leaves under `root` (2.1.3.2)."""
    if not 0 <= at < size:
        return False
    index, last, top = at, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            top = node_hash(other, top)
            while index & 1 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            top = node_hash(top, other)
        index, last = index >> 1, last >> 1
    return last == 0 and top == root


def consistency_proof(leaves: Sequence[bytes], former: int) -> list[bytes]:
    """PROOF(m, D_n) of section 2.1.4.1: what shows that the first `former` leaves still stand.

    ValueError unless 0 < former <= number of leaves.
    """
    if not 0 < former <= len(leaves):
        raise ValueError(f"no former tree of {former} in one of {len(leaves)}")
    path: list[bytes] = []
    start, end, whole = 0, len(leaves), True
    while former < end:
        middle = start + _split(end - start)
        if former <= middle:
            path.append(root_of_hashes(leaves[middle:end]))
            end = middle
        else:
            path.append(root_of_hashes(leaves[start:middle]))
            start, whole = middle, False
    if not whole:
        path.append(root_of_hashes(leaves[start:end]))
    return path[::-1]


def proves_consistency(
    path: Sequence[bytes], *, former: int, size: int, former_root: bytes, root: bytes
) -> bool:
    """Whether the tree of `size` leaves only added to the one of `former` leaves (2.1.4.2)."""
    if not 0 < former <= size:
        return False
    if former == size:
        return not path and former_root == root
    hashes: Iterator[bytes] = iter(path)
    index, last = former - 1, size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    # A complete former tree is a subtree of the later one, and its root is left out of the path.
    first = former_root if former & (former - 1) == 0 else next(hashes, None)
    if first is None:
        return False
    old = new = first
    for other in hashes:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = node_hash(other, old), node_hash(other, new)
            while index & 1 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            new = node_hash(new, other)
        index, last = index >> 1, last >> 1
    return last == 0 and old == former_root and new == root


def _split(size: int) -> int:
    """The largest power of two below `size`: how many leaves go left."""
    return 1 << (size - 1).bit_length() - 1
