namespace Fathom.Data;

/// <summary>One writer's hand at one moment: how points of a shape's box come to lie on the paper. Slant, size, turn and place, and a smooth unsteadiness.</summary>
readonly struct GlyphHand
{
    const float MostSlant = 0.3f, MostTurn = 0.17f, LeastSize = 0.68f, MostSize = 1.05f, MostShift = 2.0f, MostUnsteadiness = 0.9f;

    readonly float _xx, _xy, _yx, _yy, _x, _y;      // box to paper, linear part and place of the middle
    readonly float _swing, _phaseX, _phaseY, _wave; // unsteadiness: a slow wave over the box, in pixels

    /// <summary>A random hand.</summary>
    /// <param name="draws">Where chance comes from.</param>
    /// <param name="side">Pixels of a side of the paper.</param>
    public GlyphHand(ref PhiloxDraws draws, int side)
    {
        float slant = draws.Uniform(-MostSlant, MostSlant), turn = draws.Uniform(-MostTurn, MostTurn);
        float width = draws.Uniform(LeastSize, MostSize), height = draws.Uniform(LeastSize, MostSize);
        (float sin, float cos) = MathF.SinCos(turn);
        // turn * slant * size, written out
        (_xx, _xy) = (cos * width, (-sin - cos * slant) * height);
        (_yx, _yy) = (sin * width, (cos - sin * slant) * height);
        _x = side * 0.5f - 0.5f + draws.Uniform(-MostShift, MostShift);
        _y = side * 0.5f - 0.5f + draws.Uniform(-MostShift, MostShift);
        _swing = draws.Uniform(0, MostUnsteadiness);
        _phaseX = draws.Uniform(0, 2 * MathF.PI);
        _phaseY = draws.Uniform(0, 2 * MathF.PI);
        _wave = draws.Uniform(0.2f, 0.45f);
    }

    /// <summary>Where a point of the box comes to lie, in pixels.</summary>
    public GlyphPoint Place(GlyphPoint p)
    {
        float x = p.X - GlyphShapes.BoxWidth / 2, y = p.Y - GlyphShapes.BoxHeight / 2;
        float px = x + _swing * MathF.Sin(_wave * y + _phaseX), py = y + _swing * MathF.Sin(_wave * x + _phaseY);
        return new GlyphPoint(_x + _xx * px + _xy * py, _y + _yx * px + _yy * py);
    }
}
