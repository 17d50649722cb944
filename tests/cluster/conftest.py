import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster, running_cluster


@pytest.fixture(scope="module")
def cluster(static_files) -> Iterator[Cluster]:
    # Not in pytest's folder, which is closed to the user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder, running_cluster(Path(folder)) as cluster:
        yield cluster
