using Fathom.Nn;
using Fathom.Optim;

namespace Fathom.Training.Tests;

public class CompiledTests
{
    public CompiledTests() => Tensor.Seed(11);

    static readonly string[] Metrics = ["accuracy"];

    static (Tensor X, Tensor Y) Blobs(int count = 240)
    {
        Tensor y = Tensor.From([.. Enumerable.Range(0, count).Select(i => (long)(i % 3))], new Shape([count]));
        Tensor centres = Tensor.From(new[,] { { 2f, 0 }, { -2, 2 }, { -2, -2 } });
        return (centres.IndexSelect(0, y) + Tensor.RandN(count, 2) * 0.5, y);
    }

    static Sequential Net(bool softmax = true) => softmax ? new(new Linear(16), new ReLU(), new Linear(3), new Softmax()) : new(new Linear(16), new ReLU(), new Linear(3));

    [Fact]
    public void Compiled_by_name_a_network_learns()
    {
        var (x, y) = Blobs();
        Sequential model = Net();
        model.Compile("rmsprop", "sparse_categorical_crossentropy", ["accuracy"]);
        History history = model.Fit(x, y, epochs: 30, batchSize: 16, validationSplit: 0.25, verbose: false);
        Assert.Equal(["loss", "accuracy", "val_loss", "val_accuracy"], history.Names);
        Assert.Equal(30, history["val_accuracy"].Count);
        Assert.True(history["loss"][^1] < history["loss"][0] / 3);
        Assert.True(history["val_accuracy"][^1] > 0.95);
        Assert.All(history.Epochs, e => Assert.Equal(180, e.Samples));
        Assert.True(model.Evaluate(x, y)["accuracy"] > 0.95);
        Tensor probabilities = model.Predict(x[..5]);
        Assert.Equal(new Shape(5, 3), probabilities.Shape);
        Assert.All(probabilities.Sum(1).ToArray<double>(), s => Assert.Equal(1, s, 1e-5));
        Assert.False(probabilities.RequiresGrad);
        Assert.Contains("val_loss", Assert.Throws<ArgumentException>(() => history["val_los"]).Message);
        Assert.Equal(["loss", "val_loss"], history.ToPlot("loss", "val_loss").Series.Select(s => s.Name));
    }

    [Fact]
    public void By_object_it_takes_the_same_steps_as_the_trainer()
    {
        var (x, y) = Blobs();
        Sequential model = Net(softmax: false), twin = Net(softmax: false);
        model.BuildFor(new Shape(1, 2));
        twin.BuildFor(new Shape(1, 2));
        twin.LoadStateDict(model.StateDict());
        model.Compile(new Sgd(model.Parameters, 0.1), (p, t) => Functional.CrossEntropy(p, t), [new Accuracy()]);
        model.Fit(x, y, epochs: 2, batchSize: 32, shuffle: false, verbose: false);
        Sgd sgd = new(twin.Parameters, 0.1);
        for (int step = 0; step < 16; step++)
        {
            int from = step % 8 * 32, to = Math.Min(from + 32, 240);
            Tensor loss = Functional.CrossEntropy(twin.Call(x[from..to]), y[from..to]);
            sgd.ZeroGrad();
            loss.Backward();
            sgd.Step();
        }
        foreach ((Parameter a, Parameter b) in model.Parameters.Zip(twin.Parameters)) Assert.Equal(b.ToArray<float>(), a.ToArray<float>());
    }

    [Fact]
    public void A_closing_softmax_is_taken_into_the_loss()
    {
        // Logits of 200 round the other probabilities to 0; the loss of the wrong class is still its distance, 200.
        Sequential model = new(new Scale(), new Softmax());
        model.Compile("sgd", "sparse_categorical_crossentropy", ["accuracy"]);
        Assert.Equal(200, model.Evaluate(Tensor.From(new[,] { { 200f, 0 } }), Tensor.From(1L))["loss"], 1e-3);
        model.Compile("sgd", "categorical_crossentropy");
        Assert.Equal(200, model.Evaluate(Tensor.From(new[,] { { 200f, 0 } }), Tensor.From(new[,] { { 0f, 1 } }))["loss"], 1e-3);
        Sequential two = new(new Scale(), new Sigmoid());
        two.Compile("sgd", "binary_crossentropy", ["accuracy"]);
        var figures = two.Evaluate(Tensor.From(new[,] { { 200f }, { -1 } }), Tensor.From(0f, 0));
        Assert.Equal((200 + Math.Log(1 + Math.Exp(-1))) / 2, figures["loss"], 1e-3);
        Assert.Equal(0.5, figures["accuracy"]);
    }

    [Fact]
    public void The_split_takes_the_last_samples_before_any_shuffling()
    {
        Seen seen = new();
        Sequential model = new(seen, new Linear(1));
        model.Compile("sgd", "mse", ["mae"]);
        History history = model.Fit(Tensor.Arange(10.0).Unsqueeze(1) / 10, Tensor.Zeros(10), epochs: 3, batchSize: 4, validationSplit: 0.3, verbose: false);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], seen.Training.Distinct().Order());
        Assert.Equal([7, 8, 9], seen.Evaluated.Distinct().Order());
        Assert.Equal(21, seen.Training.Count);
        Assert.NotEqual(seen.Training[..7], seen.Training[7..14]);
        Assert.Equal(["loss", "mean_absolute_error", "val_loss", "val_mean_absolute_error"], history.Names);
    }

    [Fact]
    public void A_second_fit_goes_on_where_the_first_ended()
    {
        var (x, y) = Blobs();
        Sequential once = Net(), twice = Net();
        once.BuildFor(new Shape(1, 2));
        twice.BuildFor(new Shape(1, 2));
        twice.LoadStateDict(once.StateDict());
        once.Compile("adam", "sparse_categorical_crossentropy");
        twice.Compile("adam", "sparse_categorical_crossentropy");
        once.Fit(x, y, epochs: 4, verbose: false);
        twice.Fit(x, y, epochs: 1, verbose: false);
        twice.Fit(x, y, epochs: 3, verbose: false);
        foreach ((Parameter a, Parameter b) in once.Parameters.Zip(twice.Parameters)) Assert.Equal(a.ToArray<float>(), b.ToArray<float>());
    }

    [Fact]
    public void Figures_of_evaluation_do_not_depend_on_the_batch_size()
    {
        var (x, y) = Blobs(50);
        Sequential model = Net();
        model.Compile("sgd", "sparse_categorical_crossentropy", ["accuracy", new F1()]);
        var one = model.Evaluate(x, y, batchSize: 50);
        var many = model.Evaluate(x, y, batchSize: 7);
        Assert.Equal(["loss", "accuracy", "f1"], one.Keys);
        Assert.All(one.Keys, k => Assert.Equal(one[k], many[k], 1e-5));
        // Few rows are multiplied in another way than many, so the last bit may differ.
        Assert.All(model.Predict(x, batchSize: 50).ToArray<float>().Zip(model.Predict(x, batchSize: 7).ToArray<float>()), p => Assert.Equal(p.First, p.Second, 1e-6));
    }

    [Fact]
    public void Callbacks_stop_and_lines_are_written()
    {
        var (x, y) = Blobs();
        Sequential model = Net();
        model.Compile("sgd", "sparse_categorical_crossentropy", [.. Metrics.Select(m => (MetricChoice)m)]);
        StringWriter lines = new();
        History history = model.Fit(x, y, epochs: 20, validationData: (x, y), verbose: false,
            callbacks: [new EpochLines(lines), new EarlyStopping("val_loss", patience: 1, minDelta: 1e9)]);
        Assert.Equal(2, history.Epochs.Count);
        Assert.Matches(@"^epoch 1/20  loss [\d.]+  accuracy [\d.]+  val_loss [\d.]+  val_accuracy [\d.]+  \d:\d\d$", lines.ToString().Split(lines.NewLine)[0]);
    }

    [Fact]
    public void Mistakes_are_explained()
    {
        Sequential model = Net();
        var (x, y) = Blobs(10);
        Assert.Contains("Compile", Assert.Throws<InvalidOperationException>(() => model.Fit(x, y)).Message);
        Assert.Contains("rmsprop", Assert.Throws<ArgumentException>(() => model.Compile("rmsporp", "mse")).Message);
        Assert.Contains("huber", Assert.Throws<ArgumentException>(() => model.Compile("sgd", "hubert")).Message);
        model.Compile("sgd", "sparse_categorical_crossentropy");
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Fit(x, y, validationSplit: 1));
        Assert.Contains("leaves 0", Assert.Throws<ArgumentException>(() => model.Fit(x, y, validationSplit: 0.95)).Message);
        Assert.Throws<ShapeException>(() => model.Fit(x, y[..5]));
        Assert.Throws<ArgumentException>(() => model.Predict(x[..0]));
    }

    sealed class Scale : Module
    {
        public Parameter Factor { get; set => field = Register(value); }

        public Scale() => Factor = new Parameter(Tensor.Ones(1));

        public override Tensor Forward(Tensor x) => x * Factor;
    }

    sealed class Seen : Module
    {
        public List<int> Training { get; } = [];
        public List<int> Evaluated { get; } = [];

        public override Tensor Forward(Tensor x)
        {
            (IsTraining ? Training : Evaluated).AddRange(x.ToArray<double>().Select(v => (int)Math.Round(v * 10)));
            return x;
        }
    }
}
