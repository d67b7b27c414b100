namespace Fathom.Devices.Cpu;

/// <summary>Transforms tiles with all threads, a few tiles a job; see <see cref="TileReader{V, T, L}"/>.</summary>
internal readonly unsafe struct TileReadJob<V, T, L>(TileGrid grid, TileSource source, long first, int count, T* to, nint tile, nint frequency) : IJob
    where V : struct, ILanes<V, T> where T : unmanaged where L : struct, ILine<V>
{
    // Channels that a job transforms in all its tiles: some microseconds of work.
    private const int ChannelsPerJob = 2048;

    private readonly TileGrid _grid = grid;
    private readonly TileSource _source = source;
    private readonly long _first = first;
    private readonly int _count = count, _perJob = Math.Max(1, ChannelsPerJob / source.Channels);
    private readonly T* _to = to;
    private readonly nint _tile = tile, _frequency = frequency;

    /// <summary>Number of jobs.</summary>
    public int Jobs => (_count + _perJob - 1) / _perJob;

    /// <inheritdoc/>
    public void Run(int index)
    {
        int from = index * _perJob;
        using Scratch<T> buffer = Scratch.Rent<T>(TileReader<V, T, L>.BufferCount(_source.Step));
        TileReader<V, T, L>.Read(_grid, _source, _first + from, Math.Min(_perJob, _count - from), _to + from * _tile, _tile, _frequency, buffer.Pointer);
    }
}
