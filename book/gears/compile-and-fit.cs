// # Compile and fit
//
// The network of the last lesson once more, in the style of Keras: describe the layers, choose how to train, give it arrays. Four calls do everything: `Compile`, `Fit`, `Evaluate`, `Predict`.

using Fathom;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## The data
//
// Two tensors for training and two for testing: images as rows of 784 numbers from 0 to 1, and the labels.

ImageData digits = lesson.Digits(
    train: lesson.Pick(fast: 512, usual: 8000, full: 60_000),
    test: lesson.Pick(fast: 256, usual: 2000, full: 10_000));
(Tensor images, Tensor labels) = digits.Train.All();
(Tensor testImages, Tensor testLabels) = digits.Test.All();
(images, testImages) = (images.Flatten(1), testImages.Flatten(1));
Console.WriteLine($"{images.Shape} and {testImages.Shape}");

// ## The network
//
// What was a class of our own in the last lesson is a layer of the library now. The softmax at the end makes probabilities of scores.

Sequential model = new(new Linear(512), new ReLU(), new Linear(10), new Softmax());
Console.WriteLine(model);

// ## Compile
//
// Compiling chooses three things. The optimiser: RMSprop, which gives each weight a step size of its own. The loss: cross-entropy with class numbers as labels, called sparse categorical. And what is to be reported: the accuracy.
// Names stand for the usual settings; objects such as `new RmsProp(model.Parameters, 1e-3)` or a lambda for the loss take their places where those do not fit.

model.Compile("rmsprop", "sparse_categorical_crossentropy", ["accuracy"]);

// The loss needs the scores before the softmax, for the reasons of the lesson on concise softmax regression. Compiling sees the softmax and takes care of it; `Predict` gives probabilities all the same.

// ## Fit
//
// Five passes over the data in batches of 128. The last tenth is kept aside, to see after each epoch how the model does on images that it does not learn from.

History history = model.Fit(images, labels, epochs: 5, batchSize: 128, validationSplit: 0.1);

history.ToPlot("accuracy", "val_accuracy").Show("compile-and-fit");

// The accuracy in training goes on to rise while that of the images set aside stays behind: the network begins to know its training images by heart. This is overfitting, and to see it is what the validation is for.

// ## Evaluate
//
// The test images have been used for nothing so far, neither to train nor to decide how long.

IReadOnlyDictionary<string, double> result = model.Evaluate(testImages, testLabels);
Console.WriteLine($"test: loss {result["loss"]:f3}, accuracy {result["accuracy"]:f3}");

// ## Predict
//
// For each image ten probabilities.

Tensor probabilities = model.Predict(testImages);
Console.WriteLine($"{probabilities.Shape}, the first adds up to {probabilities[0].Sum()}");
Tensor predicted = probabilities.ArgMax(1);
Console.WriteLine($"first five predicted {predicted[..5]}, labels {testLabels[..5]}");

// The eight images about which it was least sure:

int[] doubtful = probabilities.Amax(1).ArgSort()[..8].ToArray<int>();

string Title(int i) =>
    $"{testLabels[i].Item()}, {probabilities[i].Max().Item():f2} for {predicted[i].Item()}";

ImageGrid.Of(testImages[doubtful].Reshape(8, 28, 28), [.. doubtful.Select(Title)], columns: 4)
    .Show("compile-and-fit-doubtful");

// ## Beside the network by hand
//
// It took a hundred lines by hand and takes a dozen here. What is the same: the layers, the loss, the batches, the loop. What is better is the start, weights of either sign and of a size that suits the number of inputs,
// and RMSprop in the place of plain descent. On 8,000 digits of MNIST that is good for 0.93 after 285 steps, where the network by hand had 0.74 after 2,400. On all 60,000 it reaches 0.98.

// ## Exercises
//
// 1. Compile with `"sgd"` and fit anew. How many epochs does it take to reach the same accuracy?
// 2. Call `Fit` a second time. Does it start anew or go on?
// 3. Leave out the hidden layer. What accuracy remains, and which lesson is this network from?
// 4. Pass `["accuracy", new TopKAccuracy(3)]` as metrics, if you want to know how often the right digit is among the first three.
