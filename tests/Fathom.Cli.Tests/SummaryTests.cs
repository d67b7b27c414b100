using System.Text.Json;
using Fathom.Tests;

namespace Fathom.Cli.Tests;

public class SummaryTests
{
    [Fact]
    public void LeNet_has_61706_parameters()
    {
        (int code, string output, _) = Shell.Run("summary", "lenet", "--input", "1x28x28", "--json", "-");
        JsonElement json = Shell.Json(output);
        Assert.Equal(0, code);
        Assert.Equal(["model", "input", "output", "parameters", "layers"], Shell.Keys(json));
        Assert.Equal(("lenet", "[1, 28, 28]", "[10]", 61706), (json.GetProperty("model").GetString(), json.GetProperty("input").GetRawText(), json.GetProperty("output").GetRawText(), json.GetProperty("parameters").GetInt32()));
        JsonElement[] layers = [.. json.GetProperty("layers").EnumerateArray()];
        Assert.Equal(["name", "type", "output", "parameters"], Shell.Keys(layers[0]));
        Assert.Equal(["Conv2d", "Sigmoid", "AvgPool2d", "Conv2d", "Sigmoid", "AvgPool2d", "Flatten", "Linear", "Sigmoid", "Linear", "Sigmoid", "Linear"], layers.Select(l => l.GetProperty("type").GetString()));
        Assert.Equal(61706, layers.Sum(l => l.GetProperty("parameters").GetInt32()));
    }

    [Theory]
    [InlineData("lenet", "3x32x32", "100", "[100]"), InlineData("softmax-scratch", "1x8x8", "3", "[3]"), InlineData("linear", "4", "10", "[1]")]
    public void Sizes_and_classes_are_free(string model, string input, string classes, string output)
    {
        (int code, string text, _) = Shell.Run("summary", model, "--input", input, "--classes", classes, "--json", "-");
        Assert.Equal((0, output), (code, Shell.Json(text).GetProperty("output").GetRawText()));
    }

    public static TheoryData<string> Models => [.. Fathom.Models.ModelRegistry.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_model_has_a_table(string name)
    {
        (int code, string output, _) = Shell.Run("summary", name);
        Assert.Equal(0, code);
        Assert.Contains(" parameters, input (1, ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_a_file_and_a_table()
    {
        using var folder = new TempFolder();
        string file = folder["summary.json"];
        (int code, string output, _) = Shell.Run("summary", "lenet", "--json", file);
        Assert.Equal((0, 61706), (code, Shell.Json(File.ReadAllText(file)).GetProperty("parameters").GetInt32()));
        Assert.Contains("61,706 parameters", output);
    }

    [Fact]
    public void An_input_that_does_not_fit_a_layer_is_a_failure_that_names_shapes()
    {
        (int code, _, string error) = Shell.Run("summary", "lenet", "--input", "1x3x3");
        Assert.Equal(1, code);
        Assert.Contains("lenet does not take inputs of 1x3x3", error);
    }
}
