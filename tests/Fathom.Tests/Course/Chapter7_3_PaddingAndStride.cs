using Fathom.Nn;

namespace Fathom.Tests.Course;

public class Chapter7_3_PaddingAndStride
{
    /// <summary>Applies a layer to one image of one channel and drops those two axes again.</summary>
    static Shape OutputOf(Module conv, Tensor x)
    {
        Tensor y = conv.Call(x.Reshape([1, 1, .. x.Shape]));
        return y.Reshape(y.Shape.Span[2..]).Shape;
    }

    [Fact]
    public void Shapes_by_padding_and_stride()
    {
        Tensor x = Tensor.Rand(8, 8);
        Assert.Equal(new Shape(8, 8), OutputOf(new Conv2d(1, kernel: 3, padding: 1), x));
        Assert.Equal(new Shape(8, 8), OutputOf(new Conv2d(1, kernel: (5, 3), padding: (2, 1)), x));
        Assert.Equal(new Shape(4, 4), OutputOf(new Conv2d(1, kernel: 3, padding: 1, stride: 2), x));
        Assert.Equal(new Shape(2, 2), OutputOf(new Conv2d(1, kernel: (3, 5), padding: (0, 1), stride: (3, 4)), x));
    }

    [Fact]
    public void Shapes_of_the_exercises()
    {
        Assert.Equal(new Shape(1, 1, 100), new Conv1d(1, kernel: 3, padding: 1).Call(Tensor.Rand(1, 1, 100)).Shape);
        Tensor prewitt = Tensor.From(new float[,] { { 1, 0, -1 }, { 1, 0, -1 }, { 1, 0, -1 } }).Reshape(1, 1, 3, 3);
        Assert.Equal(new Shape(1, 1, 5, 5), Functional.Conv2d(Tensor.Rand(1, 1, 5, 5), prewitt, padding: 1).Shape);
        Tensor x = Tensor.Rand(1, 1, 10, 10);
        Assert.Equal(new Shape(1, 1, 3, 2), new Conv2d(1, kernel: (3, 5), padding: (0, 1), stride: (3, 4)).Call(x).Shape);
        Sequential two = new(new Conv2d(1, kernel: 3, padding: 1), new Conv2d(1, kernel: 3, padding: 1));
        Assert.Equal(new Shape(1, 1, 10, 10), two.Call(x).Shape);
    }
}
