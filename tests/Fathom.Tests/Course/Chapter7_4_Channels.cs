namespace Fathom.Tests.Course;

public class Chapter7_4_Channels
{
    static Tensor Corr2dMultiIn(Tensor x, Tensor k)
    {
        Tensor sum = Chapter7_2_ConvolutionsForImages.Corr2d(x[0], k[0]);
        for (int c = 1; c < x.Shape[0]; c++) sum = sum + Chapter7_2_ConvolutionsForImages.Corr2d(x[c], k[c]);
        return sum;
    }

    static Tensor Corr2dMultiInOut(Tensor x, Tensor k) => Tensor.Stack([.. Enumerable.Range(0, k.Shape[0]).Select(o => Corr2dMultiIn(x, k[o]))]);

    static Tensor Corr2dMultiInOut1x1(Tensor x, Tensor k)
    {
        int channels = x.Shape[0], h = x.Shape[1], w = x.Shape[2], outputs = k.Shape[0];
        return k.Reshape(outputs, channels).MatMul(x.Reshape(channels, h * w)).Reshape(outputs, h, w);
    }

    static Tensor X => Tensor.Stack([Tensor.Arange(9.0).Reshape(3, 3), Tensor.Arange(1, 10).Reshape(3, 3)]);
    static Tensor K => Tensor.From(new float[,,] { { { 0, 1 }, { 2, 3 } }, { { 1, 2 }, { 3, 4 } } });

    [Fact]
    public void Multiple_input_channels() => Prints.As("""
        tensor([[ 56.,  72.],
                [104., 120.]])
        """, Corr2dMultiIn(X, K));

    [Fact]
    public void Multiple_output_channels()
    {
        Tensor k = Tensor.Stack([K, K + 1, K + 2], 0);
        Assert.Equal(new Shape(3, 2, 2, 2), k.Shape);
        Prints.As("""
            tensor([[[ 56.,  72.],
                     [104., 120.]],

                    [[ 76., 100.],
                     [148., 172.]],

                    [[ 96., 128.],
                     [192., 224.]]])
            """, Corr2dMultiInOut(X, k));
    }

    [Fact]
    public void A_1x1_convolution_is_a_matrix_product()
    {
        RandomStream random = new(0);
        Tensor x = random.Normal((3, 3, 3)), k = random.Normal((2, 3, 1, 1));
        Assert.InRange((Corr2dMultiInOut1x1(x, k) - Corr2dMultiInOut(x, k)).Abs().Sum().Item(), 0, 1e-6);
    }

    [Fact]
    public void The_library_agrees_with_the_loops()
    {
        Tensor k = Tensor.Stack([K, K + 1, K + 2], 0);
        Prints.True(Fathom.Nn.Functional.Conv2d(X.Unsqueeze(0), k)[0].Eq(Corr2dMultiInOut(X, k)));
    }
}
