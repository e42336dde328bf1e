"""The ten shapes: each owns the plan of its rule types."""

from rules.shapes import diagnosis, graph, line, pair, person, profile, record, stay, supply, window
from rules.shapes.shape import Shape

SHAPES: tuple[Shape, ...] = (
    line.SHAPE,
    diagnosis.SHAPE,
    pair.SHAPE,
    window.SHAPE,
    supply.SHAPE,
    record.SHAPE,
    stay.SHAPE,
    person.SHAPE,
    profile.SHAPE,
    graph.SHAPE,
)
