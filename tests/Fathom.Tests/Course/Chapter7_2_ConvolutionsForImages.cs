using Fathom.Autograd;
using Fathom.Nn;

namespace Fathom.Tests.Course;

public class Chapter7_2_ConvolutionsForImages
{
    /// <summary>Two-dimensional cross-correlation, written out as the course does.</summary>
    internal static Tensor Corr2d(Tensor x, Tensor k)
    {
        int h = k.Shape[0], w = k.Shape[1];
        Tensor y = Tensor.Zeros(x.Shape[0] - h + 1, x.Shape[1] - w + 1);
        for (int i = 0; i < y.Shape[0]; i++)
            for (int j = 0; j < y.Shape[1]; j++) y[i, j] = (x[i..(i + h), j..(j + w)] * k).Sum();
        return y;
    }

    static Tensor Edges
    {
        get
        {
            Tensor x = Tensor.Ones(6, 8);
            x[.., 2..6] = 0;
            return x;
        }
    }

    static Tensor EdgeKernel => Tensor.From(new[,] { { 1f, -1f } });

    [Fact]
    public void The_cross_correlation_operation() => Prints.As("""
        tensor([[19., 25.],
                [37., 43.]])
        """, Corr2d(Tensor.Arange(9.0).Reshape(3, 3), Tensor.Arange(4.0).Reshape(2, 2)));

    [Fact]
    public void Object_edge_detection()
    {
        Prints.As("""
            tensor([[1., 1., 0., 0., 0., 0., 1., 1.],
                    [1., 1., 0., 0., 0., 0., 1., 1.],
                    [1., 1., 0., 0., 0., 0., 1., 1.],
                    [1., 1., 0., 0., 0., 0., 1., 1.],
                    [1., 1., 0., 0., 0., 0., 1., 1.],
                    [1., 1., 0., 0., 0., 0., 1., 1.]])
            """, Edges);
        Prints.As("""
            tensor([[ 0.,  1.,  0.,  0.,  0., -1.,  0.],
                    [ 0.,  1.,  0.,  0.,  0., -1.,  0.],
                    [ 0.,  1.,  0.,  0.,  0., -1.,  0.],
                    [ 0.,  1.,  0.,  0.,  0., -1.,  0.],
                    [ 0.,  1.,  0.,  0.,  0., -1.,  0.],
                    [ 0.,  1.,  0.,  0.,  0., -1.,  0.]])
            """, Corr2d(Edges, EdgeKernel));
        Prints.As("""
            tensor([[0., 0., 0., 0., 0.],
                    [0., 0., 0., 0., 0.],
                    [0., 0., 0., 0., 0.],
                    [0., 0., 0., 0., 0.],
                    [0., 0., 0., 0., 0.],
                    [0., 0., 0., 0., 0.],
                    [0., 0., 0., 0., 0.],
                    [0., 0., 0., 0., 0.]])
            """, Corr2d(Edges.T, EdgeKernel));
    }

    [Fact]
    public void Learning_a_kernel_from_zero()
    {
        (double[] losses, Tensor kernel) = Learn(Tensor.Zeros(1, 1, 1, 2));
        Assert.Equal(["4.915", "0.825", "0.138", "0.023", "0.004"], losses.Select(l => l.ToString("F3")));
        Prints.As("tensor([[ 0.9885, -0.9885]])", kernel);
    }

    [Fact]
    public void Learning_a_kernel_from_elsewhere()
    {
        (double[] losses, Tensor kernel) = Learn(Tensor.From(0.5f, 0.25f).Reshape(1, 1, 1, 2));
        Assert.Equal(["9.163", "2.843", "1.012", "0.389", "0.155"], losses.Select(l => l.ToString("F3")));
        Prints.As("tensor([[ 1.0302, -0.9496]])", kernel);
    }

    [Fact]
    public void Learning_a_kernel_from_any_start_of_the_layer()
    {
        for (long seed = 0; seed < 20; seed++)
        {
            double bound = 1 / Math.Sqrt(2);
            (_, Tensor kernel) = Learn(new RandomStream(seed).Uniform((1, 1, 1, 2), -bound, bound));
            Assert.InRange((kernel - EdgeKernel).Abs().Amax().Item(), 0, 0.1);
        }
    }

    /// <summary>Ten steps of gradient descent by hand on a convolution layer; the loss of every second.</summary>
    static (double[] Losses, Tensor Kernel) Learn(Tensor start)
    {
        Conv2d conv = new(1, kernel: (1, 2), bias: false, inputs: 1);
        using (GradMode.NoGrad()) conv.Weight[..] = start;
        Tensor x = Edges.Reshape(1, 1, 6, 8), y = Corr2d(Edges, EdgeKernel).Reshape(1, 1, 6, 7);
        List<double> losses = [];
        for (int i = 0; i < 10; i++)
        {
            Tensor loss = (conv.Forward(x) - y).Square().Sum();
            conv.Weight.ZeroGrad();
            loss.Backward();
            using (GradMode.NoGrad()) conv.Weight[..] = conv.Weight - 3e-2 * conv.Weight.Grad!;
            if ((i + 1) % 2 == 0) losses.Add(loss.Item());
        }
        return ([.. losses], conv.Weight.Detach().Reshape(1, 2));
    }
}
