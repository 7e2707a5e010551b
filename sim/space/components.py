"""Strongly connected parts of a directed graph: where a mover that got in can get out again."""

from __future__ import annotations

import numpy as np


def strong_components(count: int, tail: np.ndarray, head: np.ndarray) -> np.ndarray:
    """Component of each of ``count`` nodes of the graph with arcs ``tail[i] -> head[i]``, (count,) i8.

    Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1(2) 1972, without recursion.
    """
    order = np.argsort(tail, kind="stable")
    heads = head[order].tolist()
    first = np.searchsorted(tail[order], np.arange(count + 1)).tolist()
    unseen, done = -1, count
    index, low, cursor = [unseen] * count, [0] * count, first[:count]
    component = [unseen] * count
    open_nodes: list[int] = []
    seen = found = 0
    for root in range(count):
        if index[root] != unseen:
            continue
        way = [root]
        index[root] = low[root] = seen
        seen += 1
        open_nodes.append(root)
        while way:
            node = way[-1]
            place = cursor[node]
            if place < first[node + 1]:
                cursor[node] = place + 1
                other = heads[place]
                if index[other] == unseen:
                    index[other] = low[other] = seen
                    seen += 1
                    open_nodes.append(other)
                    way.append(other)
                elif index[other] < low[node]:
                    low[node] = index[other]
                continue
            way.pop()
            if way and low[node] < low[way[-1]]:
                low[way[-1]] = low[node]
            if low[node] == index[node]:
                while True:
                    member = open_nodes.pop()
                    component[member] = found
                    index[member] = done  # above every low: a closed node pulls nobody down
                    if member == node:
                        break
                found += 1
    return np.array(component, np.int64)


def largest_component(count: int, tail: np.ndarray, head: np.ndarray) -> np.ndarray:
    """Mask (count,) of the largest strongly connected component; of equals the one with the smallest node."""
    component = strong_components(count, tail, head)
    sizes = np.bincount(component)
    return component == component[np.argmax(sizes[component] == sizes.max())]
