// # Padding and stride
//
// Two choices decide how large the output of a convolution is: how many zeros are put around the image, and how far the kernel moves at each step.

using Fathom;
using Fathom.Nn;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## Padding
//
// A kernel with k rows shrinks an image by k - 1 rows. One layer takes little, ten layers of 5 × 5 take 40 rows, and at the rim there are pixels that hardly any output looks at. So the image is framed with zeros, p rows above and as many below:
// the output then has n + 2p - k + 1 rows.
//
// With an odd k and p = (k - 1) / 2 the size stays as it is. This is a good reason for odd kernels. A layer with a kernel of 3 and a padding of 1:

Tensor x = Tensor.Rand(8, 8);

static Shape SizeAfter(Conv2d layer, Tensor x)
{
    Tensor y = layer.Call(x.Reshape(1, 1, x.Shape[0], x.Shape[1]));   // one image, one channel
    return (y.Shape[2], y.Shape[3]);
}

Console.WriteLine(SizeAfter(new Conv2d(1, kernel: 3, padding: 1), x));

// Rows and columns may differ: a kernel of 5 × 3 needs two rows of zeros, and one column, on each side.

Console.WriteLine(SizeAfter(new Conv2d(1, kernel: (5, 3), padding: (2, 1)), x));

// `Padding.Same` works it out by itself. For even kernels it has to put one zero more on one side than on the other.

Console.WriteLine(SizeAfter(new Conv2d(1, kernel: (5, 3), padding: Padding.Same), x));
Console.WriteLine(SizeAfter(new Conv2d(1, kernel: 4, padding: Padding.Same), x));

// How often does a pixel count? Let all weights be 1 and ask for the gradient of the sum of all outputs: it is the number of outputs that see the pixel. Without padding a corner is seen once, the middle nine times.

static Tensor TimesSeen(int padding)
{
    Tensor image = Tensor.Zeros(1, 1, 8, 8).WithGrad();
    Functional.Conv2d(image, Tensor.Ones(1, 1, 3, 3), padding: padding).Sum().Backward();
    return image.Grad!.Reshape(8, 8);
}

Console.WriteLine(TimesSeen(padding: 0));
Console.WriteLine(TimesSeen(padding: 1));
new FigureRow
{
    Panels = [.. new[] { 0, 1, 2 }.Select(p => HeatMap.Of(TimesSeen(p)) with { Title = $"padding {p}", Limits = (0, 9), ShowValues = false })],
}.Show("padding-and-stride-seen");

// ## Stride
//
// A kernel that moves by s pixels at a time gives an output about 1/s as large in each direction, and takes 1/s² of the work. In full, the output has
//
//     ⌊(n + 2p - k) / s⌋ + 1
//
// rows. With a kernel of 3, a padding of 1 and a stride of 2 the image is halved.

Console.WriteLine(SizeAfter(new Conv2d(1, kernel: 3, padding: 1, stride: 2), x));

// And something less regular: along the rows ⌊(8 - 3) / 3⌋ + 1 = 2, along the columns ⌊(8 + 2 - 5) / 4⌋ + 1 = 2.

Console.WriteLine(SizeAfter(new Conv2d(1, kernel: (3, 5), padding: (0, 1), stride: (3, 4)), x));

// The same layer on an image of 10 × 10:

Console.WriteLine(SizeAfter(new Conv2d(1, kernel: (3, 5), padding: (0, 1), stride: (3, 4)), Tensor.Rand(10, 10)));

// What a stride of 2 computes is every second row and column of what a stride of 1 computes. Nothing else changes.

Tensor picture = x.Reshape(1, 1, 8, 8), kernel = Tensor.RandN(1, 1, 3, 3);
Tensor dense = Functional.Conv2d(picture, kernel, padding: 1);
Tensor strided = Functional.Conv2d(picture, kernel, padding: 1, stride: 2);
Tensor everySecond = dense.Slice(2, 0, step: 2).Slice(3, 0, step: 2);
Console.WriteLine($"every second one: {(strided - everySecond).Abs().Max().Item() < 1e-5}");

// The whole formula as a table, for images of 224 pixels:

Console.WriteLine("kernel  padding  stride  output  formula");
foreach ((int k, int p, int s) in new[] { (3, 1, 1), (5, 2, 1), (7, 3, 2), (11, 1, 4), (3, 1, 2), (2, 0, 2), (1, 0, 2) })
{
    int measured = LayerSummary.Of(new Conv2d(1, kernel: k, padding: p, stride: s), (1, 1, 224, 224)).Output[2];
    Console.WriteLine($"{k,6}{p,9}{s,8}{measured,8}{(224 + 2 * p - k) / s + 1,9}");
}

// ## Exercises
//
// 1. Compute by hand the size that the kernel (3, 5) with padding (0, 1) and stride (3, 4) makes of an image of 12 × 13, and check it.
// 2. What does a stride of 2 mean for a sound?
// 3. Frame the image by its own pixels mirrored, with `Tensor.Pad` and another `PadMode`. Where could that be better than zeros?
// 4. How could an output be larger than its input? Look up `ConvTranspose2d`.
