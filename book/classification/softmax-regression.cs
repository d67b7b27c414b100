// # Softmax regression
//
// Regression answers how much; classification answers which one. Is the picture a cat, a chicken or a dog? This lesson has the few ideas that turn a linear model into a
// classifier: labels as vectors, scores made into probabilities, and a loss that measures surprise.

using Fathom;
using Fathom.Training.Plotting;

// ## Labels
//
// Classes have no order: a dog is not more than a cat. To give each class a number is fine for storage, but not as the answer of a model, for a chicken is not the mean of a
// cat and a dog. So a label becomes a vector with a 1 in the place of its class, and 0 elsewhere: one-hot.

string[] animals = ["cat", "chicken", "dog"];
Tensor labels = Tensor.From(0L, 2, 1);
Console.WriteLine(labels.OneHot(3));

// ## Scores
//
// A linear layer with one output a class gives a score for each: o = x W + b. With four features and three classes, W has 4 × 3 weights.

Tensor x = Tensor.From(new[,] { { 1f, 0, 2, -1 }, { 0, 1, 1, 1 } });
Tensor w = Tensor.From(new[,] { { 1f, 0, -1 }, { 0, 2, 0 }, { 0.5f, 0, 1 }, { 0, 1, -0.5f } });
Tensor b = Tensor.From(0f, -1, 0);
Tensor o = x.MatMul(w) + b;
Console.WriteLine(o);

// ## Softmax
//
// Scores may be negative and do not add up to 1. The exponential makes them positive, and division by the sum makes them probabilities:
//
//     ŷⱼ = exp(oⱼ) / Σₖ exp(oₖ)
//
// The order stays. The class of the largest score is that of the largest probability, so to predict, the softmax is not even needed.

Tensor p = o.Softmax(1);
Console.WriteLine(p);
Console.WriteLine($"sums of the rows {p.Sum(1)}");
foreach (long k in p.ArgMax(1).ToArray<long>())
    Console.WriteLine($"most probable: {animals[k]}");

// What counts is the difference of scores. Adding a number to all of them changes nothing; multiplying them makes the decision softer or sharper. In physics the factor is
// the inverse of the temperature.

Console.WriteLine($"shifted by 10: {(o + 10).Softmax(1).Sub(p).Abs().Max().Item() < 1e-6}");
Tensor scores = Tensor.From(1f, 2, 3);
foreach (double sharpness in (double[])[0.1, 1, 10])
    Console.WriteLine($"times {sharpness}: {(sharpness * scores).Softmax(0)}");

// With two classes only the difference d of the two scores is left, and the softmax is the sigmoid 1 / (1 + exp(-d)).

Tensor d = Tensor.Linspace(-6, 6, 121);
Tensor both = Tensor.Stack([d, Tensor.ZerosLike(d)]).Softmax(0);
LinePlot.Of(d, both, "difference of scores", "probability", ["first class", "second class"])
    .Show("softmax-regression");

// ## Cross-entropy
//
// The loss of a sample is the negative logarithm of the probability that the model gave to the right class:
//
//     l = -log ŷ_y
//
// It is 0 if the model was sure and right, log 2 for a coin toss, and grows without limit as the right class was thought impossible. Averaged over a data set, to minimise it is
// to maximise the probability of all labels.

foreach (double right in (double[])[1, 0.9, 0.5, 0.1, 0.001])
    Console.WriteLine($"probability {right}: loss {Math.Log(1 / right):f4}");

// ## The gradient
//
// Softmax and logarithm together have a derivative of rare simplicity: by each score it is the difference between probability and label, ŷ - y. As in linear regression, the
// gradient is the error. Take the first sample, and let its class be the dog.

Tensor open = o[0].WithGrad();
Tensor loss = -open.Softmax(0)[2].Log();
loss.Backward();
Console.WriteLine(open.Grad);
Console.WriteLine(p[0] - Tensor.From(0f, 0, 1));

// ## Entropy
//
// Where does the name come from? Information theory measures surprise in logarithms. If events have probabilities p, the mean surprise of who knows them is the entropy
// H(p) = Σ -p log p. Who believes in q instead is surprised more often: the cross-entropy H(p, q) = Σ -p log q is never smaller. The difference is the price of the wrong
// belief.

Tensor truth = Tensor.From(0.5f, 0.25f, 0.25f), belief = Tensor.From(0.1f, 0.3f, 0.6f);
Console.WriteLine($"entropy {-(truth * truth.Log()).Sum()}");
Console.WriteLine($"cross-entropy {-(truth * belief.Log()).Sum()}");

// ## Exercises
//
// 1. Show on paper that the second derivative of the loss by the scores is the variance of the distribution ŷ. Check it with `Differentiate.Hessian`.
// 2. With three equally probable classes, how many bits does a message need that names the class of a sample? And one that names the classes of ten samples?
// 3. RealSoftMax(a, b) = log(exp a + exp b) is larger than max(a, b). By how much at most? What about RealSoftMax(λa, λb) / λ for large λ?
