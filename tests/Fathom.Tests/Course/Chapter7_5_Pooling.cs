using Fathom.Nn;

namespace Fathom.Tests.Course;

public class Chapter7_5_Pooling
{
    static Tensor Pool2d(Tensor x, int h, int w, Func<Tensor, Tensor> pool)
    {
        Tensor y = Tensor.Zeros(x.Shape[0] - h + 1, x.Shape[1] - w + 1);
        for (int i = 0; i < y.Shape[0]; i++)
            for (int j = 0; j < y.Shape[1]; j++) y[i, j] = pool(x[i..(i + h), j..(j + w)]);
        return y;
    }

    [Fact]
    public void Maximum_and_average_pooling()
    {
        Tensor x = Tensor.Arange(9.0).Reshape(3, 3);
        Prints.As("""
            tensor([[4., 5.],
                    [7., 8.]])
            """, Pool2d(x, 2, 2, p => p.Amax()));
        Prints.As("""
            tensor([[2., 3.],
                    [5., 6.]])
            """, Pool2d(x, 2, 2, p => p.Mean()));
    }

    [Fact]
    public void Padding_and_stride_and_channels()
    {
        Tensor x = Tensor.Arange(16.0).Reshape(1, 1, 4, 4);
        Prints.As("""
            tensor([[[[ 0.,  1.,  2.,  3.],
                      [ 4.,  5.,  6.,  7.],
                      [ 8.,  9., 10., 11.],
                      [12., 13., 14., 15.]]]])
            """, x);
        Prints.As("tensor([[[[10.]]]])", new MaxPool2d(3).Call(x));
        Prints.As("""
            tensor([[[[ 5.,  7.],
                      [13., 15.]]]])
            """, new MaxPool2d(3, padding: 1, stride: 2).Call(x));
        Prints.As("""
            tensor([[[[ 5.,  7.],
                      [13., 15.]]]])
            """, new MaxPool2d((2, 3), stride: (2, 3), padding: (0, 1)).Call(x));
        x = Tensor.Cat([x, x + 1], 1);
        Prints.As("""
            tensor([[[[ 0.,  1.,  2.,  3.],
                      [ 4.,  5.,  6.,  7.],
                      [ 8.,  9., 10., 11.],
                      [12., 13., 14., 15.]],

                     [[ 1.,  2.,  3.,  4.],
                      [ 5.,  6.,  7.,  8.],
                      [ 9., 10., 11., 12.],
                      [13., 14., 15., 16.]]]])
            """, x);
        Prints.As("""
            tensor([[[[ 5.,  7.],
                      [13., 15.]],

                     [[ 6.,  8.],
                      [14., 16.]]]])
            """, new MaxPool2d(3, padding: 1, stride: 2).Call(x));
    }
}
