using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Runs a <see cref="Correlation"/> with 3x3 taps, forward or input gradient, by Winograd's algorithm: tiles of pixels and filters are transformed, multiplied as one matrix product for
/// each frequency, and transformed back. Without a stride that is F(m x m, 3 x 3): (m + 2)^2 products stand for 9 m^2, 36 for 144, or 25 for 81. With a stride of 2 it
/// is 81 for 144, or 49 for 81 (<see cref="IWinogradScheme"/>).
/// </summary>
internal static unsafe class WinogradPass<V, T, S> where V : struct, ILanes<V, T> where T : unmanaged, INumberBase<T> where S : struct, IWinogradScheme
{
    // Transformed filters are kept whole up to this size, in the last-level cache.
    private const long MaxFilterBytes = 8 << 20;

    // From two tiles a lane on, tile by tile is the better order; below, writing all transformed filters and fetching them again costs more than reading all tiles for
    // every block of lanes: 64 channels, as many tiles, forward 145 against 109 us, input gradient 190 against 112; at twice as many tiles 223 against 233.
    private const int TilesPerLane = 2;

    /// <summary>Does the whole pass; arguments as of <see cref="GatherPass{V, T}.Run(in Correlation, in PackedWeights, T*, T*, T*, T*)"/>, but the weight tensor as it is.</summary>
    public static void Run(in Correlation c, T* src, T* weight, T* bias, T* dst)
    {
        var plan = new WinogradPlan<V, T, S>(c);
        if (plan.Grid.Count == 0) return;
        long filterBytes = WinogradPlan<V, T, S>.Filters * plan.FilterCount * sizeof(T);
        if (plan.Grid.Count >= (long)TilesPerLane * c.GroupOut && filterBytes <= MaxFilterBytes) WinogradByTiles<V, T, S>.Run(plan, src, weight, bias, dst);
        else WinogradByLanes<V, T, S>.Run(plan, src, weight, bias, dst);
    }

    /// <summary>The images that tiles are read from.</summary>
    public static TileSource Source(in Correlation c, T* src) => new((nint)src, c.Rows.Size, c.Cols.Size, c.SourcePixel, S.Step, Before(c.Rows), Before(c.Cols));

    /// <summary>Source pixels before the image that the first tile reads. The input gradient's first destination pixel meets the tap between, whose source pixel is (1 - offset) / 2.</summary>
    private static int Before(in Axis a) => S.Kind == WinogradKind.Spread ? (a.Offset - 1) / 2 : a.Offset;

    /// <summary>The images that a block of lanes is written to.</summary>
    public static TileTarget Target(in Correlation c, in PackedWeights.Block block, T* dst) =>
        new((nint)(dst + (nint)block.Group * c.GroupOut + block.Lane), c.Rows.Count, c.Cols.Count, c.DestinationPixel);
}
