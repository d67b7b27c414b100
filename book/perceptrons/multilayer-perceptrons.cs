// # Multilayer perceptrons
//
// A linear model can only weigh its inputs and add them up. This lesson shows a task of four points where that fails, puts a hidden layer in between, and looks at the functions that make a
// hidden layer worth having.

using Fathom;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;
using Fathom.Training.Plotting;
using static Fathom.Nn.Functional;

Lesson lesson = Lesson.Start(args);

// ## Where a line fails
//
// Exclusive or: the answer is 1 if exactly one of two inputs is 1. Each input matters, but in which direction depends on the other. No weights can say that.

Tensor corners = Tensor.From(new[,] { { 0f, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } });
Tensor wanted = Tensor.From(0f, 1, 1, 0).Reshape(4, 1);

var line = new Linear(1, init: Init.Zeros);
Fit(line, corners, wanted, new Sgd(Parameters(line, corners), 0.5), steps: 200);
Console.WriteLine($"the best line says {line.Call(corners).Detach().Flatten()}");

// One half everywhere: it has learned nothing but the mean.

// ## A hidden layer
//
// So compute something in between. The hidden layer h has its own weights and biases, and the output is computed from h:
//
//     h = σ(x W₁ + b₁),    o = h W₂ + b₂
//
// The function σ works on each element. It must not be left out: without it, the two layers are one, with the weights W₁W₂ and the bias b₁W₂ + b₂. Here are 3 inputs, 5 hidden units and 2
// outputs, and a single layer that does the same.

Tensor x = Tensor.RandN(4, 3);
Tensor w1 = Tensor.RandN(3, 5), b1 = Tensor.RandN(5), w2 = Tensor.RandN(5, 2), b2 = Tensor.RandN(2);
Tensor two = (x.MatMul(w1) + b1).MatMul(w2) + b2;
Tensor one = x.MatMul(w1.MatMul(w2)) + (b1.MatMul(w2) + b2);
Console.WriteLine($"two layers without σ are one: {(two - one).Abs().Max().Item() < 1e-4}");

// With σ(z) = max(z, 0) two hidden units are enough for exclusive or. The first counts the ones. The second is 1 only if both are 1, and the output takes it away twice.

w1 = Tensor.From(new[,] { { 1f, 1 }, { 1, 1 } });
b1 = Tensor.From(0f, -1);
w2 = Tensor.From(new[,] { { 1f }, { -2 } });
Tensor h = (corners.MatMul(w1) + b1).Maximum(0);
Console.WriteLine(h);
Console.WriteLine($"with two hidden units {h.MatMul(w2).Flatten()}");

// In the plane of the two hidden units, a line can part what no line parted in the plane of the inputs. That is what hidden layers are for: they put the data where the last layer can
// deal with them. And nobody has to find the weights.

// ## Activation functions
//
// The function between the layers is called activation function. Four of them follow, each beside its gradient, from -8 to 8. The gradient at every place is that of the sum.

Tensor axis = Tensor.Arange(-8.0, 8.0, 0.1);

void Draw(string name, Func<Tensor, Tensor> f) => new FigureRow
{
    Panels = [LinePlot.Of(axis, f(axis), "x", name), LinePlot.Of(axis, Slope(f, axis), "x", $"gradient of {name}")],
}.Show($"multilayer-perceptrons-{name}");

// ## ReLU
//
// The rectified linear unit keeps what is positive and cuts off the rest: max(x, 0). It is cheap, and where it lets a value pass, it lets the gradient pass unchanged. Where it does not,
// the gradient is 0. At 0 itself there is no derivative, and one takes 0.

Draw("relu", Relu);
Tensor places = Tensor.From(-2f, 0, 2);
Console.WriteLine($"relu {Relu(places)}, gradient {Slope(Relu, places)}");

// ## Sigmoid
//
// 1 / (1 + exp(-x)) presses all numbers into the interval from 0 to 1, as probabilities want it. Its derivative is sigmoid(x) · (1 - sigmoid(x)): at most one quarter, at 0, and next to
// nothing where |x| is large.

Draw("sigmoid", Sigmoid);
Console.WriteLine($"sigmoid {Sigmoid(places)}, gradient {Slope(Sigmoid, places)}");
Tensor s = Sigmoid(axis);
Console.WriteLine($"equal to s (1 - s): {Near(Slope(Sigmoid, axis), s * (1 - s))}");
Console.WriteLine($"gradient at 8: {Slope(Sigmoid, Tensor.From(8f)).Item():f6}");

// A gradient on its way back is multiplied by such a factor in each layer. Ten layers of sigmoids leave at best a millionth of it:

Console.WriteLine($"0.25 to the tenth: {Math.Pow(0.25, 10):e2}");

// That is why hidden layers seldom have sigmoids any more. They are still at the end of a model that answers yes or no, and inside gates.

// ## Tanh
//
// The hyperbolic tangent, (1 - exp(-2x)) / (1 + exp(-2x)), runs from -1 to 1 and is odd: tanh(-x) = -tanh(x). Its derivative is 1 - tanh²(x), which is 1 at 0. It is a sigmoid, stretched:
// tanh(x) = 2 sigmoid(2x) - 1.

Draw("tanh", Tanh);
Console.WriteLine($"tanh {Tanh(places)}, gradient {Slope(Tanh, places)}");
Tensor t = Tanh(axis);
Console.WriteLine($"equal to 1 - t²: {Near(Slope(Tanh, axis), 1 - t.Square())}");
Console.WriteLine($"equal to 2 sigmoid(2x) - 1: {Near(t, 2 * Sigmoid(2 * axis) - 1)}");

// ## Parametric ReLU
//
// A ReLU whose input is negative for every sample gets no gradient any more, and never comes back. The parametric ReLU leaves a small slope α for negative numbers,
//
//     prelu(x) = max(0, x) + α min(0, x),
//
// here 0.1.

static Tensor PReluByHand(Tensor x, Tensor alpha) => x.Maximum(0) + alpha * x.Minimum(0);

Draw("prelu", x => PReluByHand(x, 0.1f));
Console.WriteLine($"prelu {PReluByHand(places, 0.1f)}, gradient {Slope(x => PReluByHand(x, 0.1f), Tensor.From(-2f, 2))}");

// In a network α is learned, as the weights are. Its gradient is min(0, x), added up over the elements that share it. The layer `PReLU` starts with one quarter, as its inventors did.

Tensor alpha = Tensor.From(0.1f).WithGrad();
PReluByHand(places, alpha).Sum().Backward();
Console.WriteLine($"gradient by α: {alpha.Grad}");
Console.WriteLine($"the layer's α: {new PReLU().Weight.Detach()}");

// The derivatives that the text states, over the whole axis:

new LinePlot
{
    XLabel = "x", YLabel = "gradient",
    Series =
    [
        Series.Of("relu", axis, Slope(Relu, axis)),
        Series.Of("sigmoid", axis, Slope(Sigmoid, axis)),
        Series.Of("tanh", axis, Slope(Tanh, axis)),
        Series.Of("prelu, 0.1", axis, Slope(x => PReluByHand(x, 0.1f), axis)),
    ],
}.Show("multilayer-perceptrons-gradients");

// ## What a hidden layer can draw
//
// With one input and one output, a network with ReLUs is a line with bends, one for each hidden unit at most. The more units, the closer it comes to any continuous function. To see it, networks of three
// widths learn the sine.

Tensor angle = Tensor.Linspace(-1, 1, 200).Reshape(200, 1) * Math.PI, sine = angle.Sin();
int steps = lesson.Pick(fast: 400, usual: 3000, full: 10_000);
List<Series> curves = [Series.Of("sine", angle.Flatten(), sine.Flatten())];
foreach (int width in (int[])[1, 4, 64])
{
    var net = new Sequential(new Linear(width), new ReLU(), new Linear(1));
    double error = Fit(net, angle, sine, new Adam(Parameters(net, angle), 0.01), steps);
    Console.WriteLine($"{width} hidden: mean squared error {error:f4}");
    curves.Add(Series.Of($"{width} hidden", angle.Flatten(), net.Call(angle).Detach().Flatten()));
}
new LinePlot { XLabel = "x", Series = curves }.Show("multilayer-perceptrons-sine");

// That a single hidden layer is able to do so in principle does not mean that it is the best way. Several layers, each of which computes from what the last one found, often need far fewer
// units; that is the subject of the chapters on convolutions.

// ## Tools of this lesson

static IEnumerable<Tensor> Parameters(Module module, Tensor input)
{
    module.Call(input);
    return module.Parameters.Select(p => (Tensor)p);
}

// `Parameters` calls a module once, so that its layers learn how many inputs they have. `Fit` takes the gradient over all samples at once and returns the last loss.

static double Fit(Module module, Tensor input, Tensor wanted, Optimizer optimizer, int steps)
{
    double last = 0;
    for (int i = 0; i < steps; i++)
    {
        Tensor loss = MeanSquaredError(module.Call(input), wanted);
        optimizer.ZeroGrad();
        loss.Backward();
        optimizer.Step();
        last = loss.Item();
    }
    return last;
}

static Tensor Slope(Func<Tensor, Tensor> f, Tensor at)
{
    Tensor x = at.Clone().WithGrad();
    f(x).Sum().Backward();
    return x.Grad!;
}

static bool Near(Tensor a, Tensor b) => (a - b).Abs().Max().Item() < 1e-6;

// ## Exercises
//
// 1. Show that a network with ReLUs is a linear function in each region where the same units are active. How many such regions can one hidden layer with n units and one input have at most?
// 2. Compute the derivative of pReLU by x and by α on paper, and compare with the plots.
// 3. Replace ReLU by tanh in the networks that learn the sine. How few units are enough now, and why?
// 4. Give the exclusive or to a network with two hidden units and random weights, and train it twenty times with different seeds. How often does it succeed? What became of the units where it did not?
