"""Load from Python, for machines without wrk: keep-alive connections, one thread each, in one process."""

from __future__ import annotations

import http.client
import random
import threading
import time


def load(
    host: str, port: int, path: str, headers: dict[str, str], first: int, count: int, connections: int, seconds: int
) -> tuple[float, float, float]:
    """Looks a second, and the middle and the 99th percentile of their latency in milliseconds."""
    latencies: list[float] = []
    refused: list[int] = []
    end = time.monotonic() + seconds

    def look() -> None:
        connection = http.client.HTTPConnection(host, port)
        while time.monotonic() < end:
            began = time.perf_counter()
            number = str(first + random.randint(1, count))
            connection.request("GET", path.replace("NUMBER", number), headers=headers)
            response = connection.getresponse()
            response.read()
            if response.status != http.HTTPStatus.OK:
                refused.append(response.status)
                return
            latencies.append(time.perf_counter() - began)
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if refused:
        raise RuntimeError(f"not every look was answered: {refused}")
    latencies.sort()
    middle, late = (1000 * latencies[int(share * len(latencies))] for share in (0.5, 0.99))
    return len(latencies) / seconds, middle, late
