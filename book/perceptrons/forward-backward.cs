// # Forward and backward propagation
//
// Calling `Backward` is easy. This lesson computes by hand what it does, for a network small enough to follow each number: forward through the computational graph, then back along it by
// the chain rule. After each step, autograd is asked for the same number.

using Fathom;
using Fathom.Autograd;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## A network for one sample
//
// Two inputs, three hidden units with ReLU, two outputs. There are no biases, so that the formulas stay short. The loss is half the squared error, and for a penalty on large weights we add λ/2
// times the sum of their squares (weight decay). W₁ is 3 × 2 and W₂ is 2 × 3 here; vectors are columns.

Tensor x = Tensor.From(1f, 2), y = Tensor.From(0f, 1);
Tensor w1 = Tensor.From(new[,] { { 1f, -0.25f }, { 0.5f, 0.5f }, { -1, 0.25f } }).WithGrad();
Tensor w2 = Tensor.From(new[,] { { 1f, -1, 2 }, { 0.5f, 1, -1 } }).WithGrad();
const float lambda = 0.1f;

// ## Forward
//
// The graph has an arrow from each thing to what is computed from it.
//
//     x ──→ z = W₁x ──→ h = max(z, 0) ──→ o = W₂h ──→ L = ½‖o − y‖² ──→ J = L + s
//               ↑                             ↑               ↑                ↑
//               W₁                            W₂              y                │
//               └──────────────┬──────────────┘                                │
//                              └────────→ s = λ/2 (‖W₁‖² + ‖W₂‖²) ─────────────┘
//
// Going forward means: compute each node once all that it depends on has been computed, and keep the result.

Tensor z = w1.MatVec(x), h = z.Maximum(0), o = w2.MatVec(h);
Tensor loss = (o - y).Square().Sum() / 2;
Tensor penalty = lambda / 2 * (w1.Square().Sum() + w2.Square().Sum());
Tensor objective = loss + penalty;
foreach ((string name, Tensor value) in
    ((string, Tensor)[])[("z", z), ("h", h), ("o", o), ("L", loss), ("s", penalty), ("J", objective)])
    Console.WriteLine($"{name} = {value.Detach()}");

// The third hidden unit is 0: its z is negative.

// ## Backward
//
// Now the other way, from J. For each node we want the gradient of J by it. If we have that of a node, those of its inputs follow by the chain rule: multiply by the derivative of this one step. Nothing else
// about the network needs to be known at that place.
//
// J is a sum, so the gradients by L and by s are 1. L is half a squared length; its gradient by o is the error itself:
//
//     ∂J/∂o = o − y

Tensor?[] automatic = Differentiate.Grad(objective, [o, w2, h, z, w1]);
(w1, w2, z, h, o) = (w1.Detach(), w2.Detach(), z.Detach(), h.Detach(), o.Detach());

Tensor byO = o - y;
Check("o", byO, automatic[0]);

// (The first line has asked autograd for all answers at once. The second drops the history, which the rest does without.)
//
// W₂ meets J on two ways, through o and through s. What comes along them is added: the outer product of the error and h, and λW₂.

Tensor byW2 = byO.Outer(h) + lambda * w2;
Check("W2", byW2, automatic[1]);

// To h, the error goes back through the transpose of W₂. A hidden unit that has added to an output takes its share of that output's error.

Tensor byH = w2.T.MatVec(byO);
Check("h", byH, automatic[2]);

// The ReLU works on each element, and so does its derivative: 1 where z was positive, else 0. The third unit gets nothing.

Tensor byZ = Tensor.Where(z > 0, byH, 0);
Check("z", byZ, automatic[3]);

// And W₁ is to z what W₂ is to o.

Tensor byW1 = byZ.Outer(x) + lambda * w1;
Check("W1", byW1, automatic[4]);

// All equal. What stands above is what `Backward` runs; it has written it itself, while it went forward, from the derivatives of single steps.
//
// A third way of knowing is to move one weight a little and see what J does. It is slow, since it needs two runs forward for each weight, and it rounds; but it cannot share a mistake with
// the other two. The entry of W₁ in the second row, first column:

float step = 1e-2f;
Tensor bump = Tensor.Zeros(3, 2);
bump[1, 0] = step;
double slope = (Objective(w1 + bump) - Objective(w1 - bump)) / (2 * step);
Console.WriteLine($"by trying: {slope:f3}, by hand {byW1[1, 0].Item():f3}");

double Objective(Tensor first)
{
    Tensor output = w2.MatVec(first.MatVec(x).Maximum(0));
    double squares = first.Square().Sum().Item() + w2.Square().Sum().Item();
    return (output - y).Square().Sum().Item() / 2 + lambda / 2 * squares;
}

// ## What has to be kept
//
// The gradient by W₂ needs h, the one by W₁ needs x, the ReLU needs the sign of z. So what was computed on the way forward must stay in memory until the way back is over. It grows with the batch and with the number of layers,
// and it is why training takes much more memory than prediction. For a batch of 256 images and a network of 784, 256 and 10:

const int batchSize = 256, inputs = 784, hidden = 256, classes = 10;
Console.WriteLine($"parameters: {4 * (inputs * hidden + hidden * classes) / 1024.0:f0} KiB, as much again for their gradients");
Console.WriteLine($"kept for the way back: x {4 * batchSize * inputs / 1024.0:f0} KiB, "
    + $"h {4 * batchSize * hidden / 1024.0:f0} KiB, o {4 * batchSize * classes / 1024.0:f0} KiB");

// ## A whole batch
//
// With a batch, samples are the rows of X, and the weights stand on the right, as in the other lessons: Z = XW₁ + b₁. The steps back are the same. An outer product for each sample, summed over the samples, is a matrix product,
// and a bias gets the sum over the rows. For cross-entropy with softmax, the gradient by the scores is (softmax(O) − one-hot(y)) / n.

static Tensor[] Backward(Tensor images, Tensor labels, Tensor[] weights)
{
    (Tensor w1, Tensor b1, Tensor w2, Tensor b2) = (weights[0], weights[1], weights[2], weights[3]);
    using var _ = GradMode.NoGrad();
    Tensor z = images.MatMul(w1) + b1, h = z.Maximum(0), o = h.MatMul(w2) + b2;
    Tensor byO = (o.Softmax(1) - labels.OneHot(10, DType.Float32)) / images.Shape[0];
    Tensor byZ = byO.MatMul(w2.T) * (z > 0).To(DType.Float32);
    return [images.T.MatMul(byZ), byZ.Sum(0), h.T.MatMul(byO), byO.Sum(0)];
}

Tensor[] weights =
[
    Tensor.Normal(0, 0.05, (inputs, hidden)), Tensor.Zeros(hidden),
    Tensor.Normal(0, 0.05, (hidden, classes)), Tensor.Zeros(classes),
];
ImageData data = lesson.Digits();
Batch first = data.Train.Gather([.. Enumerable.Range(0, 64)]);
Tensor rows = first.Input.Flatten(1);
Tensor[] byHand = Backward(rows, first.Target, weights);

Tensor[] watched = [.. weights.Select(w => w.Clone().WithGrad())];
Tensor scores = (rows.MatMul(watched[0]) + watched[1]).Maximum(0).MatMul(watched[2]) + watched[3];
Functional.CrossEntropy(scores, first.Target).Backward();
for (int i = 0; i < 4; i++)
    Console.WriteLine($"{watched[i].Shape}: equal {(byHand[i] - watched[i].Grad!).Abs().Max().Item() < 1e-6}");

// ## Training without autograd
//
// Forward and backward alternate: the weights of now go forward, the values of now go back, and the weights move against their gradients. With the gradient by hand that needs no record of anything.

int epochs = lesson.Pick(fast: 5, usual: 10, full: 10);
List<DataPoint> losses = [];
foreach (int epoch in Enumerable.Range(1, epochs))
{
    double sum = 0;
    var loader = new DataLoader(data.Train, batchSize: 32, shuffle: true, seed: epoch);
    foreach (Batch batch in loader)
    {
        Tensor images = batch.Input.Flatten(1);
        Tensor[] gradients = Backward(images, batch.Target, weights);
        for (int i = 0; i < 4; i++) weights[i] -= 0.1 * gradients[i];
        sum += Functional.CrossEntropy(Scores(images), batch.Target).Item() * batch.Count;
    }
    losses.Add(new(epoch, sum / data.Train.Count));
}
new LinePlot { XLabel = "epoch", YLabel = "loss", Series = [new("by hand", losses)] }.Show("forward-backward");

Batch test = data.Test.Gather([.. Enumerable.Range(0, data.Test.Count)]);
double accuracy = Measures.Accuracy(Scores(test.Input.Flatten(1)), test.Target).Item();
Console.WriteLine($"loss {losses[0].Y:f3} in the first epoch, {losses[^1].Y:f3} in the last; accuracy {accuracy:f3}");

// ## Tools of this lesson

Tensor Scores(Tensor images) =>
    (images.MatMul(weights[0]) + weights[1]).Maximum(0).MatMul(weights[2]) + weights[3];

static void Check(string name, Tensor byHand, Tensor? automatic)
{
    bool equal = (byHand - automatic!).Abs().Max().Item() < 1e-6;
    Console.WriteLine($"by {name}: {byHand}{(byHand.Rank > 1 ? "\n" : ", ")}equal to autograd: {equal}");
}

// ## Exercises
//
// 1. Add biases to the small network, draw the new graph, and derive their gradients.
// 2. Replace ReLU by a sigmoid. Which line of the way back changes, and what has to be kept now?
// 3. How many multiplications does the way back need compared with the way forward? Count the matrix products.
// 4. Suppose the graph is to be differentiated once more. What must be kept then? Compute the second derivative of J by one entry of W₂ by hand, and with `Differentiate.Grad`.
