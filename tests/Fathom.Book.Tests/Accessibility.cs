using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Fathom.Tests;

/// <summary>What keeps a page from being used by everyone, as axe finds it: WCAG 2.2 to level AA, and axe's own good practice.</summary>
public static class Accessibility
{
    static readonly RunOnlyOptions All = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
    static readonly RunOnlyOptions Colours = new() { Type = "rule", Values = ["color-contrast", "link-in-text-block"] };

    /// <summary>A line for each thing that is wrong: the rule, what it asks for, and the elements that break it.</summary>
    /// <param name="page">The page as it is now.</param>
    /// <param name="coloursAlone">Whether to look at colours alone, for a page that was looked at as a whole in other ones.</param>
    public static async Task<string[]> ProblemsAsync(IPage page, bool coloursAlone = false)
    {
        AxeResult found = await page.RunAxe(new AxeRunOptions { RunOnly = coloursAlone ? Colours : All });
        Assert.NotEmpty(found.Passes);                             // it did look
        return [.. found.Violations.Select(Describe)];
    }

    static string Describe(AxeResultItem item) => $"{item.Id}: {item.Help}: {string.Join("; ", item.Nodes.Take(4).Select(n => $"{n.Html} ({string.Join(", ", n.Any.Concat(n.All).Concat(n.None).Select(c => c.Message))})"))}";
}
