// # Multilayer perceptron, concise
//
// With the library's layers, the network is a list of four. That makes it easy to change one, and this lesson does: it trains the same network with each of the activation functions.

using Fathom;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## The model
//
// `Linear(256)` asks how many outputs there are; the inputs it learns from the first batch, or from a shape given for the purpose. Running it for its shapes shows the layers one by one.

var model = new Perceptron(new ReLU(), hidden: 256, learningRate: 0.1);
Console.WriteLine(LayerSummary.Of(model.Net!, (1, 1, 28, 28)));

// ## Training

ImageData images = lesson.Clothes();
var data = new ImageDataModule(images, batchSize: images.Train.Count < 10_000 ? 32 : 256);

Trainer Train(Perceptron network)
{
    var trainer = new Trainer { MaxEpochs = lesson.Pick(fast: 4, usual: 10, full: 10) };
    trainer.Fit(network, data);
    return trainer;
}

EpochSummary last = Train(model).History[^1];
model.Board.ToPlot().Show("mlp-concise");
Console.WriteLine($"after {last.Epoch} epochs: loss {last["train_loss"]:f3} in training, "
    + $"{last["val_loss"]:f3} in validation; accuracy {last["val_accuracy"]:f3}");

// Compare with [softmax regression](../classification/softmax-concise.cs) on the same images: the only difference is a hidden layer.

// ## The activation functions compared
//
// The same network, the same data in the same order, the same first weights (the seed is set anew each time), the same learning rate. Only the activation function differs. The last
// has none: two linear layers in a row.

(string Name, Func<Module> Make)[] kinds =
[
    ("ReLU", () => new ReLU()),
    ("PReLU", () => new PReLU()),
    ("tanh", () => new Tanh()),
    ("sigmoid", () => new Sigmoid()),
    ("none", () => new Sequential()),
];
List<Series> losses = [];
foreach ((string name, Func<Module> make) in kinds)
{
    Tensor.Seed(0);
    IReadOnlyList<EpochSummary> history = Train(new Perceptron(make(), 256, 0.1)).History;
    Console.WriteLine($"{name,-8} loss {history[^1]["train_loss"]:f3}, accuracy {history[^1]["val_accuracy"]:f3}");
    losses.Add(Series.Of(name, history.Select(e => (double)e.Epoch), history.Select(e => e["train_loss"])));
}
new LinePlot { XLabel = "epoch", YLabel = "training loss", Series = losses }.Show("mlp-concise-activations");

// The sigmoid is the slowest. Its values are all positive and its slope is one quarter at most, so that less of the gradient arrives at the first layer. The network without activation has a good start, since a
// linear model has little to find out. With a few hundred images it may even end first. With thousands it falls behind: for all its 203,530 parameters it can say no more than softmax regression can with 7,850.

// ## Exercises
//
// 1. Train for five times as many epochs. Which of the five curves go on falling, and what does the loss in validation do meanwhile?
// 2. Find a learning rate for the sigmoid with which it keeps up with the others.
// 3. Compare a network with one hidden layer of 256 units to one with four layers of 64. Count the parameters of both before you train.
// 4. What is the value of α in the PReLU after training? Print `Weight` of the layer.

// ## The class

sealed class Perceptron : Classifier
{
    readonly double learningRate;

    public Perceptron(Module activation, int hidden, double learningRate)
    {
        this.learningRate = learningRate;
        Net = new Sequential(new Flatten(), new Linear(hidden), activation, new Linear(10));
    }

    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}
