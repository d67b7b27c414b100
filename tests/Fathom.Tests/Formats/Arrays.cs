using FsCheck;
using FsCheck.Fluent;
using Fathom.Formats;

namespace Fathom.Tests.Formats;

/// <summary>Random arrays for round trips.</summary>
static class Arrays
{
    /// <summary>Arrays of the given types with up to four dimensions.</summary>
    public static Gen<RawArray> Of(ElementType[] types, int smallest = 0) =>
        from type in Gen.Elements(types)
        from rank in Gen.Choose(smallest, 4)
        from shape in Gen.ArrayOf(Gen.Choose(smallest, 5), rank)
        from data in Gen.ArrayOf(Gen.Choose(0, 255), (int)RawArray.ByteCount(type, shape)!.Value)
        select new RawArray(type, shape, Array.ConvertAll(data, b => (byte)b));

    public static bool Same(RawArray a, RawArray b) => a.Type == b.Type && a.Shape.SequenceEqual(b.Shape) && a.Data.SequenceEqual(b.Data);

    public static void Check<T>(Gen<T> gen, Func<T, bool> property) =>
        Prop.ForAll(Arb.From(gen), property).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithQuietOnSuccess(true));
}
