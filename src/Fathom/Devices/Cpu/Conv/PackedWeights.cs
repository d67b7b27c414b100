namespace Fathom.Devices.Cpu;

/// <summary>
/// How weights lie for the micro-kernels: in blocks of two vectors of lanes (the last block of a group may be one vector), and in a block, for
/// each tap and each element of its run, the block's lanes side by side. A kernel reads a block from front to back. Lanes past the last are zero.
/// </summary>
internal readonly struct PackedWeights
{
    private readonly int _vector, _lanes, _groups, _blocksPerGroup;

    /// <summary>The weights of a correlation, for vectors of <paramref name="vector"/> elements.</summary>
    public PackedWeights(in Correlation c, int vector) : this(c.Lanes, (long)c.Taps * c.Run, vector, c.Groups)
    {
    }

    /// <summary>A matrix of <paramref name="depth"/> rows of <paramref name="lanes"/> lanes, for each group.</summary>
    public PackedWeights(int lanes, long depth, int vector, int groups = 1)
    {
        (_vector, _lanes, _groups) = (vector, lanes, groups);
        _blocksPerGroup = (lanes + 2 * vector - 1) / (2 * vector);
        Depth = depth;
    }

    /// <summary>Rows of a block: taps times run.</summary>
    public long Depth { get; }

    /// <summary>Blocks of all groups.</summary>
    public int Blocks => _groups * _blocksPerGroup;

    /// <summary>Elements of all blocks.</summary>
    public long Count => _groups * RoundedLanes * Depth;

    private long RoundedLanes => (_lanes + _vector - 1) / _vector * _vector;

    /// <summary>Where a block stands.</summary>
    public Block this[int index]
    {
        get
        {
            (int group, int inGroup) = Math.DivRem(index, _blocksPerGroup);
            int lane = inGroup * 2 * _vector, lanes = Math.Min(2 * _vector, _lanes - lane);
            return new Block(group, lane, lanes, lanes > _vector ? 2 * _vector : _vector, (group * RoundedLanes + lane) * Depth);
        }
    }

    /// <summary>The bias of every block's lanes, two vectors a block.</summary>
    /// <param name="channels">Destination channels of a group.</param>
    /// <param name="bias">A value for each channel.</param>
    /// <param name="lanes">Room for two vectors a block.</param>
    public unsafe void FillBias<T>(int channels, T* bias, T* lanes) where T : unmanaged
    {
        for (int b = 0; b < Blocks; b++)
        {
            Block block = this[b];
            for (int i = 0; i < 2 * _vector; i++)
                *lanes++ = i < block.Lanes ? bias[block.Group * channels + (block.Lane + i) % channels] : default;
        }
    }

    /// <summary>One block of packed weights.</summary>
    /// <param name="Group">Its group of channels.</param>
    /// <param name="Lane">Its first lane in the group.</param>
    /// <param name="Lanes">Lanes in use.</param>
    /// <param name="Width">Lanes in memory: one or two vectors.</param>
    /// <param name="Start">Position of its first element.</param>
    public readonly record struct Block(int Group, int Lane, int Lanes, int Width, long Start);
}
