using Fathom.Formats;
using Fathom.Models;
using Fathom.Tests;

namespace Fathom.Training.Tests;

public class HyperParametersTests
{
    static HyperParameters Some()
    {
        (int numHiddens, double learningRate, bool batchNorm, string mode, int[] sizes) = (256, 0.1, true, "a \"b\"", [3, 4]);
        (double whole, double tiny, long big) = (2, 1e-300, long.MaxValue);
        return new HyperParameters().Keep(numHiddens).Keep(learningRate).Keep(batchNorm).Keep(mode).Keep(sizes).Keep(whole).Keep(tiny).Keep(big)
            .Keep(LeNetActivation.Relu, "activation").Keep(double.NaN, "none").Keep(0.1 + 0.2, "exact");
    }

    [Fact]
    public void Names_come_from_the_call_in_order()
    {
        Assert.Equal(["num_hiddens", "learning_rate", "batch_norm", "mode", "sizes", "whole", "tiny", "big", "activation", "none", "exact"], Some().Names);
        (int A, double B) options = (1, 2);
        Assert.Equal(["a", "b"], new HyperParameters().Keep(options.A).Keep(options.B).Names);
        Assert.Contains("2 * options.A", Assert.Throws<ArgumentException>(() => new HyperParameters().Keep(2 * options.A)).Message);
        Assert.Throws<ArgumentException>(() => new HyperParameters().Keep(5));
    }

    [Fact]
    public void Json_gives_the_same_values_and_types()
    {
        HyperParameters back = HyperParameters.FromJson(Some().ToJson());
        Assert.Equal(Some().Names, back.Names);
        Assert.Equal(Some().ToString(), back.ToString());
        Assert.Equal(Some().Select(v => v.Value.GetType()), back.Select(v => v.Value.GetType()));
        Assert.Equal(0.1 + 0.2, back.Number("exact"));
        Assert.Equal([3, 4], back.Integers("sizes"));
        Assert.Equal(LeNetActivation.Relu, back.Choice<LeNetActivation>("activation"));
        Assert.True(back.Flag("batch_norm") && double.IsNaN(back.Number("none")));
        foreach (string wrong in new[] { "", "[1]", "{\"a\": null}", "{\"a\": [1.5]}", "{\"a\": {}}", "{\"a\": 1" }) Assert.Throws<DataFormatException>(() => HyperParameters.FromJson(wrong));
    }

    [Fact]
    public void Reading_another_type_or_name_is_explained()
    {
        Assert.Contains("num_hiddens, learning_rate", Assert.Throws<KeyNotFoundException>(() => Some().Integer("hidden")).Message);
        Assert.Contains("0.1, not a whole number", Assert.Throws<InvalidCastException>(() => Some().Integer("learning_rate")).Message);
        Assert.Equal(256, Some().Number("num_hiddens"));
        Assert.Contains("Sigmoid, Relu", Assert.Throws<InvalidCastException>(() => Some().Choice<LeNetActivation>("mode")).Message);
    }

    [Fact]
    public void A_model_prints_what_it_was_made_with()
    {
        Assert.StartsWith("Mlp(classes: 3, hidden: 8, learning_rate: 0.5\n", new Mlp(3, 8, 0.5).ToString());
        Assert.StartsWith("LeNet(classes: 10, activation: Relu, learning_rate: 0.1\n", new LeNet(activation: LeNetActivation.Relu).ToString());
    }

    [Fact]
    public void Every_model_is_rebuilt_from_what_it_was_made_with()
    {
        foreach (ModelEntry entry in ModelRegistry.All)
        {
            string? activation = entry.Activations.Count > 0 ? entry.Activations[^1] : null;
            TrainableModule model = entry.Create(new(7, 0.125, activation, Inputs: 5, Width: entry.HasWidth ? 0.25 : 1));
            TrainableModule again = ModelRegistry.Rebuild(entry.Name, HyperParameters.FromJson(model.HyperParameters.ToJson()));
            Assert.True(model.HyperParameters.Count > 0, entry.Name);
            Assert.Equal(model.ToString(), again.ToString());
        }
        Assert.Contains("mlp", Assert.Throws<ArgumentException>(() => ModelRegistry.Rebuild("mpl", new())).Message);
        Assert.Contains("classes", Assert.Throws<KeyNotFoundException>(() => ModelRegistry.Rebuild("mlp", new())).Message);
    }

    [Fact]
    public void Checkpoints_take_them_along_so_that_a_model_is_rebuilt_with_its_weights()
    {
        using TempFolder folder = new();
        Mlp model = new(3, 5, 0.1);
        new Trainer { MaxEpochs = 1, Checkpoints = new(folder.Root) }.Fit(model, Samples.Stripes(16, batchSize: 8));
        foreach (string file in new[] { Checkpoint.LastName, Checkpoint.BestName })
            Assert.Equal("classes: 3, hidden: 5, learning_rate: 0.1", Checkpoint.ReadHyperParameters(folder[file]).ToString());
        Checkpoint last = Checkpoint.Read(folder.Root);
        TrainableModule again = ModelRegistry.Rebuild("mlp", last.HyperParameters);
        again.LoadStateDict(last.Weights);
        Tensor x = Tensor.Rand(2, 1, 28, 28);
        Assert.Equal(model.Call(x).ToArray<float>(), again.Call(x).ToArray<float>());
    }
}
