using System.Text.Json;

[assembly: CollectionBehavior(DisableTestParallelization = true)]   // commands seed the common random stream and set the thread count

namespace Fathom.Cli.Tests;

/// <summary>Runs the program inside the test process and keeps what it wrote.</summary>
static class Shell
{
    public static (int Code, string Out, string Error) Run(params string[] args)
    {
        StringWriter output = new(), error = new();
        int code = CommandLine.RunAsync(args, new Terminal(output, error)).GetAwaiter().GetResult();
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Trains for a moment on a few built-in digits.</summary>
    public static (int Code, string Out, string Error) Train(string model, string folder, params string[] more) =>
        Run(["train", model, "--data", "glyphs", "--limit", "128", "--batch-size", "64", "--epochs", "1", "--out", folder, .. more]);

    public static JsonElement Json(string text)
    {
        using JsonDocument json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    public static string[] Keys(JsonElement json) => [.. json.EnumerateObject().Select(p => p.Name)];
}
