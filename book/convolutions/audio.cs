// # Sound: convolution in one dimension
//
// A sound is a row of numbers, the pressure of the air thousands of times a second. What held for images holds for it: a beep is a beep whenever it comes, and what matters is close together in time. So a kernel may slide along the
// time axis. This lesson does so with kernels that are given, and with kernels that are learned.

using Fathom;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## One axis less
//
// `Conv1d` takes (sounds, channels, length). A microphone has one channel, stereo has two. A kernel of 3 with one zero on each side keeps the length.

Tensor noise = Tensor.RandN(1, 1, 100);
var layer = new Conv1d(1, kernel: 3, padding: 1);
Console.WriteLine($"after convolution: {layer.Call(noise).Shape}, weight {layer.Weight.Shape}");

// Without padding, n samples and a kernel of k leave n - k + 1, and a stride of s about one in s of those.

Console.WriteLine($"without padding: {new Conv1d(1, kernel: 3).Call(noise).Shape}, stride 4: {new Conv1d(1, kernel: 3, stride: 4).Call(noise).Shape}");

// ## Which tones are in it?
//
// A kernel answers most strongly to a piece of sound that looks like itself. A kernel that is a short piece of a tone is therefore a detector for that tone. Since the beat of the tone may come early or late, one takes two, a cosine and a sine, and
// the root of the sum of their squares, which is the same for any delay. To weaken what comes from beyond the ends, both fade in and out.
//
// Here are such pairs for 128 tones, 256 samples long, at 8000 samples a second. The first tone is silence, 0 Hz, and each next one is 31.25 Hz higher.

const int rate = 8000, window = 256, tones = 128, hop = 128;
Tensor time = Tensor.Arange(window), tone = Tensor.Arange(tones).Reshape(tones, 1);
Tensor turns = 2 * Math.PI / window * (tone * time).To(DType.Float32);
Tensor fade = (time.To(DType.Float32) * (Math.PI / window)).Sin().Square();
Tensor detectors = Tensor.Cat([fade * turns.Cos(), fade * turns.Sin()]).Unsqueeze(1);
Console.WriteLine($"kernels {detectors.Shape}");

// A tone of 1000 Hz for one second:

Tensor seconds = Tensor.Arange(rate).To(DType.Float32) / rate;
Tensor pure = (2 * Math.PI * 1000 * seconds).Sin();
Tensor answers = Spectrogram(pure);
Console.WriteLine($"tones and windows {answers.Shape}");
Console.WriteLine($"strongest in the middle: {answers[.., 30].ArgMax().Item() * rate / (double)window} Hz");

// And a whistle that rises from 500 to 3000 Hz, in noise that is twice as loud. In the curve one hardly sees it. In the answers of the kernels it is a line.

Tensor whistle = (2 * Math.PI * (500 * seconds + 1250 * seconds.Square())).Sin();
Tensor noisy = whistle + 1.4 * Tensor.RandN(rate);
answers = Spectrogram(noisy);
LinePlot.Of(seconds[..400], noisy[..400], "seconds", "pressure").Show("audio-whistle");
HeatMap.Of(answers.Flip(0), "window", "tone, low ones below").Show("audio-spectrogram");
foreach (int at in (int[])[5, 30, 55])
    Console.WriteLine($"window {at}: {Rounded(answers[.., at].ArgMax().Item() * rate / (double)window)}");

// Such a picture is called spectrogram. It is an image, and can be given to networks for images. But its two axes are not alike: moved along the time axis it is the same sound, later; moved along the other it is
// another pitch.

static string Rounded(double hertz) => $"about {Math.Round(hertz / 250) * 250} Hz";

Tensor Spectrogram(Tensor sound)
{
    Tensor both = Functional.Conv1d(sound.Reshape(1, 1, -1), detectors, stride: hop)[0];
    return (both[..tones].Square() + both[tones..].Square()).Sqrt();
}

// ## Kernels that are learned
//
// Four kinds of beeps, each at a random time in noise: a low one, a high one, one that rises and one that falls. Those that rise and those that fall have the same tones in them, so that a network must notice their order.

string[] kinds = ["low", "high", "rising", "falling"];
(Tensor sounds, Tensor labels) = Beeps(lesson.Pick(fast: 512, usual: 3000, full: 10_000));
(Tensor testSounds, Tensor testLabels) = Beeps(500);
Console.WriteLine($"sounds {sounds.Shape}, labels {labels.Shape}");
new FigureRow
{
    Panels = [.. Enumerable.Range(0, 4).Select(kind =>
    {
        Tensor first = sounds[labels.Eq(kind)][0, 0];
        return LinePlot.Of(Tensor.Arange(first.Count), first, kinds[kind]);
    })],
}.Show("audio-beeps");

(Tensor Sounds, Tensor Labels) Beeps(int count)
{
    const int length = 1024, beep = 400;
    Tensor labels = Tensor.RandInt(0, 4, count), starts = Tensor.RandInt(0, length - beep, count);
    Tensor sounds = 0.5 * Tensor.RandN(count, 1, length);
    Tensor t = Tensor.Arange(beep).To(DType.Float32) / rate;
    double rise = 400.0 * rate / beep;
    Tensor[] phases = [400 * t, 800 * t, 400 * t + rise / 2 * t.Square(), 800 * t - rise / 2 * t.Square()];
    Tensor envelope = (Tensor.Arange(beep).To(DType.Float32) * (Math.PI / beep)).Sin();
    Tensor[] waves = [.. phases.Select(p => envelope * (2 * Math.PI * p).Sin())];
    for (int i = 0; i < count; i++)
    {
        int start = (int)starts[i].Item();
        sounds[i, 0, start..(start + beep)].AddInPlace(waves[(int)labels[i].Item()]);
    }
    return (sounds, labels);
}

// The first layer has sixteen kernels of 32 samples, and takes every fourth place. The second combines what they find over a longer time. At the end comes the mean over time: how much of each pattern there is, no matter when.

var model = new BeepNet();
Console.WriteLine(LayerSummary.Of(model.Net!, (1, 1, 1024)));
var trainer = new Trainer { MaxEpochs = lesson.Pick(fast: 12, usual: 10, full: 10) };
trainer.Fit(model, new Sounds(sounds, labels, testSounds, testLabels));
model.Board.ToPlot().Show("audio-training");
EpochSummary last = trainer.History[^1];
Console.WriteLine($"after {last.Epoch} epochs: loss {last["train_loss"]:f3}, accuracy in validation {last["val_accuracy"]:f3}");

// Where do the kernels stand? Many have become short waves, some about as fast as the low beep, others as the high one: a filter bank, made by the loss alone.

Tensor kernels = model.First.Weight.Detach()[.., 0];
HeatMap.Of(kernels, "sample", "kernel").Show("audio-kernels");

// ## Exercises
//
// 1. Design a kernel that removes a hum of 50 Hz and its multiples but little else. What must its length be at 8000 samples a second?
// 2. Replace the mean over time by a fully connected layer over all places. What happens to accuracy when the test sounds are delayed by `Roll`?
// 3. Train a network with `Conv2d` on the spectrograms. Which kernel shapes are suitable, and where would you take the maximum?
// 4. Why does a stride of 4 in the first layer lose little here, although it skips most places? What is the highest tone for which that is so?

// ## The classes

sealed class BeepNet : Classifier
{
    public Conv1d First { get; }

    public BeepNet()
    {
        First = new Conv1d(16, kernel: 32, stride: 4);
        Net = new Sequential(
            First, new ReLU(), new MaxPool1d(4),
            new Conv1d(32, kernel: 9), new ReLU(), new AdaptiveAvgPool1d(1), new Flatten(), new Linear(4));
    }

    public override IOptimizer ConfigureOptimizers() => new Adam(Parameters.Select(p => (Tensor)p), 3e-3);
}

sealed class Sounds(Tensor sounds, Tensor labels, Tensor testSounds, Tensor testLabels) : DataModule
{
    public override IDataLoader? GetDataLoader(bool train) => train
        ? new DataLoader(new TensorDataset(sounds, labels), batchSize: 32, shuffle: true)
        : new DataLoader(new TensorDataset(testSounds, testLabels), batchSize: 250);
}
