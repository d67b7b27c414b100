// # Multiple input and output channels
//
// A colour image has three channels, red, green and blue. Inside a network there are more: one for each feature that is looked for. This lesson adds the axis of channels to the convolution, once at its input and once at its output.

using Fathom;
using Fathom.Nn;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## Several channels in
//
// The kernel gets as many channels as the image. Each channel is correlated with its own part of the kernel, and the results are added up: out comes one channel.

static Tensor Correlate(Tensor x, Tensor kernel)
{
    (int h, int w) = (kernel.Shape[0], kernel.Shape[1]);
    Tensor y = Tensor.Zeros(x.Shape[0] - h + 1, x.Shape[1] - w + 1);
    for (int i = 0; i < y.Shape[0]; i++)
        for (int j = 0; j < y.Shape[1]; j++)
            y[i, j] = (x[i..(i + h), j..(j + w)] * kernel).Sum();
    return y;
}

static Tensor ManyIn(Tensor x, Tensor kernel) =>
    Enumerable.Range(0, x.Shape[0]).Select(c => Correlate(x[c], kernel[c])).Aggregate((a, b) => a + b);

Tensor nine = Tensor.Arange(9.0).Reshape(3, 3), four = Tensor.Arange(4.0).Reshape(2, 2);
Tensor x = Tensor.Stack([nine, nine + 1]);
Tensor kernel = Tensor.Stack([four, four + 1]);
Console.WriteLine(ManyIn(x, kernel));

// The first entry: 19 from the first channel, as in the last lesson but one, and 1·1 + 2·2 + 4·3 + 5·4 = 37 from the second. Together 56.

// ## Several channels out
//
// For another output channel, take another kernel. The kernels are stacked, so that the weight of a layer has four axes: output channels, input channels, rows, columns.

static Tensor ManyInManyOut(Tensor x, Tensor kernels) =>
    Tensor.Stack([.. Enumerable.Range(0, kernels.Shape[0]).Select(o => ManyIn(x, kernels[o]))]);

Tensor kernels = Tensor.Stack([kernel, kernel + 1, kernel + 2]);
Console.WriteLine(kernels.Shape);
Console.WriteLine(ManyInManyOut(x, kernels));

// The library agrees. It wants one axis more, for the images of a batch.

Tensor library = Functional.Conv2d(x.Unsqueeze(0), kernels);
Console.WriteLine($"equal: {(library[0] - ManyInManyOut(x, kernels)).Abs().Max().Item() < 1e-4}");

// How many weights is that? Channels in times channels out times the area of the kernel, and a bias for each output.

foreach ((int i, int o, int k) in new[] { (3, 64, 7), (64, 64, 3), (512, 512, 3), (512, 128, 1) })
{
    long count = LayerSummary.Of(new Conv2d(o, kernel: k), (1, i, 8, 8)).Parameters;
    Console.WriteLine($"{i,3} channels to {o,3}, kernel {k} x {k}: {count,9:N0} parameters");
}

// ## Kernels of one pixel
//
// A kernel of 1 × 1 sees no neighbours. It mixes channels: each output channel is a weighted sum of the input channels, the same sum at every pixel. In other words, it is a fully connected layer that is applied to each pixel by itself. So it can be computed as a product
// of matrices: weights (out, in) times pixels (in, rows · columns).

static Tensor OneByOne(Tensor x, Tensor kernels)
{
    (int channels, int h, int w, int outputs) = (x.Shape[0], x.Shape[1], x.Shape[2], kernels.Shape[0]);
    Tensor y = kernels.Reshape(outputs, channels).MatMul(x.Reshape(channels, h * w));
    return y.Reshape(outputs, h, w);
}

Tensor image = Tensor.RandN(3, 3, 3), weights = Tensor.RandN(2, 3, 1, 1);
Tensor difference = OneByOne(image, weights) - ManyInManyOut(image, weights);
Console.WriteLine($"the same as a convolution: {difference.Abs().Sum().Item() < 1e-5}");

// Where is that of use? It changes the number of channels and costs little. We meet it in networks that squeeze 256 channels to 64 before an expensive 3 × 3 convolution. Here is a use that can be seen: a grey image is a weighted sum of red, green and blue.

Tensor ramp = Tensor.Linspace(0, 1, 32);
Tensor across = ramp.Expand(32, 32), down = across.T;
Tensor colours = Tensor.Stack([across, down, 1 - across]);
Tensor grey = OneByOne(colours, Tensor.From(0.299f, 0.587f, 0.114f).Reshape(1, 3, 1, 1));
new FigureRow
{
    Panels =
    [
        ImageGrid.Of(colours.Unsqueeze(0), ["three channels"], limits: (0, 1)),
        ImageGrid.Of(grey.Unsqueeze(0), ["one channel"], limits: (0, 1)),
    ],
}.Show("channels-grey");
Console.WriteLine($"{colours.Shape} becomes {grey.Shape}");

// ## Groups
//
// Between "each output sees all channels" and "each output sees one" lies the grouped convolution: the channels are cut into g groups, and each output sees its own group only. It has 1/g of the weights.

foreach (int groups in (int[])[1, 2, 8, 32])
{
    var layer = new Conv2d(32, kernel: 3, padding: 1, groups: groups, bias: false, inputs: 32);
    Console.WriteLine($"{groups,2} groups: weight {layer.Weight.Shape}, {layer.Weight.Count:N0} weights");
}

// ## Exercises
//
// 1. How many multiplications does a layer take with cᵢ channels in, cₒ out, a kernel of h × w and an output of m × n? What happens to the number if both channel counts are doubled?
// 2. Rewrite `ManyIn` as one call of `Correlate` on tensors with an axis more. What must change in it?
// 3. Make a layer of 32 channels and 32 groups with a kernel of 3, and after it a 1 × 1 convolution. Count weights against the plain convolution with 3 × 3.
// 4. Is `OneByOne` on large images faster than `Functional.Conv2d`? Measure.
