// # A network by hand
//
// Two dense layers that read digits, with nothing of the library but tensors and gradients: no modules, no optimiser, no loader, no trainer. At the end you will have written all of these yourself, each in a
// few lines.

using Fathom;
using Fathom.Autograd;
using Fathom.Data;
using Fathom.Training;

Lesson lesson = Lesson.Start(args);

// ## A dense layer
//
// A layer computes activation(x W + b). W starts with random numbers, here between 0 and 0.1, and b with zeros. (The class is at the end of the file.)

var dense = new NaiveDense(inputs: 28 * 28, outputs: 512, x => x.Relu());
foreach (Tensor w in dense.Weights) Console.WriteLine($"a weight of shape {w.Shape}");

// ## A chain of layers
//
// A model calls its layers in turn, and its weights are all of theirs. The first layer makes 512 features of 784 pixels; the second makes ten probabilities of them.

var model = new NaiveSequential(
    new NaiveDense(28 * 28, 512, x => x.Relu()),
    new NaiveDense(512, 10, x => x.Softmax(1)));
Console.WriteLine($"{model.Weights.Count} weights, {model.Weights.Sum(w => w.Count)} numbers");

// ## A batch generator
//
// The data are two tensors, images as rows and labels. `yield return` hands out one slice of each at a time.

static IEnumerable<(Tensor Images, Tensor Labels)> Batches(
    Tensor images, Tensor labels, int batchSize = 128)
{
    if (images.Shape[0] != labels.Shape[0])
        throw new ArgumentException($"{images.Shape[0]} images, but {labels.Shape[0]} labels.");
    for (int i = 0; i < images.Shape[0]; i += batchSize)
    {
        Range rows = i..Math.Min(i + batchSize, images.Shape[0]);
        yield return (images[rows], labels[rows]);
    }
}

// ## One training step
//
// Predict; compute the loss, the mean of -log of the probability of the right class; get its gradients from the tape; move the weights. That is the whole of deep learning in a dozen lines.

Tensor OneTrainingStep(Tensor images, Tensor labels)
{
    using var tape = new GradientTape();
    Tensor probabilities = model.Call(images);
    Tensor losses = -(probabilities.Gather(1, labels.Unsqueeze(1)) + 1e-7).Log();
    Tensor mean = losses.Mean();
    UpdateWeights(tape.Gradient(mean, model.Weights));
    return mean;
}

// The small number inside the logarithm keeps the loss finite where a probability has been rounded to 0.
//
// The simplest way to update: subtract the gradient, times a small number. In place, and unrecorded.

const double learningRate = 1e-3;

void UpdateWeights(Tensor?[] gradients)
{
    using (GradMode.NoGrad())
        foreach ((Tensor w, Tensor? g) in model.Weights.Zip(gradients)) w.SubInPlace(g! * learningRate);
}

// ## The full loop

void Fit(Tensor images, Tensor labels, int epochs, int batchSize = 128)
{
    int every = lesson.Pick(fast: 20, usual: 200, full: 200), step = 0;
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        foreach ((Tensor x, Tensor y) in Batches(images, labels, batchSize))
        {
            Tensor loss = OneTrainingStep(x, y);
            if (step % every == 0) Console.WriteLine($"epoch {epoch}, step {step}: loss {loss.Item():f2}");
            step++;
        }
    }
}

ImageData digits = lesson.Digits(
    train: lesson.Pick(fast: 512, usual: 8000, full: 60_000),
    test: lesson.Pick(fast: 256, usual: 2000, full: 10_000));
(Tensor trainImages, Tensor trainLabels) = Rows(digits.Train);
(Tensor testImages, Tensor testLabels) = Rows(digits.Test);
Console.WriteLine($"images {trainImages.Shape}, labels {trainLabels.Shape}");

static (Tensor Images, Tensor Labels) Rows(LabeledImages set)
{
    Batch all = set.Gather([.. Enumerable.Range(0, set.Count)]);
    return (all.Input.Flatten(1), all.Target);
}

// Before training, the model is not just ignorant but sure of it: weights that are all positive make large scores, and the loss starts high, at 4 to 8. A model that knew nothing and said so would have log 10 = 2.3.
// The weights are then moved by a thousandth of the gradient a step, and it takes hundreds of steps to go below.

Fit(trainImages, trainLabels, epochs: lesson.Pick(fast: 25, usual: 38, full: 5));

// ## Evaluation
//
// The predicted digit is the place of the largest probability. How often is it the right one, on images never seen in training?

using (GradMode.NoGrad())
{
    Tensor predicted = model.Call(testImages).ArgMax(1);
    Tensor matches = predicted.Eq(testLabels);
    Console.WriteLine($"accuracy: {matches.To(DType.Float32).Mean().Item():f2}");
}

// With 60,000 images and five epochs, plain gradient descent at this rate reaches about 0.75. The same network with a better start and a better optimiser reaches 0.98, as the next lesson shows; nothing in the loop has to
// change for that but `UpdateWeights`.

// ## Exercises
//
// 1. Replace `UpdateWeights` by the library's optimiser: make `new Sgd(model.Weights, learningRate)` once, put each gradient into `Grad`, and call `Step`.
// 2. Draw the weights from a normal distribution with mean 0 and deviation 0.05 instead. Where does the loss start now, and where does it end?
// 3. Our batches come in the same order in every epoch. Shuffle the rows before each. Does it matter?
// 4. Write a third layer. What is the smallest change that makes the model learn again?

// ## The classes

sealed class NaiveDense(int inputs, int outputs, Func<Tensor, Tensor> activation)
{
    readonly Tensor w = Tensor.Uniform(0, 0.1, (inputs, outputs)).WithGrad();
    readonly Tensor b = Tensor.Zeros(outputs).WithGrad();

    public IReadOnlyList<Tensor> Weights => [w, b];

    public Tensor Call(Tensor x) => activation(x.MatMul(w) + b);
}

sealed class NaiveSequential(params NaiveDense[] layers)
{
    public IReadOnlyList<Tensor> Weights => [.. layers.SelectMany(layer => layer.Weights)];

    public Tensor Call(Tensor x)
    {
        foreach (NaiveDense layer in layers) x = layer.Call(x);
        return x;
    }
}
