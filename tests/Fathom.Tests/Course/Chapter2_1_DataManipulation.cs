namespace Fathom.Tests.Course;

public class Chapter2_1_DataManipulation
{
    static Tensor X => Tensor.Arange(12.0).Reshape(3, 4);
    static Tensor Y => Tensor.From(new float[,] { { 2, 1, 4, 3 }, { 1, 2, 3, 4 }, { 4, 3, 2, 1 } });

    [Fact]
    public void Getting_started()
    {
        Tensor x = Tensor.Arange(12.0);
        Prints.As("tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11.])", x);
        Assert.Equal(12, x.Count);
        Assert.Equal("(12,)", x.Shape.ToString());
        Prints.As("""
            tensor([[ 0.,  1.,  2.,  3.],
                    [ 4.,  5.,  6.,  7.],
                    [ 8.,  9., 10., 11.]])
            """, x.Reshape(3, 4));
        Prints.As("""
            tensor([[[0., 0., 0., 0.],
                     [0., 0., 0., 0.],
                     [0., 0., 0., 0.]],

                    [[0., 0., 0., 0.],
                     [0., 0., 0., 0.],
                     [0., 0., 0., 0.]]])
            """, Tensor.Zeros(2, 3, 4));
        Prints.As("""
            tensor([[[1., 1., 1., 1.],
                     [1., 1., 1., 1.],
                     [1., 1., 1., 1.]],

                    [[1., 1., 1., 1.],
                     [1., 1., 1., 1.],
                     [1., 1., 1., 1.]]])
            """, Tensor.Ones(2, 3, 4));
        Assert.Equal(new Shape(3, 4), Tensor.RandN(3, 4).Shape);
        Prints.As("""
            tensor([[2, 1, 4, 3],
                    [1, 2, 3, 4],
                    [4, 3, 2, 1]])
            """, Tensor.From(new long[,] { { 2, 1, 4, 3 }, { 1, 2, 3, 4 }, { 4, 3, 2, 1 } }));
    }

    [Fact]
    public void Indexing_and_slicing_then_functions_of_what_was_written()
    {
        Tensor x = Tensor.Arange(12.0), X = x.Reshape(3, 4);
        Prints.As("tensor([ 8.,  9., 10., 11.])", X[^1]);
        Prints.As("""
            tensor([[ 4.,  5.,  6.,  7.],
                    [ 8.,  9., 10., 11.]])
            """, X[1..3]);
        X[1, 2] = 17;
        Prints.As("""
            tensor([[ 0.,  1.,  2.,  3.],
                    [ 4.,  5., 17.,  7.],
                    [ 8.,  9., 10., 11.]])
            """, X);
        X[..2, ..] = 12;
        Prints.As("""
            tensor([[12., 12., 12., 12.],
                    [12., 12., 12., 12.],
                    [ 8.,  9., 10., 11.]])
            """, X);
        Prints.As("""
            tensor([162754.7969, 162754.7969, 162754.7969, 162754.7969, 162754.7969,
                    162754.7969, 162754.7969, 162754.7969,   2980.9580,   8103.0840,
                     22026.4648,  59874.1406])
            """, x.Exp());
    }

    [Fact]
    public void Operations()
    {
        Tensor x = Tensor.From(1f, 2, 4, 8), y = Tensor.From(2L, 2, 2, 2);
        Prints.As("tensor([ 3.,  4.,  6., 10.])", x + y);
        Prints.As("tensor([-1.,  0.,  2.,  6.])", x - y);
        Prints.As("tensor([ 2.,  4.,  8., 16.])", x * y);
        Prints.As("tensor([0.5000, 1.0000, 2.0000, 4.0000])", x / y);
        Prints.As("tensor([ 1.,  4., 16., 64.])", x.Pow(y));
        Prints.As("""
            tensor([[ 0.,  1.,  2.,  3.],
                    [ 4.,  5.,  6.,  7.],
                    [ 8.,  9., 10., 11.],
                    [ 2.,  1.,  4.,  3.],
                    [ 1.,  2.,  3.,  4.],
                    [ 4.,  3.,  2.,  1.]])
            """, Tensor.Cat([X, Y], 0));
        Prints.As("""
            tensor([[ 0.,  1.,  2.,  3.,  2.,  1.,  4.,  3.],
                    [ 4.,  5.,  6.,  7.,  1.,  2.,  3.,  4.],
                    [ 8.,  9., 10., 11.,  4.,  3.,  2.,  1.]])
            """, Tensor.Cat([X, Y], 1));
        Prints.As("""
            tensor([[False,  True, False,  True],
                    [False, False, False, False],
                    [False, False, False, False]])
            """, X.Eq(Y));
        Prints.As("tensor(66.)", X.Sum());
    }

    [Fact]
    public void Broadcasting()
    {
        Tensor a = Tensor.Arange(3).Reshape(3, 1), b = Tensor.Arange(2).Reshape(1, 2);
        Prints.As("""
            tensor([[0],
                    [1],
                    [2]])
            """, a);
        Prints.As("tensor([[0, 1]])", b);
        Prints.As("""
            tensor([[0, 1],
                    [1, 2],
                    [2, 3]])
            """, a + b);
    }

    [Fact]
    public void Saving_memory()
    {
        Tensor x = X, y = Y, before = y;
        y = y + x;
        Assert.NotSame(before, y);
        Tensor z = Tensor.ZerosLike(y);
        before = z;
        z[..] = x + y;
        Assert.Same(before, z);
        Prints.True(z.Eq(x + y));
        before = x;
        x += y;
        Assert.Same(before, x);
        Prints.True(x.Eq(X + X + Y));
    }

    [Fact]
    public void Conversion_to_other_objects()
    {
        float[] a = X.ToArray<float>();
        Prints.True(Tensor.From(a, (3, 4)).Eq(X));
        Tensor b = Tensor.From(3.5f);
        Prints.As("tensor([3.5000])", b);
        Assert.Equal(3.5, b.Item());
        Assert.Equal(3.5f, b.Item<float>());
        Assert.Equal(3, b.Item<int>());
    }

    [Fact]
    public void Section_2_2_3_conversion_of_a_table()
    {
        Prints.As("""
            tensor([[3., 0., 1.],
                    [2., 0., 1.],
                    [4., 1., 0.],
                    [3., 0., 1.]], dtype=float64)
            """, Tensor.From(new double[,] { { 3, 0, 1 }, { 2, 0, 1 }, { 4, 1, 0 }, { 3, 0, 1 } }));
        Prints.As("tensor([127500., 106000., 178100., 140000.], dtype=float64)", Tensor.From(127500.0, 106000, 178100, 140000));
    }
}
