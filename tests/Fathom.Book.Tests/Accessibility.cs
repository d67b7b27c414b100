using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Fathom.Tests;

/// <summary>What keeps a page from being used by everyone, as axe finds it: WCAG 2.2 to level AA, and axe's own good practice.</summary>
public static class Accessibility
{
    /// <summary>The rules about colours, for a page that has been looked at as a whole in other ones.</summary>
    public static readonly string[] Colours = ["color-contrast", "link-in-text-block"];

    /// <summary>The rules about sizes and places, for a page that has been looked at as a whole in another width.</summary>
    public static readonly string[] Layout = ["scrollable-region-focusable", "target-size", "color-contrast", "meta-viewport", "region"];

    /// <summary>A line for each thing that is wrong: the rule, what it asks for, and the elements that break it.</summary>
    /// <param name="page">The page as it is now.</param>
    /// <param name="rules">The rules to look at; none for all.</param>
    public static async Task<string[]> ProblemsAsync(IPage page, params string[] rules)
    {
        RunOnlyOptions only = rules.Length > 0 ? new() { Type = "rule", Values = [.. rules] }
            : new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
        AxeResult found = await page.RunAxe(new AxeRunOptions { RunOnly = only });
        Assert.NotEmpty(found.Passes);                             // it did look
        return [.. found.Violations.Select(Describe)];
    }

    static string Describe(AxeResultItem item) => $"{item.Id}: {item.Help}: {string.Join("; ", item.Nodes.Take(4).Select(n => $"{n.Html} ({string.Join(", ", n.Any.Concat(n.All).Concat(n.None).Select(c => c.Message))})"))}";
}
