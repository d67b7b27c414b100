using System.CommandLine;
using Fathom.Data;

namespace Fathom.Cli.Commands;

/// <summary>fathom data list.</summary>
internal static class DataListCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("list", "List the data sets and where they are.");
        command.SetAction(_ => List(terminal));
        Examples.AddTo(command, ("fathom data list", "all data sets"));
        return command;
    }

    static int List(Terminal terminal)
    {
        var cache = new DataCache();
        Listing.Print(terminal, ["name", "what", "where"],
        [
            .. IdxDataSet.Known.Select(s => (string[])[s.Name, $"{s.Title}: 60,000 + 10,000 grey images, 28 x 28, {s.ClassNames.Count} classes", cache.Find(s.Name) ?? $"not here; fathom data get {s.Name}"]),
            [DataNames.Glyphs, "Glyphs: 60,000 + 10,000 generated digits, 28 x 28, 10 classes", "built in"],
            [DataNames.Synthetic, "1,000 + 1,000 noisy points of a plane, for linear regression", "built in"],
        ]);
        return ExitCode.Success;
    }
}
