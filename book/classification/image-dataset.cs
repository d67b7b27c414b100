// # The image classification data set
//
// Fashion-MNIST has 60,000 small grey pictures of clothes to train with and 10,000 to test with, in ten classes. It came to replace the handwritten digits of MNIST, which
// had become too easy. This lesson loads it, looks at it, and makes batches.

using System.Diagnostics;
using Fathom;
using Fathom.Data;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## Loading
//
// `lesson.Clothes()` takes Fashion-MNIST, or a part of it, where it is on this machine. Where it is not, there are digits drawn by the library in their place, so that the lesson
// runs anywhere. In a program of your own, `ImageData.FashionMnist()` fetches the set once and keeps it.

ImageData data = lesson.Clothes();
Console.WriteLine($"{data.Train.Count} and {data.Test.Count} images");
Console.WriteLine($"{data.ClassNames.Count} classes: {string.Join(", ", data.ClassNames)}");

// An image is a tensor with three axes: channels, rows, columns. One channel, since the pictures are grey. The pixels are numbers from 0, black, to 1, white.

(Tensor image, int label) = data.Train[0];
Console.WriteLine($"shape {image.Shape}, from {image.Min()} to {image.Max()}, label {label}");

// Some networks want other sizes. A transform changes the images of each batch while it is made; the set itself stays as it is.

var task = new ImageDataModule(data, batchSize: 64, transform: new Resize(32));
Console.WriteLine($"resized: {task.TrainDataLoader().First().Input.Shape}");

// ## Labels as text
//
// Labels are numbers. To read them, look up the names.

string[] Names(Tensor labels) =>
    [.. labels.ToArray<long>().Select(i => data.ClassNames[(int)i])];

Batch batch = task.TrainDataLoader().First();
Console.WriteLine($"labels {batch.Target.Shape}, type {batch.Target.DType.Name()}");
Console.WriteLine($"the first four: {string.Join(", ", Names(batch.Target[..4]))}");

// ## Reading batches
//
// A loader that is slower than the network keeps it waiting. So let us see how long a walk through all batches takes. Pixels are kept as bytes and become floats when a batch is
// made, several images at a time.

var plain = new ImageDataModule(data, batchSize: 64);
long start = Stopwatch.GetTimestamp();
int samples = plain.TrainDataLoader().Sum(b => b.Count);
double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
Console.WriteLine($"{samples} images in batches of 64 took {seconds:f3} s");

// ## Looking at them
//
// Look at the data before you learn from them, and look again at what the model gets wrong. The first test images, with their names:

Batch shown = plain.ValDataLoader()!.First();
ImageGrid.Of(shown.Input[..16], Names(shown.Target[..16])).Show("image-dataset");

// How many are there of each class? In a good test set the classes are balanced; if nine of ten images were shirts, a model that always says shirt would be right nine times.

int[] classes = [.. Enumerable.Range(0, data.ClassNames.Count)];
int[] counts = [.. classes.Select(c => data.Test.Labels.Count(label => label == c))];
Console.WriteLine($"test images a class: from {counts.Min()} to {counts.Max()}");

// The mean image of each class shows what a linear model has to work with. Trousers are recognised at once; shirts, coats and pullovers are much alike.

Tensor MeanOf(int c)
{
    int[] members = [.. Enumerable.Range(0, data.Train.Count).Where(i => data.Train.Labels[i] == c)];
    return data.Train.Gather(members).Input.Mean(0);
}

Tensor means = Tensor.Stack([.. classes.Select(MeanOf)]);
ImageGrid.Of(means, [.. data.ClassNames], columns: 5).Show("image-dataset-means");

// ## Exercises
//
// 1. Does the batch size change how long a walk through the data takes? Try 1, 64 and 1,024.
// 2. `ImageDataModule` can make batches on other threads (`workers`). When does that help, and when not?
// 3. Find the two test images that are nearest to each other, by the norm of their difference. Are they of one class?
