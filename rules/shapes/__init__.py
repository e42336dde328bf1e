"""The ten shapes: each owns the plan of its rule types."""

from rules.shapes import diagnosis, line, pair, person, record, stay, supply, window
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
)
