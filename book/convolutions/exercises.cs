// # Exercises of the chapter, worked
//
// A few questions that people ask after this chapter: convolutions of sound, edges in other directions, and what two kernels do one after the other. Try them first; here is one way to answer each.

using Fathom;
using Fathom.Nn;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## Sound: one dimension
//
// A sound is a sequence of numbers, and a kernel slides along it. `Conv1d` takes (sounds, channels, time). As for images, a kernel of 3 with a padding of 1 keeps the length.

Tensor sound = Tensor.RandN(1, 1, 100);
Console.WriteLine(new Conv1d(1, kernel: 3, padding: 1).Call(sound).Shape);

// What could it be good for? Take a slow tone with a fast one on top. A kernel of equal weights averages over neighbours and takes the fast tone away; what it took away is left when its output is subtracted from the input. The first is called a low-pass, the second a high-pass filter.
// The fast tone repeats after 5 samples, so an average over 5 removes it completely.

Tensor time = Tensor.Arange(100.0);
Tensor slowTone = (time * (2 * Math.PI / 50)).Sin(), fastTone = 0.5 * (time * (2 * Math.PI / 5)).Sin();
Tensor mixed = (slowTone + fastTone).Reshape(1, 1, 100);
Tensor low = Functional.Conv1d(mixed, Tensor.Full((1, 1, 5), 0.2), padding: 2);
Tensor high = mixed - low;
LinePlot.Of(time, Tensor.Stack([mixed.Reshape(100), low.Reshape(100), high.Reshape(100)]), "time", legend: ["mixed", "low", "high"]).Show("exercises-sound");
double left = (low.Reshape(100) - slowTone)[2..98].Abs().Max().Item();
Console.WriteLine($"the low-pass is within {left:f2} of the slow tone, away from the ends");

// ## Edges in other directions
//
// The kernel [1, -1] is easily upset by noise, since it compares single pixels. Prewitt's kernel compares three with three, Sobel's gives the middle row double weight. Transposed they find edges of the other direction.

Tensor prewitt = Tensor.From(new[,] { { -1f, 0, 1 }, { -1, 0, 1 }, { -1, 0, 1 } });
Tensor sobel = Tensor.From(new[,] { { -1f, 0, 1 }, { -2, 0, 2 }, { -1, 0, 1 } });
Tensor noise = Tensor.RandN(1, 1, 5, 5);
Console.WriteLine(Functional.Conv2d(noise, prewitt.Reshape(1, 1, 3, 3), padding: 1).Shape);

// An image with edges in all directions: a disc. One call computes both directions, as two output channels.

Tensor axis = Tensor.Linspace(-1, 1, 41);
Tensor disc = (axis.Square() + axis.Square().Unsqueeze(1)).Le(0.5).To(DType.Float32);
Tensor both = Tensor.Stack([sobel, sobel.T]).Unsqueeze(1);
Tensor gradient = Functional.Conv2d(disc.Reshape(1, 1, 41, 41), both, padding: 1)[0];
Console.WriteLine($"kernels {both.Shape}, output {gradient.Shape}");

// The two channels are the parts of an arrow that points across the edge. Its length, √(gₓ² + gᵧ²), is large at every edge, whatever its direction; the angle of the arrow is the direction itself.

Tensor length = gradient.Square().Sum(0).Sqrt();
Tensor scaled = Tensor.Stack([disc, gradient[0] / 4, gradient[1] / 4, length / 4]);
ImageGrid.Of(scaled, ["disc", "across", "down", "length"], limits: (-1, 1)).Show("exercises-sobel");
Console.WriteLine($"inside {length[20, 20].Item()}, at the edge up to {length.Max().Item():f3}");

// Rows and columns can be taken apart. Sobel's kernel is an outer product: it smooths down the columns with [1, 2, 1], and differentiates along the rows with [-1, 0, 1]. Applied one after the other, these take 6 multiplications for a pixel in place of 9.

Tensor smooth = Tensor.From(1f, 2, 1), derive = Tensor.From(-1f, 0, 1);
Console.WriteLine($"outer product: {smooth.Outer(derive)}");

// Not every kernel can be taken apart: as a matrix it must have rank 1. This one for diagonal edges has not, since its first row is no multiple of its second.

Tensor diagonal = Tensor.From(new[,] { { 0f, 1, 2 }, { -1, 0, 1 }, { -2, -1, 0 } });
Tensor slanted = Tensor.Ones(5, 5).Tril();
Console.WriteLine(Functional.Conv2d(slanted.Reshape(1, 1, 5, 5), diagonal.Reshape(1, 1, 3, 3))[0, 0]);

// ## Stride and padding
//
// A kernel of 3 × 5, with a padding of 1 column and strides of 3 and 4, on an image of 10 × 10: ⌊(10 - 3) / 3⌋ + 1 = 3 rows and ⌊(10 + 2 - 5) / 4⌋ + 1 = 2 columns.

Console.WriteLine(new Conv2d(1, kernel: (3, 5), padding: (0, 1), stride: (3, 4)).Call(Tensor.Rand(1, 1, 10, 10)).Shape);

// ## Two kernels are one
//
// Two padded layers of 3 × 3 one after the other leave the size as it is:

var first = new Conv2d(1, kernel: 3, padding: 1, bias: false, inputs: 1);
var second = new Conv2d(1, kernel: 3, padding: 1, bias: false, inputs: 1);
Tensor x = Tensor.Rand(1, 1, 10, 10);
Console.WriteLine(second.Call(first.Call(x)).Shape);

// Both are linear, so together they are linear, and they look at each place in the same way. So there must be a single kernel that does the work of both. Its size is 3 + 3 - 1 = 5. To find it, correlate one of the kernels, with a frame of 2 zeros, with the other one flipped: that is a convolution
// in the strict sense.

Tensor Compose(Tensor a, Tensor b) => Functional.Conv2d(a, b.Flip(2, 3), padding: (b.Shape[2] - 1, b.Shape[3] - 1));

Tensor composed = Compose(first.Weight.Detach(), second.Weight.Detach());
Tensor twoSteps = Functional.Conv2d(Functional.Conv2d(x, first.Weight), second.Weight);
Tensor oneStep = Functional.Conv2d(x, composed);
Console.WriteLine($"one kernel of {composed.Shape}, the same: {(twoSteps - oneStep).Abs().Max().Item() < 1e-5}");

// With kernels of whole numbers it can be followed by hand. Averaging twice over two pixels is averaging with the weights 1, 2, 1, and twice the difference of neighbours is the second derivative:

Console.WriteLine(Compose(Tensor.From(1f, 1).Reshape(1, 1, 1, 2), Tensor.From(1f, 1).Reshape(1, 1, 1, 2))[0, 0]);
Console.WriteLine(Compose(Tensor.From(1f, -1).Reshape(1, 1, 1, 2), Tensor.From(1f, -1).Reshape(1, 1, 1, 2))[0, 0]);

// The other way round is not always possible: most kernels of 5 × 5 have 25 free weights, and two of 3 × 3 together only 18.
//
// At the rim padding spoils it. Where zeros are put around the image twice, those of the second time stand for values that the single kernel would have computed. Compare the padded versions inside and outside of a frame of one pixel:

Tensor gap = (second.Call(first.Call(x)) - Functional.Conv2d(x, composed, padding: 2)).Abs()[0, 0];
Console.WriteLine($"inside equal: {gap[1..9, 1..9].Max().Item() < 1e-5}, at the rim too: {gap.Max().Item() < 1e-5}");

// So stacking convolutions without a non-linearity between them only gains a larger kernel. It is the rectifier in the middle that makes two layers more than one.

// ## Exercises
//
// 1. Which kernel does nothing at all? Which moves an image by one pixel?
// 2. How many kernels of 3 × 3, one after the other, does it take for the receptive field of a 7 × 7 kernel? Count weights on both sides, for c channels in and out.
// 3. Blur the disc with a kernel of rank 1, of Gaussian weights, in one step and in two. Measure the time of both for a kernel of 15 × 15.
// 4. Compose two layers with several channels each. What becomes of the channel in the middle?
