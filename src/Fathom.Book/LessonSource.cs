using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Fathom.Book;

/// <summary>A piece of a lesson: text or code.</summary>
/// <param name="Line">Where it begins in the file, from 1.</param>
public abstract record LessonBlock(int Line);

/// <summary>Text: comments between top-level statements that begin in the first column.</summary>
/// <param name="Line">Where it begins.</param>
/// <param name="Markdown">The text without the slashes.</param>
public sealed record TextBlock(int Line, string Markdown) : LessonBlock(Line);

/// <summary>Code between two pieces of text: a cell.</summary>
/// <param name="Line">Where it begins.</param>
/// <param name="Cell">Its number, from 0.</param>
/// <param name="Code">The code without empty lines around it.</param>
/// <param name="Start">Where the code begins in the file's text.</param>
/// <param name="FirstStatement">Where its first top-level statement begins in the file's text; null where it has none, as using directives and types alone.</param>
public sealed record CodeBlock(int Line, int Cell, string Code, int Start, int? FirstStatement) : LessonBlock(Line);

/// <summary>A lesson taken apart into text and cells.</summary>
public sealed class LessonSource
{
    /// <summary>Stands before and after a cell's number where the cell begins in the output of an instrumented lesson (the ASCII record separator).</summary>
    internal const char Mark = '\u001e';

    /// <summary>The class that an instrumented lesson is compiled with.</summary>
    internal const string MarkClass = """
        internal static class FathomBookCell
        {
            internal static void Begin(int number) => System.Console.Out.Write("\u001e" + number + "\u001e");
        }
        """;

    LessonSource(string path, string text, IReadOnlyList<LessonBlock> blocks) => (Path, Text, Blocks) = (path, text, blocks);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The whole text of the file.</summary>
    public string Text { get; }

    /// <summary>Text and cells in order.</summary>
    public IReadOnlyList<LessonBlock> Blocks { get; }

    /// <summary>Takes a lesson apart.</summary>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="text">Its text, with line feeds alone.</param>
    public static LessonSource Parse(string path, string text)
    {
        var root = (CompilationUnitSyntax)LessonCompiler.Parse(path, text).GetRoot();
        SourceText source = root.GetText();
        HashSet<int> comments = TextLines(root, source);
        var blocks = new List<LessonBlock>();
        int cells = 0;
        for (int line = 0; line < source.Lines.Count;)
        {
            int end = line;
            bool isText = comments.Contains(line);
            while (end < source.Lines.Count && (IsEmpty(source.Lines[end]) || comments.Contains(end) == isText)) end++;
            TextSpan span = Trim(source, TextSpan.FromBounds(source.Lines[line].Start, source.Lines[end - 1].End));
            if (!span.IsEmpty)
            {
                int first = source.Lines.IndexOf(span.Start) + 1;
                string piece = source.ToString(span);
                blocks.Add(isText ? new TextBlock(first, Uncomment(piece)) : new CodeBlock(first, cells++, piece, span.Start, FirstStatement(root, span)));
            }
            line = end;
        }
        return new LessonSource(path, text, blocks);
    }

    /// <summary>The lesson with a call before each cell's first statement that marks its place in the output. Lines keep their numbers.</summary>
    internal string Instrument()
    {
        string text = Text;
        foreach (CodeBlock cell in Blocks.OfType<CodeBlock>().Reverse())
            if (cell.FirstStatement is { } place)
                text = text.Insert(place, string.Create(CultureInfo.InvariantCulture, $"global::FathomBookCell.Begin({cell.Cell}); "));
        return text;
    }

    /// <summary>What each cell printed, from the output of the instrumented lesson.</summary>
    internal static Dictionary<int, string> Split(string output)
    {
        string[] parts = output.Split(Mark);
        var printed = new Dictionary<int, string>();
        for (int i = 1; i + 1 < parts.Length; i += 2) printed[int.Parse(parts[i], CultureInfo.InvariantCulture)] = parts[i + 1];
        return printed;
    }

    /// <summary>The lines of comments that stand before a using directive, a top-level statement, a type or the end, in the first column.</summary>
    static HashSet<int> TextLines(CompilationUnitSyntax root, SourceText source)
    {
        IEnumerable<SyntaxToken> tokens = [.. root.Usings.Select(u => u.GetFirstToken()), .. root.Members.Select(m => m.GetFirstToken()), root.EndOfFileToken];
        return
        [
            .. tokens.SelectMany(t => t.LeadingTrivia)
                .Where(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia))
                .Select(t => source.Lines.GetLineFromPosition(t.SpanStart))
                .Where(line => source[line.Start] == '/')
                .Select(line => line.LineNumber),
        ];
    }

    static int? FirstStatement(CompilationUnitSyntax root, TextSpan span) =>
        root.Members.OfType<GlobalStatementSyntax>().FirstOrDefault(s => span.Contains(s.SpanStart))?.SpanStart;

    static bool IsEmpty(TextLine line) => string.IsNullOrWhiteSpace(line.ToString());

    static TextSpan Trim(SourceText source, TextSpan span)
    {
        int start = span.Start, end = span.End;
        while (start < end && source[start] == '\n') start++;
        while (end > start && char.IsWhiteSpace(source[end - 1])) end--;
        return TextSpan.FromBounds(start, end);
    }

    static string Uncomment(string comment) =>
        string.Join('\n', comment.Split('\n').Select(l => l.StartsWith("// ", StringComparison.Ordinal) ? l[3..] : l.Length >= 2 ? l[2..] : ""));
}
