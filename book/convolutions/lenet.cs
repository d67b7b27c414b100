// # Convolutional neural networks (LeNet)
//
// In 1998 LeNet read the amounts on bank cheques. It has all that this chapter was about: convolutions that find features, pooling that makes the image smaller while the channels become more, and at the end a small multilayer perceptron that decides.

using Fathom;
using Fathom.Autograd;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## The network
//
// Two blocks of convolution, sigmoid and average pooling; then three fully connected layers. The first convolution is padded so that the image stays at 28 × 28, the second is not. The class at the end of the file has nothing but this list. Weights start by Xavier's rule, which keeps
// signals about equally large from layer to layer.
//
// A table of the layers says what becomes of one grey image of 28 × 28. Nothing is computed for it: shapes are enough.

var model = new LeNet5(learningRate: 0.1);
LayerSummary table = LayerSummary.Of(model, (1, 1, 28, 28));
Console.WriteLine(table);

// Pixels become fewer, 784, 196, 100, 25 in a channel, and channels more, 1, 6, 16. Flattened, 16 · 5 · 5 = 400 numbers go into the perceptron. Look where the parameters are:

long convolutions = table.Layers.Where(l => l.Type == "Conv2d").Sum(l => l.Parameters);
Console.WriteLine($"convolutions have {convolutions:N0} of {table.Parameters:N0} parameters");

// Work is spread the other way. A weight of a convolution is used at every pixel, one of a dense layer only once for an image.

long Multiplications(LayerRow layer) => layer.Type switch
{
    "Conv2d" => layer.Parameters / layer.Output[1] * layer.Output.Count,
    "Linear" => layer.Parameters,
    _ => 0,
};
double share = (double)table.Layers.Where(l => l.Type == "Conv2d").Sum(Multiplications) / table.Layers.Sum(Multiplications);
Console.WriteLine($"and do {share:p0} of the multiplications");

// ## Training
//
// With sigmoids and plain gradient descent the network takes its time. At first the loss stays at ln 10 = 2.303, the loss of guessing: gradients become small on their way back through four sigmoids. Several thousand steps get over it, so on
// the 60,000 images of Fashion-MNIST it learns in ten epochs, and on a few hundred images it may not.

ImageData images = lesson.Clothes();
bool isLarge = images.Train.Count >= 10_000;
var data = new ImageDataModule(images, batchSize: isLarge ? 128 : 32);
int epochs = lesson.Pick(fast: 8, usual: isLarge ? 2 : 10, full: 10);
Fit(model, "lenet");

void Fit(Classifier model, string name)
{
    var trainer = new Trainer { MaxEpochs = epochs };
    trainer.Fit(model, data);
    model.Board.ToPlot().Show(name);
    EpochSummary last = trainer.History[^1];
    Console.WriteLine($"after {last.Epoch} epochs: loss {last["train_loss"]:f3} in training, "
        + $"{last["val_loss"]:f3} in validation; accuracy {last["val_accuracy"]:f3}");
}

// One way out is another optimiser. Adam divides each step by the usual size of the gradient, so small gradients no longer mean small steps.

Fit(new LeNet5(learningRate: 0.005, useAdam: true), "lenet-adam");

// The other way out is another network. What has changed since 1998 helps at once. Rectifiers do not flatten out, and maximum pooling keeps what is strong. Not a single parameter is added.

var modern = new LeNet5(learningRate: 0.1, isModern: true);
Fit(modern, "lenet-modern");

// ## What the layers see
//
// The first convolution turns an image into six, and these can be looked at. Some find edges of one direction, some blur, some invert.

Tensor image = images.Test.Gather([0]).Input;
modern.Eval();
using (GradMode.NoGrad())
{
    Tensor maps = modern.Layers[0].Call(image);
    Console.WriteLine($"feature maps {maps.Shape}");
    FigureRow row = new()
    {
        Panels = [ImageGrid.Of(image, ["image"]), ImageGrid.Of(maps[0], [.. Enumerable.Range(0, 6).Select(i => $"channel {i}")], columns: 3)],
    };
    row.Show("lenet-maps");
}

// ## Exercises
//
// 1. Replace only the pooling, then only the sigmoids. Which of the two makes the difference?
// 2. Change the size of the kernels, the number of channels, the number of layers, the learning rate. What is the best accuracy that you find? Change one thing at a time, and note what you tried.
// 3. Feed the trained network with random noise. How sure is it of its answer, and which class is it?
// 4. Show the feature maps of the second convolution. Can you still tell what they mean?

// ## The class

sealed class LeNet5 : Classifier
{
    readonly double learningRate;
    readonly bool useAdam;

    public Sequential Layers => (Sequential)Net!;

    public LeNet5(double learningRate, bool isModern = false, bool useAdam = false)
    {
        (this.learningRate, this.useAdam) = (learningRate, useAdam);
        Init xavier = Init.XavierUniform();
        Module Activate() => isModern ? new ReLU() : new Sigmoid();
        Module Pool() => isModern ? new MaxPool2d(2) : new AvgPool2d(2);
        Net = new Sequential(
            new Conv2d(6, kernel: 5, padding: 2, init: xavier), Activate(), Pool(),
            new Conv2d(16, kernel: 5, init: xavier), Activate(), Pool(),
            new Flatten(),
            new Linear(120, init: xavier), Activate(),
            new Linear(84, init: xavier), Activate(),
            new Linear(10, init: xavier));
    }

    public override IOptimizer ConfigureOptimizers() =>
        useAdam ? new Adam(Parameters, learningRate) : new Sgd(Parameters, learningRate);
}
