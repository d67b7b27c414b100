using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fathom.Tests;

namespace Fathom.Cli.Tests;

/// <summary>fathom train --find-lr.</summary>
public sealed class FindRateTests : IDisposable
{
    static readonly string[] Work = ["train", "softmax", "--data", "glyphs", "--limit", "512", "--batch-size", "32", "--seed", "3"];

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_rate_is_suggested_with_the_command_that_takes_it_and_only_a_picture_is_kept()
    {
        (int code, string output, string error) = Shell.Run([.. Work, "--find-lr", "--out", _folder["rates"]]);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(["learning-rates.svg"], Directory.GetFileSystemEntries(_folder["rates"]).Select(Path.GetFileName));
        Assert.Contains("smoothed loss", File.ReadAllText(_folder["rates/learning-rates.svg"]));
        Assert.Matches(@"0\.\d+\s+\d\.\d+\s+falls fastest", output);
        Match next = Regex.Match(output, @"^Next: fathom (.*) --lr (\S+)\s*$", RegexOptions.Multiline);
        Assert.Equal(string.Join(' ', Work), next.Groups[1].Value);
        Assert.InRange(double.Parse(next.Groups[2].Value, CultureInfo.InvariantCulture), 1e-3, 5);
        (code, _, error) = Shell.Run([.. next.Groups[1].Value.Split(' '), "--lr", next.Groups[2].Value, "--epochs", "1", "--out", _folder["run"]]);
        Assert.Equal((0, ""), (code, error));
    }

    [Fact]
    public void Json_has_every_rate_and_goes_alone_to_standard_output()
    {
        (int code, string output, string error) = Shell.Run([.. Work, "--find-lr", "--json", "-", "--out", _folder["rates"]]);
        Assert.Equal(0, code);
        Assert.Contains("Next:", error);
        JsonElement json = Shell.Json(output);
        Assert.Equal(["model", "data", "optimizer", "batch_size", "seed", "suggestion", "usual", "rates", "losses", "picture"], Shell.Keys(json));
        double[] rates = [.. json.GetProperty("rates").EnumerateArray().Select(r => r.GetDouble())];
        Assert.Equal(rates.Order(), rates);
        Assert.Equal(1e-6, rates[0], 12);
        Assert.Equal(rates.Length, json.GetProperty("losses").GetArrayLength());
        Assert.Contains(json.GetProperty("suggestion").GetDouble(), rates);
    }

    [Theory]
    [InlineData("--epochs", "3")]
    [InlineData("--lr", "0.1")]
    [InlineData("--schedule", "cosine")]
    [InlineData("--clip", "1")]
    [InlineData("--patience", "2")]
    [InlineData("--tensorboard")]
    [InlineData("--board")]
    public void Options_that_a_search_would_pass_over_are_refused(params string[] more)
    {
        (int code, _, string error) = Shell.Run([.. Work, "--find-lr", .. more]);
        Assert.Equal(2, code);
        Assert.Contains($"leave out {more[0]}", error);
    }

    [Fact]
    public void A_run_is_not_searched() => Assert.Contains("leave out --find-lr", Shell.Run("train", "--find-lr", "--resume", _folder["run"]).Error);

    [Fact]
    public async Task A_search_that_is_interrupted_leaves_nothing()
    {
        StringWriter error = new();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        Assert.Equal(130, await CommandLine.RunAsync([.. Work, "--find-lr", "--out", _folder["rates"]], new Terminal(TextWriter.Null, error), stop.Token));
        Assert.Equal("Stopped.", error.ToString().TrimEnd());
        Assert.False(Directory.Exists(_folder["rates"]));
    }

    [Fact]
    public void A_picture_that_cannot_be_written_is_found_out_first()
    {
        File.WriteAllText(_folder["file"], "");
        (int code, string output, string error) = Shell.Run([.. Work, "--find-lr", "--out", _folder["file"]]);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("is a file, not a folder", error);
    }
}
