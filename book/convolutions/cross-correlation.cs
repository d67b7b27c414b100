// # Convolutions for images
//
// A convolutional layer slides a small window of weights over an image. This lesson writes that operation out, finds edges with it, and then lets gradient descent find the weights by itself.

using Fathom;
using Fathom.Autograd;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## Cross-correlation
//
// The window of weights is called the kernel. At each place where it fits into the image, multiply what lies under it by the weights and add up:
//
//     yᵢⱼ = Σₐ Σᵦ kₐᵦ xᵢ₊ₐ,ⱼ₊ᵦ
//
// It fits n - k + 1 times along an axis of n pixels if it has k of them, so the output is a little smaller than the input. The name "convolution" has stuck, but strictly this is a cross-correlation; see below for the difference.

static Tensor Correlate(Tensor x, Tensor kernel)
{
    (int h, int w) = (kernel.Shape[0], kernel.Shape[1]);
    Tensor y = Tensor.Zeros(x.Shape[0] - h + 1, x.Shape[1] - w + 1);
    for (int i = 0; i < y.Shape[0]; i++)
        for (int j = 0; j < y.Shape[1]; j++)
            y[i, j] = (x[i..(i + h), j..(j + w)] * kernel).Sum();
    return y;
}

Tensor nine = Tensor.Arange(9.0).Reshape(3, 3);
Console.WriteLine(Correlate(nine, Tensor.From(new[,] { { 0f, 1 }, { 2, 3 } })));

// The first entry is 0·0 + 1·1 + 3·2 + 4·3 = 19. Do the last one by hand.

// ## A layer
//
// A layer has a kernel that is learned, and a number, the bias, that is added everywhere. The class `SmallConv2d` at the end of the file has nothing else. The library's `Conv2d` computes the same, much faster, and for many images and many channels at once: its
// input has four axes (images, channels, rows, columns).

var small = new SmallConv2d(Correlate, 2, 2);
Tensor slow = small.Call(nine);
Tensor fast = Functional.Conv2d(nine.Reshape(1, 1, 3, 3), small.Weight.Reshape(1, 1, 2, 2), small.Bias);
Console.WriteLine($"{slow.Shape} and {fast.Shape}, largest difference below 0.00001: {(slow - fast.Reshape(2, 2)).Abs().Max().Item() < 1e-5}");

// ## Finding edges
//
// Here is an image of 6 rows and 8 columns: white, with a black bar in the middle.

Tensor image = Tensor.Ones(6, 8);
image[.., 2..6] = 0;
Console.WriteLine(image);

// The kernel [1, -1] takes a pixel and subtracts its right neighbour. Where the two are equal the result is 0. It is 1 where white becomes black, and -1 where black becomes white.

Tensor kernel = Tensor.From(new[,] { { 1f, -1 } });
Tensor edges = Correlate(image, kernel);
Console.WriteLine(edges);

new FigureRow { Panels = [HeatMap.Of(image) with { Title = "image" }, HeatMap.Of(edges) with { Title = "edges" }] }.Show("cross-correlation-edges");

// Turn the image by swapping rows and columns, and the edges lie flat. This kernel looks along rows only, so it sees nothing at all.

Console.WriteLine(Correlate(image.T, kernel));

// On a real picture the same kernel draws outlines, upright ones in one image and flat ones in the other.

Tensor picture = lesson.Digits(train: 16, test: 16).Train[0].Image;
Tensor upright = Functional.Conv2d(picture.Unsqueeze(0), kernel.Reshape(1, 1, 1, 2));
Tensor flat = Functional.Conv2d(picture.Unsqueeze(0), kernel.Reshape(1, 1, 2, 1));
Tensor[] pictures = [picture[0], upright[0, 0], flat[0, 0]];
ImageGrid.Of(Tensor.Stack([.. pictures.Select(p => p[..27, ..27])]), ["digit", "upright edges", "flat edges"], limits: (-1, 1)).Show("cross-correlation-digit");

// ## Learning a kernel
//
// Suppose we had the image and its edges, but not the kernel. A layer with a kernel of 1 × 2 and no bias starts from zeros, predicts, and is improved by the gradient of the squared error. Ten steps are enough.

Tensor x = image.Reshape(1, 1, 6, 8), y = edges.Reshape(1, 1, 6, 7);
var layer = new Conv2d(1, kernel: (1, 2), bias: false, inputs: 1, init: Init.Zeros);
Learn(layer);
Console.WriteLine(layer.Weight.Detach().Reshape(1, 2));

void Learn(Conv2d layer)
{
    const double learningRate = 0.03;
    for (int step = 1; step <= 10; step++)
    {
        Tensor loss = (layer.Call(x) - y).Square().Sum();
        layer.ZeroGrad();
        loss.Backward();
        using (GradMode.NoGrad()) layer.Weight.SubInPlace(learningRate * layer.Weight.Grad!);
        if (step % 2 == 0) Console.WriteLine($"epoch {step}, loss {loss.Item():f3}");
    }
}

// That is close to [1, -1]. The start does not matter much: here it is somewhere else.

var other = new Conv2d(1, kernel: (1, 2), bias: false, inputs: 1, init: Init.Of((_, _) => Tensor.From(0.5f, 0.25f).Reshape(1, 1, 1, 2)));
Learn(other);
Console.WriteLine(other.Weight.Detach().Reshape(1, 2));

// This small experiment is the idea of the whole chapter. Nobody has to know which kernels are good for telling shirts from coats; they are learned from images and labels.

// ## Cross-correlation and convolution
//
// A convolution in the strict sense first flips the kernel in both directions. For a kernel that is learned this makes no difference: a layer that flips would learn the flipped kernel, and the two would give the same output.

Tensor k = Tensor.From(new[,] { { 0f, 1 }, { 2, 3 } });
Console.WriteLine($"the kernel flipped: {k.Flip(0, 1)}");
Console.WriteLine(Correlate(nine, k.Flip(0, 1)));

// ## Feature map and receptive field
//
// The output of a layer is also called a feature map: it says where in the image the kernel's feature is. The pixels that one entry depends on are its receptive field. It grows from layer to layer, and the gradient can show it, since only
// pixels in the field have one that is not 0. Here is that of the middle entry after one, two and three kernels of 3 × 3.

Tensor ones = Tensor.Ones(1, 1, 3, 3);
var fields = new List<Tensor>();
for (int depth = 1; depth <= 3; depth++)
{
    Tensor input = Tensor.Zeros(1, 1, 9, 9).WithGrad();
    Tensor output = input;
    for (int i = 0; i < depth; i++) output = Functional.Conv2d(output, ones, padding: 1);
    output[0, 0, 4, 4].Backward();
    fields.Add(input.Grad!.Reshape(9, 9));
    Console.WriteLine($"depth {depth}: {fields[^1].CountNonZero().Item()} pixels");
}
new FigureRow { Panels = [.. fields.Select((f, i) => HeatMap.Of(f) with { Title = $"depth {i + 1}", ShowValues = false })] }.Show("cross-correlation-field");

// Two kernels of 3 × 3 see 5 × 5 pixels, with 18 weights instead of 25. Deep networks of small kernels are built on that.

// ## Exercises
//
// 1. Make an image with a diagonal edge and apply [1, -1] to it. What happens if you transpose the image, or the kernel?
// 2. Design a kernel that takes the second derivative along a row. What is its smallest size?
// 3. Learn the kernel with the bar image transposed and its edges (all 0). What comes out, and why is it no use?
// 4. Write the cross-correlation of a 3 × 3 image with a 2 × 2 kernel as one product of a matrix with a vector of nine entries.

// ## The class

sealed class SmallConv2d : Module
{
    readonly Func<Tensor, Tensor, Tensor> correlate;

    public Parameter Weight { get; set => field = Register(value); }
    public Parameter Bias { get; set => field = Register(value); }

    public SmallConv2d(Func<Tensor, Tensor, Tensor> correlate, int height, int width)
    {
        this.correlate = correlate;
        Weight = new Parameter(Tensor.Rand(height, width));
        Bias = new Parameter(Tensor.Zeros(1));
    }

    public override Tensor Forward(Tensor x) => correlate(x, Weight) + Bias;
}
