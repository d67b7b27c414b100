// # From fully connected layers to convolutions
//
// A fully connected layer knows nothing of images: shuffle the pixels, all in the same way, and it learns as well as before. This lesson takes such a layer, asks of it two things that everybody knows about images, and a
// convolution is what remains.

using Fathom;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## Too many weights
//
// A photo of a cat or a dog has a million pixels. A hidden layer of only 1000 units needs a weight for each pair of them:

long pixels = 1000 * 1000;
Console.WriteLine($"{pixels * 1000:n0} weights, {4.0 * pixels * 1000 / (1 << 30):f1} GiB");

// There are not enough photos to determine that many, and yet people and machines tell cats from dogs. So images must have structure that makes most of the weights unnecessary.

// ## From image to image
//
// To see where things are, let the hidden layer be an image H as well, as large as the input X. Each hidden pixel has a weight for each pixel of the input, so that W has four axes:
//
//     H[i, j] = Σₖ Σₗ W[i, j, k, l] · X[k, l]
//
// For 8 × 8 pixels that is still easy to compute.

const int n = 8;
Tensor image = Tensor.RandN(n, n), w = Tensor.RandN(n, n, n, n);
Console.WriteLine($"{Dense(w, image).Shape} from {w.Count} weights");

static Tensor Dense(Tensor w, Tensor x) => Tensor.Einsum("ijkl,kl->ij", w, x);

// Now count the input's pixels from the place of the hidden pixel: k = i + a and l = j + b. This is only another name for the same weights, with a and b for the way from the one to the other:
//
//     H[i, j] = Σₐ Σᵦ V[i, j, a, b] · X[i + a, j + b]

// ## First: the same everywhere
//
// A cat is a cat wherever it sits. If X moves, H should move along and be the same otherwise. With weights for each place of their own that is not so. (Here what leaves the image on one side comes back on the other.)

static Tensor Move(Tensor x) => x.Roll([1, 2], [0, 1]);

Console.WriteLine($"any weights: moves along {Near(Dense(w, Move(image)), Move(Dense(w, image)))}");

// The way out is that V must not depend on i and j. All hidden pixels share one set of weights V[a, b]. To see it, fill W from a V with one weight for each way that there is:

Tensor v = Tensor.RandN(n, n);
Console.WriteLine($"shared weights: moves along {Near(Dense(Unfold(v), Move(image)), Move(Dense(Unfold(v), image)))}");

static Tensor Unfold(Tensor v)
{
    Tensor w = Tensor.Zeros(n, n, n, n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) w[i, j] = v.Roll([i, j], [0, 1]);
    return w;
}

// Strictly, this is called *equivariance*: the output moves with the input. *Invariance* means that the output does not change at all, as the final answer, cat or dog, should not. One gets it by adding up, or taking
// the maximum, over all places at the end.

// ## Second: only what is near
//
// To see whether there is an edge at a pixel, one need not look at the other end of the image. So let V[a, b] be 0 unless a and b are from -Δ to Δ. With Δ = 1, nine weights are left:
//
//     H[i, j] = u + Σₐ Σᵦ V[a, b] · X[i + a, j + b]   with a and b from -Δ to Δ
//
// That is a convolutional layer, u is its bias, and V is called its kernel. Here is the fully connected layer with all its 4096 weights, filled with the nine, beside the library's convolution. At the rim, pixels
// outside of the image count as 0, which the convolution calls padding.

Tensor kernel = Tensor.Arange(1.0, 10.0).Reshape(3, 3);
w = Tensor.Zeros(n, n, n, n);
for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
        for (int k = Math.Max(i - 1, 0); k <= Math.Min(i + 1, n - 1); k++)
            for (int l = Math.Max(j - 1, 0); l <= Math.Min(j + 1, n - 1); l++)
                w[i, j, k, l] = kernel[k - i + 1, l - j + 1];
Tensor convolved = Functional.Conv2d(image.Reshape(1, 1, n, n), kernel.Reshape(1, 1, 3, 3), padding: 1);
Console.WriteLine($"the same as the convolution: {Near(Dense(w, image), convolved.Reshape(n, n))}");
Console.WriteLine($"of {w.Count} weights {w.CountNonZero().Item()} are not 0, and {w.Unique().Values.Count - 1} are different");

// As a matrix from 64 pixels to 64, the layer has nine diagonals, each with one and the same weight but for the gaps at the rim.

HeatMap.Of(w.Reshape(n * n, n * n), "input pixel", "hidden pixel").Show("from-dense-layers-matrix");

// For the photo, the two wishes come to this:

Console.WriteLine($"{"each pixel to each",-32}{pixels * pixels,20:n0}");
Console.WriteLine($"{"the same everywhere",-32}{1999 * 1999,20:n0}");
foreach (int delta in (int[])[5, 2, 1])
    Console.WriteLine($"{$"and only near, Δ = {delta}",-32}{(2 * delta + 1) * (2 * delta + 1),20:n0}");

// Nothing is free: a layer that looks at nine pixels can say nothing of the whole image. Several layers one after the other can, since each sees a little further than the last.

// ## Channels
//
// Colour images have three numbers at each pixel, and a hidden layer that looks for one pattern only would be poor. So both get a third axis, the channels, and the kernel gets two more: for each pair of an input channel k and an output channel d
// it has a little image of its own.
//
//     H[i, j, d] = Σₐ Σᵦ Σₖ V[a, b, k, d] · X[i + a, j + b, k]

var layer = new Conv2d(64, kernel: 3, padding: 1, inputs: 3);
Console.WriteLine($"3 channels to 64: weight {layer.Weight.Shape}, {layer.ParameterCount:n0} parameters with the bias, for images of any size");

// ## What mathematicians call convolution
//
// For two functions f and g, the convolution sums f(a) g(i - a) over all a. The sign is the difference: one of the two is read backwards. If f and g are the probabilities of two dice, their convolution is that of the sum.
// A convolutional layer does not turn the kernel round, so one has to do it oneself, by `Flip`. For a learned kernel it makes no difference.

Tensor die = Tensor.Ones(6);
Tensor sums = Functional.Conv1d(die.Reshape(1, 1, 6), die.Flip(0).Reshape(1, 1, 6), padding: 5);
Console.WriteLine($"ways to throw 2 to 12 with two dice: {sums.Flatten()}");

// ## Does it pay?
//
// Two networks learn digits: one with a hidden layer of 64 units, one with two convolutions, and at the end the maximum over all places. Then the test images are moved to the right, which neither has seen in training.

ImageData images = lesson.Digits();
var data = new ImageDataModule(images, batchSize: 32);
var dense = new Classifier10(new Sequential(new Flatten(), new Linear(64), new ReLU(), new Linear(10)));
var convolutional = new Classifier10(new Sequential(
    new Conv2d(8, kernel: 5, padding: 2), new ReLU(), new MaxPool2d(2),
    new Conv2d(32, kernel: 5, padding: 2), new ReLU(), new MaxPool2d(14), new Flatten(), new Linear(10)));

int[] moves = [0, 1, 2, 3, 4];
Batch test = images.Test.Gather([.. Enumerable.Range(0, Math.Min(1000, images.Test.Count))]);
List<Series> curves = [];
foreach ((string name, Classifier10 model) in
    ((string, Classifier10)[])[("fully connected", dense), ("convolutional", convolutional)])
{
    new Trainer { MaxEpochs = lesson.Pick(fast: 8, usual: 8, full: 3) }.Fit(model, data);
    double[] accuracies = [.. moves.Select(by => AccuracyMoved(model, by))];
    Console.WriteLine($"{name,-16}{model.ParameterCount,7} parameters, accuracy when moved by 0 to 4 pixels: "
        + string.Join(' ', accuracies.Select(a => $"{a:f2}")));
    curves.Add(Series.Of(name, moves.Select(m => (double)m), accuracies));
}
new LinePlot { XLabel = "pixels to the right", YLabel = "accuracy", YLimits = (0, 1), Series = curves }
    .Show("from-dense-layers-moved");

double AccuracyMoved(Classifier10 model, int by)
{
    using var off = Fathom.Autograd.GradMode.NoGrad();
    model.Eval();
    return model.Accuracy(model.Call(test.Input.Roll(by, 3)), test.Target).Item();
}

// The fully connected network has learned where ink is. The convolutional one has learned what strokes look like, with fewer weights, and hardly cares where they are.

static bool Near(Tensor a, Tensor b) => (a - b).Abs().Max().Item() < 1e-4;

// ## Exercises
//
// 1. Suppose Δ = 0. What does the layer compute then, and what use is it once there are channels?
// 2. When would it be wrong to ask for the same weights everywhere? Think of photos of faces, all taken from the front.
// 3. Near the rim, the layer sees zeros that are no part of the image. Write down which outputs are concerned after one, two and ten layers with Δ = 1.
// 4. Shuffle the pixels of all images by one `Tensor.Permutation(784)`. What happens to the accuracy of the two networks, and why?

// ## The class

sealed class Classifier10 : Classifier
{
    public Classifier10(Sequential net) => Net = net;

    public override IOptimizer ConfigureOptimizers() => new Adam(Parameters.Select(p => (Tensor)p), 3e-3);
}
