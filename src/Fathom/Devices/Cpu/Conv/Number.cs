using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>A whole number that the JIT knows: kernels take it as a type argument and fold what depends on it.</summary>
internal interface INumber
{
    /// <summary>The number.</summary>
    static abstract int N { get; }
}

internal readonly struct N1 : INumber { public static int N => 1; }
internal readonly struct N2 : INumber { public static int N => 2; }
internal readonly struct N3 : INumber { public static int N => 3; }
internal readonly struct N4 : INumber { public static int N => 4; }
internal readonly struct N5 : INumber { public static int N => 5; }
internal readonly struct N6 : INumber { public static int N => 6; }
internal readonly struct N7 : INumber { public static int N => 7; }
internal readonly struct N8 : INumber { public static int N => 8; }
internal readonly struct N9 : INumber { public static int N => 9; }
internal readonly struct N10 : INumber { public static int N => 10; }
internal readonly struct N11 : INumber { public static int N => 11; }
internal readonly struct N12 : INumber { public static int N => 12; }
