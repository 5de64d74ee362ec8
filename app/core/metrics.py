"""Figures for Prometheus: requests counted in each process, and gauges read from the database when somebody asks.

The processes of one web server count together in a folder of small files (prometheus-client's multiprocess mode), in
shared memory and never on the disk of the data folder: a process that writes to a page of a file for which a full disk
has no block is killed. Each process takes the lowest place that is free, so that their number does not grow.
Labels are route templates, methods, statuses and states: never ids, names or addresses.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from app.core import metric_files
from app.core.db import db
from app.core.logs import log

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SHARED = "gezhi_metrics_folder"
_NAME = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True)
class Gauge:
    """A figure read when somebody asks: `read` returns it by the values of its labels."""

    name: str
    help: str
    labels: tuple[str, ...]
    read: Callable[[], Mapping[tuple[str, ...], float]]


@dataclass(frozen=True)
class Requests:
    """What one process counts."""

    registry: CollectorRegistry
    counted: Counter
    seconds: Histogram


_gauges: dict[str, Gauge] = {}


def gauge(name: str, text: str, read: Callable[[], Mapping[tuple[str, ...], float]], *labels: str) -> None:
    """Enter a gauge; rooms do so in `wiring`."""
    _gauges[name] = Gauge(name, text, labels, read)


def init(app: Flask) -> None:
    """Let an application count its requests: alone, whatever folder the environment of this process may name."""
    values.ValueClass = values.MutexValue
    registry = CollectorRegistry()
    app.extensions["gezhi_requests"] = Requests(
        registry,
        Counter("gezhi_http_requests", "Requests answered", ("method", "route", "status"), registry=registry),
        Histogram(
            "gezhi_http_request_seconds", "Time to answer", ("method", "route"), buckets=SECONDS, registry=registry
        ),
    )


@contextmanager
def counted_together(app: Flask) -> Iterator[None]:
    """Let the processes that are forked from this one in the block count together.

    Begin after all applications were made, and before any request.
    """
    with metric_files.folder() as folder, _naming(folder):
        alone = values.ValueClass
        with suppress(metric_files.NoPlace):  # without one each process counts alone
            values.ValueClass = values.MultiProcessValue(metric_files.Places(folder).own)
            app.extensions[_SHARED] = folder
        try:
            yield
        finally:
            values.ValueClass = alone
            app.extensions.pop(_SHARED, None)


@contextmanager
def _naming(folder: Path) -> Iterator[None]:
    """Name a folder in the environment, where the library reads it whenever a process opens its file.

    Not longer than the folder is there: programs started later would look for it.
    """
    before = os.environ.get(_NAME)
    os.environ[_NAME] = str(folder)
    try:
        yield
    finally:
        del os.environ[_NAME]
        if before is not None:
            os.environ[_NAME] = before


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer; one that finds no place is not counted, and no fault of the files costs an answer."""
    requests: Requests = current_app.extensions["gezhi_requests"]
    try:
        requests.counted.labels(method, route, str(status)).inc()
        requests.seconds.labels(method, route).observe(seconds)
    except metric_files.NoPlace:
        pass
    except OSError as error:  # somebody tidied them away
        log.warning("metrics.not_counted", exc_info=error)


def text() -> bytes:
    """Return everything in Prometheus' text format; a gauge that cannot be read now is left out.

    Where somebody tidied the folder away, a process tells what it counted itself.
    """
    folder: Path | None = current_app.extensions.get(_SHARED)
    if folder and not folder.is_dir():
        folder = None
    requests: Requests = current_app.extensions["gezhi_requests"]
    registry = CollectorRegistry() if folder else requests.registry
    if folder:
        MultiProcessCollector(registry, str(folder))
    gauges = CollectorRegistry()
    gauges.register(_Gauges())
    return generate_latest(registry) + generate_latest(gauges)


class _Gauges:
    """Read all gauges once, when asked."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return ()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for each in _gauges.values():
            family = GaugeMetricFamily(each.name, each.help, labels=each.labels)
            try:
                figures = each.read()
            except SQLAlchemyError as error:
                db.session.rollback()
                log.error("metrics.failed", gauge=each.name, exc_info=error)
                continue
            for labels, value in figures.items():
                family.add_metric(labels, value)
            yield family
