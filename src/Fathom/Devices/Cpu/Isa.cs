using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Devices.Cpu;

/// <summary>The vector width that kernels are written for. Ordered: a wider value is a larger one.</summary>
internal enum SimdWidth
{
    /// <summary>One element at a time; runs anywhere and is the slow, plain form of every kernel.</summary>
    Scalar,

    /// <summary>128-bit vectors: SSE on x86, NEON on Arm64, and the widest that WebAssembly has.</summary>
    V128,

    /// <summary>256-bit vectors: AVX2 with FMA.</summary>
    V256,

    /// <summary>512-bit vectors: AVX-512.</summary>
    V512,
}

/// <summary>
/// The instruction set that kernels use, chosen once at start: the widest that the processor runs well, or what the environment variable
/// <c>FATHOM_ISA</c> asks for.
/// </summary>
internal static class Isa
{
    /// <summary>Name of the environment variable that forces a width.</summary>
    public const string Variable = "FATHOM_ISA";

    /// <summary>
    /// The chosen width. A <c>static readonly</c> of a type that is initialised before hot code is compiled, so that the JIT folds
    /// <c>if (Isa.Current == ...)</c> and drops the branches not taken.
    /// </summary>
    public static readonly SimdWidth Current = Choose(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Whether kernels of this width run on this processor.</summary>
    public static bool IsSupported(SimdWidth width) => width switch
    {
        SimdWidth.Scalar => true,
        SimdWidth.V128 => Vector128.IsHardwareAccelerated,
        SimdWidth.V256 => Avx2.IsSupported && Fma.IsSupported,
        SimdWidth.V512 => Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported,
        _ => false,
    };

    /// <summary>The width for a value of <c>FATHOM_ISA</c>; null or empty asks for the best.</summary>
    /// <exception cref="InvalidOperationException">The name is unknown, or this processor does not have that instruction set.</exception>
    internal static SimdWidth Choose(string? name)
    {
        if (string.IsNullOrWhiteSpace(name)) return Best();
        SimdWidth width = name.Trim().ToLowerInvariant() switch
        {
            "avx512" => SimdWidth.V512,
            "avx2" => SimdWidth.V256,
            "sse" or "vector128" => SimdWidth.V128,
            "scalar" => SimdWidth.Scalar,
            _ => throw new InvalidOperationException(
                $"{Variable}={name} is not an instruction set that Fathom knows. Use one of avx512, avx2, sse, vector128, scalar, or unset {Variable} for the best one."),
        };
        bool wrongFamily = name.Trim().Equals("sse", StringComparison.OrdinalIgnoreCase) && !Sse2.IsSupported;
        if (wrongFamily || !IsSupported(width))
            throw new InvalidOperationException($"{Variable}={name} asks for instructions that this processor does not have. Unset {Variable} to use the best it has, {Best()}.");
        return width;
    }

    /// <summary>
    /// The widest set worth using. <see cref="Vector512.IsHardwareAccelerated"/> is false on processors that lower their clock for 512-bit
    /// instructions; those run 256-bit kernels unless told otherwise.
    /// </summary>
    private static SimdWidth Best() =>
        Vector512.IsHardwareAccelerated && IsSupported(SimdWidth.V512) ? SimdWidth.V512
        : IsSupported(SimdWidth.V256) ? SimdWidth.V256
        : IsSupported(SimdWidth.V128) ? SimdWidth.V128
        : SimdWidth.Scalar;
}
