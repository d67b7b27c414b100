using System.Globalization;

namespace Fathom.Data;

/// <summary>A point of a glyph; x grows to the right, y downwards.</summary>
readonly record struct GlyphPoint(float X, float Y);

/// <summary>How the ten digits are written: for each, several ways, each a few strokes, each a smooth curve through its points.</summary>
static class GlyphShapes
{
    /// <summary>The box that shapes are drawn in.</summary>
    public const float BoxWidth = 14, BoxHeight = 20;

    /// <summary>The strokes of every way to write every digit: digit, way, stroke, point.</summary>
    public static readonly GlyphPoint[][][][] Digits = Array.ConvertAll(
        Drawn, ways => Array.ConvertAll(ways, way => Array.ConvertAll(way.Split('|', StringSplitOptions.TrimEntries), Stroke)));

    static string[][] Drawn =>
    [
        [
            "7,0 2,3 0,10 2,17 7,20 12,17 14,10 12,3 7,0",
            "9,1 4,1 1,6 0,12 3,18 8,20 12,16 14,9 12,3 8,0 5,2",
            "8,0 3,5 2,13 6,20 11,15 12,6 8,0",
        ],
        [
            "7,0 7,20",
            "3,4 7,0 | 7,0 7,20",
            "3,4 7,0 | 7,0 7,20 | 3,20 11,20",
            "8,0 6,10 7,20",
        ],
        [
            "1,5 4,1 8,0 12,3 12,7 8,12 1,20 | 1,20 13,20",
            "2,4 5,0 10,1 12,5 9,11 4,17 1,19 2,16 5,17 9,20 13,18",
            "1,2 8,0 12,4 10,9 5,14 1,20 | 1,20 7,19 13,20",
        ],
        [
            "1,2 6,0 11,2 11,7 6,9 | 6,9 12,11 13,16 8,20 1,18",
            "1,0 12,0 | 12,0 6,8 | 6,8 12,10 13,15 8,20 1,18",
            "2,3 6,0 11,3 9,8 4,9 9,10 12,14 9,19 1,18",
        ],
        [
            "3,0 1,11 | 1,11 13,11 | 10,3 10,20",
            "9,0 0,13 | 0,13 13,13 | 9,0 9,20",
            "2,0 1,6 3,10 8,11 12,8 | 12,0 12,8 11,20",
        ],
        [
            "12,0 3,0 | 3,0 2,9 | 2,9 8,7 13,11 12,17 7,20 1,18",
            "2,1 3,9 | 3,9 9,7 13,12 11,18 5,20 1,17 | 2,1 12,0",
            "12,1 6,0 2,3 3,8 9,10 12,14 9,19 2,19",
        ],
        [
            "11,1 5,4 1,11 2,17 7,20 12,17 11,12 6,10 2,13",
            "8,0 3,8 1,15 4,20 10,19 12,14 8,11 3,14",
            "12,2 8,0 3,3 1,10 1,16 5,20 10,19 13,15 10,11 5,11 1,14",
        ],
        [
            "1,0 13,0 | 13,0 6,20",
            "1,1 13,0 | 13,0 8,9 5,20 | 4,10 11,10",
            "1,3 1,0 | 1,0 13,1 | 13,1 9,8 7,20",
        ],
        [
            "7,9 3,7 2,3 7,0 12,3 11,7 7,9 2,13 2,18 7,20 12,18 12,13 7,9",
            "12,3 7,0 2,3 4,8 10,12 12,17 7,20 2,17 4,12 10,8 12,3",
            "7,0 3,2 3,7 7,9 11,7 11,2 7,0 | 7,9 2,12 1,17 7,20 13,17 12,12 7,9",
        ],
        [
            "12,3 7,0 2,3 2,8 7,11 12,7 12,3 | 12,3 12,12 11,20",
            "12,5 9,0 4,1 1,5 4,10 9,10 12,5 | 12,4 11,13 6,20 1,19",
            "11,3 6,0 2,4 4,9 10,8 12,2 | 12,2 10,12 6,20",
        ],
    ];

    static GlyphPoint[] Stroke(string text) => Array.ConvertAll(text.Split(' '), point =>
    {
        string[] xy = point.Split(',');
        return new GlyphPoint(float.Parse(xy[0], CultureInfo.InvariantCulture), float.Parse(xy[1], CultureInfo.InvariantCulture));
    });
}
