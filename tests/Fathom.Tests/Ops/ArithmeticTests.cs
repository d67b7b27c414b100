namespace Fathom.Tests.Ops;

/// <summary>What the element-wise ops do at the edges: zero divisors, wrap-around, negative bases, types that do not fit.</summary>
public class ArithmeticTests
{
    static Tensor Gradient(Func<Tensor, Tensor> f, params double[] x)
    {
        Tensor at = Tensor.From(x).WithGrad();
        f(at).Sum().Backward();
        return at.Grad!;
    }

    [Fact]
    public void Remainder_and_floor_division_follow_the_sign_of_the_divisor()
    {
        foreach (DType type in new[] { DType.Int32, DType.Int64, DType.Float32, DType.Float64 })
        {
            Tensor a = Tensor.From(7, -7, 7, -7, 6, 0).To(type), b = Tensor.From(3, 3, -3, -3, -3, 5).To(type);
            Assert.Equal([1d, 2, -2, -1, 0, 0], (a % b).ToArray<double>());
            Assert.Equal([2d, -3, -3, 2, -2, 0], a.FloorDivide(b).ToArray<double>());
        }
        Assert.Equal([byte.MaxValue % 7, 3], (Tensor.From<byte>(255, 10) % Tensor.From<byte>(7, 7)).ToArray<int>());
        Assert.Equal([0L, 0], (Tensor.From(long.MinValue, 5) % -1).ToArray<long>());
        Assert.Equal(long.MinValue, Tensor.From(long.MinValue).FloorDivide(-1).Item<long>());
        Assert.Equal(1.0, Tensor.From(-1e-20).FloorDivide(-1e-20).Item());
    }

    [Fact]
    public void Remainders_of_floats_are_exact()
    {
        Random random = new(1);
        float[] x = new float[20_000], y = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-30, 60)));
            y[i] = (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-30, 30)));
            if (i % 3 == 0) x[i] = (float)(y[i] * (double)random.Next(-1 << 24, 1 << 24));      // next to a whole quotient
        }
        float[] got = (Tensor.From(x) % Tensor.From(y)).ToArray<float>();
        for (int i = 0; i < x.Length; i++)
        {
            float r = x[i] % y[i];
            Assert.Equal(r != 0 && (r < 0) != (y[i] < 0) ? r + y[i] : r, got[i]);
        }
        Assert.Equal([1f, float.NegativeInfinity, 0], (Tensor.From(1f, 1, 0) % Tensor.From(float.PositiveInfinity, float.NegativeInfinity, 5)).ToArray<float>());
    }

    [Fact]
    public void Integers_are_not_divided_by_zero_but_floats_are()
    {
        foreach (Action a in new Action[] { () => _ = Tensor.From(1, 2) % 0, () => Tensor.From(1, 2).FloorDivide(Tensor.From(1, 0)), () => _ = Tensor.From<byte>(1) % Tensor.From<byte>(0) })
            Assert.Contains("divisor is 0", Assert.Throws<DivideByZeroException>(a).Message);
        Assert.True(double.IsNaN((Tensor.From(1.0) % 0).Item()));
        Assert.Equal(double.PositiveInfinity, Tensor.From(1.0).FloorDivide(0).Item());
        Assert.Equal(double.PositiveInfinity, (Tensor.From(1) / 0).Item());
    }

    [Fact]
    public void Powers_of_integers()
    {
        Assert.Equal([8L, -27, 1], Tensor.From(2L, -3, 1).Pow(3).ToArray<long>());
        Assert.Equal(DType.Int32, Tensor.From(2).Pow(Tensor.From(3)).DType);
        Assert.Equal([1, 1], Tensor.From(0, 5).Pow(0).ToArray<int>());
        Assert.Equal(unchecked((int)(3_000_000_007L * 3_000_000_007L)), Tensor.From(unchecked((int)3_000_000_007L)).Pow(2).Item<int>());
        Assert.Equal((byte)(200 * 200 & 255), Tensor.From<byte>(200).Pow(2).Item<byte>());
        Assert.Equal(DType.Float32, Tensor.From(4).Pow(0.5).DType);
        Assert.Contains("negative exponent", Assert.Throws<ArgumentException>(() => Tensor.From(2).Pow(-1)).Message);
    }

    [Fact]
    public void Gradients_of_powers_at_zero_and_below()
    {
        Assert.Equal([0d, 2, -4], Gradient(x => x.Pow(2), 0, 1, -2).ToArray<double>());
        Assert.Equal([1d], Gradient(x => x.Pow(1), 0).ToArray<double>());
        Assert.Equal([0d], Gradient(x => x.Pow(0), 0).ToArray<double>());
        Assert.Equal([0d, 5], Gradient(x => x.Pow(5), 0, -1).ToArray<double>());
        Assert.Equal([double.PositiveInfinity], Gradient(x => x.Pow(0.5), 0).ToArray<double>());
        Assert.Equal([0d, 1, 0, 12], Gradient(x => x.Pow(Tensor.From(0.0, 1, 2, 3)), 0, 0, 0, -2).ToArray<double>());
        Assert.Equal([0d, 0, Math.Log(2) * 4], Gradient(e => Tensor.From(0.0, 0, 2).Pow(e), 0, 1, 2).ToArray<double>());
    }

    [Fact]
    public void Gradients_at_corners()
    {
        Assert.Equal([0d, 0], Gradient(x => x.Norm(), 0, 0).ToArray<double>());
        Assert.Equal([0d, 0], Gradient(x => x.Std(), 3, 3).ToArray<double>());
        Assert.Equal([0d, 0], Gradient(x => x.Norm(3), 0, 0).ToArray<double>());
        Assert.Equal([0d], Gradient(x => x.Hypot(0), 0).ToArray<double>());
        Assert.Equal([0.5, 0.5, 0], Gradient(x => x.Max(), 3, 3, 1).ToArray<double>());
        Assert.Equal([1d, 0, 0], Gradient(x => x.Max(0).Values, 3, 3, 1).ToArray<double>());
        Assert.Equal([0d, 1, 1, 1, 0], Gradient(x => x.Clamp(0, 1), -1, 0, 0.5, 1, 2).ToArray<double>());
        Assert.Equal([0d, 0], Gradient(x => x.LogSumExp(), double.NegativeInfinity, double.NegativeInfinity).ToArray<double>());
        Assert.Equal([0d, 1], Gradient(x => x.NanToNum(), double.NaN, 1).ToArray<double>());
    }

    [Fact]
    public void Clamping_promotes_like_arithmetic()
    {
        Assert.Equal([0, 1, 2], Tensor.From(-1, 1, 5).Clamp(0, 2).ToArray<int>());
        Assert.Equal(DType.Int32, Tensor.From(1).Clamp(0).DType);
        Assert.Equal([0.5f, 1], Tensor.From(0, 1).Clamp(min: 0.5).ToArray<float>());
        Assert.Throws<ArgumentException>(() => Tensor.From(1).Clamp());
        Assert.Equal([1f, 2], Tensor.From(5f, 5).Clamp(max: Tensor.From(1f, 2)).ToArray<float>());
    }

    [Fact]
    public void Logic_on_truth_values_and_bits()
    {
        Tensor a = Tensor.From(true, true, false, false), b = Tensor.From(true, false, true, false);
        Assert.Equal([true, false, false, false], (a & b).ToArray<bool>());
        Assert.Equal([true, true, true, false], (a | b).ToArray<bool>());
        Assert.Equal([false, true, true, false], (a ^ b).ToArray<bool>());
        Assert.Equal([false, false, true, true], (!a).ToArray<bool>());
        Assert.Equal((~a).ToArray<bool>(), (!a).ToArray<bool>());
        Assert.Equal([4, 14, 10, -13], new[] { Tensor.From(12) & 6, Tensor.From(12) | 6, Tensor.From(12) ^ 6, ~Tensor.From(12) }.Select(t => t.Item<int>()));
        Assert.Equal(243, (~Tensor.From<byte>(12)).Item<int>());
        Assert.Equal(DType.Int32, (Tensor.From(12) & true).DType);
        Assert.Equal([true, false], Tensor.From(0.5, 0).LogicalAnd(2).ToArray<bool>());
        Assert.Contains("Pow", Assert.Throws<InvalidOperationException>(() => Tensor.From(2f) ^ 2).Message);
    }

    [Fact]
    public void Not_finite_numbers()
    {
        Tensor x = Tensor.From(float.NaN, float.PositiveInfinity, float.NegativeInfinity, 2);
        Assert.Equal([false, true, true, false], x.IsInf().ToArray<bool>());
        Assert.Equal([false, false, false, true], x.IsFinite().ToArray<bool>());
        Assert.Equal([0, float.MaxValue, float.MinValue, 2], x.NanToNum().ToArray<float>());
        Assert.Equal([7f, 8, 9, 2], x.NanToNum(7, 8, 9).ToArray<float>());
        Assert.True(Tensor.From(1, 2).IsFinite().All().Item<bool>());
        Assert.False(Tensor.From(int.MaxValue).IsInf().Item<bool>());
    }

    [Fact]
    public void Hypotenuse_does_not_overflow()
    {
        Assert.Equal([5f, 0, float.PositiveInfinity], Tensor.From(3f, 0, float.NegativeInfinity).Hypot(Tensor.From(-4f, 0, float.NaN)).ToArray<float>());
        Assert.Equal(5e30f, Tensor.From(3e30f).Hypot(4e30f).Item<float>(), 1e24f);
        Assert.Equal(5e-30f, Tensor.From(3e-30f).Hypot(4e-30f).Item<float>(), 1e-36f);
    }

    [Fact]
    public void Products_of_vectors_and_matrices_check_their_shapes()
    {
        Assert.Equal(11, Tensor.From(1, 2).Dot(Tensor.From(3, 4)).Item());
        Assert.Throws<ShapeException>(() => Tensor.Zeros(2, 2).Dot(Tensor.Zeros(2)));
        Assert.Throws<ShapeException>(() => Tensor.Zeros(2).MatVec(Tensor.Zeros(2)));
        Assert.Throws<ShapeException>(() => Tensor.Zeros(2, 2).Outer(Tensor.Zeros(2)));
        Assert.Throws<ShapeException>(() => Tensor.Zeros(2).Trace());
    }

    [Fact]
    public void Half_precision_is_for_storage()
    {
        Tensor x = Tensor.Ones(new Shape(3), DType.Float16);
        foreach (Action a in new Action[] { () => x.Pow(2.5), () => x.Max(), () => x.ArgMax(0), () => x.CumSum(0), () => x.Sort(), () => x.Prod(), () => x.Clamp(0, 1), () => x.Erf(), () => _ = x % x, () => x.ScatterAdd(0, Tensor.From(0), x), () => x.Mean() })
            Assert.Contains("storage and conversion", Assert.Throws<NotSupportedException>(a).Message);
    }
}
