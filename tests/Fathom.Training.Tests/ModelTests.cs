using Fathom.Devices.Cpu;
using Fathom.Models;
using Fathom.Nn;

namespace Fathom.Training.Tests;

public class ModelTests
{
    [Fact]
    public void LeNet_has_the_sizes_of_the_course()
    {
        LeNet model = new();
        Assert.Equal(new Shape(1, 10), model.BuildFor((1, 1, 28, 28)));
        Assert.Equal(61_706, model.ParameterCount);
        Assert.Equal(["net.0.weight", "net.0.bias", "net.3.weight", "net.3.bias", "net.7.weight", "net.7.bias", "net.9.weight", "net.9.bias", "net.11.weight", "net.11.bias"],
            model.NamedParameters().Select(p => p.Name));
    }

    [Theory]
    [InlineData(LeNetActivation.Sigmoid)]
    [InlineData(LeNetActivation.Relu)]
    public void The_same_seed_gives_the_same_bits_with_any_number_of_threads(LeNetActivation activation)
    {
        byte[][] weights = [.. new[] { 1, 2, 3 }.Select(threads => TrainedWith(threads, activation))];
        Assert.Equal(weights[0], weights[1]);
        Assert.Equal(weights[0], weights[2]);
    }

    static byte[] TrainedWith(int threads, LeNetActivation activation)
    {
        int before = Threads.Count;
        Threads.Count = threads;
        try
        {
            Tensor.Seed(3);
            LeNet model = new(3, activation);
            new Trainer { MaxEpochs = 1 }.Fit(model, Samples.Stripes(count: 256, batchSize: 64));
            return [.. model.Parameters.SelectMany(p => System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(p.ToArray<float>()).ToArray())];
        }
        finally
        {
            Threads.Count = before;
        }
    }

    [Fact]
    public void Ten_thousand_steps_do_not_grow_memory()
    {
        Tensor.Seed(1);
        Mlp model = new(3, hidden: 32);
        Samples data = Samples.Stripes(count: 160, batchSize: 16);
        new Trainer { MaxEpochs = 100 }.Fit(model, data);                        // a thousand steps to warm up
        long before = Devices.BufferPool.Statistics.Total;
        new Trainer { MaxEpochs = 900 }.Fit(model, data);
        Assert.InRange(Devices.BufferPool.Statistics.Total, 0, before + (8L << 20));
    }
}
