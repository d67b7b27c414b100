using Fathom.Autograd;

namespace Fathom.Tests.Course;

/// <summary>The array and tape parts of the practice sheet on the gears and the engine of neural networks.</summary>
public class Week3_GearsOfNeuralNetworks
{
    static Tensor NaiveRelu(Tensor x)
    {
        x = x.Clone();
        for (int i = 0; i < x.Shape[0]; i++)
            for (int j = 0; j < x.Shape[1]; j++) x[i, j] = Math.Max(x[i, j].Item<long>(), 0);
        return x;
    }

    static Tensor NaiveAdd(Tensor x, Tensor y)
    {
        x = x.Clone();
        for (int i = 0; i < x.Shape[0]; i++)
            for (int j = 0; j < x.Shape[1]; j++) x[i, j] += y[i, j];
        return x;
    }

    static double NaiveDot(Tensor x, Tensor y)
    {
        double z = 0;
        for (int i = 0; i < x.Shape[0]; i++) z += x[i].Item() * y[i].Item();
        return z;
    }

    [Fact]
    public void Element_wise_operations()
    {
        Tensor a = Tensor.From(new long[,] { { 1, 2, 3, -1 }, { 1, -1, -1, 0 } });
        Assert.Equal(2, a.Shape[0]);
        Assert.Equal(4, a.Shape[1]);
        Prints.As("""
            tensor([[1, 2, 3, 0],
                    [1, 0, 0, 0]])
            """, NaiveRelu(a));
        Tensor b = Tensor.From(new long[,] { { 1, 5, 9, -12 }, { 1, -3, -5, 0 } }), c = Tensor.From(new long[,] { { 1, 5, 9, -14 }, { 1, -3, -5, 7 } });
        Prints.As("""
            tensor([[1, 5, 9, 0],
                    [1, 0, 0, 0]])
            """, NaiveRelu(b));
        Prints.As("""
            tensor([[  2,  10,  18, -26],
                    [  2,  -6, -10,   7]])
            """, NaiveAdd(b, c));
        Prints.True(NaiveAdd(b, c).Eq(b + c));
        Assert.Equal(-12, b[0, 3].Item());                                  // the original is left alone
    }

    [Fact]
    public void Broadcasting()
    {
        Tensor x = Tensor.From(1L, 2, 3, 4, 5), y = Tensor.Ones((2, 5), DType.Int64);
        Assert.Equal("(5,)", x.Shape.ToString());
        Assert.Equal("(2, 5)", y.Shape.ToString());
        Prints.As("""
            tensor([[2, 3, 4, 5, 6],
                    [2, 3, 4, 5, 6]])
            """, x + y);
        Tensor row = Tensor.Rand(10).Unsqueeze(0);
        Assert.Equal(new Shape(1, 10), row.Shape);
        Assert.Equal(new Shape(1, 1, 1, 1, 1, 10), row.Unsqueeze(0).Unsqueeze(0).Unsqueeze(0).Unsqueeze(0).Shape);
        Assert.Equal(new Shape(32, 10), Tensor.Cat([.. Enumerable.Repeat(row, 32)], 0).Shape);
        Assert.Equal(new Shape(64, 3, 32, 10), Tensor.Rand(64, 3, 32, 10).Maximum(Tensor.Rand(32, 10)).Shape);
        Tensor two = Tensor.Cat([x.Unsqueeze(0), x.Unsqueeze(0)], 0);
        Prints.As("""
            tensor([[1, 2, 3, 4, 5],
                    [1, 2, 3, 4, 5]])
            """, two);
        Prints.As("""
            tensor([[ 3,  6,  8,  7,  7],
                    [ 3, 11, 14, 35, 53]])
            """, two + Tensor.From(new long[,] { { 2, 4, 5, 3, 2 }, { 2, 9, 11, 31, 48 } }));
    }

    [Fact]
    public void Products()
    {
        RandomStream random = new(0);
        Tensor x = random.Uniform(32, dtype: DType.Float64), y = random.Uniform(32, dtype: DType.Float64);
        Assert.Equal(NaiveDot(x, y), x.Dot(y).Item(), 1e-12);
        Tensor m = random.Uniform((5, 32), dtype: DType.Float64), n = random.Uniform((32, 4), dtype: DType.Float64), mx = m.MatMul(x), mn = m.MatMul(n);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(NaiveDot(m[i, ..], x), mx[i].Item(), 1e-12);
            for (int j = 0; j < 4; j++) Assert.Equal(NaiveDot(m[i, ..], n[.., j]), mn[i, j].Item(), 1e-12);
        }
    }

    [Fact]
    public void Reshaping()
    {
        Tensor x = Tensor.From(new float[,] { { 0, 1 }, { 2, 3 }, { 4, 5 } });
        Assert.Equal("(3, 2)", x.Shape.ToString());
        x = x.Reshape(6, 1);
        Prints.As("""
            tensor([[0.],
                    [1.],
                    [2.],
                    [3.],
                    [4.],
                    [5.]])
            """, x);
        Assert.Equal(new Shape(1, 6), x.T.Shape);
        Assert.Equal(new Shape(20, 300), Tensor.Zeros(300, 20).T.Shape);
    }

    [Fact]
    public void Gradients_on_a_tape()
    {
        Tensor x = Tensor.Scalar(0f).WithGrad();
        using (GradientTape tape = new()) Prints.As("tensor(2.)", tape.Gradient(2 * x + 3, x));
        Tensor m = Tensor.Rand(2, 2).WithGrad();
        using (GradientTape tape = new())
            Prints.As("""
                tensor([[2., 2.],
                        [2., 2.]])
                """, tape.Gradient(2 * m + 3, m));
    }

    [Fact]
    public void Gradients_of_weights_and_bias()
    {
        Tensor w = Tensor.Rand(2, 2).WithGrad(), b = Tensor.Zeros(2).WithGrad(), x = Tensor.Rand(2, 2);
        using GradientTape tape = new();
        Tensor?[] g = tape.Gradient(x.MatMul(w) + b, [w, b]);
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 2; j++) Assert.Equal(x[.., i].Sum().Item(), g[0]![i, j].Item(), 1e-6);
        Prints.As("tensor([2., 2.])", g[1]!);
    }

    [Fact]
    public void Gradients_of_two_variables()
    {
        Tensor x = Tensor.Scalar(2f).WithGrad(), y = Tensor.Scalar(1f).WithGrad();
        using GradientTape tape = new();
        Tensor?[] g = tape.Gradient(x * x * y + x * y + 3 * y, [x, y]);
        Prints.As("tensor(5.)", g[0]!);
        Prints.As("tensor(9.)", g[1]!);
    }

    [Fact]
    public void Gradients_of_a_layer_and_of_its_cube()
    {
        Tensor x = Tensor.From(1f, 4, 3).Reshape(1, 3), b = Tensor.Zeros(2).WithGrad();
        Tensor w = Tensor.From(new[,] { { 0.1f, 0.2f }, { 0.3f, 0.4f }, { 0.5f, 0.6f } }).WithGrad();
        using (GradientTape tape = new())
        {
            Tensor any = Tensor.Rand(3, 2).WithGrad();
            Tensor?[] g = tape.Gradient(x.MatMul(any) + b, [any, b]);
            Prints.As("""
                tensor([[1., 1.],
                        [4., 4.],
                        [3., 3.]])
                """, g[0]!);
            Prints.As("tensor([1., 1.])", g[1]!);
        }
        using (GradientTape tape = new())
        {
            Tensor?[] g = tape.Gradient((x.MatMul(w) + b).Pow(3), [w, b]);
            Prints.As("""
                tensor([[ 23.5200,  38.8800],
                        [ 94.0800, 155.5200],
                        [ 70.5600, 116.6400]])
                """, g[0]!);
            Prints.As("tensor([23.5200, 38.8800])", g[1]!);
        }
    }
}
