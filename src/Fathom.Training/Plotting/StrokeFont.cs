using System.Collections.Frozen;

namespace Fathom.Training.Plotting;

/// <summary>A plain alphabet of straight strokes, for pictures made of pixels: ASCII, and the few other signs that plots use.</summary>
/// <remarks>A glyph is a list of strokes, a stroke a run of points of two digits each: across from the left, down from the top of a capital.
/// The base line is at 6, small letters begin at 2, tails reach 8. A point given twice is a dot.</remarks>
internal static class StrokeFont
{
    /// <summary>A step of the grid as a share of the font size.</summary>
    public const double Unit = 0.12;

    /// <summary>Steps across are narrower than steps down.</summary>
    const double Across = 0.95;
    const double Gap = 1.5, Baseline = 6;

    const string Unknown = "0030360600";

    static readonly FrozenDictionary<char, string> Glyphs = new Dictionary<char, string>
    {
        ['A'] = "062046 1333", ['B'] = "0006 002031322303 2334352606", ['C'] = "4130100105163645", ['D'] = "00304145360600", ['E'] = "30000636 0323",
        ['F'] = "300006 0323", ['G'] = "41301001051636454323", ['H'] = "0006 4046 0343", ['I'] = "0020 1016 0626", ['J'] = "3035261605",
        ['K'] = "0006 4004 1346", ['L'] = "000636", ['M'] = "0600234046", ['N'] = "06004640", ['O'] = "103041453616050110",
        ['P'] = "06003041423303", ['Q'] = "103041453616050110 2446", ['R'] = "06003041423303 2346", ['S'] = "413010010213334445361605", ['T'] = "0040 2026",
        ['U'] = "000516364540", ['V'] = "002640", ['W'] = "0016223640", ['X'] = "0046 4006", ['Y'] = "002340 2326", ['Z'] = "00400646",
        ['a'] = "0312223336 341405162635", ['b'] = "0006 0312223335261605", ['c'] = "3322120305162635", ['d'] = "3036 3322120305162635", ['e'] = "04343322120305162635",
        ['f'] = "201116 0222", ['g'] = "3237281807 3322120305162635", ['h'] = "0006 0312223336", ['i'] = "0206 0000", ['j'] = "121708 1010",
        ['k'] = "0006 3205 1436", ['l'] = "0006", ['m'] = "0206 03122326 2332424346", ['n'] = "0206 0312223336", ['o'] = "122233352616050312",
        ['p'] = "0208 0312223335261605", ['q'] = "3238 3322120305162635", ['r'] = "0206 031222", ['s'] = "33221203142435261605", ['t'] = "101526 0222",
        ['u'] = "0205162635 3236", ['v'] = "022642", ['w'] = "0216233642", ['x'] = "0236 3206", ['y'] = "0226 4218", ['z'] = "02320636",
        ['0'] = "102031352616050110", ['1'] = "112026 1636", ['2'] = "01102031320636", ['3'] = "0110203132233435261605 1323", ['4'] = "26200434",
        ['5'] = "300002223335261605", ['6'] = "312010010516263534231304", ['7'] = "003016", ['8'] = "102031322313020110 1304051626353423", ['9'] = "051626353120100102132332",
        ['.'] = "0606", [','] = "1607", [':'] = "0303 0606", [';'] = "1313 1607", ['!'] = "0004 0606", ['?'] = "01102031322324 2626", ['\''] = "0001", ['"'] = "0001 2021",
        ['('] = "10010516", [')'] = "00111506", ['['] = "10000616", [']'] = "00101606", ['{'] = "20111203141526", ['}'] = "00111223141506", ['<'] = "310335", ['>'] = "013305",
        ['/'] = "3006", ['\\'] = "0036", ['|'] = "0008", ['-'] = "0323", ['_'] = "0737", ['+'] = "2125 0343", ['='] = "0232 0434", ['*'] = "2024 0143 4103",
        ['#'] = "1016 3036 0242 0444", ['$'] = "413010010213334445361605 2026", ['%'] = "4006 0010110100 3545463635", ['&'] = "4612112031320405162644",
        ['@'] = "4616050110304144343222132434", ['^'] = "022042", ['`'] = "0011", ['~'] = "04132433", [' '] = "",
        ['\u2212'] = "0333", ['\u2013'] = "0333", ['\u2014'] = "0343", ['×'] = "0235 3205", ['·'] = "0303", ['²'] = "0010110212",
        ['°'] = "1021120110", ['→'] = "0343 324334", ['±'] = "1114 0222 0525",
        ['μ'] = "0208 0205162635 3236", ['σ'] = "421203051626353322", ['λ'] = "001036 2206", ['η'] = "0206 0312223338", ['β'] = "08010020313223 233435261605",
        ['α'] = "4214261605031234", ['θ'] = "102031352616050110 0333", ['π'] = "0242 1216 3236", ['…'] = "0606 1616 2626",
    }.ToFrozenDictionary();

    /// <summary>The room a text takes, in units.</summary>
    public static double Width(string text) => text.Sum(Advance) - (text.Length > 0 ? Gap : 0);

    /// <summary>The strokes of a text that begins at 0 and stands on height 0, in units, downwards positive.</summary>
    public static IEnumerable<(double X1, double Y1, double X2, double Y2)> Lines(string text)
    {
        double left = 0;
        foreach (char c in text)
        {
            foreach (string stroke in Strokes(c))
                for (int i = 2; i + 1 < stroke.Length; i += 2)
                    yield return (left + X(stroke, i - 2), Y(stroke, i - 2), left + X(stroke, i), Y(stroke, i));
            left += Advance(c);
        }
    }

    static string[] Strokes(char c) => Glyphs.GetValueOrDefault(c, Unknown).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static double X(string stroke, int i) => (stroke[i] - '0') * Across;

    static double Y(string stroke, int i) => stroke[i + 1] - '0' - Baseline;

    static double Advance(char c) => c == ' ' ? 2.6 : Strokes(c).SelectMany(s => Enumerable.Range(0, s.Length / 2).Select(i => X(s, 2 * i))).DefaultIfEmpty(0).Max() + Gap;
}
