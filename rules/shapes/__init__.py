"""The ten shapes: each owns the plan of its rule types."""

from rules.shapes import diagnosis, line, pair, person, stay, window
from rules.shapes.shape import Shape

SHAPES: tuple[Shape, ...] = (line.SHAPE, diagnosis.SHAPE, pair.SHAPE, window.SHAPE, stay.SHAPE, person.SHAPE)
