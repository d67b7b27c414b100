using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>A whole number that the JIT knows: kernels take it as a type argument and fold what depends on it.</summary>
internal interface IConstant
{
    /// <summary>The number.</summary>
    static abstract int N { get; }
}

internal readonly struct N1 : IConstant { public static int N => 1; }
internal readonly struct N2 : IConstant { public static int N => 2; }
internal readonly struct N3 : IConstant { public static int N => 3; }
internal readonly struct N4 : IConstant { public static int N => 4; }
internal readonly struct N5 : IConstant { public static int N => 5; }
internal readonly struct N6 : IConstant { public static int N => 6; }
internal readonly struct N7 : IConstant { public static int N => 7; }
internal readonly struct N8 : IConstant { public static int N => 8; }
internal readonly struct N9 : IConstant { public static int N => 9; }
internal readonly struct N10 : IConstant { public static int N => 10; }
internal readonly struct N11 : IConstant { public static int N => 11; }
internal readonly struct N12 : IConstant { public static int N => 12; }
internal readonly struct N13 : IConstant { public static int N => 13; }
internal readonly struct N14 : IConstant { public static int N => 14; }
internal readonly struct N15 : IConstant { public static int N => 15; }
internal readonly struct N16 : IConstant { public static int N => 16; }
internal readonly struct N17 : IConstant { public static int N => 17; }
internal readonly struct N18 : IConstant { public static int N => 18; }
internal readonly struct N19 : IConstant { public static int N => 19; }
internal readonly struct N20 : IConstant { public static int N => 20; }
internal readonly struct N21 : IConstant { public static int N => 21; }
internal readonly struct N22 : IConstant { public static int N => 22; }
internal readonly struct N23 : IConstant { public static int N => 23; }
internal readonly struct N24 : IConstant { public static int N => 24; }
