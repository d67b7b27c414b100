using Fathom.Devices.Cpu;

namespace Fathom.Tests.Cpu;

[Collection(nameof(ThreadCount))]
public unsafe class ScratchTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(100_000)]
    [InlineData(20_000_000)]
    public void Blocks_are_aligned_and_wholly_usable(int count)
    {
        using var s = Scratch.Rent<float>(count);
        Assert.Equal(0u, (nuint)s.Pointer % Scratch.Alignment);
        for (int i = 0; i < count; i += 1000) s.Pointer[i] = i;
        if (count > 0) s.Pointer[count - 1] = -1;
        for (int i = 0; i < count - 1; i += 1000) Assert.Equal(i, s.Pointer[i]);
    }

    [Fact]
    public void Blocks_in_use_are_distinct_and_returned_ones_come_again()
    {
        nint first, second;
        using (var a = Scratch.Rent<double>(3000))
        using (var b = Scratch.Rent<double>(3000))
        {
            Assert.True(Math.Abs(a.Pointer - b.Pointer) >= 3000);
            (first, second) = ((nint)a.Pointer, (nint)b.Pointer);
        }
        using var c = Scratch.Rent<double>(3000);
        Assert.Contains((nint)c.Pointer, new[] { first, second });
    }

    [Fact]
    public void A_thread_gets_its_own_small_block_again_whatever_others_return()
    {
        nint mine, other = 0, again;
        using (var a = Scratch.Rent<float>(5000))
        {
            mine = (nint)a.Pointer;
            var thread = new Thread(() => { using var b = Scratch.Rent<float>(5000); other = (nint)b.Pointer; });
            thread.Start();
            thread.Join();
        }
        var late = new Thread(() => { using var b = Scratch.Rent<float>(5000); other = (nint)b.Pointer; });
        late.Start();
        late.Join();
        using (var a = Scratch.Rent<float>(5000)) again = (nint)a.Pointer;
        Assert.Equal(mine, again);
        Assert.NotEqual(mine, other);
    }

    [Fact]
    public void What_is_kept_is_bounded()
    {
        Scratch.Trim();
        Assert.Equal(0, Scratch.Kept);
        Rent(2 * Scratch.MaxKept / Scratch.MaxKeptBlock);
        Assert.InRange(Scratch.Kept, Scratch.MaxKeptBlock, Scratch.MaxKept);
        Scratch.Trim();
        Assert.Equal(0, Scratch.Kept);

        using (Scratch.Rent<byte>(Scratch.MaxKeptBlock + 1)) { }
        Assert.Equal(0, Scratch.Kept);

        static void Rent(long blocks)
        {
            if (blocks == 0) return;
            using var s = Scratch.Rent<byte>(Scratch.MaxKeptBlock);
            Rent(blocks - 1);
        }
    }

    [Fact]
    public void Disposing_twice_returns_once()
    {
        Scratch.Trim();
        var s = Scratch.Rent<int>(10);
        s.Dispose();
        long kept = Scratch.Kept;
        s.Dispose();
        Assert.Equal(kept, Scratch.Kept);
        Assert.True(s.Pointer == null);
    }

    [Fact]
    public void Negative_and_impossible_sizes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => { using var s = Scratch.Rent<float>(-1); });
        Assert.Throws<OverflowException>(() => { using var s = Scratch.Rent<double>(long.MaxValue / 2); });
    }
}
