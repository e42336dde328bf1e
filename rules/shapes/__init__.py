"""The ten shapes: each owns the plan of its rule types."""

from rules.shapes import line
from rules.shapes.shape import Shape

SHAPES: tuple[Shape, ...] = (line.SHAPE,)
