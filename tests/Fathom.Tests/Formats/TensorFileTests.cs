using FsCheck.Fluent;
using Fathom.Formats;

namespace Fathom.Tests.Formats;

public sealed class TensorFileTests : IDisposable
{
    readonly TempFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    static readonly ElementType[] Types = [.. Enum.GetValues<DType>().Where(t => t != DType.Bool).Select(TensorBytes.TypeOf)];

    [Fact]
    public void States_saved_are_loaded_bit_for_bit_and_in_order() => Arrays.Check(
        Gen.ListOf(Arrays.Of(Types)).Select(list => list.ToArray()),
        arrays =>
        {
            var state = new OrderedDictionary<string, Tensor>(arrays.Select((a, i) => KeyValuePair.Create($"{9 - i}.weight", a.ToTensor())));
            Safetensors.Save(_folder["a.safetensors"], state, new Dictionary<string, string> { ["epoch"] = "2" });
            var loaded = Safetensors.Load(_folder["a.safetensors"]);
            return loaded.Keys.SequenceEqual(state.Keys) && loaded.Values.Zip(arrays).All(p => Arrays.Same(p.First.ToRawArray(), p.Second));
        });

    [Fact]
    public void Other_memory_orders_are_written_row_major()
    {
        Tensor transposed = Tensor.From(new[,] { { 1f, 2, 3 }, { 4, 5, 6 } }).Permute(1, 0);
        Safetensors.Save(_folder["a"], [KeyValuePair.Create("w", transposed)]);
        Assert.Equal([1f, 4, 2, 5, 3, 6], Safetensors.Load(_folder["a"])["w"].ToArray<float>());
        Npy.Save(_folder["b"], transposed.Slice(0, 0, 2));
        Assert.Equal([1f, 4, 2, 5], Npy.Load(_folder["b"]).ToArray<float>());
    }

    [Fact]
    public void Numpy_archives_hold_tensors()
    {
        Npz.Save(_folder["a.npz"], [KeyValuePair.Create("x", Tensor.From(1.5, 2.5)), KeyValuePair.Create("y", Tensor.From(true, false))], compress: true);
        var loaded = Npz.Load(_folder["a.npz"]);
        Assert.Equal(["x", "y"], loaded.Keys);
        Assert.Equal([1.5, 2.5], loaded["x"].ToArray<double>());
        Assert.Equal([true, false], loaded["y"].ToArray<bool>());
    }

    [Fact]
    public void Types_that_tensors_lack_are_widened_or_refused()
    {
        Safetensors.Write(_folder["a"], new Dictionary<string, RawArray>
        {
            ["i8"] = RawArray.From<sbyte>([-1, 2]), ["u16"] = RawArray.From<ushort>([65535]), ["u32"] = RawArray.From([uint.MaxValue]), ["flags"] = new(ElementType.Bool, [2], [0, 7]),
        });
        var loaded = Safetensors.Load(_folder["a"]);
        Assert.Equal((DType.Int32, DType.Int32, DType.Int64), (loaded["i8"].DType, loaded["u16"].DType, loaded["u32"].DType));
        Assert.Equal([-1, 2], loaded["i8"].ToArray<int>());
        Assert.Equal([65535], loaded["u16"].ToArray<int>());
        Assert.Equal([uint.MaxValue], loaded["u32"].ToArray<long>());
        Assert.Equal([0, 1], loaded["flags"].ToRawArray().Data);
        Assert.Contains("Complex64", Assert.Throws<NotSupportedException>(() => new RawArray(ElementType.Complex64, [1], new byte[8]).ToTensor()).Message);
    }
}
