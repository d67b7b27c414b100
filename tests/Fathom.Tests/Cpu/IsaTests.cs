using System.Runtime.Intrinsics.X86;
using Fathom.Devices.Cpu;

namespace Fathom.Tests.Cpu;

public class IsaTests
{
    [Fact]
    public void The_best_supported_width_is_the_default()
    {
        SimdWidth best = Isa.Choose(null);
        Assert.True(Isa.IsSupported(best));
        Assert.Equal(best, Isa.Choose(" "));
        Assert.True(best >= SimdWidth.V128 || !Isa.IsSupported(SimdWidth.V128));
    }

    [Theory]
    [InlineData("avx512", nameof(SimdWidth.V512))]
    [InlineData("AVX2", nameof(SimdWidth.V256))]
    [InlineData("vector128", nameof(SimdWidth.V128))]
    [InlineData("scalar", nameof(SimdWidth.Scalar))]
    public void A_width_can_be_forced_where_it_is_supported(string name, string isa)
    {
        var width = Enum.Parse<SimdWidth>(isa);
        if (Isa.IsSupported(width)) Assert.Equal(width, Isa.Choose(name));
        else Assert.Contains(name, Assert.Throws<InvalidOperationException>(() => Isa.Choose(name)).Message);
    }

    [Fact]
    public void Sse_is_a_name_for_x86_only()
    {
        if (Sse2.IsSupported) Assert.Equal(SimdWidth.V128, Isa.Choose("sse"));
        else Assert.Throws<InvalidOperationException>(() => Isa.Choose("sse"));
    }

    [Fact]
    public void An_unknown_name_lists_the_known_ones()
    {
        var e = Assert.Throws<InvalidOperationException>(() => Isa.Choose("avx1024"));
        Assert.Contains("FATHOM_ISA=avx1024", e.Message);
        Assert.Contains("avx512, avx2, sse, vector128, scalar", e.Message);
    }
}
