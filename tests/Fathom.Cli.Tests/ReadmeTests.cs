using System.Reflection;
using System.Text.RegularExpressions;
using Fathom.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fathom.Cli.Tests;

/// <summary>What the README shows is compiled and run as it stands there.</summary>
public partial class ReadmeTests
{
    const int MostLines = 16;

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    static string Readme => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));

    [Theory]
    [InlineData(0, @"val_accuracy (0\.\d+)", 0.6)]
    [InlineData(1, @"^accuracy (0\.\d+)", 0.8)]
    public void The_examples_compile_and_run(int example, string pattern, double least)
    {
        string code = Block().Matches(Readme)[example].Groups[1].Value;
        Assert.InRange(code.Split('\n').Count(l => l.Length > 0), 5, MostLines);
        Assembly program = Compile(code);
        using TempFolder folder = new();
        var output = new StringWriter();
        (TextWriter usual, string before) = (Console.Out, Environment.CurrentDirectory);
        Console.SetOut(output);
        Environment.CurrentDirectory = folder.Root;                    // for the files that examples write
        try { program.EntryPoint!.Invoke(null, [Array.Empty<string>()]); }
        finally
        {
            Console.SetOut(usual);
            Environment.CurrentDirectory = before;
        }
        Match accuracy = Regex.Match(output.ToString(), pattern, RegexOptions.Multiline);
        Assert.True(accuracy.Success, output.ToString());
        Assert.InRange(double.Parse(accuracy.Groups[1].Value), least, 1);
    }

    static Assembly Compile(string code)
    {
        const string implicitUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p));
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create("readme", [CSharpSyntaxTree.ParseText(implicitUsings), CSharpSyntaxTree.ParseText(code)], references, options);
        using var bytes = new MemoryStream();
        var result = compilation.Emit(bytes);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return Assembly.Load(bytes.ToArray());
    }

    [Fact]
    public void The_commands_are_those_that_work() =>
        Assert.All(["dotnet run -c Release --project src/Fathom.Cli -- train lenet", "dotnet test -c Release"], command => Assert.Contains(command, Readme));
}
