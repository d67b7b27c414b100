// # Pooling
//
// At the end of the network stands one question about the whole image: is there a cat? So features must become less and less exact about *where* they are. Pooling takes a window and gives one number for it, the largest or the mean. It has no weights and learns nothing.

using Fathom;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## Maximum and mean
//
// The loop is that of the convolution; only what happens in the window is different.

static Tensor Pool(Tensor x, int height, int width, Func<Tensor, Tensor> summary)
{
    Tensor y = Tensor.Zeros(x.Shape[0] - height + 1, x.Shape[1] - width + 1);
    for (int i = 0; i < y.Shape[0]; i++)
        for (int j = 0; j < y.Shape[1]; j++)
            y[i, j] = summary(x[i..(i + height), j..(j + width)]);
    return y;
}

Tensor nine = Tensor.Arange(9.0).Reshape(3, 3);
Console.WriteLine(Pool(nine, 2, 2, window => window.Max()));
Console.WriteLine(Pool(nine, 2, 2, window => window.Mean()));

// The mean is like making an image smaller: it averages noise away. The maximum says whether the feature was found anywhere in the window. For features it mostly works better.
//
// A little shift is forgiven. Below, an edge lies in column 2, then in column 3; the maximum over windows of two columns is the same in part of the output.

Tensor edge = Tensor.Zeros(1, 6), moved = Tensor.Zeros(1, 6);
edge[0, 2] = 1;
moved[0, 3] = 1;
foreach (Tensor row in (Tensor[])[edge, moved])
    Console.WriteLine($"{row} pooled to {Pool(row, 1, 2, w => w.Max())}");

// ## Padding and stride
//
// Pooling is mostly there to make things smaller, so by default the windows do not overlap: the stride is the size of the window. On an image of 4 × 4 a window of 3 has room once.

Tensor x = Tensor.Arange(16.0).Reshape(1, 1, 4, 4);
Console.WriteLine(x);
Console.WriteLine(new MaxPool2d(3).Call(x));

// Stride and padding can be given. The frame of padding counts as -∞ for a maximum, so it is never chosen.

Console.WriteLine(new MaxPool2d(3, stride: 2, padding: 1).Call(x));

// Rows and columns may differ here too.

Console.WriteLine(new MaxPool2d((2, 3), stride: (2, 3), padding: (0, 1)).Call(x));

// ## Channels
//
// A convolution adds up over input channels. Pooling does not: each channel is pooled by itself, so as many come out as go in.

Tensor two = Tensor.Cat([x, x + 1], axis: 1);
Console.WriteLine(two);
Console.WriteLine(new MaxPool2d(3, stride: 2, padding: 1).Call(two));

// ## What gets the gradient?
//
// The maximum hands its gradient to the pixel that won; the others get nothing. The mean shares it out.

static Tensor GradientOf(Module pool, Tensor x)
{
    Tensor input = x.Clone().WithGrad();
    pool.Call(input).Sum().Backward();
    return input.Grad!;
}

Console.WriteLine(GradientOf(new MaxPool2d(2), x)[0, 0]);
Console.WriteLine(GradientOf(new AvgPool2d(2), x)[0, 0]);

// ## On an image
//
// A digit, and its pooled versions. The maximum keeps thin strokes white; the mean fades them.

Tensor picture = lesson.Digits(train: 16, test: 16).Train[1].Image.Unsqueeze(0);
(string Name, Module Pool)[] kinds =
    [("maximum of 2", new MaxPool2d(2)), ("mean of 2", new AvgPool2d(2)), ("maximum of 4", new MaxPool2d(4)), ("mean of 4", new AvgPool2d(4))];
FigureRow row4 = new()
{
    Panels = [ImageGrid.Of(picture, ["digit"], limits: (0, 1)), .. kinds.Select(k => ImageGrid.Of(k.Pool.Call(picture), [k.Name], limits: (0, 1)))],
};
row4.Show("pooling-digit");
Console.WriteLine($"{picture.Shape}, {kinds[0].Pool.Call(picture).Shape}, {kinds[2].Pool.Call(picture).Shape}");

// ## Exercises
//
// 1. The mean over a window is a convolution. With which kernel? `groups` helps with several channels.
// 2. The maximum is none. Write max(a, b) with `Relu` and sums, and from this build 2 × 2 pooling of four shifted images.
// 3. Why would one not pool by the minimum? What would have to be different for that to be the better choice?
// 4. A softmax over the window would weigh the pixels by their size. Try it. What speaks against it?
