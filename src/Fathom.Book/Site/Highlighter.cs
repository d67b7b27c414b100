using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Fathom.Book.Site;

/// <summary>Colours C# as HTML, by what the compiler takes each word for: classes k (keyword), s (string), n (number), c (comment), t (type), m (method).</summary>
internal sealed class Highlighter
{
    readonly SyntaxNode _root;
    readonly SemanticModel _model;

    /// <summary>Binds a lesson.</summary>
    public Highlighter(LessonSource source)
    {
        CSharpCompilation compilation = LessonCompiler.Create(source.Path, source.Text, []);
        SyntaxTree tree = compilation.SyntaxTrees[0];
        (_root, _model) = (tree.GetRoot(), compilation.GetSemanticModel(tree));
    }

    /// <summary>The HTML of a cell.</summary>
    public string ToHtml(CodeBlock cell)
    {
        var span = new TextSpan(cell.Start, cell.Code.Length);
        var html = new StringBuilder();
        foreach (SyntaxToken token in _root.DescendantTokens(span))
        {
            foreach (SyntaxTrivia trivia in token.LeadingTrivia) Append(html, trivia, span);
            if (span.Contains(token.Span) && token.Span.Length > 0) Append(html, token.Text, ClassOf(token));
            foreach (SyntaxTrivia trivia in token.TrailingTrivia) Append(html, trivia, span);
        }
        return html.ToString();
    }

    static void Append(StringBuilder html, SyntaxTrivia trivia, TextSpan span)
    {
        if (!span.Contains(trivia.FullSpan)) return;
        Append(html, trivia.ToFullString(), trivia.IsKind(SyntaxKind.WhitespaceTrivia) || trivia.IsKind(SyntaxKind.EndOfLineTrivia) ? null : "c");
    }

    static void Append(StringBuilder html, string text, string? kind)
    {
        string escaped = WebUtility.HtmlEncode(text);
        html.Append(kind is null ? escaped : $"<span class=\"{kind}\">{escaped}</span>");
    }

    string? ClassOf(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.IdentifierToken => ClassOfName(token),
        SyntaxKind.NumericLiteralToken => "n",
        SyntaxKind.StringLiteralToken or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.CharacterLiteralToken => "s",
        SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken => "s",
        SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedVerbatimStringStartToken or SyntaxKind.InterpolatedStringTextToken => "s",
        SyntaxKind.InterpolatedSingleLineRawStringStartToken or SyntaxKind.InterpolatedMultiLineRawStringStartToken => "s",
        SyntaxKind.InterpolatedStringEndToken or SyntaxKind.InterpolatedRawStringEndToken => "s",
        SyntaxKind kind when SyntaxFacts.IsReservedKeyword(kind) || SyntaxFacts.IsContextualKeyword(kind) => "k",
        _ => null,
    };

    ISymbol? SymbolOf(SimpleNameSyntax name)
    {
        SymbolInfo info = _model.GetSymbolInfo(name);
        return info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
    }

    string? ClassOfName(SyntaxToken token) => token.Parent switch
    {
        BaseTypeDeclarationSyntax or DelegateDeclarationSyntax or ConstructorDeclarationSyntax or TypeParameterSyntax => "t",
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => "m",
        IdentifierNameSyntax { IsVar: true } => "k",
        SimpleNameSyntax name => SymbolOf(name) switch
        {
            INamedTypeSymbol or ITypeParameterSymbol => "t",
            IMethodSymbol { MethodKind: MethodKind.Constructor } => "t",
            IMethodSymbol => "m",
            null when token.Text == "nameof" => "k",
            _ => null,
        },
        _ => null,
    };
}
