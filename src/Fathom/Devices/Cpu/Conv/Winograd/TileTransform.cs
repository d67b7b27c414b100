using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// A two-dimensional transform of tiles: <typeparamref name="L"/> along all columns into a buffer, then along the rows that stand there. Everything is vertical: a vector
/// holds one place of a tile in as many channels as it has lanes. In the buffer a column's <c>L.Out</c> vectors stand together.
/// </summary>
internal static unsafe class TileTransform<V, T, L> where V : struct, ILanes<V, T> where T : unmanaged where L : struct, ILine<V>
{
    /// <summary>Columns whose <c>L.In</c> elements each have an address and a step to the next column of their own: image rows, some of them padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns<P>(T** rows, nint* steps, int count, T* buffer, int lanes) where P : struct, ILanePart<V, T>
    {
        T* p0 = rows[0], p1 = rows[1], p2 = rows[2], p3 = L.In > 3 ? rows[3] : null, p4 = L.In > 4 ? rows[4] : null, p5 = L.In > 5 ? rows[5] : null;
        T* p6 = L.In > 6 ? rows[6] : null, p7 = L.In > 7 ? rows[7] : null, p8 = L.In > 8 ? rows[8] : null;
        nint s0 = steps[0], s1 = steps[1], s2 = steps[2], s3 = L.In > 3 ? steps[3] : 0, s4 = L.In > 4 ? steps[4] : 0, s5 = L.In > 5 ? steps[5] : 0;
        nint s6 = L.In > 6 ? steps[6] : 0, s7 = L.In > 7 ? steps[7] : 0, s8 = L.In > 8 ? steps[8] : 0;
        for (; count > 0; count--)
        {
            L.Apply(P.Load(p0, lanes), P.Load(p1, lanes), P.Load(p2, lanes),
                L.In > 3 ? P.Load(p3, lanes) : default, L.In > 4 ? P.Load(p4, lanes) : default, L.In > 5 ? P.Load(p5, lanes) : default,
                L.In > 6 ? P.Load(p6, lanes) : default, L.In > 7 ? P.Load(p7, lanes) : default, L.In > 8 ? P.Load(p8, lanes) : default,
                out V y0, out V y1, out V y2, out V y3, out V y4, out V y5, out V y6, out V y7, out V y8);
            Put(y0, y1, y2, y3, y4, y5, y6, y7, y8, buffer);
            buffer += L.Out * V.Count;
            p0 += s0;
            p1 += s1;
            p2 += s2;
            if (L.In > 3) p3 += s3;
            if (L.In > 4) p4 += s4;
            if (L.In > 5) p5 += s5;
            if (L.In > 6) p6 += s6;
            if (L.In > 7) p7 += s7;
            if (L.In > 8) p8 += s8;
        }
    }

    /// <summary>All <c>L.In</c> columns of tiles that lie in even steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns(T* from, nint row, nint column, nint tile, int tiles, T* buffer)
    {
        nint row2 = 2 * row, row3 = 3 * row, row4 = 4 * row, row5 = 5 * row, row6 = 6 * row, row7 = 7 * row, row8 = 8 * row;
        for (; tiles > 0; tiles--, from += tile)
        {
            T* p = from;
            for (int j = 0; j < L.In; j++, p += column, buffer += L.Out * V.Count)
            {
                L.Apply(V.Load(p), V.Load(p + row), V.Load(p + row2),
                    L.In > 3 ? V.Load(p + row3) : default, L.In > 4 ? V.Load(p + row4) : default, L.In > 5 ? V.Load(p + row5) : default,
                    L.In > 6 ? V.Load(p + row6) : default, L.In > 7 ? V.Load(p + row7) : default, L.In > 8 ? V.Load(p + row8) : default,
                    out V y0, out V y1, out V y2, out V y3, out V y4, out V y5, out V y6, out V y7, out V y8);
                Put(y0, y1, y2, y3, y4, y5, y6, y7, y8, buffer);
            }
        }
    }

    /// <summary>Rows of tiles that stand in the buffer <paramref name="bufferTile"/> elements apart, written in even steps as far as there are rows and columns left.</summary>
    /// <param name="buffer">What Columns made.</param>
    /// <param name="bufferTile">Elements of the buffer from a tile to the next; they may overlap.</param>
    /// <param name="tiles">Tiles.</param>
    /// <param name="to">The first row's first result.</param>
    /// <param name="row">Elements from a row's results to the next row's.</param>
    /// <param name="column">Elements from a result to the next in the row.</param>
    /// <param name="tile">Elements from a tile to the next.</param>
    /// <param name="rows">Rows to write of every tile.</param>
    /// <param name="columns">Columns to write of all tiles together, each having at most <c>L.Out</c>.</param>
    /// <param name="start">Added to every result.</param>
    /// <param name="lanes">Lanes to write.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows<P>(T* buffer, nint bufferTile, int tiles, T* to, nint row, nint column, nint tile, int rows, int columns, V start, int lanes)
        where P : struct, ILanePart<V, T>
    {
        nint step = L.Out * V.Count, column2 = 2 * column, column3 = 3 * column, column4 = 4 * column, column5 = 5 * column, column6 = 6 * column, column7 = 7 * column, column8 = 8 * column;
        for (; tiles > 0; tiles--, buffer += bufferTile, to += tile, columns -= L.Out)
        {
            T* x = buffer, y = to;
            for (int i = 0; i < rows; i++, x += V.Count, y += row)
            {
                L.Apply(V.Load(x), V.Load(x + step), V.Load(x + 2 * step),
                    L.In > 3 ? V.Load(x + 3 * step) : default, L.In > 4 ? V.Load(x + 4 * step) : default, L.In > 5 ? V.Load(x + 5 * step) : default,
                    L.In > 6 ? V.Load(x + 6 * step) : default, L.In > 7 ? V.Load(x + 7 * step) : default, L.In > 8 ? V.Load(x + 8 * step) : default,
                    out V y0, out V y1, out V y2, out V y3, out V y4, out V y5, out V y6, out V y7, out V y8);
                P.Store(V.Add(y0, start), y, lanes);
                if (columns > 1) P.Store(V.Add(y1, start), y + column, lanes);
                if (columns > 2) P.Store(V.Add(y2, start), y + column2, lanes);
                if (L.Out > 3 && columns > 3) P.Store(V.Add(y3, start), y + column3, lanes);
                if (L.Out > 4 && columns > 4) P.Store(V.Add(y4, start), y + column4, lanes);
                if (L.Out > 5 && columns > 5) P.Store(V.Add(y5, start), y + column5, lanes);
                if (L.Out > 6 && columns > 6) P.Store(V.Add(y6, start), y + column6, lanes);
                if (L.Out > 7 && columns > 7) P.Store(V.Add(y7, start), y + column7, lanes);
                if (L.Out > 8 && columns > 8) P.Store(V.Add(y8, start), y + column8, lanes);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(V y0, V y1, V y2, V y3, V y4, V y5, V y6, V y7, V y8, T* to)
    {
        V.Store(y0, to);
        V.Store(y1, to + V.Count);
        V.Store(y2, to + 2 * V.Count);
        if (L.Out > 3) V.Store(y3, to + 3 * V.Count);
        if (L.Out > 4) V.Store(y4, to + 4 * V.Count);
        if (L.Out > 5) V.Store(y5, to + 5 * V.Count);
        if (L.Out > 6) V.Store(y6, to + 6 * V.Count);
        if (L.Out > 7) V.Store(y7, to + 7 * V.Count);
        if (L.Out > 8) V.Store(y8, to + 8 * V.Count);
    }
}
