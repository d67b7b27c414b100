using Fathom.Autograd;

namespace Fathom.Tests.Autograd;

public class ImageOpTests
{
    static Tensor X(params int[] sizes)
    {
        double[] v = new double[new Shape(sizes).Count];
        for (int i = 0; i < v.Length; i++) v[i] = (i * 0.7548776662466927 % 1) - 0.4;
        return Tensor.From(v, new Shape(sizes));
    }

    static Tensor ChannelsLast(Tensor x) => x.Permute(0, 2, 3, 1).Contiguous().Permute(0, 3, 1, 2);

    [Fact]
    public void Convolution_is_right_to_second_order()
    {
        GradCheck.CheckTwice(x => x[0].Conv2d(x[1], x[2], padding: 1), [X(2, 3, 4, 5), X(4, 3, 3, 3), X(4)]);
        GradCheck.CheckTwice(x => x[0].Conv2d(x[1], stride: (2, 1), padding: (0, 1), dilation: (1, 2), groups: 2), [X(1, 4, 5, 6), X(2, 2, 2, 3)]);
        GradCheck.CheckTwice(x => ChannelsLast(x[0]).Conv2d(x[1]) * 2, [X(2, 3, 3, 3), X(2, 3, 1, 1)]);
        GradCheck.CheckTwice(x => x[0].ConvTranspose2d(x[1], x[2], stride: 2, padding: 1, outputPadding: 1), [X(1, 2, 3, 3), X(2, 3, 3, 3), X(3)]);
    }

    [Fact]
    public void Pooling_is_right_to_second_order()
    {
        foreach (bool last in new[] { false, true })
        {
            Tensor x0 = X(2, 3, 5, 6);
            Tensor Order(Tensor x) => last ? ChannelsLast(x) : x;
            GradCheck.CheckTwice(x => Order(x[0]).MaxPool2d(2, 1).Square(), [x0]);
            GradCheck.CheckTwice(x => Order(x[0]).MaxPool2d(3, 2, 1, ceilMode: true), [x0]);
            GradCheck.CheckTwice(x => Order(x[0]).AvgPool2d(3, 2, 1).Square(), [x0]);
            GradCheck.CheckTwice(x => Order(x[0]).AvgPool2d((2, 3), countPadding: false), [x0]);
            GradCheck.CheckTwice(x => Order(x[0]).AdaptiveAvgPool2d((2, 4)).Square(), [x0]);
        }
    }
}
