using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Fathom.Book;

/// <summary>Hands lessons to the C# compiler with the settings of this project: nullable references, warnings as errors.</summary>
internal static class LessonCompiler
{
    static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14);

    static readonly CSharpCompilationOptions Options = new(
        OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release, generalDiagnosticOption: ReportDiagnostic.Error, warningLevel: 9999,
        nullableContextOptions: NullableContextOptions.Enable, concurrentBuild: false);

    static readonly SyntaxTree Usings = CSharpSyntaxTree.ParseText(LessonReferences.ImplicitUsings, Language);

    /// <summary>The syntax of a file.</summary>
    public static SyntaxTree Parse(string path, string code) => CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), Language, path);

    /// <summary>A lesson as a program, named after its chapter and its file; the first syntax tree is the lesson.</summary>
    /// <param name="path">The lesson's file.</param>
    /// <param name="code">Its text.</param>
    /// <param name="more">Further source files.</param>
    public static CSharpCompilation Create(string path, string code, IEnumerable<string> more)
    {
        string name = $"{Path.GetFileName(Path.GetDirectoryName(path))}.{Path.GetFileNameWithoutExtension(path)}";
        return CSharpCompilation.Create(name, [Parse(path, code), Usings, .. more.Select(m => CSharpSyntaxTree.ParseText(m, Language))], LessonReferences.All, Options);
    }
}
