using System.Text.RegularExpressions;

namespace Fathom.Tests;

/// <summary>The arrows of docs/architecture.md: which folder may know which.</summary>
public partial class ArchitectureTests
{
    /// <summary>For each folder of the engine, the namespaces that its files must not mention.</summary>
    public static TheoryData<string, string[]> Rules => new()
    {
        { "Devices/Cpu", ["Autograd", "Ops", "Nn", "Optim", "Data", "Formats", "Training", "Models"] },
        { "Tensors", ["Nn", "Optim", "Data", "Formats", "Training", "Models"] },
        { "Autograd", ["Nn", "Optim", "Data", "Formats", "Training", "Models"] },
        { "Ops", ["Nn", "Optim", "Data", "Formats", "Training", "Models"] },
        { "Nn", ["Optim", "Data", "Training", "Models"] },
        { "Optim", ["Data", "Formats", "Training", "Models"] },
        { "Data", ["Nn", "Optim", "Training", "Models"] },
        { "Formats", ["Autograd", "Ops", "Nn", "Optim", "Data", "Training", "Models"] },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Arrows_point_one_way(string folder, string[] forbidden)
    {
        string path = Path.Combine(Root(), "src", "Fathom", folder.Replace('/', Path.DirectorySeparatorChar));
        string[] files = Directory.GetFiles(path, "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (string file in files)
            foreach (Match m in Mention().Matches(File.ReadAllText(file)))
                Assert.False(forbidden.Contains(m.Groups[1].Value), $"{Path.GetRelativePath(Root(), file)} mentions {m.Value}, which {folder} must not know.");
    }

    [Theory]
    [InlineData("Fathom", new string[0])]
    [InlineData("Fathom.Training", new[] { "Fathom" })]
    [InlineData("Fathom.Models", new[] { "Fathom.Training" })]
    [InlineData("Fathom.Book", new[] { "Fathom.Models", "Fathom.Numerics" })]
    [InlineData("Fathom.Cli", new[] { "Fathom.Book", "Fathom.Models" })]
    [InlineData("Fathom.Numerics", new[] { "Fathom" })]
    public void Assemblies_reference_the_one_below(string project, string[] below)
    {
        string text = File.ReadAllText(Path.Combine(Root(), "src", project, project + ".csproj"));
        Assert.Equal(below, Reference().Matches(text).Select(m => m.Groups[1].Value));
    }

    static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Fathom.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("The tests run inside the repository, below Fathom.slnx.");
    }

    [GeneratedRegex(@"\bFathom\.(\w+)")]
    private static partial Regex Mention();

    [GeneratedRegex("""ProjectReference Include="[^"]*/([\w.]+)\.csproj""")]
    private static partial Regex Reference();
}
