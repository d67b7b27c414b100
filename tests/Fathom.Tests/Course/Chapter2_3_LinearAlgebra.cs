namespace Fathom.Tests.Course;

public class Chapter2_3_LinearAlgebra
{
    static Tensor A => Tensor.Arange(6.0).Reshape(2, 3);

    [Fact]
    public void Scalars_and_vectors()
    {
        Tensor x = Tensor.Scalar(3f), y = Tensor.Scalar(2f);
        Prints.As("tensor(5.)", x + y);
        Prints.As("tensor(6.)", x * y);
        Prints.As("tensor(1.5000)", x / y);
        Prints.As("tensor(9.)", x.Pow(y));
        x = Tensor.Arange(3);
        Prints.As("tensor([0, 1, 2])", x);
        Prints.As("tensor(2)", x[2]);
        Assert.Equal(3, x.Shape[0]);
        Assert.Equal("(3,)", x.Shape.ToString());
    }

    [Fact]
    public void Matrices_and_tensors()
    {
        Tensor a = Tensor.Arange(6).Reshape(3, 2);
        Prints.As("""
            tensor([[0, 1],
                    [2, 3],
                    [4, 5]])
            """, a);
        Prints.As("""
            tensor([[0, 2, 4],
                    [1, 3, 5]])
            """, a.T);
        a = Tensor.From(new[,] { { 1, 2, 3 }, { 2, 0, 4 }, { 3, 4, 5 } });
        Prints.As("""
            tensor([[True, True, True],
                    [True, True, True],
                    [True, True, True]])
            """, a.Eq(a.T));
        Prints.As("""
            tensor([[[ 0,  1,  2,  3],
                     [ 4,  5,  6,  7],
                     [ 8,  9, 10, 11]],

                    [[12, 13, 14, 15],
                     [16, 17, 18, 19],
                     [20, 21, 22, 23]]])
            """, Tensor.Arange(24).Reshape(2, 3, 4));
    }

    [Fact]
    public void Arithmetic()
    {
        Tensor b = A.Clone();
        Prints.As("""
            tensor([[0., 1., 2.],
                    [3., 4., 5.]])
            """, A);
        Prints.As("""
            tensor([[ 0.,  2.,  4.],
                    [ 6.,  8., 10.]])
            """, A + b);
        Prints.As("""
            tensor([[ 0.,  1.,  4.],
                    [ 9., 16., 25.]])
            """, A * b);
        Tensor x = Tensor.Arange(24).Reshape(2, 3, 4);
        Prints.As("""
            tensor([[[ 2,  3,  4,  5],
                     [ 6,  7,  8,  9],
                     [10, 11, 12, 13]],

                    [[14, 15, 16, 17],
                     [18, 19, 20, 21],
                     [22, 23, 24, 25]]])
            """, 2 + x);
        Assert.Equal(new Shape(2, 3, 4), (2 * x).Shape);
    }

    [Fact]
    public void Reduction()
    {
        Tensor x = Tensor.Arange(3.0);
        Prints.As("tensor([0., 1., 2.])", x);
        Prints.As("tensor(3.)", x.Sum());
        Assert.Equal("(2, 3)", A.Shape.ToString());
        Prints.As("tensor(15.)", A.Sum());
        Assert.Equal(new Shape(3), A.Sum(0).Shape);
        Assert.Equal(new Shape(2), A.Sum(1).Shape);
        Prints.As("tensor(True)", A.Sum([0, 1]).Eq(A.Sum()));
        Prints.As("tensor(2.5000)", A.Mean());
        Prints.As("tensor(2.5000)", A.Sum() / A.Count);
        Prints.As("tensor([1.5000, 2.5000, 3.5000])", A.Mean(0));
        Prints.As("tensor([1.5000, 2.5000, 3.5000])", A.Sum(0) / A.Shape[0]);
    }

    [Fact]
    public void Sums_that_keep_their_axis()
    {
        Tensor sum = A.Sum(1, keepDim: true);
        Prints.As("""
            tensor([[ 3.],
                    [12.]])
            """, sum);
        Assert.Equal(new Shape(2, 1), sum.Shape);
        Prints.As("""
            tensor([[0.0000, 0.3333, 0.6667],
                    [0.2500, 0.3333, 0.4167]])
            """, A / sum);
        Prints.As("""
            tensor([[0., 1., 2.],
                    [3., 5., 7.]])
            """, A.CumSum(0));
        Tensor x = Tensor.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } });       // section 4.4
        Prints.As("tensor([[5., 7., 9.]])", x.Sum(0, keepDim: true));
        Prints.As("""
            tensor([[ 6.],
                    [15.]])
            """, x.Sum(1, keepDim: true));
    }

    [Fact]
    public void Products()
    {
        Tensor x = Tensor.Arange(3.0), y = Tensor.Ones(3);
        Prints.As("tensor([1., 1., 1.])", y);
        Prints.As("tensor(3.)", x.Dot(y));
        Prints.As("tensor(3.)", (x * y).Sum());
        Prints.As("tensor([ 5., 14.])", A.MatMul(x));
        Prints.As("""
            tensor([[ 3.,  3.,  3.,  3.],
                    [12., 12., 12., 12.]])
            """, A.MatMul(Tensor.Ones(3, 4)));
    }

    [Fact]
    public void Norms()
    {
        Tensor u = Tensor.From(3f, -4);
        Prints.As("tensor(5.)", u.Norm());
        Prints.As("tensor(7.)", u.Abs().Sum());
        Prints.As("tensor(6.)", Tensor.Ones(4, 9).Norm());
    }

    [Fact]
    public void Section_4_4_picks_the_probabilities_of_the_classes()
    {
        Tensor y = Tensor.From(0L, 2), yHat = Tensor.From(new[,] { { 0.1f, 0.3f, 0.6f }, { 0.3f, 0.2f, 0.5f } });
        Prints.As("tensor([0.1000, 0.5000])", yHat[new[] { 0, 1 }, y]);
        Prints.As("tensor(1.4979)", -yHat[Tensor.Arange((long)yHat.Shape[0]), y].Log().Mean());
    }
}
