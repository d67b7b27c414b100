using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fathom.Autograd;
using Fathom.Cli.Bench;
using Fathom.Devices;
using Fathom.Devices.Cpu;
using Fathom.Nn;

namespace Fathom.Cli.Tests;

public sealed class BenchTests : IDisposable
{
    readonly int _threads = CpuSettings.ThreadCount;

    public void Dispose() => CpuSettings.ThreadCount = _threads;

    static JsonElement[] Lines(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Shell.Json)];

    [Fact]
    public void Writes_a_JSON_object_for_each_workload_in_the_order_given()
    {
        (int code, string output, _) = Shell.Run("bench", "softmax-28-b256", "MLP-28-b1", "--seconds", "0.01", "--threads", "1");
        JsonElement[] lines = Lines(output);
        Assert.Equal(0, code);
        Assert.Equal(["softmax-28-b256", "mlp-28-b1"], lines.Select(l => l.GetProperty("name").GetString()));
        Assert.All(lines, l => Assert.Equal(["name", "batch", "step_ms", "steps", "peak_rss_mb", "samples_per_second"], Shell.Keys(l)));
        Assert.All(lines, l => Assert.InRange(l.GetProperty("steps").GetInt32(), 2, int.MaxValue));
        JsonElement first = lines[0];
        Assert.Equal(256 / first.GetProperty("step_ms").GetDouble() * 1e3, first.GetProperty("samples_per_second").GetDouble(), 256 / first.GetProperty("step_ms").GetDouble());
        Assert.InRange(first.GetProperty("peak_rss_mb").GetDouble(), 10, 100_000);
    }

    [Fact]
    public void Inputs_and_batches_can_be_reshaped()
    {
        (int code, string output, _) = Shell.Run("bench", "lenet-28-b128", "--input", "3x20x24", "--batch", "2", "--seconds", "0.01");
        Assert.Equal((0, 2), (code, Lines(output).Single().GetProperty("batch").GetInt32()));
    }

    [Theory]
    [InlineData("resnet18 is not known. Did you mean resnet18-96-b32?", "resnet18")]
    [InlineData("choose one", "--gc", "--limits")]
    [InlineData("choose one", "--gc", "--ops")]
    [InlineData("leave out --input", "--limits", "--batch", "3")]
    [InlineData("expected channels, height and width", "--input", "28")]
    public void A_wrong_command_line_is_refused(string message, params string[] args)
    {
        (int code, string output, string error) = Shell.Run(["bench", .. args]);
        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_does_not_fit_is_a_failure_that_names_it()
    {
        (int code, _, string error) = Shell.Run("bench", "vgg-slim-224-b16", "--input", "1x16x16");
        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("vgg-slim-224-b16 does not take inputs of 1x16x16", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Watches_the_collector()
    {
        (int code, string output, _) = Shell.Run("bench", "mlp-28-b1", "--gc", "--seconds", "0.05");
        JsonElement json = Lines(output).Single();
        Assert.Equal(0, code);
        Assert.Equal(["name", "batch", "steps", "seconds", "collections", "longest_pause_ms", "total_pause_ms", "pause_share", "allocated_bytes_per_step", "rss_mb_before", "rss_mb_after"], Shell.Keys(json));
    }

    [Fact]
    public void Sees_pauses_of_the_collector()
    {
        using CollectorPauses pauses = new();
        DateTime from = DateTime.UtcNow;
        GC.Collect();
        DateTime to = DateTime.UtcNow;
        for (int i = 0; i < 100 && pauses.Between(from, to).Count == 0; i++) Thread.Sleep(50);
        Assert.NotEmpty(pauses.Between(from, to));
        Assert.All(pauses.Between(from, to), p => Assert.InRange(p, TimeSpan.FromTicks(1), to - from + TimeSpan.FromMilliseconds(1)));
        Assert.Empty(pauses.Between(from.AddHours(-2), from.AddHours(-1)));
    }

    [Fact]
    public void Shows_where_a_step_spends_its_time()
    {
        (int code, string output, _) = Shell.Run("bench", "mlp-28-b1", "--ops", "--seconds", "0.01");
        Assert.Equal(0, code);
        Assert.Matches(@"(?m)^linear +2 ", output);
        Assert.Matches(@"(?m)^linear backward: mat_mul +3 ", output);
        Assert.Contains("(update, outside ops)", output, StringComparison.Ordinal);
        Assert.Null(OpProfile.Current);
    }

    [Fact]
    public void Shows_which_ops_another_thread_helps_least()
    {
        (int code, string output, _) = Shell.Run("bench", "mlp-28-b1", "--scaling", "--seconds", "0.01", "--threads", "2");
        Assert.Equal(0, code);
        Assert.Matches(@"^mlp-28-b1: a step [\d.]+ ms on one thread, [\d.]+ ms on 2, ", output);
        Assert.Matches(@"(?m)^op and shape of its result +calls +1 thread +2 threads", output);
        double[] parts = [.. Regex.Match(output, @"(?m)^all .*\|(.*)$").Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        Assert.Equal(parts[0], parts[1..].Sum(), 0.003);             // lost is serial, waiting and slower, each rounded
        Assert.True(parts[1] >= 0, output);                          // time outside parallel calls is lost, never won
        Assert.Null(OpProfile.Current);
        Assert.False(ThreadWatch.IsOn);
    }

    [Fact]
    public void Measures_the_limits()
    {
        (int code, string output, _) = Shell.Run("bench", "lenet-28-b128", "--limits", "--seconds", "0.005", "--threads", "1");
        Assert.Equal(0, code);
        Assert.Contains("1 thread", output, StringComparison.Ordinal);
        Assert.Matches(@"multiply-adds +\d+ GFLOP/s", output);
        Assert.Matches(@"128x120x400 tB +\d", output);
        Assert.Matches(@"conv 128,1,28 -> 6 5x5 s1 p2 g1 +\d", output);
        Assert.DoesNotContain("resnet", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_how_fast_threads_read_what_another_wrote()
    {
        (int code, string output, _) = Shell.Run("bench", "softmax-28-b256", "--limits", "--seconds", "0.005", "--threads", "2");
        Assert.Equal(0, code);
        Match rates = Regex.Match(output, @"caches +(\d+) GB/s a thread of what it wrote, (\d+) of what another wrote");
        Assert.True(rates.Success, output);
        Assert.All(rates.Groups.Values.Skip(1), g => Assert.NotEqual("0", g.Value));
    }

    [Theory]
    [InlineData("softmax-28-b256", 7_850), InlineData("mlp-28-b256", 203_530), InlineData("mlp-28-b1", 203_530), InlineData("dense512-28-b128-rmsprop", 407_050)]
    [InlineData("lenet-28-b128", 61_706), InlineData("resnet18-96-b32", 11_178_378), InlineData("resnext18-96-b32", 1_697_546), InlineData("vgg-slim-224-b16", 43_093_322)]
    public void Networks_have_as_many_parameters_as_the_ones_in_PyTorch(string name, long parameters)
    {
        Workload workload = Workload.All.Single(w => w.Name == name);
        Assert.Equal(parameters, LayerSummary.Of(workload.Network(), workload.Input).Parameters);
    }

    /// <summary>The shapes that --limits measures are those of the layers: outputs of convolutions, and of dense layers.</summary>
    [Fact]
    public void Kernel_shapes_are_those_of_the_networks()
    {
        foreach (Workload w in Workload.All)
        {
            LayerSummary summary = LayerSummary.Of(w.Network(), w.Input);
            string[] Outputs(string type) => [.. summary.Layers.Where(l => l.Type == type).Select(l => l.Output.ToString()).Distinct().Order()];
            var convolutions = KernelShapes.Convolutions(w.Name).Select(c => new Shape(c.Dims.N, c.Dims.K, c.Dims.OutH, c.Dims.OutW).ToString());
            var products = KernelShapes.Products(w.Name).Where(c => c.TransposedB).Select(c => new Shape(c.M, c.N).ToString());
            Assert.Equal(Outputs("Conv2d"), convolutions.Distinct().Order());
            Assert.Equal(Outputs("Linear"), products.Distinct().Order());
        }
    }

    [Theory]
    [InlineData(2, new double[] { 3, 1, 2 }), InlineData(2.5, new double[] { 4, 1, 2, 3 })]
    public void Medians(double expected, double[] values) => Assert.Equal(expected, StepTime.Median(values));
}
