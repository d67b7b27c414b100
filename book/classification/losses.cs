// # Loss functions compared
//
// A loss turns the question how good is this model into a number with a slope. Which loss is right depends on what the outputs mean and on which mistakes hurt. This lesson sets the common ones
// side by side, computes each on a small example by hand and with the library, and draws them.

using Fathom;
using Fathom.Nn;
using Fathom.Training.Plotting;
using static Fathom.Nn.Functional;

// ## Numbers: squared, root, absolute, Huber
//
// Five predictions and what they should have been. The last is an outlier.

Tensor predicted = Tensor.From(2.5f, 0, 2, 8, 10), wanted = Tensor.From(3f, -0.5f, 2, 7, 30);
Tensor error = predicted - wanted;
Console.WriteLine(error);
Print("mean squared error (MSE)", error.Square().Mean(), MeanSquaredError(predicted, wanted));
Print("its root (RMSE)", error.Square().Mean().Sqrt(), RootMeanSquaredError(predicted, wanted));
Print("mean absolute error (MAE)", error.Abs().Mean(), AbsoluteError(predicted, wanted));
Tensor size = error.Abs(), huber = Tensor.Where(size <= 1, size.Square() / 2, size - 0.5);
Print("Huber", huber.Mean(), Huber(predicted, wanted));

// The squared error is almost all outlier: 400 of its 401.5, before the division by 5. It is the loss for normal noise, where an error of 20 would be a catastrophe. Its root says the
// same, in the unit of the data, and is what one reports. The absolute error takes the outlier for what it is, one point of five, but its slope is as large for tiny errors as for large
// ones, so that training does not settle. Huber's loss is square near 0 and straight beyond.

Tensor e = Tensor.Linspace(-3, 3, 121), zero = Tensor.ZerosLike(e);
Func<Tensor, Tensor>[] losses =
[
    x => MeanSquaredError(x, zero, Reduction.None),
    x => AbsoluteError(x, zero, Reduction.None),
    x => Huber(x, zero, reduction: Reduction.None),
];
string[] names = ["squared", "absolute", "Huber"];
new FigureRow
{
    Panels =
    [
        LinePlot.Of(e, Tensor.Stack([.. losses.Select(f => f(e))]), "error", "loss", names),
        LinePlot.Of(e, Tensor.Stack([.. losses.Select(Slope)]), "error", "gradient", names),
    ],
}.Show("losses-regression");

// ## Yes or no: binary cross-entropy
//
// A probability p for yes, and a label that is 1 or 0. The loss is -log p if yes is right and -log(1 - p) if not:
//
//     l = -y log p - (1 - y) log(1 - p)

Tensor p = Tensor.From(0.9f, 0.2f, 0.6f, 0.1f), yes = Tensor.From(1f, 0, 0, 1);
Tensor byHand = -(yes * p.Log() + (1 - yes) * (1 - p).Log()).Mean();
Print("binary cross-entropy", byHand, BinaryCrossEntropy(p, yes));

// The last sample was sure and wrong: it alone has log 10 = 2.30. Models should give scores x with p = sigmoid(x), and leave the sigmoid to the loss. For a score of 100 and the label 0 the
// loss is 100; by way of the probability, which rounds to 1, it would be infinite. (The library stops at 100 there, as PyTorch does; but its slope is gone.)

Tensor scores = (p / (1 - p)).Log();
Print("the same from scores", byHand, BinaryCrossEntropyWithLogits(scores, yes));
Tensor sure = BinaryCrossEntropyWithLogits(Tensor.From(100f), Tensor.From(0f));
Console.WriteLine($"score 100, label 0: {sure}");

// ## One of several: categorical cross-entropy
//
// Softmax over the classes, then -log of the probability of the right one. Labels may be whole distributions, one-hot or soft (in Keras: categorical), or simply the number of the class
// (sparse categorical). The library tells them apart by their type: floats are probabilities, integers are classes. Both give the same number.

Tensor logits = Tensor.From(new[,] { { 2f, 1, 0.1f }, { 0.5f, 2.5f, 0.3f }, { 0.2f, 0.4f, 0.1f } });
Tensor classes = Tensor.From(0L, 1, 2);
Tensor oneHot = classes.OneHot(3).To(DType.Float32);
byHand = -(oneHot * logits.Softmax(1).Log()).Sum(1).Mean();
Print("categorical, one-hot labels", byHand, CrossEntropy(logits, oneHot));
Print("categorical, class numbers", byHand, CrossEntropy(logits, classes));

// A model that is never to be quite sure gets smoothed labels: a tenth of each is spread over all classes. Rare classes can be given a larger weight.

Tensor weight = Tensor.From(1f, 1, 5);
Console.WriteLine($"smoothed by 0.1: {CrossEntropy(logits, classes, labelSmoothing: 0.1)}");
Console.WriteLine($"third class counts five times: {CrossEntropy(logits, classes, weight)}");

// ## Hard samples first: focal loss
//
// If ninety-nine of a hundred samples are easy, they drown the rest, since each still contributes a little. The focal loss multiplies the cross-entropy by (1 - p)^γ, where p is the probability
// of the right class. With γ = 0 it is the cross-entropy; with γ = 2, a sample at p = 0.9 counts a hundredth.

Tensor right = logits.LogSoftmax(1).Gather(1, classes.Unsqueeze(1)).Squeeze(1);
Print("focal, gamma 2", -((1 - right.Exp()).Square() * right).Mean(), Focal(logits, classes));
Print("focal, gamma 0", CrossEntropy(logits, classes), Focal(logits, classes, gamma: 0));

double[] gammas = [0, 0.5, 1, 2, 5];
new LinePlot
{
    XLabel = "probability of the right class", YLabel = "loss", YLimits = (0, 5),
    Series = [.. gammas.Select(g =>
        Series.Of(g == 0 ? "cross-entropy" : $"gamma {g}", q => -Math.Pow(1 - q, g) * Math.Log(q), 0.005, 1))],
}.Show("losses-focal");

// ## A margin: hinge
//
// Labels are 1 and -1 here, and the loss max(0, 1 - y x) is 0 as soon as a score is on the right side by more than 1. What is far on the right side does not pull at all; support vector machines
// get their name from the few samples that still do.

Tensor sides = 2 * yes - 1;
Print("hinge", (1 - sides * scores).Maximum(0).Mean(), Hinge(scores, sides));

Tensor margin = Tensor.Linspace(-3, 3, 121), one = Tensor.OnesLike(margin);
new LinePlot
{
    XLabel = "score on the right side", YLabel = "loss",
    Series =
    [
        Series.Of("wrong or right", margin, margin < 0),
        Series.Of("hinge", margin, Hinge(margin, one, reduction: Reduction.None)),
        Series.Of("cross-entropy", margin, BinaryCrossEntropyWithLogits(margin, one, reduction: Reduction.None)),
        Series.Of("focal", margin, BinaryFocal(margin, one, alpha: null, reduction: Reduction.None)),
    ],
}.Show("losses-binary");

// ## Distributions: Kullback-Leibler
//
// How far is a distribution q from p? The cross-entropy less the entropy of p itself: Σ p log(p / q). For one-hot labels the entropy is 0, and this is the cross-entropy again. It serves where the target is a
// distribution, for example what another model said.

Tensor truth = Tensor.From(0.5f, 0.25f, 0.25f), model = Tensor.From(0.1f, 0.3f, 0.6f);
byHand = (truth * (truth / model).Log()).Sum();
Print("Kullback-Leibler", byHand, KullbackLeibler(model.Log(), truth, reduction: Reduction.Sum));

// ## Does the loss say how accurate a model is?
//
// No, though the two go together. The first curve of the last picture is what accuracy counts: it has no slope anywhere, so that no gradient could follow it. The other curves are stand-ins: smooth, and
// small only where the first is 0. A model may lower its loss by being surer of what it had right already, without one more right answer; and it may get one more right and pay for it elsewhere.
//
// | outputs | labels | loss | layer at the end |
// |---|---|---|---|
// | a number | a number | squared; absolute or Huber with outliers | none |
// | yes or no | 0 or 1 | binary cross-entropy | sigmoid, inside the loss |
// | one of several | class number, or distribution | cross-entropy | softmax, inside the loss |
// | several of several | a 0 or 1 for each | binary cross-entropy for each | sigmoid, inside the loss |
// | few among very many easy ones | as above | focal | as above |

// Each line gives the value by hand and that of the library.

static void Print(string name, Tensor byHand, Tensor library) =>
    Console.WriteLine($"{name}: {byHand.Item():f4} {library.Item():f4}");

Tensor Slope(Func<Tensor, Tensor> f)
{
    Tensor at = e.Clone().WithGrad();
    f(at).Sum().Backward();
    return at.Grad!;
}

// ## Exercises
//
// 1. Which constant prediction minimises the squared error over `wanted`? Which the absolute error? Which Huber's?
// 2. Why is the squared error of a sigmoid a poor loss for yes and no? Draw its gradient for a sample that is wrong by far.
// 3. Work out by hand why the focal loss of p = 0.9 at γ = 2 is a hundredth of the cross-entropy.
// 4. RMSE and MSE have their minima at the same weights. Do they give the same training with `Sgd`?
